//! Scanning a folder of files that the system has in memory.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use source::git::{Repository, Selection};
use source::{Limits, Origin, Piece, Stop, Taker};

use super::contest::{Contestant, Subject, keyward, scanners};
use super::history::History;
use super::{Check, against, measure, print};

/// Of so many blobs of the history, one becomes a file.
const ONE_OF: u64 = 2;

/// Megabytes (10^6 bytes) a second that one core should look through.
const TARGET: f64 = 1_000.0;

/// Measures Keyward, `cat` and other scanners over a folder.
pub(crate) fn measure_files(
    history: &History,
    program: &Path,
    folder: &Path,
) -> Result<Vec<Check>> {
    let files = folder.join("files");
    let megabytes = check_out(history, &files)?;
    let subject = Subject::Folder(&files);
    let cat = format!("find '{}' -type f -exec cat {{}} +", files.display());
    let mut contestants = vec![
        keyward(program, subject, 1, folder),
        keyward(program, subject, 2, folder),
        Contestant::new("cat", OsString::from("sh"), &["-c", &cat], None),
    ];
    let n_own = contestants.len();
    contestants.extend(scanners(subject, folder));
    println!("\na folder of {megabytes:.0} MB");
    let costs = measure(&contestants)?;
    print(&contestants, &costs, &history.values);
    let speed = megabytes / costs[0].wall.as_secs_f64();
    let cat = megabytes / costs[2].wall.as_secs_f64();
    println!("cat: {cat:.0} MB/s");
    let mut checks = vec![Check::at_least("a folder, MB/s on one core", speed, TARGET)];
    checks.extend(against(&contestants, &costs, 1, n_own));
    Ok(checks)
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred megabytes")]
/// Writes blobs of the history as files, unless they are there. Returns their megabytes.
fn check_out(history: &History, folder: &Path) -> Result<f64> {
    let stamp = folder.with_extension("megabytes");
    if let Ok(text) = fs::read_to_string(&stamp) {
        return Ok(text.parse()?);
    }
    for n in 0..=u8::MAX {
        fs::create_dir_all(folder.join(format!("{n:02x}")))?;
    }
    let writer = Writer { folder: folder.to_owned(), bytes: AtomicU64::new(0) };
    let limits = Limits { piece_bytes: usize::MAX, ..Limits::default() };
    Repository::open(&history.path)?.sweep(&Selection::All, &limits, &writer, &Stop::default());
    let megabytes = writer.bytes.into_inner() as f64 / 1e6;
    fs::write(stamp, megabytes.to_string())?;
    Ok(megabytes)
}

/// Writes some of the blobs.
struct Writer {
    folder: PathBuf,
    bytes: AtomicU64,
}

impl Taker for Writer {
    fn take(&self, piece: Piece<'_>) {
        let Origin::Blob { id } = piece.origin else { return };
        let (first, rest) = id.split_at(2);
        let is_chosen =
            u64::from_str_radix(&rest[..8], 16).is_ok_and(|number| number % ONE_OF == 0);
        let path = self.folder.join(first).join(format!("{rest}.txt"));
        if is_chosen && fs::write(path, piece.bytes).is_ok() {
            self.bytes.fetch_add(piece.bytes.len() as u64, Ordering::Relaxed);
        }
    }
}
