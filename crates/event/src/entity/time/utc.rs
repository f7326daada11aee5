//! The one form in which nearly all logs write a time: `2026-11-22T09:00:00.000Z`.

/// Seconds since 1970 and the nanoseconds behind them. `None` for every other form and for dates that
/// do not exist, which is no judgment: somebody else has to look.
pub(super) fn parse(text: &str) -> Option<(i64, i32)> {
    let (date, time) = text.split_once('T')?;
    let (time, fraction) = match time.strip_suffix('Z')?.split_at_checked(8)? {
        (time, "") => (time, 0),
        (time, rest) => (time, nanoseconds(rest.strip_prefix('.')?)?),
    };
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date.as_bytes() else { return None };
    let &[h1, h2, b':', n1, n2, b':', s1, s2] = time.as_bytes() else { return None };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let (month, day) = (two(m1, m2)?, two(d1, d2)?);
    let (hour, minute, second) = (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?);
    // A leap second is for others.
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days_since_1970(year, month, day)?;
    Some((days * 86_400 + hour * 3_600 + minute * 60 + second, fraction))
}

fn two(tens: u8, ones: u8) -> Option<i64> {
    let is_digits = tens.is_ascii_digit() && ones.is_ascii_digit();
    is_digits.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

/// One to nine digits behind the point.
fn nanoseconds(digits: &str) -> Option<i32> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    let mut number = 0;
    for place in 0..9 {
        let digit = match digits.as_bytes().get(place) {
            Some(byte) if byte.is_ascii_digit() => i32::from(byte - b'0'),
            Some(_) => return None,
            None => 0,
        };
        number = number * 10 + digit;
    }
    Some(number)
}

/// Days before each month of a year that begins in March.
const BEFORE: [i64; 12] = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337];

/// By the Gregorian calendar, in years from 1970 on.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if year < 1970 || day < 1 || day > last {
        return None;
    }
    // Counted from March, leap days come last.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let before = BEFORE.get(usize::try_from(month).ok()?)?;
    // 719468 days lie between the first of March of the year 0 and 1970.
    Some(year * 365 + year / 4 - year / 100 + year / 400 + before + day - 1 - 719_468)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    fn check(text: &str) {
        let slow = text.parse::<Timestamp>().ok();
        if let Some((second, nanosecond)) = super::parse(text) {
            let fast = Timestamp::new(second, nanosecond).ok();
            assert_eq!(fast, slow, "{text}");
        }
    }

    #[test]
    fn usual_times_are_read() {
        assert_eq!(super::parse("1970-01-01T00:00:00Z"), Some((0, 0)));
        assert_eq!(super::parse("2026-11-22T09:00:00.250Z"), Some((1_795_338_000, 250_000_000)));
        assert!(super::parse("2028-02-29T23:59:59.123456789Z").is_some());
        let others = ["2027-02-29T00:00:00Z", "2026-11-22T09:00:00+00:00", "2026-11-22T24:00:00Z"];
        for text in others.into_iter().chain(["2026-13-01T00:00:00Z", "2026-11-22T09:00:00.Z", ""])
        {
            assert_eq!(super::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_is_that_of_the_calendar() {
        for year in 1970..2110 {
            for month in 1..=12 {
                for day in 1..=31 {
                    check(&format!("{year}-{month:02}-{day:02}T12:34:56Z"));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_the_library_reads(
            text in "(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,11})?(Z|z|)"
        ) {
            check(&text);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            check(&text);
        }
    }
}
