//! Hands over every blob, and what commits and tags say.

use gix_hash::{ObjectId, oid};
use gix_object::Kind;

use super::decode::{Buffer, Fault};
use super::forest::Forest;
use super::graph::Ids;
use super::inner::{Inner, is_packed, unpack};
use super::loose::{self, Loose};
use super::read::Reader;
use super::since::since;
use super::walk::{Visit, walk};
use super::{BASE_BYTES, Repository};
use crate::account::{Account, Why};
use crate::limits::Limits;
use crate::piece::{Origin, Piece, Stop, Taker};

/// What of a repository is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Selection {
    /// Every object.
    #[default]
    All,
    /// What was committed at or after this time by the committers' clocks, seconds since 1970: messages, and the
    /// blobs that those commits brought. Of blobs that belong to no commit, those in a file of their own written
    /// since then; packed ones have no time and are left out.
    Since(i64),
}

/// Progress is told in steps of so many bytes.
const STEP_BYTES: u64 = 256 << 10;

impl Repository {
    /// Hands over every blob of the repository once, and the messages of commits and tags; on as many threads
    /// as the limits say. Blobs that nothing refers to any more are among them. What is announced to the taker
    /// as total is what the database takes on disk.
    pub fn sweep(
        &self,
        selection: &Selection,
        limits: &Limits,
        taker: &dyn Taker,
        stop: &Stop,
    ) -> Account {
        let mut account = Account::default();
        self.say_gaps(&mut account);
        let loose = self.loose();
        let packed: u64 = self.packs.iter().map(super::Pack::bytes).sum();
        taker.total(packed + loose.iter().map(|loose| loose.bytes).sum::<u64>());

        let selected = match selection {
            Selection::All => None,
            Selection::Since(time) => Some(since(self, *time, limits, stop, &mut account)),
        };
        let mut seats: Vec<Seat<'_>> = (0..limits.threads.max(1))
            .map(|_| Seat::new(limits, taker, stop, selected.as_ref()))
            .collect();
        self.each_object(&loose, &mut seats, limits.blob_bytes, stop);
        let faults: Vec<_> =
            seats.iter_mut().flat_map(|seat| std::mem::take(&mut seat.faults)).collect();
        if let Some(seat) = seats.first_mut() {
            self.second_look(faults, seat, stop);
        }
        for seat in seats {
            seat.tell();
            account.add(seat.account);
        }
        if stop.is_set() {
            account.miss(self.name(), Why::Stopped, "");
        }
        account
    }

    /// Says what is known to be absent before anything is read.
    fn say_gaps(&self, account: &mut Account) {
        for (path, detail) in &self.broken_packs {
            account.miss(path, Why::Corrupt, detail);
        }
        for path in &self.layout.absent {
            account.miss(
                path.display().to_string(),
                Why::Missing,
                "objects are borrowed from there",
            );
        }
        if self.is_partial {
            account.miss(
                self.name(),
                Why::Missing,
                "a partial clone: objects were left at the server",
            );
        }
        if let Some(commits) = layout_shallow(self) {
            let noun = if commits == 1 { "commit" } else { "commits" };
            account.miss(
                self.name(),
                Why::Missing,
                format!("a shallow clone: history is cut at {commits} {noun}"),
            );
        }
    }

    /// The repository by its folder.
    pub(super) fn name(&self) -> String {
        self.layout.git_dir.display().to_string()
    }

    /// Shows every object that the visitors want, once.
    pub(super) fn each_object<V: Visit>(
        &self,
        loose: &[Loose],
        visitors: &mut [V],
        largest: u64,
        stop: &Stop,
    ) {
        for (number, pack) in self.packs.iter().enumerate() {
            let Some(visitor) = visitors.first_mut() else { return };
            let forest = Forest::plant(pack, |kind, id| {
                !self.has_packed(id, number) && visitor.wants(id, kind)
            });
            walk(pack, &forest, visitors, largest.max(BASE_BYTES), stop);
        }
        loose::visit(loose, visitors, largest, stop);
    }

    /// Loose objects that are not in a pack as well.
    pub(super) fn loose(&self) -> Vec<Loose> {
        let mut found: Vec<_> =
            self.layout.objects.iter().flat_map(|objects| loose::list(objects)).collect();
        found.retain(|loose| !self.has_packed(&loose.id, self.packs.len()));
        found.sort_by_key(|loose| loose.id);
        found.dedup_by_key(|loose| loose.id);
        found
    }

    /// Looks for other copies of what could not be had.
    fn second_look(
        &self,
        faults: Vec<(ObjectId, Option<Kind>, Fault)>,
        seat: &mut Seat<'_>,
        stop: &Stop,
    ) {
        let mut reader = Reader::new(self, seat.limits.blob_bytes.max(BASE_BYTES));
        let mut object = Buffer::default();
        for (id, kind, fault) in faults {
            let found = if stop.is_set() { Err(fault) } else { reader.read(&id, &mut object) };
            match found {
                Ok(Kind::Tree) => {}
                Ok(kind) => seat.object(&id, kind, object.get()),
                Err(found) => {
                    seat.miss(&id, kind, if fault == Fault::TooLarge { fault } else { found });
                }
            }
        }
    }
}

/// How many commits a shallow clone ends at.
fn layout_shallow(repository: &Repository) -> Option<usize> {
    let text = super::layout::small_file(&repository.layout.common_dir.join("shallow"))?;
    Some(text.lines().count()).filter(|commits| *commits > 0)
}

/// One thread: what it hands over, and what it could not.
struct Seat<'a> {
    limits: &'a Limits,
    taker: &'a dyn Taker,
    stop: &'a Stop,
    /// What is asked for; `None` for everything.
    selected: Option<&'a Ids>,
    account: Account,
    /// Objects for which another copy is looked for.
    faults: Vec<(ObjectId, Option<Kind>, Fault)>,
    /// Kept, so that naming an object costs no allocation.
    blob: Origin,
    message: Origin,
    /// Packed bytes that were not told yet.
    untold: u64,
}

impl<'a> Seat<'a> {
    fn new(
        limits: &'a Limits,
        taker: &'a dyn Taker,
        stop: &'a Stop,
        selected: Option<&'a Ids>,
    ) -> Self {
        Self {
            limits,
            taker,
            stop,
            selected,
            account: Account::default(),
            faults: Vec::new(),
            blob: Origin::Blob { id: String::new() },
            message: Origin::Message { id: String::new() },
            untold: 0,
        }
    }

    fn origin(&mut self, kind: Kind, id: &oid) -> &Origin {
        let origin = if kind == Kind::Blob { &mut self.blob } else { &mut self.message };
        if let Origin::Blob { id: name } | Origin::Message { id: name } = origin {
            name.clear();
            let mut hex = [0; 64];
            name.push_str(id.hex_to_buf(&mut hex));
        }
        origin
    }

    fn hand_over_blob(&mut self, id: &oid, bytes: &[u8]) {
        self.account.blobs += 1;
        if is_packed(bytes) {
            let hex = id.to_hex().to_string();
            let origin = |path| Origin::Blob { id: path };
            let inner = Inner { taker: self.taker, origin: &origin };
            return self.account.add(unpack(bytes, &hex, self.limits, &inner, self.stop));
        }
        self.account.bytes += bytes.len() as u64;
        let (taker, limits) = (self.taker, self.limits);
        hand_over(taker, limits, self.origin(Kind::Blob, id), bytes);
    }

    fn hand_over_message(&mut self, id: &oid, kind: Kind, object: &[u8]) {
        let message = message(object);
        self.account.messages += 1;
        self.account.bytes += message.len() as u64;
        let (taker, limits) = (self.taker, self.limits);
        if !message.is_empty() {
            hand_over(taker, limits, self.origin(kind, id), message);
        }
    }

    fn too_large(&mut self, id: &oid, size: u64) {
        self.account.miss(id.to_hex().to_string(), Why::TooLarge, format!("{size} bytes"));
    }

    fn miss(&mut self, id: &oid, kind: Option<Kind>, fault: Fault) {
        let (why, detail) = why(fault);
        let kind = kind.map_or("object".to_owned(), |kind| kind.to_string());
        self.account.miss(format!("{kind} {}", id.to_hex()), why, detail);
    }

    /// Tells how far it is.
    fn tell(&self) {
        self.taker.progress(self.untold);
    }
}

impl Visit for Seat<'_> {
    fn wants(&mut self, id: &oid, kind: Kind) -> bool {
        if kind == Kind::Tree {
            return false;
        }
        let taker = self.taker;
        let why = if self.selected.is_some_and(|selected| !selected.contains(id)) {
            Why::Older
        } else if taker.knows(self.origin(kind, id)) {
            Why::Known
        } else {
            return true;
        };
        self.account.skip(why);
        false
    }

    fn object(&mut self, id: &oid, kind: Kind, bytes: &[u8]) {
        let size = bytes.len() as u64;
        if size > self.limits.blob_bytes {
            self.too_large(id, size);
        } else if kind == Kind::Blob {
            self.hand_over_blob(id, bytes);
        } else {
            self.hand_over_message(id, kind, bytes);
        }
    }

    fn fault(&mut self, id: &oid, kind: Option<Kind>, fault: Fault) {
        self.faults.push((id.to_owned(), kind, fault));
    }

    fn progress(&mut self, bytes: u64) {
        self.untold += bytes;
        if self.untold >= STEP_BYTES {
            self.tell();
            self.untold = 0;
        }
    }

    fn is_welcome(&mut self, id: &oid, size: u64) -> bool {
        if size > self.limits.blob_bytes {
            self.too_large(id, size);
        }
        size <= self.limits.blob_bytes
    }
}

/// A fault in the words of the account.
pub(super) fn why(fault: Fault) -> (Why, &'static str) {
    match fault {
        Fault::Corrupt(detail) => (Why::Corrupt, detail),
        Fault::TooLarge => (Why::TooLarge, "it is made from a larger object"),
        Fault::Missing => (Why::Missing, ""),
        Fault::Denied => (Why::Denied, ""),
    }
}

/// What follows the header of a commit or a tag.
fn message(object: &[u8]) -> &[u8] {
    let begin = memchr::memmem::find(object, b"\n\n").map_or(object.len(), |at| at + 2);
    &object[begin..]
}

/// Hands a text over, in pieces if it is large.
pub(super) fn hand_over(taker: &dyn Taker, limits: &Limits, origin: &Origin, bytes: &[u8]) {
    let step = limits.piece_bytes.saturating_sub(limits.overlap_bytes).max(1);
    let (mut begin, mut line, mut overlap) = (0, 1, 0);
    loop {
        let end = bytes.len().min(begin + limits.piece_bytes.max(1));
        taker.take(Piece {
            origin,
            bytes: &bytes[begin..end],
            offset: begin as u64,
            line,
            overlap,
        });
        if end == bytes.len() {
            return;
        }
        let next = begin + step;
        line += memchr::memchr_iter(b'\n', &bytes[begin..next]).count() as u64;
        (begin, overlap) = (next, end - next);
    }
}
