//! `GET /api/v2/logs?from=…&take=…`: the log from a record on, in the order in which it was written.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::serve::auth0::refusal::Refusal;
use crate::serve::journal::Log;

/// Most and usual records on a page. Source: Auth0 Management API, "Search log events", checked 2026-11-22.
pub(crate) const MOST: usize = 100;
const USUAL: usize = 50;

/// A page: a JSON array, and where the next one begins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// The records.
    pub(crate) body: String,
    /// The `log_id` behind which the next page begins. Behind an empty page it is the same again.
    pub(crate) next: Option<String>,
    /// How many were asked for.
    pub(crate) take: usize,
}

/// Reads the page behind a record. Records from before `kept` are gone.
pub(crate) fn checkpoint(
    log: &Log,
    from: Option<&str>,
    take: Option<&str>,
    kept: Timestamp,
) -> Result<Page, Refusal> {
    let take = number("take", take, USUAL)?;
    let behind = from.map_or(Ok(0), |from| place_behind(log, from))?;
    let first = behind.max(log.first_written(kept));
    let last = log.len().min(first + take);
    let mut reader = log.reader();
    let mut body = "[".to_owned();
    for number in first..last {
        if number > first {
            body.push(',');
        }
        reader.with(number, |line| body.push_str(line));
    }
    body.push(']');
    let newest = last.checked_sub(1).filter(|_| last > first).and_then(|last| log.id(last));
    let next = newest.map(str::to_owned).or_else(|| from.map(str::to_owned));
    Ok(Page { body, next, take })
}

/// The record of that id.
pub(crate) fn record(log: &Log, id: &str) -> Option<String> {
    log.reader().with(log.number_of(id)?, str::to_owned)
}

/// How many lines lie at or before a record. An id that is in no record is taken for a time, as those are that clients make
/// up to begin at a time.
fn place_behind(log: &Log, id: &str) -> Result<usize, Refusal> {
    if let Some(number) = log.number_of(id) {
        return Ok(number + 1);
    }
    let time = time_of(id).ok_or_else(|| Refusal::invalid("Invalid value for parameter from"))?;
    Ok(log.first_written(time))
}

/// The time in an id: `900`, then year to second, then digits.
fn time_of(id: &str) -> Option<Timestamp> {
    let digits = id.strip_prefix("900")?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let time = DateTime::strptime("%Y%m%d%H%M%S", digits.get(..14)?).ok()?;
    time.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// A number of records from 1 to 100.
pub(crate) fn number(name: &str, text: Option<&str>, usual: usize) -> Result<usize, Refusal> {
    let number = text.map_or(Some(usual), |text| text.parse().ok());
    number.filter(|number| (1..=MOST).contains(number)).ok_or_else(|| {
        Refusal::invalid(format!("Query validation error: {name} must be from 1 to {MOST}"))
    })
}
