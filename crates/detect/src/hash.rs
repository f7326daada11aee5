//! The fingerprints by which groups and values are told apart: 64 bits, the same on every machine and for good, since
//! snapshots hold them.
//!
//! Multiplication of two words folded into one, as wyhash does it. Two different texts share a fingerprint with a chance of
//! about 2⁻⁶⁴; among a million values the chance that any two do is 3 × 10⁻⁸.

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const MIX: [u64; 3] = [0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db, 0x8ebc_6af0_9c88_c6e3];

/// Builds a fingerprint of several parts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hash(u64);

impl Hash {
    /// Begins a fingerprint; other domains give others for the same parts.
    pub(crate) fn new(domain: u64) -> Self {
        Self(fold(domain ^ SEED, MIX[0]))
    }

    /// Adds a text. Where one part ends and the next begins counts.
    #[must_use]
    pub(crate) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    /// Adds bytes.
    #[must_use]
    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        let mut state = self.0;
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            let word = u64::from_le_bytes(word.try_into().unwrap_or_default());
            state = fold(state ^ word, MIX[1]);
        }
        let mut last = [0; 8];
        let rest = words.remainder();
        last[..rest.len()].copy_from_slice(rest);
        state = fold(state ^ u64::from_le_bytes(last), MIX[2]);
        Self(fold(state ^ bytes.len() as u64, MIX[0]))
    }

    /// Adds a number.
    #[must_use]
    pub(crate) fn number(self, number: u64) -> Self {
        Self(fold(self.0 ^ number, MIX[1]))
    }

    /// The fingerprint.
    pub(crate) fn get(self) -> u64 {
        self.0
    }
}

/// The fingerprint of one text.
pub(crate) fn of_text(text: &str) -> u64 {
    Hash::new(0).text(text).get()
}

fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product as u64) ^ ((product >> 64) as u64) ^ left.rotate_left(29)
}
