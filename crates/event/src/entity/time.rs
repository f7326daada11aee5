//! When an event happened, in the forms that logs and their exports use.

mod utc;

use std::ops::ControlFlow;
use std::sync::LazyLock;

use catalog::{Product, Role};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::place::Places;
use crate::event::Event;
use crate::path::Path;
use crate::value::Value;

/// Where logs of other products keep the time. Sources: AWS CloudTrail, Microsoft Entra, GitHub,
/// Elastic Common Schema and Splunk documentation, checked 2026-11-22.
static ELSEWHERE: LazyLock<Box<[Path]>> = LazyLock::new(|| {
    const NAMES: [&str; 9] = [
        "published",
        "eventTime",
        "@timestamp",
        "createdDateTime",
        "activityDateTime",
        "timestamp",
        "time",
        "date",
        "_time",
    ];
    NAMES.into_iter().map(Path::parse).collect()
});

/// Seconds since 1970 at the start of 2000 and at the end of 2099. Okta and Auth0 are younger.
const PLAUSIBLE: std::ops::Range<f64> = 946_684_800.0..4_102_444_800.0;

pub(super) fn of(event: &Event<'_>) -> Option<Timestamp> {
    paths(event.product())?.iter().find_map(|path| {
        let mut found = None;
        event.visit(path, &mut |value| {
            found = parse(value);
            if found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        found
    })
}

fn paths(product: Option<Product>) -> Option<&'static [Path]> {
    match product {
        Some(product) => Some(&Places::usual(product, Role::Time)?.paths),
        None => Some(&ELSEWHERE),
    }
}

fn parse(value: Value<'_>) -> Option<Timestamp> {
    let time = match value {
        Value::Text(text) => parse_text(text.decode().trim()),
        Value::Number(number) => epoch(number.to_f64()),
        _ => None,
    };
    time.filter(|time| PLAUSIBLE.contains(&time.as_duration().as_secs_f64()))
}

/// RFC 3339; the same without a zone, which then is UTC; or a number as text.
fn parse_text(text: &str) -> Option<Timestamp> {
    if let Some((second, nanosecond)) = utc::parse(text) {
        return Timestamp::new(second, nanosecond).ok();
    }
    let zoned = text.parse::<Timestamp>().ok();
    zoned.or_else(|| {
        let text = text.strip_suffix("UTC").map_or(text, str::trim_end);
        let local = || text.parse::<DateTime>().ok()?.to_zoned(Offset::UTC.to_time_zone()).ok();
        local().map(|zoned| zoned.timestamp()).or_else(|| epoch(text.parse().ok()?))
    })
}

/// Time since 1970 in the one unit, from seconds to nanoseconds, in which it is plausible.
fn epoch(number: f64) -> Option<Timestamp> {
    let seconds = [1.0, 1e3, 1e6, 1e9].into_iter().map(|unit| number / unit);
    let seconds = seconds.into_iter().find(|seconds| PLAUSIBLE.contains(seconds))?;
    // A double holds today's seconds to a quarter of a microsecond: more digits would be made up.
    let micros = SignedDuration::from_micros((seconds * 1e6).round() as i64);
    Timestamp::from_duration(micros).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Number, Text};

    fn check(text: &str, expected: &str) {
        let time = |value| parse(value).map_or("-".into(), |time: Timestamp| time.to_string());
        assert_eq!(time(Value::Text(Text::plain(text))), expected, "{text}");
        if let Some(number) = Number::parse(text) {
            assert_eq!(time(Value::Number(number)), expected, "{text}");
        }
    }

    #[test]
    fn times_are_read_in_the_forms_of_exports() {
        check("2026-11-22T10:20:30.123Z", "2026-11-22T10:20:30.123Z");
        check("2026-11-22T10:20:30Z", "2026-11-22T10:20:30Z");
        check("2026-11-22T12:20:30.5+02:00", "2026-11-22T10:20:30.5Z");
        check("2026-11-22T10:20:30.123+0000", "2026-11-22T10:20:30.123Z");
        check("2026-11-22 10:20:30.123Z", "2026-11-22T10:20:30.123Z");
        check("2026-11-22 10:20:30.123", "2026-11-22T10:20:30.123Z");
        check("2026-11-22T10:20:30", "2026-11-22T10:20:30Z");
        check("2026-11-22 10:20:30 UTC", "2026-11-22T10:20:30Z");
        check(" 2026-11-22T10:20:30.123456789Z ", "2026-11-22T10:20:30.123456789Z");
    }

    #[test]
    fn numbers_count_from_1970_in_whatever_unit_fits() {
        check("1795342830", "2026-11-22T10:20:30Z");
        check("1795342830.123", "2026-11-22T10:20:30.123Z");
        check("1795342830123", "2026-11-22T10:20:30.123Z");
        check("1795342830123000", "2026-11-22T10:20:30.123Z");
        check("1.795342830123e9", "2026-11-22T10:20:30.123Z");
    }

    #[test]
    fn absurd_times_are_none() {
        for text in [
            "0",
            "-1795342830",
            "1e300",
            "12",
            "1969-12-31T23:59:59Z",
            "9999-12-31T23:59:59Z",
            "1601-01-01 00:00:00",
            "2026-13-22T10:20:30Z",
            "NaN",
            "inf",
            "yesterday",
            "",
        ] {
            check(text, "-");
        }
    }
}
