//! Bytes to lines.

use memchr::memchr;

use crate::{Fault, Taker};

/// Longer lines of forms that are lines are not read: 1 MiB.
pub const LINE_BYTES_MAX: usize = 1 << 20;

/// What is said of them.
pub(super) fn too_long(line: u64) -> Fault {
    Fault { line, what: "the line is longer than 1 MiB and was not read".to_owned() }
}

/// Calls `each` with number and bytes of every line, without its end. Lines that are too long are faults.
pub(super) fn each_line<'a>(
    bytes: &'a [u8],
    first_line: u64,
    taker: &mut dyn Taker,
    mut each: impl FnMut(u64, &'a [u8], &mut dyn Taker),
) {
    let mut rest = bytes;
    let mut number = first_line;
    while !rest.is_empty() {
        let end = memchr(b'\n', rest);
        let (line, after) = match end {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (rest, &[][..]),
        };
        if line.len() > LINE_BYTES_MAX {
            taker.fault(too_long(number));
        } else {
            each(number, line.strip_suffix(b"\r").unwrap_or(line), taker);
        }
        rest = after;
        number += 1;
    }
}

/// The line as text; what is no UTF-8 is a fault.
pub(super) fn text<'a>(line: &'a [u8], number: u64, taker: &mut dyn Taker) -> Option<&'a str> {
    match std::str::from_utf8(line) {
        Ok(text) if !text.contains('\0') => Some(text),
        Ok(_) => fail(number, "holds NUL bytes: this is no text", taker),
        Err(_) => fail(number, "is no UTF-8 text", taker),
    }
}

fn fail<T>(line: u64, what: &str, taker: &mut dyn Taker) -> Option<T> {
    taker.fault(Fault { line, what: what.to_owned() });
    None
}
