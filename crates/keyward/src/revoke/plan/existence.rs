//! Whether what is meant is there, or was there once: a wrong id is nothing that is shut off already.

use idp::{Lookup, Wanted, look_up};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use thiserror::Error;

use super::super::desk::Desk;
use super::super::ledger::{carried_out, open_call};
use super::super::order::Target;
use super::super::proof::events_of;
use super::{Step, is_okta};
use crate::revoke::dependents;

/// Nothing of that id is there, and nothing says that there ever was.
#[derive(Debug, Error)]
#[error("{0}")]
pub(crate) struct NoSuch(pub(super) String);

/// How far back the log is asked for its end.
const BACK: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Most requests for the list of tokens, of two hundred rows each.
const PAGES: usize = 50;

/// Ids that are named where a beginning fits several.
const NAMED: usize = 5;

/// Whether something is listed under an id that begins as it was named.
pub(super) enum Listed {
    /// It is, as this.
    As(Target),
    /// It is not, as far as the list was read.
    Not {
        /// Why the list was not read to its end, if it was not.
        unread: Option<String>,
    },
}

/// Takes the beginning of a token's id for the whole of it, if one alone of all tokens begins so.
pub(super) async fn complete(target: &Target, desk: &Desk) -> anyhow::Result<Listed> {
    let nothing = Listed::Not { unread: None };
    let Target::Token(id) = target else { return Ok(nothing) };
    if !is_okta(desk) || !id.starts_with("00T") {
        return Ok(nothing);
    }
    let Lookup { snapshot, .. } = tokens(desk).await;
    let unread = snapshot.gaps.first().map(|gap| gap.why.clone());
    let ids = snapshot.cards.iter().map(|card| card.id.as_str());
    let fitting: Vec<&str> = ids.filter(|whole| whole.starts_with(id.as_str())).collect();
    match (fitting.as_slice(), unread) {
        ([], unread) => Ok(Listed::Not { unread }),
        ([one], None) => Ok(Listed::As(Target::Token((*one).to_owned()))),
        ([one], Some(why)) => Err(NoSuch(format!(
            "`{one}` begins with `{id}`, and others may: the list of tokens was not read to its end ({why}). Give the whole id"
        ))
        .into()),
        (several, _) => {
            let named = several.get(..NAMED).unwrap_or(several).join("`, `");
            Err(NoSuch(format!("{} tokens begin with `{id}`: `{named}`", several.len())).into())
        }
    }
}

/// The list of tokens, with the credential that reads; with the one that acts where that may not.
async fn tokens(desk: &Desk) -> Lookup {
    let wanted = Wanted { tokens: true, most: PAGES, ..Wanted::default() };
    let name = &desk.tenant.name;
    let scopes = ["okta.apiTokens.read"];
    let reader = desk.reader.with_scopes(&scopes);
    let read = look_up(reader.as_ref().unwrap_or(&desk.reader), name, &wanted).await;
    if read.snapshot.gaps.is_empty() {
        return read;
    }
    match desk.second(&scopes) {
        Ok(actor) => look_up(&actor, name, &wanted).await,
        Err(_) => read,
    }
}

/// What shows that something was there which is not any more. Fails if nothing does.
pub(super) async fn was_there(
    target: &Target,
    (steps, unread): (&[Step], Option<String>),
    desk: &Desk,
) -> anyhow::Result<String> {
    let tenant = &desk.tenant.name;
    if let Target::SessionsOf { user, .. } = target {
        return Err(NoSuch(format!(
            "no such user: `{tenant}` has nobody of the id or login `{user}`"
        ))
        .into());
    }
    if steps.iter().any(|step| carried_out(&desk.audit, &step.action).is_some()) {
        return Ok(
            "it is there no more: Keyward's own record has the call that ended it".to_owned()
        );
    }
    let Some(id) = target.narrowest() else {
        return Ok("nothing of that id is there: it ended, or never was".to_owned());
    };
    let mut kinds: Vec<&str> = steps.iter().filter_map(|step| step.action.row().event).collect();
    kinds.dedup();
    let since = Timestamp::now().checked_sub(BACK).unwrap_or(Timestamp::MIN);
    let log = match events_of(&kinds, id, desk, since).await {
        Ok(Some(event)) => {
            let text = |name: &str| event.get(name).and_then(Value::as_str);
            let kind = text("eventType").or_else(|| text("type")).unwrap_or("?");
            let at = text("published").or_else(|| text("date")).unwrap_or("?");
            return Ok(format!("it is there no more: the log has `{kind}` of it, {at}"));
        }
        Ok(None) => "its log of 30 days has no event that ended it".to_owned(),
        Err(error) => format!("its log could not be read ({error})"),
    };
    if let Some(last) =
        dependents::last_use(target, desk).filter(|_| target.user_of_interface() == Some(id))
    {
        return Ok(format!("it is there no more: the intake has uses of it, the last at {last}"));
    }
    let is_open = |step: &Step| matches!(open_call(&desk.audit, &step.action), Ok(Some(_)));
    if steps.iter().any(is_open) {
        return Ok(
            "it is there no more: a call of Keyward's whose end is not known may have ended it"
                .to_owned(),
        );
    }
    let hint = prefix(target).filter(|begins| is_okta(desk) && !id.starts_with(begins));
    let hint = hint.map(|begins| format!("; such ids begin with `{begins}`")).unwrap_or_default();
    let unread = unread.map(|why| {
        format!("; whether an id begins so is not known: the list was not read to its end ({why})")
    });
    let (kind, unread) = (target.kind(), unread.unwrap_or_default());
    Err(NoSuch(format!(
        "no such {kind}: `{tenant}` has none of the id `{id}`, {log}, and the intake no event made with it{hint}{unread}"
    ))
    .into())
}

/// How ids of that kind begin.
fn prefix(target: &Target) -> Option<&'static str> {
    match target {
        Target::Token(_) => Some("00T"),
        Target::Secret { id: Some(_), .. } => Some("ocs"),
        Target::Client(_) | Target::Secret { id: None, .. } => Some("0oa"),
        _ => None,
    }
}
