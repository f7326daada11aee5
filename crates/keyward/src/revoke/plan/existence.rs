//! Whether what is meant is there, or was there once: a wrong id is nothing that is shut off already.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use thiserror::Error;

use super::super::desk::Desk;
use super::super::execute::was_carried_out;
use super::super::order::Target;
use super::super::proof::events_of;
use super::{Step, is_okta, there};
use crate::revoke::dependents;

/// Nothing of that id is there, and nothing says that there ever was.
#[derive(Debug, Error)]
#[error("{0}")]
pub(crate) struct NoSuch(pub(super) String);

/// How far back the log is asked for its end.
const BACK: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Ids that are named where a beginning fits several.
const NAMED: usize = 5;

/// Takes the beginning of a token's id for the whole of it, if one of those that are listed begins so. Whether it did.
pub(super) async fn complete(target: &mut Target, desk: &Desk) -> anyhow::Result<bool> {
    let Target::Token(id) = target else { return Ok(false) };
    if !is_okta(desk) || !id.starts_with("00T") {
        return Ok(false);
    }
    let listed = desk.see("/api/v1/api-tokens?limit=200", "okta.apiTokens.read").await;
    let listed = listed.ok().and_then(there);
    let tokens = listed.as_ref().and_then(Value::as_array).into_iter().flatten();
    let ids = tokens.filter_map(|token| token.get("id")?.as_str());
    let fitting: Vec<&str> = ids.filter(|whole| whole.starts_with(id.as_str())).collect();
    match fitting.as_slice() {
        [] => Ok(false),
        [one] => {
            *target = Target::Token((*one).to_owned());
            Ok(true)
        }
        several => {
            let named = several.get(..NAMED).unwrap_or(several).join("`, `");
            Err(NoSuch(format!("{} tokens begin with `{id}`: `{named}`", several.len())).into())
        }
    }
}

/// What shows that something was there which is not any more. Fails if nothing does.
pub(super) async fn was_there(
    target: &Target,
    steps: &[Step],
    desk: &Desk,
) -> anyhow::Result<String> {
    let tenant = &desk.tenant.name;
    if let Target::SessionsOf { user, .. } = target {
        return Err(NoSuch(format!(
            "no such user: `{tenant}` has nobody of the id or login `{user}`"
        ))
        .into());
    }
    let Some(id) = target.narrowest() else {
        return Ok("nothing of that id is there: it ended, or never was".to_owned());
    };
    if steps.iter().any(|step| was_carried_out(&desk.audit, &step.action)) {
        return Ok(
            "it is there no more: Keyward's own record has the call that ended it".to_owned()
        );
    }
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
    let hint = prefix(target).filter(|begins| is_okta(desk) && !id.starts_with(begins));
    let hint = hint.map(|begins| format!("; such ids begin with `{begins}`")).unwrap_or_default();
    let kind = target.kind();
    Err(NoSuch(format!(
        "no such {kind}: `{tenant}` has none of the id `{id}`, {log}, and the intake no event made with it{hint}"
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
