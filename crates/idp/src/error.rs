//! What can go wrong between us and an identity provider.
//!
//! Variants are chosen by what the caller does next, not by where the error
//! arose. No variant holds a response body: bodies can carry tokens.

use std::time::Duration;

use thiserror::Error;

use crate::key::BadKey;

/// What a credential that is valid is short of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lacks {
    /// A scope: which, or those that were asked for together, separated by spaces.
    Scope(String),
    /// A role that may read: the scope is there, and opens nothing by itself.
    Role,
}

/// When to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// After so long, by the provider's word.
    After(Duration),
    /// After a while that grows with each failure.
    Backoff,
    /// Not before somebody has changed something.
    Never,
}

/// A failed call to Okta or Auth0.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The provider asked us to slow down (HTTP 429).
    #[error("rate limited by {host}, resets in {} s", reset.as_secs())]
    RateLimited {
        /// Host that answered, without scheme.
        host: String,
        /// Until the window opens again; at least one second.
        reset: Duration,
    },

    /// Too many requests at once, by everybody together (HTTP 429 with empty limits).
    #[error("{host} has too many requests at once")]
    Busy {
        /// Host that answered.
        host: String,
    },

    /// The credential is not valid: expired, revoked, or its owner deactivated (HTTP 401).
    #[error("{host} does not take the credential{}", shown(code.as_deref()))]
    Refused {
        /// Host that answered.
        host: String,
        /// The provider's own code for it, such as `E0000011`.
        code: Option<String>,
    },

    /// Signing in failed for another reason than a scope.
    #[error("{host} does not let {client_id} sign in{}", shown(code.as_deref()))]
    SignIn {
        /// Host that answered.
        host: String,
        /// Whose.
        client_id: String,
        /// The code of OAuth, such as `invalid_client`.
        code: Option<String>,
    },

    /// The credential is valid and may not do this (HTTP 403, or a scope that was not granted).
    #[error("{host}: the credential {}", match lacks { Lacks::Scope(scope) => format!("was not granted the scope `{scope}`"), Lacks::Role => "has no role that may read this".to_owned() })]
    Forbidden {
        /// Host that answered.
        host: String,
        /// What is missing.
        lacks: Lacks,
    },

    /// A cursor is not known any more (HTTP 400 or 404 on one).
    #[error("{host} does not know the cursor any more")]
    CursorExpired {
        /// Host that answered.
        host: String,
    },

    /// The question itself is wrong: a filter, a time too long ago (HTTP 400, 404).
    #[error("{host} refuses the question{}", shown(code.as_deref()))]
    Invalid {
        /// Host that answered.
        host: String,
        /// The provider's own code for it, such as `E0000053`.
        code: Option<String>,
    },

    /// The provider needs too long for a page, even for a small one.
    #[error("{host} takes too long for a page of {limit} events")]
    TooSlow {
        /// Host that answered.
        host: String,
        /// The size of the page.
        limit: u32,
    },

    /// The provider has a fault of its own (HTTP 5xx).
    #[error("{host} answers with status {status}")]
    Unavailable {
        /// Host that answered.
        host: String,
        /// 500 to 599.
        status: u16,
    },

    /// There was no answer.
    #[error(transparent)]
    Unreachable(#[from] outbound::Error),

    /// An answer did not have the documented shape.
    #[error("unexpected answer from {host}{endpoint}: {what}")]
    Shape {
        /// Host that answered.
        host: String,
        /// Path without query.
        endpoint: String,
        /// What is unexpected.
        what: &'static str,
    },

    /// The private key cannot be used.
    #[error("the private key of {client_id} cannot be used")]
    Key {
        /// Whose.
        client_id: String,
        /// Why.
        source: BadKey,
    },

    /// The credential is for the other provider.
    #[error("{provider} has no credential of the method `{method}`")]
    Method {
        /// Whose log is asked for.
        provider: &'static str,
        /// The method.
        method: &'static str,
    },
}

fn shown(code: Option<&str>) -> String {
    code.map(|code| format!(" ({code})")).unwrap_or_default()
}

impl Error {
    /// The one place that decides whether an error is worth retrying.
    pub fn retry(&self) -> Retry {
        match self {
            Self::RateLimited { reset, .. } => Retry::After(*reset),
            Self::Busy { .. }
            | Self::TooSlow { .. }
            | Self::Unavailable { .. }
            | Self::Shape { .. } => Retry::Backoff,
            Self::Unreachable(error) if error.is_passing() => Retry::Backoff,
            Self::Unreachable(_)
            | Self::Refused { .. }
            | Self::SignIn { .. }
            | Self::Forbidden { .. }
            | Self::CursorExpired { .. }
            | Self::Invalid { .. }
            | Self::Key { .. }
            | Self::Method { .. } => Retry::Never,
        }
    }
}
