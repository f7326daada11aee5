//! What will be called, on what, and what it will do.

mod existence;
mod object;
mod place;
mod zone;

use anyhow::{Context, bail};
use catalog::Product;
use idp::{Action, Expected, Looked};
use serde_json::Value;

use self::existence::Listed;
pub(crate) use self::existence::NoSuch;
use self::object::Object;
pub(crate) use self::place::url_encoded;
pub(crate) use self::zone::Zone;
use super::desk::Desk;
use super::ledger::{carried_out, open_call};
use super::list::look;
use super::order::{Order, Target, Way};
use super::proof::{Verdict, judge};
use crate::exit::Exit;
use crate::render::moment;

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
    /// Whether it was there once and is not any more.
    pub(crate) is_gone: bool,
    /// The zone that a token is to be bound to.
    pub(crate) zone: Option<Zone>,
}

/// One call.
pub(crate) struct Step {
    /// What is done.
    pub(crate) action: Action,
    /// Whether it is so already.
    pub(crate) is_done: bool,
    /// What it puts something else in the place of, as JSON.
    pub(crate) before: Option<String>,
}

impl Step {
    /// What takes it back.
    pub(crate) fn undo(&self) -> String {
        let undo = self.action.undo();
        match &self.before {
            Some(before) => format!("{undo} with `\"network\": {before}`"),
            None => undo,
        }
    }
}

/// Something that is known of what is shut off.
pub(crate) struct Fact {
    /// Such as `owner`.
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) value: String,
}

impl Plan {
    /// Makes a plan. Asks the provider, changes nothing. Fails with [`NoSuch`] if nothing of that id is there or ever was.
    pub(crate) async fn make(mut order: Order, desk: &Desk) -> anyhow::Result<Self> {
        let names = order.actions(desk.provider())?;
        let mut object = Object::look_up(&order.target, desk).await;
        let mut unread = None;
        if object.is_missing {
            match existence::complete(&order.target, desk).await? {
                Listed::As(target) => {
                    order.target = target;
                    object = Object::look_up(&order.target, desk).await;
                }
                Listed::Not { unread: why } => unread = why,
            }
        }
        order.target = object.whole(order.target);
        let is_unread = object.is_unread && names.contains(&OF_GRANTS);
        if !is_unread {
            check_there(&order.target, desk, &object)?;
        }
        let zone = match (order.way, order.zone.as_deref()) {
            (Way::Gentle, Some(id)) => Zone::look_up(id, desk, &mut object.gaps).await?,
            _ => None,
        };
        let mut steps = Vec::new();
        for name in names.into_iter().filter(|_| !is_unread) {
            for action in meant(name, &order, &object)? {
                let (is_done, is_missing) = so_already(&action, desk, &mut object.gaps).await;
                object.is_missing |= is_missing;
                object.gaps.extend(unknown_end(&action, desk));
                let before = object.network().filter(|_| name == "okta.token.bind");
                steps.push(Step { action, is_done, before });
            }
        }
        if object.is_missing {
            let shown = existence::was_there(&order.target, (&steps, unread), desk).await?;
            object.gaps.push(shown);
        }
        let Object { mut facts, gaps, is_missing: is_gone, .. } = object;
        facts.extend(zone.as_ref().map(Zone::fact));
        Ok(Self { order, steps, facts, gaps, is_unread, is_gone, zone })
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
        Action::new(name, names).is_ok_and(|action| carried_out(&desk.audit, &action).is_some())
    };
    let tenant = &desk.tenant.name;
    if object.is_missing && !ended_here("auth0.client.delete", &[("client", client)]) {
        let says = format!("there is no such client on tenant `{tenant}`: `{client}`");
        return Err(NoSuch(says).into());
    }
    let Target::Grant { id, .. } = target else { return Ok(()) };
    let names = [("client", client), ("grant", id)];
    let is_known = is_okta(desk) || object.grants.contains(id);
    if !is_known && !ended_here(OF_GRANTS, &names) {
        let says =
            format!("there is no such grant of client `{client}` on tenant `{tenant}`: `{id}`");
        return Err(NoSuch(says).into());
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
        if object.is_missing {
            // What is gone needs no binding: that it ended is what there is to see.
            return Ok(vec![Action::new("okta.token.delete", &names)?]);
        }
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

/// What is said of the same call where its end is not on record: it was cut off, or the disk failed.
fn unknown_end(action: &Action, desk: &Desk) -> Option<String> {
    match open_call(&desk.audit, action) {
        Ok(open) => open.map(|line| {
            format!(
                "call {} of the record ({} UTC) was the same, and its end is not known: it may have been carried out",
                line.seq,
                moment(line.at)
            )
        }),
        Err(error) => Some(format!("whether the same was called before is not known ({error})")),
    }
}

/// Whether it is so already, as far as that can be read, and whether what it is about is not there.
async fn so_already(action: &Action, desk: &Desk, gaps: &mut Vec<String>) -> (bool, bool) {
    let Some(place) = action.look() else { return (false, false) };
    match look(desk, &place).await {
        Ok(seen) => {
            let has_id = !matches!(place.expected, Expected::Absent(_) | Expected::Empty);
            // A list that is not there is that of a user who is not there.
            let is_missing = seen == Looked::Gone && (has_id || action.name().contains(".user."));
            let is_done = judge(&place.expected, &seen) == Verdict::Proven;
            (is_done, is_missing)
        }
        Err(error) => {
            let gap = format!("whether it is so already could not be read ({error})");
            if !gaps.contains(&gap) {
                gaps.push(gap);
            }
            (false, false)
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
