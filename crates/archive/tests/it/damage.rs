//! Whatever the files hold: only what was written comes out, in order, and it goes on.

use std::sync::Arc;
use std::time::Duration;

use archive::fault::FaultyDisk;
use archive::{
    Batch, Disk, Error, Intake, Note, Position, Reader, Record, Settings, SourceId, Transport,
};
use jiff::Timestamp;
use proptest::prelude::*;

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(1_793_610_000 + second).unwrap()
}

fn batch(n: i64) -> Batch {
    let record = |k: i64| Record {
        id: format!("event {n} {k}").into(),
        time: (k > 0).then(|| time(n * 1800)),
        // An event may hold what looks like the beginning of a block.
        bytes: format!("{{\"n\":{n},\"filler\":\"{}\"}}", "kwb1".repeat(20)).into_bytes().into(),
    };
    Batch {
        source: SourceId { provider: "okta".into(), tenant: "acme".into() },
        transport: Transport::Poll,
        received: time(n),
        records: (0..3).map(record).collect(),
        notes: vec![Note::Cursor { of: "poll".into(), text: n.to_string() }],
    }
}

fn settings() -> Settings {
    Settings { segment_bytes: 1500, index_bytes: 4096, ..Settings::default() }
}

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

/// Every frame is one that was written, and what is lost is said.
fn check(reader: &mut Reader) -> Result<(), TestCaseError> {
    let mut last = None;
    loop {
        match reader.next(Duration::ZERO) {
            Ok(Some(frame)) => {
                prop_assert!(last < Some(frame.position));
                last = Some(frame.position);
                let n = frame.received.as_second() - time(0).as_second();
                prop_assert_eq!(frame.records, batch(n).records);
                prop_assert_eq!(frame.notes, batch(n).notes);
            }
            Ok(None) => return Ok(()),
            Err(Error::Damaged { from, until, .. }) => prop_assert!(from < until),
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
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
        let disk = FaultyDisk::new();
        {
            let intake = Intake::open(Arc::new(disk.clone()), settings()).unwrap();
            for n in 0..12 {
                intake.append(batch(n)).unwrap();
            }
        }
        let mut names = disk.names().unwrap();
        names.sort();
        disk.edit(&names[file.index(names.len())], |bytes| {
            for change in &changes {
                change.apply(bytes);
            }
        });
        check(&mut Reader::at_rest(Arc::new(disk.clone())).unwrap())?;
        let intake = Intake::open(Arc::new(disk), settings()).unwrap();
        check(&mut intake.reader(Position(0)))?;
        let before = intake.end();
        let mut added = 0;
        for n in 0..13 {
            added += intake.append(batch(n)).unwrap().added;
        }
        prop_assert!(added >= 3, "what is new was taken for known");
        prop_assert_eq!(intake.end(), Position(before.0 + 13));
    }
}
