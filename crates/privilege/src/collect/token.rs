//! Long random values in texts: tokens, keys, hashes. Nobody says what they are, so their letters must.

use std::borrow::Cow;

use super::redact::HIDDEN;
use crate::resolve::decoded;

/// Longest run of letters and digits that nobody takes for a token, in bytes; ids of Okta have 20, those of users
/// of Auth0 24 behind the connection.
const ID_BYTES: usize = 24;
/// Ids of clients of Auth0 have as many letters and digits.
const CLIENT_BYTES: usize = 32;
/// Tokens of Okta begin with `00` and are not shorter.
const OKTA_TOKEN_BYTES: usize = 40;
/// A word of letters is not longer.
const WORD_BYTES: usize = 40;

/// The text without values that look like tokens.
pub(super) fn without_tokens(text: &str) -> Cow<'_, str> {
    if text.len() <= ID_BYTES && !text.contains("eyJ") {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut done = 0;
    let mut at = 0;
    while at < text.len() {
        let run = run(&text[at..]);
        if run.is_empty() {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let whole = with_dots(&text[at..]);
        let hides = if is_jwt(whole) {
            whole
        } else if is_token(run) && !is_client_of_a_path(&text[..at], run) {
            run
        } else {
            at += run.len();
            continue;
        };
        kept.push_str(&text[done..at]);
        kept.push_str(HIDDEN);
        at += hides.len();
        done = at;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    kept.push_str(&text[done..]);
    Cow::Owned(kept)
}

/// Whether a value is, or has, what looks like a token. `may_be_client`: ids of clients of Auth0 are none.
pub(super) fn has_token(value: &str, may_be_client: bool) -> bool {
    !(may_be_client && is_client(value)) && matches!(without_tokens(value), Cow::Owned(_))
}

/// Whether it has the letters of a client's id of Auth0.
pub(super) fn is_client(value: &str) -> bool {
    value.len() == CLIENT_BYTES && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Ids of clients stand in paths of the Management API.
fn is_client_of_a_path(before: &str, run: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or(before);
    is_client(run) && before.ends_with('/') && word.contains("/api/v2/") && !word.contains('?')
}

fn run(text: &str) -> &str {
    &text[..len_of(text, |byte| is_of_a_token(byte) || byte == b'%')]
}

fn with_dots(text: &str) -> &str {
    let whole = &text[..len_of(text, |byte| is_of_a_token(byte) || b"%.".contains(&byte))];
    whole.trim_end_matches('.')
}

fn len_of(text: &str, fits: impl Fn(u8) -> bool) -> usize {
    text.bytes().position(|byte| !fits(byte)).unwrap_or(text.len())
}

const fn is_of_a_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'~')
}

/// A header in Base64 begins so, whatever is in it.
fn is_jwt(text: &str) -> bool {
    text.trim_start_matches('%').starts_with("eyJ") && text.len() > 12 && text.contains('.')
}

/// Whether a run, or what it encodes, is a token.
fn is_token(run: &str) -> bool {
    if run.len() <= ID_BYTES {
        return false;
    }
    run.split('%').any(is_random)
        || decoded(run)
            .split(|letter: char| !letter.is_ascii() || !is_of_a_token(letter as u8))
            .any(is_random)
}

fn is_random(text: &str) -> bool {
    let is_long = text.len() > ID_BYTES;
    let is_of_okta = text.starts_with("00") && text.len() >= OKTA_TOKEN_BYTES;
    is_long && !is_uuid(text) && (is_of_okta || !text.split(['-', '_', '~', '+']).all(is_word))
}

fn is_uuid(text: &str) -> bool {
    let lens = [8, 4, 4, 4, 12];
    text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && text.split('-').map(str::len).eq(lens)
}

/// Whether a part between marks is a word as people write them, a number or an id.
fn is_word(part: &str) -> bool {
    let n_of = |fits: fn(&u8) -> bool| part.bytes().filter(fits).count();
    let (n_digits, n_upper) = (n_of(u8::is_ascii_digit), n_of(u8::is_ascii_uppercase));
    let n_letters = part.len() - n_digits;
    let n_numbers =
        part.split(|letter: char| !letter.is_ascii_digit()).filter(|run| !run.is_empty()).count();
    let is_number = n_letters == 0 && part.len() <= 20;
    let has_number = n_numbers <= 1 && n_digits <= 6;
    let is_cased = part.len() <= 6 || n_upper == n_letters || n_upper * 3 <= n_letters + 2;
    part.len() <= 4
        || part.len() == 20
        || is_number
        || (has_number && is_cased && part.len() <= WORD_BYTES)
}

#[cfg(test)]
mod tests {
    use super::{has_token, without_tokens};

    const TOKEN: &str = "00aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6kL9n";
    const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b";
    const CLIENT: &str = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF";

    #[test]
    fn tokens_are_hidden_wherever_they_stand() {
        fn check(text: &str, expected: &str) {
            assert_eq!(without_tokens(text), expected);
        }
        for token in [TOKEN, HASH, CLIENT, "eyJhbGciOiJ9.eyJzdWIiOiJ9.c2ln", "eyJhbGciOiJ9.eyJ.x"] {
            check(token, "…");
            check(&format!("GET /api/v1/users/{token}"), "GET /api/v1/users/…");
            check(&format!("/api/v1/{token}/users"), "/api/v1/…/users");
            check(&format!("{{\"a\":{{\"b\":\"{token}\"}}}}"), "{\"a\":{\"b\":\"…\"}}");
            check(&format!("api key {token} then"), "api key … then");
        }
        check(&format!("/api/v1/users/%{TOKEN}"), "/api/v1/users/…");
        check(&format!("/api/v2/clients/{CLIENT}"), &format!("/api/v2/clients/{CLIENT}"));
        check(&format!("/api/v2/clients/{CLIENT}{CLIENT}"), "/api/v2/clients/…");
        assert!(has_token(CLIENT, false) && !has_token(CLIENT, true) && has_token(TOKEN, true));
    }

    #[test]
    fn words_and_ids_stay() {
        for text in [
            "/api/v1/users/{id}/lifecycle/expire_password_with_temp_password",
            "okta.governance.securityAccessReviews.admin.manage",
            "listAssignedApplicationsForUserAndGroup",
            "550e8400-e29b-41d4-a716-446655440000",
            "00g1ab2cd3EF4gh5ij6k",
            "auth0|5f7c8ec7c33c6c004bbafe82",
            "google-oauth2|103547991597142817347",
            "joe.with-a-very-long-name-1977@example.com",
            "joe.with-a-very-long-name%40example.com",
            "trial-1234567-admin-integration.okta.com",
            "OKTA_CLIENT_PRIVATE_KEY_FILE_NAME",
            "{theIdOfTheGroupThatIsMeant}",
        ] {
            assert_eq!(without_tokens(text), text);
        }
    }
}
