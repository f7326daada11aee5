//! Stretches of time, such as `90s`, `10m`, `2h`, `7d`.

use std::time::Duration;

/// Units by their letter, in seconds. A month is a twelfth of a Gregorian year, as other tools have it.
const UNITS: [(char, u64); 7] = [
    ('s', 1),
    ('m', 60),
    ('h', 3_600),
    ('d', 86_400),
    ('w', 604_800),
    ('M', 2_629_746),
    ('y', 31_556_952),
];

/// Longest stretch, in seconds: a hundred years, so that no sum of times overflows.
const MAX_S: u64 = 100 * 31_556_952;

/// Reads a whole number with a unit.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let unit = text.chars().next_back()?;
    let (_, seconds) = UNITS.into_iter().find(|(letter, _)| *letter == unit)?;
    let number = text.strip_suffix(unit)?.trim_end();
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = number.parse::<u64>().ok()?.checked_mul(seconds)?;
    (whole <= MAX_S).then(|| Duration::from_secs(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_have_a_number_and_a_unit() {
        let check = |text, seconds: Option<u64>| {
            assert_eq!(parse(text), seconds.map(Duration::from_secs), "{text}");
        };
        check("90s", Some(90));
        check("10m", Some(600));
        check("2h", Some(7_200));
        check("7d", Some(604_800));
        check("1w", Some(604_800));
        check("0s", Some(0));
        check("101y", None);
        check("99999999999999999999s", None);
        check("18446744073709551615d", None);
        check("-1s", None);
        check("+1s", None);
        check("1.5h", None);
        check("5", None);
        check("m", None);
        check("", None);
        check("5 minutes", None);
        check("5é", None);
    }
}
