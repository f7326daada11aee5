//! The served Okta organization: who may ask, and what is answered.

mod access;
mod app;
mod assertion;
mod cursor;
mod filter;
mod logs;
mod proof;
mod query;
mod refusal;
mod session;
mod token;

use std::fmt::Write as _;

use axum::http::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;

use self::access::{Asked, Principal};
use self::app::ServiceApp;
use self::query::LogQuery;
use self::refusal::Refusal;
use self::session::Sessions;
use crate::Product;
use crate::serve::Shared;
use crate::serve::ask::{self, Answer, Ask};
use crate::serve::keys::Keys;
use crate::serve::rate::{Bucket, Standing};

/// What the organization remembers.
pub(crate) struct Org {
    apps: Vec<ServiceApp>,
    sessions: Sessions,
    /// The API token that works, and the one that did.
    api_token: String,
    /// From when on nothing works any more.
    revoked_from: Option<Timestamp>,
}

impl Org {
    pub(crate) fn new(keys: &Keys, revoked_from: Option<Timestamp>) -> Self {
        Self {
            apps: app::apps(&keys.okta_jwk),
            sessions: Sessions::default(),
            api_token: keys.okta_api_token.clone(),
            revoked_from,
        }
    }

    fn app(&self, client_id: &str) -> Option<&ServiceApp> {
        self.apps.iter().find(|app| app.client_id == client_id)
    }

    fn is_revoked(&self, now: Timestamp) -> bool {
        self.revoked_from.is_some_and(|from| now >= from)
    }

    fn token_user(&self, token: &str, _: &HeaderMap, _: Timestamp) -> Result<Principal, Refusal> {
        if token != self.api_token {
            return Err(Refusal::token());
        }
        let role = Some("SUPER_ADMIN".to_owned());
        Ok(Principal { id: "00Tlab00000000000001".to_owned(), scopes: None, role })
    }
}

/// Answers one request.
pub(crate) fn answer(shared: &Shared, ask: &Ask) -> Answer {
    let now = shared.now();
    let answer = match (&ask.method, ask.steps().as_slice()) {
        (&Method::POST, ["oauth2", "v1", "token"]) => grant(shared, ask, now),
        (_, ["api", "v1", ..]) => api(shared, ask, now),
        _ => Err(Refusal::not_found("path", &ask.path)),
    };
    answer.unwrap_or_else(|refusal| refusal.response())
}

fn grant(shared: &Shared, ask: &Ask, now: Timestamp) -> Result<Answer, Refusal> {
    let mut org = shared.org();
    let granted = token::grant(&mut org, &ask.form(), &ask.headers, &ask.url(), now)?;
    let mut answer = ask::json(StatusCode::OK, granted.to_string());
    ask::set(&mut answer, "cache-control", "no-cache, no-store");
    Ok(answer)
}

/// The API: first who asks, then how often, then whether they may.
fn api(shared: &Shared, ask: &Ask, now: Timestamp) -> Result<Answer, Refusal> {
    let asked = Asked { method: ask.method.as_str(), url: &ask.url(), headers: &ask.headers };
    let principal = access::authenticate(&mut shared.org(), asked, now)?;
    let steps = ask.steps();
    let is_log = steps.as_slice() == ["api", "v1", "logs"];
    let bucket = if is_log { Bucket::Logs } else { Bucket::Others };
    let standing = shared.meter.count(bucket, &principal.id, now);
    let answer = if !standing.is_within {
        let why = "API call exceeded rate limit due to too many requests.";
        Err(Refusal::api(StatusCode::TOO_MANY_REQUESTS, "E0000047", why))
    } else if is_log {
        read_log(shared, ask, &principal, now)
    } else {
        Err(Refusal::not_found("path", &ask.path))
    };
    let mut answer = answer.unwrap_or_else(|refusal| refusal.response());
    tell(&mut answer, standing);
    Ok(answer)
}

/// Tells how the client stands to its limit.
fn tell(answer: &mut Answer, standing: Standing) {
    ask::set(answer, "x-rate-limit-limit", &standing.limit.to_string());
    ask::set(answer, "x-rate-limit-remaining", &standing.remaining.to_string());
    ask::set(answer, "x-rate-limit-reset", &standing.reset.to_string());
}

/// What is answered where too many requests run at a time: no window to wait for, so its limits are 0.
pub(crate) fn busy(now: Timestamp) -> Answer {
    let why = "API call exceeded rate limit due to too many requests.";
    let mut answer = Refusal::api(StatusCode::TOO_MANY_REQUESTS, "E0000047", why).response();
    tell(
        &mut answer,
        Standing { limit: 0, remaining: 0, reset: now.as_second() + 60, is_within: false },
    );
    answer
}

/// What is answered where something broke, or took too long.
pub(crate) fn broken(draw: u64) -> Answer {
    let (status, code, why) = match draw % 4 {
        0 => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "E0000009",
            "Internal Server Error. The query took too long.",
        ),
        1 => (StatusCode::INTERNAL_SERVER_ERROR, "E0000009", "Internal Server Error"),
        2 => (StatusCode::BAD_GATEWAY, "E0000010", "Service is in read only mode"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "E0000010", "Service is in read only mode"),
    };
    Refusal::api(status, code, why).response()
}

fn read_log(
    shared: &Shared,
    ask: &Ask,
    principal: &Principal,
    now: Timestamp,
) -> Result<Answer, Refusal> {
    if ask.method != Method::GET {
        return Err(Refusal::api(
            StatusCode::METHOD_NOT_ALLOWED,
            "E0000022",
            "The endpoint does not support the provided HTTP method",
        ));
    }
    access::authorize(principal, "okta.logs.read")?;
    let query = LogQuery::parse(&ask.query, now)?;
    let life = i64::try_from(shared.options.cursor_life.as_secs()).unwrap_or(i64::MAX);
    if query.after.is_some_and(|cursor| now.as_second() - cursor.issued_s > life) {
        return Err(cursor::Cursor::refusal());
    }
    let journal = shared.journal_at(now);
    let page = logs::page(journal.log(Product::Okta), &query, now)?;
    drop(journal);
    let mut answer = ask::json(StatusCode::OK, page.body);
    link(&mut answer, &ask.address(), "self");
    if let Some(next) = page.next {
        let address = next_address(ask, &query, &next.text(query.mode));
        link(&mut answer, &address, "next");
    }
    Ok(answer)
}

/// One header line for each relation, as Okta sends them.
fn link(answer: &mut Answer, address: &str, rel: &str) {
    ask::add(answer, "link", &format!("<{address}>; rel=\"{rel}\""));
}

/// The address of the next page: what was asked, resolved, and where to go on. Commas in it stay commas.
fn next_address(ask: &Ask, query: &LogQuery, after: &str) -> String {
    let is_polling = query.mode == query::Mode::Polling;
    let mut pairs: Vec<(&str, String)> = vec![("after", after.to_owned())];
    if !is_polling {
        pairs.push(("since", query.since.to_string()));
        pairs.push(("until", query.until.to_string()));
    }
    let rest = query.given.iter().filter(|(key, _)| !matches!(key.as_str(), "since" | "until"));
    pairs.extend(rest.map(|(key, value)| (key.as_str(), value.clone())));
    let pairs: Vec<String> =
        pairs.iter().map(|(key, value)| format!("{}={}", escape(key), escape(value))).collect();
    format!("{}?{}", ask.url(), pairs.join("&"))
}

/// Escapes what cannot stand in a query. A comma can.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' => {
                escaped.push(char::from(byte));
            }
            _ => {
                let _ = write!(escaped, "%{byte:02X}");
            }
        }
    }
    escaped
}
