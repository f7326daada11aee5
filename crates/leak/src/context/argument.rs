//! Values that are given to a function or stand in a list: what is called, and the argument before.

use super::left::{self, Sign};
use super::name::{Name, is_telling};
use super::view::{View, is_ident, is_quote, is_space};
use super::{Form, joint, quote, table, web, words::words};

/// Bytes before a value in which the bracket of its list is sought.
const LIST_MAX: usize = 2 << 10;

/// Functions that only carry a value on to where it belongs: what it is assigned to says more.
const CARRIERS: [&str; 23] = [
    "secret",
    "str",
    "string",
    "new",
    "of",
    "from",
    "value",
    "text",
    "secure",
    "buffer",
    "some",
    "optional",
    "sensitive",
    "nonsensitive",
    "bytes",
    "base64",
    "decode",
    "parse",
    "trim",
    "box",
    "as",
    "just",
    "default",
];

/// The name of the first argument after the bracket at `open`.
pub(super) fn first(view: View<'_>, open: usize) -> Option<Name> {
    let Some((function, start)) = called(view, open) else {
        return listed(view, open);
    };
    if let Some(quoted) = formatted(view, open) {
        let scheme = joint::scheme_of(view, &quoted);
        let name =
            joint::told(view, &quoted).or_else(|| Name::new(function.clone(), quoted.start))?;
        let form = if name.text == function { Form::Call } else { name.form };
        return Some(Name { form, outer: vec![function], scheme, start: quoted.start, ..name });
    }
    let assigned = assigned(view, start);
    match assigned {
        Some(mut name) if words(&function).iter().all(|word| CARRIERS.contains(&word.as_str())) => {
            name.outer.push(function);
            Some(name)
        }
        assigned => {
            let mut name = Name::new(function, start)?;
            name.form = Form::Call;
            name.outer =
                assigned.map(|name| [name.outer, vec![name.text]].concat()).unwrap_or_default();
            Some(name)
        }
    }
}

/// The string in `"SSWS {}".format(…)`, whose call opens at `open`.
fn formatted(view: View<'_>, open: usize) -> Option<quote::Quoted> {
    let dot = view.back_while(open, is_ident).checked_sub(1).filter(|&dot| view.at(dot) == b'.')?;
    quote::before(view, dot)
}

/// What is called by the bracket at `open`, and where that begins. `None` for what is no call.
pub(super) fn called(view: View<'_>, open: usize) -> Option<(String, usize)> {
    const STATEMENTS: [&str; 10] =
        ["if", "for", "while", "switch", "return", "catch", "and", "or", "in", "print"];
    let end = view.blanks_back(open);
    let end = if view.prev(end) == b'>' { generic(view, end) } else { end };
    let start = view
        .back_while(end, |byte| is_ident(byte) || matches!(byte, b'.' | b':' | b'$' | b'!' | b'?'));
    let text = view.string(start..end);
    let function = text.trim_matches(|char: char| !char.is_alphanumeric() && char != '_');
    let is_call = !function.is_empty() && !STATEMENTS.contains(&function);
    is_call.then(|| (function.to_owned(), start))
}

/// Before the parameters of a generic type that ends at `end`: `Vec::<String>(`.
fn generic(view: View<'_>, end: usize) -> usize {
    let floor = view.line_start(end).max(end.saturating_sub(64));
    view.rfind(b'<', floor, end).unwrap_or(end)
}

/// What a call that begins at `start` is assigned to.
fn assigned(view: View<'_>, start: usize) -> Option<Name> {
    let end = view.blanks_back(start);
    let before = view.name_back(end);
    let end = if matches!(view.string(before..end).as_str(), "new" | "await") {
        view.blanks_back(before)
    } else {
        end
    };
    match view.prev(end) {
        b'=' => {
            left::side(view, view.back_while(end, |byte| matches!(byte, b'=' | b':')), Sign::Equal)
        }
        b':' if view.prev(end - 1) != b':' => left::side(view, end - 1, Sign::Colon),
        b'>' if view.prev(end - 1) == b'=' => left::side(view, end - 2, Sign::Arrow),
        b'|' => left::operand(view, end - 1),
        _ => None,
    }
}

/// The name of what stands after the comma at `comma`: the string before it, or the function, or the list.
pub(super) fn later(view: View<'_>, comma: usize) -> Option<Name> {
    let end = view.back_while(comma, is_space);
    let key = is_quote(view.prev(end)).then(|| quote::before(view, end)).flatten();
    let text = key.as_ref().map(|key| view.string(key.content.clone()));
    let Some(open) = bracket(view, end) else {
        let told = || text.filter(|text| is_key(text) && is_telling(text));
        return table::column(view, comma + 1).or_else(|| Name::new(told()?, end));
    };
    let is_call = view.at(open) == b'(';
    let function = if is_call { called(view, open) } else { None };
    let start = function.as_ref().map_or(open, |(_, start)| *start);
    let function = function.map(|(function, _)| function);
    if let Some(name) = table::inserted(view, open, comma) {
        return Some(name);
    }
    let Some(text) = text else {
        let bare = view.string(view.back_while(end, is_ident)..end);
        return match function {
            Some(function) => given(function, &bare, start),
            None if is_telling(&bare) => Name::new(bare, open),
            None => listed(view, open),
        };
    };
    let list = if is_call || text.starts_with('-') { None } else { listed(view, open) };
    list.or_else(|| {
        (is_call || is_pair(view, open, &text))
            .then(|| paired(view, key.as_ref(), &text, function, start))?
    })
}

/// A call whose argument before is no string: a constant may name the value, as in `put(TOKEN, "…")`.
fn given(function: String, bare: &str, start: usize) -> Option<Name> {
    if is_telling(bare) {
        let mut name = Name::new(bare.to_owned(), start)?;
        name.outer.push(function);
        return Some(name);
    }
    let mut name = Name::new(function, start)?;
    name.form = Form::Call;
    Some(name)
}

/// The name that the string before gives: a key, a scheme, the user of a password.
fn paired(
    view: View<'_>,
    key: Option<&quote::Quoted>,
    text: &str,
    function: Option<String>,
    start: usize,
) -> Option<Name> {
    let around = || function.clone().and_then(|function| Name::new(function, start));
    if web::is_scheme(text) {
        let mut name = around().or_else(|| Name::new(text.to_owned(), start))?;
        name.form = Form::Call;
        name.scheme = Some(text.to_owned());
        return Some(name);
    }
    let told = key.and_then(|quoted| joint::told(view, quoted));
    let scheme = key.and_then(|quoted| joint::scheme_of(view, quoted));
    if told.is_some() || scheme.is_some() {
        let mut name = told.or_else(|| around().map(|name| Name { form: Form::Call, ..name }))?;
        name.outer.extend(function.filter(|function| *function != name.text));
        return Some(Name { start, scheme, ..name });
    }
    if is_key(text) {
        let mut name = Name::new(left::tidy(text), start)?;
        let is_cookie = function
            .as_deref()
            .is_some_and(|function| words(function).iter().any(|word| word == "cookie"));
        name.form = if is_cookie { Form::Cookie } else { name.form };
        name.outer.extend(assigned(view, start).map(|name| name.text));
        name.outer.extend(function);
        return Some(name);
    }
    let outer = assigned(view, start);
    let Some(mut name) = around() else {
        let mut name = outer?;
        let is_user = web::is_user(text);
        name.form = if is_user { Form::UserInfo } else { name.form };
        name.user = is_user.then(|| text.to_owned());
        return Some(name);
    };
    name.form = Form::Call;
    name.outer.extend(outer.map(|name| name.text));
    if web::is_user(text) {
        name.form = Form::UserInfo;
        name.user = Some(text.to_owned());
    }
    Some(name)
}

/// What a list at `open` is called.
pub(super) fn listed(view: View<'_>, open: usize) -> Option<Name> {
    let end = view.back_while(open, is_space);
    match view.prev(end) {
        b'=' => left::side(view, end - 1, Sign::Equal),
        b':' => left::side(view, end - 1, Sign::Colon),
        b'>' if view.prev(end - 1) == b'=' => left::side(view, end - 2, Sign::Arrow),
        _ => None,
    }
}

/// Whether a list at `open` is a pair of which `text` is the first, or holds flags.
fn is_pair(view: View<'_>, open: usize, text: &str) -> bool {
    let first = view.on_while(open + 1, is_space);
    let is_first = is_quote(view.at(first))
        && view.bytes(first + 1..first + 1 + text.len()) == text.as_bytes();
    text.starts_with('-') || is_first && is_key(text)
}

/// The bracket that is open at `at`, near it.
fn bracket(view: View<'_>, at: usize) -> Option<usize> {
    let floor = view.floor.max(at.saturating_sub(LIST_MAX));
    let (mut at, mut depth) = (at, 0_usize);
    while at > floor && view.spend(1) {
        match view.prev(at) {
            byte if is_quote(byte) => {
                if let Some(quoted) = quote::before(view, at) {
                    at = quoted.start;
                    continue;
                }
            }
            b')' | b']' | b'}' => depth += 1,
            b'(' | b'[' | b'{' if depth == 0 => return Some(at - 1),
            b'(' | b'[' | b'{' => depth -= 1,
            b';' if depth == 0 => return None,
            _ => {}
        }
        at -= 1;
    }
    None
}

/// Whether a string can be a name: short, of what names are made of, not random.
pub(super) fn is_key(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (1..=64).contains(&text.len())
        && digits * 4 <= text.len()
        && text.starts_with(|char: char| {
            char.is_alphabetic() || matches!(char, '-' | '_' | '$' | '.' | ':')
        })
        && text.bytes().all(|byte| is_ident(byte) || b"-.:/$ @".contains(&byte))
}
