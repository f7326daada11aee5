//! Batches in, frames out, on a real disk.

use std::sync::Arc;
use std::time::Duration;

use archive::{
    Batch, Error, Intake, Note, Position, RealDisk, Record, Settings, SourceId, Transport,
};
use jiff::Timestamp;

fn disk(folder: &tempfile::TempDir) -> Arc<RealDisk> {
    Arc::new(RealDisk::at(folder.path().to_owned()).unwrap())
}

fn source() -> SourceId {
    SourceId { provider: "okta".into(), tenant: "acme".into() }
}

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(1_793_610_000 + second).unwrap()
}

fn batch(numbers: std::ops::Range<i64>, cursor: Option<&str>) -> Batch {
    let record = |n: i64| Record {
        id: format!("event {n}").into(),
        time: (n % 10 != 0).then(|| time(n * 60)),
        bytes: format!("{{\"uuid\":\"event {n}\",\"filler\":\"{}\"}}", "x".repeat(200))
            .into_bytes()
            .into(),
    };
    let note = |text: &str| Note::Cursor { of: "poll".into(), text: text.into() };
    Batch {
        source: source(),
        transport: Transport::Poll,
        received: time(numbers.start),
        records: numbers.map(record).collect(),
        notes: cursor.map(note).into_iter().collect(),
    }
}

/// The ids of all events from a position on.
fn ids(intake: &Intake, from: u64) -> Vec<String> {
    let mut reader = intake.reader(Position(from));
    let mut ids = Vec::new();
    while let Some(frame) = reader.next(Duration::ZERO).unwrap() {
        ids.extend(frame.records.iter().map(|record| record.id.to_string()));
    }
    ids
}

#[test]
fn what_is_kept_comes_out_again_once() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { segment_bytes: 2000, ..Settings::default() };
    let expected: Vec<_> = (0..70).map(|n| format!("event {n}")).collect();
    {
        let intake = Intake::open(disk(&folder), settings.clone()).unwrap();
        for n in 0..6 {
            let receipt = intake.append(batch(n * 10..n * 10 + 20, Some(&n.to_string()))).unwrap();
            assert_eq!(receipt.added, if n == 0 { 20 } else { 10 });
            assert_eq!(receipt.position, Position(n.cast_unsigned() + 1));
        }
        assert_eq!(ids(&intake, 0), expected);
        assert!(matches!(Intake::open(disk(&folder), settings.clone()), Err(Error::Locked)));
    }
    let intake = Intake::open(disk(&folder), settings).unwrap();
    assert_eq!(intake.end(), Position(6));
    assert_eq!(intake.cursor(&source(), "poll").as_deref(), Some("5"));
    assert!(intake.holds(&source(), "event 10", None).unwrap());
    assert!(intake.holds(&source(), "event 11", Some(time(660))).unwrap());
    assert!(!intake.holds(&source(), "event 70", None).unwrap());
    assert_eq!(ids(&intake, 0), expected);
    assert_eq!(ids(&intake, 3), expected[40..]);
    let receipt = intake.append(batch(0..71, None)).unwrap();
    assert_eq!((receipt.added, receipt.repeated), (1, 70));
}

#[test]
fn a_reader_waits_for_what_comes() {
    let folder = tempfile::tempdir().unwrap();
    let intake = Intake::open(disk(&folder), Settings::default()).unwrap();
    let mut reader = intake.reader(Position(0));
    let waits = std::thread::spawn(move || {
        let first = reader.next(Duration::from_mins(1)).unwrap();
        (first, reader.next(Duration::from_mins(1)).unwrap())
    });
    intake.append(batch(0..3, None)).unwrap();
    intake.close();
    let (first, second) = waits.join().unwrap();
    assert_eq!(first.map(|frame| frame.records), Some(batch(0..3, None).records));
    assert_eq!(second, None);
    assert!(matches!(intake.append(batch(3..4, None)), Err(Error::Closed)));
}
