//! The event of a change, found in the log.

use std::time::{Duration, Instant};

use catalog::Product;
use idp::{Action, Query};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::desk::Desk;
use super::super::execute::Made;
use super::super::plan::url_encoded;
use super::{Proof, Verdict, What};

/// Between two looks at the log. Events are there within seconds, mostly.
const BETWEEN: Duration = Duration::from_secs(3);

/// How far back the event is looked for of something that was gone before.
const BEFORE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How late an event may be dated.
const SLACK: SignedDuration = SignedDuration::from_mins(2);

/// How exactly the provider's clock is known.
const EXACT: SignedDuration = SignedDuration::from_secs(2);

/// Most pages of one look.
const PAGES: usize = 20;

/// Looks for it until it is there, or the time is over.
pub(super) async fn event(made: &Made, desk: &Desk, wait: Duration, begun: Timestamp) -> Proof {
    let proof = |verdict, says: String, event| Proof { what: What::Event, verdict, says, event };
    let Some(kind) = made.action.row().event else {
        let says = format!("no event is known of `{}`", made.action.name());
        return proof(Verdict::Unknown, says, None);
    };
    if wait.is_zero() {
        return proof(Verdict::Unknown, format!("`{kind}` was not looked for"), None);
    }
    if !has_id(made) {
        let says = format!("which event of `{kind}` is of this token is not known");
        return proof(Verdict::Unknown, says, None);
    }
    let from = from(made, desk, begun);
    let until = Instant::now() + wait;
    loop {
        match find(kind, desk, from, &|event| is_since(from, event) && is_about(made, event)).await
        {
            Ok(Some(event)) => return found(kind, event),
            Ok(None) if Instant::now() + BETWEEN < until => tokio::time::sleep(BETWEEN).await,
            Ok(None) => {
                let says = format!("`{kind}` is not in the log after {} s", wait.as_secs());
                return proof(Verdict::Unknown, says, None);
            }
            Err(error) => {
                let says = format!("the log could not be read for `{kind}`: {error}");
                return proof(Verdict::Unknown, says, None);
            }
        }
    }
}

/// From when on an event is one of the call: when that began, by the provider's clock. What was gone before has its event
/// before, by which the very object is named.
fn from(made: &Made, desk: &Desk, begun: Timestamp) -> Timestamp {
    let is_before = made.was_gone && made.action.ids().next().is_some();
    let back = if is_before { BEFORE } else { EXACT };
    let there = begun.checked_add(desk.reader.skew()).unwrap_or(begun);
    there.checked_sub(back).unwrap_or(Timestamp::MIN)
}

/// Whether it is known what an event has to name.
fn has_id(made: &Made) -> bool {
    made.owner.is_some() || made.action.ids().next().is_some()
}

fn found(kind: &str, event: Value) -> Proof {
    let text = |pointers: [&str; 2]| {
        let mut values = pointers.iter().filter_map(|at| event.pointer(at)?.as_str());
        values.next().unwrap_or("?").to_owned()
    };
    let (id, time) = (text(["/uuid", "/log_id"]), text(["/published", "/date"]));
    let by = text(["/actor/alternateId", "/client_id"]);
    let says = format!("`{kind}` is in the log: {id}, {time}, by {by}");
    Proof { what: What::Event, verdict: Verdict::Proven, says, event: Some(event) }
}

/// The latest event of one of those kinds that names an id anywhere.
pub(crate) async fn events_of(
    kinds: &[&str],
    id: &str,
    desk: &Desk,
    since: Timestamp,
) -> Result<Option<Value>, idp::Error> {
    let failed = |event: &Value| event.pointer("/outcome/result").is_some_and(|it| it != "SUCCESS");
    let is_it = |event: &Value| !failed(event) && event.to_string().contains(id);
    for kind in kinds {
        if let Some(event) = find(kind, desk, since, &is_it).await? {
            return Ok(Some(event));
        }
    }
    Ok(None)
}

/// One look, from a time to a little after now by the provider's clock.
async fn find(
    kind: &str,
    desk: &Desk,
    since: Timestamp,
    is_it: &dyn Fn(&Value) -> bool,
) -> Result<Option<Value>, idp::Error> {
    let now = Timestamp::now();
    let there = now.checked_add(desk.reader.skew()).unwrap_or(now);
    let until = there.checked_add(SLACK).unwrap_or(there);
    let filter = match desk.provider() {
        Product::Auth0 => format!("type:{kind}"),
        _ => format!("eventType eq \"{kind}\""),
    };
    let mut query = Query::Bounded { since, until, filter: Some(filter) };
    for _ in 0..PAGES {
        let page = desk.reader.page(&query).await?;
        let events: Vec<Value> = serde_json::from_slice(&page.body).unwrap_or_default();
        if let Some(event) = events.into_iter().rev().find(is_it) {
            return Ok(Some(event));
        }
        match page.next {
            Some(next) => query = Query::Next(next),
            None => break,
        }
    }
    Ok(None)
}

/// Whether an event is no earlier. One that does not say when it was proves nothing.
fn is_since(since: Timestamp, event: &Value) -> bool {
    let time = ["/published", "/date"].iter().find_map(|at| event.pointer(at)?.as_str());
    time.and_then(|time| time.parse::<Timestamp>().ok()).is_some_and(|time| time >= since)
}

/// Whether an event is about the very thing that the call was made for, and says that it succeeded.
fn is_about(made: &Made, event: &Value) -> bool {
    let call = made.action.call();
    if made.action.row().provider == Product::Auth0 {
        let path = event.pointer("/details/request/path").and_then(Value::as_str);
        let method = event.pointer("/details/request/method").and_then(Value::as_str);
        return path == call.path.split('?').next()
            && method.is_some_and(|method| method.eq_ignore_ascii_case(call.method.as_str()));
    }
    let has_failed = event.pointer("/outcome/result").is_some_and(|result| result != "SUCCESS");
    let targets = event.get("target").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let names = |id: &str| {
        let mut texts = targets.iter().flat_map(|target| [&target["id"], &target["alternateId"]]);
        texts.any(|text| text == id)
    };
    let is_it = match (last_id(&made.action, &call.path), &made.owner) {
        (Some(id), _) => names(id),
        (None, Some(owner)) => is_of_itself(event, owner, &names),
        (None, None) => false,
    };
    !has_failed && is_it
}

/// The id that stands last in a path: what the call is made for. Those before it are what it belongs to.
fn last_id<'a>(action: &'a Action, path: &str) -> Option<&'a str> {
    action.ids().max_by_key(|id| path.rfind(&url_encoded(id)))
}

/// A token that ended itself names itself, and is not named by the call: its owner did it, and with the token that is ended,
/// where the event says with which.
fn is_of_itself(event: &Value, owner: &str, names: &dyn Fn(&str) -> bool) -> bool {
    let with = event.pointer("/transaction/detail/requestApiTokenId").and_then(Value::as_str);
    event.pointer("/actor/id").is_some_and(|id| id == owner) && with.is_none_or(names)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::execute::nothing;
    use super::*;

    fn grant() -> Made {
        let names = [("client", "0oa1"), ("grant", "oag1")];
        nothing(&Action::new("okta.grant.delete", &names).unwrap())
    }

    fn itself(owner: Option<&str>) -> Made {
        let made = nothing(&Action::new("okta.token.delete-current", &[]).unwrap());
        Made { owner: owner.map(str::to_owned), ..made }
    }

    fn check(made: &Made, targets: &[&str], with: Option<&str>, is_it: bool) {
        let targets: Vec<_> = targets.iter().map(|id| json!({"id": id})).collect();
        let event = json!({
            "actor": {"id": "00u1"}, "target": targets, "outcome": {"result": "SUCCESS"},
            "transaction": {"detail": {"requestApiTokenId": with}},
        });
        assert_eq!(is_about(made, &event), is_it, "{event}");
        let failed = json!({"target": targets, "outcome": {"result": "FAILURE"}});
        assert!(!is_about(made, &failed));
    }

    #[test]
    fn an_event_of_somebody_else_proves_nothing() {
        check(&grant(), &["0oa1", "oag1"], None, true);
        check(&grant(), &["0oa1", "oag2"], None, false);
        check(&grant(), &["0oa1"], None, false);
        check(&itself(Some("00u1")), &["00T1"], Some("00T1"), true);
        check(&itself(Some("00u1")), &["00T1"], Some("00T2"), false);
        check(&itself(Some("00u1")), &["00T1"], None, true);
        check(&itself(Some("00u2")), &["00T1"], Some("00T1"), false);
        check(&itself(None), &["00T1"], Some("00T1"), false);
    }

    #[test]
    fn what_was_before_the_call_proves_nothing() {
        let since = "2026-11-22T10:00:00Z".parse().unwrap();
        assert!(is_since(since, &json!({"published": "2026-11-22T10:00:00.001Z"})));
        assert!(!is_since(since, &json!({"published": "2026-11-22T09:59:59Z"})));
        assert!(!is_since(since, &json!({"date": "soon"})) && !is_since(since, &json!({})));
    }
}
