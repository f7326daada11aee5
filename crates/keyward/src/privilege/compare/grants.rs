//! Files that say what is granted: opened, decompressed, read.

use std::io::Read as _;
use std::path::PathBuf;

use privilege::{Ambiguous, Granted, Place};

use crate::console::Console;
use crate::input::{self, Progress, Source, Stop};

/// Longest file that is read, in bytes after decompression. A page of an answer has 200 grants at most.
const BYTES_MAX: u64 = 64 << 20;

/// What is granted, and what could not be read of it.
pub(super) struct Read {
    pub(super) facts: Granted,
    pub(super) unread: Vec<(Place, String)>,
}

/// Reads what files, folders and globs say is granted; what cannot be read is said, and the rest is read.
pub(super) fn read(paths: &[PathBuf], console: Console) -> Read {
    let mut facts = Granted::default();
    let mut unread = texts(paths, console, &mut |name, text| facts.read(name, text));
    unread.append(&mut facts.faults.clone());
    Read { facts, unread }
}

/// Hands over the name and the text of every file, and says of which there is none.
pub(in crate::privilege) fn texts(
    paths: &[PathBuf],
    console: Console,
    take: &mut dyn FnMut(&str, &str),
) -> Vec<(Place, String)> {
    let found = input::expand(paths);
    let progress = Progress::of(&found.sources, console.shows_progress());
    let fault = |path: &str, why: String| (Place { path: path.to_owned(), line: 0 }, why);
    let mut unread: Vec<_> =
        found.faults.iter().map(|one| fault(&one.path, one.why.clone())).collect();
    for source in &found.sources {
        match whole(source, &progress) {
            Ok(text) => take(&source.name, &text),
            Err(why) => unread.push(fault(&source.name, why)),
        }
    }
    progress.finish();
    unread
}

fn whole(source: &Source, progress: &Progress) -> Result<String, String> {
    let opened = input::open(source, progress, &Stop::default())?;
    let mut bytes = Vec::new();
    // It never fails; where it breaks off is told when it has ended.
    let _ = opened.reader.take(BYTES_MAX + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > BYTES_MAX {
        return Err(format!("is longer than {BYTES_MAX} bytes"));
    }
    if let Some(why) = opened.trouble.take() {
        return Err(why);
    }
    String::from_utf8(bytes).map_err(|_| "is no text in UTF-8".to_owned())
}

impl Read {
    /// Why no principal can be compared: what could not be read, or which must be chosen.
    pub(super) fn explain(&self, ambiguous: &Ambiguous) -> anyhow::Error {
        let unread =
            self.unread.iter().take(10).map(|(place, what)| format!("\n  {place}: {what}"));
        let choose =
            if ambiguous.principals.len() > 1 { "; `--credential ID` chooses one" } else { "" };
        anyhow::anyhow!("{ambiguous}{choose}{}", unread.collect::<String>())
    }
}
