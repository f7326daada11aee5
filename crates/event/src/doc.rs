//! Walking over a scanned record: members, elements and ends of values, found by the marks of the scan.
//!
//! A [`Node`] is a place in a record; reading it builds nothing. Walks never recurse over input.

use std::borrow::Cow;
use std::fmt;

use crate::recent::Found;
use crate::scan::{Block, Flags, Marks};
use crate::value::{Number, Text, Value, unescape};

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
pub(crate) struct Doc<'a> {
    pub(crate) text: &'a str,
    pub(crate) blocks: &'a [Block],
    pub(crate) flags: Flags,
}

/// Where a member stands: its key without quotes, and its value. End offsets are exclusive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    /// The first bytes of the key, as it stands in the record; see [`head`].
    head: u64,
    key: (u32, u32),
    value: (u32, u32),
}

impl Slot {
    /// The offset past the value.
    pub(crate) fn end(self) -> usize {
        self.value.1 as usize
    }

    fn key_len(&self) -> usize {
        (self.key.1 - self.key.0) as usize
    }
}

/// The name of a member that is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key<'k> {
    text: &'k str,
    head: u64,
    /// ASCII without quotes and backslashes, so that it can be compared with what stands in a record.
    is_plain: bool,
}

impl<'k> Key<'k> {
    pub(crate) const fn new(text: &'k str) -> Self {
        Self { text, head: head(text.as_bytes()), is_plain: is_plain(text) }
    }

    pub(crate) fn text(self) -> &'k str {
        self.text
    }
}

/// The name of a member, ready to be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    text: Box<str>,
    head: u64,
    is_plain: bool,
}

impl Name {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.into(), head: head(text.as_bytes()), is_plain: is_plain(text) }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    #[inline]
    pub(crate) fn key(&self) -> Key<'_> {
        Key { text: &self.text, head: self.head, is_plain: self.is_plain }
    }
}

/// The first eight bytes of a name as a number, filled up with zeros. Names of at most eight bytes are equal
/// exactly when their lengths and heads are.
const fn head(name: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let mut i = 0;
    while i < name.len() && i < 8 {
        bytes[i] = name[i];
        i += 1;
    }
    u64::from_le_bytes(bytes)
}

/// [`head`] of the name at `start..end` of a text, which mostly goes on behind it.
#[expect(clippy::inline_always, reason = "the walk over members is the hot path; measured")]
#[inline(always)]
fn head_at(bytes: &[u8], start: usize, end: usize) -> u64 {
    let len = end - start;
    match bytes.get(start..start + 8).and_then(|eight| eight.first_chunk()) {
        Some(&eight) if len < 8 => u64::from_le_bytes(eight) & !(!0 << (len * 8)),
        Some(&eight) => u64::from_le_bytes(eight),
        None => head(bytes.get(start..end).unwrap_or_default()),
    }
}

/// Whether a name is ASCII without quotes and backslashes.
const fn is_plain(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if !bytes[i].is_ascii() || bytes[i] == b'"' || bytes[i] == b'\\' {
            return false;
        }
        i += 1;
    }
    true
}

#[expect(clippy::inline_always, reason = "the walk over members is the hot path; measured")]
impl<'a> Doc<'a> {
    /// A scanned text with the marks of its scan.
    pub(crate) fn new(text: &'a str, marks: &'a Marks) -> Self {
        Self { text, blocks: marks.blocks(), flags: marks.flags() }
    }

    /// Whether the key at a slot is spelled exactly so.
    #[inline(always)]
    pub(crate) fn is_key(&self, slot: &Slot, key: &Key<'_>) -> bool {
        let is_short = key.is_plain && !self.flags.odd_escapes;
        if is_short && (slot.head != key.head || slot.key_len() != key.text.len()) {
            return false;
        }
        self.is_whole_key(slot, key, is_short)
    }

    fn is_whole_key(&self, slot: &Slot, key: &Key<'_>, is_short: bool) -> bool {
        let raw = self.slice(slot.key);
        if is_short { key.text.len() <= 8 || raw == key.text } else { unescaped(raw) == key.text }
    }

    /// Whether the key at a slot is spelled so but for case.
    #[inline]
    pub(crate) fn is_key_ignoring_case(&self, slot: &Slot, key: &Key<'_>) -> bool {
        if key.is_plain && !self.flags.odd_escapes && !self.flags.beyond_ascii {
            return slot.key_len() == key.text.len()
                && self.slice(slot.key).eq_ignore_ascii_case(key.text);
        }
        is_name_ignoring_case(&unescaped(self.slice(slot.key)), key.text)
    }

    /// The value at a slot.
    #[inline]
    pub(crate) fn value(&'a self, slot: Slot) -> Node<'a> {
        Node { doc: self, start: slot.value.0, end: slot.value.1 }
    }

    fn slice(&self, (start, end): (u32, u32)) -> &'a str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The member at or after `at`, in an object that ends before `end`. `None` at its closing bracket.
    #[inline(always)]
    pub(crate) fn next_member(
        &self,
        at: usize,
        end: usize,
        first: bool,
    ) -> Result<Option<Slot>, Fault> {
        let Some(start) = self.separator(at, first, b'}')? else { return Ok(None) };
        let fault = |at, expected| Fault { at, expected };
        if self.byte(start) != Some(b'"') {
            return Err(fault(start, "a key"));
        }
        let close = self.string_end(start).ok_or(fault(start, "a closing quote"))?;
        let colon = self.skip_space(close + 1);
        if self.byte(colon) != Some(b':') {
            return Err(fault(colon, "`:`"));
        }
        let value = self.skip_space(colon + 1);
        let value_end = self.value_end(value).ok_or(fault(value, "a value"))?;
        if value_end > end || value_end == value {
            return Err(fault(value, "a value"));
        }
        // INVARIANT: a scanned text is shorter than 4 GiB; longer records are rejected before.
        let pair = |start: usize, end: usize| (start as u32, end as u32);
        let head = head_at(self.text.as_bytes(), start + 1, close);
        Ok(Some(Slot { head, key: pair(start + 1, close), value: pair(value, value_end) }))
    }

    /// Steps over the comma before the next item, if this is not the first. `None` at the closing bracket.
    #[inline(always)]
    fn separator(&self, at: usize, first: bool, close: u8) -> Result<Option<usize>, Fault> {
        let at = self.skip_space(at);
        match self.byte(at) {
            Some(b',') if !first => Ok(Some(self.skip_space(at + 1))),
            Some(byte) if byte == close => Ok(None),
            Some(_) if first => Ok(Some(at)),
            _ => Err(Fault { at, expected: "`,` or a closing bracket" }),
        }
    }

    /// Whether a backslash stands in `start..end`.
    #[inline]
    fn has_backslash(&self, start: usize, end: usize) -> bool {
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
    fn string(&self, open: usize, end: usize) -> Option<Text<'a>> {
        let inner = self.text.get(open + 1..end.checked_sub(1)?)?;
        if self.flags.control || self.has_backslash(open, end) {
            return Text::json(inner);
        }
        Some(Text::plain(inner))
    }

    #[inline(always)]
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The first byte at or after `at` that is not white space.
    #[inline(always)]
    fn skip_space(&self, at: usize) -> usize {
        match self.byte(at) {
            Some(..=b' ') => self.skip_spaces(at),
            _ => at,
        }
    }

    /// [`Self::skip_space`] where white space may stand, which in most logs is nowhere.
    #[inline(never)]
    fn skip_spaces(&self, mut at: usize) -> usize {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte(at) {
            at += 1;
        }
        at
    }

    /// The closing quote of the string that opens at `open`.
    #[inline(always)]
    fn string_end(&self, open: usize) -> Option<usize> {
        let start = open + 1;
        let mut i = start / 64;
        let quotes = self.blocks.get(i)?.quotes >> (start % 64);
        if quotes != 0 {
            return Some(start + quotes.trailing_zeros() as usize);
        }
        loop {
            i += 1;
            let quotes = self.blocks.get(i)?.quotes;
            if quotes != 0 {
                return Some(i * 64 + quotes.trailing_zeros() as usize);
            }
        }
    }

    /// The bracket that closes the one at `open`.
    fn container_end(&self, open: usize) -> Option<usize> {
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
    #[inline(always)]
    fn value_end(&self, start: usize) -> Option<usize> {
        match self.byte(start)? {
            b'"' => Some(self.string_end(start)? + 1),
            b'{' | b'[' => Some(self.container_end(start)? + 1),
            _ => Some(self.scalar_end(start)),
        }
    }

    /// The end of a number or literal. What no scalar holds ends it, lest a mistake hide what follows.
    fn scalar_end(&self, start: usize) -> usize {
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let len = rest.iter().position(|&byte| ENDS_SCALAR[usize::from(byte)]);
        start + len.unwrap_or(rest.len())
    }

    /// The record as a whole.
    pub(crate) fn root(&'a self) -> Node<'a> {
        Node { doc: self, start: 0, end: self.text.len() as u32 }
    }
}

/// A value's place in a record.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    doc: &'a Doc<'a>,
    start: u32,
    end: u32,
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl<'a> Node<'a> {
    /// Its offsets, by which it can be found again in the same record.
    pub(crate) fn place(self) -> Found {
        Found::One(self.start, self.end)
    }

    /// The node of the same record at these offsets, which [`Self::place`] told.
    pub(crate) fn other(self, start: u32, end: u32) -> Self {
        Self { doc: self.doc, start, end }
    }

    pub(crate) fn doc(self) -> &'a Doc<'a> {
        self.doc
    }

    /// The JSON text of the value, as it stands in the record.
    pub fn text(self) -> &'a str {
        self.doc.slice((self.start, self.end))
    }

    /// Offset of the first byte, counted from where the scanned text begins.
    pub fn start(self) -> usize {
        self.start as usize
    }

    #[inline]
    fn first_byte(self) -> u8 {
        self.doc.byte(self.start as usize).unwrap_or_default()
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
        let fault = |expected| Fault { at: self.start as usize, expected };
        match self.first_byte() {
            b'"' => self
                .doc
                .string(self.start as usize, self.end as usize)
                .map(Value::Text)
                .ok_or(fault("a JSON string")),
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

    /// The offset past the last byte.
    pub(crate) fn end(self) -> usize {
        self.end as usize
    }

    /// The members of an object, in order; nothing for other values.
    #[inline]
    pub fn members(self) -> Members<'a> {
        let at = if self.is_object() { self.start() + 1 } else { self.end() };
        Members { doc: self.doc, at, end: self.end(), first: true }
    }

    /// The elements of an array, in order; nothing for other values.
    #[inline]
    pub fn elements(self) -> Elements<'a> {
        let at = if self.is_array() { self.start() + 1 } else { self.end() };
        Elements { doc: self.doc, at, end: self.end(), first: true }
    }

    /// The member of that name: the first spelled exactly so, else the first that differs only in case.
    ///
    /// # Errors
    /// The first fault met before the member was found.
    pub(crate) fn member(self, key: Key<'_>) -> Result<Option<Node<'a>>, Fault> {
        let mut other_case = None;
        for slot in self.slots() {
            let slot = slot?;
            if self.doc.is_key(&slot, &key) {
                return Ok(Some(self.doc.value(slot)));
            }
            if other_case.is_none() && self.doc.is_key_ignoring_case(&slot, &key) {
                other_case = Some(self.doc.value(slot));
            }
        }
        Ok(other_case)
    }

    fn slots(self) -> impl Iterator<Item = Result<Slot, Fault>> {
        let mut members = self.members();
        std::iter::from_fn(move || members.next_slot())
    }
}

/// A key, as it stands between its quotes, and its value.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// The key without its quotes; escapes are not undone.
    pub key: &'a str,
    /// The value.
    pub value: Node<'a>,
}

/// The members of one object. Ends at the first fault, after yielding it.
pub struct Members<'a> {
    doc: &'a Doc<'a>,
    at: usize,
    end: usize,
    first: bool,
}

impl Members<'_> {
    #[inline]
    fn next_slot(&mut self) -> Option<Result<Slot, Fault>> {
        if self.at >= self.end {
            return None;
        }
        let slot = self.doc.next_member(self.at, self.end, self.first);
        self.first = false;
        self.at = match slot {
            Ok(Some(slot)) => slot.value.1 as usize,
            Ok(None) | Err(_) => self.end,
        };
        slot.transpose()
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Result<Member<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let slot = self.next_slot()?;
        let doc = self.doc;
        Some(slot.map(|slot| Member { key: doc.slice(slot.key), value: doc.value(slot) }))
    }
}

/// The elements of one array. Ends at the first fault, after yielding it.
pub struct Elements<'a> {
    doc: &'a Doc<'a>,
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
        let doc = self.doc;
        let found = doc.separator(self.at, self.first, b']').and_then(|start| {
            let Some(start) = start else { return Ok(None) };
            let end = doc.value_end(start).filter(|&end| end <= self.end && end > start);
            end.map(|end| Some(Node { doc, start: start as u32, end: end as u32 }))
                .ok_or(Fault { at: start, expected: "a value" })
        });
        self.first = false;
        self.at = match &found {
            Ok(Some(node)) => node.end(),
            Ok(None) | Err(_) => self.end,
        };
        found.transpose()
    }
}

/// The bytes that no number and no literal holds.
const ENDS_SCALAR: [bool; 256] = {
    let mut ends = [false; 256];
    let bytes = b" \t\n\r,}]\":{[";
    let mut i = 0;
    while i < bytes.len() {
        ends[bytes[i] as usize] = true;
        i += 1;
    }
    ends
};

/// A key with its escapes undone.
fn unescaped(raw: &str) -> Cow<'_, str> {
    if raw.contains('\\') { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) }
}

/// Whether two names differ only in case.
pub(crate) fn is_name_ignoring_case(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
}

#[cfg(test)]
mod size {
    /// Nodes are copied at every step of a walk.
    #[test]
    fn nodes_fit_two_registers() {
        assert_eq!(size_of::<super::Node<'_>>(), 16);
    }
}
