//! A tenant, and questions to its log.

mod auth0;
mod okta;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::{SignedDuration, Timestamp};
use outbound::{Answer, Method, Origin, Outbound, Request, Secret};

use crate::classify::{self, Asked};
use crate::clock::Clock;
use crate::count::count;
use crate::pace::{Class, Gate};
use crate::session::{Session, Token, Way};
use crate::{Credential, Cursor, Error, Pace, Page, Provider, Query, Share, links};

/// The smallest page that a slow provider is asked for.
const SMALLEST: u32 = 25;

/// A tenant of a provider, with a credential for it. Clones share the credential's token and the pace.
#[derive(Clone)]
pub struct Tenant {
    shared: Arc<Shared>,
    host: Arc<Host>,
    class: Class,
}

struct Shared {
    provider: Provider,
    origin: Origin,
    outbound: Outbound,
    session: Session,
    pace: Pace,
    /// Events asked for on one page: halved when the provider takes too long, doubled when it does not.
    limit: AtomicU32,
}

/// What holds for everybody who asks one host, whatever the credential.
struct Host {
    clock: Clock,
    gate: Gate,
}

/// What is sent, apart from the credential.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'a> {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) path: &'a str,
    /// JSON text.
    pub(crate) body: Option<&'a Secret>,
}

/// An answer of the log, before its links are followed.
struct Leaf {
    answer: Answer,
    count: usize,
    share: Option<Share>,
    asked: Timestamp,
}

impl Tenant {
    /// Takes a credential in. Speaks to nobody; fails if the credential's key cannot be read or is for another provider.
    pub fn new(
        provider: Provider,
        origin: Origin,
        credential: Credential,
        outbound: Outbound,
        pace: Pace,
    ) -> Result<Self, Error> {
        let shared = Shared {
            provider,
            origin,
            outbound,
            session: Session::new(provider, credential)?,
            pace,
            limit: AtomicU32::new(provider.page_events()),
        };
        let host = Host { clock: Clock::default(), gate: Gate::new(provider, pace) };
        Ok(Self { shared: Arc::new(shared), host: Arc::new(host), class: Class::Live })
    }

    /// The same tenant, at one pace with another and by the same clock: both together take the smaller share of the limit. One of
    /// another host or provider changes nothing.
    #[must_use]
    pub fn beside(self, other: &Self) -> Self {
        if self.provider() != other.provider() || self.origin() != other.origin() {
            return self;
        }
        other.host.gate.lower(self.shared.pace);
        Self { host: Arc::clone(&other.host), ..self }
    }

    /// Whether both are at one pace.
    pub fn is_beside(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.host, &other.host)
    }

    /// The same tenant, for times past: its questions take at most half of the share, so that the record goes on.
    #[must_use]
    pub fn background(&self) -> Self {
        Self { class: Class::Background, ..self.clone() }
    }

    /// Whose tenant it is.
    pub fn provider(&self) -> Provider {
        self.shared.provider
    }

    /// Where it is.
    pub fn origin(&self) -> &Origin {
        &self.shared.origin
    }

    /// What it is signed in with: the kind and, where it has one, the id of the credential.
    pub fn describe(&self) -> String {
        self.credential().to_string()
    }

    /// How far the provider's clock is ahead of ours, by its last answer; negative if behind. Zero before the first
    /// answer, and for less than two seconds.
    pub fn skew(&self) -> SignedDuration {
        self.host.clock.skew()
    }

    /// What speaks against its credential, if anything does.
    pub fn warning(&self) -> Option<&'static str> {
        self.shared.session.credential().warning()
    }

    /// How far the provider's clock is ahead of ours, to the second; `None` before the first answer.
    pub(crate) fn measured_skew(&self) -> Option<SignedDuration> {
        self.host.clock.measured()
    }

    /// What time it is there.
    pub(crate) fn now(&self) -> Timestamp {
        self.host.clock.now()
    }

    /// A gate for requests that have a rate limit of their own.
    pub(crate) fn own_gate(&self) -> Gate {
        Gate::new(self.shared.provider, self.shared.pace)
    }

    /// For whom its requests are.
    pub(crate) fn class(&self) -> Class {
        self.class
    }

    pub(crate) fn credential(&self) -> &Credential {
        self.shared.session.credential()
    }

    /// How many requests of a limit are ours.
    pub(crate) fn requests_of(&self, limit: u32) -> usize {
        self.host.gate.most(limit, Class::Live)
    }

    /// The same tenant, signed in for other scopes. Without scopes to ask for, it is the same.
    ///
    /// Fails if the key of the credential cannot be read.
    pub fn with_scopes(&self, asked: &[&str]) -> Result<Self, Error> {
        let mut credential = self.credential().clone();
        if let Credential::ServiceApp { scopes, .. } = &mut credential {
            *scopes = asked.iter().map(|&scope| scope.to_owned()).collect();
        }
        let (shared, pace) = (&*self.shared, self.shared.pace);
        let (origin, outbound) = (shared.origin.clone(), shared.outbound.clone());
        Ok(Self::new(shared.provider, origin, credential, outbound, pace)?.beside(self))
    }

    /// Asks the log for one page, once the pace lets it.
    ///
    /// Signs in if need be, and once more if the token is refused. Asks for half as much where a page takes too
    /// long or is too large.
    /// Everything else that fails is returned, with [`Error::retry`] saying when to ask again.
    pub async fn page(&self, query: &Query) -> Result<Page, Error> {
        loop {
            let limit = self.shared.limit.load(Ordering::Relaxed);
            let page = match self.shared.provider {
                Provider::Okta => self.okta_page(query, limit).await,
                Provider::Auth0 => self.auth0_page(query).await,
            };
            match page {
                Err(error) if self.is_too_much(&error, limit) => self.resize(limit / 2),
                Ok(page) => {
                    self.resize(limit.saturating_mul(2));
                    return Ok(page);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether a smaller page may succeed. Those of Auth0 have one size.
    fn is_too_much(&self, error: &Error, limit: u32) -> bool {
        let is_too_much = matches!(
            error,
            Error::TooSlow { .. } | Error::Unreachable(outbound::Error::TooLarge { .. })
        );
        is_too_much && limit > SMALLEST && self.shared.provider == Provider::Okta
    }

    fn resize(&self, limit: u32) {
        let limit = limit.clamp(SMALLEST, self.shared.provider.page_events());
        self.shared.limit.store(limit, Ordering::Relaxed);
    }

    /// Reads any path of the tenant's interface with the credential. Not paced: for few requests.
    pub async fn read(&self, path: &str) -> Result<Answer, Error> {
        let answer = self.ask(path).await?;
        classify::check(self.asked(path, false, 0), &answer)?;
        Ok(answer)
    }

    /// The same for what may not be there: `None` where the provider knows nothing of it (HTTP 404).
    pub(crate) async fn find(&self, path: &str) -> Result<Option<Answer>, Error> {
        let answer = self.ask(path).await?;
        if answer.status == 404 {
            return Ok(None);
        }
        classify::check(self.asked(path, false, 0), &answer)?;
        Ok(Some(answer))
    }

    /// The scopes of the token in use, separated by spaces. `None` before the first request, for an API token, and if the
    /// provider does not tell.
    pub async fn scopes(&self) -> Option<String> {
        self.shared.session.scopes().await
    }

    /// One answer of the log.
    async fn leaf(&self, path: &str, is_cursor: bool, limit: u32) -> Result<Leaf, Error> {
        self.host.gate.pass(self.class).await;
        let answer = self.ask(path).await?;
        let now = self.host.clock.now();
        let share = Share::of(&answer, now);
        if let Some(share) = share {
            self.host.gate.learn(share);
        }
        let asked = self.asked(path, is_cursor, limit);
        if let Err(error) = classify::check(asked, &answer) {
            if let Error::RateLimited { reset, .. } = &error {
                self.host.gate.shut(*reset);
            }
            return Err(error);
        }
        let count =
            count(&answer.body).ok_or_else(|| self.shape("its body is no array of events"))?;
        let asked = answer.date.unwrap_or(now);
        Ok(Leaf { answer, count, share, asked })
    }

    async fn ask(&self, path: &str) -> Result<Answer, Error> {
        self.send(Sent { method: Method::Get, path, body: None }).await
    }

    /// Sends with the credential, and once more if the refusal can be helped: what was refused was not carried out.
    pub(crate) async fn send(&self, sent: Sent<'_>) -> Result<Answer, Error> {
        let mut attempts = 0;
        loop {
            let (answer, token) = self.send_once(sent).await?;
            attempts += 1;
            let is_refused = matches!(answer.status, 400 | 401);
            // Asked for even after the last attempt: a token that was refused is not kept.
            let may_help = is_refused && self.shared.session.recover(&answer, token.as_ref()).await;
            if !may_help || attempts == 2 {
                return Ok(answer);
            }
        }
    }

    async fn send_once(&self, sent: Sent<'_>) -> Result<(Answer, Option<Token>), Error> {
        let shared = &*self.shared;
        let way =
            Way { origin: &shared.origin, outbound: &shared.outbound, clock: &self.host.clock };
        let request = Request::new(sent.method, sent.path);
        let request = request.with("accept", Secret::new("application/json"));
        let request = match sent.body {
            Some(body) => request.with_json(body.clone()),
            None => request,
        };
        let authorized = shared.session.authorize(way, request).await?;
        let answer = shared.outbound.send(&shared.origin, authorized.request).await?;
        self.host.clock.learn_from(&answer);
        Ok((answer, authorized.token))
    }

    pub(crate) fn asked<'a>(&'a self, path: &'a str, is_cursor: bool, limit: u32) -> Asked<'a> {
        Asked {
            provider: self.shared.provider,
            host: self.shared.origin.host(),
            endpoint: path.split('?').next().unwrap_or_default(),
            is_cursor,
            limit,
            now: self.host.clock.now(),
        }
    }

    fn shape(&self, what: &'static str) -> Error {
        Error::Shape {
            host: self.shared.origin.host().to_owned(),
            endpoint: self.shared.provider.log_path().to_owned(),
            what,
        }
    }

    /// Where the server says to go on, if it does. A link that leads elsewhere than to the log is an error; its host is not looked at.
    fn next(&self, answer: &Answer) -> Result<Option<Cursor>, Error> {
        let lines = answer.all("link");
        let Some(next) = lines.flat_map(links).find(|link| link.is("next")) else {
            return Ok(None);
        };
        match Cursor::of_link(self.shared.provider, next.target) {
            Ok(cursor) => Ok(Some(cursor)),
            Err(_) => Err(self.shape("its next link does not lead to the log")),
        }
    }
}

/// A query string after a path.
fn with_pairs(path: &str, pairs: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    // A plus is a space in forms alone; a plus that is meant is `%2B` by now.
    format!("{path}?{}", query.replace('+', "%20"))
}

/// A time as both providers write it, with milliseconds.
fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use outbound::Settings;
    use tokio::time::Instant;

    use super::*;

    fn tenant(url: &str, share: f64) -> Tenant {
        let outbound = Outbound::new(&Settings::default()).unwrap();
        let token = Credential::ApiToken(Secret::new("random"));
        Tenant::new(Provider::Okta, url.parse().unwrap(), token, outbound, Pace { share }).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn tenants_of_one_host_take_the_smaller_share_together_and_wait_together() {
        let one = tenant("https://acme.okta.com", 0.5);
        let other = tenant("https://acme.okta.com", 0.3).beside(&one);
        assert_eq!((one.requests_of(10), other.requests_of(10)), (3, 3));
        one.host.gate.learn(Share { limit: 10, remaining: 10, reset: Duration::from_secs(1) });
        let start = Instant::now();
        let mut seconds = Vec::new();
        for tenant in [&one, &other, &one, &other] {
            tenant.host.gate.pass(Class::Live).await;
            seconds.push(start.elapsed().as_secs());
        }
        assert_eq!(seconds, [0, 0, 0, 60]);
    }

    #[test]
    fn tenants_of_other_hosts_stay_apart() {
        let one = tenant("https://acme.okta.com", 0.5);
        let other = tenant("https://other.okta.com", 0.3).beside(&one);
        assert!(!other.is_beside(&one) && one.requests_of(10) == 5);
        assert!(one.background().is_beside(&one));
    }
}
