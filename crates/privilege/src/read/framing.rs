//! Bytes to lines.

use memchr::{memchr, memchr_iter, memrchr};

use super::curl;
use crate::{Fault, Taker};

/// Longer lines of forms that are lines are not read: 1 MiB.
pub const LINE_BYTES_MAX: usize = 1 << 20;

/// What is said of them.
pub(super) fn too_long(line: u64) -> Fault {
    Fault { line, what: "the line is longer than 1 MiB and was not read".to_owned() }
}

/// A line, without its end; with those that continue it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// From 1.
    pub(super) number: u64,
    /// What it says.
    pub(super) bytes: &'a [u8],
    /// Whether it ends where the bytes end: then it may be cut short.
    pub(super) is_last: bool,
}

/// Where lines end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// At line feeds.
    AtLines,
    /// At line feeds; commands go on to where a shell would end them.
    BehindCommands,
}

/// Whether there is more behind some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// There may be.
    More,
    /// They are all.
    Nothing,
}

impl Ends {
    /// Where the first line ends: at its line feed. `None` if it does not end in these bytes.
    pub(super) fn first(self, bytes: &[u8], behind: Behind) -> Option<usize> {
        let from = match self {
            Self::AtLines => 0,
            Self::BehindCommands => curl::length(bytes, behind)?,
        };
        memchr(b'\n', &bytes[from..]).map(|end| from + end)
    }

    /// How many bytes are lines that are whole, if more may follow.
    pub(super) fn whole(self, bytes: &[u8]) -> usize {
        if self == Self::AtLines {
            return memrchr(b'\n', bytes).map_or(0, |end| end + 1);
        }
        let mut done = 0;
        while let Some(end) = self.first(&bytes[done..], Behind::More) {
            done += end + 1;
        }
        done
    }
}

/// Calls `each` with every line. Lines that are too long are faults.
pub(super) fn each_line<'a>(
    bytes: &'a [u8],
    first_line: u64,
    ends: Ends,
    taker: &mut dyn Taker,
    mut each: impl FnMut(Line<'a>, &mut dyn Taker),
) {
    let mut rest = bytes;
    let mut number = first_line;
    while !rest.is_empty() {
        let end = ends.first(rest, Behind::Nothing);
        let (line, after) = match end {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (rest, &[][..]),
        };
        if line.len() > LINE_BYTES_MAX {
            taker.fault(too_long(number));
        } else {
            let bytes = line.strip_suffix(b"\r").unwrap_or(line);
            each(Line { number, bytes, is_last: end.is_none() }, taker);
        }
        rest = after;
        number += 1;
        if ends == Ends::BehindCommands {
            number += memchr_iter(b'\n', line).count() as u64;
        }
    }
}

/// The line as text; what is no UTF-8 is a fault.
pub(super) fn text<'a>(line: Line<'a>, taker: &mut dyn Taker) -> Option<&'a str> {
    let number = line.number;
    match std::str::from_utf8(line.bytes) {
        Ok(text) if !text.contains('\0') => Some(text),
        Ok(_) => fail(number, "holds NUL bytes: this is no text", taker),
        Err(_) => fail(number, "is no UTF-8 text", taker),
    }
}

/// A document as text; what is no UTF-8 is a fault at its line.
pub(super) fn document<'a>(
    bytes: &'a [u8],
    first_line: u64,
    taker: &mut dyn Taker,
) -> Option<&'a str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let before = &bytes[..error.valid_up_to()];
            let line = first_line + memchr_iter(b'\n', before).count() as u64;
            fail(line, "is no UTF-8 text", taker)
        }
    }
}

fn fail<T>(line: u64, what: &str, taker: &mut dyn Taker) -> Option<T> {
    taker.fault(Fault { line, what: what.to_owned() });
    None
}
