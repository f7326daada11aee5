//! The served Okta organization: who may ask, and what is answered.

mod access;
mod app;
mod assertion;
mod cursor;
mod filter;
mod logs;
mod manage;
mod population;
mod proof;
mod query;
mod refusal;
mod session;
mod token;
mod tokens;
mod ways_out;
mod well_known;

use std::fmt::Write as _;

use axum::http::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use serde_json::json;

use self::access::{Asked, Principal};
use self::app::ServiceApp;
use self::query::LogQuery;
use self::refusal::Refusal;
use self::session::Sessions;
use self::tokens::{ApiTokens, Shut};
use self::ways_out::Family;
use crate::Product;
use crate::random::Random;
use crate::serve::Shared;
use crate::serve::ask::{self, Answer, Ask};
use crate::serve::keys::Keys;
use crate::serve::rate::{Bucket, Standing};
use crate::serve::scribe::{About, Author, Note, kinds};
use crate::serve::store::{self, Store};
use crate::world::World;

/// What the organization remembers.
pub(crate) struct Org {
    store: Store,
    tokens: ApiTokens,
    sessions: Sessions,
    /// Changes that are not written yet.
    notes: Vec<Note>,
    /// Ids of what is made through the API.
    random: Random,
    /// From when on nothing works any more.
    revoked_from: Option<Timestamp>,
}

impl Org {
    pub(crate) fn new(
        world: &World,
        keys: &Keys,
        now: Timestamp,
        revoked_from: Option<Timestamp>,
    ) -> Self {
        let (store, tokens) = population::populate(world, &app::apps(&keys.okta_jwk), keys, now);
        let random = Random::new(world.seed ^ 0x1d5);
        let (sessions, notes) = (Sessions::default(), Vec::new());
        Self { store, tokens, sessions, notes, random, revoked_from }
    }

    fn app(&self, client_id: &str) -> Option<ServiceApp> {
        ServiceApp::of(&self.store, client_id)
    }

    fn is_revoked(&self, now: Timestamp) -> bool {
        self.revoked_from.is_some_and(|from| now >= from)
    }

    /// Whom an API token stands for. Its use from elsewhere is refused and leaves an event.
    fn token_user(
        &mut self,
        token: &str,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Principal, Refusal> {
        let opened = self.tokens.open(&mut self.store, token, headers, now);
        if let Err(Shut::Outside(id, owner)) = &opened {
            let author = self.person(owner, Some(id.clone()));
            let about = vec![About::new("Token", id.as_str(), "API token")];
            let kind = &kinds::TOKEN_OUTSIDE;
            self.notes.push(Note {
                kind,
                author,
                about,
                outcome: ("FAILURE", Some("Outside of the allowed range")),
            });
        }
        opened.map_err(Refusal::from)
    }

    /// Who stands in the log for whoever asks.
    fn author(&self, principal: &Principal) -> Author {
        if let Some(owner) = &principal.owner {
            return self.person(owner, Some(principal.id.clone()));
        }
        let label =
            self.store.get("apps", &principal.id).map_or("", |app| store::text(app, "label"));
        Author {
            id: principal.id.clone(),
            kind: "PublicClientApp",
            alternate_id: principal.id.clone(),
            name: label.to_owned(),
            token: None,
        }
    }

    fn person(&self, id: &str, token: Option<String>) -> Author {
        let user = self.store.get("users", id).cloned().unwrap_or_default();
        Author {
            id: id.to_owned(),
            kind: "User",
            alternate_id: user["profile"]["login"].as_str().unwrap_or("").to_owned(),
            name: store::name_of(&user),
            token,
        }
    }

    /// What follows from a change: whoever may not sign in any more has no session.
    fn settle(&mut self) {
        let users = self.store.list("users").iter();
        let out = users
            .filter(|user| matches!(store::text(user, "status"), "DEPROVISIONED" | "SUSPENDED"));
        let out: Vec<String> = out.map(|user| store::text(user, "id").to_owned()).collect();
        self.store
            .keep("sessions", |session| !out.iter().any(|id| id == store::text(session, "userId")));
    }
}

/// Answers one request, and writes what it changed into the log.
pub(crate) fn answer(shared: &Shared, ask: &Ask) -> Answer {
    let now = shared.now();
    let answer = match (&ask.method, ask.steps().as_slice()) {
        (&Method::POST, ["oauth2", "v1", "token"]) => grant(shared, ask, now),
        (&Method::POST, ["oauth2", "v1", "introspect"]) => introspect(shared, ask, now),
        (&Method::POST, ["oauth2", "v1", "revoke"]) => revoke(shared, ask, now),
        (&Method::GET, [".well-known", "okta-organization"]) => Ok(well_known::organization(ask)),
        (_, ["api", "v1", ..] | ["oauth2", "v1", "clients", ..] | ["integrations", "api", ..]) => {
            api(shared, ask, now)
        }
        _ => Err(Refusal::not_found("path", &ask.path)),
    };
    let notes = std::mem::take(&mut shared.org().notes);
    for note in notes {
        shared.note(note.kind, &note.author, &note.about, note.outcome);
    }
    answer.unwrap_or_else(|refusal| refusal.response())
}

fn grant(shared: &Shared, ask: &Ask, now: Timestamp) -> Result<Answer, Refusal> {
    let mut org = shared.org();
    let granted = token::grant(&mut org, &ask.form(), &ask.headers, &ask.url(), now)?;
    let mut answer = ask::json(StatusCode::OK, granted.to_string());
    ask::set(&mut answer, "cache-control", "no-cache, no-store");
    Ok(answer)
}

/// Tells a client what its own token is. Of any other it tells nothing.
fn introspect(shared: &Shared, ask: &Ask, now: Timestamp) -> Result<Answer, Refusal> {
    let mut org = shared.org();
    let form = ask.form();
    let app = token::authenticate(&mut org, &form, &ask.url(), now)?;
    let access = form.get("token").and_then(|token| org.sessions.access(token, now));
    let body = match access.filter(|access| access.client_id == app.client_id) {
        Some(access) => json!({
            "active": true, "client_id": access.client_id, "sub": access.client_id,
            "scope": access.scopes.join(" "), "iat": access.issued_s, "exp": access.expires_s(),
            "token_type": if access.bound_to.is_some() { "DPoP" } else { "Bearer" },
        }),
        None => json!({"active": false}),
    };
    Ok(ask::json(StatusCode::OK, body.to_string()))
}

/// Ends a client's own token. Whether there was one is not told.
fn revoke(shared: &Shared, ask: &Ask, now: Timestamp) -> Result<Answer, Refusal> {
    let mut org = shared.org();
    let form = ask.form();
    let app = token::authenticate(&mut org, &form, &ask.url(), now)?;
    let token = form.get("token").map_or("", String::as_str);
    let is_own =
        org.sessions.access(token, now).is_some_and(|access| access.client_id == app.client_id);
    if is_own {
        org.sessions.revoke(token);
        let principal =
            Principal { id: app.client_id.clone(), scopes: None, role: None, owner: None };
        let author = org.author(&principal);
        let about = vec![About::new("PublicClientApp", app.client_id, app.name)];
        org.notes.push(Note { kind: &kinds::TOKEN_END, author, about, outcome: ("SUCCESS", None) });
    }
    Ok(ask::empty(StatusCode::OK))
}

/// The API: first who asks, then how often, then whether they may.
fn api(shared: &Shared, ask: &Ask, now: Timestamp) -> Result<Answer, Refusal> {
    let asked = Asked { method: ask.method.as_str(), url: &ask.url(), headers: &ask.headers };
    let principal = access::authenticate(&mut shared.org(), asked, now)?;
    let is_log = ask.steps().as_slice() == ["api", "v1", "logs"];
    let bucket = if is_log { Bucket::Logs } else { Bucket::Others };
    let standing = shared.meter.count(bucket, &principal.id, now);
    let answer = if standing.is_within {
        called(shared, ask, &principal, now)
    } else {
        if standing.is_first_beyond {
            let about =
                vec![About::new("PublicClientApp", principal.id.as_str(), ask.path.as_str())];
            let note = Note {
                kind: &kinds::RATE_VIOLATION,
                author: Author::platform(),
                about,
                outcome: ("DENY", None),
            };
            shared.org().notes.push(note);
        }
        let why = "API call exceeded rate limit due to too many requests.";
        Err(Refusal::api(StatusCode::TOO_MANY_REQUESTS, "E0000047", why))
    };
    let mut answer = answer.unwrap_or_else(|refusal| refusal.response());
    tell(&mut answer, standing);
    Ok(answer)
}

fn called(
    shared: &Shared,
    ask: &Ask,
    principal: &Principal,
    now: Timestamp,
) -> Result<Answer, Refusal> {
    let family = match ask.steps().as_slice() {
        ["api", "v1", "logs"] => return read_log(shared, ask, principal, now),
        ["api", "v1", "eventHooks", ..] => Family::Hooks,
        ["api", "v1", "logStreams", ..] => Family::Streams,
        _ => return manage::answer(&mut shared.org(), ask, principal, now),
    };
    let author = shared.org().author(principal);
    ways_out::answer(shared, ask, family, (principal, &author), now)
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
        Standing {
            limit: 0,
            remaining: 0,
            reset: now.as_second() + 60,
            is_within: false,
            is_first_beyond: false,
        },
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

/// A host that is not the one that was asked: whoever follows it there takes the credential along.
const STRANGER: &str = "https://stranger.example.com";

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
    if shared.options.faults.slow.is_some_and(|most| query.limit > most) {
        let why = "Internal Server Error. The query took too long.";
        return Err(Refusal::api(StatusCode::INTERNAL_SERVER_ERROR, "E0000009", why));
    }
    let journal = shared.journal_at(now);
    let page = if query.filter.is_all() {
        logs::page(journal.log(Product::Okta), &query, now)
    } else {
        // To look at every event takes seconds, for which nobody else should wait.
        let log = journal.log(Product::Okta).clone();
        drop(journal);
        logs::page(&log, &query, now)
    }?;
    let mut answer = ask::json(StatusCode::OK, page.body);
    link(&mut answer, &ask.address(), "self");
    if let Some(next) = page.next {
        let mut address = next_address(ask, &query, &next.text(query.mode));
        if shared.stray.strikes(shared.options.faults.stray) {
            address = address.replacen(&ask.base, STRANGER, 1);
        }
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
