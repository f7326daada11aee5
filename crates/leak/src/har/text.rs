//! Text with encodings undone, and where each decoded byte stood.

use std::borrow::Cow;
use std::ops::Range;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true)
    .with_encode_padding(false);

/// Base64 with `+` and `/`, read with or without padding.
pub(crate) const PLAIN: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);

/// Base64 with `-` and `_`, read with or without padding.
pub(crate) const URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// A decoded text.
#[derive(Debug, Clone)]
pub(crate) struct Text<'t> {
    /// The bytes.
    pub(crate) bytes: Cow<'t, [u8]>,
    /// Behind each escape, where one is decoded and encoded: from there on both go in step.
    steps: Vec<(u32, u32)>,
}

impl<'t> Text<'t> {
    /// A text as it stands.
    pub(crate) fn plain(bytes: &'t [u8]) -> Self {
        Self { bytes: Cow::Borrowed(bytes), steps: Vec::new() }
    }

    /// Whether nothing had to be decoded.
    pub(crate) fn is_plain(&self) -> bool {
        self.steps.is_empty()
    }

    /// The text without what it was decoded from.
    pub(crate) fn into_owned(self) -> Text<'static> {
        Text { bytes: Cow::Owned(self.bytes.into_owned()), steps: self.steps }
    }

    /// The bytes that stand for a decoded stretch.
    pub(crate) fn origin(&self, span: Range<usize>) -> Range<usize> {
        self.source(span.start)..self.source(span.end)
    }

    fn source(&self, at: usize) -> usize {
        let after = self.steps.partition_point(|(decoded, _)| *decoded as usize <= at);
        match after.checked_sub(1).and_then(|step| self.steps.get(step)) {
            Some((decoded, encoded)) => *encoded as usize + (at - *decoded as usize),
            None => at,
        }
    }
}

/// What an escape stands for, and how many bytes it takes.
type Escape = (Char, usize);

#[derive(Debug, Clone, Copy)]
enum Char {
    None,
    Byte(u8),
    Unicode(u32),
}

/// The text with each escape that `read` knows undone; `read` is asked where one of `marks` stands.
fn undo<'t>(raw: &'t [u8], marks: &[u8], read: impl Fn(&[u8]) -> Option<Escape>) -> Text<'t> {
    let is_mark = |byte: &u8| marks.contains(byte);
    let Some(first) = raw.iter().position(is_mark) else { return Text::plain(raw) };
    let mut bytes = Vec::with_capacity(raw.len());
    bytes.extend_from_slice(&raw[..first]);
    let mut steps = Vec::new();
    let mut at = first;
    while at < raw.len() {
        if let Some((char, len)) = is_mark(&raw[at]).then(|| read(&raw[at..])).flatten() {
            push(char, &mut bytes);
            at += len;
            steps.push((bytes.len() as u32, at as u32));
        } else {
            bytes.push(raw[at]);
            at += 1;
        }
    }
    if steps.is_empty() { Text::plain(raw) } else { Text { bytes: Cow::Owned(bytes), steps } }
}

fn push(char: Char, bytes: &mut Vec<u8>) {
    match char {
        Char::None => {}
        Char::Byte(byte) => bytes.push(byte),
        Char::Unicode(code) => {
            let char = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

/// The content of a JSON string.
pub(crate) fn json(raw: &[u8]) -> Text<'_> {
    undo(raw, b"\\", backslash)
}

/// A part of a URL or form.
pub(crate) fn percent(raw: &[u8]) -> Text<'_> {
    undo(raw, b"%+", |rest| match rest {
        [b'+', ..] => Some((Char::Byte(b' '), 1)),
        _ => percent_sign(rest),
    })
}

/// The value of an attribute, or other text of HTML.
pub(crate) fn html(raw: &[u8]) -> Text<'_> {
    undo(raw, b"&", entity)
}

/// One round of every escape there is: percent signs, entities, backslashes.
pub(crate) fn any(raw: &[u8]) -> Text<'_> {
    undo(raw, b"%&\\", |rest| match rest.first() {
        Some(b'%') => percent_sign(rest),
        Some(b'&') => entity(rest),
        _ => backslash(rest),
    })
}

fn percent_sign(rest: &[u8]) -> Option<Escape> {
    if let [b'%', b'u' | b'U', digits @ ..] = rest {
        return Some((Char::Unicode(hex(digits.get(..4)?)?), 6));
    }
    Some((Char::Byte(u8::try_from(hex(rest.get(1..3)?)?).ok()?), 3))
}

fn backslash(rest: &[u8]) -> Option<Escape> {
    let short = |byte| Some((Char::Byte(byte), 2));
    match rest.get(1)? {
        b'n' => short(b'\n'),
        b'r' => short(b'\r'),
        b't' => short(b'\t'),
        b'b' => short(8),
        b'f' => short(12),
        b'u' => unicode(rest),
        b'x' => Some((Char::Unicode(hex(rest.get(2..4)?)?), 4)),
        b'0'..=b'3' => octal(rest),
        byte if byte.is_ascii_punctuation() => short(*byte),
        _ => None,
    }
}

fn octal(rest: &[u8]) -> Option<Escape> {
    let digits = rest.get(1..4)?;
    if !digits.iter().all(|digit| (b'0'..=b'7').contains(digit)) {
        return None;
    }
    let code = digits.iter().fold(0, |code, digit| code * 8 + u32::from(digit - b'0'));
    Some((Char::Unicode(code), 4))
}

fn unicode(rest: &[u8]) -> Option<Escape> {
    if rest.get(2) == Some(&b'{') {
        let len = rest.iter().take(10).position(|byte| *byte == b'}')?;
        return Some((Char::Unicode(hex(&rest[3..len])?), len + 1));
    }
    let high = hex(rest.get(2..6)?)?;
    if (0xd800..0xdc00).contains(&high)
        && let Some([b'\\', b'u', digits @ ..]) = rest.get(6..12)
        && let Some(low @ 0xdc00..0xe000) = hex(digits)
    {
        return Some((Char::Unicode(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)), 12));
    }
    Some((Char::Unicode(high), 6))
}

fn entity(rest: &[u8]) -> Option<Escape> {
    const LONGEST: usize = 12;
    let len = rest.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let code = match rest.get(1..len)? {
        [b'#', b'x' | b'X', digits @ ..] => hex(digits)?,
        [b'#', digits @ ..] => decimal(digits)?,
        name => named(name)?.into(),
    };
    Some((Char::Unicode(code), len + 1))
}

fn named(name: &[u8]) -> Option<u8> {
    Some(match name {
        b"amp" => b'&',
        b"lt" => b'<',
        b"gt" => b'>',
        b"quot" => b'"',
        b"apos" => b'\'',
        b"plus" => b'+',
        b"sol" => b'/',
        b"equals" => b'=',
        b"colon" => b':',
        b"period" => b'.',
        b"lowbar" => b'_',
        b"percnt" => b'%',
        b"hyphen" | b"dash" => b'-',
        b"NewLine" => b'\n',
        b"Tab" => b'\t',
        _ => return None,
    })
}

fn decimal(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn hex(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Bytes that stood in base64.
#[derive(Debug)]
pub(crate) struct Packed<'t> {
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// The base64, without line breaks.
    solid: Text<'t>,
    /// Whether it is in the alphabet of URLs.
    pub(crate) is_url_safe: bool,
}

impl<'t> Packed<'t> {
    /// Undoes base64 of either alphabet, with or without padding and line breaks; `None` when it is none.
    pub(crate) fn read(raw: &'t [u8]) -> Option<Self> {
        let solid = undo(raw, b" \t\r\n", |_| Some((Char::None, 1)));
        let is_url_safe = solid.bytes.iter().any(|byte| matches!(byte, b'-' | b'_'));
        let engine = if is_url_safe { &URL } else { &PLAIN };
        let bytes = engine.decode(&solid.bytes).ok()?;
        Some(Self { bytes, solid, is_url_safe })
    }

    /// The bytes around a stretch that stand in the same groups of three, and the base64 of those groups.
    pub(crate) fn groups(&self, span: &Range<usize>) -> Groups {
        let from = span.start / 3 * 3;
        let to = span.end.div_ceil(3).saturating_mul(3).min(self.bytes.len());
        let last = if to == self.bytes.len() { self.solid.bytes.len() } else { to / 3 * 4 };
        Groups {
            before: self.bytes.get(from..span.start).unwrap_or_default().to_vec(),
            after: self.bytes.get(span.end..to).unwrap_or_default().to_vec(),
            span: self.solid.origin(from / 3 * 4..last),
            is_url_safe: self.is_url_safe,
        }
    }
}

/// What shares groups of three bytes with a stretch in base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Groups {
    before: Vec<u8>,
    after: Vec<u8>,
    /// The base64 of the groups.
    pub(crate) span: Range<usize>,
    is_url_safe: bool,
}

impl Groups {
    /// The base64 of the groups with `middle` in place of the stretch. Blanks fill it up, so that what
    /// follows stays as it is.
    pub(crate) fn with(&self, middle: &[u8]) -> Vec<u8> {
        let mut bytes = [self.before.as_slice(), middle].concat();
        while !(bytes.len() + self.after.len()).is_multiple_of(3) {
            bytes.push(b' ');
        }
        bytes.extend_from_slice(&self.after);
        let engine = if self.is_url_safe { &URL } else { &PLAIN };
        engine.encode(bytes).into_bytes()
    }
}

/// Whether a byte belongs to base64 in either alphabet.
pub(crate) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Whether bytes are text to read, by the first of them.
pub(crate) fn is_readable(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(256)];
    let odd = head.iter().filter(|byte| matches!(byte, 0..=8 | 14..=31 | 127)).count();
    let text = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The cut may have gone through a character.
        Err(error) => error.error_len().is_none() && error.valid_up_to() > 0,
    };
    !head.is_empty() && text && odd == 0
}
