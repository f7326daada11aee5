//! Every set of instructions that this machine has scans alike.

#![no_main]

use event::{Marks, Newlines, Scan, Scanner};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let bytes = [b"{", input].concat();
    for newlines in [Newlines::End, Newlines::Allowed] {
        let scan = |scanner: Scanner| {
            let mut marks = Marks::default();
            (scanner.scan(&bytes, newlines, &mut marks), marks)
        };
        let all: Vec<(Scan, Marks)> = Scanner::every().map(scan).collect();
        assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
        match all[0].0 {
            Scan::Complete { len } => assert_eq!(bytes[len - 1], b'}'),
            Scan::Broken { at, .. } => assert!(at < bytes.len()),
            Scan::Cut => {}
        }
    }
});
