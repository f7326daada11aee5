//! Values that people write behind the name of a secret: `password: …`, `"token":"…"`, `the passcode is …`.

use super::redact::{HIDDEN, is_harmless};
use crate::Method;

/// Names of secrets, as parts of words in small letters.
const NAMES: [&str; 11] = [
    "token",
    "secret",
    "password",
    "passcode",
    "passwd",
    "cookie",
    "api key",
    "apikey",
    "api-key",
    "api_key",
    "authorization",
];

/// Values that tell nothing.
const PLAIN: [&str; 9] =
    ["true", "false", "null", "none", "yes", "no", "required", "optional", "empty"];

/// The text with values behind names of secrets hidden.
pub(super) fn without_named(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut kept = String::with_capacity(text.len());
    let mut done = 0;
    let mut at = 0;
    while let Some(name_end) = next_name(&lower, at) {
        at = name_end;
        let Some((begin, end)) = value(text, &lower, name_end) else { continue };
        if begin < done {
            continue;
        }
        kept.push_str(&text[done..begin]);
        kept.push_str(HIDDEN);
        done = end;
        at = end;
    }
    kept.push_str(&text[done..]);
    kept
}

/// Where the next name of a secret ends.
fn next_name(lower: &str, from: usize) -> Option<usize> {
    let rest = &lower[from..];
    let ends = NAMES.iter().filter_map(|name| Some(rest.find(name)? + name.len()));
    let end = from + ends.min()?;
    Some(end + len_while(&lower[end..], is_of_a_name))
}

/// Where the value of the name that ends at `end` stands, if it is to be hidden.
fn value(text: &str, lower: &str, end: usize) -> Option<(usize, usize)> {
    let name = &text[text[..end].rfind(|c| !is_of_a_name(c)).map_or(0, next_at(text))..end];
    let is_of_a_path = text[..end - name.len()].ends_with('/');
    if is_of_a_path || is_harmless(name) {
        return None;
    }
    let gap = len_while(&text[end..], |c| " \t\"'\\`*".contains(c));
    let sign = end + gap;
    let is_said = gap > 0 && lower[sign..].starts_with("is ");
    if !is_said && !text[sign..].starts_with([':', '=']) {
        return None;
    }
    let mut begin = sign + if is_said { 3 } else { 1 };
    loop {
        begin += len_while(&text[begin..], |c| " \t\"'\\`*{[:=>".contains(c));
        let key =
            ["value\"", "value\\\"", "value'"].iter().find(|key| lower[begin..].starts_with(*key));
        match key {
            Some(key) => begin += key.len(),
            None => break,
        }
    }
    let is_header = ["cookie", "authorization"].iter().any(|part| lower[..end].ends_with(part));
    let len = if is_header { len_of_header(&text[begin..]) } else { len_of_word(&text[begin..]) };
    let word = &text[begin..begin + len];
    let is_shown = is_no_value(word) || (is_said && is_prose(word));
    // What stands in braces is a placeholder, and is told by the brace that was passed over.
    let is_placeholder =
        text[sign..begin].contains(['{', '<']) && !text[sign..begin].contains(['"', '\'']);
    (!is_shown && !is_placeholder).then_some((begin, begin + len))
}

/// The place behind the letter that begins at a place.
fn next_at(text: &str) -> impl Fn(usize) -> usize + '_ {
    |at| at + text[at..].chars().next().map_or(1, char::len_utf8)
}

fn is_of_a_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-')
}

fn len_while(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !fits(letter)).unwrap_or(text.len())
}

fn len_of_word(text: &str) -> usize {
    len_while(text, |c| !c.is_whitespace() && !"\"'`,;&)}]\\|".contains(c))
}

/// Headers have several words; they end before a quote, a verb or a path.
fn len_of_header(text: &str) -> usize {
    let mut len = 0;
    for word in text.split_inclusive(' ') {
        let bare = word.trim();
        if is_verb(bare) || bare.starts_with(['/', '(', '|']) || bare.contains("://") {
            break;
        }
        match word.find(['"', '\'', '`', ')']) {
            Some(end) => return len + end,
            None => len += word.len(),
        }
    }
    text[..len].trim_end().len()
}

fn is_verb(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphabetic());
    Method::from_name(word).is_some_and(|method| method.name() == word)
}

/// Whether it tells nothing: empty, a verb, a path, a placeholder, a small number.
fn is_no_value(word: &str) -> bool {
    let is_number = word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    word.is_empty()
        || is_number
        || is_verb(word)
        || word.starts_with(['/', '<', '$', '(', '%', '…'])
        || word.starts_with("...")
        || word.contains("://")
        || word.contains(HIDDEN)
        || PLAIN.iter().any(|plain| word.eq_ignore_ascii_case(plain))
}

/// Whether it is likelier a word of a sentence.
fn is_prose(word: &str) -> bool {
    word.len() <= 12
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || b".:!?".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::without_named;

    #[test]
    fn values_behind_names_of_secrets_are_hidden() {
        fn check(text: &str, expected: &str) {
            assert_eq!(without_named(text), expected);
        }
        check("login sessionToken: ab1 POST /x", "login sessionToken: … POST /x");
        check("(stateToken=ab1)", "(stateToken=…)");
        check("{\"sessionToken\":\"ab1\"}", "{\"sessionToken\":\"…\"}");
        check("{\\\"token\\\": \\\"ab1\\\"}", "{\\\"token\\\": \\\"…\\\"}");
        check(
            "{\"credentials\":{\"password\":{\"value\":\"hunter\"}}}",
            "{\"credentials\":{\"password\":{\"value\":\"…\"}}}",
        );
        check("password is Hunter2 then POST /x", "password is … then POST /x");
        check("x-api-key: ab1 GET /x", "x-api-key: … GET /x");
        check("Cookie: sid=ab1; b=c GET /x", "Cookie: … GET /x");
        check("Authorization: ab cd", "Authorization: …");
        check("client_secret = hunter", "client_secret = …");
    }

    #[test]
    fn names_of_calls_stay() {
        for text in [
            "reset password: POST /api/v1/users/{id}/lifecycle/reset_password",
            "- set password POST: /x",
            "the token is valid",
            "the password is required.",
            "POST /oauth2/v1/token: exchange",
            "?tempPassword=true&oauthTokens=false",
            "token: {token}",
            "password=${PASSWORD}",
            "api token",
        ] {
            assert_eq!(without_named(text), text);
        }
    }
}
