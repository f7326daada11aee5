//! What a request for the log asks for.

use std::time::Duration;

use jiff::Timestamp;

use crate::serve::clock::{earlier, later};
use crate::serve::okta::cursor::Cursor;
use crate::serve::okta::filter::Filter;
use crate::serve::okta::refusal::Refusal;

/// How long Okta keeps events. Source: System Log API, "Data retention", checked 2026-11-22.
const KEPT: Duration = Duration::from_hours(90 * 24);

/// How far back `since` may lie. Source: System Log API, error `E0000053`, checked 2026-11-22.
const FURTHEST: Duration = Duration::from_hours(180 * 24);

/// How far back a request without `since` reaches. Source: System Log API, checked 2026-11-22.
const USUAL: Duration = Duration::from_hours(7 * 24);

/// Most and usual events on a page. Source: System Log API, checked 2026-11-22.
const MOST: usize = 1000;
const FEW: usize = 100;

/// The two kinds of requests, and the third that is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Follows the log as it is written, without end.
    Polling,
    /// A stretch of time, oldest first.
    Bounded,
    /// A stretch of time, newest first.
    Descending,
}

/// A request for the log.
#[derive(Debug)]
pub(crate) struct LogQuery {
    /// Which kind.
    pub(crate) mode: Mode,
    /// From when, never before what is kept.
    pub(crate) since: Timestamp,
    /// Until when, exclusive; not used for polling.
    pub(crate) until: Timestamp,
    /// Where the last page ended.
    pub(crate) after: Option<Cursor>,
    /// Which events.
    pub(crate) filter: Filter,
    /// How many at most.
    pub(crate) limit: usize,
    /// The parameters as they came, without `after`.
    pub(crate) given: Vec<(String, String)>,
}

impl LogQuery {
    /// Reads the part of an address behind the question mark.
    pub(crate) fn parse(query: &str, now: Timestamp) -> Result<Self, Refusal> {
        let mut given: Vec<(String, String)> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value =
            |name: &str| given.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let mode = mode(value("until"), value("sortOrder"))?;
        let until = value("until")
            .map_or(Ok(later(now, Duration::from_secs(1))), |text| time("until", text))?;
        let since = value("since").map(|text| time("since", text)).transpose()?;
        let after = value("after").map(|text| Cursor::parse(text, mode, now)).transpose()?;
        if mode == Mode::Polling && after.is_some() && since.is_some() {
            return Err(Refusal::invalid("since", "cannot be given together with after"));
        }
        let end = if mode == Mode::Polling { now } else { until };
        let since = reach(since.unwrap_or_else(|| earlier(end, USUAL)), now)?;
        let filter = Filter::parse(value("filter"), value("q"))?;
        let limit = limit(value("limit"))?;
        given.retain(|(key, _)| key != "after");
        Ok(Self { mode, since, until, after, filter, limit, given })
    }
}

fn mode(until: Option<&str>, order: Option<&str>) -> Result<Mode, Refusal> {
    match (until, order) {
        (None, None | Some("ASCENDING")) => Ok(Mode::Polling),
        (Some(_), None | Some("ASCENDING")) => Ok(Mode::Bounded),
        (_, Some("DESCENDING")) => Ok(Mode::Descending),
        _ => Err(Refusal::invalid("sortOrder", "must be ASCENDING or DESCENDING")),
    }
}

fn time(name: &str, text: &str) -> Result<Timestamp, Refusal> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let utc =
        text.parse::<jiff::civil::DateTime>().map(|local| local.to_zoned(jiff::tz::TimeZone::UTC));
    match utc {
        Ok(Ok(zoned)) => Ok(zoned.timestamp()),
        _ => Err(Refusal::invalid(name, "must be a date and time by ISO 8601")),
    }
}

/// What is left of a stretch of time: too far back is refused, what is not kept is silently left out.
fn reach(since: Timestamp, now: Timestamp) -> Result<Timestamp, Refusal> {
    if since < earlier(now, FURTHEST) {
        let why = "The since parameter is over 180 days prior to the current day.";
        return Err(Refusal::api(axum::http::StatusCode::BAD_REQUEST, "E0000053", why));
    }
    Ok(since.max(earlier(now, KEPT)))
}

fn limit(text: Option<&str>) -> Result<usize, Refusal> {
    let limit = text.map_or(Some(FEW), |text| text.parse().ok());
    limit
        .filter(|&limit| limit <= MOST)
        .ok_or_else(|| Refusal::invalid("limit", "must be a whole number from 0 to 1000"))
}
