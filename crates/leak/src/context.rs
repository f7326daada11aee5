//! What stands around a value: its name, the names around that, and how it is written there.
//!
//! One walk outward from the value instead of a parser a format: braces, indentation, tags and sections
//! are read backward as far as [`REACH`]. What a name means lives elsewhere.
//!
//! ```text
//!  run ─▶ quote: its string ─▶ place: how far it goes, its scheme, its user
//!                                └─▶ name: what stands before ─▶ left of a sign, argument, element, table,
//!                                │         lines above, joined strings, the web's own
//!                                └─▶ outward: brackets, tags, indentation, sections ─▶ path, block ─▶ pairs
//! ```
//!
//! *Invariants.* Whatever the bytes and the run: no panic, no recursion, and at most a fixed number of
//! steps, counted by `view`.

mod above;
mod argument;
mod block;
mod bracket;
mod declaration;
mod element;
mod indent;
mod joint;
mod left;
mod name;
mod outward;
mod pairs;
mod place;
mod quote;
mod reference;
mod table;
#[cfg(test)]
mod tests;
mod view;
mod web;
mod words;

use std::cell::Cell;
use std::ops::Range;

use self::place::Place;
use self::view::View;

pub(crate) use self::words::{nearby, words};

/// Bytes before a value that are read to find what encloses it.
pub(crate) const REACH: usize = 16 << 10;

/// Bytes to either side of a value in which the name is sought that goes with it in a pair of its own.
const PAIR_REACH: usize = 2 << 10;

/// What stands around a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Context {
    /// The value as its syntax delimits it, without quotes: at least the run that was asked about.
    pub(crate) value: Range<usize>,
    /// The name it is given: `OKTA_API_TOKEN`, `apiToken`, a header's, a cookie's, a parameter's. As written.
    pub(crate) name: Option<String>,
    /// How that name is written.
    pub(crate) form: Form,
    /// Names that enclose it, the outermost first: keys, block labels (`provider`, `okta`), tags, sections,
    /// constructors and functions called, the word that types it. As written.
    pub(crate) path: Vec<String>,
    /// The word of an authorization scheme right before it: `SSWS`, `Bearer`, `Basic`, `DPoP`.
    pub(crate) scheme: Option<String>,
    /// The innermost block that it stands in: object, section, stanza, element; else its paragraph.
    pub(crate) block: Range<usize>,
    /// Its line.
    pub(crate) line: Range<usize>,
    /// It is no literal but stands for one: `${X}`, `{{ x }}`, a call, a path in a program, a type name.
    pub(crate) is_reference: bool,
    /// What the value was split from: `curl -u id:secret` gives the id.
    pub(crate) user: Option<String>,
}

/// How a value's name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Form {
    /// There is no name.
    #[default]
    Bare,
    /// `name = value`, `"name": "value"`, `name: value`, `<name>value</name>`, `name` and `value` as a pair,
    /// `--name value`, a column's heading, a parameter of a call.
    Assigned,
    /// A header's name: `Authorization: …`.
    Header,
    /// A cookie's name, in `Cookie` or `Set-Cookie`.
    Cookie,
    /// A parameter's name in a URL or form.
    Parameter,
    /// The path's segment before it, in a URL.
    Segment,
    /// The function it is given to: `WithToken("…")`.
    Call,
    /// `user:password` with the user before it.
    UserInfo,
}

/// Reads what stands around the bytes `run` of `text`. A run that does not lie in the text is cut to it.
pub(crate) fn around(text: &[u8], run: Range<usize>) -> Context {
    read(text, run, &Cell::new(view::FUEL))
}

/// The name that a value at `run` is given right there, and the value: what is cheap to know. `None` where
/// that does not tell all: without a name, behind a scheme or a user, or where the name stands elsewhere.
pub(crate) fn beside(text: &[u8], run: Range<usize>) -> Option<(String, Range<usize>)> {
    let end = run.end.min(text.len());
    let run = run.start.min(end)..end;
    let fuel = Cell::new(view::FUEL);
    let place = place::read(View::new(text, &run, &fuel), &run);
    let tells = place.scheme.is_none() && place.user.is_none() && place.outer.is_empty();
    let name = place.name.filter(|name| tells && !element::is_value(name))?;
    Some((name, place.value))
}

/// Reads what stands around `run`, for as many steps as there is fuel.
fn read(text: &[u8], run: Range<usize>, fuel: &Cell<usize>) -> Context {
    let end = run.end.min(text.len());
    let run = run.start.min(end)..end;
    let view = View::new(text, &run, fuel);
    let place = place::read(view, &run);
    let outside = outward::read(view, place.start);
    let end = place.value.end.max(run.end);
    let block = block::around(view, &outside, place.start, end);
    let is_reference = reference::is_reference(view, &place.value, &run);
    let line = view.line_start(run.start)..view.line_end(run.end);
    let is_item = outside.is_item(view, place.start);
    let mut path = outside.path();
    let place = if place.name.is_none() && is_item { item(place, &mut path) } else { place };
    let pair = paired(view, &place, &block, &path);
    // What stands beside a pair are other pairs.
    let block =
        if pair.is_some() { block::beyond(view, &outside, place.start, end) } else { block };
    let place = match pair {
        Some((name, form)) => Place { name: Some(name), form, ..place },
        None => place,
    };
    path.extend(place.outer);
    let Place { value, name, form, scheme, user, .. } = place;
    Context { value, name, form, path, scheme, block, line, is_reference, user }
}

/// An item of a list goes by the list's name.
fn item(place: Place, path: &mut Vec<String>) -> Place {
    match path.pop() {
        Some(name) => Place { form: left::form(&name), name: Some(name), ..place },
        None => place,
    }
}

/// Where the name only says that this is a value, the name that stands beside it: `name: X` and `value: …`.
fn paired(
    view: View<'_>,
    place: &Place,
    block: &Range<usize>,
    path: &[String],
) -> Option<(String, Form)> {
    if !place.name.as_deref().is_some_and(element::is_value) {
        return None;
    }
    let value = &place.value;
    let near = block.start.max(value.start.saturating_sub(PAIR_REACH))
        ..block.end.min(value.end.saturating_add(PAIR_REACH));
    let all = pairs::plain(view, &near);
    let own = all.iter().position(|pair| {
        pair.value.start >= value.start.saturating_sub(8) && pair.value.end >= value.end
    });
    let own = own?;
    let before = all[..own].iter().rev().take_while(|pair| !element::is_value(&pair.name));
    let after = all[own + 1..].iter().take_while(|pair| !element::is_value(&pair.name));
    let key = before.chain(after).find(|pair| element::is_key(&pair.name))?;
    let name = view.string(key.value.clone());
    let form = pair_form(&name, path, &all);
    Some((name, form))
}

/// The form of a name in a pair of its own, as the list it is in and what else is said of it tell.
fn pair_form(name: &str, path: &[String], siblings: &[Pair]) -> Form {
    let list = path.last().map(|list| words(list)).unwrap_or_default();
    let is_in = |lists: &[&str]| list.iter().any(|word| lists.contains(&word.as_str()));
    let is_set = |pair: &Pair| {
        matches!(pair.name.as_str(), "httpOnly" | "hostOnly" | "sameSite" | "expirationDate")
    };
    if is_in(&["cookie", "cookies"]) || siblings.iter().any(is_set) {
        Form::Cookie
    } else if is_in(&["header", "headers"]) {
        Form::Header
    } else if is_in(&["query", "params", "querystring"]) {
        Form::Parameter
    } else {
        left::form(name)
    }
}

/// Names and values of one block, as written, values without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    /// The name.
    pub(crate) name: String,
    /// The value's place in the text.
    pub(crate) value: Range<usize>,
}

/// The pairs of a block, in order, those of inner blocks left out. At most 200, from its first 64 KiB.
pub(crate) fn pairs(text: &[u8], block: Range<usize>) -> Vec<Pair> {
    let start = block.start.min(text.len());
    let fuel = Cell::new(view::FUEL);
    pairs::read(
        View::new(text, &(start..start), &fuel),
        &(start..block.end.clamp(start, text.len())),
    )
}
