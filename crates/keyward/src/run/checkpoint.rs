//! What detection remembers, with the place in the intake that it belongs to.
//!
//! ```text
//!  "keyward checkpoint\n" | u32 version | u64 length | head: JSON | states, one after the other | u128 xxh3 of all before
//! ```
//!
//! It is written beside the last one and takes its place in one step. What was told since is told again from there, word for
//! word: so a file of findings is cut back to the length it had, and the store knows what it was given before.

use std::io;

use archive::{Disk, Ledger, Position, SourceId};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// How every checkpoint begins.
const MAGIC: &[u8] = b"keyward checkpoint\n";

/// The version of the format. The first one knew of a file of findings only how long it was, which is not read: it may be any file.
const VERSION: u32 = 2;

/// The oldest version that is read.
const OLDEST: u32 = 1;

/// Where the next one is written before it takes the place of the last.
const UNFINISHED: &str = ".new";

/// Bytes of the seal at the end.
const SEAL: usize = 16;

/// So much is written before it is synced: others who sync their own files meanwhile wait for no more than that.
const CHUNK: usize = 4 << 20;

/// A moment of detection: everything before a position is done with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    /// What there is beside the states.
    pub(crate) head: Head,
    /// What [`detect::Live`] remembers of each tenant, in the order of [`Head::tenants`].
    pub(crate) states: Vec<Vec<u8>>,
}

/// What a checkpoint says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// The frame that comes next.
    pub(crate) position: Position,
    /// The file of findings as it was; `None` if there was none.
    #[serde(default)]
    pub(crate) file: Option<Mark>,
    /// By what values that rules remember are hashed, for tenants that come later.
    pub(crate) seed: u64,
    /// Whose states follow, and their lengths in bytes.
    pub(crate) tenants: Vec<(SourceId, u64)>,
    /// The account of what was collected.
    pub(crate) ledger: Ledger,
}

/// A file of findings as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// Where it is, from the root.
    pub(crate) path: String,
    /// What told it from other files at that place; `None` where the system does not say.
    pub(crate) identity: Option<(u64, u64)>,
    /// Its length in bytes.
    pub(crate) len: u64,
}

/// Why a checkpoint cannot be used.
#[derive(Debug, Error)]
pub(crate) enum Unusable {
    /// The disk failed.
    #[error("cannot be read")]
    Disk(#[from] io::Error),
    /// The bytes are no checkpoint.
    #[error("is no checkpoint")]
    NotOne,
    /// It is of another version.
    #[error("is of version {0}, and only versions {OLDEST} to {VERSION} are read")]
    Version(u32),
    /// It was cut short or changed.
    #[error("is damaged")]
    Damaged,
}

impl Checkpoint {
    /// Puts it in the place of the last one. What is there afterwards is one of the two, whole.
    pub(crate) fn write(&self, disk: &dyn Disk, name: &str) -> io::Result<u64> {
        let begin = self.beginning()?;
        let unfinished = format!("{name}{UNFINISHED}");
        let blob = disk.create(&unfinished)?;
        let (mut len, mut seal) = (0, Xxh3::new());
        let pieces = std::iter::once(&begin).chain(&self.states);
        for chunk in pieces.flat_map(|piece| piece.chunks(CHUNK)) {
            seal.update(chunk);
            blob.write_at(chunk, len)?;
            len += chunk.len() as u64;
            if chunk.len() == CHUNK {
                blob.sync()?;
            }
        }
        blob.write_at(&seal.digest128().to_le_bytes(), len)?;
        blob.sync()?;
        drop(blob);
        disk.rename(&unfinished, name)?;
        disk.sync()?;
        Ok(len + SEAL as u64)
    }

    /// Reads the last one; `None` if there is none.
    pub(crate) fn read(disk: &dyn Disk, name: &str) -> Result<Option<Self>, Unusable> {
        let blob = match disk.open(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let len = usize::try_from(blob.size()?).map_err(|_| Unusable::Damaged)?;
        let mut bytes = vec![0; len];
        if blob.read_at(&mut bytes, 0)? != len {
            return Err(Unusable::Damaged);
        }
        Self::of_bytes(&bytes).map(Some)
    }

    /// What stands before the states.
    fn beginning(&self) -> io::Result<Vec<u8>> {
        let head = serde_json::to_vec(&self.head)?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&(head.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&head);
        Ok(bytes)
    }

    fn of_bytes(bytes: &[u8]) -> Result<Self, Unusable> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(Unusable::NotOne)?;
        let version = rest.first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
        let version = version.ok_or(Unusable::Damaged)?;
        if !(OLDEST..=VERSION).contains(&version) {
            return Err(Unusable::Version(version));
        }
        Self::sealed(bytes).ok_or(Unusable::Damaged)
    }

    fn sealed(bytes: &[u8]) -> Option<Self> {
        let (sealed, seal) = bytes.split_last_chunk::<SEAL>()?;
        if xxh3_128(sealed) != u128::from_le_bytes(*seal) {
            return None;
        }
        let (len, rest) = sealed.get(MAGIC.len() + 4..)?.split_first_chunk()?;
        let len = usize::try_from(u64::from_le_bytes(*len)).ok()?;
        let (head, mut rest) = rest.split_at_checked(len)?;
        let head: Head = serde_json::from_slice(head).ok()?;
        let mut states = Vec::with_capacity(head.tenants.len());
        for (_, len) in &head.tenants {
            let (state, more) = rest.split_at_checked(usize::try_from(*len).ok()?)?;
            states.push(state.to_vec());
            rest = more;
        }
        rest.is_empty().then_some(Self { head, states })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use archive::RealDisk;

    use super::*;

    fn checkpoint() -> Checkpoint {
        let source = |tenant: &str| SourceId { provider: "okta".into(), tenant: tenant.into() };
        let head = Head {
            position: Position(7),
            file: Some(Mark { path: "/f.jsonl".into(), identity: Some((1, 2)), len: 123 }),
            seed: 5,
            tenants: vec![(source("acme"), 3), (source("other"), 0)],
            ledger: Ledger::new(),
        };
        Checkpoint { head, states: vec![vec![1, 2, 3], Vec::new()] }
    }

    #[test]
    fn what_was_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Arc::new(RealDisk::at(folder.path().to_owned()).unwrap());
        assert!(Checkpoint::read(&*disk, "checkpoint").unwrap().is_none());
        let mut one = checkpoint();
        one.write(&*disk, "checkpoint").unwrap();
        one.head.position = Position(8);
        let large = vec![7; 2 * CHUNK + 5];
        one.head.tenants[1].1 = large.len() as u64;
        one.states[1] = large;
        one.write(&*disk, "checkpoint").unwrap();
        assert_eq!(Checkpoint::read(&*disk, "checkpoint").unwrap(), Some(one));
        assert_eq!(disk.names().unwrap(), ["checkpoint"]);
    }

    #[test]
    fn a_length_without_a_path_is_not_believed() {
        let mut first = MAGIC.to_vec();
        let head = serde_json::to_value(Head::default()).unwrap();
        let mut head = head.as_object().unwrap().clone();
        head.remove("file");
        head.insert("file_len".to_owned(), 123.into());
        let head = serde_json::to_vec(&head).unwrap();
        first.extend_from_slice(&1_u32.to_le_bytes());
        first.extend_from_slice(&(head.len() as u64).to_le_bytes());
        first.extend_from_slice(&head);
        first.extend_from_slice(&xxh3_128(&first).to_le_bytes());
        assert_eq!(Checkpoint::of_bytes(&first).unwrap().head.file, None);
    }

    #[test]
    fn what_was_damaged_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let disk = RealDisk::at(folder.path().to_owned()).unwrap();
        let len = checkpoint().write(&disk, "checkpoint").unwrap();
        let bytes = std::fs::read(folder.path().join("checkpoint")).unwrap();
        assert_eq!(bytes.len() as u64, len);
        for at in MAGIC.len() + 4..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 4;
            assert!(matches!(Checkpoint::of_bytes(&changed), Err(Unusable::Damaged)), "byte {at}");
            assert!(matches!(Checkpoint::of_bytes(&bytes[..at]), Err(Unusable::Damaged)), "{at}");
        }
        assert!(matches!(Checkpoint::of_bytes(b"{}"), Err(Unusable::NotOne)));
        let mut newer = bytes;
        newer[MAGIC.len()] = 9;
        assert!(matches!(Checkpoint::of_bytes(&newer), Err(Unusable::Version(9))));
    }
}
