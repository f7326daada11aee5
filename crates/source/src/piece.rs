//! What is handed over: some bytes, and where they come from.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes that stand together. A text larger than [`Limits::piece_bytes`](crate::Limits) comes in several
/// pieces which overlap, so that what stands at a seam is seen whole at least once.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// Where it comes from.
    pub origin: &'a Origin,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Where they begin in the whole; 0 for a whole.
    pub offset: u64,
    /// The line on which they begin; 1 for a whole.
    pub line: u64,
    /// How many of the first bytes the piece before had too.
    pub overlap: usize,
}

/// Where bytes come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// A file, an entry of an archive (`a.zip!/b/c.env`), a row of a database (`a.db!/table/rowid`, its columns
    /// as lines of `name: value`; a long or packed value by itself as `a.db!/table/column/rowid`; what deleted
    /// rows left as `a.db!/free/page`) or standard input (`-`).
    File {
        /// The path as given joined with what lies below. Bytes that are no UTF-8 are written `\xff`.
        path: String,
    },
    /// A blob of a repository, by its id; where it stood is asked for later, see `git::Repository::places`.
    Blob {
        /// The id in hex. Of what lies in an archive that is a blob, `!/` and its path there follow.
        id: String,
    },
    /// What a commit or tag says.
    Message {
        /// The id of the commit or tag in hex.
        id: String,
    },
    /// A file as it is about to be committed.
    Staged {
        /// Its path in the repository.
        path: String,
    },
}

/// Takes pieces. Called from several threads at once; pieces of one origin come in order, on one thread.
pub trait Taker: Sync {
    /// Looks at one piece.
    fn take(&self, piece: Piece<'_>);

    /// Whether it was examined before, by a run that this one resumes: then it is not read, and counted as
    /// [`Why::Known`](crate::Why). Asked before anything of it is read; an archive is asked for as a whole.
    fn knows(&self, _origin: &Origin) -> bool {
        false
    }

    /// So much of what was announced is done, in bytes as the source counts them.
    fn progress(&self, _bytes: u64) {}

    /// It was handed over with all that lies inside, nothing of it left unread. Told of files.
    fn done(&self, _origin: &Origin) {}

    /// There are that many bytes in all, as the source counts them. May be said again when more is known.
    fn total(&self, _bytes: u64) {}
}

/// Set to end a run early, from any thread. Clones are one.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks for the end.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// What is true once the end was asked for, for whoever can set no more than that, such as a signal.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    /// Whether the end was asked for.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
