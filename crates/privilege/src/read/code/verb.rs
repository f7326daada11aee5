//! The verb near a path: in the name of the function it is passed to, among the other arguments, in what is
//! chained behind, or set a little later.

use super::token::{Kind, Tokens};
use crate::Method;

/// Tokens behind a call that are looked at.
const MAX_BEHIND: usize = 60;

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

/// Words that may stand beside a verb in the name of a function.
const BESIDE: [&str; 50] = [
    "http",
    "api",
    "okta",
    "auth0",
    "do",
    "send",
    "make",
    "fetch",
    "rest",
    "client",
    "mgmt",
    "management",
    "request",
    "req",
    "async",
    "json",
    "as",
    "form",
    "for",
    "object",
    "entity",
    "location",
    "string",
    "from",
    "raw",
    "stream",
    "all",
    "list",
    "page",
    "pages",
    "paged",
    "paginated",
    "one",
    "with",
    "retry",
    "and",
    "body",
    "call",
    "execute",
    "exec",
    "perform",
    "new",
    "signed",
    "authed",
    "authorized",
    "authenticated",
    "secure",
    "response",
    "method",
    "perm",
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
                    .or_else(|| behind(tokens, close + 1));
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

/// A verb among the options of a command: `-Method Post`, `-X POST`.
fn on_line(tokens: &Tokens<'_>, at: usize) -> Option<Method> {
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

/// The verb that a text or a word spells.
pub(super) fn spelled(text: &str) -> Option<Method> {
    let text = text.strip_prefix("Method").or(text.strip_prefix("HTTP_METHOD_")).unwrap_or(text);
    Method::from_name(text)
}

/// A word before a bracket, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

/// The words of what is called there, the last one first: `get`, `client` for `client.get(`.
pub(super) fn callee<'a>(tokens: &Tokens<'a>, open: usize) -> Vec<Word<'a>> {
    let mut words = Vec::new();
    let mut at = open;
    while words.len() < 6 {
        let Some(before) = at.checked_sub(1) else { break };
        at = match tokens.sign(before) {
            // `get<T>(`
            b'>' if words.is_empty() => match generic(tokens, before) {
                Some(open) => open,
                None => break,
            },
            b')' | b']' => match tokens.opening(before) {
                Some(open) => open,
                None => break,
            },
            _ => before + 1,
        };
        // `?` and `!` may stand between.
        while at > 0 && matches!(tokens.sign(at - 1), b'?' | b'!') {
            at -= 1;
        }
        let Some(word) = at.checked_sub(1).and_then(|at| tokens.word(at)) else { break };
        words.push(Word { text: word, at: at - 1 });
        at -= 1;
        let is_joined = match at.checked_sub(1).map(|before| tokens.sign(before)) {
            Some(b'.') => 1,
            Some(b'>') if at > 1 && tokens.is_sign(at - 2, b'-') => 2,
            Some(b':') if at > 1 && tokens.is_sign(at - 2, b':') => 2,
            _ => break,
        };
        at -= is_joined;
        if at > 0 && tokens.is_sign(at - 1, b'?') {
            at -= 1;
        }
    }
    words
}

/// Where `<` stands that opens what closes here.
fn generic(tokens: &Tokens<'_>, close: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for at in (close.saturating_sub(16)..=close).rev() {
        match tokens.sign(at) {
            b'>' => depth += 1,
            b'<' if depth == 1 => return Some(at),
            b'<' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
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

/// A verb in the names of what is called.
fn in_words(words: &[Word<'_>]) -> Option<Method> {
    let (first, others) = words.split_first()?;
    verb_in(first.text).or_else(|| {
        let mut others = others.iter().take(3);
        others.find_map(|word| spelled(word.text).or_else(|| class(word.text)))
    })
}

/// `Post` of `HttpPost`.
fn class(word: &str) -> Option<Method> {
    spelled(word.strip_prefix("Http")?)
}

/// The verb in a function's name, if everything beside it says nothing.
fn verb_in(word: &str) -> Option<Method> {
    let mut found = None;
    for part in parts(word) {
        let part = part.to_ascii_lowercase();
        let verb = match part.as_str() {
            "del" => Some(Method::Delete),
            part => Method::from_name(part),
        };
        match verb {
            Some(verb) if found.is_none() => found = Some(verb),
            None if BESIDE.contains(&part.as_str()) => {}
            _ => return None,
        }
    }
    found
}

/// Parts of a name: `post`, `As`, `Json`, `Async`; of `do_post` `do` and `post`.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word.trim_matches(['_', '$', '@']);
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches('_');
        let first = rest.chars().next()?;
        let mut end = rest.len();
        let mut was_lower = !first.is_uppercase();
        for (at, letter) in rest.char_indices().skip(1) {
            if letter == '_' || (letter.is_uppercase() && was_lower) {
                end = at;
                break;
            }
            was_lower |= letter.is_lowercase();
        }
        let (part, after) = rest.split_at(end);
        rest = after;
        Some(part)
    })
}

/// A verb in what is chained behind a call: `.POST(…)`, `.method("PUT")`.
fn behind(tokens: &Tokens<'_>, from: usize) -> Option<Method> {
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
    is_built.then_some(Method::Get)
}

/// A verb that is set behind: `setRequestMethod("POST")`, `request.httpMethod = "PUT"`.
fn set_later(tokens: &Tokens<'_>, from: usize) -> Option<Method> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_stand_in_names() {
        let check = |name: &str, expected: &str| {
            assert_eq!(verb_in(name).map_or("", Method::name), expected, "{name}");
        };
        check("get", "GET");
        check("PostAsJsonAsync", "POST");
        check("do_delete", "DELETE");
        check("oktaApiPut", "PUT");
        check("getForObject", "GET");
        check("getUsers", "");
        check("target", "");
        check("getPost", "");
        check("_post", "POST");
        check("", "");
    }
}
