//! Secrets of receivers: given as text, held as hashes.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// A receiver's secret. `Debug` shows its length; there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(String);

impl SecretText {
    /// Takes the text in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretText({} bytes)", self.0.len())
    }
}

/// What a secret is compared by. Hashes have one length, so that not even that of a secret shows in the time it takes.
#[derive(Clone, Copy)]
pub(crate) struct Seal([u8; 32]);

impl Seal {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    fn is(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

/// Whether one of the secrets was shown. All are compared, whichever it is.
pub(crate) fn any_is(seals: &[Seal], shown: &Seal) -> bool {
    seals.iter().fold(Choice::from(0), |found, seal| found | seal.is(shown)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_by_its_whole_text_alone() {
        let seals = ["first", "second"].map(|text| Seal::of(text.as_bytes()));
        let opens = ["first", "second", "", "firs", "firstt", "First", "third"]
            .map(|text| any_is(&seals, &Seal::of(text.as_bytes())));
        assert_eq!(opens, [true, true, false, false, false, false, false]);
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", SecretText::new("canary")), "SecretText(6 bytes)");
    }
}
