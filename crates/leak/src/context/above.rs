//! Lines above a value that name it: a line that goes on, a literal over several lines, parts of a form.

use super::left::{self, Sign};
use super::name::{Name, Step};
use super::quote;
use super::view::{View, is_blank, is_ident, is_quote, is_space};

/// Bytes above a value in which a literal of several lines begins.
const LITERAL_MAX: usize = 16 << 10;

/// What the lines before the one that begins at `at` say.
pub(super) fn step(view: View<'_>, at: usize) -> Step {
    if let Some(start) = broken(view, at).or_else(|| document(view, at)) {
        return Step::On(start);
    }
    Step::Done(part(view, at).or_else(|| literal(view, at)))
}

/// Where the line before ends when it says that it goes on in the next: `key:`, `x =`, `f(`, `\`.
fn broken(view: View<'_>, at: usize) -> Option<usize> {
    let end = view.back_while(at, is_space);
    let is_open =
        matches!(view.prev(end), b'=' | b':' | b'(' | b',' | b'[' | b'+' | b'>' | b'\\' | b'.');
    let is_near = at - end < 256;
    if is_near && is_quote(view.prev(end)) && view.prev(end - 1) == view.prev(end) {
        return Some(quote::opening(view, view.back_while(end, is_quote)));
    }
    (is_open && is_near && end > view.floor).then_some(end)
}

/// `token = <<EOF` in the line before: the sign begins where the marks do.
fn document(view: View<'_>, at: usize) -> Option<usize> {
    let end = view.blanks_back(at - 1);
    let word = view
        .back_while(end, |byte| is_ident(byte) || is_quote(byte) || matches!(byte, b'-' | b'~'));
    let start = view.back_while(word, |byte| byte == b'<');
    (word < end && word - start >= 2 && view.prev(view.blanks_back(start)) == b'=').then_some(start)
}

/// `Content-Disposition: form-data; name="…"`, with an empty line before the value.
fn part(view: View<'_>, at: usize) -> Option<Name> {
    let end = view.back_while(at, is_space);
    if memchr::memchr_iter(b'\n', view.bytes(end..at)).count() != 2 {
        return None;
    }
    let floor = end.saturating_sub(512).max(view.floor);
    let lines = view.bytes(floor..end);
    let found = memchr::memmem::rfind(lines, b"form-data; name=\"")?;
    let start = floor + found + 17;
    let end = view.find(b'"', start, end)?;
    Name::new(view.string(start..end), floor + found)
}

/// `key: |`, with the value in the lines below that are indented deeper.
fn literal(view: View<'_>, at: usize) -> Option<Name> {
    let mut end = at - 1;
    let floor = at.saturating_sub(LITERAL_MAX).max(view.floor);
    let own = column(view, at);
    while end > floor && view.spend(1) {
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
