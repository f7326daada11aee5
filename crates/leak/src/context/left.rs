//! The left side of `=`, `:` and `=>`: a name, quoted or not, indexed, typed, or several words.

use super::view::{View, is_ident, is_name};
use super::{Form, name::Name};
use super::{declaration, quote};

/// The sign between a name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// `=`, also as in `:=`, `+=`, `==`.
    Equal,
    /// `:`.
    Colon,
    /// `=>`.
    Arrow,
}

/// Words before a name that say what it is, not what it is called.
pub(super) const MODIFIERS: [&str; 32] = [
    "abstract",
    "auto",
    "by",
    "const",
    "constexpr",
    "declare",
    "def",
    "export",
    "final",
    "global",
    "inline",
    "internal",
    "lateinit",
    "lazy",
    "let",
    "local",
    "mut",
    "my",
    "new",
    "open",
    "our",
    "override",
    "private",
    "protected",
    "public",
    "readonly",
    "return",
    "set",
    "static",
    "val",
    "var",
    "volatile",
];

/// Words of a sentence with which no name begins.
const ARTICLES: [&str; 20] = [
    "debug", "error", "info", "trace", "warn", "set", "a", "an", "and", "at", "for", "here", "is",
    "new", "of", "our", "the", "use", "with", "your",
];

/// What stands to the left of a sign that begins at `at`.
pub(super) fn side(view: View<'_>, at: usize, sign: Sign) -> Option<Name> {
    let end = view.blanks_back(at);
    let end = if matches!(view.prev(end), b'?' | b'!' | b'*') {
        view.back_while(end, |byte| matches!(byte, b'?' | b'!' | b'*'))
    } else {
        end
    };
    if sign == Sign::Equal
        && let Some(name) = declaration::declared(view, end, end < at)
    {
        return Some(name);
    }
    match view.prev(end) {
        b'"' | b'\'' | b'`' => quoted(view, end),
        b'}' if let Some(end) = property(view, end) => plain(view, at, end, sign),
        b']' | b'}' => indexed(view, end),
        byte if is_name(byte) => plain(view, at, end, sign),
        _ => None,
    }
}

/// A name that ends at `at`, without looking at what sign follows: one of several values to choose from.
pub(super) fn operand(view: View<'_>, at: usize) -> Option<Name> {
    let end = view.blanks_back(at);
    match view.prev(end) {
        b']' | b'}' => indexed(view, end),
        byte if is_name(byte) => {
            let start = view.name_back(end);
            Name::new(tidy(&view.string(start..end)), start)
        }
        _ => None,
    }
}

/// A name in quotation marks.
fn quoted(view: View<'_>, end: usize) -> Option<Name> {
    let quoted = quote::before(view, end)?;
    Name::new(view.string(quoted.content), quoted.start)
}

/// `Token { get; set; } = …`: where the name ends before the braces.
fn property(view: View<'_>, end: usize) -> Option<usize> {
    let open = view.rfind(b'{', end.saturating_sub(64).max(view.line_start(end)), end)?;
    let before = view.blanks_back(open);
    (before < open && is_ident(view.prev(before))).then_some(before)
}

/// `x['K']`, `x["a"]["b"]`, `x[:k]`, `x[0]`: the last key is the name, what is indexed lies around it.
fn indexed(view: View<'_>, end: usize) -> Option<Name> {
    let mut keys: Vec<String> = Vec::new();
    let mut at = end;
    while matches!(view.prev(at), b']' | b'}') && keys.len() < 6 {
        let bracket = view.prev(at) - 2;
        let open = view.rfind(bracket, at.saturating_sub(128).max(view.line_start(at)), at)?;
        let key = view.string(open + 1..at - 1);
        let key = key.trim_matches(|char: char| !char.is_alphanumeric() && char != '_');
        if !key.is_empty() && !key.bytes().all(|byte| byte.is_ascii_digit()) {
            keys.insert(0, key.to_owned());
        }
        at = open;
    }
    let start = view.name_back(at);
    if start < at {
        keys.insert(0, tidy(&view.string(start..at)));
    }
    let mut name = Name::new(keys.pop()?, start)?;
    name.outer = keys;
    Some(name)
}

/// A name without marks.
fn plain(view: View<'_>, at: usize, end: usize, sign: Sign) -> Option<Name> {
    let start = view.name_back(end);
    let last = view.string(start..end);
    if sign == Sign::Colon && view.prev(start) == b' ' && form(&last) != Form::Header {
        return phrase(view, start, end);
    }
    if sign == Sign::Equal && end == at && is_scoped(view, start) {
        let start = view.name_back(start - 1);
        return Name::new(tidy(&view.string(start..end)), start);
    }
    let mut name = Name::new(tidy(&last), start)?;
    if sign == Sign::Equal {
        name.outer.extend(declaration::typed_by(view, start).filter(|_| end < at));
    }
    Some(name)
}

/// Whether a name goes on before the colon in front of it, as in `Okta:ClientSecret=…`.
fn is_scoped(view: View<'_>, start: usize) -> bool {
    let before = view.prev(start.saturating_sub(1));
    let scope = view.name_back(start.saturating_sub(1));
    let is_scope = tidy(&view.string(scope..start.saturating_sub(1))).len() > 1;
    view.prev(start) == b':' && is_ident(before) && view.at(scope) != b'$' && is_scope
}

/// Several words before a colon: `Okta API token: …`. Modifiers are left out.
pub(super) fn phrase(view: View<'_>, start: usize, end: usize) -> Option<Name> {
    let mut first = start;
    for _ in 0..4 {
        let word_end = first.saturating_sub(1);
        let word = view.name_back(word_end);
        let is_word = word < word_end
            && view.prev(first) == b' '
            && view.at(word).is_ascii_alphabetic()
            && matches!(
                view.prev(word),
                b' ' | b'\t' | b'\n' | b'"' | b'\'' | b'*' | b'(' | b'|' | b'>'
            );
        let text = view.string(word..word_end);
        if !is_word
            || MODIFIERS.contains(&text.as_str())
            || ARTICLES.contains(&text.to_ascii_lowercase().as_str())
        {
            break;
        }
        first = word;
    }
    Name::new(tidy(&view.string(first..end)), first)
}

/// A name without what only its place requires: dashes of a flag, `-D`, `$`, `@`.
pub(super) fn tidy(name: &str) -> String {
    let define = name.strip_prefix("-D").or_else(|| name.strip_prefix("-P"));
    let name = define
        .filter(|rest| rest.starts_with(|char: char| char.is_ascii_alphabetic()))
        .unwrap_or(name);
    let name =
        name.rsplit_once("://").map_or(name, |(_, path)| path.rsplit('/').next().unwrap_or(path));
    name.trim_start_matches(['\u{feff}', '“', '”', '‘', '’', '\u{a0}', '-', '$', '@', '.', '/'])
        .trim_end_matches(['.', '/', '$', ':', '”', '’', '\u{a0}'])
        .to_owned()
}

/// Whether a name says what it is in the way of headers, and has the form of one.
pub(super) fn form(name: &str) -> Form {
    const HEADERS: [&str; 9] = [
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "location",
        "referer",
        "api-key",
        "dpop",
        "www-authenticate",
    ];
    let lower = name.to_ascii_lowercase();
    let is_header = HEADERS.contains(&lower.as_str()) || lower.starts_with("x-") && lower.len() > 3;
    if is_header { Form::Header } else { Form::Assigned }
}
