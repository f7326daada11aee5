//! The served Auth0 tenant: who may ask, and what is answered.

mod client;
mod logs;
mod manage;
mod population;
mod refusal;
mod search;
mod session;
mod streams;
mod token;
mod well_known;

use std::collections::HashMap;

use axum::http::{Method, StatusCode, header};
use jiff::Timestamp;
use serde_json::Value;

use self::refusal::Refusal;
use self::session::Ending;
use crate::Product;
use crate::random::Random;
use crate::serve::Shared;
use crate::serve::ask::{self, Answer, Ask};
use crate::serve::keys::Keys;
use crate::serve::rate::Standing;
use crate::serve::store::Store;
use crate::world::World;

/// What the tenant remembers.
pub(crate) struct Tenant {
    store: Store,
    /// Ids of what is made through the API.
    random: Random,
    tokens: HashMap<String, Access>,
    /// What was accepted and is still to come.
    ending: Vec<Ending>,
    /// From when on nothing works any more.
    revoked_from: Option<Timestamp>,
}

/// An access token.
#[derive(Debug, Clone)]
struct Access {
    client_id: String,
    scopes: Vec<String>,
    expires_s: i64,
}

impl Tenant {
    pub(crate) fn new(
        world: &World,
        keys: &Keys,
        now: Timestamp,
        revoked_from: Option<Timestamp>,
    ) -> Self {
        let random = Random::new(world.seed ^ 0xa0);
        let (mut store, random) = population::populate(world, keys, random);
        session::populate(&mut store, world, now);
        Self { store, random, tokens: HashMap::new(), ending: Vec::new(), revoked_from }
    }

    /// Ends the tokens of a client that is gone.
    fn forget(&mut self, client_id: &str) {
        self.tokens.retain(|_, access| access.client_id != client_id);
    }

    fn is_revoked(&self, now: Timestamp) -> bool {
        self.revoked_from.is_some_and(|from| now >= from)
    }

    /// What the token of a request stands for.
    fn access(&self, ask: &Ask, now: Timestamp) -> Result<&Access, Refusal> {
        let header = ask.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header
            .and_then(|text| text.strip_prefix("Bearer "))
            .ok_or_else(Refusal::missing_token)?;
        let access = self.tokens.get(token).filter(|_| !self.is_revoked(now));
        let access = access.ok_or_else(|| Refusal::token("Invalid token"))?;
        if access.expires_s <= now.as_second() {
            return Err(Refusal::token("Expired token received for JSON Web Token validation"));
        }
        Ok(access)
    }
}

/// Answers one request.
pub(crate) fn answer(shared: &Shared, ask: &Ask) -> Answer {
    let now = shared.now();
    let answer = match (&ask.method, ask.steps().as_slice()) {
        (&Method::POST, ["oauth", "token"]) => token::grant(shared, ask, now),
        (&Method::GET, [".well-known", "openid-configuration"]) => {
            Ok(well_known::configuration(ask))
        }
        (_, ["api", "v2", ..]) => api(shared, ask, now),
        _ => Err(Refusal::not_found()),
    };
    answer.unwrap_or_else(|refusal| refusal.response())
}

/// The Management API: first who asks, then how fast, then whether they may.
fn api(shared: &Shared, ask: &Ask, now: Timestamp) -> Result<Answer, Refusal> {
    let access = shared.tenant().access(ask, now)?.clone();
    let standing = shared.burst.count(now);
    let answer = if standing.is_within {
        called(shared, ask, &access, now)
    } else {
        Err(Refusal::too_fast())
    };
    let mut answer = answer.unwrap_or_else(|refusal| refusal.response());
    tell(&mut answer, standing);
    Ok(answer)
}

fn called(shared: &Shared, ask: &Ask, access: &Access, now: Timestamp) -> Result<Answer, Refusal> {
    match (&ask.method, ask.steps().as_slice()) {
        (&Method::GET, ["api", "v2", "logs"]) => {
            may(access, "read:logs")?;
            read_log(shared, ask, now)
        }
        (&Method::GET, ["api", "v2", "logs", id]) => {
            may(access, "read:logs")?;
            let journal = shared.journal_at(now);
            let record = logs::record(journal.log(Product::Auth0), id);
            record.map(|record| ask::json(StatusCode::OK, record)).ok_or_else(Refusal::not_found)
        }
        (_, ["api", "v2", "log-streams", ..]) => streams::answer(shared, ask, access, now),
        _ => manage::answer(shared, ask, access, now),
    }
}

fn may(access: &Access, scope: &str) -> Result<(), Refusal> {
    let has = access.scopes.iter().any(|own| own == scope);
    if has { Ok(()) } else { Err(Refusal::scope(scope)) }
}

/// Tells how the tenant stands to its limit.
fn tell(answer: &mut Answer, standing: Standing) {
    ask::set(answer, "x-ratelimit-limit", &standing.limit.to_string());
    ask::set(answer, "x-ratelimit-remaining", &standing.remaining.to_string());
    ask::set(answer, "x-ratelimit-reset", &standing.reset.to_string());
}

/// What is answered where something broke.
pub(crate) fn broken(draw: u64) -> Answer {
    let status = [500, 502, 503, 504][(draw % 4) as usize];
    Refusal::broken(status).response()
}

fn read_log(shared: &Shared, ask: &Ask, now: Timestamp) -> Result<Answer, Refusal> {
    let kept = crate::serve::clock::earlier(now, shared.options.auth0_kept);
    let journal = shared.journal_at(now);
    let log = journal.log(Product::Auth0);
    let has = |name| ask.parameter(name);
    if has("from").is_none() && has("take").is_none() {
        let found = search::search(log, ask, kept, now)?;
        return Ok(ask::json(StatusCode::OK, found));
    }
    let from = has("from");
    let page = logs::checkpoint(log, from.as_deref(), has("take").as_deref(), kept)?;
    let mut answer = ask::json(StatusCode::OK, page.body);
    if let Some(next) = page.next {
        let address = format!("{}?from={next}&take={}", ask.url(), page.take);
        ask::add(&mut answer, "link", &format!("<{address}>; rel=\"next\""));
    }
    Ok(answer)
}

/// A member of a request for a token, from JSON or a form.
fn member(ask: &Ask, name: &str) -> Option<String> {
    match ask.json() {
        Value::Object(members) => members.get(name)?.as_str().map(str::to_owned),
        _ => ask.form().remove(name),
    }
}
