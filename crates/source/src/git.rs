//! Git repositories: everything that any version of a file ever held, read from the object database.
//!
//! The database is read as it lies there, not by walking from commit to commit: each object once, in the order
//! of the pack, so that what no branch reaches any more is read as well. Where a blob stood, and who put it
//! there, is worked out afterwards and only for blobs that are asked about. No setting of the repository is
//! followed that could run or fetch anything: no filter, no hook, no promisor.

mod commit;
mod decode;
mod error;
mod forest;
mod graph;
mod inner;
mod layout;
mod loose;
mod pack;
mod places;
mod read;
mod refs;
mod since;
mod staged;
mod sweep;
mod tree;
mod walk;

use std::fs;
use std::path::Path;

use gix_hash::{ObjectId, oid};

pub use self::error::GitError;
use self::layout::Layout;
use self::pack::Pack;
pub use self::places::{BlobPlace, On, PLACES_MAX};
pub use self::sweep::Selection;

/// The largest object that is decoded where only smaller ones are asked for: they may be made from it.
const BASE_BYTES: u64 = 512 << 20;

/// An open repository.
pub struct Repository {
    layout: Layout,
    /// Packs of all object databases, each name once.
    packs: Vec<Pack>,
    /// Packs that cannot be read: their path, and what the library says.
    broken_packs: Vec<(String, String)>,
    /// Whether the repository was cloned without some of its objects.
    is_partial: bool,
}

impl Repository {
    /// Opens the repository that `path` is or lies in: a working tree, one linked to another, a submodule, a
    /// bare repository. Who owns it does not matter, since nothing of it is executed.
    pub fn open(path: &Path) -> Result<Self, GitError> {
        let layout = Layout::find(path)?;
        let mut repository =
            Self { layout, packs: Vec::new(), broken_packs: Vec::new(), is_partial: false };
        for objects in repository.layout.objects.clone() {
            repository.open_packs(&objects.join("pack"));
        }
        Ok(repository)
    }

    fn open_packs(&mut self, folder: &Path) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        let mut paths: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
        paths.sort();
        self.is_partial |= paths.iter().any(|path| has_extension(path, "promisor"));
        for path in &paths {
            if has_extension(path, "idx") {
                self.open_pack(path);
            } else if has_extension(path, "pack") && !paths.contains(&path.with_extension("idx")) {
                self.broken_packs.push((path.display().to_string(), "it has no index".to_owned()));
            }
        }
    }

    fn open_pack(&mut self, index: &Path) {
        let known = |pack: &Pack| pack.path.file_stem() == index.file_stem();
        if self.packs.iter().any(known) {
            return;
        }
        match Pack::open(index, self.layout.hash) {
            Ok(pack) => self.packs.push(pack),
            Err(detail) => {
                let path = index.with_extension("pack");
                self.broken_packs.push((path.display().to_string(), detail));
            }
        }
    }

    /// Whether one of the first packs has an object.
    fn has_packed(&self, id: &oid, packs: usize) -> bool {
        self.packs.iter().take(packs).any(|pack| pack.has(id))
    }

    /// An id from its name in hex. What may follow a `!`, the path in an archive, is left out.
    fn id(&self, hex: &str) -> Option<ObjectId> {
        let hex = hex.split('!').next().unwrap_or_default();
        let id = ObjectId::from_hex(hex.as_bytes()).ok()?;
        (id.kind() == self.layout.hash).then_some(id)
    }
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}
