//! What an answer over HTTP means for a message.

use std::error::Error;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use outbound::{Answer, Origin, Outbound, Request};

use super::Failure;
use crate::said;

/// The longest wait that a receiver can ask for.
const PATIENCE_MAX: Duration = Duration::from_hours(1);

/// Sends, and takes an answer of the two hundreds for a yes.
pub(super) async fn accepted(
    outbound: &Outbound,
    origin: &Origin,
    request: Request,
) -> Result<Answer, Failure> {
    let answer = outbound.send(origin, request).await.map_err(|error| unanswered(&error))?;
    judged(origin.host(), answer)
}

/// Whatever hindered it on the way says nothing against the message.
pub(super) fn unanswered(error: &outbound::Error) -> Failure {
    Failure::later(chain(error))
}

/// Three statuses are against the message itself, which would be the same the next time. All others are about the receiver, the
/// address, or the credential: somebody can mend those while the message waits.
///
/// Source: RFC 9110 section 15.5.
fn judged(host: &str, answer: Answer) -> Result<Answer, Failure> {
    let why = said(&format!("{host} answered with status {}", answer.status));
    match answer.status {
        200..=299 => Ok(answer),
        400 | 413 | 422 => Err(Failure::Refused { why }),
        _ => Err(Failure::Later { after: retry_after(&answer), why }),
    }
}

/// What the receiver asks to wait: seconds, or a date, which is taken by the receiver's own clock.
///
/// Source: RFC 9110 section 10.2.3.
fn retry_after(answer: &Answer) -> Option<Duration> {
    let text = answer.header("retry-after")?.trim();
    let asked = text.parse().ok().map(Duration::from_secs);
    Some(asked.or_else(|| until(text, answer.date?))?.min(PATIENCE_MAX))
}

fn until(date: &str, now: Timestamp) -> Option<Duration> {
    let date = DateTimeParser::new().parse_timestamp(date).ok()?;
    date.duration_since(now).try_into().ok()
}

/// An error and its causes on one line.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
