//! Verbs beside a path.

use crate::Method;

/// Characters between a verb and a path.
const BETWEEN: &[char] = &[
    ':', '`', '*', '|', '-', '–', '—', '"', '\'', '(', ')', '[', ']', '=', '>', '→', ',', '_', ';',
];

/// Verbs and where they stand.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// In order of the text.
    pub(super) verbs: Vec<Method>,
    /// Before a path: where the first begins. Behind a path: where the last ends.
    pub(super) start: usize,
}

/// Verbs at the end of what stands before a path. `any_case` takes `get` for one as well.
pub(super) fn before(text: &str, any_case: bool) -> Found {
    let mut found = Found { verbs: Vec::new(), start: text.len() };
    let mut rest = trim_end(text, BETWEEN);
    while let Some((method, start)) = last_verb(rest, any_case) {
        found.verbs.insert(0, method);
        found.start = start;
        let left = &rest[..start];
        rest = trim_end(left, &[',', '/', '|', '`', '*']);
        rest = rest
            .strip_suffix(" or")
            .or_else(|| rest.strip_suffix(" and"))
            .unwrap_or(rest)
            .trim_end();
        if rest.len() == left.trim_end().len() || found.verbs.len() == Method::ALL.len() {
            break;
        }
    }
    found
}

/// Verbs at the start of what stands behind a path, in capitals.
pub(super) fn after(text: &str) -> Found {
    let mut found = Found::default();
    let mut at = text.len() - text.trim_start_matches(is_between).len();
    while let Some((method, end)) = first_verb(&text[at..]) {
        found.verbs.push(method);
        found.start = at + end;
        let rest = &text[at + end..];
        let next = rest.trim_start_matches([',', '/', '|', ' ', '`', '*']);
        let next = next.strip_prefix("or ").or_else(|| next.strip_prefix("and ")).unwrap_or(next);
        if next.len() == rest.len() || found.verbs.len() == Method::ALL.len() {
            break;
        }
        at = text.len() - next.len();
    }
    found
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || BETWEEN.contains(&c)
}

fn trim_end<'a>(text: &'a str, marks: &[char]) -> &'a str {
    text.trim_end_matches(|c: char| c.is_whitespace() || marks.contains(&c))
}

fn last_verb(text: &str, any_case: bool) -> Option<(Method, usize)> {
    let before = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let is_word = !before.ends_with(|c: char| c.is_alphanumeric() || "_-./{$".contains(c))
        || before.ends_with('/') && ends_with_verb(before);
    let method = method(&text[before.len()..], any_case)?;
    is_word.then_some((method, before.len()))
}

/// Whether a slash stands between two verbs: `GET/POST`.
fn ends_with_verb(text: &str) -> bool {
    let text = text.trim_end_matches('/');
    let before = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    method(&text[before.len()..], false).is_some()
}

fn first_verb(text: &str) -> Option<(Method, usize)> {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let ends = !text[end..].starts_with(|c: char| c.is_alphanumeric() || "_-".contains(c));
    Some((method(&text[..end], false)?, end)).filter(|_| ends)
}

fn method(word: &str, any_case: bool) -> Option<Method> {
    let method = Method::from_name(word)?;
    (any_case || word == method.name()).then_some(method)
}
