//! One message to one sink, and what came of it.

use std::fmt;

use finding::{Finding, Fingerprint, Level, is_unsafe};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Alert, Turn};

/// Characters of a status line that are kept.
pub const SAID_MAX: usize = 200;

/// By which a receiver knows that it was told before: `<finding id>.<revision>`, and after the end of a finding
/// `.closed` or `.withdrawn`, which need not come with a revision of their own. The same each time a message is sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(String);

impl Key {
    /// The key of what is told about a finding as it stands.
    pub fn of(finding: &Finding, turn: Turn) -> Self {
        let Finding { id, revision, .. } = finding;
        Self(match turn {
            Turn::Raised | Turn::Changed => format!("{id}.{revision}"),
            Turn::Withdrawn | Turn::Closed => format!("{id}.{revision}.{}", turn.name()),
        })
    }

    /// A key that was written down.
    pub(crate) fn kept(text: String) -> Self {
        Self(text)
    }

    /// As it is sent: hex digits, digits, full stops and lower-case letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One message to one sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What it is about.
    pub alert: Alert,
    /// The same each time this is sent.
    pub key: Key,
    /// What happened since this sink last heard of the finding.
    pub turn: Turn,
    /// Other findings that this message stands for, the earliest first; mostly none.
    pub folded: Vec<Folded>,
    /// What the sink answered to the message before about this finding; `None` when there was none. Who can
    /// edit a message edits that one.
    pub sent: Option<Receipt>,
    /// Which attempt this is; the first is 1.
    pub n_attempt: u32,
}

/// A finding that has no message of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folded {
    /// Its id.
    pub id: Fingerprint,
    /// How bad it is.
    pub level: Level,
    /// When it happened, if that is known.
    pub time: Option<Timestamp>,
    /// The title of its rule; may be empty.
    #[serde(default)]
    pub title: String,
}

/// What a sink answered when it took a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// By which the message is found again, to be edited: what that is, its channel knows. Never a credential.
    pub handle: Option<String>,
    /// The status line, for people; see [`said`].
    pub said: String,
}

impl Receipt {
    /// A receipt with a status line made fit by [`said`].
    pub fn new(handle: Option<String>, text: &str) -> Self {
        Self { handle, said: said(text) }
    }
}

/// Words of a server as one line that may be shown and kept: no control characters, at most [`SAID_MAX`] characters.
pub fn said(text: &str) -> String {
    let line = text.replace(is_unsafe, " ");
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SAID_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_line_is_one_line() {
        assert_eq!(said("250 ok\r\n\u{1b}[31mred \u{202e}x"), "250 ok [31mred x");
        assert_eq!(said(&"x".repeat(500)).chars().count(), SAID_MAX + 1);
    }
}
