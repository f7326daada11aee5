//! The first look at every byte: long runs of letters and digits, and the few words that matter without one.
//!
//! Credentials are long runs of one alphabet; program text has few. Bytes are classed sixty-four at a time, to
//! one bit each, and a run is found by shifting: there is no branch for a byte. What a run means lives elsewhere.

use std::ops::Range;

use aho_corasick::packed::{Config, MatchKind, Searcher};

/// The shortest run that is a hit. Source: `catalog/credential_names.tsv`; what may be shorter has a word in [`WORDS`].
pub(crate) const RUN: usize = 20;

/// Words that are hits by themselves, since what they name may be short or hold any character.
const WORDS: [&str; 5] = ["ecret", "ECRET", "assword", "ASSWORD", "PRIVATE KEY"];

/// What the sieve leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hit {
    /// A whole run of letters, digits, `-` and `_`.
    Run(Range<usize>),
    /// The end of a word that names what may follow.
    Word(usize),
    /// What follows such a word, as far as a glance tells.
    Value(Range<usize>),
    /// A run that may encode something, and is nothing as it stands.
    Encoded(Range<usize>),
    /// Where a private key may stand.
    Pem(usize),
}

/// Looks for hits.
#[derive(Debug)]
pub(crate) struct Sieve {
    words: Option<Searcher>,
}

impl Sieve {
    /// A sieve for the words of credentials.
    pub(crate) fn new() -> Self {
        let mut builder = Config::new().match_kind(MatchKind::LeftmostFirst).builder();
        builder.extend(WORDS);
        Self { words: builder.build() }
    }

    /// Calls `each` with the runs of `text`, in order.
    pub(crate) fn runs(text: &[u8], mut each: impl FnMut(Range<usize>)) {
        let mut walk = Walk { tail: 0 };
        let (blocks, rest) = text.as_chunks::<BLOCK>();
        for (number, block) in blocks.iter().enumerate() {
            walk.block(tokens(block), number * BLOCK, &mut each);
        }
        let mut last = [0; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        let base = blocks.len() * BLOCK;
        // The last block is never full, so every run ends in it.
        walk.block(tokens(&last), base, &mut each);
    }

    /// Calls `each` with the words of `text`, in order.
    pub(crate) fn words(&self, text: &[u8], mut each: impl FnMut(Hit)) {
        let Some(searcher) = &self.words else { return };
        for found in searcher.find_iter(text) {
            each(match found.pattern().as_usize() {
                4 => Hit::Pem(found.start()),
                _ => Hit::Word(found.end()),
            });
        }
    }
}

/// Whether a byte is of the URL-safe alphabet.
pub(crate) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Bytes that are classed at once.
const BLOCK: usize = 64;

/// Which bytes of a block are of the URL-safe alphabet, the first byte lowest.
///
/// The loop compiles to vector instructions that every machine has; the products gather eight bytes to
/// eight bits.
fn tokens(block: &[u8; BLOCK]) -> u64 {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut class = [0_u8; BLOCK];
    for (class, &byte) in class.iter_mut().zip(block) {
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let digit = byte.wrapping_sub(b'0') < 10;
        *class =
            u8::from(letter) | u8::from(digit) | u8::from(byte == b'-') | u8::from(byte == b'_');
    }
    let (words, _) = class.as_chunks::<8>();
    let bits = words
        .iter()
        .enumerate()
        .map(|(at, &word)| (u64::from_le_bytes(word).wrapping_mul(GATHER) >> 56) << (at * 8));
    bits.fold(0, |all, bits| all | bits)
}

/// Places in a block where a run of at least [`RUN`] begins, or is under way, and does not leave the block.
fn long(tokens: u64) -> u64 {
    let two = tokens & tokens >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    let sixteen = eight & eight >> 8;
    sixteen & four >> 16
}

/// Walks over the blocks of a text.
struct Walk {
    /// Bytes of the run that reaches the end of the block before.
    tail: usize,
}

impl Walk {
    fn block(&mut self, tokens: u64, base: usize, each: &mut impl FnMut(Range<usize>)) {
        let lead = tokens.trailing_ones() as usize;
        if lead == BLOCK {
            self.tail += BLOCK;
            return;
        }
        self.end(base, lead, each);
        self.tail = tokens.leading_ones() as usize;
        let mut rest = long(tokens);
        while rest != 0 {
            let begin = rest.trailing_zeros() as usize;
            let end = begin + (tokens >> begin).trailing_ones() as usize;
            if begin > 0 && end < BLOCK {
                each(base + begin..base + end);
            }
            rest &= !(u64::MAX >> (BLOCK - end));
        }
    }

    /// Ends the run that reaches `lead` bytes beyond `base`.
    fn end(&mut self, base: usize, lead: usize, each: &mut impl FnMut(Range<usize>)) {
        if self.tail + lead >= RUN {
            each(base - self.tail..base + lead);
        }
        self.tail = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn runs(text: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        Sieve::runs(text, |run| found.push(run));
        found
    }

    /// Every run, by reading every byte.
    fn every_run(text: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut begin = 0;
        for at in 0..=text.len() {
            if at == text.len() || !is_token(text[at]) {
                if at - begin >= RUN {
                    found.push(begin..at);
                }
                begin = at + 1;
            }
        }
        found
    }

    #[test]
    fn every_byte_has_its_bit() {
        for byte in 0..=255 {
            for place in 0..BLOCK {
                let mut block = [b' '; BLOCK];
                block[place] = byte;
                assert_eq!(tokens(&block), u64::from(is_token(byte)) << place, "{byte:#x}");
            }
        }
    }

    #[test]
    fn words_are_hits() {
        let mut found = Vec::new();
        Sieve::new().words(b"my-secret -----BEGIN PRIVATE KEY-----", |hit| found.push(hit));
        assert_eq!(found, [Hit::Word(9), Hit::Pem(21)]);
    }

    proptest! {
        #[test]
        fn blocks_find_what_reading_every_byte_finds(text in "([a-zA-Z0-9_-]{0,150}[ .=\"é\n]{0,3}){0,20}") {
            prop_assert_eq!(runs(text.as_bytes()), every_run(text.as_bytes()));
        }

        #[test]
        fn any_bytes_will_do(text in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(runs(&text), every_run(&text));
        }
    }
}
