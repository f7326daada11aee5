//! What was examined, and what was not and why.

use std::collections::BTreeMap;

/// Entries that [`Account::unread`] names; all are counted.
pub const UNREAD_MAX: usize = 1_000;

/// What a run over sources came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Files, entries of archives and rows that were handed over.
    pub files: u64,
    /// Blobs of repositories that were handed over, each once.
    pub blobs: u64,
    /// Messages of commits and tags that were handed over.
    pub messages: u64,
    /// Bytes that were handed over.
    pub bytes: u64,
    /// What was left out: ignored, hidden, of another time, links. Counted by reason.
    pub skipped: BTreeMap<Why, u64>,
    /// What should have been read and could not, the first [`UNREAD_MAX`]. Any makes a run partial.
    pub unread: Vec<Unread>,
    /// How many those are.
    pub unread_count: u64,
}

/// Something that was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// What: a path, or an object's id.
    pub what: String,
    /// Why.
    pub why: Why,
    /// What the system or the library says, as a lower-case fragment. Empty when `why` says all.
    pub detail: String,
}

/// Why something was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Why {
    /// An ignore file names it. (skipped)
    Ignored,
    /// A folder whose name begins with a dot. (skipped)
    Hidden,
    /// It is older than what was asked for. (skipped)
    Older,
    /// It was examined by an earlier run that was resumed. (skipped)
    Known,
    /// It is the store of a repository, which is read as a repository. (skipped)
    Repository,
    /// A device, a socket, a pipe. (skipped)
    Special,
    /// A link; what it leads to is read where it lies, or not at all. (skipped)
    Link,
    /// It is larger than the limit.
    TooLarge,
    /// It unpacks to more than the limits allow.
    Bomb,
    /// It nests deeper than the limit.
    TooDeep,
    /// It is encrypted.
    Encrypted,
    /// It is in a format or uses a method that cannot be read.
    Unsupported,
    /// It is broken.
    Corrupt,
    /// It may not be read.
    Denied,
    /// It is not there: missing objects of shallow or partial clones, files that vanished.
    Missing,
    /// Reading failed.
    Failed,
    /// The run was ended early.
    Stopped,
}

impl Account {
    /// Adds what another part of the run came to.
    pub fn add(&mut self, other: Self) {
        self.files += other.files;
        self.blobs += other.blobs;
        self.messages += other.messages;
        self.bytes += other.bytes;
        for (why, count) in other.skipped {
            *self.skipped.entry(why).or_default() += count;
        }
        let room = UNREAD_MAX.saturating_sub(self.unread.len());
        self.unread.extend(other.unread.into_iter().take(room));
        self.unread_count += other.unread_count;
    }

    /// Notes what was left out.
    pub fn skip(&mut self, why: Why) {
        *self.skipped.entry(why).or_default() += 1;
    }

    /// Notes what could not be read.
    pub fn miss(&mut self, what: impl Into<String>, why: Why, detail: impl Into<String>) {
        self.unread_count += 1;
        if self.unread.len() < UNREAD_MAX {
            self.unread.push(Unread { what: what.into(), why, detail: detail.into() });
        }
    }
}

impl Why {
    /// The reason as a fragment.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ignored => "named by an ignore file",
            Self::Hidden => "hidden",
            Self::Older => "older than asked for",
            Self::Known => "examined by an earlier run",
            Self::Repository => "the store of a repository",
            Self::Special => "no regular file",
            Self::Link => "a link",
            Self::TooLarge => "too large",
            Self::Bomb => "unpacks to too much",
            Self::TooDeep => "nested too deep",
            Self::Encrypted => "encrypted",
            Self::Unsupported => "format not supported",
            Self::Corrupt => "broken",
            Self::Denied => "permission denied",
            Self::Missing => "missing",
            Self::Failed => "reading failed",
            Self::Stopped => "stopped before it was read",
        }
    }
}
