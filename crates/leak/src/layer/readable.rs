//! Whether decoded bytes are worth a look: text, text in UTF-16, something compressed.

use super::{gzip, utf16};

/// Bytes of a decoded text that are looked at for how much of it is text.
const SAMPLE: usize = 4 << 10;

/// Printable bytes in a row that make any text worth a look, whatever stands around them. By chance one of
/// 10^11 positions of random bytes.
const ISLAND: usize = 28;

/// Whether a byte is printable ASCII or a blank.
pub(super) fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')
}

/// Whether decoded bytes hold something that can be read or undone further.
pub(super) fn is_worth(text: &[u8]) -> bool {
    is_text(text) || has_island(text) || gzip::is_likely(text) || utf16::is_likely(text)
}

/// Whether at least seven eighths of the begin are UTF-8 without control characters, and some is ASCII.
pub(super) fn is_text(text: &[u8]) -> bool {
    let sample = &text[..text.len().min(SAMPLE)];
    let (mut n_good, mut n_ascii) = (0, 0);
    for chunk in sample.utf8_chunks() {
        let n_control =
            chunk.valid().bytes().filter(|byte| byte.is_ascii() && !is_printable(*byte)).count();
        n_good += chunk.valid().len() - n_control;
        n_ascii += chunk.valid().bytes().filter(u8::is_ascii).count() - n_control;
    }
    n_ascii >= 8 && n_good * 8 >= sample.len() * 7
}

/// Whether printable bytes stand in a row for long somewhere.
fn has_island(text: &[u8]) -> bool {
    text.split(|byte| !is_printable(*byte)).any(|island| island.len() >= ISLAND)
}
