//! What may be kept of a request's text: no value that lets somebody act.

use catalog::request_parameter;

use super::named::without_named;
use super::token::without_tokens;
use crate::{Misfit, Outcome, Text, Via};

/// Longest text that is kept of a call, in characters.
const MAX_CHARS: usize = 300;

/// Longest text that is looked at for the end of a word that begins within, in bytes.
const MAX_BYTES: usize = 4_096;

/// What stands for whatever is not kept.
pub(super) const HIDDEN: &str = "…";

/// Names of schemes of authorization, before the credential.
const SCHEMES: [&str; 4] = ["ssws ", "bearer ", "basic ", "dpop "];

/// Whether values of a query parameter only choose what is done.
pub(super) fn is_harmless(name: &str) -> bool {
    request_parameter(name).is_some_and(|parameter| !parameter.is_secret)
}

/// Whether values of a path's parameter let whoever has them act.
pub(super) fn is_secret(name: &str) -> bool {
    request_parameter(name).is_some_and(|parameter| parameter.is_secret)
}

/// Text of a call without values of query parameters that may be secret, credentials, values that look like tokens
/// or stand behind the name of a secret, and passwords before a host.
pub(super) fn shown(text: &str) -> String {
    let text = cut(text.trim());
    let text = without_credentials(text);
    let text = without_user(&text);
    let text = without_values(&text);
    let text = without_tokens(&text);
    shortened(&without_named(&text))
}

/// What a request came to, without tokens in what is told of it.
pub(super) fn told(outcome: Outcome) -> Outcome {
    let text = |text: Text| match without_tokens(&text) {
        std::borrow::Cow::Borrowed(_) => text,
        std::borrow::Cow::Owned(masked) => masked.into(),
    };
    match outcome {
        Outcome::Operation(id, Via::Alias(note)) => Outcome::Operation(id, Via::Alias(text(note))),
        Outcome::Misfit(Misfit::ExtraSegment { nearest, segment }) => {
            let segment = without_tokens(&segment).into_owned();
            Outcome::Misfit(Misfit::ExtraSegment { nearest, segment })
        }
        Outcome::Misfit(Misfit::MissingSegment { nearest, segment }) => {
            Outcome::Misfit(Misfit::MissingSegment { nearest, segment: text(segment) })
        }
        Outcome::Misfit(Misfit::Unreadable(why)) => Outcome::Misfit(Misfit::Unreadable(text(why))),
        other => other,
    }
}

/// No more than what is shown, with the whole of its last word, so that no half of a token is left.
fn cut(text: &str) -> &str {
    let Some((at, _)) = text.char_indices().nth(MAX_CHARS) else { return text };
    let rest = &text[at..text.floor_char_boundary(at + MAX_BYTES)];
    &text[..at + len_until(rest, is_end_of_word)]
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}{HIDDEN}", &text[..at]),
    }
}

fn without_credentials(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut kept = String::with_capacity(text.len());
    let mut done = 0;
    while let Some(begin) = next_credential(&lower, done) {
        kept.push_str(&text[done..begin]);
        kept.push_str(HIDDEN);
        done = begin + len_until(&text[begin..], is_end_of_word);
    }
    kept.push_str(&text[done..]);
    kept
}

/// Where the next credential begins, behind the name of its scheme.
fn next_credential(lower: &str, from: usize) -> Option<usize> {
    let rest = &lower[from..];
    let begins = SCHEMES.iter().filter_map(|scheme| {
        let at = rest.find(scheme)? + scheme.len();
        let has_more = rest[at..].starts_with(|next: char| !next.is_whitespace());
        has_more.then_some(from + at)
    });
    begins.min()
}

/// `https://user:password@host` without what comes before `@`.
fn without_user(text: &str) -> String {
    let Some(begin) = text.find("://").map(|at| at + 3) else { return text.to_owned() };
    let authority = &text[begin..];
    let authority =
        &authority[..len_until(authority, |letter| is_end_of_word(letter) || letter == '/')];
    match authority.rfind('@') {
        Some(at) => format!("{}{HIDDEN}{}", &text[..begin], &text[begin + at..]),
        None => text.to_owned(),
    }
}

/// Values behind `?name=`, `&name=` and `;name=` hidden unless they are harmless, and whatever follows a `#`
/// within a word.
fn without_values(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['?', '&', ';', '#']) {
        let (before, behind) = rest.split_at(at + 1);
        kept.push_str(&before[..at]);
        let is_within_word = kept.ends_with(|letter| !is_end_of_word(letter));
        kept.push_str(&before[at..]);
        let is_end = |letter| is_end_of_word(letter) || "?&;#".contains(letter);
        let pair = &behind[..len_until(behind, is_end)];
        rest = &behind[pair.len()..];
        let is_fragment =
            before.ends_with('#') && is_within_word && !pair.is_empty() && !pair.starts_with('{');
        if is_fragment {
            kept.push_str(HIDDEN);
            rest = &behind[len_until(behind, is_end_of_word)..];
        } else {
            push_pair(&mut kept, pair);
        }
    }
    kept.push_str(rest);
    kept
}

fn push_pair(kept: &mut String, pair: &str) {
    match pair.split_once('=') {
        Some((name, value)) if !value.is_empty() && !is_harmless(name) => {
            kept.push_str(name);
            kept.push('=');
            kept.push_str(HIDDEN);
        }
        _ => kept.push_str(pair),
    }
}

fn len_until(text: &str, is_end: impl Fn(char) -> bool) -> usize {
    text.find(is_end).unwrap_or(text.len())
}

const fn is_end_of_word(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '"' | '\'' | '`' | ')')
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn no_secret_is_shown() {
        fn check(text: &str, expected: &str) {
            assert_eq!(shown(text), expected);
        }
        check("GET /api/v1/users?limit=20&search=x", "GET /api/v1/users?limit=20&search=…");
        check(
            "- create user POST: /api/v1/users?activate=false (new)",
            "- create user POST: /api/v1/users?activate=false (new)",
        );
        check("POST /x?token=abc&sessionToken=def", "POST /x?token=…&sessionToken=…");
        check("GET https://joe:secret@acme.okta.com/api", "GET https://…@acme.okta.com/api");
        check(
            "curl -H 'Authorization: SSWS abc' https://x",
            "curl -H 'Authorization: SSWS …' https://x",
        );
        check("GET /x#access_token=abc&y (see #5)", "GET /x#… (see #5)");
        check("GET /x;jsessionid=abc/y", "GET /x;jsessionid=…");
        check("GET /users/#{id}/groups", "GET /users/#{id}/groups");
        check("bearer x Bearer y", "bearer … Bearer …");
        check("the bearer", "the bearer");
        check(&"ä".repeat(400), &format!("{}…", "ä".repeat(300)));
    }
}
