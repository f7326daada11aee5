//! Being signed in.

use std::sync::Mutex;
use std::time::Duration;

use outbound::{Answer, Origin, Outbound, Request, Secret};
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use crate::classify::{Asked, code, limited};
use crate::clock::Clock;
use crate::jwt::{self, Proven};
use crate::key::{BadKey, SigningKey};
use crate::{Credential, Error, Lacks, Provider};

/// A clock that is off by more spoils a statement.
const OFF_S: u64 = 30;

/// The credential of a tenant, and the token that it got.
pub(crate) struct Session {
    provider: Provider,
    credential: Credential,
    /// Signs assertions: a service app's own.
    key: Option<SigningKey>,
    /// Signs proofs: made at start, and never kept.
    proof: Option<SigningKey>,
    token: tokio::sync::Mutex<Option<Token>>,
    /// What the token endpoint, and what the interface wants in the next proof.
    nonces: Mutex<[Option<String>; 2]>,
}

/// Whom a nonce is for.
#[derive(Debug, Clone, Copy)]
enum Door {
    Token = 0,
    Interface = 1,
}

#[derive(Debug, Clone)]
pub(crate) struct Token {
    secret: Secret,
    is_bound: bool,
    scopes: Option<String>,
    renew: Instant,
    /// Whether it was never used: one that is refused then is not replaced, for another would be refused as well.
    is_new: bool,
}

/// A request that carries the credential.
pub(crate) struct Authorized {
    pub(crate) request: Request,
    /// The token in it. An API token is none.
    pub(crate) token: Option<Token>,
}

/// What an endpoint for tokens says. Source: RFC 6749 section 5.1.
#[derive(Deserialize)]
struct Issued {
    access_token: String,
    token_type: String,
    expires_in: u64,
    scope: Option<String>,
}

/// Where and how to ask.
#[derive(Clone, Copy)]
pub(crate) struct Way<'a> {
    pub(crate) origin: &'a Origin,
    pub(crate) outbound: &'a Outbound,
    pub(crate) clock: &'a Clock,
}

impl Session {
    /// Reads the key of a credential. Speaks to nobody.
    pub(crate) fn new(provider: Provider, credential: Credential) -> Result<Self, Error> {
        let (mut key, mut proof) = (None, None);
        match (&credential, provider) {
            (Credential::ServiceApp { client_id, key: text, dpop, .. }, Provider::Okta) => {
                let named = |source| Error::Key { client_id: client_id.clone(), source };
                key = Some(SigningKey::parse(text).map_err(named)?);
                proof = dpop.then(SigningKey::generate).transpose().map_err(named)?;
            }
            (Credential::ApiToken(_), Provider::Okta)
            | (Credential::ClientCredentials { .. }, Provider::Auth0) => {}
            _ => {
                return Err(Error::Method {
                    provider: provider.as_str(),
                    method: credential.method(),
                });
            }
        }
        let (token, nonces) = (tokio::sync::Mutex::default(), Mutex::default());
        Ok(Self { provider, credential, key, proof, token, nonces })
    }

    pub(crate) fn credential(&self) -> &Credential {
        &self.credential
    }

    /// The scopes of the token, if there is one and the provider told them.
    pub(crate) async fn scopes(&self) -> Option<String> {
        self.token.lock().await.as_ref()?.scopes.clone()
    }

    /// Adds the credential to a request, signing in first if need be.
    pub(crate) async fn authorize(
        &self,
        way: Way<'_>,
        request: Request,
    ) -> Result<Authorized, Error> {
        let carried = |request: Request, scheme: &str, secret: &Secret| {
            let value = format!("{scheme} {}", secret.expose());
            request.with("authorization", Secret::new(value))
        };
        if let Credential::ApiToken(token) = &self.credential {
            return Ok(Authorized { request: carried(request, "SSWS", token), token: None });
        }
        let token = self.token(way).await?;
        if !token.is_bound {
            let request = carried(request, "Bearer", &token.secret);
            return Ok(Authorized { request, token: Some(token) });
        }
        let url = format!("{}{}", way.origin, request.endpoint());
        let proof =
            self.proof(way, Door::Interface, request.method(), &url, Some(&token.secret))?;
        let request = proved(carried(request, "DPoP", &token.secret), proof);
        Ok(Authorized { request, token: Some(token) })
    }

    /// Whether a refusal is worth one more attempt: after another token, or with the nonce that was asked for.
    pub(crate) async fn recover(&self, answer: &Answer, used: Option<&Token>) -> bool {
        if self.take_nonce(Door::Interface, answer) {
            return true;
        }
        let Some(used) = used.filter(|_| answer.status == 401) else { return false };
        let mut kept = self.token.lock().await;
        // Another request may have renewed it by now.
        if kept.as_ref().is_some_and(|token| token.secret != used.secret) {
            return true;
        }
        *kept = None;
        !used.is_new
    }

    /// The token in use, renewed before it ends.
    async fn token(&self, way: Way<'_>) -> Result<Token, Error> {
        // Held while signing in, so that many requests sign in once.
        let mut kept = self.token.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| Instant::now() < token.renew) {
            return Ok(token.clone());
        }
        let token = self.sign_in(way).await?;
        *kept = Some(Token { is_new: false, ..token.clone() });
        Ok(token)
    }

    /// Signs in: again once for a nonce, and once if the answer told that our clock is off.
    async fn sign_in(&self, way: Way<'_>) -> Result<Token, Error> {
        let (mut has_nonce, mut has_clock) = (false, false);
        loop {
            let skew = way.clock.skew();
            let answer = way.outbound.send(way.origin, self.request(way)?).await?;
            way.clock.learn_from(&answer);
            if answer.status == 200 {
                return self.issued(way, &answer);
            }
            let is_off = (way.clock.skew() - skew).unsigned_abs().as_secs() > OFF_S;
            if !has_nonce && self.take_nonce(Door::Token, &answer) {
                has_nonce = true;
            } else if !has_clock && is_off {
                has_clock = true;
            } else {
                return Err(self.refusal(way, &answer));
            }
        }
    }

    fn request(&self, way: Way<'_>) -> Result<Request, Error> {
        match &self.credential {
            Credential::ServiceApp { client_id, .. } => self.okta_request(way, client_id),
            Credential::ClientCredentials { client_id, client_secret, audience } => {
                let own = format!("{}/api/v2/", way.origin);
                let text = json!({
                    "grant_type": "client_credentials",
                    "client_id": client_id,
                    "client_secret": client_secret.expose(),
                    "audience": audience.as_ref().unwrap_or(&own),
                });
                Ok(Request::json("/oauth/token", Secret::new(text.to_string())))
            }
            // One that needs no signing in never comes here.
            Credential::ApiToken(_) => Err(Error::Method { provider: "okta", method: "api-token" }),
        }
    }

    fn okta_request(&self, way: Way<'_>, client_id: &str) -> Result<Request, Error> {
        const PATH: &str = "/oauth2/v1/token";
        let Credential::ServiceApp { key_id, .. } = &self.credential else {
            return Err(Error::Method { provider: "okta", method: self.credential.method() });
        };
        let named = |source: BadKey| Error::Key { client_id: client_id.to_owned(), source };
        let key = self.key.as_ref().ok_or_else(|| named(BadKey::Unreadable))?;
        let url = format!("{}{PATH}", way.origin);
        let now = way.clock.now();
        let life_s = jwt::ASSERTION_S;
        let statement = jwt::Statement { client_id, audience: &url, issued: now, life_s };
        let assertion = jwt::assertion(key, key_id.as_deref(), &statement).map_err(named)?;
        let request = Request::form(
            PATH,
            &[
                ("grant_type", "client_credentials"),
                ("scope", &self.asked_scopes()),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", assertion.expose()),
            ],
        );
        let request = request.with("accept", Secret::new("application/json"));
        Ok(proved(request, self.proof(way, Door::Token, "POST", &url, None)?))
    }

    /// What is asked for, separated by spaces. Auth0 gives all that was granted.
    fn asked_scopes(&self) -> String {
        match &self.credential {
            Credential::ServiceApp { scopes, .. } if !scopes.is_empty() => scopes.join(" "),
            _ => self.provider.log_scope().to_owned(),
        }
    }

    fn proof(
        &self,
        way: Way<'_>,
        door: Door,
        method: &'static str,
        url: &str,
        token: Option<&Secret>,
    ) -> Result<Option<Secret>, Error> {
        let Some(key) = &self.proof else { return Ok(None) };
        let nonce = self.nonces()[door as usize].clone();
        let proven = Proven { method, url, nonce: nonce.as_deref(), token };
        let named = |source| Error::Key { client_id: self.client_id().to_owned(), source };
        jwt::proof(key, &proven, way.clock.now()).map(Some).map_err(named)
    }

    fn issued(&self, way: Way<'_>, answer: &Answer) -> Result<Token, Error> {
        let shape = |what| Error::Shape {
            host: way.origin.host().to_owned(),
            endpoint: self.endpoint().to_owned(),
            what,
        };
        let issued: Issued =
            serde_json::from_slice(&answer.body).map_err(|_| shape("no token in it"))?;
        let is_bound = issued.token_type.eq_ignore_ascii_case("dpop");
        if is_bound && self.proof.is_none() {
            return Err(shape("a bound token that was not asked for"));
        }
        let lifetime = Duration::from_secs(issued.expires_in.min(7 * 24 * 3600));
        let early = (lifetime / 10).min(Duration::from_mins(5));
        Ok(Token {
            secret: Secret::new(issued.access_token),
            is_bound,
            scopes: issued.scope,
            renew: Instant::now() + lifetime.saturating_sub(early),
            is_new: true,
        })
    }

    fn refusal(&self, way: Way<'_>, answer: &Answer) -> Error {
        let host = way.origin.host().to_owned();
        let asked = Asked {
            provider: self.provider,
            host: way.origin.host(),
            endpoint: self.endpoint(),
            is_cursor: false,
            limit: 0,
            now: way.clock.now(),
        };
        let code = code(answer);
        match answer.status {
            429 => limited(asked, answer),
            408 | 500..=599 => Error::Unavailable { host, status: answer.status },
            _ if code.as_deref() == Some("invalid_scope") => {
                Error::Forbidden { host, lacks: Lacks::Scope(self.asked_scopes()) }
            }
            _ => Error::SignIn { host, client_id: self.client_id().to_owned(), code },
        }
    }

    /// Keeps the nonce that a refusal asks for, if it is another than the one that was sent.
    fn take_nonce(&self, door: Door, answer: &Answer) -> bool {
        let Some(nonce) = answer.header("dpop-nonce").filter(|_| self.proof.is_some()) else {
            return false;
        };
        let is_asked = code(answer).as_deref() == Some("use_dpop_nonce")
            || answer.all("www-authenticate").any(|text| text.contains("use_dpop_nonce"));
        let mut nonces = self.nonces();
        let kept = &mut nonces[door as usize];
        let is_new = kept.as_deref() != Some(nonce);
        if is_new && nonce.len() <= 1024 {
            *kept = Some(nonce.to_owned());
        }
        is_asked && is_new
    }

    fn client_id(&self) -> &str {
        match &self.credential {
            Credential::ServiceApp { client_id, .. }
            | Credential::ClientCredentials { client_id, .. } => client_id,
            Credential::ApiToken(_) => "",
        }
    }

    fn endpoint(&self) -> &'static str {
        match self.provider {
            Provider::Okta => "/oauth2/v1/token",
            Provider::Auth0 => "/oauth/token",
        }
    }

    fn nonces(&self) -> std::sync::MutexGuard<'_, [Option<String>; 2]> {
        self.nonces.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn proved(request: Request, proof: Option<Secret>) -> Request {
    match proof {
        Some(proof) => request.with("dpop", proof),
        None => request,
    }
}
