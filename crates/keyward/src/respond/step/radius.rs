//! What a credential could do: what it is, its roles and scopes, and what these allow.

use std::convert::Infallible;

use archive::Cards;
use catalog::Product;
use finding::BlastRadius;
use idp::{Wanted, look_up};
use inventory::{Role, Snapshot};

use super::super::incident::{State, Subject};
use super::reading::widest;
use super::{Taken, Taking};
use crate::exit::Exit;
use crate::kept;
use crate::render::moment;
use crate::revoke::{Desk, NoSuch, Order, Plan, Target, Way};
use crate::verify::blast_radius;

/// Requests that are made for one credential.
const REQUESTS_MAX: usize = 200;

/// What is known, and whether that is all.
struct Reach {
    says: Vec<String>,
    is_whole: bool,
    /// Whether it is gone, and this is what the record kept of it.
    is_kept: bool,
}

impl Taking<'_> {
    /// Writes down what it could do.
    pub(super) async fn blast_radius(&mut self) -> anyhow::Result<Taken> {
        let subject = self.subject();
        let Reach { says: seen, mut is_whole, is_kept } = self.seen(&subject).await?;
        let radius = if is_kept { None } else { of(self.desk, &subject).await? };
        let mut says = radius.as_ref().map(lines).unwrap_or_default();
        is_whole &= radius.as_ref().is_none_or(|radius| radius.gaps.is_empty());
        says.extend(seen);
        if radius.is_none() {
            says.extend(self.when_found(&says));
        }
        if subject.token.is_none() && subject.client.is_none() {
            let reach = of_user(self.desk, subject.user.as_deref())?;
            is_whole &= reach.is_whole;
            says.extend(reach.says);
        }
        tidy(&mut says);
        let state = if is_whole { State::Done } else { State::Begun };
        let exit = if is_whole { Exit::Clean } else { Exit::Partial };
        Ok(self.told((says, state, exit)))
    }

    /// What the provider says that it is; what the record kept where it is gone.
    async fn seen(&self, subject: &Subject) -> anyhow::Result<Reach> {
        let known = &self.incident.known;
        let order = match (&subject.token, &subject.client) {
            // A secret and a key can do what their app can.
            (None, Some(client)) => {
                Order { target: Target::Client(client.clone()), way: Way::Plain, zone: None }
            }
            _ => Order { way: Way::Plain, ..self.order()? },
        };
        let plan = match Plan::make(order, self.desk).await {
            // The log may have forgotten what the record still knows.
            Err(error) if error.is::<NoSuch>() && !known.is_empty() => None,
            // What cannot be read is not gone.
            plan => Some(plan?).filter(|plan| !plan.is_gone || known.is_empty()),
        };
        Ok(match plan {
            None => {
                let says = known.iter().map(|line| format!("before it was shut off: {line}"));
                Reach { says: says.collect(), is_whole: true, is_kept: true }
            }
            Some(plan) => {
                let gaps = plan.gaps.iter().map(|gap| format!("not known: {gap}"));
                let says = facts(&plan).into_iter().chain(gaps).collect();
                Reach { says, is_whole: plan.gaps.is_empty(), is_kept: false }
            }
        })
    }

    /// What the finding says that it allowed then, but for what was said.
    fn when_found(&self, said: &[String]) -> Vec<String> {
        let radius =
            self.incident.finding.as_ref().and_then(|it| it.pointer("/credential/blast_radius"));
        let radius = radius.and_then(|it| serde_json::from_value::<BlastRadius>(it.clone()).ok());
        let lines = radius.iter().flat_map(lines);
        let is_new = |line: &String| !said.iter().any(|said| said.ends_with(line.as_str()));
        lines.filter(is_new).map(|line| format!("when it was found: {line}")).collect()
    }
}

/// What a plan tells of what it shuts off, one line each.
pub(super) fn facts(plan: &Plan) -> Vec<String> {
    plan.facts.iter().map(|fact| format!("{}: {}", fact.name, fact.value)).collect()
}

/// What a token or an app may do: asked of the tenant; of one that is gone as the store has it. `None` if neither knows it.
pub(super) async fn of(desk: &Desk, subject: &Subject) -> anyhow::Result<Option<BlastRadius>> {
    let Some(id) = subject.token.as_ref().or(subject.client.as_ref()) else { return Ok(None) };
    let wanted = Wanted {
        tokens: subject.token.is_some(),
        owner_of: subject.token.clone(),
        clients: subject.client.iter().filter(|_| subject.token.is_none()).cloned().collect(),
        most: REQUESTS_MAX,
        ..Wanted::default()
    };
    let ask = async |tenant: &idp::Tenant| {
        let lookup = look_up(tenant, &desk.tenant.name, &wanted).await;
        Ok::<_, Infallible>(lookup.snapshot)
    };
    let Ok(seen) = widest(desk, ask).await;
    if let Some(card) = seen.card(id) {
        return Ok(Some(blast_radius(card)));
    }
    let stored = stored(desk)?;
    let card = stored.as_ref().and_then(|snapshot| snapshot.card(id));
    // What the log alone knows has no rights that are known.
    let card = card.filter(|card| card.last_listed.is_some() || !card.effective_roles().is_empty());
    Ok(card.map(blast_radius))
}

/// What the store has of the tenant.
pub(super) fn stored(desk: &Desk) -> anyhow::Result<Option<Snapshot>> {
    let path = desk.config.data.join(kept::CARDS);
    if !path.exists() {
        return Ok(None);
    }
    Ok(Cards::open(&path)?.tenant(&desk.tenant.name)?)
}

/// What a user may whose sessions are meant, by the administrators that were listed last.
fn of_user(desk: &Desk, user: Option<&str>) -> anyhow::Result<Reach> {
    let reach = |says, is_whole| Reach { says, is_whole, is_kept: false };
    let unknown = |why: String| reach(vec![format!("not known: {why}")], false);
    let Some(user) = user else {
        return Ok(unknown("whose session it is; `--user` names who it was".to_owned()));
    };
    let listed = stored(desk)?.filter(|snapshot| {
        snapshot.is_listed()
            && !snapshot.lacks("administrators")
            && desk.provider() == Product::Okta
    });
    let Some(snapshot) = listed else {
        let hint = "`keyward tokens list --refresh` lists administrators of Okta";
        return Ok(unknown(format!("whether `{user}` is an administrator; {hint}")));
    };
    let is_meant =
        |login: Option<&str>| login.is_some_and(|login| login.eq_ignore_ascii_case(user));
    let mut admins = snapshot.admins.iter();
    let admin = admins.find(|admin| admin.id == user || is_meant(admin.login.as_deref()));
    let roles = admin.map(|admin| admin.roles.iter().map(Role::title).collect::<Vec<_>>());
    let roles = roles.filter(|roles| !roles.is_empty());
    let roles =
        roles.map_or_else(|| "no role of an administrator".to_owned(), |all| all.join(", "));
    let says = format!("`{user}`: {roles}, as listed {} UTC", moment(snapshot.at));
    let apps = "and what every app allows that they may open: see their assignments".to_owned();
    Ok(reach(vec![says, apps], true))
}

/// What roles and scopes come to, one line each.
pub(super) fn lines(radius: &BlastRadius) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, values) in [("roles", &radius.roles), ("scopes", &radius.scopes)] {
        lines.extend((!values.is_empty()).then(|| format!("{name}: {}", values.join(", "))));
    }
    lines.extend(radius.allows.iter().map(|power| format!("allows {power}")));
    if let Some(operations) = radius.operations {
        let changes = radius.changes.unwrap_or_default();
        lines.push(format!(
            "{operations} operations of the interface, {changes} of which change something"
        ));
    }
    lines.extend(radius.gaps.iter().map(|gap| format!("not known: {gap}")));
    lines
}

/// Leaves out what was said before.
pub(super) fn tidy(lines: &mut Vec<String>) {
    let mut seen = std::collections::BTreeSet::new();
    lines.retain(|line| seen.insert(line.clone()));
}
