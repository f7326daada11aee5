use jiff::Timestamp;

use crate::{Entry, Options, entries};

fn week(seed: u64, users: u32) -> Vec<Entry> {
    let end: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
    entries(&Options { users, days: 2, ..Options::new(seed, end) }).collect()
}

#[test]
fn the_same_seed_makes_the_same_bytes() {
    assert_eq!(week(3, 40), week(3, 40));
    assert_ne!(week(3, 40), week(4, 40));
}

#[test]
fn entries_come_in_the_order_of_time_and_within_the_days() {
    let entries = week(1, 60);
    assert!(entries.len() > 60 * 20, "{}", entries.len());
    assert!(entries.is_sorted_by_key(|entry| entry.time));
    assert!(entries.iter().all(|entry| entry.time <= entry.written));
    let begin: Timestamp = "2026-11-19T00:00:00Z".parse().unwrap();
    assert!(entries[0].time >= begin);
    let text = |entry: &Entry| serde_json::from_str::<serde_json::Value>(&entry.json).is_ok();
    assert!(entries.iter().all(text));
}
