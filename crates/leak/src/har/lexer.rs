//! JSON as it streams by: tokens, and the bytes of the input that each takes.
//!
//! Nothing is built and nothing recurses. The buffer holds what the caller still wants, no more. What is
//! inside strings is taken as it comes: whoever reads them decides what to make of it.

use std::io::{self, Read};
use std::ops::Range;

use memchr::memchr2;

/// How deep arrays and objects may lie in each other.
pub(crate) const DEPTH_MAX: usize = 128;

/// A longer string comes in parts.
pub(crate) const PART_BYTES: usize = 4 << 20;

/// Bytes fetched at once.
const FETCH_BYTES: usize = 256 << 10;

/// A token. A string's span is that of its content, without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    /// `{`
    ObjectBegin,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayBegin,
    /// `]`
    ArrayEnd,
    /// A member's name.
    Key,
    /// A string that is a value.
    String,
    /// A part of a string that is longer than [`PART_BYTES`]; escapes are never split.
    Part {
        /// Whether the string ends here.
        is_last: bool,
    },
    /// A number, `true`, `false` or `null`.
    Scalar,
}

/// Why reading ended before the end.
#[derive(Debug)]
pub(crate) struct Broken {
    /// The byte at which.
    pub(crate) offset: usize,
    /// What was met there.
    pub(crate) why: Trouble,
}

/// What keeps a text from being read on.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It ends in the middle.
    CutShort,
    /// It is no JSON.
    Syntax,
    /// It nests deeper than [`DEPTH_MAX`].
    TooDeep,
    /// A name is longer than [`PART_BYTES`].
    LongName,
    /// Reading failed.
    Io(io::Error),
    /// Writing the copy failed.
    Write(io::Error),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrEnd,
    KeyOrEnd,
    Key,
    Colon,
    CommaOrEnd,
    Rest,
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Object,
    Array,
}

/// Reads tokens.
pub(crate) struct Lexer<'r> {
    input: Option<&'r mut dyn Read>,
    buffer: Vec<u8>,
    /// Where in the input the buffer begins.
    base: usize,
    /// The next byte to look at, in the buffer.
    at: usize,
    /// The first byte that is still wanted, in the input.
    kept: usize,
    open: Vec<Open>,
    expect: Expect,
    /// Whether another document may follow.
    is_stream: bool,
}

impl<'r> Lexer<'r> {
    /// A lexer of a stream.
    pub(crate) fn new(input: &'r mut dyn Read) -> Self {
        Self { input: Some(input), ..Self::over(Vec::new()) }
    }

    /// A lexer of a text at hand.
    pub(crate) fn over(text: Vec<u8>) -> Self {
        Self {
            input: None,
            buffer: text,
            base: 0,
            at: 0,
            kept: 0,
            open: Vec::new(),
            expect: Expect::Value,
            is_stream: false,
        }
    }

    /// A lexer of a text at hand that may hold several documents in a row.
    pub(crate) fn over_several(text: Vec<u8>) -> Self {
        Self { is_stream: true, ..Self::over(text) }
    }

    /// The bytes of a stretch that is still held.
    pub(crate) fn bytes(&self, span: Range<usize>) -> &[u8] {
        let from = span.start.saturating_sub(self.base);
        let to = span.end.saturating_sub(self.base);
        self.buffer.get(from..to).unwrap_or_default()
    }

    /// All that is held, and where it begins.
    pub(crate) fn held(&self) -> (&[u8], usize) {
        (&self.buffer, self.base)
    }

    /// Where the next token is looked for.
    pub(crate) fn position(&self) -> usize {
        self.base + self.at
    }

    /// Lets go of everything before `offset`.
    pub(crate) fn keep_from(&mut self, offset: usize) {
        self.kept = self.kept.max(offset.min(self.position()));
    }

    /// The next token and its span; `None` at the end of a whole text.
    pub(crate) fn next(&mut self) -> Result<Option<(Token, Range<usize>)>, Broken> {
        if self.expect == Expect::Rest {
            return self.string_part().map(Some);
        }
        loop {
            let Some(byte) = self.peek_solid()? else {
                return match self.expect {
                    Expect::Nothing => Ok(None),
                    _ => Err(self.broken(Trouble::CutShort)),
                };
            };
            match (self.expect, byte) {
                (Expect::CommaOrEnd, b',') => {
                    self.at += 1;
                    self.expect = match self.open.last() {
                        Some(Open::Object) => Expect::Key,
                        _ => Expect::Value,
                    };
                }
                (Expect::Nothing, b'{' | b'[') if self.is_stream => self.expect = Expect::Value,
                (Expect::Colon, b':') => {
                    self.at += 1;
                    self.expect = Expect::Value;
                }
                _ => return self.token(byte).map(Some),
            }
        }
    }

    fn token(&mut self, byte: u8) -> Result<(Token, Range<usize>), Broken> {
        use Expect::{CommaOrEnd, Key, KeyOrEnd, Value, ValueOrEnd};
        match (self.expect, byte) {
            (KeyOrEnd | Key, b'"') => self.key(),
            (Value | ValueOrEnd, b'"') => {
                self.at += 1;
                self.string_part()
            }
            (Value | ValueOrEnd, b'{') => self.begin(Open::Object),
            (Value | ValueOrEnd, b'[') => self.begin(Open::Array),
            (KeyOrEnd | CommaOrEnd, b'}') => self.end(Open::Object),
            (ValueOrEnd | CommaOrEnd, b']') => self.end(Open::Array),
            (Value | ValueOrEnd, b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => self.scalar(),
            _ => Err(self.broken(Trouble::Syntax)),
        }
    }

    fn begin(&mut self, what: Open) -> Result<(Token, Range<usize>), Broken> {
        if self.open.len() >= DEPTH_MAX {
            return Err(self.broken(Trouble::TooDeep));
        }
        self.open.push(what);
        let (token, expect) = match what {
            Open::Object => (Token::ObjectBegin, Expect::KeyOrEnd),
            Open::Array => (Token::ArrayBegin, Expect::ValueOrEnd),
        };
        self.expect = expect;
        Ok((token, self.one_byte()))
    }

    fn end(&mut self, what: Open) -> Result<(Token, Range<usize>), Broken> {
        if self.open.last() != Some(&what) {
            return Err(self.broken(Trouble::Syntax));
        }
        self.open.pop();
        self.value_ended();
        let token = match what {
            Open::Object => Token::ObjectEnd,
            Open::Array => Token::ArrayEnd,
        };
        Ok((token, self.one_byte()))
    }

    fn one_byte(&mut self) -> Range<usize> {
        let from = self.position();
        self.at += 1;
        from..from + 1
    }

    fn value_ended(&mut self) {
        self.expect = if self.open.is_empty() { Expect::Nothing } else { Expect::CommaOrEnd };
    }

    fn key(&mut self) -> Result<(Token, Range<usize>), Broken> {
        self.at += 1;
        let from = self.position();
        let Some(len) = self.string_end(PART_BYTES)? else {
            return Err(self.broken(Trouble::LongName));
        };
        self.at += len + 1;
        self.expect = Expect::Colon;
        Ok((Token::Key, from..from + len))
    }

    /// The string from here, or as much of it as one part takes.
    fn string_part(&mut self) -> Result<(Token, Range<usize>), Broken> {
        let from = self.position();
        let is_rest = self.expect == Expect::Rest;
        if let Some(len) = self.string_end(PART_BYTES)? {
            self.at += len + 1;
            self.value_ended();
            let token = if is_rest { Token::Part { is_last: true } } else { Token::String };
            return Ok((token, from..from + len));
        }
        let held = self.buffer.get(self.at..).unwrap_or_default();
        let len = whole_escapes(held, PART_BYTES.min(held.len()));
        self.at += len;
        self.expect = Expect::Rest;
        Ok((Token::Part { is_last: false }, from..from + len))
    }

    /// Bytes from here to the closing quote; `None` when there are more than `limit`.
    fn string_end(&mut self, limit: usize) -> Result<Option<usize>, Broken> {
        let mut len = 0;
        loop {
            let rest = self.buffer.get(self.at + len..).unwrap_or_default();
            match memchr2(b'"', b'\\', rest) {
                Some(place) if rest[place] == b'"' => return Ok(Some(len + place)),
                Some(place) if place + 1 < rest.len() => len += place + 2,
                Some(place) => {
                    len += place;
                    self.fetch_more()?;
                }
                None => {
                    len += rest.len();
                    if len > limit {
                        return Ok(None);
                    }
                    self.fetch_more()?;
                }
            }
        }
    }

    fn scalar(&mut self) -> Result<(Token, Range<usize>), Broken> {
        let from = self.position();
        let mut len = 0;
        loop {
            match self.buffer.get(self.at + len).copied() {
                Some(byte) if is_scalar(byte) => len += 1,
                None if self.fetch()? => {}
                _ => break,
            }
        }
        let text = self.buffer.get(self.at..self.at + len).unwrap_or_default();
        if !is_whole_scalar(text) {
            return Err(self.broken(Trouble::Syntax));
        }
        self.at += len;
        self.value_ended();
        Ok((Token::Scalar, from..from + len))
    }

    /// The next byte that is no white space.
    fn peek_solid(&mut self) -> Result<Option<u8>, Broken> {
        loop {
            match self.buffer.get(self.at).copied() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                // A byte order mark.
                Some(0xef) if self.position() == 0 => self.skip_mark()?,
                Some(byte) => return Ok(Some(byte)),
                None if self.fetch()? => {}
                None => return Ok(None),
            }
        }
    }

    fn skip_mark(&mut self) -> Result<(), Broken> {
        while self.buffer.len() < 3 && self.fetch()? {}
        if !self.buffer.starts_with(b"\xef\xbb\xbf") {
            return Err(self.broken(Trouble::Syntax));
        }
        self.at = 3;
        Ok(())
    }

    fn fetch_more(&mut self) -> Result<(), Broken> {
        if self.fetch()? {
            return Ok(());
        }
        self.at = self.buffer.len();
        Err(self.broken(Trouble::CutShort))
    }

    /// Reads on. False at the end.
    fn fetch(&mut self) -> Result<bool, Broken> {
        self.let_go();
        let Some(input) = &mut self.input else { return Ok(false) };
        let held = self.buffer.len();
        self.buffer.resize(held + FETCH_BYTES, 0);
        let read = loop {
            match input.read(&mut self.buffer[held..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(held + *read.as_ref().unwrap_or(&0));
        match read {
            Ok(0) => self.input = None,
            Ok(_) => {}
            Err(error) => return Err(self.broken(Trouble::Io(error))),
        }
        Ok(self.input.is_some())
    }

    /// Drops what nobody wants, once it is worth the move.
    fn let_go(&mut self) {
        let unwanted = self.kept.saturating_sub(self.base).min(self.at);
        if unwanted > FETCH_BYTES.max(self.buffer.len() / 2) {
            self.buffer.drain(..unwanted);
            self.base += unwanted;
            self.at -= unwanted;
        }
    }

    fn broken(&self, why: Trouble) -> Broken {
        Broken { offset: self.position(), why }
    }
}

fn is_scalar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
}

fn is_whole_scalar(text: &[u8]) -> bool {
    matches!(text, b"true" | b"false" | b"null") || is_number(text)
}

fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, rest) = digits(text);
    if whole.is_empty() || (whole.len() > 1 && whole[0] == b'0') {
        return false;
    }
    let rest = match rest.strip_prefix(b".") {
        None => rest,
        Some(fraction) => match digits(fraction) {
            ([], _) => return false,
            (_, rest) => rest,
        },
    };
    let [b'e' | b'E', exponent @ ..] = rest else { return rest.is_empty() };
    let exponent = exponent.strip_prefix(b"-").or(exponent.strip_prefix(b"+")).unwrap_or(exponent);
    matches!(digits(exponent), ([_, ..], []))
}

fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let len = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.split_at(len)
}

/// The most bytes, up to `limit`, that do not end within an escape; `text` begins outside of one.
pub(crate) fn whole_escapes(text: &[u8], limit: usize) -> usize {
    // A surrogate pair, the longest escape, takes 12 bytes.
    const LONGEST: usize = 12;
    let limit = limit.min(text.len());
    let tail = limit.saturating_sub(LONGEST);
    let Some(place) = text[tail..limit].iter().position(|byte| *byte == b'\\') else {
        return limit;
    };
    let mut first = tail + place;
    // It may be the second half of a pair, of which a cut text does not show all.
    while first >= 6 && text[first - 6..].starts_with(b"\\u") && may_be_second(&text[first..]) {
        first -= 6;
    }
    let before = text[..first].iter().rev().take_while(|byte| **byte == b'\\').count();
    if before < first {
        return first - before;
    }
    // Backslashes from the very begin: they go in pairs.
    text[..limit].iter().take_while(|byte| **byte == b'\\').count() & !1
}

/// Whether an escape may be the second of a surrogate pair, as far as it can be seen.
fn may_be_second(escape: &[u8]) -> bool {
    let is = |at: usize, bytes: &[u8]| escape.get(at).is_none_or(|byte| bytes.contains(byte));
    is(1, b"u") && is(2, b"dD") && is(3, b"cdefCDEF")
}
