//! Looks through pieces on every thread and holds what was found.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use finding::{End, Position};
use jiff::Timestamp;
use leak::{Document, Host, Leak, Scan, Scanner, Unexamined};
use source::{Account, Origin, Piece, Taker, Why};

use super::found::{Found, Telling};
use super::ignore::is_ignored;
use super::position::{Lines, Spot};
use super::resume::Resume;
use crate::input::Progress;

/// Places that are held; what is beyond is counted, and the run is partial.
pub(crate) const SIGHTINGS_MAX: usize = 500_000;

/// Hosts of tenants that are held beside credentials, to join others with.
const HOSTS_MAX: usize = 10_000;

/// Things that were not read, or not as a whole, which the account names.
pub(crate) const NAMED_MAX: usize = 20;

/// A credential where it was seen.
#[derive(Debug, Clone)]
pub(crate) struct Sighting {
    /// The credential.
    pub(crate) found: Found,
    /// In what.
    pub(crate) origin: Origin,
    /// Its bytes in the whole.
    pub(crate) bytes: std::ops::Range<u64>,
    /// Where it begins.
    pub(crate) spot: Spot,
    /// Where it ends.
    pub(crate) end: Option<End>,
    /// Whether it reaches to the end of its piece, so that the next may have more of it.
    pub(crate) reaches_end: bool,
}

/// What a scanner looks for and how it is told, shared by all threads.
pub(crate) struct Looker<'a> {
    scanner: &'a Scanner,
    telling: &'a Telling,
    now: Timestamp,
    disregards_ignores: bool,
    resume: Option<&'a Resume>,
    progress: Option<&'a Progress>,
    held: Mutex<Held>,
    n_ignored: AtomicU64,
}

/// What all threads found.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// Where credentials are, in no order.
    pub(crate) sightings: Vec<Sighting>,
    /// How many there were no room for.
    pub(crate) n_beyond: u64,
    /// Hosts that stand in the same text as some credential, by its origin.
    pub(crate) hosts: HashMap<Origin, Vec<Host>>,
    /// What decoders left.
    pub(crate) unexamined: Unexamined,
    /// In what, the first [`NAMED_MAX`] by name.
    pub(crate) partly: BTreeSet<String>,
    /// What went wrong while looking.
    pub(crate) account: Account,
    /// Credentials that a comment hides.
    pub(crate) n_ignored: u64,
}

/// How a [`Looker`] looks.
#[derive(Clone, Copy)]
pub(crate) struct Looking<'a> {
    /// What it looks with.
    pub(crate) scanner: &'a Scanner,
    /// How values are told of.
    pub(crate) telling: &'a Telling,
    /// The time by which things expire.
    pub(crate) now: Timestamp,
    /// Whether comments hide nothing.
    pub(crate) disregards_ignores: bool,
    /// What was examined before.
    pub(crate) resume: Option<&'a Resume>,
    /// Where progress shows, if it does.
    pub(crate) progress: Option<&'a Progress>,
}

impl<'a> Looker<'a> {
    /// A looker that has seen nothing.
    pub(crate) fn new(looking: Looking<'a>) -> Self {
        let Looking { scanner, telling, now, disregards_ignores, resume, progress } = looking;
        let (held, n_ignored) = (Mutex::default(), AtomicU64::new(0));
        Self { scanner, telling, now, disregards_ignores, resume, progress, held, n_ignored }
    }

    /// What was found.
    pub(crate) fn into_held(self) -> Held {
        let held = self.held.into_inner().unwrap_or_else(PoisonError::into_inner);
        Held { n_ignored: self.n_ignored.into_inner(), ..held }
    }

    fn with_held(&self, change: impl FnOnce(&mut Held)) {
        change(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// What a piece holds; `None` when looking at it failed, which is a fault of ours and noted.
    fn scan(&self, piece: Piece<'_>) -> Option<Scan> {
        let document =
            Document { bytes: piece.bytes, path: path(piece.origin), now: Some(self.now) };
        // A text that trips the scanner must not hide all others.
        let scan = catch_unwind(AssertUnwindSafe(|| self.scanner.scan(document)));
        if scan.is_err() {
            let name = name(piece.origin);
            self.with_held(|held| held.account.miss(name, Why::Failed, "a fault in the scanner"));
        }
        scan.ok()
    }

    /// Keeps what a piece holds, as far as no comment hides it.
    fn keep(&self, piece: Piece<'_>, scan: Scan) -> bool {
        let mut lines = Lines::new(piece.bytes, piece.offset, piece.line);
        let new = scan.leaks.iter().filter(|leak| leak.span.end > piece.overlap);
        let told: Vec<_> = new.filter(|leak| !self.is_hidden(piece.bytes, leak)).collect();
        if told.is_empty() && scan.unexamined.is_empty() {
            return false;
        }
        let sightings: Vec<_> =
            told.into_iter().map(|leak| self.sighting(piece, leak, &mut lines)).collect();
        let has_any = !sightings.is_empty();
        self.with_held(|held| held.add(sightings, piece, scan.hosts, scan.unexamined));
        has_any
    }

    /// Whether the path itself holds a credential, which is kept: in the file's name or in that of a folder.
    fn look_at_name(&self, origin: &Origin) -> bool {
        let (Origin::File { path } | Origin::Staged { path }) = origin else { return false };
        if matches!(leak::masked(path), Cow::Borrowed(_)) {
            return false;
        }
        let names = names(path);
        let document = Document { bytes: names.as_bytes(), path: "", now: Some(self.now) };
        let sightings: Vec<_> = self
            .scanner
            .scan(document)
            .leaks
            .iter()
            .map(|leak| self.named(origin, path, leak))
            .collect();
        let has_any = !sightings.is_empty();
        self.with_held(|held| held.hold(sightings));
        has_any
    }

    /// A credential in a path. Of a folder it is one, whatever lies in it.
    fn named(&self, origin: &Origin, path: &str, leak: &Leak) -> Sighting {
        let end = path.get(leak.span.end..).and_then(|rest| rest.find('/'));
        let upto = end.map_or(path, |end| &path[..leak.span.end + end]).to_owned();
        let origin = match origin {
            Origin::Staged { .. } => Origin::Staged { path: upto },
            _ => Origin::File { path: upto },
        };
        let mut found = Found::new(leak, self.telling);
        found.leak.why.push("in the name itself".to_owned());
        let bytes = leak.span.start as u64..leak.span.end as u64;
        let spot = Spot { position: Position::Line(1), column: None };
        Sighting { found, origin, bytes, spot, end: None, reaches_end: false }
    }

    fn is_hidden(&self, text: &[u8], leak: &Leak) -> bool {
        let hidden = !self.disregards_ignores && is_ignored(text, &leak.span, leak.kind.kind);
        if hidden {
            self.n_ignored.fetch_add(1, Ordering::Relaxed);
        }
        hidden
    }

    fn sighting(&self, piece: Piece<'_>, leak: &Leak, lines: &mut Lines<'_>) -> Sighting {
        let spot = lines.spot(leak.span.start);
        let end = lines.end(leak.span.end);
        let at = |byte: usize| piece.offset + byte as u64;
        Sighting {
            found: Found::new(leak, self.telling),
            origin: piece.origin.clone(),
            bytes: at(leak.span.start)..at(leak.span.end),
            spot,
            end,
            reaches_end: leak.span.end == piece.bytes.len(),
        }
    }
}

impl Held {
    /// Holds sightings as far as there is room.
    fn hold(&mut self, sightings: Vec<Sighting>) {
        let room = SIGHTINGS_MAX.saturating_sub(self.sightings.len());
        self.n_beyond += sightings.len().saturating_sub(room) as u64;
        self.sightings.extend(sightings.into_iter().take(room));
    }

    fn add(
        &mut self,
        sightings: Vec<Sighting>,
        piece: Piece<'_>,
        hosts: Vec<Host>,
        left: Unexamined,
    ) {
        self.hold(sightings);
        self.unexamined.add(left);
        if !left.is_empty() {
            self.partly.insert(name(piece.origin));
            if self.partly.len() > NAMED_MAX {
                self.partly.pop_last();
            }
        }
        if !hosts.is_empty() && self.hosts.len() < HOSTS_MAX {
            self.hosts.entry(piece.origin.clone()).or_default().extend(hosts);
        }
    }
}

impl Taker for Looker<'_> {
    fn take(&self, piece: Piece<'_>) {
        let named = piece.offset == 0 && self.look_at_name(piece.origin);
        let holds_any = self.scan(piece).is_some_and(|scan| self.keep(piece, scan)) || named;
        if let Some(resume) = self.resume {
            resume.note(piece.origin, holds_any);
        }
    }

    fn knows(&self, origin: &Origin) -> bool {
        self.resume.is_some_and(|resume| resume.knows(origin))
    }

    fn done(&self, origin: &Origin) {
        self.look_at_name(origin);
    }

    fn progress(&self, bytes: u64) {
        if let Some(progress) = self.progress {
            progress.advance(bytes);
        }
    }

    fn total(&self, bytes: u64) {
        if let Some(progress) = self.progress {
            progress.announce(bytes);
        }
    }
}

/// The names in a path, each on a line, and the endings of files apart; every byte stays where it is.
fn names(path: &str) -> String {
    /// Longer ones are none.
    const ENDING_MAX: usize = 8;
    let mut lines = String::with_capacity(path.len());
    for name in path.split_inclusive('/') {
        let (name, slash) = name.strip_suffix('/').map_or((name, ""), |name| (name, "\n"));
        match name.rsplit_once('.').filter(|(_, ending)| ending.len() <= ENDING_MAX) {
            Some((stem, ending)) => lines.extend([stem, "\n", ending, slash]),
            None => lines.extend([name, slash]),
        }
    }
    lines
}

/// The path that tells examples from the real; a blob's is not known yet.
fn path(origin: &Origin) -> &str {
    match origin {
        Origin::File { path } | Origin::Staged { path } => path,
        Origin::Blob { .. } | Origin::Message { .. } => "",
    }
}

/// What names an origin in an account.
fn name(origin: &Origin) -> String {
    match origin {
        Origin::File { path } | Origin::Staged { path } => path.clone(),
        Origin::Blob { id } => format!("blob {id}"),
        Origin::Message { id } => format!("message of {id}"),
    }
}
