//! Modifiers that change the text that is looked for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Modifier;
use super::text::literal;
use crate::glob::Token;

/// Most variants of one value.
const MAX_VARIANTS: usize = 1024;

/// What a dash or slash before a word may be written as.
const DASHES: [char; 5] = ['-', '/', '–', '—', '―'];

/// Why a value cannot be changed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It has wildcards, which have no encoding.
    Wildcards,
    /// Its encoding is not text; only an encoding in Base64 after it would be.
    NotText,
    /// It is so short that nothing of it alone is left in Base64, and every text would match.
    TooShort,
    /// There are more variants than are compiled.
    TooMany,
}

/// The texts that a value stands for after its modifiers, in the given order.
pub(crate) fn transform(
    tokens: Vec<Token>,
    modifiers: &[Modifier],
) -> Result<Vec<Vec<Token>>, Refusal> {
    let mut variants = vec![tokens];
    let mut rest = modifiers;
    while let [modifier, after @ ..] = rest {
        rest = after;
        variants = match modifier {
            Modifier::Windash => each(&variants, dashes)?,
            Modifier::Base64 => each(&variants, |text| encode(text, None, base64))?,
            Modifier::Base64Offset => each(&variants, |text| encode(text, None, offsets))?,
            wide => match after {
                [Modifier::Base64, after @ ..] => {
                    rest = after;
                    each(&variants, |text| encode(text, Some(*wide), base64))?
                }
                [Modifier::Base64Offset, after @ ..] => {
                    rest = after;
                    each(&variants, |text| encode(text, Some(*wide), offsets))?
                }
                _ => each(&variants, |text| interleave(text, *wide))?,
            },
        };
    }
    Ok(variants)
}

fn each(
    variants: &[Vec<Token>],
    change: impl Fn(&[Token]) -> Result<Vec<Vec<Token>>, Refusal>,
) -> Result<Vec<Vec<Token>>, Refusal> {
    let mut changed = Vec::new();
    for variant in variants {
        changed.extend(change(variant)?);
    }
    if changed.len() > MAX_VARIANTS { Err(Refusal::TooMany) } else { Ok(changed) }
}

/// Every way to write the dashes that begin a word after something that is none.
fn dashes(text: &[Token]) -> Result<Vec<Vec<Token>>, Refusal> {
    let is_word = |token: Option<&Token>| matches!(token, Some(Token::Char(c)) if c.is_alphanumeric() || *c == '_');
    let mut variants = vec![Vec::with_capacity(text.len())];
    for (at, token) in text.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        let begins = !is_word(before) && is_word(text.get(at + 1));
        let is_dash = matches!(token, Token::Char(c) if DASHES.contains(c));
        if !(is_dash && begins) {
            for variant in &mut variants {
                variant.push(*token);
            }
            continue;
        }
        if variants.len() * DASHES.len() > MAX_VARIANTS {
            return Err(Refusal::TooMany);
        }
        let with = |variant: &Vec<Token>, dash| {
            variant.iter().copied().chain([Token::Char(dash)]).collect()
        };
        variants = variants.iter().flat_map(|v| DASHES.map(|dash| with(v, dash))).collect();
    }
    Ok(variants)
}

fn encode(
    text: &[Token],
    wide: Option<Modifier>,
    write: fn(&[u8]) -> Vec<String>,
) -> Result<Vec<Vec<Token>>, Refusal> {
    let text = literal(text).ok_or(Refusal::Wildcards)?;
    let bytes = wide.map_or_else(|| text.clone().into_bytes(), |wide| utf16(&text, wide));
    let written = write(&bytes);
    if written.iter().any(String::is_empty) {
        return Err(Refusal::TooShort);
    }
    Ok(written.iter().map(|text| text.chars().map(Token::Char).collect()).collect())
}

fn base64(bytes: &[u8]) -> Vec<String> {
    vec![STANDARD.encode(bytes)]
}

/// What the bytes look like in Base64 at each of the three alignments, without
/// the characters that also hold bits of their neighbors.
fn offsets(bytes: &[u8]) -> Vec<String> {
    let at = |shift: usize| {
        let shifted: Vec<u8> =
            std::iter::repeat_n(b' ', shift).chain(bytes.iter().copied()).collect();
        let encoded = STANDARD.encode(&shifted);
        let start = [0, 2, 3][shift];
        let cut = [0, 3, 2][shifted.len() % 3];
        encoded.get(start..encoded.len().saturating_sub(cut)).unwrap_or_default().to_owned()
    };
    (0..3).map(at).collect()
}

fn utf16(text: &str, modifier: Modifier) -> Vec<u8> {
    let mark = (modifier == Modifier::Utf16).then_some(0xFEFF_u16);
    let units = mark.into_iter().chain(text.encode_utf16());
    match modifier {
        Modifier::Utf16Be => units.flat_map(u16::to_be_bytes).collect(),
        _ => units.flat_map(u16::to_le_bytes).collect(),
    }
}

/// UTF-16 that stands in text as it is: each ASCII character with a NUL beside it.
fn interleave(text: &[Token], modifier: Modifier) -> Result<Vec<Vec<Token>>, Refusal> {
    if modifier == Modifier::Utf16 {
        return Err(Refusal::NotText);
    }
    let nul = Token::Char('\0');
    let mut wide = Vec::with_capacity(text.len() * 2);
    for token in text {
        match token {
            Token::Char(c) if !c.is_ascii() => return Err(Refusal::NotText),
            Token::Any => wide.push(Token::Any),
            token if modifier == Modifier::Utf16Be => wide.extend([nul, *token]),
            token => wide.extend([*token, nul]),
        }
    }
    Ok(vec![wide])
}

#[cfg(test)]
mod tests {
    use super::super::text::parse;
    use super::*;

    fn check(text: &str, modifiers: &[Modifier], expected: &[&str]) {
        let variants = transform(parse(text), modifiers).unwrap();
        let variants: Vec<_> = variants.iter().map(|v| literal(v).unwrap()).collect();
        assert_eq!(variants, expected, "{text} {modifiers:?}");
    }

    #[test]
    fn encodings() {
        check("foobar", &[Modifier::Base64], &["Zm9vYmFy"]);
        check("foobar", &[Modifier::Base64Offset], &["Zm9vYmFy", "Zvb2Jhc", "mb29iYX"]);
        check("cmd", &[Modifier::Wide], &["c\0m\0d\0"]);
        check("cmd", &[Modifier::Utf16Be], &["\0c\0m\0d"]);
        check("cmd", &[Modifier::Wide, Modifier::Base64], &["YwBtAGQA"]);
        check("cmd", &[Modifier::Utf16, Modifier::Base64], &["//5jAG0AZAA="]);
        check("é", &[Modifier::Utf16Le, Modifier::Base64], &["6QA="]);
        check("cmd", &[Modifier::Base64, Modifier::Wide], &["Y\x002\x001\x00k\x00"]);
    }

    /// Whatever stands around it, one of the three alignments is in the encoded text.
    #[test]
    fn offsets_are_found_at_every_alignment() {
        for length in 3..9 {
            let needle = &b"abcdefghij"[..length];
            for (before, after) in [(0, 0), (1, 1), (2, 2), (3, 1), (4, 0), (5, 2)] {
                let text =
                    [&b"\xff\x00\x7f\xfe\x01"[..before], needle, &b"\xf0\x9f"[..after]].concat();
                let encoded = STANDARD.encode(&text);
                let found = offsets(needle)[before % 3].clone();
                assert!(encoded.contains(&found), "{encoded} {found} {before} {after}");
            }
        }
    }

    #[test]
    fn dashes_before_words_vary() {
        check("a -x", &[Modifier::Windash], &["a -x", "a /x", "a –x", "a —x", "a ―x"]);
        check("a-b - c", &[Modifier::Windash], &["a-b - c"]);
        assert_eq!(transform(parse(&" -x".repeat(5)), &[Modifier::Windash]), Err(Refusal::TooMany));
    }

    #[test]
    fn what_has_no_encoding_is_refused() {
        assert_eq!(transform(parse("a*"), &[Modifier::Base64]), Err(Refusal::Wildcards));
        assert_eq!(transform(parse("é"), &[Modifier::Wide]), Err(Refusal::NotText));
        assert_eq!(transform(parse("a"), &[Modifier::Utf16]), Err(Refusal::NotText));
        assert_eq!(transform(parse("a"), &[Modifier::Base64Offset]), Err(Refusal::TooShort));
        assert_eq!(transform(parse(""), &[Modifier::Base64]), Err(Refusal::TooShort));
    }
}
