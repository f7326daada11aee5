//! The name of a value: what stands right before it.

use super::element;
use super::left::{self, Sign};
use super::view::{View, is_blank, is_name, is_quote, is_space};
use super::{Form, argument, quote, table, web, words::words};

/// Things to the left of a value that are skipped in search of its name: breaks, marks of emphasis, joins.
const STEPS_MAX: usize = 6;

/// A name that was found before a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// As written.
    pub(super) text: String,
    /// How it is written.
    pub(super) form: Form,
    /// Where it begins, or what it belongs to: what encloses it is sought from there.
    pub(super) start: usize,
    /// What belongs to it and encloses it, the outermost first.
    pub(super) outer: Vec<String>,
    /// What stands before the value as the user of a password.
    pub(super) user: Option<String>,
    /// The scheme of an authorization, where that is an argument of its own.
    pub(super) scheme: Option<String>,
}

impl Name {
    /// A name that is assigned to; `None` when there is nothing in it.
    pub(super) fn new(text: String, start: usize) -> Option<Self> {
        let form = left::form(&text);
        let is_name = text.bytes().any(|byte| byte.is_ascii_alphanumeric() || byte >= 0x80);
        is_name.then_some(Self { text, form, start, outer: Vec::new(), user: None, scheme: None })
    }
}

/// How far one look to the left came.
enum Step {
    /// To a name, or to where there is none.
    Done(Option<Name>),
    /// To something that may be skipped: it begins here.
    On(usize),
}

/// The name of the value that begins at `at`, with its quotation mark.
pub(super) fn before(view: View<'_>, at: usize) -> Option<Name> {
    let scheme = joined_scheme(view, at);
    let mut at = at;
    for _ in 0..STEPS_MAX {
        match step(view, at) {
            Step::Done(name) => {
                return name.map(|name| Name { scheme: name.scheme.or(scheme), ..name });
            }
            Step::On(start) => at = start,
        }
    }
    None
}

/// Whether three bytes are a curly quotation mark.
fn is_typographic(bytes: &[u8]) -> bool {
    matches!(bytes, [0xe2, 0x80, 0x98..=0x9f])
}

/// One look to the left of `at`.
fn step(view: View<'_>, at: usize) -> Step {
    let end = view.blanks_back(at);
    let is_apart = end < at;
    if is_typographic(view.bytes(end.saturating_sub(3)..end)) {
        return Step::On(end - 3);
    }
    Step::Done(match view.prev(end) {
        b'=' => equal(view, end),
        b':' if view.prev(end - 1) != b':' => left::side(view, end - 1, Sign::Colon),
        b'>' if matches!(view.prev(end - 1), b'=' | b'-') => left::side(view, end - 2, Sign::Arrow),
        b'>' => match element::before(view, end) {
            element::Before::Open(name) => Some(name),
            element::Before::Close(start) => return Step::On(start),
            element::Before::None => None,
        },
        b'(' => argument::first(view, end - 1),
        b',' => argument::later(view, end - 1),
        b'[' => argument::listed(view, end - 1),
        b'|' => table::cell(view, end - 1),
        b'*' => return Step::On(view.back_while(end, |byte| byte == b'*')),
        b'\\' if is_apart => return Step::On(end - 1),
        b'\n' if end > view.floor => match broken(view, end) {
            Some(end) => return Step::On(end),
            None => literal(view, end),
        },
        b'+' | b'.' | b'&' if is_apart || is_quote(view.prev(end - 1)) => {
            match joined(view, end - 1) {
                Some(step) => return step,
                None => None,
            }
        }
        byte if is_quote(byte) => string(view, end),
        byte if is_name(byte) && is_apart => word(view, end),
        _ => None,
    })
}

/// The name before an `=` that ends at `end`, whatever operator it belongs to.
fn equal(view: View<'_>, end: usize) -> Option<Name> {
    let start = view.back_while(end, |byte| {
        matches!(byte, b'=' | b':' | b'+' | b'?' | b'|' | b'!' | b'<' | b'~' | b'^')
    });
    left::side(view, start.max(end.saturating_sub(4)), Sign::Equal)
}

/// Where the line before ends when it says that it goes on in the next: `key:`, `x =`, `f(`, `\`.
fn broken(view: View<'_>, at: usize) -> Option<usize> {
    let end = view.back_while(at, is_space);
    let is_open =
        matches!(view.prev(end), b'=' | b':' | b'(' | b',' | b'[' | b'+' | b'>' | b'\\' | b'.');
    let is_near = at - end < 256;
    (is_open && is_near && end > view.floor).then_some(end)
}

/// `"Authorization: SSWS " + "…"`: the string before belongs to the value, and may name it.
fn joined(view: View<'_>, sign: usize) -> Option<Step> {
    let quoted = quote::before(view, view.back_while(sign, is_space))?;
    let inner = view.within(&quoted.content);
    let (end, _) = web::scheme_back(inner, quoted.content.end);
    let end = inner.blanks_back(end);
    Some(match inner.prev(end) {
        b'=' => Step::Done(left::side(inner, end - 1, Sign::Equal)),
        b':' => Step::Done(left::side(inner, end - 1, Sign::Colon)),
        _ => Step::On(quoted.start),
    })
}

/// The scheme at the end of a string that is joined with the one at `at`.
fn joined_scheme(view: View<'_>, at: usize) -> Option<String> {
    let end = view.blanks_back(at);
    let end = if matches!(view.prev(end), b'+' | b'.' | b'&') {
        view.back_while(end - 1, is_space)
    } else {
        return None;
    };
    let quoted = quote::before(view, end)?;
    web::scheme_back(view.within(&quoted.content), quoted.content.end).1
}

/// `key: |`, with the value in the lines below that are indented deeper.
fn literal(view: View<'_>, at: usize) -> Option<Name> {
    let mut end = at - 1;
    let own = column(view, at);
    while end > view.floor && view.spend(1) {
        let start = view.line_start(end);
        let first = view.blanks_on(start);
        if first < end && first - start < own {
            let end = view.back_while(end, |byte| {
                is_blank(byte) || matches!(byte, b'-' | b'+' | b'0'..=b'9')
            });
            let is_literal = matches!(view.prev(end), b'|' | b'>');
            let colon = view.blanks_back(end - usize::from(is_literal));
            return (is_literal && view.prev(colon) == b':')
                .then(|| left::side(view, colon - 1, Sign::Colon))?;
        }
        end = start.checked_sub(1)?;
    }
    None
}

/// How far the line that begins at `start` is indented.
fn column(view: View<'_>, start: usize) -> usize {
    view.blanks_on(start) - start
}

/// A string right before the value: `setx "K" "…"`, `"K" "…"`, as in VDF and some configurations.
fn string(view: View<'_>, end: usize) -> Option<Name> {
    let quoted = quote::before(view, end)?;
    let text = view.string(quoted.content);
    argument::is_key(&text).then(|| Name::new(text, quoted.start))?
}

/// A word right before the value: a flag, or the name in `ENV K V`, `password V`, `token is V`.
fn word(view: View<'_>, end: usize) -> Option<Name> {
    let start = view.name_back(end);
    let text = view.string(start..end);
    if text.starts_with('-') || is_telling(&text) || is_statement(view, start) {
        return Name::new(left::tidy(&text), start);
    }
    let is_filler = matches!(text.as_str(), "is" | "was" | "are" | "to" | "as" | "value");
    let word_end = view.blanks_back(start);
    let word = view.name_back(word_end);
    let text = view.string(word..word_end);
    (is_filler && word < word_end && is_telling(&text))
        .then(|| Name::new(left::tidy(&text), word))?
}

/// Whether a word names a credential.
pub(super) fn is_telling(word: &str) -> bool {
    const TELLING: [&str; 11] = [
        "token",
        "secret",
        "password",
        "passwd",
        "key",
        "credential",
        "credentials",
        "cookie",
        "pwd",
        "ssws",
        "apikey",
    ];
    words(word).iter().any(|word| TELLING.contains(&word.as_str()))
}

/// Whether the line begins with a command that takes a name and a value: `ENV`, `setx`, `set -gx`.
fn is_statement(view: View<'_>, name: usize) -> bool {
    const COMMANDS: [&str; 12] = [
        "env",
        "arg",
        "setx",
        "set",
        "setenv",
        "export",
        "proxy_set_header",
        "requestheader",
        "add_header",
        "fastcgi_param",
        "define",
        "#define",
    ];
    let line = view.line_start(name).max(name.saturating_sub(128));
    let before = String::from_utf8_lossy(view.bytes(line..name)).to_ascii_lowercase();
    let mut words = before.split_ascii_whitespace();
    words.next().is_some_and(|first| COMMANDS.contains(&first))
        && words.all(|word| word.starts_with('-') || word == "set")
}
