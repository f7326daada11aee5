//! How much may be read and held.

/// Limits of a run. All sizes are bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Threads that take pieces; at least 1.
    pub threads: usize,
    /// Bytes of one piece, 1,024 at least; larger texts come in several.
    pub piece_bytes: usize,
    /// Bytes by which pieces overlap.
    pub overlap_bytes: usize,
    /// The largest file that is read; 0 means any.
    pub file_bytes: u64,
    /// The largest blob of a repository that is read.
    pub blob_bytes: u64,
    /// Bytes that one archive, with those inside it, may unpack to.
    pub unpacked_bytes: u64,
    /// How often larger an archive may be unpacked than packed.
    pub unpacked_ratio: u64,
    /// Bytes of one archive or database inside another archive that are held in memory, a thread: those are read
    /// from their end. Larger ones are read from their front as far as that goes.
    pub held_bytes: usize,
    /// How deep archives may lie in each other.
    pub archive_depth: usize,
    /// Entries that one archive, with those inside it, may have.
    pub archive_entries: u64,
    /// Whether every folder is entered whose name begins with a dot; without, only the well-known ones that
    /// hold settings (`.aws`, `.github`, …). Files whose name begins with a dot are always read.
    pub hidden: bool,
    /// Whether ignore files are respected.
    pub ignores: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            threads: 1,
            piece_bytes: 8 << 20,
            overlap_bytes: 64 << 10,
            file_bytes: 0,
            blob_bytes: 256 << 20,
            unpacked_bytes: 4 << 30,
            unpacked_ratio: 1_000,
            held_bytes: 256 << 20,
            archive_depth: 4,
            archive_entries: 1_000_000,
            hidden: false,
            ignores: true,
        }
    }
}
