//! What the web writes around values: schemes of an authorization, cookies, URLs, users and passwords.

use std::ops::Range;

use super::Form;
use super::left;
use super::name::{Name, is_telling};
use super::view::{View, is_blank, is_name, is_quote};

/// Bytes of a line of cookies that are read back.
const COOKIES_MAX: usize = 4 << 10;

/// Bytes of a URL that are read back.
const URL_MAX: usize = 4 << 10;

/// Whether a word is a scheme of an authorization.
pub(super) fn is_scheme(word: &str) -> bool {
    const SCHEMES: [&str; 6] = ["ssws", "bearer", "basic", "dpop", "apikey", "negotiate"];
    SCHEMES.contains(&word.trim().to_ascii_lowercase().as_str())
}

/// Before the scheme that ends at `at`, with the scheme; `at` itself when there is none.
pub(super) fn scheme_back(view: View<'_>, at: usize) -> (usize, Option<String>) {
    let end = view.back_while(at, |byte| is_blank(byte) || matches!(byte, b'+' | b'\\'));
    let start = view.name_back(end);
    let word = view.string(start..end);
    let word = word.as_str();
    let is_token = word.eq_ignore_ascii_case("token") && view.prev(view.blanks_back(start)) == b':';
    let is_apart = end < at || at == view.ceiling;
    if is_apart && (is_scheme(word) || is_token) {
        (start, Some(word.to_owned()))
    } else {
        (at, None)
    }
}

/// Where the piece of text without blanks, marks and brackets that ends at `at` begins.
pub(super) fn piece_back(view: View<'_>, at: usize) -> usize {
    let view = view.within(&(at.saturating_sub(URL_MAX)..view.ceiling));
    view.back_while(at, |byte| {
        byte > b' '
            && !is_quote(byte)
            && !matches!(byte, b'<' | b'>' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'|' | b'\\')
    })
}

/// The path's segment before the value that begins at `at`, in a URL. `None` where there is no URL.
pub(super) fn segment(view: View<'_>, at: usize) -> Option<Segment> {
    let start = piece_back(view, at);
    let piece = view.bytes(start..at);
    let scheme = memchr::memmem::find(piece, b"://").map(|found| start + found + 3);
    let start = scheme.or_else(|| (view.at(start) == b'/').then_some(start))?;
    let end = at - 1;
    let before = view.rfind(b'/', start, end).map_or(start, |found| found + 1);
    let is_host = scheme == Some(before);
    let name = (!is_host && before < end).then(|| view.string(before..end));
    Some(Segment { start, name })
}

/// Where a value stands in a URL's path.
pub(super) struct Segment {
    /// Where the URL's address begins.
    pub(super) start: usize,
    /// The segment before; `None` when that is the host.
    pub(super) name: Option<String>,
}

/// Whether a name that begins at `start` is that of a parameter: `?`, `&` or `#` stands before, or its value
/// ends with `&`.
pub(super) fn is_parameter(view: View<'_>, start: usize, value_end: usize) -> bool {
    let before = view.prev(start);
    let is_entity =
        before == b';' && view.bytes(start.saturating_sub(5)..start).ends_with(b"&amp;");
    let is_first = before == b'?' || before == b'#' && is_name(view.prev(start - 1));
    let is_next = before == b'&' && !matches!(view.prev(start - 1), b'&' | b' ');
    let goes_on = view.at(value_end) == b'&' && is_name(view.at(value_end + 1));
    is_entity || is_first || is_next || goes_on
}

/// Whether a name that begins at `start` is a cookie's: `Cookie:` or the like stands before, and only cookies
/// between; or what a server sets with a cookie follows.
pub(super) fn is_cookie(view: View<'_>, start: usize, value_end: usize) -> bool {
    let end = view.blanks_back(start);
    let flag = view.bytes(view.name_back(end)..end);
    if matches!(flag, b"-b" | b"--cookie") {
        return true;
    }
    if is_set(view, value_end) {
        return true;
    }
    let floor = view.line_start(start).max(start.saturating_sub(COOKIES_MAX));
    let mut at = start;
    while let Some(colon) = view.rfind(b':', floor, at) {
        let end = view.back_while(colon, |byte| is_blank(byte) || is_quote(byte) || byte == b'\\');
        if view.bytes(end.saturating_sub(6)..end).eq_ignore_ascii_case(b"cookie") {
            return true;
        }
        if view.at(colon + 1) == b' ' {
            return false;
        }
        at = colon;
    }
    false
}

/// Whether what follows a value is what a server sets with a cookie: `; Path=/`, `; Secure`.
fn is_set(view: View<'_>, end: usize) -> bool {
    const SET: [&str; 7] =
        ["path", "domain", "expires", "max-age", "secure", "httponly", "samesite"];
    let start = view.blanks_on(end + 1);
    let word =
        view.string(start..view.on_while(start, |byte| byte.is_ascii_alphabetic() || byte == b'-'));
    view.at(end) == b';' && SET.contains(&word.to_ascii_lowercase().as_str())
}

/// Whether the name that a string is given to makes it one of cookies: `Cookie`, `document.cookie`, `-b`.
pub(super) fn holds_cookies(name: &Name) -> bool {
    let lower = name.text.to_ascii_lowercase();
    lower.ends_with("cookie") || lower.ends_with("cookies") || lower == "b"
}

/// The user before the password that begins at `at`, where a colon stands between: `id:secret` after
/// `-u`, `--user`, `//`; or alone in its string.
pub(super) fn user(view: View<'_>, at: usize, value_end: usize) -> Option<(String, usize)> {
    let colon = at - 1;
    let start =
        view.back_while(colon, |byte| is_name(byte) && byte != b'/' || matches!(byte, b'%' | b'+'));
    // As in `-uid:secret`.
    let is_glued = view.bytes(start..colon).starts_with(b"-u") && is_blank(view.prev(start));
    let start = if is_glued { start + 2 } else { start };
    let user = view.string(start..colon);
    let is_url = view.at(value_end) == b'@' && view.bytes(start.saturating_sub(2)..start) == b"//";
    let is_told = is_url || is_glued || is_user_flag(view, start);
    let is_alone = start == view.floor && value_end == view.ceiling && is_user(&user);
    (is_told || is_alone || is_user(&user) && view.at(colon + 1) != b' ').then_some((user, start))
}

/// Whether a flag before `at` takes a user and a password.
fn is_user_flag(view: View<'_>, at: usize) -> bool {
    let end = view.back_while(at, |byte| is_blank(byte) || is_quote(byte) || byte == b'=');
    let flag = view.string(view.name_back(end)..end);
    end < at
        && matches!(
            flag.as_str(),
            "-u" | "--user" | "-U" | "--proxy-user" | "-a" | "--auth" | "--basic" | "user" | "auth"
        )
}

/// Whether a text looks like an id that somebody goes by: long, with letters and digits, or an address.
pub(super) fn is_user(text: &str) -> bool {
    let is_id = text.len() >= 16
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic());
    is_id && !is_telling(text) || text.contains('@') && text.contains('.')
}

/// `https://V@host`: the value is the user itself.
pub(super) fn is_lone_user(view: View<'_>, value: &Range<usize>) -> bool {
    view.at(value.end) == b'@'
        && value.start >= 2
        && view.bytes(value.start - 2..value.start) == b"//"
}

/// The form of a name, as an address or cookies tell it.
pub(super) fn form(view: View<'_>, name: &Name, value: &Range<usize>, sign: usize) -> Form {
    if view.at(sign) != b'=' || name.form != Form::Assigned {
        return name.form;
    }
    if is_parameter(view, name.start, value.end) {
        Form::Parameter
    } else if is_cookie(view, name.start, value.end) {
        Form::Cookie
    } else {
        left::form(&name.text)
    }
}

/// The sixth column of a line of cookies as browsers and curl keep them (Netscape's format) is the name.
pub(super) fn jar(view: View<'_>, at: usize) -> Option<Name> {
    let line = view.line_start(at).max(at.saturating_sub(COOKIES_MAX));
    let columns: Vec<&[u8]> = view.bytes(line..at).split(|&byte| byte == b'\t').collect();
    let [_, flag, path, secure, _, name, rest] = columns.as_slice() else {
        return None;
    };
    let is_flag = |text: &[u8]| matches!(text, b"TRUE" | b"FALSE");
    let is_jar = is_flag(flag) && path.starts_with(b"/") && is_flag(secure) && rest.is_empty();
    let mut name =
        is_jar.then(|| Name::new(String::from_utf8_lossy(name).into_owned(), line))??;
    name.form = Form::Cookie;
    Some(name)
}
