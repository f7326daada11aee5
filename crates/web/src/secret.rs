//! Secrets of receivers: given as text, held as hashes.

use std::fmt;
use std::sync::{PoisonError, RwLock};

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

/// The secrets that open something, which may be changed while it is open.
pub(crate) struct Seals(RwLock<Vec<Seal>>);

impl Seals {
    pub(crate) fn of(secrets: &[SecretText]) -> Self {
        Self(RwLock::new(sealed(secrets)))
    }

    /// Takes others in their place.
    pub(crate) fn change(&self, secrets: &[SecretText]) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = sealed(secrets);
    }

    /// Whether there is none, so that nothing opens.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Whether one of them was shown. All are compared, whichever it is.
    pub(crate) fn any_is(&self, shown: &Seal) -> bool {
        let seals = self.0.read().unwrap_or_else(PoisonError::into_inner);
        seals.iter().fold(Choice::from(0), |found, seal| found | seal.is(shown)).into()
    }
}

fn sealed(secrets: &[SecretText]) -> Vec<Seal> {
    secrets.iter().map(|secret| Seal::of(secret.expose().as_bytes())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_by_its_whole_text_alone() {
        let seals = Seals::of(&["first", "second"].map(SecretText::new));
        let opens = ["first", "second", "", "firs", "firstt", "First", "third"]
            .map(|text| seals.any_is(&Seal::of(text.as_bytes())));
        assert_eq!(opens, [true, true, false, false, false, false, false]);
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", SecretText::new("canary")), "SecretText(6 bytes)");
    }
}
