//! Prints of a stretch of the log, sorted in a file.
//!
//! ```text
//!  magic 8 │ length 8 │ head: stretch, hours with counts, cursors │ checksum 8 │ … │ pages of 4096: 255 prints, count 8, checksum 8
//! ```
//!
//! Pages are synced before the head is written: a file with a whole head is whole. Each page has its own checksum all the same, since the file
//! may rot; what cannot be read is made again from the log.

use std::sync::Arc;

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::filter::Filter;
use super::{Hours, Print};
use crate::batch::Position;
use crate::cursors::Cursors;
use crate::disk::{Blob, Disk, read_exact_at};
use crate::error::Error;
use crate::shelf::Shelf;
use crate::varint::{Bytes, put, put_signed};

/// What a print takes in memory, with the room that a set keeps free.
pub(super) const PRINT_BYTES: usize = 32;

/// How the names of these files begin.
pub(super) const PREFIX: &str = "keys-";
const SUFFIX: &str = ".kw";
const MAGIC: [u8; 8] = *b"kwkey01\n";

const PAGE: usize = 4096;
const PER_PAGE: usize = PAGE / 16 - 1;

/// A head is no longer than that.
const MOST_HEAD: u64 = 64 << 20;

/// A file of prints.
#[derive(Debug)]
pub(super) struct Spill {
    /// The first frame that it tells of.
    pub(super) from: Position,
    /// The first that it does not.
    pub(super) until: Position,
    blob: Arc<dyn Blob>,
    /// Where pages begin.
    pages_at: u64,
    /// In the order of their hours.
    sections: Vec<Section>,
    /// All prints, as long as there is room for them.
    warm: Option<Hours>,
    n_warm: usize,
    lookup_bytes: usize,
    used: u64,
}

/// The prints of one hour.
#[derive(Debug)]
struct Section {
    hour: i32,
    count: u64,
    first_page: u64,
    lookup: Option<Lookup>,
}

/// What is known of a section without reading it.
#[derive(Debug)]
struct Lookup {
    filter: Filter,
    /// The upper half of the first print of each page.
    fences: Vec<u64>,
}

impl Lookup {
    fn of(prints: &[Print]) -> Self {
        let mut filter = Filter::of(prints.len());
        for print in prints {
            filter.add(*print);
        }
        let fences = prints.chunks(PER_PAGE).filter_map(|page| page.first().map(|one| upper(*one)));
        Self { filter, fences: fences.collect() }
    }

    fn bytes(&self) -> usize {
        self.filter.bytes() + self.fences.len() * size_of::<u64>()
    }
}

fn upper(print: Print) -> u64 {
    (print >> 64) as u64
}

fn name(from: Position, until: Position) -> String {
    format!("{PREFIX}{:020}-{:020}{SUFFIX}", from.0, until.0)
}

/// The stretches of all files, in order.
pub(super) fn list(disk: &dyn Disk) -> Result<Vec<(Position, Position)>, Error> {
    let names = disk.names().map_err(|error| Error::disk("list", ".", error))?;
    let stretch = |text: &String| {
        let (from, until) = text.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.split_once('-')?;
        let stretch = (Position(from.parse().ok()?), Position(until.parse().ok()?));
        (name(stretch.0, stretch.1) == *text).then_some(stretch)
    };
    let mut stretches: Vec<_> = names.iter().filter_map(stretch).collect();
    stretches.sort_unstable();
    Ok(stretches)
}

/// Removes a file that is not needed any more. If that fails it is tried again when the intake is opened.
pub(super) fn remove(disk: &dyn Disk, from: Position, until: Position) {
    if let Err(error) = disk.remove(&name(from, until)) {
        tracing::warn!(%error, name = name(from, until), "failed to remove a part of the index");
    }
}

/// The cursors of a file, as far as they can be read.
pub(super) fn cursors(shelf: &Arc<Shelf>, from: Position, until: Position) -> Cursors {
    let opened = Spill::open(shelf, from, until);
    opened.ok().flatten().map(|(_, cursors)| cursors).unwrap_or_default()
}

impl Spill {
    /// Opens a file. `None` if it is not whole.
    pub(super) fn open(
        shelf: &Arc<Shelf>,
        from: Position,
        until: Position,
    ) -> Result<Option<(Self, Cursors)>, Error> {
        let name = name(from, until);
        let blob = shelf.disk.open(&name).map_err(|error| Error::disk("open", &name, error))?;
        let Some((head, pages_at)) = head_of(blob.as_ref(), &shelf.key) else { return Ok(None) };
        let mut bytes = Bytes(&head);
        let Some((sections, cursors)) = read_head(&mut bytes, from, until) else { return Ok(None) };
        let (warm, n_warm, lookup_bytes, used) = (None, 0, 0, 0);
        let spill =
            Self { from, until, blob, pages_at, sections, warm, n_warm, lookup_bytes, used };
        Ok(Some((spill, cursors)))
    }

    /// Writes a file, in place of one of the same stretch.
    pub(super) fn write(
        shelf: &Arc<Shelf>,
        from: Position,
        until: Position,
        hours: &Hours,
        cursors: &Cursors,
    ) -> Result<Self, Error> {
        let (mut sections, mut pages) = (Vec::new(), Vec::new());
        let mut in_order: Vec<_> = hours.iter().collect();
        in_order.sort_unstable_by_key(|(hour, _)| **hour);
        for (hour, prints) in in_order {
            let mut prints: Vec<_> = prints.iter().copied().collect();
            prints.sort_unstable();
            let first_page = (pages.len() / PAGE) as u64;
            prints.chunks(PER_PAGE).for_each(|chunk| put_page(chunk, &mut pages));
            let lookup = Some(Lookup::of(&prints));
            sections.push(Section { hour: *hour, count: prints.len() as u64, first_page, lookup });
        }
        let head = head(&shelf.key, from, until, &sections, cursors);
        let pages_at = (head.len() as u64).next_multiple_of(PAGE as u64);
        let name = name(from, until);
        let failed = |doing| {
            let name = name.clone();
            move |error| Error::disk(doing, &name, error)
        };
        let blob = shelf.disk.create(&name).map_err(failed("create"))?;
        blob.write_at(&pages, pages_at).map_err(failed("write"))?;
        blob.sync().map_err(failed("sync"))?;
        blob.write_at(&head, 0).map_err(failed("write"))?;
        blob.sync().map_err(failed("sync"))?;
        shelf.disk.sync().map_err(|error| Error::disk("sync", ".", error))?;
        let lookup_bytes = sections.iter().flat_map(|one| &one.lookup).map(Lookup::bytes).sum();
        let (warm, n_warm, used) = (None, 0, 0);
        Ok(Self { from, until, blob, pages_at, sections, warm, n_warm, lookup_bytes, used })
    }

    /// Keeps its prints in memory as well.
    pub(super) fn with_warm(self, hours: Hours) -> Self {
        let n_warm = hours.values().map(std::collections::HashSet::len).sum();
        Self { warm: Some(hours), n_warm, ..self }
    }

    /// The hours of its prints.
    pub(super) fn hours(&self) -> impl Iterator<Item = i32> {
        self.sections.iter().map(|section| section.hour)
    }

    /// What it takes of memory beside what is needed to find anything in it.
    pub(super) fn memory_bytes(&self) -> usize {
        self.n_warm * PRINT_BYTES + self.lookup_bytes
    }

    /// When it was asked for last.
    pub(super) fn last_used(&self) -> u64 {
        self.used
    }

    /// Gives memory back, the prints first. How much.
    pub(super) fn shrink(&mut self) -> usize {
        let before = self.memory_bytes();
        if self.warm.take().is_some() {
            self.n_warm = 0;
        } else {
            self.sections.iter_mut().for_each(|section| section.lookup = None);
            self.lookup_bytes = 0;
        }
        before - self.memory_bytes()
    }

    /// Whether it holds a print. `None` if it cannot be read.
    pub(super) fn holds(&mut self, hour: i32, print: Print, clock: u64) -> Option<bool> {
        self.used = clock;
        if let Some(warm) = &self.warm {
            return Some(warm.get(&hour).is_some_and(|prints| prints.contains(&print)));
        }
        let at = self.sections.binary_search_by_key(&hour, |section| section.hour);
        let Ok(at) = at else { return Some(false) };
        self.load(at)?;
        let section = self.sections.get(at)?;
        let lookup = section.lookup.as_ref()?;
        if !lookup.filter.may_hold(print) {
            return Some(false);
        }
        let page = lookup.fences.partition_point(|fence| *fence <= upper(print));
        let Some(page) = page.checked_sub(1) else { return Some(false) };
        let page = self.page(section.first_page + page as u64)?;
        Some(page.binary_search(&print).is_ok())
    }

    /// Learns what is known of a section without reading it.
    fn load(&mut self, at: usize) -> Option<()> {
        let section = self.sections.get(at)?;
        if section.lookup.is_some() {
            return Some(());
        }
        let pages = section.count.div_ceil(PER_PAGE as u64);
        let mut prints = Vec::new();
        for page in section.first_page..section.first_page + pages {
            prints.extend(self.page(page)?);
        }
        let is_whole = prints.len() as u64 == section.count && prints.is_sorted();
        let lookup = is_whole.then(|| Lookup::of(&prints))?;
        self.lookup_bytes += lookup.bytes();
        self.sections.get_mut(at)?.lookup = Some(lookup);
        Some(())
    }

    fn page(&self, page: u64) -> Option<Vec<Print>> {
        let mut bytes = vec![0; PAGE];
        let at = self.pages_at + page * PAGE as u64;
        read_exact_at(self.blob.as_ref(), &mut bytes, at).ok()?;
        let (body, sum) = bytes.split_last_chunk::<8>()?;
        if xxh3_64(body).to_le_bytes() != *sum {
            return None;
        }
        let (prints, count) = body.split_last_chunk::<8>()?;
        let count = usize::try_from(u64::from_le_bytes(*count)).ok()?;
        let prints = prints.chunks_exact(16).filter_map(|one| one.first_chunk());
        Some(prints.take(count).map(|one| Print::from_le_bytes(*one)).collect())
    }
}

fn put_page(prints: &[Print], out: &mut Vec<u8>) {
    let start = out.len();
    for print in prints {
        out.extend_from_slice(&print.to_le_bytes());
    }
    out.resize(start + PER_PAGE * 16, 0);
    out.extend_from_slice(&(prints.len() as u64).to_le_bytes());
    let sum = xxh3_64(out.get(start..).unwrap_or_default());
    out.extend_from_slice(&sum.to_le_bytes());
}

/// The bytes before the pages.
fn head(
    key: &crate::block::Key,
    from: Position,
    until: Position,
    sections: &[Section],
    cursors: &Cursors,
) -> Vec<u8> {
    let mut body = Vec::new();
    put(&mut body, from.0);
    put(&mut body, until.0);
    put(&mut body, sections.len() as u64);
    for section in sections {
        put_signed(&mut body, i64::from(section.hour));
        put(&mut body, section.count);
        put(&mut body, section.first_page);
    }
    cursors.write(&mut body);
    let mut head = MAGIC.to_vec();
    head.extend_from_slice(&(body.len() as u64).to_le_bytes());
    head.extend_from_slice(&body);
    let sum = checksum(key, &head);
    head.extend_from_slice(&sum);
    head
}

fn checksum(key: &crate::block::Key, bytes: &[u8]) -> [u8; 8] {
    let mut hash = Xxh3::new();
    hash.update(key);
    hash.update(bytes);
    hash.digest().to_le_bytes()
}

/// What the head of a file says, and where its pages begin. `None` if it is not whole.
fn head_of(blob: &dyn Blob, key: &crate::block::Key) -> Option<(Vec<u8>, u64)> {
    let mut start = [0; 16];
    read_exact_at(blob, &mut start, 0).ok()?;
    let len = u64::from_le_bytes(*start.last_chunk()?);
    if !start.starts_with(&MAGIC) || len > MOST_HEAD || len > blob.size().ok()? {
        return None;
    }
    let mut all = vec![0; start.len() + len as usize + 8];
    read_exact_at(blob, &mut all, 0).ok()?;
    let pages_at = (all.len() as u64).next_multiple_of(PAGE as u64);
    let (head, sum) = all.split_last_chunk::<8>()?;
    (checksum(key, head) == *sum).then(|| (head[start.len()..].to_vec(), pages_at))
}

fn read_head(
    bytes: &mut Bytes<'_>,
    from: Position,
    until: Position,
) -> Option<(Vec<Section>, Cursors)> {
    if bytes.number()? != from.0 || bytes.number()? != until.0 {
        return None;
    }
    let section = |bytes: &mut Bytes<'_>| {
        let hour = bytes.signed()?.try_into().ok()?;
        let (count, first_page) = (bytes.number()?, bytes.number()?);
        Some(Section { hour, count, first_page, lookup: None })
    };
    let sections = (0..bytes.count()?).map(|_| section(bytes)).collect::<Option<_>>()?;
    Some((sections, Cursors::read(bytes)?))
}
