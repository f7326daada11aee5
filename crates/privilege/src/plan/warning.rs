//! What whoever applies a plan must know.

use std::collections::BTreeSet;

use catalog::{GrantKind, Product, harm, permission, permission_includes};

use super::Plan;
use super::need::Need;
use crate::{AnsweredBy, Operation, Question, ScopeRule, Text, Verdict};

/// The warnings that follow from what a plan rests on: credentials that some calls refuse, and answers
/// that were guessed or presumed.
pub(super) fn rests_on(covered: &[Need<'_>]) -> Vec<Text> {
    let credentials = covered.iter().filter_map(credential);
    let told = credentials.chain(covered.iter().flat_map(answers)).chain(reads(covered));
    let mut seen = BTreeSet::new();
    told.filter(|warning| seen.insert(warning.clone())).map(Text::Owned).collect()
}

/// What an app that only reads would need, where scopes to read go in under scopes to manage.
fn reads(covered: &[Need<'_>]) -> Option<String> {
    let scopes = |need: &Need<'_>| match &need.answer.scope.rule {
        ScopeRule::AllOf(scopes) => scopes.clone(),
        _ => Vec::new(),
    };
    let is_read = |need: &&Need<'_>| {
        let scopes = scopes(need);
        !scopes.is_empty() && scopes.iter().all(|scope| scope.ends_with(".read"))
    };
    let (reads, writes): (Vec<_>, Vec<_>) =
        covered.iter().filter(|need| !scopes(need).is_empty()).partition(is_read);
    let n_reads = reads.len();
    let to_read: BTreeSet<_> = reads.into_iter().flat_map(scopes).collect();
    let is_apart = n_reads > 1 && !writes.is_empty() && !to_read.is_empty();
    let names = || to_read.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    is_apart.then(|| {
        format!(
            "{} operations only read: an app of its own for them needs no scope but {}",
            n_reads,
            names()
        )
    })
}

fn name(operation: &Operation) -> String {
    format!("{} {}", operation.method.name(), operation.path)
}

/// Which kind of credential does not reach the operation.
fn credential(need: &Need<'_>) -> Option<String> {
    let operation = need.operation;
    let told = match (need.answer.verdict, Verdict::of(operation.credentials)) {
        (Verdict::TokenRequired | Verdict::TokenUnless, _) => {
            "takes an administrator's API token, no access token reaches it: a token of its own, \
             of an account of its own, keeps other calls apart from what that can do"
        }
        (_, Verdict::TokenOnly) => "takes an API token only: no access token reaches it",
        (_, Verdict::OauthOnly) if operation.product == Product::Okta => {
            "takes an access token only: it cannot be done with an API token"
        }
        _ => return None,
    };
    Some(format!("{} {told}", name(operation)))
}

/// Answers that were guessed or presumed, and on which needs hang.
fn answers(need: &Need<'_>) -> impl Iterator<Item = String> {
    let called = name(need.operation);
    let told = move |question: &Question| {
        let Question { name, text, presumed, answer, answered_by, .. } = question;
        if question.covers_all {
            return answer.is_none().then(|| one_of(question));
        }
        Some(match (presumed, answer, answered_by) {
            (Some(presumed), ..) => {
                format!("{called}: rests on {name}={presumed}, for nothing tells. {text}")
            }
            (_, Some(answer), Some(AnsweredBy::Words)) => {
                format!("{called}: rests on {name}={answer}, a guess by its label. {text}")
            }
            (None, None, _) => {
                format!("{called}: {name} is not answered, so that the least is granted. {text}")
            }
            _ => return None,
        })
    };
    need.answer.questions.iter().filter(|question| question.changes_needs).filter_map(told)
}

/// That a call may be any of several operations. The same for each of them, so that it is told once.
fn one_of(question: &Question) -> String {
    let names: Vec<_> = question.options.iter().map(|(name, _)| name.as_ref()).collect();
    format!(
        "a call may be any of {}, and all of them are covered: `--assume {}=…` says which it is",
        names.join(", "),
        question.name
    )
}

/// From which weight on the harm that a grant can do is told.
pub(super) const GREAT_HARM: u32 = 40;

/// Adds what the grants of a plan can do beyond the calls, and what they are of no use without.
pub(super) fn powers(plan: &mut Plan) {
    let mut told = Vec::new();
    for (kind, reasons) in [
        (GrantKind::Permission, &plan.permissions),
        (GrantKind::Role, &plan.roles),
        (GrantKind::Scope, &plan.scopes),
    ] {
        let great = |name: &Text| harm(kind, name).filter(|harm| harm.weight >= GREAT_HARM);
        let great = reasons.iter().filter_map(|one| Some((&one.name, great(&one.name)?.reason)));
        told.extend(great.map(|(name, reason)| format!("{name} is far-reaching: {reason}")));
    }
    let granted =
        |name: &str| plan.permissions.iter().any(|reason| permission_includes(&reason.name, name));
    for known in plan.permissions.iter().filter_map(|reason| permission(&reason.name)) {
        if known.includes().any(|one| one == "okta.users.apitokens.manage") {
            told.push(format!("{} lets its holder make API tokens", known.name));
        }
        let beside: Vec<_> = known.also_needs.split('|').filter(|name| !name.is_empty()).collect();
        if !beside.is_empty() && !beside.iter().any(|name| granted(name)) {
            told.push(format!("{} is of use only along with {}", known.name, beside.join(" or ")));
        }
    }
    let is_about_people =
        |name: &str| name.starts_with("okta.users.") || name.starts_with("okta.groups.");
    if plan.permissions.iter().any(|one| is_about_people(&one.name)) {
        told.push(PRIVILEGED_PEOPLE.to_owned());
    }
    plan.warnings.extend(told.into_iter().map(Text::Owned));
}

/// Source: `OktaHound`, a comment on its role map, for users; Okta guide to role assignment for groups; checked
/// 2026-11-22.
const PRIVILEGED_PEOPLE: &str = "no custom role reaches users who hold an administrator role (reported \
    by others, not by Okta), nor the membership of groups that give one";
