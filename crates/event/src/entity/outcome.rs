//! How an event ended.

use catalog::{Product, Role};

use crate::event::Event;

/// How an event ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was done or allowed.
    Success,
    /// It was refused, blocked or went wrong.
    Failure,
    /// It was done, or may have been, and there is something wrong with it. Auth0 only.
    Warning,
    /// The product's own word, such as `CHALLENGE`, `SKIPPED` or `UNANSWERED`.
    Other(String),
}

impl Outcome {
    /// The name in lower case; the product's own word as it is.
    pub fn name(&self) -> &str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Warning => "warning",
            Self::Other(word) => word,
        }
    }

    /// Okta's word for it. Source: Okta's API specification 2026.06.3, `outcome.result`.
    fn of_okta(word: String) -> Self {
        let is = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(&word));
        if is(&["SUCCESS", "ALLOW"]) {
            Self::Success
        } else if is(&["FAILURE", "DENY"]) {
            Self::Failure
        } else {
            Self::Other(word)
        }
    }

    /// The word or error of a call. Source: AWS CloudTrail, sign-in events, checked 2026-11-22.
    fn of_aws(word: Option<String>) -> Self {
        match word {
            Some(word) if !word.eq_ignore_ascii_case("Success") => Self::Failure,
            _ => Self::Success,
        }
    }

    /// The error number of a sign-in or the result of a change. Source: Microsoft Graph `signIn` and
    /// `directoryAudit`, checked 2026-11-22.
    fn of_entra(word: String) -> Self {
        let is = |known: &str| known.eq_ignore_ascii_case(&word);
        if is("0") || is("success") {
            Self::Success
        } else if is("failure") || word.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::Failure
        } else {
            Self::Other(word)
        }
    }

    fn of_auth0(outcome: catalog::Outcome) -> Self {
        match outcome {
            catalog::Outcome::Success => Self::Success,
            catalog::Outcome::Failure => Self::Failure,
            catalog::Outcome::Warning => Self::Warning,
        }
    }
}

pub(super) fn of(event: &Event<'_>) -> Option<Outcome> {
    match event.product()? {
        Product::Okta => event.entity(Role::Outcome).map(Outcome::of_okta),
        Product::Auth0 => catalog::auth0_log_type(&event.kind()?)?.outcome.map(Outcome::of_auth0),
        Product::Aws => Some(Outcome::of_aws(event.entity(Role::Outcome))),
        Product::Entra => event.entity(Role::Outcome).map(Outcome::of_entra),
        _ => None,
    }
}
