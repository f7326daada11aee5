//! Why a repository cannot be read at all. What cannot be read *in* it is counted, see `Account`.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// A repository that cannot be opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum GitError {
    /// There is no repository at the path, nor above it.
    NotFound {
        /// The path as given.
        path: PathBuf,
    },
    /// A file or folder of the repository could not be read.
    Read {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Objects are named in a way that is not known.
    ObjectFormat {
        /// The `.git` folder.
        path: PathBuf,
        /// The name of the format.
        format: String,
    },
    /// An object or the index has no readable form.
    Broken {
        /// Which: an id or a path.
        what: String,
    },
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { path } => write!(f, "no git repository at `{}`", path.display()),
            Self::Read { path, .. } => write!(f, "failed to read `{}`", path.display()),
            Self::ObjectFormat { path, format } => {
                write!(f, "unknown object format `{format}` in `{}`", path.display())
            }
            Self::Broken { what } => write!(f, "`{what}` is broken"),
        }
    }
}

impl std::error::Error for GitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { source, .. } => Some(source),
            _ => None,
        }
    }
}
