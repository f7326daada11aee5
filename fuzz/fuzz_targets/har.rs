//! Whatever a recording holds: nothing panics, every place lies in it, a copy has the form of the
//! recording, and a copy of a copy is the same again.

#![no_main]

use leak::har::{Redactor, scan};
use leak::{Key, Scanner};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|input: &[u8]| {
    let (scanner, key) = (Scanner::new(), Key::new(b"fuzz"));
    let read = scan(&scanner, &mut &*input, &mut |leak| {
        assert!(leak.leak.span.start <= leak.leak.span.end && leak.leak.span.end <= input.len());
    });
    if let Ok(account) = read {
        assert!(account.bytes <= input.len() as u64);
    }
    let Ok(redactor) = Redactor::gather(&scanner, &key, &mut &*input) else { return };
    let mut copy = Vec::new();
    if redactor.rewrite(&mut &*input, &mut copy).is_err() {
        return;
    }
    if serde_json::from_slice::<Value>(input).is_ok() {
        assert!(serde_json::from_slice::<Value>(&copy).is_ok());
    }
    let left = redactor.left(&mut copy.as_slice()).unwrap_or_default();
    let mut again = Vec::new();
    if left.is_empty() && redactor.rewrite(&mut copy.as_slice(), &mut again).is_ok() {
        assert!(again == copy);
    }
});
