//! Identities that are the same wherever they are computed.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Bytes of the hash that are kept: 32 hex digits.
const KEPT: usize = 16;

/// A stable identity: the first 128 bits of a SHA-256, as 32 lower-case hex digits.
///
/// The parts are length-prefixed and the whole is set apart by a domain, so that no
/// two lists of parts, and no two kinds of identity, share their input.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The id of a finding: of a rule, a group key (empty for rules without memory)
    /// and the event with which the finding begins.
    pub fn of_finding(rule_id: &str, group_key: &str, event_id: &str) -> Self {
        let parts = [rule_id, group_key, event_id].map(str::as_bytes);
        Self(digest("keyward.finding.id/1", &parts))
    }

    /// The id of a leak: a kind of credential, its keyed fingerprint, the path and the position there.
    pub(crate) fn of_leak(kind: &str, credential: &str, path: &str, position: &str) -> Self {
        let parts = [kind, credential, path, position].map(str::as_bytes);
        Self(digest("keyward.leak.id/1", &parts))
    }

    /// The id of a difference in privileges: the rule, who it is about, the kind of grant and its name.
    pub(crate) fn of_privilege(rule_id: &str, principal: &str, layer: &str, grant: &str) -> Self {
        let parts = [rule_id, principal, layer, grant].map(str::as_bytes);
        Self(digest("keyward.privilege.id/1", &parts))
    }

    /// The id of a weakness: the rule, whose setting it is, and what is weak.
    pub(crate) fn of_posture(rule_id: &str, provider: &str, about: &str) -> Self {
        let parts = [rule_id, provider, about].map(str::as_bytes);
        Self(digest("keyward.posture.id/1", &parts))
    }

    /// The id of a case: findings that share it concern one subject.
    pub(crate) fn of_case(parts: &[&str]) -> Self {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        Self(digest("keyward.case.id/1", &parts))
    }

    /// A fingerprint as it was written; `None` for what is not 32 lower-case hex digits.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == KEPT * 2 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// The 32 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = &'static str;

    /// As [`Self::parse`].
    fn try_from(text: String) -> Result<Self, &'static str> {
        Self::parse(&text).ok_or("no 32 lower-case hex digits")
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How ids begin that were made of an event's bytes, because its provider gave it none.
pub const HASHED_ID: &str = "sha256:";

/// The id of an event whose provider gave it none: `sha256:` and 32 hex digits.
///
/// It is a hash of the event's bytes as they were read, without the white space
/// around them. The same line read twice is the same event; a line that was written
/// anew, with other white space or another order of keys, is another.
pub fn event_id(raw: &[u8]) -> String {
    format!("{HASHED_ID}{}", digest("keyward.event.id/1", &[raw.trim_ascii()]))
}

fn digest(domain: &str, parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in std::iter::once(domain.as_bytes()).chain(parts.iter().copied()) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex(&hash.finalize()[..KEPT])
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.map(|nibble| char::from(DIGITS[usize::from(nibble)])).collect()
}
