//! The value of a credential, in a type that cannot be printed, and what may be said of it.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::shape::looks_random;

/// The value of a credential. `Debug` shows its length; there is no `Display`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    /// Takes the value in.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself. Call only where it must leave, such as under `--show-secrets`.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A few characters of each end, to recognize it by: `00x3…8c`. Of what is shorter than 24 characters, or was
    /// chosen by a person, nothing is shown but its length.
    pub fn mask(&self) -> String {
        let value = self.0.as_bytes();
        let is_hex = value.iter().all(u8::is_ascii_hexdigit);
        if value.len() < 24 || !self.0.is_ascii() || !(is_hex || looks_random(value)) {
            return format!("…({})", self.0.chars().count());
        }
        format!("{}…{}", &self.0[..4], &self.0[value.len() - 2..])
    }

    /// The keyed fingerprint: the first 128 bits of an HMAC-SHA-256, as 32 lower-case hex digits.
    /// The same value has the same fingerprint wherever it lies; without the key nobody can
    /// find a value from it by trying.
    pub fn fingerprint(&self, key: &Key) -> String {
        let mac = key.mac(self.0.as_bytes());
        mac[..16]
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|half| char::from_digit(u32::from(half), 16))
            .collect()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

/// The key of fingerprints, which the user keeps. Cannot be printed.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// A key from bytes of any length, which are hashed to the length that is needed.
    pub fn new(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// HMAC-SHA-256 (RFC 2104) under a domain of its own.
    fn mac(&self, message: &[u8]) -> [u8; 32] {
        let pad = |with: u8| {
            let mut block = [with; 64];
            for (byte, key) in block.iter_mut().zip(self.0) {
                *byte ^= key;
            }
            block
        };
        let inner = Sha256::new()
            .chain_update(pad(0x36))
            .chain_update(b"keyward.credential.fingerprint/1\0")
            .chain_update(message)
            .finalize();
        Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_told_by_fingerprint_and_mask_alone() {
        let (one, other) = (Key::new(b"one"), Key::new(b"other"));
        let secret = Secret::new("00kR3_vQ-8dLmN0pZxWcYtBaSeUfGhIjKoPq1r5T7w");
        assert_eq!(secret.fingerprint(&one), secret.clone().fingerprint(&one));
        assert_ne!(secret.fingerprint(&one), secret.fingerprint(&other));
        assert_eq!(secret.fingerprint(&one).len(), 32);
        assert_eq!(secret.mask(), "00kR…7w");
        assert_eq!(Secret::new("correct horse battery staple").mask(), "…(28)");
        assert_eq!(Secret::new("hunter2").mask(), "…(7)");
        assert_eq!(format!("{secret:?} {one:?}"), "Secret(42 bytes) Key");
    }
}
