//! The innermost block around a value: object, element, stanza, section; else its paragraph.

use std::ops::Range;

use super::outward::{Frame, Outside};
use super::quote;
use super::view::{View, is_quote, is_space};

/// Bytes of a paragraph to either side of a value.
const PARAGRAPH_MAX: usize = 2 << 10;

/// The block around what goes from `start` to `end`.
pub(super) fn around(view: View<'_>, outside: &Outside, start: usize, end: usize) -> Range<usize> {
    let holds_more = |(at, frame): &&(usize, Frame)| match frame {
        Frame::Bracket(b'[') => false,
        Frame::Bracket(b'(') => has_more(view, *at, start, end),
        _ => true,
    };
    framed(view, outside.frames.iter().find(holds_more), start, end)
}

/// Whether the arguments in the bracket at `open` are more than what goes from `start` to `end`.
fn has_more(view: View<'_>, open: usize, start: usize, end: usize) -> bool {
    let next = view.on_while(end, |byte| is_space(byte) || is_quote(byte) || byte == b')');
    view.find(b',', open, start).is_some() || view.at(next) == b','
}

/// The block around the one that a pair of its own is, when that is an object or an element.
pub(super) fn beyond(view: View<'_>, outside: &Outside, start: usize, end: usize) -> Range<usize> {
    let is_own =
        matches!(outside.frames.first(), Some((_, Frame::Bracket(b'{') | Frame::Element(_))));
    let frame = outside.frames.get(usize::from(is_own));
    framed(view, frame.or(outside.frames.first()), start, end)
}

/// What a frame encloses; the paragraph, where there is none.
fn framed(
    view: View<'_>,
    frame: Option<&(usize, Frame)>,
    start: usize,
    end: usize,
) -> Range<usize> {
    match frame {
        Some((at, Frame::Bracket(open))) => *at..closing(view, start, end, *open),
        Some((at, Frame::Element(name))) => *at..closing_tag(view, end, name),
        Some((at, Frame::Indent(indent))) => *at..outdent(view, end, *indent),
        Some((at, Frame::Section)) => *at..next_section(view, end),
        None => paragraph(view, start, end),
    }
}

/// After the bracket behind `end` that closes what `open` opened, counted from `start`.
fn closing(view: View<'_>, start: usize, end: usize, open: u8) -> usize {
    let close = if open == b'(' { b')' } else { open + 2 };
    let (mut at, mut depth) = (start, 0_usize);
    while at < view.ceiling && view.spend(1) {
        let byte = view.at(at);
        match byte {
            b'"' | b'\'' | b'`' => {
                at = quote::after(view, at);
                continue;
            }
            _ if byte == open => depth += 1,
            _ if byte == close && depth == 0 && at >= end => return at + 1,
            _ if byte == close => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    view.ceiling
}

/// After the tag that closes an element.
fn closing_tag(view: View<'_>, end: usize, name: &str) -> usize {
    let tag = format!("</{name}");
    let _ = view.spend(1 << 10);
    memchr::memmem::find(view.bytes(end..view.ceiling), tag.as_bytes())
        .map_or(view.ceiling, |found| end + found + tag.len() + 1)
        .min(view.ceiling)
}

/// Where the lines end that are indented by `indent` at least.
fn outdent(view: View<'_>, end: usize, indent: usize) -> usize {
    let mut at = view.line_end(end);
    let mut last = at;
    while at < view.ceiling && view.spend(8) {
        let start = view.find(b'\n', at, view.ceiling).map_or(view.ceiling, |found| found + 1);
        let first = view.on_while(start, |byte| matches!(byte, b' ' | b'\t' | b'+' | b'-'));
        at = view.line_end(start);
        if first < at {
            if first - start < indent {
                return last;
            }
            last = at;
        }
    }
    last
}

/// Where the next section begins.
fn next_section(view: View<'_>, end: usize) -> usize {
    let _ = view.spend(1 << 10);
    memchr::memmem::find(view.bytes(end..view.ceiling), b"\n[")
        .map_or(view.ceiling, |found| end + found)
}

/// The lines around without an empty one between.
fn paragraph(view: View<'_>, start: usize, end: usize) -> Range<usize> {
    let view =
        view.within(&(start.saturating_sub(PARAGRAPH_MAX)..end.saturating_add(PARAGRAPH_MAX)));
    let mut first = view.line_start(start);
    while first > view.floor {
        let above = view.line_start(first - 1);
        if view.bytes(above..first).iter().all(|&byte| is_space(byte)) {
            break;
        }
        first = above;
    }
    let mut last = view.line_end(end);
    while let Some(found) = view.find(b'\n', last, view.ceiling) {
        let next = view.line_end(found + 1);
        if view.bytes(found + 1..next).iter().all(|&byte| is_space(byte)) {
            break;
        }
        last = next;
    }
    first..last
}
