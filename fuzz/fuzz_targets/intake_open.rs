//! Whatever a segment, or a file of the index, holds: the intake opens, or says why not; every frame that comes out is one that went in; and it goes on.
//!
//! The first byte chooses the file; the rest are changes to what was written, by place and byte, or the file itself.

#![no_main]

use std::sync::Arc;
use std::time::Duration;

use archive::fault::FaultyDisk;
use archive::{
    Batch, Disk, Error, Intake, Note, Position, Reader, Record, Settings, SourceId, Transport,
};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(1_793_610_000 + second).unwrap()
}

fn batch(n: i64) -> Batch {
    let record = |k: i64| Record {
        id: format!("event {n} {k}").into(),
        time: (k > 0).then(|| time(n * 1800)),
        bytes: format!("{{\"n\":{n},\"k\":{k},\"filler\":\"{}\"}}", "kwb1".repeat(20)).into_bytes().into(),
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

/// A small log of several segments.
fn written() -> FaultyDisk {
    let disk = FaultyDisk::new();
    let intake = Intake::open(Arc::new(disk.clone()), settings()).unwrap();
    for n in 0..12 {
        intake.append(batch(n)).unwrap();
    }
    drop(intake);
    disk
}

fn change(bytes: &mut Vec<u8>, how: u8, changes: &[u8]) {
    if how == 0 {
        *bytes = changes.to_vec();
        return;
    }
    for change in changes.chunks_exact(4) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % (bytes.len() + 1);
        match change[2] {
            0 if at < bytes.len() => drop(bytes.remove(at)),
            1 => bytes.insert(at, change[3]),
            2 => bytes.truncate(at),
            3 => {
                let end = bytes.len().min(at + usize::from(change[3]));
                let copy = bytes[at..end].to_vec();
                bytes.extend(copy);
            }
            _ if at < bytes.len() => bytes[at] ^= change[3],
            _ => {}
        }
    }
}

/// Every frame of a reader is one that was written, at its place.
fn check(reader: &mut Reader) {
    let mut last = None;
    loop {
        match reader.next(Duration::ZERO) {
            Ok(Some(frame)) => {
                assert!(last < Some(frame.position), "not in order");
                last = Some(frame.position);
                let n = frame.received.as_second() - time(0).as_second();
                assert_eq!(frame.records, batch(n).records);
                assert_eq!(frame.notes, batch(n).notes);
            }
            Ok(None) => break,
            Err(Error::Damaged { from, until, .. } | Error::Removed { from, until }) => {
                assert!(from < until, "nothing is lost");
            }
            Err(error) => panic!("{error}"),
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let [file, how, changes @ ..] = input else { return };
    let disk = written();
    let mut names = disk.names().unwrap();
    names.sort();
    let name = &names[usize::from(*file) % names.len()];
    disk.edit(name, |bytes| change(bytes, *how, changes));
    check(&mut Reader::at_rest(Arc::new(disk.clone())).unwrap());
    let intake = Intake::open(Arc::new(disk), settings()).unwrap();
    check(&mut intake.reader(Position(0)));
    let mut again = 0;
    for n in 0..13 {
        again += intake.append(batch(n)).unwrap().added;
    }
    assert!(again >= 3, "what is new was taken for known");
    check(&mut intake.reader(Position(0)));
});
