//! Dumps of bytes as `hexdump -C`, `xxd` and `od -t x1` write them: an offset, pairs of digits, the text beside them.

use std::ops::Range;

use super::map::{Decoded, pair};
use super::{Encoding, Layer, readable, stretch};

/// Bytes of a line at most.
const LINE_MAX: usize = 16;

/// Bytes of a line before the last of its digits at most.
const COLUMN_MAX: usize = 80;

/// The paragraph of a dump around `run`, and what it decodes to. `None` when its line is of no dump.
pub(super) fn look(text: &[u8], run: &Range<usize>) -> Option<(Range<usize>, Option<Layer>)> {
    let near = &text[run.start.saturating_sub(COLUMN_MAX)..run.start];
    let begins_near = near.contains(&b'\n') || near.len() == run.start;
    if !begins_near || pairs(&text[stretch::line(text, run)]).is_empty() {
        return None;
    }
    let paragraph = stretch::paragraph(text, run);
    Some((paragraph.clone(), decode(text, paragraph)))
}

/// Decodes the lines of a dump in `span`. `None` when there is nothing to read in them.
fn decode(text: &[u8], span: Range<usize>) -> Option<Layer> {
    let mut decoded = Decoded::new(text, span.clone());
    let mut at = span.start;
    for line in text[span].split(|byte| *byte == b'\n') {
        for place in pairs(line) {
            if let Some(byte) = pair(&line[place..]) {
                decoded.unit(&[byte], at + place..at + place + 2);
            }
        }
        at += line.len() + 1;
    }
    let is_dump = decoded.text.len() > LINE_MAX && readable::is_worth(&decoded.text);
    is_dump.then(|| decoded.into_layer(Encoding::Codes))
}

/// Where the pairs of digits of a line stand; none when it is not of a dump.
fn pairs(line: &[u8]) -> Vec<usize> {
    let n_offset = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let colon = usize::from(line.get(n_offset) == Some(&b':'));
    let mut at = n_offset + colon;
    if !(6..=16).contains(&n_offset) || line.get(at) != Some(&b' ') {
        return Vec::new();
    }
    let mut places = Vec::new();
    while places.len() < LINE_MAX {
        let n_blanks = line[at..].iter().take_while(|byte| **byte == b' ').count();
        let is_column = n_blanks > 1 && !places.is_empty() && places.len() != LINE_MAX / 2;
        at += n_blanks;
        if is_column || pair(&line[at..]).is_none() {
            break;
        }
        places.push(at);
        at += 2;
    }
    places
}
