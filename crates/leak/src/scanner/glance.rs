//! A glance at a hit: whether it is worth finding out what stands around it.

use std::ops::Range;

use crate::layer;
use crate::shape;
use crate::sieve::{Hit, RUN, is_token};

/// What a glance tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Glance {
    /// Words of a program, a hash, a value that nothing makes a credential.
    Skip,
    /// Worth a look, should it be an encoding of something.
    Decode,
    /// Worth a look.
    Look,
}

/// Bytes before a run in which a telling word must stand, unless the run tells by itself.
const REACH: usize = 128;

/// Bytes of a decoded text that may be but a value.
const SHORT: usize = 512;

/// Words of which one stands in the name of every credential that its form does not tell. In lower case.
const WORDS: [&[u8]; 20] = [
    b"secret", b"token", b"key", b"pass", b"pwd", b"sid", b"idx", b"cookie", b"session", b"auth",
    b"bearer", b"basic", b"code", b"handle", b"cred", b"saml", b"scim", b"seed", b"welcome",
    b"recover",
];

/// Whether the names of values stand elsewhere: in the heading of a table, or around what a text was decoded from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns(bool);

impl Columns {
    /// Looks at the first line, and whether the text was decoded and is short.
    pub(super) fn of(text: &[u8], depth: usize) -> Self {
        if depth > 0 && text.len() <= SHORT {
            return Self(true);
        }
        let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let line = &line[..line.len().min(2048)];
        let separated = line.iter().any(|byte| matches!(byte, b',' | b';' | b'\t' | b'|'));
        Self(separated && has_word(line))
    }
}

/// Whether a run is worth a look.
pub(super) fn glance(text: &[u8], run: &Range<usize>, columns: Columns) -> Glance {
    let run = core(text, run);
    let value = &text[run.clone()];
    if value.len() < RUN || is_digest(text, &run) {
        return Glance::Skip;
    }
    let tells_by_itself = matches!(
        value,
        [b'0', b'0', ..]
            | [b'e', b'y', b'J', ..]
            | [b'2', b'0', b'1', b'1', b'1', ..]
            | [b'0', b'o', b'a', ..]
            | [b'M', b'I' | b'H', ..]
            | [b'P', b'H', b'N', b'h', b'b', b'W', ..]
            | [b'P', b'D', b'9', b'4', b'b', b'W', b'w', ..]
    );
    if layer::is_spelled(value) {
        return Glance::Decode;
    }
    if is_secret_hex(text, &run, columns) {
        return Glance::Look;
    }
    let before = &text[run.start.saturating_sub(REACH)..run.start];
    let is_token = value.len() == 42 && value.starts_with(b"00");
    let is_seed = || is_base32(value) && has_word(before);
    if !is_token && !shape::looks_random(value) && !is_seed() {
        return Glance::Skip;
    }
    if is_within_base64(text, &run) {
        return if value.len() >= 28 { Glance::Decode } else { Glance::Skip };
    }
    let behind = &text[run.end..text.len().min(run.end + REACH)];
    let is_told = || {
        if is_private_part(before) || is_behind_user(before) {
            return true;
        }
        if let Some(name) = own_name(before) {
            return has_word(name) || is_empty_name(name);
        }
        has_word(before) || (is_called_value(before) && has_word(behind))
    };
    if tells_by_itself || columns.0 || is_encoded(text, &run) || is_told() {
        return Glance::Look;
    }
    if value.len() >= 28 { Glance::Decode } else { Glance::Skip }
}

/// Whether a run is a part of plain base64, by a `+` at its end. What is behind a blank of a form is read where
/// that is undone.
fn is_within_base64(text: &[u8], run: &Range<usize>) -> bool {
    text[..run.start].ends_with(b"+") || text.get(run.end) == Some(&b'+')
}

/// The name that stands right before a value, `name = "` or `"name": "`; `None` where none does.
fn own_name(before: &[u8]) -> Option<&[u8]> {
    let blank = |byte: &u8| matches!(byte, b' ' | b'"' | b'\'' | b'\\' | b'`');
    let trimmed =
        |text: &[u8]| text.len() - text.iter().rev().take(6).take_while(|byte| blank(byte)).count();
    let rest = before[..trimmed(before)]
        .strip_suffix(b"=")
        .or(before[..trimmed(before)].strip_suffix(b":"))?;
    let rest = &rest[..trimmed(rest)];
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-' | b'.');
    let name = rest.iter().rev().take_while(is_name).count();
    (2..rest.len()).contains(&name).then(|| &rest[rest.len() - name..])
}

/// Whether a name says nothing, so that others around it must: what a list, a type or a table calls every value.
fn is_empty_name(name: &[u8]) -> bool {
    const EMPTY: [&[u8]; 12] = [
        b"value", b"default", b"data", b"str", b"content", b"raw", b"text", b"64", b"encoded",
        b"prod", b"dev", b"val",
    ];
    let name = name.to_ascii_lowercase();
    EMPTY.iter().any(|word| memchr::memmem::find(&name, word).is_some())
}

/// Whether it is base32, of which chance mixes too few digits to look random.
fn is_base32(value: &[u8]) -> bool {
    value.iter().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'))
        && value.iter().any(u8::is_ascii_digit)
}

/// Whether a value is called just that, so that what names it may follow: `<input value="…" id="token">`.
fn is_called_value(before: &[u8]) -> bool {
    let between = |byte: &&u8| b"\"' :=\\".contains(byte);
    let n_between = before.iter().rev().take_while(between).count();
    before[..before.len() - n_between].to_ascii_lowercase().ends_with(b"value")
}

/// Whether a run says of itself that it is a digest: `sha512-…` in lock files, `sha256:…` of images.
fn is_digest(text: &[u8], run: &Range<usize>) -> bool {
    const BEFORE: [&[u8]; 5] = [b"sha1:", b"sha256:", b"sha384:", b"sha512:", b"md5:"];
    const WITHIN: [&[u8]; 4] = [b"sha1-", b"sha256-", b"sha384-", b"sha512-"];
    let before = &text[run.start.saturating_sub(7)..run.start];
    WITHIN.iter().any(|name| text[run.clone()].starts_with(name))
        || BEFORE.iter().any(|name| before.ends_with(name))
}

/// Whether a value is called `d`, as the private part of a JWK is, by what stands before it.
pub(super) fn is_private_part(before: &[u8]) -> bool {
    const BETWEEN: &[u8] = b"\"' :=\\\t\r\n";
    let mut rest = before.iter().rev().skip_while(|byte| BETWEEN.contains(byte));
    rest.next() == Some(&b'd')
        && rest.next().is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
}

/// Whether `user:` stands before it, and the user has the form of a client's id.
fn is_behind_user(before: &[u8]) -> bool {
    let Some(before) = before.strip_suffix(b":") else { return false };
    let id = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    id == 20 || id == 32
}

/// A run without the characters of an escape that is glued to its front: `\n`, `%20`, `\u0022`, `\x22`, `[32m`.
pub(super) fn core(text: &[u8], run: &Range<usize>) -> Range<usize> {
    let value = &text[run.clone()];
    let before = run.start.checked_sub(1).map(|at| text[at]);
    let glued = match (before, value) {
        (Some(b'\\'), [b'u' | b'U', rest @ ..]) if hex(rest, 4) => 5,
        (Some(b'\\'), [b'x' | b'X', rest @ ..]) if hex(rest, 2) => 3,
        (Some(b'\\'), [b'n' | b'r' | b't' | b'f' | b'b' | b'v', ..]) => 1,
        (Some(b'%'), value) if hex(value, 2) => 2,
        (Some(b'['), value) if run.start >= 2 && text[run.start - 2] == 0x1b => {
            value.iter().position(|&byte| !byte.is_ascii_digit()).map_or(0, |end| end + 1)
        }
        _ => 0,
    };
    run.start + glued.min(value.len())..run.end
}

fn hex(text: &[u8], n: usize) -> bool {
    text.len() >= n && text[..n].iter().all(u8::is_ascii_hexdigit)
}

/// Whether it is a hash by its looks, but called a secret.
fn is_secret_hex(text: &[u8], run: &Range<usize>, columns: Columns) -> bool {
    let value = &text[run.clone()];
    let before = &text[run.start.saturating_sub(48)..run.start];
    let is_called = || before.windows(6).any(|word| word.eq_ignore_ascii_case(b"secret"));
    (32..=128).contains(&value.len())
        && value.iter().all(u8::is_ascii_hexdigit)
        && (columns.0 || is_called())
}

/// Whether an escape stands right beside a run, so that its name may stand beyond the reach of a glance.
fn is_encoded(text: &[u8], run: &Range<usize>) -> bool {
    let glued = |byte: &u8| matches!(byte, b'%' | b'\\' | b'&' | b';');
    text[run.start.saturating_sub(3)..run.start].iter().any(glued)
        || text.get(run.end).is_some_and(|byte| glued(byte) || *byte == b'=')
}

/// Whether one of [`WORDS`] stands in a text, in any case.
fn has_word(text: &[u8]) -> bool {
    text.windows(2).enumerate().any(|(at, pair)| {
        let mut words = BEGINNING[usize::from(pair[0] & 31) << 5 | usize::from(pair[1] & 31)];
        while words != 0 {
            let word = WORDS[words.trailing_zeros() as usize];
            if text.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word)) {
                return true;
            }
            words &= words - 1;
        }
        false
    })
}

/// Which of [`WORDS`] begin with two letters, one bit each, by the five low bits of the letters.
static BEGINNING: [u32; 1024] = {
    let mut table = [0; 1024];
    let mut word = 0;
    while word < WORDS.len() {
        let (first, second) = (WORDS[word][0] & 31, WORDS[word][1] & 31);
        table[(first as usize) << 5 | second as usize] |= 1 << word;
        word += 1;
    }
    table
};

/// The value that follows a telling word: `client_secret = "…"`. `None` where none does.
pub(super) fn word(text: &[u8], hit: Hit) -> Option<Hit> {
    let Hit::Word(end) = hit else { return Some(hit) };
    let rest = &text[end..text.len().min(end + 96)];
    let name = rest.iter().take(40).take_while(|&&byte| is_token(byte) || byte == b'.').count();
    let gap = rest[name..].iter().take(24).take_while(|&&byte| is_separator(byte)).count();
    let sign = rest[name..name + gap]
        .iter()
        .any(|byte| matches!(byte, b'=' | b':' | b'>' | b'"' | b'\'' | b' '));
    if !sign {
        return None;
    }
    let begin = end + name + gap;
    let value = text[begin..text.len().min(begin + 512)]
        .iter()
        .take_while(|&&byte| byte.is_ascii_graphic() && !is_end(byte))
        .count();
    // A break of a line in mail is no part of the value.
    let behind = &text[begin..];
    let is_broken =
        value > 0 && behind[value - 1] == b'=' && matches!(behind.get(value), Some(b'\r' | b'\n'));
    let value = value - usize::from(is_broken);
    // What stands around it says how far it goes; here it must not go too far.
    let first = behind[..value].iter().take_while(|&&byte| !b"&;,)}]".contains(&byte)).count();
    let is_worth = value >= 8 && shape::may_be_chosen(&behind[..value]);
    is_worth.then(|| Hit::Value(begin..begin + if first == 0 { value } else { first }))
}

fn is_separator(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t'
            | b'"'
            | b'\''
            | b'='
            | b':'
            | b'>'
            | b'\\'
            | b'['
            | b']'
            | b'`'
            | b','
            | b'('
            | b'\n'
            | b'\r'
            | b'|'
    )
}

fn is_end(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'\\')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: Glance) {
        let mut glances = Vec::new();
        let columns = Columns::of(text.as_bytes(), 0);
        crate::sieve::Sieve::runs(text.as_bytes(), |run| {
            glances.push(glance(text.as_bytes(), &run, columns));
        });
        assert_eq!(glances.contains(&Glance::Look), expected == Glance::Look, "{text}");
    }

    #[test]
    fn programs_are_passed_over() {
        check("TestAccResourceOktaUserSchema_basic(t)", Glance::Skip);
        check("token = OktaTokenSecretConfigurationProviderFactory", Glance::Skip);
        check("commit 0f3a9c1d7e5b2048c6a1f09e3d7b5c2a8f4e6d1b", Glance::Skip);
        let digest = "sha512-k3X9aQ2mN0pZxWcYtBaSeUfGhIjKoPq1r5T7wLk3X9aQ2mN0pZxWcYtBaSeUfGhIjKo";
        check(&format!("\"session-token\": {{ \"integrity\": \"{digest}==\""), Glance::Skip);
        check(
            "image: token@sha256:9c1d7e5b2048c6a1f09e3d7b5c2a8f4e6d1b0f3a9c1d7e5b2048c6a1f09e3d7b",
            Glance::Skip,
        );
        check("client_secret: k3X9_aQ2-mN0pZxWcYtBaSeUfGhIjKoPq1r5T7wL", Glance::Look);
        check("00kR3_vQ-8dLmN0pZxWcYtBaSeUfGhIjKoPq1r5T7w", Glance::Look);
        check("name,client_secret\na,k3X9_aQ2-mN0pZxWcYtBaSeUfGhIjKoPq1r5T7wL", Glance::Look);
    }

    #[test]
    fn what_an_escape_leaves_is_cut_off() {
        for (text, expected) in [
            ("\\n00ab", "00ab"),
            ("%2000ab", "00ab"),
            ("\\u002200ab", "00ab"),
            ("x00ab", "x00ab"),
            ("\u{1b}[32m00ab", "00ab"),
        ] {
            let text = text.as_bytes();
            let end = text.len();
            let begin = text.iter().rposition(|&byte| !is_token(byte)).map_or(0, |at| at + 1);
            assert_eq!(&text[core(text, &(begin..end))], expected.as_bytes());
        }
    }

    proptest! {
        #[test]
        fn any_bytes_will_do(text in proptest::collection::vec(any::<u8>(), 0..200), at in 0..200_usize) {
            let _ = word(&text, Hit::Word(at.min(text.len())));
            let _ = Columns::of(&text, 1);
        }
    }
}
