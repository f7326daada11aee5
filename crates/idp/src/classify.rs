//! What an answer means that is no success.

use std::time::Duration;

use jiff::Timestamp;
use outbound::Answer;
use serde::Deserialize;

use crate::{Error, Lacks, Provider, Share};

/// How long to wait when a provider asks for it and does not say how long.
const UNTOLD: Duration = Duration::from_mins(1);

/// What was asked, as far as it tells what an answer means.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) provider: Provider,
    pub(crate) host: &'a str,
    /// Path without query.
    pub(crate) endpoint: &'a str,
    /// Whether a place in the log was named that the provider may have forgotten.
    pub(crate) is_cursor: bool,
    /// The size of the page, for a question to the log.
    pub(crate) limit: u32,
    pub(crate) now: Timestamp,
}

/// Nothing, for status 200.
pub(crate) fn check(asked: Asked<'_>, answer: &Answer) -> Result<(), Error> {
    let host = || asked.host.to_owned();
    let code = code(answer);
    let error = match answer.status {
        200 => return Ok(()),
        429 => limited(asked, answer),
        401 => Error::Refused { host: host(), code },
        403 => {
            Error::Forbidden { host: host(), lacks: lacks(asked.provider, answer, code.as_deref()) }
        }
        400 | 404 | 410 if asked.is_cursor => Error::CursorExpired { host: host() },
        500 if code.as_deref() == Some(TOOK_TOO_LONG) => {
            Error::TooSlow { host: host(), limit: asked.limit }
        }
        408 | 500..=599 => Error::Unavailable { host: host(), status: answer.status },
        400..=499 => Error::Invalid { host: host(), code },
        _ => Error::Shape {
            host: host(),
            endpoint: asked.endpoint.to_owned(),
            what: "a status without meaning here",
        },
    };
    Err(error)
}

/// Okta's code for a query that it gave up. Source: Okta error codes, checked 2026-11-22.
const TOOK_TOO_LONG: &str = "E0000009";

/// An answer of status 429. `Retry-After` is not Okta's way, but that of what may stand before it.
pub(crate) fn limited(asked: Asked<'_>, answer: &Answer) -> Error {
    let host = asked.host.to_owned();
    let after = || answer.header("retry-after")?.trim().parse().ok().map(Duration::from_secs);
    match Share::of(answer, asked.now) {
        Some(share) if share.is_concurrency() => Error::Busy { host },
        Some(share) => Error::RateLimited { host, reset: share.reset },
        None => {
            let wait = after().unwrap_or(UNTOLD);
            Error::RateLimited { host, reset: wait.clamp(Duration::from_secs(1), 10 * UNTOLD) }
        }
    }
}

/// Okta names a scope that is missing in its challenge; without one, the scope is there and opens nothing. Auth0 knows scopes only.
fn lacks(provider: Provider, answer: &Answer, code: Option<&str>) -> Lacks {
    let mut challenges = answer.all("www-authenticate");
    let is_scope = challenges.any(|challenge| challenge.contains("insufficient_scope"))
        || code == Some("insufficient_scope")
        || provider == Provider::Auth0;
    if is_scope { Lacks::Scope(provider.log_scope().to_owned()) } else { Lacks::Role }
}

#[derive(Deserialize)]
struct Codes {
    #[serde(rename = "errorCode")]
    okta: Option<String>,
    error: Option<String>,
}

/// The provider's own code for an error: Okta's `errorCode`, Auth0's, or that of OAuth.
///
/// `None` for anything that does not look like one, since whatever is said here is shown.
pub(crate) fn code(answer: &Answer) -> Option<String> {
    let codes: Codes = serde_json::from_slice(&answer.body).ok()?;
    codes.okta.filter(|code| is_code(code)).or(codes.error.filter(|code| is_code(code)))
}

fn is_code(code: &str) -> bool {
    let is_okta = code
        .strip_prefix('E')
        .is_some_and(|digits| digits.len() == 7 && digits.bytes().all(|b| b.is_ascii_digit()));
    let is_word =
        (1..=40).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    is_okta || is_word
}
