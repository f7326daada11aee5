//! Declarations with a type: `token: String`, `String token`, `token string`, `token As String`.

use super::left::MODIFIERS;
use super::name::Name;
use super::view::{View, is_ident};

/// Types that are written behind the name, or that begin small.
const SMALL_TYPES: [&str; 14] = [
    "string", "str", "text", "char", "byte", "bytes", "any", "object", "secret", "varchar",
    "nvarchar", "rune", "std", "dyn",
];

/// A name whose type stands behind it: `token: String = …`, `token: &'static str = …`,
/// `var token string = …`, `Dim token As String = …`.
pub(super) fn declared(view: View<'_>, end: usize, has_blank: bool) -> Option<Name> {
    let line = view.line_start(end).max(end.saturating_sub(96));
    let start = view.within(&(line..end)).back_while(end, is_type_byte);
    let mut colon = end;
    while let Some(found) = view.rfind(b':', start, colon) {
        if view.prev(found) != b':' && view.at(found + 1) != b':' {
            let kind = view.string(found + 1..end);
            let is_typed = has_blank || view.at(found + 1) != b' ' && has_keyword(view, found);
            return (is_typed && is_type(&kind)).then(|| named(view, found, kind))?;
        }
        colon = found;
    }
    behind(view, end)
}

/// Whether the word before the name that ends at `end` declares it.
fn has_keyword(view: View<'_>, end: usize) -> bool {
    let start = view.back_while(end, is_ident);
    let word_end = view.blanks_back(start);
    let word = view.string(view.back_while(word_end, is_ident)..word_end);
    word_end < start && MODIFIERS.contains(&word.as_str())
}

/// The declared name that ends at `end`.
fn named(view: View<'_>, end: usize, kind: String) -> Option<Name> {
    let end = view.back_while(end, |byte| matches!(byte, b' ' | b'?' | b'!'));
    let start = view.back_while(end, is_ident);
    if start == end || view.prev(start) == b'$' {
        return None;
    }
    let mut name = Name::new(view.string(start..end), start)?;
    name.outer.push(kind);
    Some(name)
}

/// `var token string = …`, `Dim token As String = …`: the type is the last word.
fn behind(view: View<'_>, end: usize) -> Option<Name> {
    let start = view
        .back_while(end, |byte| is_ident(byte) || matches!(byte, b'[' | b']' | b'*' | b'(' | b')'));
    let kind = view.string(start..end);
    let before_end = view.blanks_back(start);
    let before = view.name_back(before_end);
    let word = view.string(before..before_end);
    if word.eq_ignore_ascii_case("as") {
        let name_end = view.blanks_back(before);
        let name = view.name_back(name_end);
        return named(view, name_end, kind).filter(|_| name < name_end);
    }
    let base = kind
        .trim_start_matches(['[', ']', '*'])
        .split('(')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_name = before < before_end && before_end < start && !MODIFIERS.contains(&word.as_str());
    let keyword_end = view.blanks_back(before);
    let keyword = view.string(view.name_back(keyword_end)..keyword_end);
    let is_declared =
        matches!(keyword.to_ascii_lowercase().as_str(), "var" | "const" | "declare" | "let");
    (is_name && is_declared && SMALL_TYPES.contains(&base.as_str()))
        .then(|| named(view, before_end, kind))?
}

/// What types are written with.
fn is_type_byte(byte: u8) -> bool {
    is_ident(byte) || b".<>&'*[]?!,|: ".contains(&byte)
}

/// Whether `kind` looks like a type.
fn is_type(kind: &str) -> bool {
    let base = kind.trim_start_matches(['&', '*', '[', ']', '?', ' ', '(']);
    let base = base.strip_prefix("'static").unwrap_or(base).trim_start();
    let word = base.split(|char: char| !is_ident(char as u8)).next().unwrap_or_default();
    word.starts_with(|char: char| char.is_ascii_uppercase())
        && !kind.contains("  ")
        && word.len() > 1
        && !is_shouted(word)
        || SMALL_TYPES.contains(&word)
}

/// Whether a word is in capitals, as variables of a shell are and types are not.
fn is_shouted(word: &str) -> bool {
    word.len() > 1 && !word.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// The word before a name, when it is a type: `OktaToken token = …`.
pub(super) fn typed_by(view: View<'_>, start: usize) -> Option<String> {
    let end = view.back_while(start, |byte| matches!(byte, b' ' | b'\t' | b'*' | b'&'));
    let word = view.string(view.back_while(end, is_ident)..end);
    (end < start && is_type(&word)).then_some(word)
}
