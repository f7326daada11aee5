//! A credential as its findings tell of it: by fingerprint and mask, never by value.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use crate::evidence::cut;
use crate::report::rfc3339;
use crate::verification::{BlastRadius, Exposure, Token, Verification};

/// Entries of one list that a finding names; beyond them it says `… 3 more`.
pub const LISTED_MAX: usize = 50;

/// What a finding of kind [`Leak`](crate::Kind::Leak) says about the credential. What is not known is left
/// out of JSON. No text is longer than [`TEXT_MAX`](crate::TEXT_MAX) characters and a mark of its length.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// What it is: a kind of the catalog, such as `okta_api_token`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The keyed fingerprint: 32 hex digits, the same for the same value under the same key.
    pub fingerprint: String,
    /// A few characters of each end, to recognize it by.
    pub mask: String,
    /// Bytes of the value.
    pub length: usize,
    /// How sure it is that it is that: `candidate`, `medium`, `strong` or `certain`.
    pub confidence: String,
    /// The value itself, only where somebody asked for it. It is written and never read back: what is
    /// read is about to be passed on.
    #[serde(skip_serializing_if = "Option::is_none", skip_deserializing)]
    pub secret: Option<Shown>,
    /// Why it is taken for what it is, as fragments.
    pub why: Vec<String>,
    /// Encodings that were undone to find it, the outermost first, such as `percent`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<String>,
    /// Whose it is, and how that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Belonging>,
    /// Whether it can still work, as far as it tells itself: `unknown`, `unexpired`, `expired`, `sample`
    /// (of documentation) or `inconsistent`.
    pub validity: String,
    /// When it expires or expired.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "time")]
    pub expires: Option<Timestamp>,
    /// In a recording: whether it was still valid when that was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_at_capture: Option<bool>,
    /// How long such a credential works, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub life: String,
    /// With whom it lives and dies, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// What ends it, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub revoke: String,
    /// Public things that belong to it, such as the client's id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub companions: Vec<Companion>,
    /// What a token says of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<Claims>,
    /// What asking about it showed; left out where nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// The one that it is, as the provider lists it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
    /// Those of which it may be any, where it is not known which; at most [`LISTED_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Token>,
    /// What it allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blast_radius: Option<BlastRadius>,
    /// What was done with it since it lay open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exposure: Option<Exposure>,
}

/// Whose a credential is, and how that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Belonging {
    /// The tenant's host, such as `acme.okta.com`.
    pub host: String,
    /// How near it stood: `same`, `block`, `file`, `folder` or `repository`.
    pub nearness: String,
    /// Why they go together, as a fragment.
    pub why: String,
}

/// Something public that belongs to a credential.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Companion {
    /// What it is, such as `client_id`.
    pub what: String,
    /// The thing itself, which is no secret.
    pub value: String,
    /// Why it is taken to belong, as a fragment.
    pub why: String,
}

/// What a JSON Web Token says of itself. What it does not say is left out of JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// `iss`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// `aud`, one or several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<String>,
    /// `sub`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// `cid`, `azp` or `client_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// `uid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// `scp` or `scope`, one entry a scope.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// `gty`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<String>,
    /// `kid` of the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// `iat`.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "time")]
    pub issued: Option<Timestamp>,
    /// `exp`.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "time")]
    pub expires: Option<Timestamp>,
}

/// A value that somebody asked to see. `Debug` shows its length.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Shown(String);

impl Shown {
    /// Takes the value in. Call only where somebody asked for it.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shown({} bytes)", self.0.len())
    }
}

impl Credential {
    /// The same with texts and lists that are too long cut. The value, if it is there, stays whole.
    pub(crate) fn cut(mut self) -> Self {
        short(&mut self.why);
        if let Some(Belonging { host, why, .. }) = &mut self.tenant {
            (*host, *why) = (cut(host), cut(why));
        }
        self.companions.truncate(LISTED_MAX);
        for companion in &mut self.companions {
            companion.value = cut(&companion.value);
        }
        self.claims = self.claims.map(Claims::cut);
        self
    }
}

impl Claims {
    fn cut(mut self) -> Self {
        let Self { issuer, subject, client, user, grant, key, .. } = &mut self;
        for text in [issuer, subject, client, user, grant, key].into_iter().flatten() {
            *text = cut(text);
        }
        short(&mut self.audience);
        short(&mut self.scopes);
        self
    }
}

/// Cuts a list and its texts.
fn short(list: &mut Vec<String>) {
    let beyond = list.len().saturating_sub(LISTED_MAX);
    list.truncate(LISTED_MAX);
    for text in list.iter_mut() {
        *text = cut(text);
    }
    if beyond > 0 {
        list.push(format!("… {beyond} more"));
    }
}

#[expect(clippy::ref_option, reason = "the signature that serde asks for")]
fn time<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(rfc3339).serialize(serializer)
}
