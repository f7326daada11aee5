//! Lines of a log, packed.

use std::sync::Arc;

/// How many lines one block holds. A page of Okta's log spans at most five.
pub(super) const LINES: usize = 256;

/// Lines that were packed together; cheap to clone.
#[derive(Clone)]
pub(super) struct Block {
    packed: Arc<[u8]>,
    n_bytes: usize,
    is_packed: bool,
}

impl Block {
    /// Packs lines, each with its line feed.
    pub(super) fn new(lines: &str) -> Self {
        match zstd::bulk::compress(lines.as_bytes(), 1) {
            Ok(packed) => Self { packed: packed.into(), n_bytes: lines.len(), is_packed: true },
            Err(_) => {
                Self { packed: lines.as_bytes().into(), n_bytes: lines.len(), is_packed: false }
            }
        }
    }

    /// The lines again.
    pub(super) fn unpack(&self) -> Vec<u8> {
        if !self.is_packed {
            return self.packed.to_vec();
        }
        #[expect(clippy::expect_used, reason = "memory that this process packed itself")]
        zstd::bulk::decompress(&self.packed, self.n_bytes).expect("a block unpacks to its lines")
    }

    /// How much memory it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        self.packed.len()
    }
}
