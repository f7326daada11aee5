//! The event of a change, found in the log.

use std::time::{Duration, Instant};

use catalog::Product;
use idp::{Action, Query};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::desk::Desk;
use super::super::execute::Made;
use super::{Proof, Verdict, What};

/// Between two looks at the log. Events are there within seconds, mostly.
const BETWEEN: Duration = Duration::from_secs(3);

/// How far back the event is looked for of something that was gone before.
const BEFORE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How far the clocks may be apart, and how late an event may be dated.
const SLACK: SignedDuration = SignedDuration::from_mins(2);

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
    let from = if made.was_gone { begun.checked_sub(BEFORE) } else { begun.checked_sub(SLACK) };
    let from = from.unwrap_or(Timestamp::MIN);
    let until = Instant::now() + wait;
    loop {
        match find(&made.action, kind, desk, from).await {
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

/// One look, from a time to a little after now by the provider's clock.
async fn find(
    action: &Action,
    kind: &str,
    desk: &Desk,
    since: Timestamp,
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
        if let Some(event) = events.into_iter().rev().find(|event| is_about(action, event)) {
            return Ok(Some(event));
        }
        match page.next {
            Some(next) => query = Query::Next(next),
            None => break,
        }
    }
    Ok(None)
}

/// Whether an event is about what the action was done to, and says that it succeeded.
fn is_about(action: &Action, event: &Value) -> bool {
    if action.row().provider == Product::Auth0 {
        let path = event.pointer("/details/request/path").and_then(Value::as_str);
        let method = event.pointer("/details/request/method").and_then(Value::as_str);
        let call = action.call();
        return path == call.path.split('?').next()
            && method.is_some_and(|method| method.eq_ignore_ascii_case(call.method.as_str()));
    }
    let failed = event.pointer("/outcome/result").is_some_and(|result| result != "SUCCESS");
    let targets = event.get("target").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let names = |id: &str| {
        let mut texts = targets.iter().flat_map(|target| [&target["id"], &target["alternateId"]]);
        texts.any(|text| text == id)
    };
    let mut ids = action.ids().peekable();
    // A token that ended itself names itself, and is not named by the call.
    let is_current = ids.peek().is_none();
    !failed && (is_current || ids.any(names))
}
