//! Saved states that were damaged, cut short or are of another kind are refused.

use std::sync::Arc;

use detect::{Engine, STATE_VERSION, Settings, SnapshotError};

use super::log::{BEGIN, Entry};
use super::rules::all_types;
use super::run::{Found, detector, excerpts_of};

fn entry(number: usize) -> Entry {
    Entry {
        number,
        at: Some(BEGIN + i64::try_from(number).unwrap() * 1000),
        kind: number % 3,
        user: Some("ada@example.com"),
        ip: "192.0.2.1",
        failed: false,
        bytes: Some(7),
        spot: Some(number % 4),
        targets: vec!["u1", "u2"],
        token: None,
    }
}

#[test]
fn a_damaged_state_is_refused() {
    let detector = detector(&all_types(2, "group-by: [entity.user], ", "1m").text());
    let restore = |state: &[u8]| {
        let restored = Engine::restore(Arc::clone(&detector), Settings::default(), state);
        restored.map(|(engine, _)| engine.save())
    };
    let mut engine = Engine::new(Arc::clone(&detector), Settings::default());
    let entries: Vec<Entry> = (0..12).map(entry).collect();
    Found::default().feed(&mut engine, &excerpts_of(&detector, &entries));
    let state = engine.save();
    assert_eq!(restore(&state).as_ref(), Ok(&state));
    for at in 18..state.len() {
        let mut changed = state.clone();
        changed[at] ^= 1 << (at % 8);
        assert_eq!(restore(&changed), Err(SnapshotError::Damaged), "byte {at}");
    }
    for len in 18..state.len() {
        assert_eq!(restore(&state[..len]), Err(SnapshotError::Damaged), "{len} bytes");
    }
    assert_eq!(restore(b""), Err(SnapshotError::NotOne));
    assert_eq!(restore(b"{\"uuid\": 1}"), Err(SnapshotError::NotOne));
    let mut newer = state;
    newer[14] = 200;
    assert_eq!(restore(&newer), Err(SnapshotError::Version(200)));
    assert_ne!(STATE_VERSION, 200);
}
