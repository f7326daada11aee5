//! How an input is encoded, as its first bytes tell.

/// What some programs put before UTF-8.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// From so many bytes one can tell how an input is encoded.
pub(super) const ENCODING_BYTES: usize = 4;

/// Whether an input is UTF-16: by its mark, or by an ASCII character in two bytes.
pub(super) fn is_utf16(start: &[u8]) -> bool {
    match start {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [a, 0, b, 0, ..] | [0, a, 0, b, ..] => a.is_ascii() && b.is_ascii() && *a != 0 && *b != 0,
        _ => false,
    }
}
