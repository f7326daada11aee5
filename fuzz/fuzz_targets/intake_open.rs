//! Whatever a segment, or a file of the index, holds: the intake opens, or says why not; every frame that comes out is one that went in; and it goes on.
//!
//! The first byte chooses the file; the rest are changes to what was written, by place and byte, or the file itself.

#![no_main]

#[path = "../../crates/archive/tests/it/small.rs"]
mod small;

use std::sync::Arc;

use archive::{Disk, Intake, Position, Reader};
use libfuzzer_sys::fuzz_target;

use self::small::{batch, check, each, settings, written};

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
    // Of what was appended again only what had been lost is written.
    each(&mut intake.reader(Position(0)), &mut |frame, written| {
        assert!(frame.records.iter().all(|record| written.records.contains(record)));
    });
});
