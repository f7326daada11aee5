//! What ignore files leave out: `.gitignore` and `.ignore` of a folder and those above it, `.git/info/exclude`.
//!
//! They count whether or not there is a repository, since archives of sources have none. What a user's own
//! configuration of git leaves out is read: what a run covers does not depend on who runs it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Ignore files larger than this are not respected, so more is read.
const FILE_BYTES: u64 = 1 << 20;

/// The rules of one folder, and those above it.
#[derive(Debug)]
pub(super) struct Rules {
    /// From the strongest.
    files: Vec<Gitignore>,
    above: Option<Arc<Rules>>,
}

impl Rules {
    /// The rules in a folder where those of `above` hold, too.
    pub(super) fn of(folder: &Path, above: Option<Arc<Self>>) -> Option<Arc<Self>> {
        let names = [".ignore", ".gitignore", ".git/info/exclude"];
        let files: Vec<_> =
            names.iter().filter_map(|name| load(folder, &folder.join(name))).collect();
        if files.is_empty() { above } else { Some(Arc::new(Self { files, above })) }
    }

    /// The rules that hold in a folder because of those above it, up to the top of its repository.
    pub(super) fn above(folder: &Path) -> Option<Arc<Self>> {
        let is_top = |folder: &&Path| folder.join(".git").exists();
        let top = folder.ancestors().find(is_top)?;
        let mut between: Vec<PathBuf> = folder
            .ancestors()
            .skip(1)
            .take_while(|at| at.starts_with(top))
            .map(Path::to_owned)
            .collect();
        between.reverse();
        between.iter().fold(None, |above, at| Self::of(at, above))
    }

    /// Whether a path in the folder is left out.
    pub(super) fn leave_out(&self, path: &Path, is_folder: bool) -> bool {
        let mut rules = Some(self);
        while let Some(here) = rules {
            for file in &here.files {
                match file.matched(path, is_folder) {
                    Match::None => {}
                    Match::Ignore(_) => return true,
                    Match::Whitelist(_) => return false,
                }
            }
            rules = here.above.as_deref();
        }
        false
    }
}

/// The rules of one file. Lines that are none are passed over.
fn load(folder: &Path, file: &Path) -> Option<Gitignore> {
    let about = file.symlink_metadata().ok()?;
    if !about.is_file() || about.len() > FILE_BYTES {
        return None;
    }
    let mut builder = GitignoreBuilder::new(folder);
    builder.add(file);
    builder.build().ok().filter(|rules| !rules.is_empty())
}
