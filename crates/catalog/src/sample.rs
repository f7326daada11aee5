//! Credentials that documentation prints, known by their hash.

use std::sync::LazyLock;

use crate::credential::{Credential, credential};
use crate::table::{find, rows};

const TEXT: &str = include_str!("../../../catalog/credential_samples.tsv");

static SAMPLES: LazyLock<Vec<CredentialSample>> = LazyLock::new(|| {
    rows(TEXT)
        .filter_map(|[sha256, part, kind, length, source, date]| {
            Some(CredentialSample {
                sha256,
                is_begin: part == "begin",
                kind: credential(kind)?,
                length: length.parse().ok()?,
                source,
                date,
            })
        })
        .collect()
});

/// A credential that documentation or public tests print and that works nowhere.
#[derive(Debug, PartialEq, Eq)]
pub struct CredentialSample {
    /// The hash of the value, or of its first [`SAMPLE_BEGIN`] characters: 64 lower-case hexadecimal digits.
    pub sha256: &'static str,
    /// Only the begin of the value is hashed.
    pub is_begin: bool,
    /// What it is printed as.
    pub kind: &'static Credential,
    /// Characters that are hashed.
    pub length: usize,
    /// Who prints it.
    pub source: &'static str,
    /// When that was looked up, `YYYY-MM-DD`.
    pub date: &'static str,
}

/// Characters of a long value that its hash is taken of where only the begin is.
pub const SAMPLE_BEGIN: usize = 64;

/// Every sample, in order of hash.
pub fn credential_samples() -> &'static [CredentialSample] {
    &SAMPLES
}

/// The sample of that hash, in hexadecimal digits of any case.
pub fn credential_sample(sha256: &str) -> Option<&'static CredentialSample> {
    find(&SAMPLES, |row| row.sha256, sha256)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::{check, check_keys};

    #[test]
    fn the_table_holds_its_form() {
        check(TEXT, &["sha256", "part", "kind", "length", "source", "date"]);
        check_keys(credential_samples(), |row| row.sha256);
        let n_rows = TEXT.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(credential_samples().len(), n_rows, "an unknown kind or length");
        for row in credential_samples() {
            let is_hex = row.sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            assert!(row.sha256.len() == 64 && is_hex, "{row:?}");
            assert_eq!(row.is_begin, row.length == SAMPLE_BEGIN, "{row:?}");
        }
    }
}
