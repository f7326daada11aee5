//! Parts of the time of an event.

use jiff::Timestamp;

use super::short::formatted;

/// A part of a time, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// 0 to 23.
    Hour,
    /// `mon` to `sun`.
    Weekday,
    /// `mon-09`.
    HourOfWeek,
}

const MILLIS_OF_HOUR: i64 = 3_600_000;

/// From the day that 1970 began with.
const DAYS: [&str; 7] = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"];

impl Part {
    /// The part of a time, in UTC.
    pub fn of(self, time: Timestamp) -> String {
        let mut text = String::new();
        self.visit(time.as_millisecond(), &mut |part| part.clone_into(&mut text));
        text
    }

    /// Calls `sink` with the part of a time in milliseconds since 1970.
    pub(super) fn visit(self, millis: i64, sink: &mut dyn FnMut(&str)) {
        let hours = millis.div_euclid(MILLIS_OF_HOUR);
        let hour = hours.rem_euclid(24);
        let day = usize::try_from(hours.div_euclid(24).rem_euclid(7)).unwrap_or_default();
        let day = DAYS.get(day).copied().unwrap_or_default();
        match self {
            Self::Hour => formatted(format_args!("{hour}"), sink),
            Self::Weekday => sink(day),
            Self::HourOfWeek => formatted(format_args!("{day}-{hour:02}"), sink),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(time: &str, expected: [&str; 3]) {
        let time = time.parse().unwrap();
        assert_eq!(
            [Part::Hour, Part::Weekday, Part::HourOfWeek].map(|part| part.of(time)),
            expected
        );
    }

    #[test]
    fn parts_are_those_of_the_calendar() {
        check("2026-11-22T00:00:00Z", ["0", "sun", "sun-00"]);
        check("2026-11-23T09:59:59.999Z", ["9", "mon", "mon-09"]);
        check("2024-02-29T23:30:00Z", ["23", "thu", "thu-23"]);
        check("1969-12-31T23:00:00Z", ["23", "wed", "wed-23"]);
    }
}
