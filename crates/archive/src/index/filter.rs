//! A filter that tells of most prints that they are not there (Bloom's, in blocks of one cache line).

use super::Print;

/// Bits of the filter for each print: about one in a hundred strangers passes.
const BITS: usize = 12;

/// Words of one block.
const BLOCK: usize = 8;

/// Bits that one print sets in its block.
const SET: u32 = 7;

/// Prints that may be there.
#[derive(Debug)]
pub(super) struct Filter {
    words: Vec<u64>,
}

impl Filter {
    /// One for so many prints.
    pub(super) fn of(count: usize) -> Self {
        let blocks = (count * BITS).div_ceil(BLOCK * 64).max(1);
        Self { words: vec![0; blocks * BLOCK] }
    }

    /// What it takes.
    pub(super) fn bytes(&self) -> usize {
        self.words.len() * size_of::<u64>()
    }

    fn block(&self, print: Print) -> usize {
        let blocks = self.words.len() / BLOCK;
        ((u128::from(print as u64) * blocks as u128) >> 64) as usize * BLOCK
    }

    /// Takes a print in.
    pub(super) fn add(&mut self, print: Print) {
        let block = self.block(print);
        for (word, bit) in bits(print) {
            self.words[block + word] |= bit;
        }
    }

    /// Whether a print may be there; if not, it is not.
    pub(super) fn may_hold(&self, print: Print) -> bool {
        let block = self.block(print);
        bits(print).all(|(word, bit)| self.words[block + word] & bit != 0)
    }
}

/// The bits of a print in its block: nine bits of its upper half tell each.
fn bits(print: Print) -> impl Iterator<Item = (usize, u64)> {
    let upper = (print >> 64) as u64;
    (0..SET).map(move |n| {
        let at = upper >> (n * 9) & 511;
        (at as usize / 64, 1 << (at % 64))
    })
}
