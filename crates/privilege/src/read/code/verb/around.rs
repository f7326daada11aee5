//! Verbs behind a call, and on its line.

use super::word::spelled;
use super::{KEYS, Word, in_arguments, is_one_of, value_verb};
use crate::Method;
use crate::read::code::token::Tokens;

/// Tokens behind a call that are looked at.
const MAX_BEHIND: usize = 60;

/// A verb in what is chained behind a call: `.POST(…)`, `.method("PUT")`.
pub(super) fn behind(tokens: &Tokens<'_>, words: &[Word<'_>], from: usize) -> Option<Method> {
    let mut at = from;
    let mut is_built = false;
    while at < from + MAX_BEHIND {
        while matches!(tokens.sign(at), b'?' | b'!') {
            at += 1;
        }
        if !tokens.is_sign(at, b'.') {
            break;
        }
        let word = tokens.word(at + 1)?;
        let open = at + 2;
        if tokens.is_sign(open, b'(') {
            let named = is_one_of(&KEYS, word).then(|| in_arguments(tokens, open, 0..0)).flatten();
            if let Some(method) = named.or_else(|| spelled(word)) {
                return Some(method);
            }
            is_built |= word == "build";
            at = tokens.closing(open) + 1;
        } else {
            at = open;
        }
    }
    // A request that is built without a verb reads; a path that is built says nothing.
    let is_request = |word: &Word<'_>| ["newBuilder", "Builder", "url"].contains(&word.text);
    (is_built && words.iter().any(is_request)).then_some(Method::Get)
}

/// A verb that is set behind: `setRequestMethod("POST")`, `request.httpMethod = "PUT"`.
pub(super) fn set_later(tokens: &Tokens<'_>, from: usize) -> Option<Method> {
    for at in from..(from + MAX_BEHIND).min(tokens.len()) {
        let Some(word) = tokens.word(at) else { continue };
        let is_setter = ["setRequestMethod", "httpMethod", "setMethod"].contains(&word);
        let is_member = word == "Method" && at > 0 && tokens.is_sign(at - 1, b'.');
        if (is_setter || is_member) && matches!(tokens.sign(at + 1), b'(' | b'=') {
            return value_verb(tokens, at + 2);
        }
    }
    None
}

/// A verb among the options of a command: `-Method Post`, `-X POST`.
pub(super) fn on_line(tokens: &Tokens<'_>, at: usize) -> Option<Method> {
    let line = tokens.line(at);
    let first =
        (at.saturating_sub(MAX_BEHIND)..at).find(|at| tokens.line(*at) == line).unwrap_or(at);
    let mut reads = None;
    for at in (first..first + 2 * MAX_BEHIND).take_while(|at| tokens.line(*at) == line) {
        let is_option = tokens.is_sign(at.wrapping_sub(1), b'-');
        match tokens.word(at) {
            Some("Method" | "X" | "request") if is_option => return spelled(tokens.text(at + 1)),
            Some("RestMethod" | "WebRequest") if is_option => reads = Some(Method::Get),
            _ => {}
        }
    }
    reads
}
