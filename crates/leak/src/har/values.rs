//! The values that a copy must not hold, each with its label and how far it is looked for.

use rustc_hash::FxHashMap;

use crate::har::found::{Found, What};
use crate::har::label::label;
use crate::har::reader::signature;
use crate::har::text;
use crate::secret::Key;

/// Bytes of all values together.
pub(crate) const VALUES_BYTES: usize = 32 << 20;

/// How many values there may be.
pub(crate) const VALUES_MAX: usize = 100_000;

/// Rounds of decoding until a text must be plain.
pub(crate) const ROUNDS: usize = 6;

/// A value and what takes its place.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    /// The bytes that must not be seen.
    pub(crate) bytes: Vec<u8>,
    /// What takes their place.
    pub(crate) label: String,
    /// Where else they are looked for.
    pub(crate) reach: Reach,
    rank: u8,
}

/// How far a value is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// Only where it was found: too short or too common to be told from chance.
    Place,
    /// Everywhere as a whole word.
    Words,
    /// Everywhere.
    Anywhere,
}

/// The values of a recording. Bounded; what is beyond is counted.
#[derive(Debug, Default)]
pub(crate) struct Values {
    list: Vec<Value>,
    index: FxHashMap<Vec<u8>, usize>,
    bytes: usize,
    /// Values that found no room.
    pub(crate) beyond: u64,
}

impl Values {
    /// All of them.
    pub(crate) fn list(&self) -> &[Value] {
        &self.list
    }

    /// Notes a value. What is known best gives the label.
    pub(crate) fn add(&mut self, found: &Found, key: &Key) {
        let hidden = hidden(&found.value);
        let rank = found.leak().map_or(0, |leak| 1 + leak.confidence as u8);
        if let Some(value) = self.index.get(hidden).and_then(|at| self.list.get_mut(*at)) {
            value.reach = value.reach.max(reach(hidden, found));
            if rank > value.rank {
                (value.rank, value.label) = (rank, label(&found.word(), &found.value, key));
            }
            return;
        }
        if self.list.len() >= VALUES_MAX || self.bytes + hidden.len() > VALUES_BYTES {
            self.beyond += 1;
            return;
        }
        self.bytes += hidden.len();
        self.index.insert(hidden.to_vec(), self.list.len());
        self.list.push(Value {
            bytes: hidden.to_vec(),
            label: label(&found.word(), &found.value, key),
            reach: reach(hidden, found),
            rank,
        });
    }

    /// The label of what was found, the same for the same value everywhere.
    pub(crate) fn label(&self, found: &Found, key: &Key) -> String {
        let known = self.index.get(hidden(&found.value)).and_then(|at| self.list.get(*at));
        known.map_or_else(|| label(&found.word(), &found.value, key), |value| value.label.clone())
    }
}

/// What of a value must not be seen.
fn hidden(value: &str) -> &[u8] {
    let from = signature(value).unwrap_or(0);
    value.as_bytes().get(from..).unwrap_or_default()
}

/// How far a value is looked for: what chance or habit puts elsewhere, too, stays where it is.
fn reach(value: &[u8], found: &Found) -> Reach {
    const SHORT: usize = 6;
    const LONG: usize = 8;
    let plain = plain(value);
    if is_address_or_structure(&plain) || is_public_id(&plain) || is_common(&plain) {
        return Reach::Place;
    }
    let has = |is: fn(&u8) -> bool| plain.iter().any(is);
    let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    match found.what {
        What::Private("COOKIE") => cookie_reach(&plain),
        _ if plain.len() >= LONG && (is_mixed || plain.len() >= 3 * LONG) => Reach::Anywhere,
        _ if plain.len() >= LONG || (plain.len() >= SHORT && has(u8::is_ascii_digit)) => {
            Reach::Words
        }
        _ => Reach::Place,
    }
}

fn cookie_reach(plain: &[u8]) -> Reach {
    const LONG: usize = 16;
    const DIGITS: usize = 3;
    let count = |is: fn(&&u8) -> bool| plain.iter().filter(is).count();
    let digits = count(|byte| byte.is_ascii_digit());
    let is_mixed = digits > 0
        && count(|byte| byte.is_ascii_lowercase()) > 0
        && count(|byte| byte.is_ascii_uppercase()) > 0;
    let is_solid = plain.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'@');
    let is_telling = plain.len() >= LONG && is_solid && (is_mixed || digits >= DIGITS);
    if is_telling { Reach::Anywhere } else { Reach::Place }
}

/// A value with all escapes undone.
pub(crate) fn plain(value: &[u8]) -> Vec<u8> {
    let mut plain = value.to_vec();
    for _ in 0..ROUNDS {
        let next = text::any(&plain);
        if next.is_plain() {
            break;
        }
        plain = next.bytes.into_owned();
    }
    plain
}

fn is_address_or_structure(plain: &[u8]) -> bool {
    memchr::memmem::find(plain, b"://").is_some()
        || matches!(plain.first(), Some(b'/' | b'{' | b'[' | b'<'))
}

/// `00u…`, `0oa…`: twenty characters that name a thing.
pub(crate) fn is_public_id(plain: &[u8]) -> bool {
    catalog::object_id(plain).is_some()
}

/// Times and words that stand in any recording.
fn is_common(plain: &[u8]) -> bool {
    const WORDS: [&str; 12] = [
        "password",
        "passcode",
        "username",
        "undefined",
        "anonymous",
        "required",
        "optional",
        "function",
        "response",
        "document",
        "application",
        "disabled",
    ];
    let Ok(text) = std::str::from_utf8(plain) else { return false };
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        || text.parse::<jiff::Timestamp>().is_ok()
        || text.parse::<jiff::civil::Date>().is_ok()
}
