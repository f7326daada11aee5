//! The event of a change, found in the log.

use std::time::{Duration, Instant};

use catalog::Product;
use idp::{Action, Expected, Query};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::desk::Desk;
use super::super::execute::Made;
use super::super::ledger::carried_out;
use super::super::plan::url_encoded;
use super::{Proof, Verdict, What};
use crate::config::Access;

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

/// Looks for it until it is there, or the time is over. `shown` is what the object shows. `None` where no event is known and the
/// object was looked at.
pub(super) async fn event(
    (made, shown): (&Made, Option<Verdict>),
    desk: &Desk,
    wait: Duration,
    begun: Timestamp,
) -> Option<Proof> {
    let unknown = |says: String| {
        Some(Proof { what: What::Event, verdict: Verdict::Unknown, says, event: None })
    };
    let Some(kind) = made.action.row().event else {
        let says = format!("no event is known of `{}`", made.action.name());
        return if shown.is_some() { None } else { unknown(says) };
    };
    let is_list = made.action.look().is_some_and(|look| look.expected == Expected::Empty);
    if made.seq.is_none() && is_list && shown == Some(Verdict::Proven) {
        // Nothing was called, and that nothing was in the list need not have an event.
        return None;
    }
    if wait.is_zero() {
        return unknown(format!("`{kind}` was not looked for"));
    }
    let Some(from) = from(made, desk, begun) else {
        return unknown(format!("which event of `{kind}` is of this is not known"));
    };
    let by = desk.tenant.act.as_ref().and_then(Access::client_id);
    let is_it = |event: &Value| is_since(from, event) && is_about(made, by, event);
    // What somebody did before is in the log by now, or never will be.
    let until = Instant::now() + made.seq.map_or(Duration::ZERO, |_| wait);
    loop {
        match find(kind, desk, from, &is_it).await {
            Ok(Some(event)) => return Some(found(kind, (made, shown), event)),
            Ok(None) if Instant::now() + BETWEEN < until => tokio::time::sleep(BETWEEN).await,
            Ok(None) if made.seq.is_none() => {
                return unknown(format!("nothing was called, and `{kind}` is not in the log"));
            }
            Ok(None) => {
                return unknown(format!("`{kind}` is not in the log after {} s", wait.as_secs()));
            }
            Err(error) => {
                return unknown(format!("the log could not be read for `{kind}`: {error}"));
            }
        }
    }
}

/// From when on an event is one of the call: when that began, by the provider's clock. What was gone before has its event
/// before, by which the very object is named; where the event does not name it, only the record tells when that was. `None` where
/// no event can be told from others.
fn from(made: &Made, desk: &Desk, begun: Timestamp) -> Option<Timestamp> {
    let has_id = made.action.ids().next().is_some();
    if !has_id && made.owner.is_none() {
        return None;
    }
    let (since, back) = match made.action.about() {
        Some(_) if made.was_gone => (carried_out(&desk.audit, &made.action)?.at, EXACT),
        _ if made.was_gone && has_id => (begun, BEFORE),
        _ => (begun, EXACT),
    };
    let there = since.checked_add(desk.reader.skew()).unwrap_or(since);
    Some(there.checked_sub(back).unwrap_or(Timestamp::MIN))
}

fn found(kind: &str, (made, shown): (&Made, Option<Verdict>), event: Value) -> Proof {
    let text = |pointers: [&str; 2]| {
        let mut values = pointers.iter().filter_map(|at| event.pointer(at)?.as_str());
        values.next().unwrap_or("?").to_owned()
    };
    let (id, time) = (text(["/uuid", "/log_id"]), text(["/published", "/date"]));
    let by = text(["/actor/alternateId", "/client_id"]);
    let says = format!("`{kind}` is in the log: {id}, {time}, by {by}");
    let own = last_id(&made.action, &made.action.call().path);
    let whose = made.action.about().filter(|_| !own.is_some_and(|id| names(&event, id)));
    let (verdict, says) = match whose {
        None => (Verdict::Proven, says),
        Some(whose) if shown == Some(Verdict::Proven) => {
            let beside = "and the provider shows which of its credentials it was";
            (Verdict::Proven, format!("{says}; it names `{whose}` alone, {beside}"))
        }
        Some(whose) => {
            let beside = "and the provider does not show which of its credentials it was";
            (Verdict::Unknown, format!("{says}; it names `{whose}` alone, {beside}"))
        }
    };
    Proof { what: What::Event, verdict, says, event: Some(event) }
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

/// Whether an event says that the call succeeded: it is about the very thing that this was made for, or, where such events are
/// known to name less, about what that belongs to and by the client that called.
fn is_about(made: &Made, by: Option<&str>, event: &Value) -> bool {
    let call = made.action.call();
    if made.action.row().provider == Product::Auth0 {
        let path = event.pointer("/details/request/path").and_then(Value::as_str);
        let method = event.pointer("/details/request/method").and_then(Value::as_str);
        let called = call.path.split('?').next().unwrap_or_default();
        return path.is_some_and(|path| is_path(path, called))
            && method.is_some_and(|method| method.eq_ignore_ascii_case(call.method.as_str()));
    }
    let has_failed = event.pointer("/outcome/result").is_some_and(|result| result != "SUCCESS");
    let is_it = match (last_id(&made.action, &call.path), &made.owner) {
        (Some(id), _) => {
            names(event, id)
                || made.action.about().is_some_and(|whose| {
                    names(event, whose) && by.is_none_or(|by| is_by(event, by))
                })
        }
        (None, Some(owner)) => is_of_itself(event, owner),
        (None, None) => false,
    };
    !has_failed && is_it
}

/// Whether an event names an id as what it is about: a target, or what it tells of one.
fn names(event: &Value, id: &str) -> bool {
    let targets = event.get("target").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    targets.iter().any(|target| {
        let details = target.get("detailEntry").and_then(Value::as_object);
        let mut details = details.into_iter().flat_map(serde_json::Map::values);
        target["id"] == *id || target["alternateId"] == *id || details.any(|text| text == id)
    })
}

/// Whether a client did it.
fn is_by(event: &Value, client: &str) -> bool {
    ["/actor/id", "/actor/alternateId"]
        .iter()
        .any(|at| event.pointer(at).is_some_and(|id| id == client))
}

/// Whether a path of the log is that of a call: it may stand there with its escapes or without.
fn is_path(told: &str, called: &str) -> bool {
    let escaped = || told.split('/').map(url_encoded).collect::<Vec<_>>().join("/");
    told == called || escaped() == called
}

/// The id that stands last in a path: what the call is made for. Those before it are what it belongs to.
fn last_id<'a>(action: &'a Action, path: &str) -> Option<&'a str> {
    action.ids().max_by_key(|id| path.rfind(&url_encoded(id)))
}

/// A token that ended itself names itself, and is not named by the call: its owner did it, and with the token that is ended,
/// where the event says with which.
fn is_of_itself(event: &Value, owner: &str) -> bool {
    let with = event.pointer("/transaction/detail/requestApiTokenId").and_then(Value::as_str);
    event.pointer("/actor/id").is_some_and(|id| id == owner)
        && with.is_none_or(|id| names(event, id))
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
        assert_eq!(is_about(made, None, &event), is_it, "{event}");
        let failed = json!({"target": targets, "outcome": {"result": "FAILURE"}});
        assert!(!is_about(made, None, &failed));
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

    /// Events of secrets and keys are known to name their app.
    #[test]
    fn an_event_of_the_app_is_of_its_secret_if_who_called_did_it() {
        let names = [("client", "0oa1"), ("secret", "ocs1")];
        let made = nothing(&Action::new("okta.secret.deactivate", &names).unwrap());
        let event = |target: Value, by: &str| json!({"actor": {"id": by}, "target": [target]});
        for (target, by, is_it) in [
            (json!({"id": "0oa1"}), "0oaActs", true),
            (json!({"id": "0oa1"}), "0oaOther", false),
            (json!({"id": "0oa2"}), "0oaActs", false),
            (json!({"id": "0oa2", "detailEntry": {"SecretId": "ocs1"}}), "0oaOther", true),
        ] {
            let event = event(target, by);
            assert_eq!(is_about(&made, Some("0oaActs"), &event), is_it, "{event}");
        }
        let alone = event(json!({"id": "0oa1"}), "0oaActs");
        for (shown, verdict) in [
            (Some(Verdict::Proven), Verdict::Proven),
            (Some(Verdict::Contradicted), Verdict::Unknown),
            (None, Verdict::Unknown),
        ] {
            assert_eq!(found("kind", (&made, shown), alone.clone()).verdict, verdict);
        }
    }

    #[test]
    fn a_path_is_the_same_with_and_without_escapes() {
        for (told, is_it) in
            [("/a%7Cb/c", true), ("/a|b/c", true), ("/a|b", false), ("/a%257Cb/c", false)]
        {
            assert_eq!(is_path(told, "/a%7Cb/c"), is_it, "{told}");
        }
    }

    #[test]
    fn what_was_before_the_call_proves_nothing() {
        let since = "2026-11-22T10:00:00Z".parse().unwrap();
        assert!(is_since(since, &json!({"published": "2026-11-22T10:00:00.001Z"})));
        assert!(!is_since(since, &json!({"published": "2026-11-22T09:59:59Z"})));
        assert!(!is_since(since, &json!({"date": "soon"})) && !is_since(since, &json!({})));
    }
}
