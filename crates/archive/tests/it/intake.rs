//! Batches in, frames out, on a real disk.

use std::sync::Arc;
use std::time::Duration;

use archive::fault::FaultyDisk;
use archive::{
    Batch, Disk, Error, Intake, Note, Position, Reader, RealDisk, Record, Settings, SourceId,
    Transport,
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

#[cfg(unix)]
#[test]
fn a_folder_that_is_removed_keeps_nothing_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let intake = Intake::open(disk(&folder), Settings::default()).unwrap();
    intake.append(batch(0..1, None)).unwrap();
    std::fs::remove_dir_all(folder.path()).unwrap();
    for _ in 0..2 {
        let refused = intake.append(batch(1..2, None)).unwrap_err();
        assert!(matches!(refused, Error::Disk { .. }), "{refused}");
    }
    std::fs::create_dir(folder.path()).unwrap();
    assert_eq!(intake.append(batch(1..2, None)).unwrap().added, 1);
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

/// A batch of one event of some hour, which is also when it was received.
fn hourly(hour: i64) -> Batch {
    let hour_ago = Timestamp::from_second(time(hour * 3600).as_second()).unwrap();
    let mut batch = batch(1000 + hour..1001 + hour, Some(&hour.to_string()));
    batch.received = hour_ago;
    batch.records[0].time = Some(hour_ago);
    batch
}

fn small(keep_hours: Option<u64>) -> Settings {
    let keep = keep_hours.map(|hours| Duration::from_secs(hours * 3600));
    Settings { segment_bytes: 400, index_bytes: 2048, keep, ..Settings::default() }
}

#[test]
fn what_is_too_old_is_removed_and_said() {
    let disk = FaultyDisk::new();
    let intake = Intake::open(Arc::new(disk.clone()), small(Some(10))).unwrap();
    for hour in 0..40 {
        intake.append(hourly(hour)).unwrap();
    }
    let first = intake.first();
    assert!((20..31).contains(&first.0), "{first:?}");
    drop(intake);
    let intake = Intake::open(Arc::new(disk), small(Some(10))).unwrap();
    assert_eq!((intake.first(), intake.end()), (first, Position(40)));
    let mut reader = intake.reader(Position(0));
    let removed = reader.next(Duration::ZERO);
    assert!(matches!(removed, Err(Error::Removed { until, .. }) if until == first));
    assert_eq!(reader.next(Duration::ZERO).unwrap().map(|frame| frame.position), Some(first));
    assert_eq!(intake.cursor(&source(), "poll").as_deref(), Some("39"));
    assert_eq!(intake.append(hourly(39)).unwrap().repeated, 1);
}

#[test]
fn a_clock_that_jumps_removes_nothing() {
    let intake = Intake::open(Arc::new(FaultyDisk::new()), small(Some(10))).unwrap();
    for hour in 0..20 {
        let jump = if hour % 3 == 1 { 100_000 } else { 0 };
        let received = time((hour / 5 + jump) * 3600);
        intake.append(Batch { received, ..hourly(hour / 5) }).unwrap();
    }
    assert_eq!(intake.first(), Position(0));
}

#[test]
fn what_somebody_needs_is_kept() {
    let intake = Intake::open(Arc::new(FaultyDisk::new()), small(Some(10))).unwrap();
    intake.hold(Position(3));
    for hour in 0..40 {
        intake.append(hourly(hour)).unwrap();
    }
    assert!(intake.first() <= Position(3));
}

/// Damages every file whose name begins so, reopens, and counts what is taken for new.
fn damage(prefix: &str, edit: impl Fn(&mut Vec<u8>)) -> u32 {
    let disk = FaultyDisk::new();
    let batches: Vec<_> = (0..30).map(hourly).collect();
    {
        let intake = Intake::open(Arc::new(disk.clone()), small(None)).unwrap();
        for batch in &batches {
            intake.append(batch.clone()).unwrap();
        }
    }
    for name in disk.names().unwrap() {
        if name.starts_with(prefix) {
            disk.edit(&name, &edit);
        }
    }
    let intake = Intake::open(Arc::new(disk), small(None)).unwrap();
    batches.into_iter().map(|batch| intake.append(batch).unwrap().added).sum()
}

#[test]
fn an_index_that_is_damaged_or_missing_is_made_again() {
    assert_eq!(damage("none", |_| ()), 0);
    assert_eq!(damage("keys-", Vec::clear), 0);
    assert_eq!(damage("keys-", |bytes| bytes[20] ^= 1), 0);
    assert_eq!(damage("keys-", |bytes| *bytes.get_mut(4200).unwrap() ^= 1), 0);
    assert_eq!(damage("keys-", |bytes| bytes.truncate(5000)), 0);
}

#[test]
fn damage_in_the_middle_is_said_with_its_place_and_what_lies_behind_is_read() {
    let disk = FaultyDisk::new();
    {
        let intake = Intake::open(Arc::new(disk.clone()), small(None)).unwrap();
        for hour in 0..9 {
            intake.append(hourly(hour)).unwrap();
        }
    }
    disk.edit("log-00000000000000000000.kw", |bytes| bytes[120] ^= 1);
    let intake = Intake::open(Arc::new(disk), small(None)).unwrap();
    let mut reader = intake.reader(Position(0));
    let error = reader.next(Duration::ZERO).unwrap_err().to_string();
    insta::assert_snapshot!(error, @"`log-00000000000000000000.kw` is damaged at byte 40: the checksum does not fit; positions 0 to 1 are lost");
    let rest = std::iter::from_fn(|| reader.next(Duration::ZERO).unwrap());
    assert_eq!(rest.map(|frame| frame.position.0).collect::<Vec<_>>(), (1..9).collect::<Vec<_>>());
}

#[test]
fn positions_of_lost_frames_are_not_given_to_others() {
    let disk = FaultyDisk::new();
    {
        let intake = Intake::open(Arc::new(disk.clone()), small(None)).unwrap();
        for hour in 0..9 {
            intake.append(hourly(hour)).unwrap();
        }
    }
    let names = disk.names().unwrap();
    let last = names.iter().filter(|name| name.starts_with("log-")).max().unwrap();
    disk.remove(last).unwrap();
    let intake = Intake::open(Arc::new(disk), small(None)).unwrap();
    let index = names.iter().filter(|name| name.starts_with("keys-")).count();
    assert!(index > 0 && intake.end() <= Position(9));
    let receipt = intake.append(hourly(20)).unwrap();
    assert!(receipt.position > Position(7), "{receipt:?}");
}

#[test]
fn a_log_at_rest_is_read_between_times() {
    let disk = FaultyDisk::new();
    assert_eq!(
        Reader::at_rest(Arc::new(disk.clone())).unwrap().next(Duration::ZERO).unwrap(),
        None
    );
    let intake = Intake::open(Arc::new(disk.clone()), small(None)).unwrap();
    for hour in 0..20 {
        intake.append(hourly(hour)).unwrap();
    }
    let count = |since: Option<i64>, until: Option<i64>| {
        let reader = Reader::at_rest(Arc::new(disk.clone())).unwrap();
        let hour = |hour: i64| time(hour * 3600);
        let mut reader = reader.between(since.map(hour), until.map(hour));
        std::iter::from_fn(|| reader.next(Duration::ZERO).unwrap()).count()
    };
    assert_eq!(count(None, None), 20);
    assert_eq!(count(Some(5), Some(8)), 4);
    assert_eq!(count(Some(15), None), 5);
    assert_eq!(count(None, Some(3)), 4);
    assert_eq!(count(Some(100), None), 0);
}

#[test]
fn a_damaged_head_costs_nothing_while_the_key_is_known() {
    let head = |bytes: &mut Vec<u8>| bytes[10] ^= 1;
    for prefix in ["log-", "key"] {
        assert_eq!(damage(prefix, head), 0, "{prefix}");
    }
}

#[test]
fn without_its_key_a_log_is_refused_and_not_overwritten() {
    let disk = FaultyDisk::new();
    Intake::open(Arc::new(disk.clone()), small(None)).unwrap().append(hourly(0)).unwrap();
    disk.edit("key", Vec::clear);
    disk.edit("log-00000000000000000000.kw", |bytes| bytes[10] ^= 1);
    let refused = Intake::open(Arc::new(disk.clone()), small(None));
    assert!(matches!(refused, Err(Error::Unknown { .. })));
    disk.edit("log-00000000000000000000.kw", |bytes| bytes[10] ^= 1);
    assert_eq!(Intake::open(Arc::new(disk), small(None)).unwrap().end(), Position(1));
}
