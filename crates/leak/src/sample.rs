//! Values that documentation prints.

use catalog::{CredentialSample, SAMPLE_BEGIN, credential_sample, credential_samples};
use sha2::{Digest, Sha256};

/// The sample of documentation that `value` is: of a JWK its private part, of a PEM all of it or its base64.
///
/// Costs a hash of 64 bytes for a value that is as long, and one of the whole where a sample has its length.
pub(crate) fn sample(value: &str) -> Option<&'static CredentialSample> {
    let body = between_lines(value);
    let value = body.as_deref().unwrap_or(value);
    let samples = credential_samples();
    let has_length = samples.iter().any(|row| !row.is_begin && row.length == value.len());
    let begin = value.get(..SAMPLE_BEGIN);
    let whole = has_length.then(|| known(value)).flatten().filter(|row| !row.is_begin);
    whole.or_else(|| begin.and_then(known).filter(|row| row.is_begin))
}

/// The base64 between the lines of a PEM, without breaks; `None` when there are no such lines.
fn between_lines(value: &str) -> Option<String> {
    let rest = value.strip_prefix("-----BEGIN ")?;
    let (_, rest) = rest.split_once("-----")?;
    let body = rest.split("-----").next()?;
    Some(body.split_ascii_whitespace().collect())
}

fn known(text: &str) -> Option<&'static CredentialSample> {
    let digest = Sha256::digest(text.as_bytes());
    let hex = digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
        for nibble in [byte >> 4, byte & 15] {
            hex.push(char::from_digit(nibble.into(), 16).unwrap_or_default());
        }
        hex
    });
    credential_sample(&hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_known() {
        fn check(value: &str, expected: Option<&str>) {
            assert_eq!(sample(value).map(|row| row.kind.kind), expected);
        }
        let state_token = concat!("007ucIX7PATyn94hsHfOLVaX", "AmOBkKHWnOOLG43bsb");
        check(state_token, Some("okta_state_token"));
        check(&state_token.replace("00", "01"), None);
        check(&format!("{state_token}="), None);
        let key = concat!("MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSl", "AgEAAoIBAQC7VJTUt9Us8cKj");
        check(key, Some("private_key_pem"));
        check(&format!("{key}MzEfYyjiWA4R"), Some("private_key_pem"));
        let (one, other) = key.split_at(40);
        check(
            &format!(
                "-----BEGIN PRIVATE KEY-----\n{one}\n{other}\nab\n-----END PRIVATE KEY-----\n"
            ),
            Some("private_key_pem"),
        );
        check("-----BEGIN PRIVATE KEY-----", None);
        check(&key[..63], None);
        check("", None);
        check(&"\u{e9}".repeat(40), None);
    }
}
