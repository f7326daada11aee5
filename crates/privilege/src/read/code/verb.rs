//! The verb near a path: in the name of the function it is passed to, among the other arguments, in what is
//! chained behind, or set a little later.

mod around;
mod word;

use self::around::{behind, on_line, set_later};
use self::word::{in_words, spelled};
use super::callee::{Word, callee};
use super::token::{Kind, Tokens};
use crate::Method;

/// Arguments of a call that are looked at, in tokens.
const MAX_ARGUMENTS: usize = 200;

/// Enclosing brackets that are looked at.
const MAX_LEVELS: usize = 5;

/// Keys under which a verb stands.
const KEYS: [&str; 7] =
    ["method", "type", "verb", "httpmethod", "requestmethod", "http_method", "request_method"];

/// Functions that read unless they are told otherwise.
const READERS: [&str; 9] = [
    "fetch",
    "axios",
    "got",
    "ky",
    "urlopen",
    "file_get_contents",
    "openstream",
    "newbuilder",
    "needle",
];

/// Functions that only make a URL.
const MAKERS: [&str; 26] = [
    "uri",
    "url",
    "create",
    "parse",
    "format",
    "sprintf",
    "urljoin",
    "join",
    "string",
    "fromstring",
    "touri",
    "of",
    "from",
    "path",
    "resolve",
    "concat",
    "buildurl",
    "build_url",
    "makeurl",
    "encodeuri",
    "uribuilder",
    "fromuristring",
    "fromhttpurl",
    "str",
    "println",
    "formaturl",
];

/// Receivers of functions with a verb's name that serve requests, rather than making them.
const SERVERS: [&str; 12] = [
    "app",
    "router",
    "server",
    "route",
    "routes",
    "fastify",
    "mux",
    "blueprint",
    "bp",
    "nock",
    "express",
    "mockserver",
];

/// What was found near a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Near {
    /// A verb.
    Verb(Method),
    /// It is what a server answers to.
    Route,
    /// Nothing that tells.
    Nothing,
}

/// The verb near an expression that begins at `start` and ends before `end`; `opens` are the brackets that
/// are open there.
pub(super) fn near(tokens: &Tokens<'_>, opens: &[usize], start: usize, end: usize) -> Near {
    for &open in opens.iter().rev().take(MAX_LEVELS) {
        match tokens.sign(open) {
            b'{' if !is_object(tokens, open) => break,
            b'(' => {
                let words = callee(tokens, open);
                let close = tokens.closing(open);
                if is_route(tokens, &words) {
                    return Near::Route;
                }
                let found = in_arguments(tokens, open, start..end)
                    .or_else(|| in_words(&words))
                    .or_else(|| behind(tokens, &words, close + 1));
                if let Some(method) = found {
                    return Near::Verb(method);
                }
                if words.iter().any(|word| is_one_of(&READERS, word.text)) {
                    return reads_by_default(tokens, open);
                }
                if !words.first().is_none_or(|word| is_one_of(&MAKERS, word.text)) {
                    break;
                }
            }
            _ => {
                if let Some(method) = under_key(tokens, open) {
                    return Near::Verb(method);
                }
            }
        }
    }
    set_later(tokens, end).or_else(|| on_line(tokens, start)).map_or(Near::Nothing, Near::Verb)
}

fn is_one_of(names: &[&str], word: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// Whether a bracket opens an object with keys.
fn is_object(tokens: &Tokens<'_>, open: usize) -> bool {
    let key = tokens.get(open + 1).is_some_and(|token| !matches!(token.kind, Kind::Sign(_)));
    let is_key = key && matches!(tokens.sign(open + 2), b':' | b'=' | b',');
    is_key || tokens.is_sign(open + 1, b'.') || tokens.is_sign(open + 1, b':')
}

fn is_route(tokens: &Tokens<'_>, words: &[Word<'_>]) -> bool {
    let Some(first) = words.first() else { return false };
    let start = words.last().map_or(0, |word| word.at);
    let before = start.checked_sub(1).map_or(0, |before| tokens.sign(before));
    let is_mapping =
        first.text.ends_with("Mapping") || is_one_of(&["HandleFunc", "Route"], first.text);
    let is_attribute = before == b'[' && first.text.starts_with("Http");
    let serves = words.iter().skip(1).any(|word| is_one_of(&SERVERS, word.text));
    let is_gin = words.len() == 2
        && words[1].text.len() <= 2
        && ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&first.text);
    is_mapping
        || is_attribute
        || is_gin
        || (serves && (in_words(words).is_some() || first.text == "route"))
        || is_one_of(&["nock"], first.text)
}

/// A verb among the arguments: a text, a constant, or under a key.
fn in_arguments(
    tokens: &Tokens<'_>,
    open: usize,
    except: std::ops::Range<usize>,
) -> Option<Method> {
    let end = tokens.closing(open).min(open + MAX_ARGUMENTS);
    let mut depth = 0_usize;
    for at in (open + 1..end).filter(|at| !except.contains(at)) {
        match tokens.sign(at) {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if let Some(method) = keyed(tokens, at) {
            return Some(method);
        }
        let is_alone = matches!(tokens.sign(at + 1), b',' | b')') || at + 1 == end;
        if depth > 0 || !is_alone {
            continue;
        }
        let before = tokens.sign(at - 1);
        let may = if tokens.is_text(at) {
            matches!(before, b',' | b'(')
        } else {
            matches!(before, b'.' | b':') || tokens.text(at).starts_with("Method")
        };
        if let Some(method) = Some(tokens.text(at)).filter(|_| may).and_then(spelled) {
            return Some(method);
        }
    }
    None
}

/// The verb behind a key at this place.
fn keyed(tokens: &Tokens<'_>, at: usize) -> Option<Method> {
    if !is_one_of(&KEYS, tokens.text(at).trim_start_matches(['-', ':'])) {
        return None;
    }
    let mut value = at + 1;
    while matches!(tokens.sign(value), b':' | b'=' | b'>') && value < at + 4 {
        value += 1;
    }
    if value == at + 1 {
        return None;
    }
    value_verb(tokens, value)
}

/// The verb that a value spells: `"POST"`, `HttpMethod.Post`, `:post`.
fn value_verb(tokens: &Tokens<'_>, value: usize) -> Option<Method> {
    let mut at = value;
    while tokens.word(at).is_some() && matches!(tokens.sign(at + 1), b'.' | b':') && at < value + 8
    {
        at += 1;
        while matches!(tokens.sign(at), b'.' | b':') {
            at += 1;
        }
    }
    spelled(tokens.text(at))
}

fn under_key(tokens: &Tokens<'_>, open: usize) -> Option<Method> {
    let end = tokens.closing(open).min(open + MAX_ARGUMENTS);
    let mut depth = 0_usize;
    for at in open + 1..end {
        match tokens.sign(at) {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => {
                if let Some(method) = keyed(tokens, at) {
                    return Some(method);
                }
            }
            _ => {}
        }
    }
    None
}

/// Of functions that read by default: unless an argument that is not written out here may say otherwise.
fn reads_by_default(tokens: &Tokens<'_>, open: usize) -> Near {
    let close = tokens.closing(open);
    let mut depth = 0_usize;
    for at in open + 1..close {
        match tokens.sign(at) {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                let is_written = tokens.is_sign(at + 1, b'{') || at + 1 == close;
                return if is_written { Near::Verb(Method::Get) } else { Near::Nothing };
            }
            _ => {}
        }
    }
    Near::Verb(Method::Get)
}
