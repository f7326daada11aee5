//! Places that may begin an escape of a letter or a break within a word, at the speed of memory.
//!
//! Each source is a search that compares many bytes at once, for signs that are rare or rarely followed so.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use memchr::{memchr_iter, memchr3_iter};

/// What breaks a word over two lines in mail, or puts it together in a program. One search each: a search for all
/// of them at once is misled by nearly every letter.
static BREAKS: LazyLock<[Finder<'static>; 3]> =
    LazyLock::new(|| [&b"=\n"[..], b"=\r", b"\" +"].map(Finder::new));

/// What begins a color of a terminal.
const COLOR: u8 = 0x1b;

/// Bytes between places that are looked at for quoted-printable: less than twenty letters take so.
const STRIDE: usize = 48;

/// The places in `text`, each source in order.
pub(super) fn suspects(text: &[u8]) -> impl Iterator<Item = usize> {
    escapes(text).chain(breaks(text)).chain(dense(text))
}

/// Escapes with a digit, the letter of a number or the end of a line behind the sign.
fn escapes(text: &[u8]) -> impl Iterator<Item = usize> {
    memchr3_iter(b'%', b'\\', b'&', text).filter(|at| {
        text.get(at + 1).is_some_and(|next| {
            next.is_ascii_digit()
                || matches!(
                    next,
                    b'u' | b'U' | b'x' | b'#' | b'_' | b'-' | b'a' | b'l' | b'\n' | b'\r'
                )
        })
    })
}

fn breaks(text: &[u8]) -> impl Iterator<Item = usize> {
    BREAKS.iter().flat_map(|sign| sign.find_iter(text)).chain(memchr_iter(COLOR, text))
}

/// Quoted-printable in which every letter is an escape: looked at here and there.
fn dense(text: &[u8]) -> impl Iterator<Item = usize> {
    (0..text.len()).step_by(STRIDE).filter_map(|at| {
        let part = text.get(at..at + 6)?;
        let offset = (0..3).find(|offset| part[*offset] == b'=' && part[offset + 3] == b'=')?;
        Some(at + offset)
    })
}
