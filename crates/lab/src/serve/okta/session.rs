//! What the authorization server remembers: tokens it gave, words to repeat, ids that were used.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::serve::keys::{KeyError, random_text};

/// How long an access token of a service app works, in seconds. Source: Okta's guide to service apps, checked 2026-11-22.
pub(crate) const TOKEN_S: i64 = 3600;

/// How long a nonce is the current one, in seconds, and how long it is taken. Source: Okta's guide to `DPoP`, checked 2026-11-22.
const NONCE_S: i64 = 24 * 3600;
const NONCE_TAKEN_S: i64 = 3 * NONCE_S;

/// Most ids that are remembered, so that nobody fills the memory.
const MOST_IDS: usize = 100_000;

/// An access token.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    /// Who asked for it.
    pub(crate) client_id: String,
    /// What it opens.
    pub(crate) scopes: Vec<String>,
    /// Thumbprint of the key it is bound to.
    pub(crate) bound_to: Option<String>,
    /// When it was given, in seconds since 1970.
    pub(crate) issued_s: i64,
}

impl Access {
    /// When it ends, in seconds since 1970.
    pub(crate) fn expires_s(&self) -> i64 {
        self.issued_s + TOKEN_S
    }
}

/// Tokens, nonces and ids.
#[derive(Default)]
pub(crate) struct Sessions {
    tokens: HashMap<String, Access>,
    nonces: Vec<(String, i64)>,
    used: HashSet<String>,
}

impl Sessions {
    /// The nonce of now; a fresh one where the last is a day old.
    pub(crate) fn nonce(&mut self, now: Timestamp) -> Result<String, KeyError> {
        let now_s = now.as_second();
        self.nonces.retain(|(_, since_s)| now_s - since_s < NONCE_TAKEN_S);
        match self.nonces.last() {
            Some((nonce, since_s)) if now_s - since_s < NONCE_S => Ok(nonce.clone()),
            _ => {
                let nonce = random_text(24)?;
                self.nonces.push((nonce.clone(), now_s));
                Ok(nonce)
            }
        }
    }

    /// Whether that was a nonce in the last three days.
    pub(crate) fn knows_nonce(&self, nonce: &str, now: Timestamp) -> bool {
        let now_s = now.as_second();
        self.nonces.iter().any(|(known, since_s)| known == nonce && now_s - since_s < NONCE_TAKEN_S)
    }

    /// Takes an id; whether it is seen for the first time.
    pub(crate) fn takes(&mut self, kind: &str, id: &str) -> bool {
        if self.used.len() >= MOST_IDS {
            self.used.clear();
        }
        self.used.insert(format!("{kind} {id}"))
    }

    /// Gives a token.
    pub(crate) fn give(&mut self, access: Access) -> Result<String, KeyError> {
        let token = format!("eyJhbGciOiJub25lIn0.{}.{}", random_text(48)?, random_text(64)?);
        self.tokens.retain(|_, other| other.expires_s() > access.issued_s);
        self.tokens.insert(token.clone(), access);
        Ok(token)
    }

    /// What a token stands for, if it works still.
    pub(crate) fn access(&self, token: &str, now: Timestamp) -> Option<&Access> {
        self.tokens.get(token).filter(|access| access.expires_s() > now.as_second())
    }

    /// Ends a token.
    pub(crate) fn revoke(&mut self, token: &str) {
        self.tokens.remove(token);
    }
}
