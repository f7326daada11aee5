//! Times in logs.

use jiff::Timestamp;

/// `22/Nov/2026:09:35:24 +0000`
const NCSA_BYTES: usize = 26;

/// Reads times. Lines that follow each other often have the same.
#[derive(Debug, Default)]
pub(super) struct Clock {
    last: Option<([u8; NCSA_BYTES], Timestamp)>,
}

impl Clock {
    /// A time as logs write it: that of NCSA, or RFC 3339.
    pub(super) fn read(&mut self, text: &[u8]) -> Option<Timestamp> {
        match text.first_chunk::<NCSA_BYTES>() {
            Some(text) if text[2] == b'/' => self.ncsa(text),
            _ => std::str::from_utf8(text).ok()?.parse().ok(),
        }
    }

    fn ncsa(&mut self, text: &[u8; NCSA_BYTES]) -> Option<Timestamp> {
        if let Some((last, time)) = &self.last
            && last == text
        {
            return Some(*time);
        }
        let time = ncsa(text)?;
        self.last = Some((*text, time));
        Some(time)
    }
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size.
pub(super) fn since_1970(number: f64) -> Option<Timestamp> {
    let unit = [(1e11, 1.0), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9)];
    let (_, parts) = unit.into_iter().find(|(most, _)| (1e8..*most).contains(&number))?;
    #[expect(clippy::cast_possible_truncation, reason = "below 1e11 seconds, in milliseconds")]
    Timestamp::from_millisecond((number / parts * 1e3) as i64).ok()
}

fn ncsa(text: &[u8; NCSA_BYTES]) -> Option<Timestamp> {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let month = MONTHS.chunks(3).position(|month| *month == text[3..6])?;
    let month = i64::try_from(month).ok()? + 1;
    let (year, day) = (number(&text[7..11])?, number(&text[..2])?);
    let (hour, minute, second) =
        (number(&text[12..14])?, number(&text[15..17])?, number(&text[18..20])?);
    let east = (number(&text[22..24])? * 60 + number(&text[24..26])?) * 60;
    let east = if text[21] == b'-' { -east } else { east };
    let is_time = (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    // A leap second is told as the second before.
    let of_day = (hour * 60 + minute) * 60 + second.min(59);
    let time = days(year, month, day) * 86_400 + of_day - east;
    Timestamp::from_second(time).ok().filter(|_| is_time)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. March begins the year, so that the day that is
/// put in comes last.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |sum, digit| {
        digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let check = |text: &str, expected: Option<&str>| {
            let time = Clock::default().read(text.as_bytes());
            assert_eq!(time.map(|time| time.to_string()).as_deref(), expected, "{text}");
        };
        check("22/Nov/2026:09:35:24 +0000", Some("2026-11-22T09:35:24Z"));
        check("22/Nov/2026:09:35:60 -0130", Some("2026-11-22T11:05:59Z"));
        check("29/Feb/2024:23:59:59 +0000", Some("2024-02-29T23:59:59Z"));
        check("01/Mar/1999:00:00:00 +0000", Some("1999-03-01T00:00:00Z"));
        check("01/Jan/1970:00:00:00 +0000", Some("1970-01-01T00:00:00Z"));
        check("2026-11-22T09:35:24.500Z", Some("2026-11-22T09:35:24.5Z"));
        check("2026-11-22T10:35:24+01:00", Some("2026-11-22T09:35:24Z"));
        for bad in ["", "32/Feb/2026:09:35:24 +0000", "22/Xyz/2026:09:35:24 +0000", "99999"] {
            check(bad, None);
        }
    }

    #[test]
    fn numbers() {
        for number in [1_763_804_124.0, 1_763_804_124_000.0, 1_763_804_124e6, 1_763_804_124e9] {
            let time = since_1970(number).map(|time| time.to_string());
            assert_eq!(time.as_deref(), Some("2025-11-22T09:35:24Z"), "{number}");
        }
        assert_eq!(since_1970(0.25), None);
    }
}
