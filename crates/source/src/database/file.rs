//! Pages of a file by number.

use std::io;

use super::page::{Page, u16_at, u32_at};
use super::record::Text;
use crate::content::{Store, read_exact_at};

/// The header of the file, which stands before the content of page 1.
pub(super) const HEADER_BYTES: usize = 100;

/// A database file.
pub(super) struct File<'s> {
    store: &'s dyn Store,
    page_bytes: usize,
    /// Bytes of a page that hold content; extensions may keep some at the end.
    pub(super) usable: usize,
    /// Whole pages that there are.
    pub(super) pages: u32,
    pub(super) encoding: Text,
}

impl<'s> File<'s> {
    pub(super) fn open(store: &'s dyn Store) -> io::Result<Self> {
        let mut header = [0; HEADER_BYTES];
        read_exact_at(store, 0, &mut header)?;
        let page_bytes = match u16_at(&header, 16) {
            1 => 1 << 16,
            bytes if bytes >= 512 && bytes.is_power_of_two() => usize::from(bytes),
            _ => return Err(broken("the size of pages is not possible")),
        };
        let usable = page_bytes - usize::from(header[20]);
        if usable < 480 {
            return Err(broken("the size of pages is not possible"));
        }
        let pages = u32::try_from(store.size() / page_bytes as u64).unwrap_or(u32::MAX);
        let encoding = match u32_at(&header, 56) {
            2 => Text::Utf16Le,
            3 => Text::Utf16Be,
            _ => Text::Utf8,
        };
        Ok(Self { store, page_bytes, usable, pages, encoding })
    }

    /// The bytes of a page; the first is 1.
    pub(super) fn bytes(&self, number: u32) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; self.page_bytes];
        read_exact_at(self.store, self.offset(number), &mut bytes)?;
        Ok(bytes)
    }

    /// A page of a tree.
    pub(super) fn page(&self, number: u32) -> io::Result<Page> {
        Page::parse(number, self.bytes(number)?, self.usable)
    }

    /// Where a page begins.
    pub(super) fn offset(&self, number: u32) -> u64 {
        u64::from(number.saturating_sub(1)) * self.page_bytes as u64
    }

    /// From a page up to another, or to the end of the file where there is no such page.
    pub(super) fn from(&self, number: u32, end: u32) -> Box<dyn io::BufRead + 's> {
        let from = self.offset(number);
        let end = if end > self.pages { self.store.size() } else { self.offset(end) };
        self.store.from(from, end.saturating_sub(from))
    }
}

pub(super) fn broken(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Which pages were seen: one bit each.
pub(super) struct Visited {
    bits: Vec<u64>,
    pages: u32,
}

impl Visited {
    pub(super) fn new(pages: u32) -> Self {
        Self { bits: vec![0; pages as usize / 64 + 1], pages }
    }

    /// Marks a page; whether it exists and was not marked before.
    pub(super) fn visit(&mut self, number: u32) -> bool {
        let new = (1..=self.pages).contains(&number) && !self.has(number);
        if new && let Some(bits) = self.bits.get_mut(number as usize / 64) {
            *bits |= 1 << (number % 64);
        }
        new
    }

    fn has(&self, number: u32) -> bool {
        self.bits.get(number as usize / 64).is_some_and(|bits| bits >> (number % 64) & 1 == 1)
    }

    /// The next run of pages from `from` on that were not marked: the first, and the one behind the last.
    pub(super) fn gap(&self, from: u32) -> Option<(u32, u32)> {
        let first = (from..=self.pages).find(|number| !self.has(*number))?;
        let end = (first..=self.pages).find(|number| self.has(*number));
        Some((first, end.unwrap_or(self.pages.saturating_add(1))))
    }
}
