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
mod shelf;

pub(crate) use failure::{Exact, why};
use fill::End;
pub(crate) use shelf::{OnDisk, Shelf, read_exact_at};

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
    /// How many archives it lies in.
    pub(crate) depth: usize,
    /// Whether it is what came out of a compression that is no archive.
    pub(crate) unpacked: bool,
}

impl<'p> Place<'p> {
    /// A content that lies in none.
    pub(crate) fn outermost(path: &'p str) -> Self {
        Self { path, depth: 0, unpacked: false }
    }

    /// What came out of a compression here.
    pub(crate) fn unpacked(&self) -> Self {
        Self { depth: self.depth + usize::from(self.unpacked), unpacked: true, ..*self }
    }

    /// The entry at `path` of the archive that is here.
    pub(crate) fn entry<'q>(&self, path: &'q str) -> Place<'q> {
        Place { path, depth: self.depth + 1, unpacked: false }
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn new(limits: &'a Limits, taker: &'a dyn Taker, stop: &'a Stop) -> Self {
        Self { limits, taker, stop, account: Account::default(), buffers: Vec::new() }
    }

    /// Hands over what `source` gives. `shelf` is the same content where it can be read from anywhere.
    pub(crate) fn stream(
        &mut self,
        source: &mut dyn Read,
        shelf: Option<&dyn Shelf>,
        place: Place<'_>,
        budget: &Budget<'_>,
    ) {
        let mut buffer = self.buffers.pop().unwrap_or_default();
        let first = self.fill(source, &mut buffer, 0);
        let whole = matches!(first.end, End::Done);
        let head = buffer.get(..first.n).unwrap_or_default();
        match Form::of(head, whole.then_some(head.len() as u64)) {
            Some(form) => self.unpack(form, head, first.end, source, shelf, place, budget),
            None => match shelf.filter(|shelf| !whole && archive::ends_as_zip(*shelf)) {
                Some(shelf) => self.unpack_shelf(Form::Zip, shelf, place, budget),
                None => self.pieces(source, place.path, &mut buffer, first, budget),
            },
        }
        self.buffers.push(buffer);
    }

    /// Hands over bytes that are in memory; the same as [`Self::stream`].
    pub(crate) fn bytes(&mut self, mut bytes: &[u8], place: Place<'_>, budget: &Budget<'_>) {
        if bytes.len() > self.limits.piece_bytes
            || Form::of(bytes, Some(bytes.len() as u64)).is_some()
        {
            let shelf = bytes;
            self.stream(&mut bytes, Some(&shelf), place, budget);
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
    pub(crate) fn raw(&mut self, source: &mut dyn Read, path: &str, budget: &Budget<'_>) {
        let mut buffer = self.buffers.pop().unwrap_or_default();
        let first = self.fill(source, &mut buffer, 0);
        self.pieces(source, path, &mut buffer, first, budget);
        self.buffers.push(buffer);
    }

    /// Whether to end; if so, that is noted for `path`.
    pub(crate) fn stopped(&mut self, path: &str, budget: &Budget<'_>) -> bool {
        let stopped = self.stop.is_set();
        if stopped {
            self.fail(path, &Limit::Stopped.into(), budget);
        }
        stopped
    }

    fn unpack(
        &mut self,
        form: Form,
        head: &[u8],
        end: End,
        source: &mut dyn Read,
        shelf: Option<&dyn Shelf>,
        place: Place<'_>,
        budget: &Budget<'_>,
    ) {
        let path = place.path;
        if !self.may_unpack(form, place) {
            return;
        }
        let whole = matches!(end, End::Done);
        let mut rest = Read::chain(head, end.then(source));
        match form {
            Form::Gzip => archive::gzip::unpack(self, &mut rest, place, budget),
            Form::Zstd => archive::zstd::unpack(self, &mut rest, place, budget),
            Form::Tar => archive::tar::entries(self, &mut rest, place, budget),
            Form::Zip | Form::Sqlite if whole => self.unpack_shelf(form, &head, place, budget),
            Form::Zip | Form::Sqlite => match shelf {
                Some(shelf) => self.unpack_shelf(form, shelf, place, budget),
                None => self.hold(form, &mut rest, place, budget),
            },
            Form::Foreign(name) => self.account.miss(path, Why::Unsupported, name),
        }
    }

    fn may_unpack(&mut self, form: Form, place: Place<'_>) -> bool {
        let wrap = matches!(form, Form::Gzip | Form::Zstd);
        let free = wrap && !place.unpacked;
        let fits = free || place.depth < self.limits.archive_depth;
        if !fits {
            self.account.miss(place.path, Why::TooDeep, "");
        }
        fits
    }

    fn unpack_shelf(
        &mut self,
        form: Form,
        shelf: &dyn Shelf,
        place: Place<'_>,
        budget: &Budget<'_>,
    ) {
        match form {
            Form::Sqlite => database::rows(self, shelf, place, budget),
            _ => archive::zip::entries(self, shelf, place, budget),
        }
    }

    /// Reads what must be read from its end into memory.
    fn hold(&mut self, form: Form, source: &mut dyn Read, place: Place<'_>, budget: &Budget<'_>) {
        let mut held = Vec::new();
        let max = self.limits.held_bytes as u64;
        let failed = source.take(max).read_to_end(&mut held).err();
        let more = failed.is_none() && held.len() as u64 == max;
        if let Some(error) = failed {
            self.fail(place.path, &error, budget);
        }
        match form {
            Form::Zip if more => {
                let mut rest = Read::chain(held.as_slice(), source);
                archive::zip::from_front(self, &mut rest, place, budget);
            }
            _ if more => {
                self.account.miss(place.path, Why::TooLarge, "a database inside an archive");
            }
            _ => self.unpack_shelf(form, &held.as_slice(), place, budget),
        }
    }

    /// Notes why reading `path` failed, once for all that lies below when a limit was met.
    pub(crate) fn fail(&mut self, path: &str, error: &io::Error, budget: &Budget<'_>) {
        if budget.tells(error) {
            let (why, detail) = why(error);
            self.account.miss(path, why, detail);
        }
    }
}
