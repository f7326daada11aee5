//! The name of a value: what stands right before it.

use super::element;
use super::left::{self, Sign};
use super::view::{View, is_blank, is_name, is_quote};
use super::{Form, above, argument, joint, quote, table, words::words};

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

/// What begins a text of XML without entities.
const CDATA: &[u8] = b"<![CDATA[";

/// How far one look to the left came.
pub(super) enum Step {
    /// To a name, or to where there is none.
    Done(Option<Name>),
    /// To something that may be skipped: it begins here.
    On(usize),
}

/// The name of the value that begins at `at`, with its quotation mark.
pub(super) fn before(view: View<'_>, at: usize) -> Option<Name> {
    let scheme = joint::scheme(view, at);
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

/// Where a mark of typography begins that ends at `end` and says nothing: a curly quotation mark, a blank
/// that does not break or has no width.
fn typographic(view: View<'_>, end: usize) -> Option<usize> {
    match view.bytes(end.saturating_sub(3)..end) {
        [0xe2, 0x80, 0x8b | 0x98..=0x9f | 0xaf] | [0xef, 0xbb, 0xbf] => Some(end - 3),
        [.., 0xc2, 0xa0 | 0xab | 0xbb] => Some(end - 2),
        _ => None,
    }
}

/// One look to the left of `at`.
fn step(view: View<'_>, at: usize) -> Step {
    let end = view.blanks_back(at);
    let is_apart = end < at;
    if let Some(start) = typographic(view, end) {
        return Step::On(start);
    }
    match view.prev(end) {
        b'>' => angle(view, end),
        b'\n' if end > view.floor => above::step(view, end),
        b'[' if view.bytes(end.saturating_sub(CDATA.len())..end) == CDATA => {
            Step::On(end - CDATA.len())
        }
        b'*' => Step::On(view.back_while(end, |byte| byte == b'*')),
        b'\\' if is_apart => Step::On(end - 1),
        b'<' if view.prev(end - 1) == b'<' && !is_apart => Step::On(end - 2),
        b'-' if view.prev(end - 1) == b':' && !is_apart => Step::On(end - 1),
        b'|' if view.prev(end - 1) == b'|' => joint::alternative(view, end - 2),
        b'?' if view.prev(end - 1) == b'?' => joint::alternative(view, end - 2),
        b')' if let Some(open) = cast(view, end) => Step::On(open),
        b'?' if is_apart => joint::choice(view, end).map_or(Step::Done(None), Step::On),
        b':' if is_apart && let Some(start) = otherwise(view, end) => Step::On(start),
        b'e' | b'r' if is_apart && let Some(step) = alternative(view, end) => step,
        b'+' | b'.' | b'&' | b'%' if is_apart || is_quote(view.prev(end - 1)) => {
            joint::joined(view, end - 1)
        }
        b'{' if view.prev(end - 1) == b'{' => Step::On(end - 2),
        byte if is_name(byte)
            && is_apart
            && let Some(start) = mark(view, end) =>
        {
            Step::On(start)
        }
        byte if is_quote(byte) && !is_apart => Step::On(quote::opening(view, end - 1)),
        _ => Step::Done(last(view, end, is_apart)),
    }
}

/// `x = y ? z : …`: after the sign that assigns.
fn otherwise(view: View<'_>, end: usize) -> Option<usize> {
    let other = view.blanks_back(end - 1);
    let quoted = is_quote(view.prev(other)).then(|| quote::before(view, other)).flatten();
    let start = quoted.map_or_else(|| view.name_back(other), |quoted| quoted.start);
    let sign = view.blanks_back(start);
    (view.prev(sign) == b'?' && sign < start).then(|| joint::choice(view, sign - 1))?
}

/// `x or …`, `y if z else …`.
fn alternative(view: View<'_>, end: usize) -> Option<Step> {
    let start = view.name_back(end);
    match view.bytes(start..end) {
        b"or" => Some(joint::alternative(view, start)),
        b"else" => joint::choice(view, start).map(Step::On),
        _ => None,
    }
}

/// Where a cast begins that ends at `end`: `(String) …`, when something is assigned with it.
fn cast(view: View<'_>, end: usize) -> Option<usize> {
    let start =
        view.back_while(end - 1, |byte| is_name(byte) || matches!(byte, b'<' | b'>' | b'[' | b']'));
    let open = start.checked_sub(1).filter(|&open| view.at(open) == b'(' && start < end - 1)?;
    matches!(view.prev(view.blanks_back(open)), b'=' | b':' | b'(' | b',').then_some(open)
}

/// Where an anchor or tag of YAML begins that ends at `end`: `&name`, `!!str`.
fn mark(view: View<'_>, end: usize) -> Option<usize> {
    let start = view.name_back(end);
    let sign = view.back_while(start, |byte| matches!(byte, b'&' | b'!'));
    let is_mark =
        sign < start && is_blank(view.prev(sign)) && view.prev(view.blanks_back(sign)) == b':';
    is_mark.then_some(sign)
}

/// What a `>` before a value is: an arrow's, or a tag's.
fn angle(view: View<'_>, end: usize) -> Step {
    if matches!(view.prev(end - 1), b'=' | b'-') {
        return Step::Done(left::side(view, end - 2, Sign::Arrow));
    }
    match element::before(view, end) {
        element::Before::Open(name) => Step::Done(Some(name)),
        element::Before::Close(start) => Step::On(start),
        element::Before::None => Step::Done(None),
    }
}

/// The name that stands before the sign or word that ends at `end`.
fn last(view: View<'_>, end: usize, is_apart: bool) -> Option<Name> {
    match view.prev(end) {
        b'=' => equal(view, end),
        b':' => colon(view, end, is_apart),
        b'-' if view.prev(end - 1) == b'<' => left::side(view, end - 2, Sign::Equal),
        b'(' => argument::first(view, end - 1),
        b',' => argument::later(view, end - 1),
        b'[' => argument::listed(view, end - 1),
        b'|' => table::cell(view, end - 1),
        0x92 if view.bytes(end.saturating_sub(3)..end) == "→".as_bytes() => {
            left::side(view, end - 3, Sign::Colon)
        }
        0x9a if view.bytes(end.saturating_sub(3)..end) == "：".as_bytes() => {
            left::side(view, end - 3, Sign::Colon)
        }
        byte if is_quote(byte) => string(view, end),
        byte if is_name(byte) && is_apart => word(view, end),
        _ => None,
    }
}

/// The name before a colon that ends at `end`; also before two of them, as lists of definitions have them.
fn colon(view: View<'_>, end: usize, is_apart: bool) -> Option<Name> {
    match (view.prev(end - 1), is_apart) {
        (b':', true) => left::side(view, end - 2, Sign::Colon),
        (b':', false) => None,
        _ => serialized(view, end).or_else(|| left::side(view, end - 1, Sign::Colon)),
    }
}

/// `s:5:"token";s:42:"…"`, as PHP writes it: the string before is the name.
fn serialized(view: View<'_>, end: usize) -> Option<Name> {
    let digits = view.back_while(end - 1, |byte| byte.is_ascii_digit());
    let is_string = digits < end - 1 && view.bytes(digits.saturating_sub(4)..digits) == b"\";s:";
    if is_string { string(view, digits - 3) } else { None }
}

/// The name before an `=` that ends at `end`, whatever operator it belongs to.
fn equal(view: View<'_>, end: usize) -> Option<Name> {
    let start = view.back_while(end, |byte| {
        matches!(byte, b'=' | b':' | b'+' | b'?' | b'|' | b'!' | b'<' | b'~' | b'^')
    });
    left::side(view, start.max(end.saturating_sub(4)), Sign::Equal)
}

/// A string right before the value: `setx "K" "…"`, `"K" "…"`, as in VDF and some configurations.
fn string(view: View<'_>, end: usize) -> Option<Name> {
    let quoted = quote::before(view, end)?;
    let text = view.string(quoted.content);
    argument::is_key(&text).then(|| Name::new(text, quoted.start))?
}

/// A word right before the value: a flag, or the name in `ENV K V`, `password V`, `token is V`.
fn word(view: View<'_>, end: usize) -> Option<Name> {
    const FILLERS: [&str; 7] = ["is", "was", "are", "to", "as", "value", "be"];
    let start = view.name_back(end);
    let text = view.string(start..end);
    if text.starts_with('-') || is_statement(view, start) {
        return Name::new(left::tidy(&text), start);
    }
    if is_telling(&text) {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphabetic());
        return if is_plain {
            left::phrase(view, start, end)
        } else {
            Name::new(left::tidy(&text), start)
        };
    }
    let sign = view.blanks_back(start);
    if view.prev(sign) == b'=' && sign < start {
        return equal(view, sign);
    }
    let before = view
        .back_while(start, |byte| is_blank(byte) || is_quote(byte) || matches!(byte, b'}' | b'*'));
    let word = view.name_back(before);
    let is_told = before < start && word < before && is_telling(&view.string(word..before));
    (is_told && FILLERS.contains(&text.as_str())).then(|| left::phrase(view, word, before))?
}

/// Whether a word names a credential.
pub(super) fn is_telling(word: &str) -> bool {
    const TELLING: [&str; 25] = [
        "token",
        "secret",
        "password",
        "passwd",
        "passphrase",
        "pass",
        "pwd",
        "key",
        "credential",
        "credentials",
        "cookie",
        "ssws",
        "apikey",
        "handle",
        "seed",
        "sid",
        "idx",
        "session",
        "bearer",
        "jwt",
        "saml",
        "code",
        "otp",
        "totp",
        "assertion",
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
