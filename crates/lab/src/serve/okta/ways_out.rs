//! `/api/v1/eventHooks` and `/api/v1/logStreams`: what pushes events, and how it stands.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::record::kind::Kind;
use crate::serve::Shared;
use crate::serve::ask::{self, Answer, Ask};
use crate::serve::keys::random_text;
use crate::serve::okta::access::{self, Principal};
use crate::serve::okta::manage::is_read;
use crate::serve::okta::refusal::Refusal;
use crate::serve::push::{Outlet, Push, PushKind, Status, verify};
use crate::serve::scribe::{About, Author, kinds};

/// Active hooks of an organization at most, and event types of one. Source: Okta event hooks, checked 2026-11-22.
const MOST_HOOKS: usize = 25;
const MOST_TYPES: usize = 300;

/// Active streams of an organization at most. Source: Okta release notes, OKTA-1179998, checked 2026-11-22.
const MOST_STREAMS: usize = 2;

/// Which of the two a path is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// `eventHooks`.
    Hooks,
    /// `logStreams`.
    Streams,
}

impl Family {
    fn has(self, outlet: &Outlet) -> bool {
        match self {
            Self::Hooks => outlet.kind == PushKind::Hook,
            Self::Streams => matches!(outlet.kind, PushKind::EventBridge | PushKind::Hec),
        }
    }

    fn scope(self, is_read: bool) -> &'static str {
        match (self, is_read) {
            (Self::Hooks, true) => "okta.eventHooks.read",
            (Self::Hooks, false) => "okta.eventHooks.manage",
            (Self::Streams, true) => "okta.logStreams.read",
            (Self::Streams, false) => "okta.logStreams.manage",
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Hooks => "EventHook",
            Self::Streams => "LogStream",
        }
    }

    /// The events of being switched on, switched off and deleted.
    fn kinds(self) -> [&'static Kind; 3] {
        match self {
            Self::Hooks => [&kinds::HOOK_ACTIVATE, &kinds::HOOK_DEACTIVATE, &kinds::HOOK_DELETE],
            Self::Streams => [&kinds::STREAM_ON, &kinds::STREAM_OFF, &kinds::STREAM_DELETE],
        }
    }
}

/// Answers one request. Verification waits for the receiver.
pub(crate) fn answer(
    shared: &Shared,
    ask: &Ask,
    family: Family,
    (principal, author): (&Principal, &Author),
    now: Timestamp,
) -> Result<Answer, Refusal> {
    access::authorize(principal, family.scope(is_read(&ask.method)))?;
    let desk = Desk { shared, family, author, now };
    let steps = ask.steps();
    match (ask.method.as_str(), steps.get(3..).unwrap_or(&[])) {
        ("GET", []) => Ok(desk.list()),
        ("POST", []) => desk.create(&ask.json()),
        ("GET", [id]) => desk.read(id),
        ("DELETE", [id]) => desk.delete(id),
        ("POST", [id, "lifecycle", "verify"]) if family == Family::Hooks => desk.verify(id),
        ("POST", [id, "lifecycle", "activate"]) => desk.switch(id, Status::Active),
        ("POST", [id, "lifecycle", "deactivate"]) => desk.switch(id, Status::Inactive),
        _ => Err(Refusal::not_found("path", &ask.path)),
    }
}

struct Desk<'d> {
    shared: &'d Shared,
    family: Family,
    author: &'d Author,
    now: Timestamp,
}

impl Desk<'_> {
    fn list(&self) -> Answer {
        let outlets = self.shared.outlets();
        let all: Vec<Value> =
            outlets.iter().filter(|outlet| self.family.has(outlet)).map(told).collect();
        ask::json(StatusCode::OK, json!(all).to_string())
    }

    fn find(&self, id: &str) -> Result<Outlet, Refusal> {
        let outlets = self.shared.outlets();
        let found = outlets.iter().find(|outlet| outlet.id == id && self.family.has(outlet));
        found.cloned().ok_or_else(|| Refusal::not_found(self.family.what(), id))
    }

    fn read(&self, id: &str) -> Result<Answer, Refusal> {
        Ok(ask::json(StatusCode::OK, told(&self.find(id)?).to_string()))
    }

    fn create(&self, body: &Value) -> Result<Answer, Refusal> {
        let name = body["name"].as_str().unwrap_or("").to_owned();
        if name.is_empty() {
            return Err(Refusal::invalid("name", "The field cannot be left blank"));
        }
        let made = match self.family {
            Family::Hooks => hook(name, body)?,
            Family::Streams => stream(name, body)?,
        };
        let most = if self.family == Family::Hooks { MOST_HOOKS } else { MOST_STREAMS };
        let mut outlets = self.shared.outlets();
        let active = outlets
            .iter()
            .filter(|other| self.family.has(other) && other.status != Status::Inactive);
        if active.count() >= most {
            return Err(Refusal::invalid("status", "the organization has as many as it may"));
        }
        outlets.push(made.clone());
        drop(outlets);
        let kind =
            if self.family == Family::Hooks { &kinds::HOOK_CREATE } else { &kinds::STREAM_CREATE };
        self.tell(kind, &made);
        Ok(ask::json(StatusCode::OK, told(&made).to_string()))
    }

    fn verify(&self, id: &str) -> Result<Answer, Refusal> {
        let outlet = self.find(id)?;
        if !tokio::runtime::Handle::current().block_on(verify(&outlet)) {
            return Err(Refusal::invalid(
                "verification",
                "the receiver did not repeat the challenge",
            ));
        }
        self.set(id, |outlet, end| {
            if outlet.status == Status::Unverified {
                outlet.status = Status::Active;
                outlet.position = end;
            }
        })?;
        self.tell(&kinds::HOOK_VERIFY, &outlet);
        self.read(id)
    }

    fn switch(&self, id: &str, status: Status) -> Result<Answer, Refusal> {
        let outlet = self.find(id)?;
        let [on, off, _] = self.family.kinds();
        self.set(id, |outlet, end| {
            if status == Status::Active && outlet.status == Status::Inactive {
                // What happened in between is not replayed.
                outlet.position = end;
            }
            if outlet.status != Status::Unverified || status == Status::Inactive {
                outlet.status = status;
            }
        })?;
        self.tell(if status == Status::Active { on } else { off }, &outlet);
        self.read(id)
    }

    /// Changes an outlet; the number is that of the line that is written next.
    fn set(&self, id: &str, change: impl FnOnce(&mut Outlet, usize)) -> Result<(), Refusal> {
        let end = self.shared.journal_at(self.now).log(crate::Product::Okta).len();
        let mut outlets = self.shared.outlets();
        let found = outlets.iter_mut().find(|outlet| outlet.id == id);
        let outlet = found.ok_or_else(|| Refusal::not_found(self.family.what(), id))?;
        change(outlet, end);
        Ok(())
    }

    fn delete(&self, id: &str) -> Result<Answer, Refusal> {
        let outlet = self.find(id)?;
        if outlet.status != Status::Inactive {
            return Err(Refusal::permission());
        }
        self.shared.outlets().retain(|other| other.id != id);
        let [_, _, deleted] = self.family.kinds();
        self.tell(deleted, &outlet);
        Ok(ask::empty(StatusCode::NO_CONTENT))
    }

    fn tell(&self, kind: &'static Kind, outlet: &Outlet) {
        let about = [About::new(self.family.what(), &outlet.id, &outlet.name)];
        self.shared.note(kind, self.author, &about, ("SUCCESS", None));
    }
}

fn hook(name: String, body: &Value) -> Result<Outlet, Refusal> {
    let config = &body["channel"]["config"];
    let address = config["uri"].as_str().unwrap_or("");
    let receiver = address.parse().map_err(|_| {
        Refusal::invalid("uri", "events are pushed to `http://` addresses of this machine alone")
    })?;
    let items = body["events"]["items"].as_array().into_iter().flatten();
    let items: Vec<String> = items.filter_map(Value::as_str).map(str::to_owned).collect();
    if items.is_empty() || items.len() > MOST_TYPES {
        return Err(Refusal::invalid("events", "must name from 1 to 300 event types"));
    }
    let is_eligible =
        |item: &&String| catalog::okta_event_type(item).is_none_or(|kind| !kind.hook_eligible);
    if let Some(other) = items.iter().find(is_eligible) {
        return Err(Refusal::invalid(
            "events",
            &format!("{other} is not eligible for event hooks"),
        ));
    }
    let secret = config["authScheme"]["value"].as_str().unwrap_or("").to_owned();
    let push = Push { kind: PushKind::Hook, receiver };
    let mut outlet = Outlet::new(id("who")?, name, push, secret);
    outlet.status = Status::Unverified;
    outlet.items = Some(items);
    Ok(outlet)
}

/// A stream to Splunk, whose host is a receiver on this machine. One to Amazon is made with the lab's flags, for it has no
/// address.
fn stream(name: String, body: &Value) -> Result<Outlet, Refusal> {
    if body["type"] != "splunk_cloud_logstreaming" {
        return Err(Refusal::invalid("type", "only splunk_cloud_logstreaming can be created here"));
    }
    let settings = &body["settings"];
    let host = settings["host"].as_str().unwrap_or("");
    let address = format!("http://{host}/services/collector/event");
    let receiver = address
        .parse()
        .map_err(|_| Refusal::invalid("host", "events are pushed to this machine alone"))?;
    let secret = format!("Splunk {}", settings["token"].as_str().unwrap_or(""));
    Ok(Outlet::new(id("0oa")?, name, Push { kind: PushKind::Hec, receiver }, secret))
}

fn id(prefix: &str) -> Result<String, Refusal> {
    let rest = random_text(12).map_err(|_| Refusal::invalid("id", "was not made"))?;
    Ok(format!("{prefix}{rest}5d7").replace(['-', '_'], "x"))
}

/// An outlet as the API answers it: never with its secret.
fn told(outlet: &Outlet) -> Value {
    let status = if outlet.status == Status::Inactive { "INACTIVE" } else { "ACTIVE" };
    let address = outlet.receiver.to_string();
    match outlet.kind {
        PushKind::Hook => {
            let is_verified = matches!(outlet.status, Status::Active | Status::Inactive);
            let verification = if is_verified { "VERIFIED" } else { "UNVERIFIED" };
            json!({
                "id": outlet.id, "name": outlet.name, "status": status, "verificationStatus": verification,
                "events": {"type": "EVENT_TYPE", "items": outlet.items},
                "channel": {"type": "HTTP", "version": "1.0.0", "config": {"uri": address, "method": "POST",
                    "authScheme": {"type": "HEADER", "key": "Authorization"}}},
            })
        }
        PushKind::Hec => json!({
            "id": outlet.id, "name": outlet.name, "status": status, "type": "splunk_cloud_logstreaming",
            "settings": {"edition": "aws", "host": address},
        }),
        _ => json!({
            "id": outlet.id, "name": outlet.name, "status": status, "type": "aws_eventbridge",
            "settings": {"accountId": "123456789012", "eventSourceName": "keyward", "region": "us-east-1"},
        }),
    }
}
