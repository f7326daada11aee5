//! A request, read whole.

use std::collections::HashMap;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use serde_json::Value;

/// Largest body of a request, in bytes.
const MOST_BYTES: usize = 1 << 20;

/// What a server answers.
pub(crate) type Answer = Response<Body>;

/// A request to one of the tenants.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    /// The verb.
    pub(crate) method: Method,
    /// The path, from its first slash.
    pub(crate) path: String,
    /// What stands behind the question mark, without it.
    pub(crate) query: String,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// The steps of the path, each decoded.
    steps: Vec<String>,
    /// The address of the tenant as the client reached it, without a slash at its end.
    pub(crate) base: String,
}

impl Ask {
    /// Reads a request. `None` if it is for a host that is not this machine, or larger than anything meant.
    pub(crate) async fn read(request: Request) -> Option<Self> {
        let (parts, body) = request.into_parts();
        let host = parts.headers.get(header::HOST)?.to_str().ok()?.to_owned();
        if !is_loopback(&host) {
            return None;
        }
        let body = to_bytes(body, MOST_BYTES).await.ok()?.to_vec();
        Some(Self {
            method: parts.method,
            steps: steps(parts.uri.path()),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or("").to_owned(),
            headers: parts.headers,
            body,
            base: format!("http://{host}"),
        })
    }

    /// The address without query.
    pub(crate) fn url(&self) -> String {
        format!("{}{}", self.base, self.path)
    }

    /// The address with its query.
    pub(crate) fn address(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        format!("{}{mark}{}", self.url(), self.query)
    }

    /// The steps of the path.
    pub(crate) fn steps(&self) -> Vec<&str> {
        self.steps.iter().map(String::as_str).collect()
    }

    /// The body as a form.
    pub(crate) fn form(&self) -> HashMap<String, String> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// The body as JSON; `null` if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The parameter of that name.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// The steps of a path: `%40` in one of them is an `@`, `%2F` no end of it.
fn steps(path: &str) -> Vec<String> {
    let decoded = |step: &str| {
        // Of a form, a step has neither the sign between pairs nor that for a space.
        let form = step.replace('+', "%2B").replace('&', "%26");
        let mut pairs = url::form_urlencoded::parse(form.as_bytes());
        pairs.next().map_or_else(String::new, |(name, value)| {
            if step.contains('=') { format!("{name}={value}") } else { name.into_owned() }
        })
    };
    path.split('/').filter(|step| !step.is_empty()).map(decoded).collect()
}

/// Whether a header `Host` names this machine. Pages of the web that resolve a name to it are not let in.
fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost" | "[::1]") || host == "[::1]"
}

/// An answer of JSON.
pub(crate) fn json(status: StatusCode, body: impl Into<Body>) -> Answer {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Answer {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer
}

/// Sets a header, if its value can be one.
pub(crate) fn set(answer: &mut Answer, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

/// Adds one more line of a header, if its value can be one.
pub(crate) fn add(answer: &mut Answer, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().append(name, value);
    }
}
