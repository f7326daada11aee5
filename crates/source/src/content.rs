//! From one content to what is handed over: text in pieces, archives and databases taken apart.
//!
//! Contents are told by their first bytes, never by name. What a format looks like inside is in `archive`
//! and `database`; here is what they share: buffers, seams, failures, the account.

use std::io::{self, Read};

use crate::account::{Account, Why};
use crate::archive::{self, Budget, Form, Limit};
use crate::database;
use crate::limits::Limits;
use crate::piece::{Origin, Piece, Stop, Taker};

mod failure;
mod fill;
mod store;

pub(crate) use failure::{Exact, why};
use fill::End;
pub(crate) use store::{OnDisk, ReadAt, Store, read_exact_at};

/// Bytes of the smallest piece: what tells the form of a content has to fit.
const LEAST_BYTES: usize = 1 << 10;

/// Bytes that are asked for at first; a buffer grows when a content is larger.
const FIRST_BYTES: usize = 256 << 10;

/// Takes contents apart and hands over what is in them. One a thread.
pub(crate) struct Reader<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) taker: &'a dyn Taker,
    pub(crate) stop: &'a Stop,
    pub(crate) account: Account,
    buffers: Vec<Vec<u8>>,
}

/// Where a content lies, and in how many others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'p> {
    /// Its path.
    pub(crate) path: &'p str,
    /// What may be unpacked of the file that it lies in.
    pub(crate) budget: &'p Budget<'p>,
    /// How many archives it lies in.
    pub(crate) depth: usize,
    /// Whether it is what came out of a compression that is no archive.
    pub(crate) unpacked: bool,
}

impl<'p> Place<'p> {
    /// A content that lies in none.
    pub(crate) fn outermost(path: &'p str, budget: &'p Budget<'p>) -> Self {
        Self { path, budget, depth: 0, unpacked: false }
    }

    /// What came out of a compression here.
    pub(crate) fn unpacked(&self) -> Self {
        Self { depth: self.depth + usize::from(self.unpacked), unpacked: true, ..*self }
    }

    /// The entry at `path` of the archive that is here.
    pub(crate) fn entry<'q>(&self, path: &'q str) -> Place<'q>
    where
        'p: 'q,
    {
        Place { path, budget: self.budget, depth: self.depth + 1, unpacked: false }
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn new(limits: &'a Limits, taker: &'a dyn Taker, stop: &'a Stop) -> Self {
        Self { limits, taker, stop, account: Account::default(), buffers: Vec::new() }
    }

    /// Hands over what `source` gives. `store` is the same content where it can be read from anywhere.
    pub(crate) fn stream(
        &mut self,
        source: &mut dyn Read,
        store: Option<&dyn Store>,
        place: Place<'_>,
    ) {
        let mut buffer = self.buffers.pop().unwrap_or_default();
        let first = self.fill(source, &mut buffer, 0);
        let whole = matches!(first.end, End::Done);
        let head = buffer.get(..first.n).unwrap_or_default();
        match Form::of(head, whole) {
            Some(form) => self.unpack(form, Opened { head, end: first.end, source, store }, place),
            None => match store.filter(|store| !whole && archive::ends_as_zip(*store)) {
                Some(store) => self.unpack_store(Form::Zip, store, place),
                None => self.pieces(source, place, &mut buffer, first),
            },
        }
        self.buffers.push(buffer);
    }

    /// Hands over bytes that are in memory; the same as [`Self::stream`].
    pub(crate) fn bytes(&mut self, mut bytes: &[u8], place: Place<'_>) {
        if bytes.len() > self.limits.piece_bytes || Form::of(bytes, true).is_some() {
            let store = bytes;
            self.stream(&mut bytes, Some(&store), place);
        } else {
            self.whole(bytes, place.path.to_owned());
        }
    }

    /// Hands over bytes as they are.
    pub(crate) fn whole(&mut self, bytes: &[u8], path: String) {
        self.account.files += 1;
        self.account.bytes += bytes.len() as u64;
        if !bytes.is_empty() {
            let origin = Origin::File { path };
            self.taker.take(Piece { origin: &origin, bytes, offset: 0, line: 1, overlap: 0 });
        }
    }

    /// Hands over a source as it is.
    pub(crate) fn raw(&mut self, source: &mut dyn Read, place: Place<'_>) {
        let mut buffer = self.buffers.pop().unwrap_or_default();
        let first = self.fill(source, &mut buffer, 0);
        self.pieces(source, place, &mut buffer, first);
        self.buffers.push(buffer);
    }

    /// Takes apart what is in a form that can be.
    fn unpack(&mut self, form: Form, opened: Opened<'_>, place: Place<'_>) {
        if !self.may_unpack(form, place) {
            return;
        }
        let Opened { head, end, source, store } = opened;
        let whole = matches!(end, End::Done);
        let mut rest = Read::chain(head, end.then(source));
        match (form, store) {
            (Form::Gzip, _) => archive::gzip::unpack(self, &mut rest, place),
            (Form::Zstd, _) => archive::zstd::unpack(self, &mut rest, place),
            (Form::Bzip2, _) => archive::bzip2::unpack(self, &mut rest, place),
            (Form::Xz, _) => archive::xz::unpack(self, &mut rest, place),
            (Form::Tar, _) => archive::tar::entries(self, &mut rest, place),
            (Form::Foreign(name), _) => self.account.miss(place.path, Why::Unsupported, name),
            (Form::Zip | Form::Sqlite, _) if whole => self.unpack_store(form, &head, place),
            (Form::Zip | Form::Sqlite, Some(store)) => self.unpack_store(form, store, place),
            (Form::Zip | Form::Sqlite, None) => self.hold(form, &mut rest, place),
        }
    }

    /// Whether it does not lie too deep, which is said. A single compression is no archive.
    fn may_unpack(&mut self, form: Form, place: Place<'_>) -> bool {
        let is_single = matches!(form, Form::Gzip | Form::Zstd | Form::Bzip2 | Form::Xz);
        let is_free = is_single && !place.unpacked;
        let fits = is_free || place.depth < self.limits.archive_depth;
        if !fits {
            self.account.miss(place.path, Why::TooDeep, "");
        }
        fits
    }

    fn unpack_store(&mut self, form: Form, store: &dyn Store, place: Place<'_>) {
        match form {
            Form::Sqlite => database::rows(self, store, place),
            _ => archive::zip::entries(self, store, place),
        }
    }

    /// Reads what must be read from its end into memory.
    fn hold(&mut self, form: Form, source: &mut dyn Read, place: Place<'_>) {
        let mut held = Vec::new();
        let max = self.limits.held_bytes as u64;
        let failed = source.take(max).read_to_end(&mut held).err();
        let more = failed.is_none() && held.len() as u64 == max;
        if let Some(error) = failed {
            self.fail(place.path, &error, place.budget);
        }
        match form {
            Form::Zip if more => {
                let mut rest = Read::chain(held.as_slice(), source);
                archive::zip::from_front(self, &mut rest, place);
            }
            _ if more => {
                self.account.miss(place.path, Why::TooLarge, "a database inside an archive");
            }
            _ => self.unpack_store(form, &held.as_slice(), place),
        }
    }

    /// Whether to end; if so, that is noted for `path`.
    pub(crate) fn stopped(&mut self, path: &str, budget: &Budget<'_>) -> bool {
        let stopped = self.stop.is_set();
        if stopped {
            self.fail(path, &Limit::Stopped.into(), budget);
        }
        stopped
    }

    /// Notes why reading `path` failed, once for all that lies below when a limit was met.
    pub(crate) fn fail(&mut self, path: &str, error: &io::Error, budget: &Budget<'_>) {
        if budget.tells(error) {
            let (why, detail) = why(error);
            self.account.miss(path, why, detail);
        }
    }
}

/// A content whose first bytes were read.
struct Opened<'s> {
    head: &'s [u8],
    /// What comes after them.
    end: End,
    /// The rest.
    source: &'s mut dyn Read,
    /// All of it, where it can be read from anywhere.
    store: Option<&'s dyn Store>,
}
