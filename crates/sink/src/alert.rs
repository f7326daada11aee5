//! What a sink is given beside what is needed to send it.

use finding::Finding;
use serde::{Deserialize, Serialize};

/// A finding and what a person needs to act on it. As JSON it lies in queues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Alert {
    /// What was found, without a credential's value.
    pub finding: Finding,
    /// What to think of it and do about it.
    pub guide: Guide,
}

impl Alert {
    /// Takes out the value of a leaked credential if somebody asked to see it: a message is no place for it.
    pub fn new(mut finding: Finding, guide: Guide) -> Self {
        if let Some(credential) = &mut finding.credential {
            credential.secret = None;
        }
        Self { finding, guide }
    }
}

/// What whoever is paged needs to know beside what was found. Each text may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guide {
    /// Why it matters, in a few sentences.
    pub why: String,
    /// What it may be when nobody attacks.
    pub innocent: Vec<String>,
    /// What to do first, in order.
    pub first: Vec<String>,
    /// Tactics of ATT&CK that the rule names, by their short names, such as `persistence`.
    #[serde(default)]
    pub tactics: Vec<String>,
}

/// What happened to a finding since it was last told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// It is new.
    Raised,
    /// It has a later revision.
    Changed,
    /// Its engine took it back.
    Withdrawn,
    /// A person closed it.
    Closed,
}

impl Turn {
    /// The lower-case word, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Changed => "changed",
            Self::Withdrawn => "withdrawn",
            Self::Closed => "closed",
        }
    }

    /// The turn of a word.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let all = [Self::Raised, Self::Changed, Self::Withdrawn, Self::Closed];
        all.into_iter().find(|turn| turn.name() == name)
    }

    /// Whether nobody needs to act any more.
    pub fn is_end(self) -> bool {
        matches!(self, Self::Withdrawn | Self::Closed)
    }
}
