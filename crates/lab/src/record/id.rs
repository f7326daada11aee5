//! Ids that carry the time of what they name, as both providers make them.

use crate::clock::{Millis, stamp};
use crate::random::Random;

/// From 1582-10-15, when the calendar of version 1 begins, to 1970; in steps of 100 ns. Source: RFC 9562, section 5.1.
const GREGORIAN: i64 = 122_192_928_000_000_000;

/// What Auth0 begins its counter of records with. Source: log records in Auth0's documentation, checked 2026-11-22.
const FIRST_LOG: u128 = 1_223_372_036_854_775_808;

/// A UUID of version 1 for an event of that time.
pub(crate) fn uuid(at: Millis, random: &mut Random) -> String {
    // The last digit of each draw is replaced, so that the time stays within its millisecond.
    let time = (at * 10_000 + GREGORIAN + random.between(0, 9_999)).cast_unsigned();
    let rest = random.uuid('1');
    format!(
        "{:08x}-{:04x}-1{:03x}{}",
        time & 0xffff_ffff,
        (time >> 32) & 0xffff,
        (time >> 48) & 0x0fff,
        &rest[18..]
    )
}

/// The `log_id` of the record of that number, written at that time; later ones compare greater.
pub(crate) fn log_id(written: Millis, number: u64) -> String {
    let counter = FIRST_LOG + u128::from(number);
    format!("900{}000{counter:033}", stamp(written))
}

#[cfg(test)]
mod tests {
    use super::{log_id, uuid};
    use crate::clock::{HOUR, midnight};
    use crate::random::Random;

    /// Of an event that Okta gives as an example: its `uuid` and its `published`.
    #[test]
    fn the_time_is_in_the_uuid() {
        let at = midnight(2023, 3, 26) + 21 * HOUR + 5 * 60_000 + 32_159;
        let id = uuid(at, &mut Random::new(1));
        assert_eq!((&id[9..18], id.len()), ("cc19-11ed", 36));
        assert_eq!(&id[..3], "f1d");
    }

    #[test]
    fn log_ids_have_their_length_and_grow() {
        let at = midnight(2026, 11, 18);
        let [first, second] = [log_id(at, 0), log_id(at, 1)];
        assert!(first < second && second < log_id(at + 1, 0));
        assert!(first.starts_with("90020261118000000000") && first.len() == 56, "{first}");
    }
}
