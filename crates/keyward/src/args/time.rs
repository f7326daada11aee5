//! Points in time as people write them.

use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A point in time: itself, or as long ago as is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// RFC 3339, or a date or date and time without an offset, taken as UTC.
    At(Timestamp),
    /// A span before now.
    Ago(Span),
}

impl When {
    /// The point in time, seen from `now`; a span longer than time itself reaches its beginning.
    pub(crate) fn resolve(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::Ago(span) => now.checked_sub(span.0).unwrap_or(Timestamp::MIN),
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(span) = text.parse() {
            return Ok(Self::Ago(span));
        }
        let without_offset = || {
            let civil = text
                .parse::<DateTime>()
                .or_else(|_| Ok(text.parse::<Date>()?.to_datetime(jiff::civil::Time::midnight())));
            civil.and_then(|civil: DateTime| Ok(civil.to_zoned(TimeZone::UTC)?.timestamp()))
        };
        let time = text.parse::<Timestamp>().or_else(|_: jiff::Error| without_offset());
        time.map(Self::At).map_err(|_: jiff::Error| {
            "expected a span such as `2h` or `30d`, a date, or a time such as `2026-11-20T09:00:00Z`".to_owned()
        })
    }
}

/// A span of time: a number and `s`, `m`, `h`, `d` or `w`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) SignedDuration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected a number and s, m, h, d or w, such as `2h`".to_owned();
        let unit = text.chars().next_back().ok_or_else(expected)?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 60 * 60,
            'd' => 24 * 60 * 60,
            'w' => 7 * 24 * 60 * 60,
            _ => return Err(expected()),
        };
        let number: u32 = text[..text.len() - 1].parse().map_err(|_| expected())?;
        Ok(Self(SignedDuration::from_secs(i64::from(number) * seconds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text means at noon, or nothing.
    fn check(text: &str, expected: Option<&str>) {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let got = text.parse::<When>().ok().map(|when| when.resolve(now).to_string());
        assert_eq!(got.as_deref(), expected, "{text}");
    }

    #[test]
    fn spans_reach_back_from_now() {
        check("90s", Some("2026-11-22T11:58:30Z"));
        check("15m", Some("2026-11-22T11:45:00Z"));
        check("2h", Some("2026-11-22T10:00:00Z"));
        check("30d", Some("2026-10-23T12:00:00Z"));
        check("1w", Some("2026-11-15T12:00:00Z"));
        check("4294967295w", Some(&Timestamp::MIN.to_string()));
    }

    #[test]
    fn times_are_utc_unless_they_say_otherwise() {
        check("2026-11-20T09:00:00Z", Some("2026-11-20T09:00:00Z"));
        check("2026-11-20T09:00Z", Some("2026-11-20T09:00:00Z"));
        check("2026-11-20T09:00:00.5+02:00", Some("2026-11-20T07:00:00.5Z"));
        check("2026-11-20T09:00", Some("2026-11-20T09:00:00Z"));
        check("2026-11-20 09:00", Some("2026-11-20T09:00:00Z"));
        check("2026-11-20", Some("2026-11-20T00:00:00Z"));
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in ["", "2", "h", "-2h", "2y", "1.5h", "yesterday", "2026-13-01", "2é"] {
            check(bad, None);
        }
    }
}
