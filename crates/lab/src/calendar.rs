//! Days where people live: when a date begins in a time zone, and whether one works on it.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use crate::clock::Millis;

/// When a date begins there.
pub(crate) fn midnight(date: Date, zone: &TimeZone) -> Millis {
    date.to_zoned(zone.clone()).map_or(0, |day| day.timestamp().as_millisecond())
}

/// Whether a date is a Saturday or a Sunday.
pub(crate) fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The date of a moment, in UTC.
pub(crate) fn date(at: Millis) -> Date {
    Timestamp::from_millisecond(at).map_or(Date::default(), |at| at.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::{is_weekend, midnight};
    use crate::clock::{DAY, HOUR};

    #[test]
    fn a_day_begins_where_one_is() {
        let at = |day, zone| midnight(day, &TimeZone::get(zone).unwrap());
        let day = date(2026, 11, 20);
        assert_eq!(at(day, "Asia/Kolkata") + 11 * HOUR + HOUR / 2, at(day, "America/Chicago"));
        let sunday = date(2026, 10, 25);
        assert!(is_weekend(sunday));
        assert_eq!(
            at(date(2026, 10, 26), "Europe/London") - at(sunday, "Europe/London"),
            DAY + HOUR
        );
    }
}
