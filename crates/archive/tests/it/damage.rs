//! Whatever the files hold: only what was written comes out, in order, and it goes on.

use std::sync::Arc;

use archive::{Disk, Intake, Position, Reader};
use proptest::prelude::*;

use super::small::{batch, check, settings, written};

/// One change to the bytes of a file.
#[derive(Debug, Clone)]
enum Change {
    Flip(prop::sample::Index, u8),
    Remove(prop::sample::Index),
    Insert(prop::sample::Index, u8),
    Truncate(prop::sample::Index),
    /// Part of it once more at the end: a block that is whole, at another place.
    Repeat(prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        4 => (at(), 1..=255u8).prop_map(|(at, bits)| Change::Flip(at, bits)),
        1 => at().prop_map(Change::Remove),
        1 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Insert(at, byte)),
        1 => at().prop_map(Change::Truncate),
        1 => at().prop_map(Change::Repeat),
    ]
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let len = bytes.len();
        match self {
            Self::Flip(at, bits) => bytes[at.index(len)] ^= bits,
            Self::Remove(at) => drop(bytes.remove(at.index(len))),
            Self::Insert(at, byte) => bytes.insert(at.index(len), *byte),
            Self::Truncate(at) => bytes.truncate(at.index(len)),
            Self::Repeat(at) => bytes.extend_from_within(at.index(len)..),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(300), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_is_said_and_nothing_is_made_up(
        file: prop::sample::Index,
        changes in prop::collection::vec(change(), 1..4),
    ) {
        let disk = written();
        let mut names = disk.names().unwrap();
        names.sort();
        disk.edit(&names[file.index(names.len())], |bytes| {
            for change in &changes {
                change.apply(bytes);
            }
        });
        check(&mut Reader::at_rest(Arc::new(disk.clone())).unwrap());
        let intake = Intake::open(Arc::new(disk), settings()).unwrap();
        check(&mut intake.reader(Position(0)));
        let before = intake.end();
        let mut added = 0;
        for n in 0..13 {
            added += intake.append(batch(n)).unwrap().added;
        }
        prop_assert!(added >= 3, "what is new was taken for known");
        prop_assert_eq!(intake.end(), Position(before.0 + 13));
    }
}
