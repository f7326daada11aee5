//! Walking over a scanned record: members, elements and ends of values, found by the marks of the scan.
//!
//! A [`Node`] is a place in a record; reading it builds nothing. Walks never recurse over input.

use std::fmt;

use crate::scan::{Block, Marks};
use crate::value::{Number, Text, Value};

/// A mistake met while a record was walked. The record stays readable before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Offset in the record, in bytes.
    pub at: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at byte {}", self.expected, self.at)
    }
}

/// A record and its marks.
#[derive(Clone, Copy)]
pub(crate) struct Doc<'a> {
    pub(crate) text: &'a str,
    pub(crate) blocks: &'a [Block],
    /// Some string holds a control character.
    pub(crate) control: bool,
}

impl<'a> Doc<'a> {
    /// A scanned text with the marks of its scan.
    pub(crate) fn new(text: &'a str, marks: &'a Marks) -> Self {
        Self { text, blocks: marks.blocks(), control: marks.has_control() }
    }

    /// Whether a backslash stands in `start..end`.
    #[inline]
    fn has_backslash(self, start: usize, end: usize) -> bool {
        let (first, last) = (start / 64, end / 64);
        let from = !0u64 << (start % 64);
        let to = !(!0u64 << (end % 64));
        let mark = |i: usize| self.blocks.get(i).map_or(0, |block| block.backslashes);
        if first == last {
            return mark(first) & from & to != 0;
        }
        mark(first) & from != 0 || mark(last) & to != 0 || (first + 1..last).any(|i| mark(i) != 0)
    }

    /// The string whose quotes stand at `open` and before `end`.
    #[inline]
    fn string(self, open: usize, end: usize) -> Option<Text<'a>> {
        let inner = self.text.get(open + 1..end.checked_sub(1)?)?;
        if self.control || self.has_backslash(open, end) {
            return Text::json(inner);
        }
        Some(Text::plain(inner))
    }

    fn byte(self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The first byte at or after `at` that is not white space.
    #[inline]
    fn skip_space(self, mut at: usize) -> usize {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte(at) {
            at += 1;
        }
        at
    }

    /// The closing quote of the string that opens at `open`.
    #[inline]
    fn string_end(self, open: usize) -> Option<usize> {
        let start = open + 1;
        let mut i = start / 64;
        let mut quotes = self.blocks.get(i)?.quotes & (!0 << (start % 64));
        while quotes == 0 {
            i += 1;
            quotes = self.blocks.get(i)?.quotes;
        }
        Some(i * 64 + quotes.trailing_zeros() as usize)
    }

    /// The bracket that closes the one at `open`.
    fn container_end(self, open: usize) -> Option<usize> {
        let start = open + 1;
        let mut i = start / 64;
        let mut block = *self.blocks.get(i)?;
        let ahead = !0 << (start % 64);
        let (mut opens, mut closes) = (block.opens & ahead, block.closes & ahead);
        let mut depth = 1u32;
        loop {
            while closes != 0 {
                let close = closes & closes.wrapping_neg();
                // Every opening bracket before this closing one goes one level down.
                let before = opens & (close - 1);
                let mut opened = before;
                while opened != 0 {
                    depth += 1;
                    opened &= opened - 1;
                }
                opens ^= before;
                depth -= 1;
                if depth == 0 {
                    return Some(i * 64 + close.trailing_zeros() as usize);
                }
                closes ^= close;
            }
            while opens != 0 {
                depth += 1;
                opens &= opens - 1;
            }
            i += 1;
            block = *self.blocks.get(i)?;
            (opens, closes) = (block.opens, block.closes);
        }
    }

    /// The end (exclusive) of the value that starts at `start`.
    #[inline]
    fn value_end(self, start: usize) -> Option<usize> {
        match self.byte(start)? {
            b'"' => Some(self.string_end(start)? + 1),
            b'{' | b'[' => Some(self.container_end(start)? + 1),
            _ => Some(self.scalar_end(start)),
        }
    }

    /// The end of a number or literal. What no scalar holds ends it, lest a mistake hide what follows.
    fn scalar_end(self, start: usize) -> usize {
        let mut at = start;
        while let Some(byte) = self.byte(at) {
            let is_space = matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
            if is_space || matches!(byte, b',' | b'}' | b']' | b'"' | b':' | b'{' | b'[') {
                break;
            }
            at += 1;
        }
        at
    }

    /// Where a part of the text stands in it.
    pub(crate) fn offset_of(self, part: &str) -> usize {
        part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr())
    }

    pub(crate) fn node(self, start: usize, end: usize) -> Node<'a> {
        Node { doc: self, start, end }
    }

    /// The record as a whole.
    pub(crate) fn root(self) -> Node<'a> {
        self.node(0, self.text.len())
    }
}

/// A value's place in a record.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    doc: Doc<'a>,
    start: usize,
    end: usize,
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl<'a> Node<'a> {
    pub(crate) fn doc(self) -> Doc<'a> {
        self.doc
    }

    /// The JSON text of the value, as it stands in the record.
    pub fn text(self) -> &'a str {
        self.doc.text.get(self.start..self.end).unwrap_or_default()
    }

    /// Offset of the first byte, counted from where the scanned text begins.
    pub fn start(self) -> usize {
        self.start
    }

    #[inline]
    fn first_byte(self) -> u8 {
        self.doc.byte(self.start).unwrap_or_default()
    }

    /// Whether the value is an object.
    #[inline]
    pub fn is_object(self) -> bool {
        self.first_byte() == b'{'
    }

    /// Whether the value is an array.
    #[inline]
    pub fn is_array(self) -> bool {
        self.first_byte() == b'['
    }

    /// The value.
    ///
    /// # Errors
    /// When the text is no JSON value: a misspelled literal, a number or string that JSON does not allow.
    pub fn value(self) -> Result<Value<'a>, Fault> {
        let text = self.text();
        let fault = |expected| Fault { at: self.start, expected };
        match self.first_byte() {
            b'"' => {
                self.doc.string(self.start, self.end).map(Value::Text).ok_or(fault("a JSON string"))
            }
            b'{' => Ok(Value::Object(self)),
            b'[' => Ok(Value::Array(self)),
            _ => match text {
                "null" => Ok(Value::Null),
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                number => Number::parse(number).map(Value::Number).ok_or(fault("a JSON value")),
            },
        }
    }

    /// The members of an object, in order; nothing for other values.
    #[inline]
    pub fn members(self) -> Members<'a> {
        let at = if self.is_object() { self.start + 1 } else { self.end };
        Members { doc: self.doc, at, end: self.end, first: true }
    }

    /// The elements of an array, in order; nothing for other values.
    #[inline]
    pub fn elements(self) -> Elements<'a> {
        let at = if self.is_array() { self.start + 1 } else { self.end };
        Elements { doc: self.doc, at, end: self.end, first: true }
    }
}

/// A key, as it stands between its quotes, and its value.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// The key without its quotes; escapes are not undone.
    pub key: &'a str,
    /// Whether something in the key is escaped.
    pub escaped: bool,
    /// The value.
    pub value: Node<'a>,
}

/// The members of one object. Ends at the first fault, after yielding it.
pub struct Members<'a> {
    doc: Doc<'a>,
    at: usize,
    end: usize,
    first: bool,
}

impl<'a> Iterator for Members<'a> {
    type Item = Result<Member<'a>, Fault>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        match separator(self.doc, self.at, self.first, b'}') {
            Ok(None) => {
                self.at = self.end;
                None
            }
            Ok(Some(start)) => Some(self.member(start)),
            Err(fault) => {
                self.at = self.end;
                Some(Err(fault))
            }
        }
    }
}

impl<'a> Members<'a> {
    /// Goes on at an offset at which an earlier walk over the same object stopped.
    pub(crate) fn resume(object: Node<'a>, at: usize, first: bool) -> Self {
        let at = if object.is_object() { at } else { object.end };
        Self { doc: object.doc, at, end: object.end, first }
    }

    #[inline]
    fn member(&mut self, start: usize) -> Result<Member<'a>, Fault> {
        self.first = false;
        let member = self.read(start);
        match &member {
            Ok(member) => self.at = member.value.end,
            Err(_) => self.at = self.end,
        }
        member
    }

    #[inline]
    fn read(&self, start: usize) -> Result<Member<'a>, Fault> {
        let fault = |at, expected| Fault { at, expected };
        if self.doc.byte(start) != Some(b'"') {
            return Err(fault(start, "a key"));
        }
        let close = self.doc.string_end(start).ok_or(fault(start, "a closing quote"))?;
        let colon = self.doc.skip_space(close + 1);
        if self.doc.byte(colon) != Some(b':') {
            return Err(fault(colon, "`:`"));
        }
        let value = self.doc.skip_space(colon + 1);
        let end = self.doc.value_end(value).ok_or(fault(value, "a value"))?;
        if end > self.end || end == value {
            return Err(fault(value, "a value"));
        }
        let key = self.doc.text.get(start + 1..close).unwrap_or_default();
        let escaped = self.doc.has_backslash(start, close);
        Ok(Member { key, escaped, value: self.doc.node(value, end) })
    }
}

/// The elements of one array. Ends at the first fault, after yielding it.
pub struct Elements<'a> {
    doc: Doc<'a>,
    at: usize,
    end: usize,
    first: bool,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Node<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let found = separator(self.doc, self.at, self.first, b']').and_then(|start| {
            let Some(start) = start else { return Ok(None) };
            let end = self.doc.value_end(start).filter(|&end| end <= self.end && end > start);
            end.map(|end| Some(self.doc.node(start, end)))
                .ok_or(Fault { at: start, expected: "a value" })
        });
        self.first = false;
        self.at = match &found {
            Ok(Some(node)) => node.end,
            Ok(None) | Err(_) => self.end,
        };
        found.transpose()
    }
}

/// Steps over the comma before the next item, if this is not the first. `None` at the closing bracket.
#[inline]
fn separator(doc: Doc<'_>, at: usize, first: bool, close: u8) -> Result<Option<usize>, Fault> {
    let at = doc.skip_space(at);
    match doc.byte(at) {
        Some(byte) if byte == close => Ok(None),
        Some(_) if first => Ok(Some(at)),
        Some(b',') => Ok(Some(doc.skip_space(at + 1))),
        _ => Err(Fault { at, expected: "`,` or a closing bracket" }),
    }
}
