//! Verbs in names.

use super::Word;
use crate::Method;

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

/// The verb that a text or a word spells.
pub(super) fn spelled(text: &str) -> Option<Method> {
    let text = text.strip_prefix("Method").or(text.strip_prefix("HTTP_METHOD_")).unwrap_or(text);
    Method::from_name(text)
}

/// A verb in the names of what is called.
pub(super) fn in_words(words: &[Word<'_>]) -> Option<Method> {
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
