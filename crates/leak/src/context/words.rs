//! Names taken apart into words.

use std::ops::Range;

/// Words that are found in names written without any break, such as `clientsecret`.
const GLUED: [&str; 27] = [
    "password", "private", "refresh", "session", "recovery", "client", "secret", "access",
    "cookie", "domain", "bearer", "tenant", "issuer", "state", "token", "auth0", "oauth", "okta",
    "oidc", "scim", "ssws", "org", "url", "api", "key", "idp", "sso",
];

/// Shorter words, taken only where every other part is known.
const SHORT: [&str; 6] = ["auth", "id", "app", "user", "my", "jwt"];

/// Bytes to either side of a value that [`nearby`] reads.
const NEAR: usize = 1 << 10;

/// Lines to either side of a value that [`nearby`] reads.
const NEAR_LINES: usize = 3;

/// The words of a name in lower case: `oktaApiToken`, `OKTA_API_TOKEN` and `okta.api-token` are all
/// `okta api token`; so is `oktaapitoken`, since it is made of nothing but known words.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let name = name.replace("OAuth", "Oauth");
    for part in name.split(|char: char| !char.is_alphanumeric()) {
        camel(part, &mut found);
    }
    found
}

/// Splits a part at changes of case: `OIDCClientSecret` is `oidc client secret`.
fn camel(part: &str, found: &mut Vec<String>) {
    let chars: Vec<char> = part.chars().collect();
    let mut start = 0;
    for at in 1..=chars.len() {
        if at == chars.len() || is_break(&chars, at) {
            let word: String =
                chars[start..at].iter().flat_map(|char| char.to_lowercase()).collect();
            glued(&word, found);
            start = at;
        }
    }
}

/// Whether a word begins at `at`: a capital after a small letter, or the last capital of several that a
/// small letter follows.
fn is_break(chars: &[char], at: usize) -> bool {
    let (before, this) = (chars[at - 1], chars[at]);
    let next = chars.get(at + 1).copied();
    this.is_uppercase()
        && (!before.is_uppercase() || next.is_some_and(char::is_lowercase) && !is_plural(chars, at))
}

/// Whether the capitals up to `at` end in a plural's `s`, as in `APIs` and `URLs`.
fn is_plural(chars: &[char], at: usize) -> bool {
    chars.get(at + 1) == Some(&'s') && chars.get(at + 2).is_none_or(|char| !char.is_lowercase())
}

/// Splits a word that is made of nothing but known words; else takes it whole.
fn glued(word: &str, found: &mut Vec<String>) {
    if word.is_empty() {
        return;
    }
    let before = found.len();
    let mut rest = word;
    while !rest.is_empty() {
        let Some(known) = GLUED.iter().chain(&SHORT).find(|known| rest.starts_with(**known)) else {
            found.truncate(before);
            found.push(word.to_owned());
            return;
        };
        found.push((*known).to_owned());
        rest = &rest[known.len()..];
        if matches!(rest, "s" | "1" | "2" | "3") {
            rest = "";
        }
    }
}

/// The words, in lower case, that stand in the lines around a value (the bytes `value` of the text):
/// three lines to either side, at most 1 KiB each. The value itself is left out. Words are those of
/// [`words`], so `rookTable` gives `rook` and `table`.
pub(crate) fn nearby(text: &[u8], value: Range<usize>) -> Vec<String> {
    let start = value.start.min(text.len());
    let end = value.end.clamp(start, text.len());
    let before = &text[start.saturating_sub(NEAR)..start];
    let after = &text[end..end.saturating_add(NEAR).min(text.len())];
    let from = memchr::memrchr_iter(b'\n', before).nth(NEAR_LINES).map_or(0, |at| at + 1);
    let to = memchr::memchr_iter(b'\n', after).nth(NEAR_LINES).unwrap_or(after.len());
    let mut found = words(&String::from_utf8_lossy(&before[from..]));
    found.extend(words(&String::from_utf8_lossy(&after[..to])));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        assert_eq!(words(name).join(" "), expected, "{name}");
    }

    #[test]
    fn names_are_taken_apart_however_they_are_written() {
        check("oktaApiToken", "okta api token");
        check("OKTA_API_TOKEN", "okta api token");
        check("okta.api-token", "okta api token");
        check("OktaApiToken", "okta api token");
        check("oktaAPIToken", "okta api token");
        check("OIDCClientSecret", "oidc client secret");
        check("OAuth2ClientSecret", "oauth client secret");
        check("AUTH0_CLIENT_SECRET", "auth0 client secret");
        check("auth0ClientSecret", "auth0 client secret");
        check("apitoken", "api token");
        check("clientsecret", "client secret");
        check("oktatoken", "okta token");
        check("OKTATOKEN", "okta token");
        check("apiTokens", "api token");
        check("orgURLs", "org url");
        check("rookTable", "rook table");
        check("rooktable", "rooktable");
        check("tokenizer", "tokenizer");
        check("authority", "authority");
        check("oauth2", "oauth");
        check("privatekey", "private key");
        check("X-Okta-XsrfToken", "x okta xsrf token");
        check("sid", "sid");
        check("", "");
        check("___", "");
        check("ÄußereToken", "äußere token");
    }

    #[test]
    fn what_is_near_is_bounded_by_lines_and_bytes() {
        let text = b"far\na\nrookTable\nc\nx = VALUE // okta\nd\ne\nf\nfar";
        let at = 22..27;
        assert_eq!(&text[at.clone()], b"VALUE");
        assert_eq!(nearby(text, at).join(" "), "a rook table c x okta d e f");
        let long = [b"far ".as_slice(), &[b' '; 2000], b"V", &[b' '; 2000], b"far"].concat();
        assert!(nearby(&long, 2004..2005).is_empty());
        assert!(nearby(b"", 7..9).is_empty());
    }
}
