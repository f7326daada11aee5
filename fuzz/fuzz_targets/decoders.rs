//! Whatever bytes are decoded, and again: nothing panics, nothing grows but what was compressed, and every
//! decoded byte leads back to a place in what it was decoded from, in order.

#![no_main]

use leak::{Encoding, Layer, layers};
use libfuzzer_sys::fuzz_target;

/// Bytes that may be decoded from one input.
const ROOM: usize = 1 << 20;

/// How deep encodings are undone within each other.
const DEPTH: usize = 4;

fuzz_target!(|text: &[u8]| {
    let mut room = ROOM;
    let mut texts = vec![(text.to_vec(), 0)];
    while let Some((text, depth)) = texts.pop() {
        for layer in layers(&text, room) {
            check(&text, &layer);
            if let (Some(left), true) = (room.checked_sub(layer.text.len()), depth < DEPTH) {
                room = left;
                texts.push((layer.text, depth + 1));
            }
        }
    }
});

fn check(parent: &[u8], layer: &Layer) {
    assert!(parent.get(layer.span.clone()).is_some(), "{:?}", layer.span);
    let grown = match layer.encoding {
        Encoding::Gzip => ROOM,
        // A unit of two bytes is a character of up to three.
        Encoding::Utf16Le | Encoding::Utf16Be => layer.span.len() / 2 * 3,
        _ => layer.span.len(),
    };
    assert!(layer.text.len() <= grown, "{:?} of {} bytes", layer.encoding, layer.span.len());
    let mut last = layer.span.start..layer.span.start;
    for at in 0..layer.text.len().min(4096) {
        let origin = layer.origin(at..at + 1);
        assert!(
            layer.span.start <= origin.start && origin.end <= layer.span.end,
            "{at}: {origin:?}"
        );
        assert!(
            origin.start < origin.end && last.start <= origin.start && last.end <= origin.end,
            "{at}: {origin:?}"
        );
        last = origin;
    }
}
