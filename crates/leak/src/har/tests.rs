//! Tests of recordings: the reader of JSON against another, and copies against random values.

mod copy;
mod hostile;
mod json;
mod lines;
mod signin;
mod sweep;

use crate::har::Redactor;
use crate::har::reader::signature;
use crate::scanner::Scanner;
use crate::secret::Key;

/// A copy of a recording, of which a look says that it is safe.
fn copied(recording: &[u8]) -> Vec<u8> {
    let (scanner, key) = (Scanner::new(), Key::new(b"test"));
    let redactor = Redactor::gather(&scanner, &key, &mut &*recording).unwrap();
    let mut copy = Vec::new();
    redactor.rewrite(&mut &*recording, &mut copy).unwrap();
    let left = redactor.left(&mut copy.as_slice()).unwrap();
    assert!(left.is_empty(), "{left:#?}");
    copy
}

/// What of a value must not be seen.
fn hidden(value: &str) -> &str {
    &value[signature(value).unwrap_or(0)..]
}
