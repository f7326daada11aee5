//! Compressed text: gzip (RFC 1952) and zlib (RFC 1950), as base64 decodes to it.

use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::{Encoding, Layer};

/// Bytes that one compressed text may come to.
pub(super) const OUTPUT_MAX: usize = 16 << 20;

/// Bytes that each compressed byte may come to, beyond the first [`OUTPUT_FREE`]. Logs reach 20.
const RATIO_MAX: usize = 200;

/// Bytes that any compressed text may come to.
const OUTPUT_FREE: usize = 64 << 10;

/// Whether a text begins as compressed text does.
pub(super) fn is_likely(text: &[u8]) -> bool {
    matches!(text, [0x1f, 0x8b, 8, ..] | [0x78, 0x01 | 0x5e | 0x9c | 0xda, _, _, _, _, ..])
}

/// Undoes the compression of a whole text, as far as `room` bytes. `None` when it is none; what breaks off
/// or grows too large is cut.
pub(super) fn decode(text: &[u8], room: usize) -> Option<Layer> {
    is_likely(text).then_some(())?;
    let limit = OUTPUT_FREE.max(text.len().saturating_mul(RATIO_MAX)).min(OUTPUT_MAX).min(room);
    let (output, is_cut) = output(text, limit);
    (!output.is_empty()).then_some(())?;
    Some(Layer { encoding: Encoding::Gzip, text: output, span: 0..text.len(), is_cut, map: None })
}

fn output(text: &[u8], limit: usize) -> (Vec<u8>, bool) {
    if text.starts_with(&[0x1f]) {
        inflate(MultiGzDecoder::new(text), limit)
    } else {
        inflate(ZlibDecoder::new(text), limit)
    }
}

/// At most `limit` bytes of what `source` yields, and whether that is not all.
fn inflate(source: impl Read, limit: usize) -> (Vec<u8>, bool) {
    let mut output = Vec::new();
    let outcome = source.take(limit as u64 + 1).read_to_end(&mut output);
    let is_cut = outcome.is_err() || output.len() > limit;
    output.truncate(limit);
    (output, is_cut)
}
