//! Base64 and base64url (RFC 4648), padded or not, in one line or wrapped, that holds something readable.
//!
//! Images, keys, hashes and random tokens are base64 as well; they decode to what nobody can read and make no
//! layer. Nor do the parts of a JSON Web Token, which are read elsewhere.

use std::ops::Range;
use std::slice;

use memchr::memmem;

use super::map::Decoded;
use super::{Encoding, Layer, escape, html, percent, readable, wrap};

/// The value of each letter; [`NONE`] for other bytes.
const VALUES: [u8; 256] = values();

const NONE: u8 = 0xff;

const fn values() -> [u8; 256] {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < 64 {
        values[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values
}

fn is_letter(byte: u8) -> bool {
    VALUES[usize::from(byte)] != NONE
}

/// Letters that are looked at together.
const SAMPLE: usize = 24;

/// Samples of a run that are looked at.
const SAMPLES_MAX: usize = 8;

/// Whether the run may be base64 of text: somewhere every byte of it is ASCII. One of 60,000 random runs is.
pub(super) fn is_likely(run: &[u8]) -> bool {
    phase(run).is_some()
}

/// Where in `run` groups of four begin, 0 to 3, such that every byte they stand for is below 80 (hex).
fn phase(run: &[u8]) -> Option<usize> {
    run.chunks(SAMPLE).take(SAMPLES_MAX).filter(|sample| sample.len() >= 16).find_map(sample_phase)
}

fn sample_phase(sample: &[u8]) -> Option<usize> {
    let mut bits = [0_u8; 4];
    for (idx, byte) in sample.iter().enumerate() {
        bits[idx & 3] |= VALUES[usize::from(*byte)];
    }
    // The highest bits of the three bytes of a group lie in its first, second and third letter.
    (0..4).find(|phase| {
        bits[*phase] & 0x20 == 0
            && bits[(phase + 1) & 3] & 0x08 == 0
            && bits[(phase + 2) & 3] & 0x02 == 0
    })
}

/// The base64 that the run is part of, and whether it begins as a compressed text does.
pub(super) fn blob(text: &[u8], run: &Range<usize>) -> (Range<usize>, bool) {
    let segment = wrap::segment(text, run, is_letter);
    let lines = wrap::lines(text, &segment, is_letter);
    let begin = lines.first().unwrap_or(&segment).start;
    let end = lines.last().unwrap_or(&segment).end;
    (begin..end, is_compressed(&text[begin..end]))
}

/// What gzip and the four usual levels of zlib begin with.
fn is_compressed(letters: &[u8]) -> bool {
    matches!(letters, [b'H', b'4', b's', b'I', ..] | [b'e', b'J' | b'N' | b'A' | b'F', ..])
}

/// The base64 around `run`, and what it decodes to.
pub(super) fn look(text: &[u8], run: &Range<usize>) -> (Range<usize>, Vec<Layer>) {
    let segment = wrap::segment(text, run, is_letter);
    if is_cut_by_escape(text, &segment) || is_token_part(text, &segment) {
        return (segment, Vec::new());
    }
    let lines = wrap::lines(text, &segment, is_letter);
    let whole = lines.first().map_or(segment.start, |line| line.start)
        ..lines.last().map_or(segment.end, |line| line.end);
    let alone = [segment.clone()];
    let layers = if is_list(&lines) {
        let each = lines.iter().map(|line| decode(text, slice::from_ref(line), line));
        each.chain([decode(text, &lines, run)]).flatten().collect()
    } else {
        let candidates = [&lines[..], &alone, slice::from_ref(run)];
        let decoded = candidates.map(|lines| decode(text, lines, run));
        let clean = decoded
            .iter()
            .position(|layer| layer.as_ref().is_some_and(|layer| is_clean(&layer.text)));
        let idx = clean.or_else(|| decoded.iter().position(Option::is_some));
        idx.and_then(|idx| decoded.into_iter().nth(idx).flatten()).into_iter().collect()
    };
    (whole, layers)
}

/// Whether lines may be a value each, or one value in lines: who wraps does so at 60 letters or more.
fn is_list(lines: &[Range<usize>]) -> bool {
    matches!(lines, [first, _, ..] if first.len() < 60 && first.len().is_multiple_of(4))
}

fn is_clean(text: &[u8]) -> bool {
    text.utf8_chunks().all(|chunk| chunk.invalid().is_empty())
        && text.iter().all(|byte| !byte.is_ascii() || readable::is_printable(*byte))
}

/// Whether the base64 is written with escapes, as `\/` or `%2B`: then those are to be undone first.
fn is_cut_by_escape(text: &[u8], segment: &Range<usize>) -> bool {
    let before = match text[..segment.start].last() {
        Some(b'\\') => matches!(text[segment.start], b'n' | b'r' | b'u' | b'x' | b't' | b'/'),
        Some(b'%') => percent::read(&text[segment.start - 1..]).is_some(),
        _ => false,
    };
    before || goes_on_escaped(&text[segment.end..])
}

/// Whether escapes of letters or of the end of a line stand between the base64 and more of it.
fn goes_on_escaped(mut rest: &[u8]) -> bool {
    let mut n_escapes = 0;
    while n_escapes < 4 {
        let escaped = match rest.first() {
            Some(b'\\') => escape::read(rest),
            Some(b'%') => percent::read(rest),
            Some(b'&') => html::read(rest),
            _ => None,
        };
        let goes_on = |byte: &u8| is_letter(*byte) || matches!(byte, b'\r' | b'\n');
        let Some(escaped) = escaped.filter(|escaped| escaped.bytes().iter().all(goes_on)) else {
            break;
        };
        rest = &rest[escaped.len..];
        n_escapes += 1;
    }
    n_escapes > 0 && rest.first().is_some_and(|byte| is_letter(*byte) || *byte == b' ')
}

/// Whether it is the header or the claims of a JSON Web Token.
fn is_token_part(text: &[u8], segment: &Range<usize>) -> bool {
    let letters = &text[segment.clone()];
    if !letters.starts_with(b"eyJ") {
        return false;
    }
    let before = &text[segment.start.saturating_sub(4096)..segment.start];
    let header = before.strip_suffix(b".").map(|before| {
        let n_letters = before.iter().rev().take_while(|byte| is_letter(**byte)).count();
        &before[before.len() - n_letters..]
    });
    if header.is_some_and(|header| header.windows(3).any(|begin| begin == b"eyJ")) {
        return true;
    }
    let claims = || decode_lines(text, slice::from_ref(segment), 0);
    text.get(segment.end) == Some(&b'.') && memmem::find(&claims().text, b"\"alg\"").is_some()
}

/// Decodes lines of letters; `None` when that gives nothing to read.
fn decode(text: &[u8], lines: &[Range<usize>], run: &Range<usize>) -> Option<Layer> {
    let n_before: usize =
        lines.iter().map(|line| run.start.clamp(line.start, line.end) - line.start).sum();
    let shifted = phase(&text[run.clone()]).map(|phase| (n_before + phase) & 3);
    [Some(0), shifted.filter(|skip| *skip > 0)].into_iter().flatten().find_map(|skip| {
        let decoded = decode_lines(text, lines, skip);
        readable::is_worth(&decoded.text).then(|| decoded.into_layer(Encoding::Base64))
    })
}

/// Decodes the letters of lines from the one numbered `skip` on.
fn decode_lines<'a>(text: &'a [u8], lines: &[Range<usize>], mut skip: usize) -> Decoded<'a> {
    let span = lines.first().map_or(0, |line| line.start)..lines.last().map_or(0, |line| line.end);
    let mut decoded = Decoded::new(text, span);
    let mut open = Group::default();
    for line in lines {
        let n_skipped = skip.min(line.len());
        skip -= n_skipped;
        let mut at = line.start + n_skipped;
        while open.len > 0 && at < line.end {
            open.push(text[at], at);
            at += 1;
            open.flush_full(&mut decoded);
        }
        let n_whole = (line.end - at) & !3;
        let bytes: Vec<u8> = text[at..at + n_whole].chunks_exact(4).flat_map(group).collect();
        decoded.units(&bytes, 3, at, 4);
        let rest = at + n_whole..line.end;
        text[rest.clone()].iter().zip(rest).for_each(|(letter, at)| open.push(*letter, at));
    }
    open.flush(&mut decoded);
    decoded
}

/// The three bytes of four letters.
fn group(letters: &[u8]) -> [u8; 3] {
    let bits = letters
        .iter()
        .fold(0_u32, |bits, byte| bits << 6 | u32::from(VALUES[usize::from(*byte)] & 63));
    let [_, bytes @ ..] = bits.to_be_bytes();
    bytes
}

/// A group of letters that a line's end or the text's cuts.
#[derive(Debug, Default)]
struct Group {
    letters: [u8; 4],
    len: usize,
    start: usize,
    end: usize,
}

impl Group {
    fn push(&mut self, letter: u8, at: usize) {
        if self.len == 0 {
            self.start = at;
        }
        self.letters[self.len & 3] = letter;
        self.len += 1;
        self.end = at + 1;
    }

    fn flush_full(&mut self, decoded: &mut Decoded<'_>) {
        if self.len == 4 {
            self.flush(decoded);
        }
    }

    fn flush(&mut self, decoded: &mut Decoded<'_>) {
        let n_bytes = self.len.saturating_sub(1);
        self.letters[self.len & 3..]
            .iter_mut()
            .filter(|_| self.len < 4)
            .for_each(|letter| *letter = b'A');
        if n_bytes > 0 {
            decoded.unit(&group(&self.letters)[..n_bytes], self.start..self.end);
        }
        *self = Self::default();
    }
}
