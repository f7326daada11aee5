//! Bytes that say what they are, and whether they are whole.
//!
//! ```text
//!  name | u32 version | body | u64 hash of all before
//! ```

use crate::hash::Hash;
use crate::snapshot::SnapshotError;

/// One form of what is saved.
pub(crate) struct Form {
    /// How it begins.
    pub(crate) magic: &'static [u8],
    /// The version that is written and read.
    pub(crate) version: u32,
    /// Sets its hash apart from those of others.
    pub(crate) salt: u64,
}

impl Form {
    /// Writes what stands before the body.
    pub(crate) fn begin(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.magic);
        out.extend_from_slice(&self.version.to_le_bytes());
    }

    /// Writes what stands behind the body.
    pub(crate) fn seal(&self, out: &mut Vec<u8>) {
        let hash = self.hash(out);
        out.extend_from_slice(&hash.to_le_bytes());
    }

    /// The body.
    ///
    /// # Errors
    /// When the bytes are of another form or version, or are not what was sealed.
    pub(crate) fn open<'b>(&self, bytes: &'b [u8]) -> Result<&'b [u8], SnapshotError> {
        let rest = bytes.strip_prefix(self.magic).ok_or(SnapshotError::NotOne)?;
        let version = rest.first_chunk().copied().map(u32::from_le_bytes);
        let version = version.ok_or(SnapshotError::Damaged)?;
        if version != self.version {
            return Err(SnapshotError::Version(version));
        }
        let (sealed, hash) = bytes.split_last_chunk().ok_or(SnapshotError::Damaged)?;
        if self.hash(sealed) != u64::from_le_bytes(*hash) {
            return Err(SnapshotError::Damaged);
        }
        sealed.get(self.magic.len() + 4..).ok_or(SnapshotError::Damaged)
    }

    fn hash(&self, bytes: &[u8]) -> u64 {
        Hash::new(self.salt).bytes(bytes).get()
    }
}
