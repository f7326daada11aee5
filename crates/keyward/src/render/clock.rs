//! Points and spans of time for people, in UTC.

use jiff::{SignedDuration, Timestamp};

/// `2026-11-22`
pub(crate) fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

/// `09:00:00`
pub(crate) fn time_of_day(time: Timestamp) -> String {
    time.strftime("%H:%M:%S").to_string()
}

/// `2026-11-22 09:00:00`
pub(crate) fn moment(time: Timestamp) -> String {
    format!("{} {}", day(time), time_of_day(time))
}

/// `2026-11-22 09:00:00 UTC`, or `2026-11-22 09:00:00 to 09:26:10 UTC`; the day is repeated if it is another.
pub(crate) fn stretch(first: Timestamp, last: Timestamp) -> String {
    if moment(first) == moment(last) {
        return format!("{} UTC", moment(first));
    }
    let until = if day(first) == day(last) { time_of_day(last) } else { moment(last) };
    format!("{} to {until} UTC", moment(first))
}

/// The two largest units of a span: `26m 10s`, `3h 4m`, `2d`.
pub(crate) fn length(span: SignedDuration) -> String {
    let seconds = span.as_secs().unsigned_abs();
    let units = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let at = units.iter().position(|(size, _)| seconds >= *size).unwrap_or(units.len() - 1);
    let (mut parts, mut rest) = (Vec::new(), seconds);
    for (size, unit) in units.iter().skip(at).take(2) {
        parts.push((rest / size, unit));
        rest %= size;
    }
    let told = parts.iter().enumerate().filter(|(at, (number, _))| *at == 0 || *number > 0);
    told.map(|(_, (number, unit))| format!("{number}{unit}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seconds: i64, expected: &str) {
        assert_eq!(length(SignedDuration::from_secs(seconds)), expected);
    }

    #[test]
    fn lengths_have_two_units_at_most() {
        check(0, "0s");
        check(59, "59s");
        check(1570, "26m 10s");
        check(3600, "1h");
        check(3 * 3600 + 4 * 60 + 9, "3h 4m");
        check(2 * 86_400 + 59, "2d");
    }

    #[test]
    fn a_day_is_said_once() {
        let time = |text: &str| text.parse().unwrap();
        let start = time("2026-11-22T09:00:00.5Z");
        assert_eq!(stretch(start, time("2026-11-22T09:00:00.9Z")), "2026-11-22 09:00:00 UTC");
        assert_eq!(
            stretch(start, time("2026-11-22T09:26:10Z")),
            "2026-11-22 09:00:00 to 09:26:10 UTC"
        );
        let next = time("2026-11-23T00:00:01Z");
        assert_eq!(stretch(start, next), "2026-11-22 09:00:00 to 2026-11-23 00:00:01 UTC");
    }
}
