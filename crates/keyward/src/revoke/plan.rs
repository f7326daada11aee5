//! What will be called, on what, and what it will do.

mod object;

use anyhow::{Context, bail};
use catalog::Product;
use idp::{Action, Looked};
use serde_json::Value;

use self::object::Object;
pub(super) use self::object::url_encoded;
use super::desk::Desk;
use super::execute::was_carried_out;
use super::list::look;
use super::order::{Order, Target, Way};
use super::proof::{Verdict, judge};
use crate::exit::Exit;

/// The call that is made once for each grant.
const OF_GRANTS: &str = "auth0.grant.delete";

/// What would be done.
pub(crate) struct Plan {
    /// What was asked for.
    pub(crate) order: Order,
    /// The calls, in order.
    pub(crate) steps: Vec<Step>,
    /// What the provider says of what is shut off.
    pub(crate) facts: Vec<Fact>,
    /// What could not be read, and why.
    pub(crate) gaps: Vec<String>,
    /// Whether what the calls are made of could not be read, so that there are none.
    pub(crate) is_unread: bool,
    /// Whether the provider has nothing of that id.
    pub(crate) is_missing: bool,
}

/// One call.
pub(crate) struct Step {
    /// What is done.
    pub(crate) action: Action,
    /// Whether it is so already.
    pub(crate) is_done: bool,
}

/// Something that is known of what is shut off.
pub(crate) struct Fact {
    /// Such as `owner`.
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) value: String,
}

impl Plan {
    /// Makes a plan. Asks the provider, changes nothing.
    pub(crate) async fn make(order: Order, desk: &Desk) -> anyhow::Result<Self> {
        let names = order.actions(desk.provider())?;
        let mut object = Object::look_up(&order.target, desk).await;
        let is_unread = object.is_unread && names.contains(&OF_GRANTS);
        if !is_unread {
            check_there(&order.target, desk, &object)?;
        }
        let mut steps = Vec::new();
        for name in names.into_iter().filter(|_| !is_unread) {
            for action in meant(name, &order, &object)? {
                let is_done = is_done(&action, desk, &mut object.gaps).await;
                steps.push(Step { action, is_done });
            }
        }
        let Object { facts, gaps, is_missing, .. } = object;
        Ok(Self { order, steps, facts, gaps, is_unread, is_missing })
    }

    /// The scopes that its calls take, each once.
    pub(crate) fn scopes(&self) -> Vec<&'static str> {
        let mut scopes: Vec<_> =
            self.steps.iter().filter_map(|step| step.action.row().scope).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    /// Whether there is nothing to do.
    pub(crate) fn is_done(&self) -> bool {
        !self.is_unread && self.steps.iter().all(|step| step.is_done)
    }

    /// What it comes to by itself.
    pub(crate) fn exit(&self) -> Exit {
        if self.is_unread { Exit::Partial } else { Exit::Clean }
    }

    /// Whether a secret is made.
    pub(crate) fn makes_secret(&self) -> bool {
        let makes = ["okta.secret.create", "auth0.secret.rotate"];
        self.steps.iter().any(|step| makes.contains(&step.action.name()))
    }
}

/// Fails if there is no such client, or it has no such grant, and Keyward is not who ended it.
fn check_there(target: &Target, desk: &Desk, object: &Object) -> anyhow::Result<()> {
    let Some(client) = target.client() else { return Ok(()) };
    let ended_here = |name, names: &[_]| {
        Action::new(name, names).is_ok_and(|action| was_carried_out(&desk.audit, &action))
    };
    let tenant = &desk.tenant.name;
    if object.is_missing && !ended_here("auth0.client.delete", &[("client", client)]) {
        bail!("there is no such client on tenant `{tenant}`: `{client}`");
    }
    let Target::Grant { id, .. } = target else { return Ok(()) };
    let names = [("client", client), ("grant", id)];
    let is_known = is_okta(desk) || object.grants.contains(id);
    if !is_known && !ended_here(OF_GRANTS, &names) {
        bail!("there is no such grant of client `{client}` on tenant `{tenant}`: `{id}`");
    }
    Ok(())
}

/// The actions that a name of the catalog stands for: one, or one for each grant of an application of Auth0.
fn meant(name: &str, order: &Order, object: &Object) -> anyhow::Result<Vec<Action>> {
    let mut names = order.target.names();
    names.extend(order.zone.as_deref().map(|zone| ("zone", zone)));
    if let (Target::Client(_), OF_GRANTS) = (&order.target, name) {
        let of = |grant: &String| {
            let mut names = names.clone();
            names.push(("grant", grant));
            Action::new(name, &names).map_err(anyhow::Error::from)
        };
        return object.grants.iter().map(of).collect();
    }
    if order.way == Way::Gentle && name == "okta.token.bind" {
        let token = object.seen.as_ref().context(
            "the token cannot be read, and binding it takes its name and its owner's id",
        )?;
        let text = |member: &str| token.get(member).and_then(Value::as_str);
        let (Some(own), Some(user)) = (text("name"), text("userId")) else {
            bail!("the provider does not say the token's name and owner, which binding takes");
        };
        names.extend([("name", own), ("user", user)]);
        return Ok(vec![Action::new(name, &names)?]);
    }
    Ok(vec![Action::new(name, &names)?])
}

/// Whether it is so already, as far as that can be read.
async fn is_done(action: &Action, desk: &Desk, gaps: &mut Vec<String>) -> bool {
    let Some(place) = action.look() else { return false };
    match look(desk, &place).await {
        Ok(seen) => judge(&place.expected, &seen) == Verdict::Proven,
        Err(error) => {
            let gap = format!("whether it is so already could not be read ({error})");
            if !gaps.contains(&gap) {
                gaps.push(gap);
            }
            false
        }
    }
}

/// Whether the plan is for a tenant of Okta.
pub(super) fn is_okta(desk: &Desk) -> bool {
    desk.provider() == Product::Okta
}

/// The object in an answer, if there was one.
pub(crate) fn there(seen: Looked) -> Option<Value> {
    match seen {
        Looked::There(value) => Some(value),
        Looked::Gone => None,
    }
}
