//! Strings and values that are joined to a value: what stands in them may name it.

use super::left::{self, Sign};
use super::name::{Name, Step, is_telling};
use super::view::{View, is_space};
use super::{quote, web};

/// `"Authorization: SSWS " + "…"`: the string before the sign at `sign` belongs to the value.
pub(super) fn joined(view: View<'_>, sign: usize) -> Step {
    let end = view.back_while(sign, is_space);
    match quote::before(view, end) {
        Some(quoted) => {
            told(view, &quoted).map_or(Step::On(quoted.start), |name| Step::Done(Some(name)))
        }
        None => Step::Done(None),
    }
}

/// The name that a string ends with, before the place that a value takes in it.
pub(super) fn told(view: View<'_>, quoted: &quote::Quoted) -> Option<Name> {
    let inner = view.within(&quoted.content);
    let (end, scheme) = web::scheme_back(inner, placeless(inner, quoted.content.end));
    let end = inner.blanks_back(end);
    let mut name = match inner.prev(end) {
        b'=' => left::side(inner, end - 1, Sign::Equal),
        b':' => left::side(inner, end - 1, Sign::Colon),
        _ => None,
    }?;
    name.scheme = scheme;
    Some(name)
}

/// The scheme at the end of the string that is joined with the value at `at`.
pub(super) fn scheme(view: View<'_>, at: usize) -> Option<String> {
    let end = view.blanks_back(at);
    let is_joined = matches!(view.prev(end), b'+' | b'.' | b'&' | b'%');
    let end = view.back_while(end.checked_sub(1).filter(|_| is_joined)?, is_space);
    scheme_of(view, &quote::before(view, end)?)
}

/// The scheme that a string ends with, before the place that a value takes in it.
pub(super) fn scheme_of(view: View<'_>, quoted: &quote::Quoted) -> Option<String> {
    let inner = view.within(&quoted.content);
    web::scheme_back(inner, placeless(inner, quoted.content.end)).1
}

/// Before the mark that holds a value's place at the end of a string: `%s`, `{}`, `{0}`, `%v`, `?`.
fn placeless(view: View<'_>, end: usize) -> usize {
    let start =
        view.back_while(end, |byte| byte.is_ascii_alphanumeric() || b"%{}@$".contains(&byte));
    let is_place = end - start <= 12 && matches!(view.at(start), b'%' | b'{' | b'$');
    if is_place && start < end { start } else { end }
}

/// `x = y ? … : …`, `x = y if z else …`: after the sign that assigns, in the same line before `at`.
pub(super) fn choice(view: View<'_>, at: usize) -> Option<usize> {
    let floor = view.line_start(at).max(at.saturating_sub(160));
    let mut end = at;
    while let Some(sign) = view.rfind(b'=', floor, end) {
        let is_compared = matches!(view.prev(sign), b'=' | b'!' | b'<' | b'>')
            || matches!(view.at(sign + 1), b'=' | b'>');
        if !is_compared {
            return Some(sign + 1);
        }
        end = sign;
    }
    None
}

/// `x || "…"`, `x ?? "…"`: what it is assigned to, else what it stands in for. The sign is at `sign`.
pub(super) fn alternative(view: View<'_>, sign: usize) -> Step {
    let Some(other) = left::operand(view, sign) else {
        return Step::Done(None);
    };
    let end = view.blanks_back(other.start);
    match view.prev(end) {
        b'=' | b':' if view.prev(end - 1) != b'%' && !is_telling(&other.text) => {
            Step::On(other.start)
        }
        _ => Step::Done(Some(other)),
    }
}
