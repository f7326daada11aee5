//! Spans of time as cases write them.

use jiff::SignedDuration;

/// Reads `90s`, `-20d`, `1h30m` or `0`; `None` for anything else. Units: ms, s, m, h, d, w.
pub(super) fn parse(text: &str) -> Option<SignedDuration> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(SignedDuration::ZERO);
    }
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at(digits);
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let part = number.parse::<i64>().ok()?.checked_mul(millis(unit)?)?;
        total = total.checked_add(part)?;
        rest = after;
    }
    (text.ends_with(|c: char| c.is_ascii_alphabetic()))
        .then(|| SignedDuration::from_millis(sign * total))
}

fn millis(unit: &str) -> Option<i64> {
    Some(match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 604_800_000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, seconds: Option<f64>) {
        assert_eq!(parse(text).map(|span| span.as_secs_f64()), seconds, "{text}");
    }

    #[test]
    fn spans() {
        check("0", Some(0.0));
        check("0s", Some(0.0));
        check("90s", Some(90.0));
        check("-20d", Some(-1_728_000.0));
        check("+1m", Some(60.0));
        check("1h30m", Some(5_400.0));
        check("1500ms", Some(1.5));
        for bad in ["", "-", "5", "1h5", "h", "1y", "1.5h", "--1s", "1 h", "99999999999999w"] {
            check(bad, None);
        }
    }
}
