//! The way from an API token to an app: what to make, in which order, what to look at, how to get back.

mod calls;
mod on_behalf;
mod token;

use std::collections::BTreeSet;

use catalog::{Advice, Confidence, Product, advice};
use jiff::Timestamp;

pub(crate) use self::calls::{Subject, roles_calls, zone_call};
pub use self::on_behalf::{OnBehalf, on_behalf};
pub use self::token::{TokenLife, read_tokens};
use crate::terraform::product;
use crate::{
    Answer, ApiCall, Base, Granted, OperationId, Plan, PlanKind, Text, Usage, Verdict, terraform,
};

/// Seconds before the end of a token's life in which the console warns. Source: Okta help, API tokens, checked 2026-11-22.
const DYING_S: i64 = 7 * 24 * 60 * 60;

/// The way to a service app.
#[derive(Debug, Clone)]
pub struct Migration<'p> {
    /// Whose app it is.
    pub product: Product,
    /// What the app is granted.
    pub plan: &'p Plan,
    /// Other plans that would do.
    pub others: Vec<&'p Plan>,
    /// The whole as Terraform.
    pub terraform: String,
    /// The whole as calls of the API.
    pub calls: Vec<ApiCall>,
    /// What was found in the calls and the dumps, worst first.
    pub found: Vec<Found>,
    /// What fits this case.
    pub advice: Vec<&'static Advice>,
}

/// Something that stands in the way, or is fine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// How much it stands in the way.
    pub weight: Weight,
    /// What was looked at, in a few words.
    pub about: Text,
    /// What was found; a sentence.
    pub text: String,
    /// The operations that it concerns.
    pub operations: Vec<OperationId>,
    /// How well it is known.
    pub level: Confidence,
}

/// How much something stands in the way, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The move cannot be made as it is.
    Blocks,
    /// It must be looked at.
    Warns,
    /// It is fine, or good to know.
    Tells,
}

impl Weight {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Warns => "warns",
            Self::Tells => "tells",
        }
    }
}

/// What is known of an integration beside its plans.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    /// What is called.
    pub usage: &'k Usage,
    /// What each call needs.
    pub answers: &'k [Answer],
    /// What dumps say is granted.
    pub granted: &'k Granted,
    /// What dumps say of the lives of tokens.
    pub tokens: &'k [TokenLife],
    /// The time of asking.
    pub now: Timestamp,
}

/// The answers for calls that an access token can make: plans for an app are made of these, so that its
/// role is not widened for calls that it cannot make.
pub fn with_access_token(answers: &[Answer]) -> Vec<Answer> {
    let token = [Verdict::TokenOnly, Verdict::TokenRequired, Verdict::TokenUnless];
    answers.iter().filter(|answer| !token.contains(&answer.verdict)).cloned().collect()
}

/// The answers for calls that an API token can make.
pub fn with_api_token(answers: &[Answer]) -> Vec<Answer> {
    answers.iter().filter(|answer| answer.verdict != Verdict::OauthOnly).cloned().collect()
}

/// The way to a service app by the first plan, which should be the narrowest; `None` without plans.
pub fn migration<'p>(
    base: &Base,
    plans: &'p [Plan],
    known: Known<'_>,
    name: &str,
    from: &[String],
) -> Option<Migration<'p>> {
    let plan = plans.first()?;
    let product = product(base, plan);
    let verb = if product == Product::Auth0 { "plan-auth0" } else { "plan" };
    let cases = ["", shape(plan)];
    let calls = match product {
        Product::Auth0 => calls::auth0_calls(plan, name),
        _ => calls::service_app_calls(plan, name, from),
    };
    let is_same = |other: &&Plan| self::product(base, other) == product;
    Some(Migration {
        product,
        plan,
        others: plans[1..].iter().filter(is_same).collect(),
        terraform: terraform(base, plan, name, from),
        calls,
        found: found(base, plans, product, known),
        advice: advice(verb).filter(|row| cases.contains(&row.when)).collect(),
    })
}

/// The case of a plan in the table of advice.
pub(crate) fn shape(plan: &Plan) -> &'static str {
    if plan.kind == PlanKind::Standard { "standard" } else { "custom" }
}

/// Operations in order, each once.
pub(crate) fn operations(ids: impl Iterator<Item = OperationId>) -> Vec<OperationId> {
    ids.collect::<BTreeSet<_>>().into_iter().collect()
}

fn found(base: &Base, plans: &[Plan], product: Product, known: Known<'_>) -> Vec<Found> {
    let mut found = of_calls(base, known.answers);
    found.extend(of_others(base, plans, product));
    found.extend(of_credentials(known.usage));
    found.extend(of_setting(known.granted));
    found.extend(of_owners(known.granted));
    found.extend(known.tokens.iter().filter_map(|token| of_token(token, known.now)));
    found.sort_by_key(|found| found.weight);
    found
}

/// Calls that an access token cannot make, and those that need none.
fn of_calls(base: &Base, answers: &[Answer]) -> Vec<Found> {
    let of = |verdicts: &[Verdict]| {
        let fits = |answer: &&Answer| verdicts.contains(&answer.verdict);
        operations(answers.iter().filter(fits).filter_map(|answer| answer.operation))
    };
    let with_token = of(&[Verdict::TokenRequired, Verdict::TokenUnless]);
    let mut open = of(&[Verdict::NoToken, Verdict::NoTokenIf]);
    open.retain(|id| !with_token.contains(id));
    let rows = [
        (
            Weight::Blocks,
            "calls without OAuth",
            "No scope reaches these: they keep an API token, or the integration does without them.",
            of(&[Verdict::TokenOnly]),
        ),
        (
            Weight::Blocks,
            "sign-in calls with a token",
            "No scope exists for the Authentication API: with an administrator's API token these stay, or the integration sends what makes the token needless.",
            with_token,
        ),
        (Weight::Tells, "calls without any token", "These need none: send none.", open),
        (
            Weight::Tells,
            "calls that take access tokens only",
            "An API token never made these work; the app does.",
            of(&[Verdict::OauthOnly]),
        ),
        (
            Weight::Warns,
            "calls that are wrong as they stand",
            "These are planned as what they probably mean; mend them first.",
            of(&[Verdict::WrongVerb, Verdict::WrongPath, Verdict::LegacyForm, Verdict::RiskyVerb]),
        ),
    ];
    let is_auth0 = |id: &OperationId| base.operation(*id).product == Product::Auth0;
    let rows =
        rows.into_iter().filter(|(_, _, _, ids)| !ids.is_empty() && !ids.iter().all(is_auth0));
    rows.map(|(weight, about, text, operations)| {
        let levels = operations.iter().map(|id| base.operation(*id).scope.level);
        let level = levels.min().unwrap_or(Confidence::Unknown);
        Found { weight, about: about.into(), text: text.to_owned(), operations, level }
    })
    .collect()
}

/// Calls of the other vendor, which takes an app of its own.
fn of_others(base: &Base, plans: &[Plan], product: Product) -> Option<Found> {
    let other = plans.iter().find(|plan| self::product(base, plan) != product)?;
    let uncovered = other.uncovered.iter().map(|(id, _)| *id);
    let ids = operations(other.covered.iter().copied().chain(uncovered));
    let text = "These are not in this plan: they take an app of their own. Plan them apart, from their calls alone.";
    let found =
        tell(Weight::Warns, "calls of the other vendor", text.to_owned(), Confidence::Documented);
    Some(Found { operations: ids, ..found })
}

/// Several credentials in one set of calls: what is planned is for all of them together.
fn of_credentials(usage: &Usage) -> Option<Found> {
    let credentials: BTreeSet<_> =
        usage.entries.iter().flat_map(|entry| &entry.credentials).collect();
    let count = credentials.len();
    (count > 1).then(|| {
        let text = format!(
            "The calls were made by {count} credentials, and the plan has room for all of them; plan each apart with `--credential`."
        );
        tell(Weight::Warns, "shared plan", text, Confidence::Documented)
    })
}

fn of_setting(granted: &Granted) -> Option<Found> {
    let (is_on, place) = granted.public_client_app_admins.as_ref()?;
    let (weight, text) = if *is_on {
        (
            Weight::Blocks,
            format!(
                "It is on ({place}): a new service app becomes a super admin by itself, whatever role it is given. Switch it off first."
            ),
        )
    } else {
        (Weight::Tells, format!("It is off ({place})."))
    };
    Some(tell(weight, "Public client app admins", text, Confidence::Documented))
}

/// Owners of tokens who are super admins.
fn of_owners(granted: &Granted) -> Vec<Found> {
    let owner = |id: &str| {
        let grants = granted.of(Some(id)).ok()?;
        let role = grants.roles.iter().find(|role| role.name == "SUPER_ADMIN")?;
        let via = if role.via.is_empty() { String::new() } else { format!(" by {}", role.via) };
        let text = format!(
            "The owner of {id} is a super admin{via} ({}): until it is revoked the token can do everything.",
            role.place
        );
        Some(tell(Weight::Warns, "owner of the token", text, Confidence::Documented))
    };
    granted.tokens.iter().filter_map(|token| owner(&token.id)).collect()
}

/// A token that is about to die, or that nobody uses.
fn of_token(token: &TokenLife, now: Timestamp) -> Option<Found> {
    let left = token.expires?.as_second().saturating_sub(now.as_second());
    let day = |seconds: i64| seconds / (24 * 60 * 60);
    let text = match left {
        ..=0 => {
            format!("{} is dead since {} days: whoever used it has another.", token.id, day(-left))
        }
        1..DYING_S => format!(
            "{} dies by itself in {} days unless it is used: if nobody misses it, it needs no app.",
            token.id,
            day(left)
        ),
        _ => return None,
    };
    Some(tell(Weight::Warns, "life of the token", text, Confidence::Inferred))
}

fn tell(weight: Weight, about: &'static str, text: String, level: Confidence) -> Found {
    Found { weight, about: about.into(), text, operations: Vec::new(), level }
}

#[cfg(test)]
pub(crate) mod tests;
