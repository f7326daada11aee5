//! Carrying out: what is on record, and nothing else.

use std::error::Error as StdError;

use jiff::Timestamp;
use outbound::{Answer, Method, Secret};
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use crate::action::{Action, Call, Look};
use crate::classify::{code, limited};
use crate::tenant::{Sent, Tenant};
use crate::{Error, Lacks};

/// Where what is about to be done is written down.
pub trait Trail {
    /// Writes it down, and returns its number once it is on the disk for good.
    fn begin(&mut self, intent: &Intent) -> Result<u64, TrailError>;
}

/// What is about to be done was not written down, and is not done. Its source says why.
#[derive(Debug, Error)]
#[error("nothing was called")]
pub struct TrailError {
    /// Why not.
    pub source: Box<dyn StdError + Send + Sync>,
}

/// What is about to be done. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Intent {
    /// The action's name in the catalog.
    pub action: &'static str,
    /// Where: scheme, host and port.
    pub origin: String,
    /// The verb.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// JSON text; `None` for none.
    pub body: Option<String>,
    /// With which credential: its kind and id.
    pub credential: String,
}

/// A call that is on record and was not made yet. There is no other way to get one than to write it down.
#[derive(Debug)]
pub struct Executing {
    call: Call,
    scope: Option<&'static str>,
    origin: String,
    number: u64,
}

impl Executing {
    /// Writes an action down that is to be carried out on a tenant. Speaks to nobody.
    pub fn begin(
        trail: &mut dyn Trail,
        tenant: &Tenant,
        action: &Action,
    ) -> Result<Self, TrailError> {
        let (call, origin) = (action.call(), tenant.origin().to_string());
        let intent = Intent {
            action: action.name(),
            origin: origin.clone(),
            method: call.method.as_str(),
            path: call.path.clone(),
            body: call.body.clone(),
            credential: tenant.credential().to_string(),
        };
        let number = trail.begin(&intent)?;
        Ok(Self { call, scope: action.row().scope, origin, number })
    }

    /// Its number on record.
    pub fn number(&self) -> u64 {
        self.number
    }
}

/// A call that was carried out, or had nothing to do. `Debug` shows no body.
#[derive(Debug)]
pub struct Acted {
    /// The status of the answer.
    pub status: u16,
    /// Whether there was nothing of that id (any more).
    pub was_gone: bool,
    /// When, by the provider's clock, if it said so.
    pub at: Option<Timestamp>,
    /// The id of what was made, if something was.
    pub made: Option<String>,
    /// The secret that was made, if one was.
    pub secret: Option<Secret>,
}

/// What was seen of an object or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// It is there.
    There(Value),
    /// There is nothing of that id.
    Gone,
}

impl Tenant {
    /// Makes a call that is on record, once.
    ///
    /// An error that may pass ([`Error::retry`]) other than a rate limit leaves open whether it was carried out.
    pub async fn act(&self, executing: Executing) -> Result<Acted, Error> {
        let Executing { call, scope, origin, .. } = executing;
        if origin != self.origin().to_string() {
            return Err(self.unlike(&call.path, "the call was written down for another host"));
        }
        let body = call.body.map(Secret::new);
        let sent = Sent { method: call.method, path: &call.path, body: body.as_ref() };
        let answer = self.send(sent).await?;
        let was_gone = call.method == Method::Delete && matches!(answer.status, 404 | 410);
        if was_gone || matches!(answer.status, 200..=204) {
            return Ok(acted(&answer, was_gone));
        }
        Err(self.refusal(&answer, &call.path, scope))
    }

    /// Reads what an action is about, with the scope that it takes.
    pub async fn look(&self, look: &Look) -> Result<Looked, Error> {
        self.see(&look.path, look.scope).await
    }

    /// Reads one object or one page of a list, with the scope that it takes.
    pub async fn see(&self, path: &str, scope: &str) -> Result<Looked, Error> {
        let tenant = self.with_scopes(&[scope])?;
        let answer = tenant.send(Sent { method: Method::Get, path, body: None }).await?;
        match answer.status {
            200 => {
                let value = serde_json::from_slice(&answer.body);
                value.map(Looked::There).map_err(|_| self.unlike(path, "its body is no JSON"))
            }
            404 | 410 => Ok(Looked::Gone),
            _ => Err(self.refusal(&answer, path, Some(scope))),
        }
    }

    fn refusal(&self, answer: &Answer, path: &str, scope: Option<&str>) -> Error {
        let (host, code) = (self.origin().host().to_owned(), code(answer));
        match answer.status {
            401 => Error::Refused { host, code },
            403 => Error::Forbidden { host, lacks: lacks(answer, code.as_deref(), scope) },
            429 => limited(self.asked(path, false, 0), answer),
            408 | 500..=599 => Error::Unavailable { host, status: answer.status },
            400..=499 => Error::Invalid { host, code },
            _ => self.unlike(path, "a status without meaning here"),
        }
    }

    fn unlike(&self, path: &str, what: &'static str) -> Error {
        let endpoint = path.split('?').next().unwrap_or_default().to_owned();
        Error::Shape { host: self.origin().host().to_owned(), endpoint, what }
    }
}

/// A challenge that names the scope, or Auth0's code, tells that it is the scope.
fn lacks(answer: &Answer, code: Option<&str>, scope: Option<&str>) -> Lacks {
    let told = answer.all("www-authenticate").any(|text| text.contains("insufficient_scope"));
    match scope.filter(|_| told || code == Some("insufficient_scope")) {
        Some(scope) => Lacks::Scope(scope.to_owned()),
        None => Lacks::Role,
    }
}

fn acted(answer: &Answer, was_gone: bool) -> Acted {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    Acted {
        status: answer.status,
        was_gone,
        at: answer.date,
        made: text("id").filter(|_| !was_gone),
        secret: text("client_secret").filter(|_| !was_gone).map(Secret::new),
    }
}
