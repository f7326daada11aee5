//! What deliveries look like, by kind.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::outlet::{Outlet, PushKind};

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parcel {
    /// Its headers.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Its body.
    pub(crate) body: Vec<u8>,
}

/// The requests that carry those lines; none for no line.
pub(crate) fn parcels(
    outlet: &Outlet,
    lines: &[String],
    host: &str,
    now: Timestamp,
) -> Vec<Parcel> {
    if lines.is_empty() {
        return Vec::new();
    }
    let one = |body: String| vec![parcel(outlet, body)];
    match outlet.kind {
        PushKind::Hook => one(hook(outlet, lines, host, now)),
        PushKind::Hec => one(lines.iter().map(|line| collected(line, host)).collect()),
        PushKind::Lines => one(lines.iter().map(|line| wrapped(line) + "\n").collect()),
        PushKind::Array => one(format!("[{}]", all_wrapped(lines))),
        PushKind::Object => one(format!("{{\"logs\":[{}]}}", all_wrapped(lines))),
        PushKind::EventBridge => {
            let body = |line: &String| bridged("SystemLog", &okta_bus(host), line, line);
            lines.iter().map(|line| parcel(outlet, body(line))).collect()
        }
        PushKind::Auth0EventBridge => {
            let body = |line: &String| bridged("Auth0 log", AUTH0_BUS, line, &wrapped(line));
            lines.iter().map(|line| parcel(outlet, body(line))).collect()
        }
    }
}

const AUTH0_BUS: &str =
    "aws.partner/auth0.com/acme-0b0a2d3e-7c55-4a9e-8d3b-1f4e5d6c7b8a/auth0.logs";

fn okta_bus(host: &str) -> String {
    let tenant = host.split('.').next().unwrap_or(host);
    format!("aws.partner/okta.com/{tenant}/keyward")
}

fn parcel(outlet: &Outlet, body: String) -> Parcel {
    let kind = match outlet.kind {
        PushKind::Lines => "application/x-ndjson",
        _ => "application/json",
    };
    let headers = vec![
        ("content-type", kind.to_owned()),
        ("authorization", outlet.secret.clone()),
        ("user-agent", "keyward-lab".to_owned()),
    ];
    Parcel { headers, body: body.into_bytes() }
}

/// Okta's envelope around events.
fn hook(outlet: &Outlet, lines: &[String], host: &str, now: Timestamp) -> String {
    let delivery = crate::serve::keys::random_text(18).unwrap_or_default();
    let head = json!({
        "eventType": "com.okta.event_hook", "eventTypeVersion": "1.0", "cloudEventsVersion": "0.1",
        "source": format!("https://{host}/api/v1/eventHooks/{}", outlet.id),
        "eventId": delivery, "eventTime": now.to_string(), "contentType": "application/json",
    });
    with(&head, "data", &format!("{{\"events\":[{}]}}", lines.join(",")))
}

/// The form of Splunk's collector.
fn collected(line: &str, host: &str) -> String {
    let time = member(line, "published").and_then(|time| time.parse::<Timestamp>().ok());
    let time_s = time.map_or(0.0, |time| time.as_duration().as_secs_f64());
    let head = json!({"time": time_s, "host": host, "source": "okta", "sourcetype": "OktaIM2:log"});
    with(&head, "event", line)
}

/// Amazon's envelope. Its id is another one with each delivery.
fn bridged(kind: &str, bus: &str, line: &str, detail: &str) -> String {
    let time = member(line, "published").or_else(|| member(line, "date")).unwrap_or_default();
    let head = json!({
        "version": "0", "id": crate::serve::keys::random_text(18).unwrap_or_default(), "detail-type": kind,
        "source": bus, "account": "123456789012", "time": time, "region": "us-east-1", "resources": [],
    });
    with(&head, "detail", detail)
}

/// Auth0's wrapper around a record in streams.
fn wrapped(line: &str) -> String {
    let id = member(line, "log_id").unwrap_or_default();
    format!("{{\"log_id\":{},\"data\":{line}}}", Value::from(id))
}

fn all_wrapped(lines: &[String]) -> String {
    let wrapped: Vec<String> = lines.iter().map(|line| wrapped(line)).collect();
    wrapped.join(",")
}

/// An object with one more member, whose text is kept as it is.
fn with(head: &Value, name: &str, text: &str) -> String {
    let head = head.to_string();
    format!("{},\"{name}\":{text}}}", head.trim_end_matches('}'))
}

/// A member of an event that is text.
fn member(line: &str, name: &str) -> Option<String> {
    let event: Value = serde_json::from_str(line).ok()?;
    event.get(name)?.as_str().map(str::to_owned)
}
