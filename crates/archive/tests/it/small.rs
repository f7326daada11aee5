//! A small log of several segments, and whether what is read is what was written. The fuzz target `intake_open` uses it too.

use std::sync::Arc;
use std::time::Duration;

use archive::fault::FaultyDisk;
use archive::{Batch, Error, Frame, Intake, Note, Reader, Record, Settings, SourceId, Transport};
use jiff::Timestamp;

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(1_793_610_000 + second).unwrap()
}

/// The batch of a number.
pub(crate) fn batch(n: i64) -> Batch {
    let record = |k: i64| Record {
        id: format!("event {n} {k}").into(),
        time: (k > 0).then(|| time(n * 1800)),
        // An event may hold what looks like the beginning of a block.
        bytes: format!("{{\"n\":{n},\"k\":{k},\"filler\":\"{}\"}}", "kwb1".repeat(20))
            .into_bytes()
            .into(),
    };
    Batch {
        source: SourceId { provider: "okta".into(), tenant: "acme".into() },
        transport: Transport::Poll,
        received: time(n),
        records: (0..3).map(record).collect(),
        notes: vec![Note::Cursor { of: "poll".into(), text: n.to_string() }],
    }
}

/// Small enough for several segments and files of the index.
pub(crate) fn settings() -> Settings {
    Settings { segment_bytes: 1500, index_bytes: 4096, ..Settings::default() }
}

/// Twelve batches.
pub(crate) fn written() -> FaultyDisk {
    let disk = FaultyDisk::new();
    let intake = Intake::open(Arc::new(disk.clone()), settings()).unwrap();
    for n in 0..12 {
        intake.append(batch(n)).unwrap();
    }
    drop(intake);
    disk
}

/// Fails unless every frame is one that was written, at its place, and what is lost is said.
pub(crate) fn check(reader: &mut Reader) {
    each(reader, &mut |frame, written| assert_eq!(frame.records, written.records));
}

/// Calls `look` with every frame and what was written as it. Fails unless it is one of them, at its place, and what is lost is said.
pub(crate) fn each(reader: &mut Reader, look: &mut dyn FnMut(&Frame, &Batch)) {
    let mut last = None;
    loop {
        match reader.next(Duration::ZERO) {
            Ok(Some(frame)) => {
                assert!(last < Some(frame.position), "not in order");
                last = Some(frame.position);
                let written = batch(frame.received.as_second() - time(0).as_second());
                assert_eq!(frame.notes, written.notes);
                look(&frame, &written);
            }
            Ok(None) => return,
            Err(error) => {
                let is_said = matches!(&error, Error::Damaged { from, until, .. } if from < until);
                assert!(is_said, "{error}");
            }
        }
    }
}
