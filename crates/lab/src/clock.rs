//! Times as the System Log writes them, from milliseconds since 1970.

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// One second.
pub const SECOND: Millis = 1_000;
/// One minute.
pub const MINUTE: Millis = 60 * SECOND;
/// One hour.
pub const HOUR: Millis = 60 * MINUTE;
/// One day of 24 hours.
pub const DAY: Millis = 24 * HOUR;

/// Midnight at the beginning of a day of the Gregorian calendar.
///
/// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
pub const fn midnight(year: i64, month: i64, day: i64) -> Millis {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era - 719_468) * DAY
}

/// `2026-11-17T08:30:00.000Z`.
pub fn published(at: Millis) -> String {
    let (year, month, day) = date(at.div_euclid(DAY));
    let within = at.rem_euclid(DAY);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
        within / HOUR,
        within / MINUTE % 60,
        within / SECOND % 60,
        within % SECOND
    )
}

/// `20261117083000000`: the same without marks, down to the millisecond.
pub(crate) fn stamp(at: Millis) -> String {
    published(at).bytes().filter(u8::is_ascii_digit).map(char::from).collect()
}

/// Year, month and day from the number of days since 1970-01-01.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{HOUR, MINUTE, midnight, published};

    #[test]
    fn dates_survive_the_way_there_and_back() {
        for (year, month, day) in [(1970, 1, 1), (2000, 2, 29), (2026, 11, 17), (2027, 3, 1)] {
            let text = published(midnight(year, month, day) + 8 * HOUR + 30 * MINUTE + 7);
            assert_eq!(text, format!("{year:04}-{month:02}-{day:02}T08:30:00.007Z"));
        }
    }
}
