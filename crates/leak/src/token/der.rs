//! Private keys as base64 alone, without the lines that PEM puts around them.
//!
//! *Sources.* RFC 5208 section 5 (PKCS #8), RFC 8017 appendix A.1.2 (RSA), RFC 5915 section 3 (EC).

use std::ops::Range;

use base64::Engine as _;

use crate::token::wide;

/// Bytes that a key of 16,384 bits takes less than.
const DER_MAX: usize = 16 << 10;

/// A private key in base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Der {
    /// The base64, without breaks within.
    pub(crate) span: Range<usize>,
    /// What it holds, as a fragment.
    pub(crate) what: &'static str,
}

/// The private key whose base64 begins at `at`.
///
/// Its first bytes say what it is and how long; `None` when they do not, or when it is cut short. Costs a few bytes
/// where there is none.
pub(crate) fn der(text: &[u8], at: usize) -> Option<Der> {
    let rest = text.get(at..)?;
    let head = wide().decode(rest.get(..40)?).ok()?;
    let (total, what) = (total(&head)?, what(&head)?);
    let n_letters = (total * 4).div_ceil(3);
    let body = rest.get(..n_letters)?;
    let is_whole = total <= DER_MAX && body.iter().all(|byte| is_letter(*byte));
    let ends = rest.get(n_letters).is_none_or(|byte| !is_letter(*byte));
    let n_padding = rest[n_letters..].iter().take(2).take_while(|byte| **byte == b'=').count();
    (is_whole && ends).then(|| Der { span: at..at + n_letters + n_padding, what })
}

/// Bytes of a sequence with its tag and length.
fn total(head: &[u8]) -> Option<usize> {
    match head {
        [0x30, len @ ..=0x7f, ..] => Some(usize::from(*len) + 2),
        [0x30, 0x81, len, ..] => Some(usize::from(*len) + 3),
        [0x30, 0x82, high, low, ..] => Some((usize::from(*high) << 8 | usize::from(*low)) + 4),
        _ => None,
    }
}

/// What a sequence is by its first members: a version, then an algorithm, a modulus or a secret number.
fn what(head: &[u8]) -> Option<&'static str> {
    const RSA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    const EC: &[u8] = &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
    let begin = match head.get(1)? {
        0x82 => 4,
        0x81 => 3,
        _ => 2,
    };
    match head.get(begin..)? {
        [0x02, 0x01, 0x00, 0x30, _, id @ ..] if id.starts_with(RSA) => {
            Some("an RSA key in PKCS #8")
        }
        [0x02, 0x01, 0x00, 0x30, _, id @ ..] if id.starts_with(EC) => Some("an EC key in PKCS #8"),
        [0x02, 0x01, 0x00, 0x02, 0x81 | 0x82, ..] => Some("an RSA key in PKCS #1"),
        [0x02, 0x01, 0x01, 0x04, 0x20 | 0x30 | 0x42, ..] => Some("an EC key in SEC 1"),
        _ => None,
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    /// The base64 of a sequence that begins with those bytes and has that many in all.
    fn sequence(begin: &[u8], n_bytes: usize) -> String {
        let length = u16::try_from(n_bytes - 4).unwrap().to_be_bytes();
        let mut bytes = [&[0x30, 0x82], &length[..], begin].concat();
        bytes.extend((bytes.len()..n_bytes).map(|at| (at * 89 % 251) as u8));
        STANDARD.encode(bytes)
    }

    #[test]
    fn keys_are_known_by_their_first_bytes() {
        const PKCS8: &[u8] =
            &[2, 1, 0, 0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0];
        const PKCS8_EC: &[u8] = &[2, 1, 0, 0x30, 19, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
        const PUBLIC: &[u8] = &[0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0];
        fn check(text: &str, expected: Option<&str>) {
            for after in ["", "\"", "\n", " x"] {
                let found = der(format!("\"{text}{after}").as_bytes(), 1);
                assert_eq!(found.as_ref().map(|der| der.what), expected, "{text}");
                assert!(found.is_none_or(|der| der.span == (1..1 + text.len())));
            }
        }
        for n_bytes in [608, 609, 610, 1217] {
            check(&sequence(PKCS8, n_bytes), Some("an RSA key in PKCS #8"));
        }
        check(&sequence(PKCS8_EC, 300), Some("an EC key in PKCS #8"));
        check(&sequence(&[2, 1, 0, 2, 0x82, 1, 1, 0], 1191), Some("an RSA key in PKCS #1"));
        check(&sequence(&[2, 1, 1, 4, 0x20], 300), Some("an EC key in SEC 1"));
        check(&sequence(PUBLIC, 294), None);
        check(&sequence(&[0x30, 0x82, 2, 0], 800), None);
        check(&sequence(PKCS8, 608)[..700], None);
        check(&(sequence(PKCS8, 609) + "AAAA"), None);
        check("MIIEvQIBADANBgkq", None);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "MI[A-Za-z0-9+/=]{0,80}", at in 0..90_usize) {
            let _ = der(text.as_bytes(), at);
        }
    }
}
