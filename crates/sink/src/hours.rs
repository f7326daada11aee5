//! Hours of the day, on some days of the week, where people live.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use thiserror::Error;

/// Days as they are written, from Monday.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Stretches of time that come again every week: `mon-fri 22:00-07:00 Europe/Berlin`.
///
/// A stretch that ends no later than it begins ends on the next day, and belongs to the day on which it begins. Without days it
/// comes daily; without a zone it is in UTC. `00:00-00:00` is a whole day.
#[derive(Debug, Clone, PartialEq)]
pub struct Hours {
    text: String,
    days: [bool; 7],
    from: Time,
    until: Time,
    zone: TimeZone,
}

/// Why a text names no hours.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadHours {
    /// It lacks a stretch such as `22:00-07:00`, or has more than days, a stretch and a zone.
    #[error("is no stretch such as `mon-fri 22:00-07:00 Europe/Berlin`")]
    Form,
    /// A time of the day is none.
    #[error("`{text}` is no time of the day such as `07:30`")]
    Time {
        /// What stands there.
        text: String,
    },
    /// A day is none.
    #[error("`{text}` is no day of the week, such as `mon`")]
    Day {
        /// What stands there.
        text: String,
    },
    /// A zone is none.
    #[error("`{text}` is no time zone such as `Europe/Berlin`")]
    Zone {
        /// What stands there.
        text: String,
    },
}

impl Hours {
    /// Whether a time lies in them.
    pub fn hold(&self, at: Timestamp) -> bool {
        self.end(at).is_some()
    }

    /// When the stretch ends in which a time lies, or the last of several that meet; `None` if it lies in none.
    pub fn end(&self, at: Timestamp) -> Option<Timestamp> {
        let mut end = None;
        // More than a week of them is all the time, and then it is no matter when one looks again.
        for _ in 0..=DAYS.len() {
            let Some(later) = self.stretch_end(end.unwrap_or(at)) else { break };
            end = Some(later);
        }
        end
    }

    fn stretch_end(&self, at: Timestamp) -> Option<Timestamp> {
        let today = at.to_zoned(self.zone.clone());
        let yesterday = today.yesterday().ok();
        let begun = [Some(today), yesterday].into_iter().flatten();
        begun
            .filter_map(|day| self.stretch(&day))
            .find_map(|(from, until)| (from <= at && at < until).then_some(until))
    }

    /// The stretch that begins on a day.
    fn stretch(&self, day: &Zoned) -> Option<(Timestamp, Timestamp)> {
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).ok()?;
        if !*self.days.get(weekday)? {
            return None;
        }
        let date = day.date();
        let last = if self.until <= self.from { date.checked_add(1.day()).ok()? } else { date };
        let stamp = |date: jiff::civil::Date, time| {
            let zoned = date.to_datetime(time).to_zoned(self.zone.clone()).ok()?;
            Some(zoned.timestamp())
        };
        Some((stamp(date, self.from)?, stamp(last, self.until)?))
    }
}

impl FromStr for Hours {
    type Err = BadHours;

    fn from_str(text: &str) -> Result<Self, BadHours> {
        let words: Vec<_> = text.split_whitespace().collect();
        let at = words.iter().position(|word| word.contains(':')).ok_or(BadHours::Form)?;
        let (days, zone) = match (&words[..at], &words[at + 1..]) {
            ([] | [_], []) => (words[..at].first(), TimeZone::UTC),
            ([] | [_], [zone]) => (words[..at].first(), read_zone(zone)?),
            _ => return Err(BadHours::Form),
        };
        let (from, until) = words[at].split_once('-').ok_or(BadHours::Form)?;
        let days = days.map_or(Ok([true; 7]), |days| read_days(days))?;
        let (from, until) = (read_time(from)?, read_time(until)?);
        Ok(Self { text: words.join(" "), days, from, until, zone })
    }
}

fn read_zone(text: &str) -> Result<TimeZone, BadHours> {
    TimeZone::get(text).map_err(|_| BadHours::Zone { text: text.to_owned() })
}

fn read_time(text: &str) -> Result<Time, BadHours> {
    let bad = || BadHours::Time { text: text.to_owned() };
    let (hour, minute) = text.split_once(':').ok_or_else(bad)?;
    let number = |text: &str| text.parse::<i8>().map_err(|_| bad());
    Time::new(number(hour)?, number(minute)?, 0, 0).map_err(|_| bad())
}

/// `mon`, `mon-fri`, `sat,sun`, or several of these.
fn read_days(text: &str) -> Result<[bool; 7], BadHours> {
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (read_day(first)?, read_day(last)?);
        let count = (last + DAYS.len() - first) % DAYS.len();
        for day in first..=first + count {
            days[day % DAYS.len()] = true;
        }
    }
    Ok(days)
}

fn read_day(text: &str) -> Result<usize, BadHours> {
    let found = DAYS.iter().position(|day| day.eq_ignore_ascii_case(text));
    found.ok_or_else(|| BadHours::Day { text: text.to_owned() })
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The end of the stretch in which a time lies, in UTC; empty if it lies in none.
    fn check(hours: &str, at: &str, expected: &str) {
        let hours: Hours = hours.parse().unwrap();
        let end = hours.end(at.parse().unwrap());
        assert_eq!(end.map(|end| end.to_string()).unwrap_or_default(), expected, "{hours} {at}");
    }

    #[test]
    fn hours_are_those_of_the_zone() {
        // 2026-11-22 is a Sunday; Berlin is an hour ahead.
        check("22:00-07:00 Europe/Berlin", "2026-11-22T21:00:00Z", "2026-11-23T06:00:00Z");
        check("22:00-07:00 Europe/Berlin", "2026-11-23T05:59:59Z", "2026-11-23T06:00:00Z");
        check("22:00-07:00 Europe/Berlin", "2026-11-23T06:00:00Z", "");
        check("22:00-07:00", "2026-11-22T21:00:00Z", "");
    }

    #[test]
    fn a_stretch_belongs_to_the_day_on_which_it_begins() {
        check("fri 22:00-07:00", "2026-11-21T06:00:00Z", "2026-11-21T07:00:00Z");
        check("fri 22:00-07:00", "2026-11-21T22:30:00Z", "");
        check("mon-fri 09:00-17:00", "2026-11-22T10:00:00Z", "");
        check("Fri-Mon 09:00-17:00", "2026-11-22T10:00:00Z", "2026-11-22T17:00:00Z");
    }

    #[test]
    fn stretches_that_meet_are_one() {
        check("sat,sun 00:00-00:00", "2026-11-21T12:00:00Z", "2026-11-23T00:00:00Z");
    }

    #[test]
    fn a_zone_that_changes_its_clocks_does_not_lose_a_night() {
        check("22:00-07:00 Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T06:00:00Z");
    }

    #[test]
    fn what_names_no_hours_says_why() {
        let told = |text: &str| text.parse::<Hours>().unwrap_err().to_string();
        assert!(told("always").starts_with("is no stretch"));
        assert!(told("mon fri 09:00-17:00").starts_with("is no stretch"));
        assert_eq!(told("9:00-25:00"), "`25:00` is no time of the day such as `07:30`");
        assert_eq!(told("mo 9:00-17:00"), "`mo` is no day of the week, such as `mon`");
        assert_eq!(told("9:00-17:00 Berlin"), "`Berlin` is no time zone such as `Europe/Berlin`");
    }
}
