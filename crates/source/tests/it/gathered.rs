//! A taker that keeps what it is given, and compares how pieces fit.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use source::files::{Selection, sweep};
use source::{Account, Limits, Origin, Piece, Stop, Taker, Why, archive};

/// Contents by path.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    contents: Mutex<BTreeMap<String, Vec<u8>>>,
    done: Mutex<Vec<String>>,
    progress: Mutex<(u64, u64)>,
}

impl Taker for Gathered {
    fn take(&self, piece: Piece<'_>) {
        let Origin::File { path } = piece.origin else { panic!("{:?} is no file", piece.origin) };
        let mut contents = self.contents.lock().unwrap();
        // Another content of the same name gets a number.
        let names = (1..).map(|n| if n == 1 { path.clone() } else { format!("{path}#{n}") });
        let begins = piece.offset == 0;
        let taken = |name: &String| contents.contains_key(name);
        let n = if begins {
            names.clone().take_while(taken).count()
        } else {
            names.clone().take_while(taken).count() - 1
        };
        let content = contents.entry(names.clone().nth(n).unwrap()).or_default();
        let offset = usize::try_from(piece.offset).unwrap();
        assert_eq!(
            offset + piece.overlap,
            content.len(),
            "{path}: pieces leave a gap or come twice"
        );
        assert!(content[offset..] == piece.bytes[..piece.overlap], "{path}: the overlap differs");
        let line = 1 + memchr::memchr_iter(b'\n', &content[..offset]).count();
        assert_eq!(piece.line, line as u64, "{path}: the line at {offset}");
        assert!(piece.bytes.len() > piece.overlap, "{path}: a piece with nothing new");
        content.extend_from_slice(&piece.bytes[piece.overlap..]);
    }

    fn progress(&self, bytes: u64) {
        self.progress.lock().unwrap().0 += bytes;
    }

    fn total(&self, bytes: u64) {
        let mut progress = self.progress.lock().unwrap();
        progress.1 = progress.1.max(bytes);
    }

    fn knows(&self, origin: &Origin) -> bool {
        matches!(origin, Origin::File { path } if path.ends_with("-known"))
    }

    fn done(&self, origin: &Origin) {
        let Origin::File { path } = origin else { panic!("{origin:?} is no file") };
        self.done.lock().unwrap().push(path.clone());
    }
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) contents: BTreeMap<String, Vec<u8>>,
    pub(crate) account: Account,
    pub(crate) done: Vec<String>,
    /// Bytes told as done, and in all.
    pub(crate) progress: (u64, u64),
}

impl Outcome {
    fn of(gathered: Gathered, account: Account) -> Self {
        let contents = gathered.contents.into_inner().unwrap();
        let bytes: usize = contents.values().map(Vec::len).sum();
        assert_eq!(account.bytes, bytes as u64, "bytes in the account");
        assert_eq!(account.unread_count, account.unread.len() as u64);
        let mut done = gathered.done.into_inner().unwrap();
        done.sort();
        Self { contents, account, done, progress: gathered.progress.into_inner().unwrap() }
    }

    /// Paths of what was handed over.
    pub(crate) fn paths(&self) -> Vec<&str> {
        self.contents.keys().map(String::as_str).collect()
    }

    /// A content as text; empty when there is none.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.contents.get(path).map_or("", |bytes| std::str::from_utf8(bytes).unwrap())
    }

    /// What was not read: `path: why`.
    pub(crate) fn unread(&self) -> Vec<String> {
        self.account
            .unread
            .iter()
            .map(|unread| format!("{}: {}", unread.what, unread.why.words()))
            .collect()
    }

    pub(crate) fn skipped(&self, why: Why) -> u64 {
        self.account.skipped.get(&why).copied().unwrap_or_default()
    }
}

/// Small pieces, so that seams are met.
pub(crate) fn limits() -> Limits {
    Limits { threads: 2, piece_bytes: 4096, overlap_bytes: 256, ..Limits::default() }
}

/// Takes bytes apart as the content of `a`.
pub(crate) fn bytes(bytes: &[u8], limits: &Limits) -> Outcome {
    let gathered = Gathered::default();
    let account = archive::sweep_bytes(bytes, "a", limits, &gathered, &Stop::default());
    Outcome::of(gathered, account)
}

/// The same through a pipe.
pub(crate) fn stream(mut bytes: &[u8], limits: &Limits) -> Outcome {
    let gathered = Gathered::default();
    let account = archive::sweep_stream(&mut bytes, "a", limits, &gathered, &Stop::default());
    Outcome::of(gathered, account)
}

/// Sweeps paths.
pub(crate) fn paths(paths: &[PathBuf], selection: &Selection, limits: &Limits) -> Outcome {
    let gathered = Gathered::default();
    let account = sweep(paths, selection, limits, &gathered, &Stop::default());
    Outcome::of(gathered, account)
}
