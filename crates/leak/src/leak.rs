//! What was found: a credential, how sure that is, and what belongs to it.

use std::ops::Range;

use catalog::Credential;
use finding::Level;
use jiff::Timestamp;
use serde::Serialize;

use crate::layer::Encoding;
use crate::secret::Secret;
use crate::tenant::Tenant;

/// A credential in a text.
#[derive(Debug, Clone)]
pub struct Leak {
    /// What it is.
    pub kind: &'static Credential,
    /// How sure that is.
    pub confidence: Confidence,
    /// How bad it is: that of the kind, less when it is unsure, expired or a known sample.
    pub level: Level,
    /// The value, whole and decoded.
    pub secret: Secret,
    /// Where it stands in the bytes that were given: through encodings, the bytes that encode it.
    pub span: Range<usize>,
    /// Encodings that were undone to find it, the outermost first.
    pub layers: Vec<Encoding>,
    /// Why it is taken for what it is, as fragments; never holds the value.
    pub why: Vec<String>,
    /// Whose it is, as far as the text tells.
    pub tenant: Option<Tenant>,
    /// Public things that belong to it, such as the client's id.
    pub companions: Vec<Companion>,
    /// Whether it can still work, as far as it tells itself.
    pub validity: Validity,
    /// What a token says of itself.
    pub claims: Option<Claims>,
}

/// How sure it is that a value is what it is taken for. Ordered: `Candidate` is least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It has the shape, and little speaks for it.
    Candidate,
    /// It has the shape, and a tenant or a telling name is near.
    Medium,
    /// Its name or its own form says what it is.
    Strong,
    /// Nothing else looks like this in such a place.
    Certain,
}

impl Confidence {
    /// The lower-case word, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Medium => "medium",
            Self::Strong => "strong",
            Self::Certain => "certain",
        }
    }
}

/// Something public that belongs to a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Companion {
    /// What it is: `client_id`, `issuer`, `key_id`, `user_id`, `token_id`, `audience`.
    pub what: &'static str,
    /// The thing itself, which is no secret.
    pub value: String,
    /// Why it is taken to belong: a fragment such as `in the same block`.
    pub why: &'static str,
}

/// Whether a credential can still work, as far as it tells itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// It does not say.
    Unknown,
    /// It expires at that time, which is not over, or nobody said what time it is now.
    Until(Timestamp),
    /// It expired at that time.
    Expired(Timestamp),
    /// It is a known sample of documentation.
    Sample,
    /// It contradicts itself: a key whose parts do not fit.
    Inconsistent,
}

/// What a JSON Web Token says of itself. Empty means it does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// `iss`.
    pub issuer: Option<String>,
    /// `aud`, one or several.
    pub audience: Vec<String>,
    /// `sub`.
    pub subject: Option<String>,
    /// `cid`, `azp` or `client_id`.
    pub client: Option<String>,
    /// `uid`, Okta's id of the user.
    pub user: Option<String>,
    /// `scp` or `scope`, one entry a scope.
    pub scopes: Vec<String>,
    /// `gty`, Auth0's grant type.
    pub grant: Option<String>,
    /// `kid` of the header.
    pub key: Option<String>,
    /// `iat`.
    pub issued: Option<Timestamp>,
    /// `exp`.
    pub expires: Option<Timestamp>,
}

impl Leak {
    /// The same with its level: that of the kind, less when it is unsure, expired or a sample.
    pub(crate) fn weighed(mut self) -> Self {
        let level = self.kind.level.parse().unwrap_or(Level::High);
        let most = match (self.validity, self.confidence) {
            (Validity::Expired(_) | Validity::Sample, _) => Level::Informational,
            (_, Confidence::Candidate) | (Validity::Inconsistent, _) => Level::Low,
            (_, Confidence::Medium) => Level::Medium,
            _ => Level::Critical,
        };
        self.level = level.min(most);
        self
    }
}
