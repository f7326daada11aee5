//! Character references of HTML and XML: named, decimal, hexadecimal.

use std::ops::Range;

use super::map::{Escaped, unescape};
use super::{Encoding, Layer};

/// Names of references to ASCII and to the blank that does not break.
/// Source: WHATWG HTML, "Named character references", checked 2026-11-22.
const NAMES: [(&str, u8); 42] = [
    ("quot", b'"'),
    ("amp", b'&'),
    ("lt", b'<'),
    ("gt", b'>'),
    ("apos", b'\''),
    ("nbsp", b' '),
    ("NonBreakingSpace", b' '),
    ("QUOT", b'"'),
    ("AMP", b'&'),
    ("LT", b'<'),
    ("GT", b'>'),
    ("lowbar", b'_'),
    ("UnderBar", b'_'),
    ("Tab", b'\t'),
    ("NewLine", b'\n'),
    ("excl", b'!'),
    ("num", b'#'),
    ("dollar", b'$'),
    ("percnt", b'%'),
    ("lpar", b'('),
    ("rpar", b')'),
    ("ast", b'*'),
    ("plus", b'+'),
    ("comma", b','),
    ("period", b'.'),
    ("sol", b'/'),
    ("colon", b':'),
    ("semi", b';'),
    ("equals", b'='),
    ("quest", b'?'),
    ("commat", b'@'),
    ("lsqb", b'['),
    ("lbrack", b'['),
    ("bsol", b'\\'),
    ("rsqb", b']'),
    ("rbrack", b']'),
    ("Hat", b'^'),
    ("grave", b'`'),
    ("lcub", b'{'),
    ("lbrace", b'{'),
    ("rcub", b'}'),
    ("rbrace", b'}'),
];

/// Digits of the longest number that is read; more are taken as no reference.
const DIGITS_MAX: usize = 8;

/// Undoes them in `span`. `None` when there are none.
pub(super) fn decode(text: &[u8], span: Range<usize>) -> Option<Layer> {
    let decoded = unescape(text, &span, [b'&'; 2], read)?;
    Some(decoded.into_layer(Encoding::Html))
}

/// The reference at the begin of `text`, which is an ampersand.
pub(super) fn read(text: &[u8]) -> Option<Escaped> {
    match text.get(1..)? {
        [b'#', b'x' | b'X', digits @ ..] => numbered(digits, 3, 16),
        [b'#', digits @ ..] => numbered(digits, 2, 10),
        name => named(name),
    }
}

/// A number in base `radix` at the begin of `digits`, behind `before` bytes of the reference.
fn numbered(digits: &[u8], before: usize, radix: u32) -> Option<Escaped> {
    let is_digit = |byte: &&u8| char::from(**byte).is_digit(radix);
    let n_digits = digits.iter().take(DIGITS_MAX + 1).take_while(is_digit).count();
    let is_closed = digits.get(n_digits) == Some(&b';');
    let n_digits = if is_closed { n_digits } else { n_open(&digits[..n_digits], radix) };
    let code = value(&digits[..n_digits], radix);
    let is_number = (1..=DIGITS_MAX).contains(&n_digits) && char::from_u32(code).is_some();
    is_number.then(|| Escaped::character(code, before + n_digits + usize::from(is_closed)))
}

fn value(digits: &[u8], radix: u32) -> u32 {
    let values = digits.iter().filter_map(|byte| char::from(*byte).to_digit(radix));
    values.fold(0, |sum: u32, value| sum.saturating_mul(radix).saturating_add(value))
}

/// How many digits belong to a number that no semicolon ends: all, unless that is no ASCII and a few
/// digits are, as of `&#3400` a quotation mark and two zeros.
fn n_open(digits: &[u8], radix: u32) -> usize {
    let is_ascii = |n_digits: &usize| {
        digits.get(..*n_digits).is_some_and(|digits| (0x20..0x7f).contains(&value(digits, radix)))
    };
    [digits.len(), 3, 2].into_iter().find(is_ascii).unwrap_or(digits.len())
}

/// A name at the begin of `text`, behind the ampersand. Without a semicolon only where neither a letter
/// nor `=` follows, as in a parameter.
fn named(text: &[u8]) -> Option<Escaped> {
    let len = text.iter().take(20).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (name, rest) = text.split_at(len);
    let (_, byte) = NAMES.iter().find(|(known, _)| known.as_bytes() == name)?;
    match rest.first() {
        Some(b';') => Some(Escaped::byte(*byte, len + 2)),
        Some(b'=') => None,
        _ => Some(Escaped::byte(*byte, len + 1)),
    }
}
