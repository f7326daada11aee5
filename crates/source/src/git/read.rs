//! One object by its id, wherever it lies.

use gix_hash::oid;
use gix_object::Kind;

use super::Repository;
use super::decode::{Buffer, Fault, Tools};
use super::loose;
use super::pack::{Base, Pack, base};

/// How many objects may rest on each other. Git makes chains of at most 4,095.
const CHAIN_MAX: usize = 10_000;

/// How often a broken base may be looked for elsewhere on the way to one object.
const DETOURS_MAX: usize = 8;

/// Reads objects one by one. Kept from object to object, so that memory is used again.
pub(super) struct Reader<'a> {
    repository: &'a Repository,
    tools: Tools,
    loose: loose::Reader,
    largest: u64,
}

impl<'a> Reader<'a> {
    /// A reader of objects of at most `largest` bytes.
    pub(super) fn new(repository: &'a Repository, largest: u64) -> Self {
        Self { repository, tools: Tools::new(largest), loose: loose::Reader::default(), largest }
    }

    /// The object of that id. Every copy is tried before one is given up.
    pub(super) fn read(&mut self, id: &oid, out: &mut Buffer) -> Result<Kind, Fault> {
        self.read_with(id, out, DETOURS_MAX)
    }

    fn read_with(&mut self, id: &oid, out: &mut Buffer, detours: usize) -> Result<Kind, Fault> {
        let mut fault = Fault::Missing;
        let repository = self.repository;
        for pack in &repository.packs {
            let Some(offset) = pack.offset_of(id) else { continue };
            match self.packed(pack, offset, out, detours) {
                Ok(kind) => return Ok(kind),
                Err(found) => fault = found,
            }
        }
        for objects in &repository.layout.objects {
            match self.loose.read(&loose::path(objects, id), self.largest) {
                Ok(object) => {
                    let bytes = object.bytes.ok_or(Fault::TooLarge)?;
                    out.room(bytes.len()).copy_from_slice(bytes);
                    return Ok(object.kind);
                }
                Err(Fault::Missing) => {}
                Err(found) => fault = found,
            }
        }
        Err(fault)
    }

    /// An object of a pack, with all that it rests on.
    fn packed(
        &mut self,
        pack: &Pack,
        offset: u64,
        out: &mut Buffer,
        detours: usize,
    ) -> Result<Kind, Fault> {
        let mut chain = Vec::new();
        let mut at = offset;
        let mut found = loop {
            let entry = pack.header(at)?;
            let below = match base(&entry, at)? {
                Base::At(below) => Some(below),
                Base::Id(id) => Some(pack.offset_of(&id).ok_or(Fault::Missing)?),
                Base::None => None,
            };
            match below {
                Some(below) if chain.len() < CHAIN_MAX => chain.push((at, entry, below)),
                Some(_) => return Err(Fault::Corrupt("it rests on too many others")),
                None => break self.root(pack, at, &entry, out, detours)?,
            }
            at = chain.last().map_or(at, |(_, _, below)| *below);
        };
        while let Some((at, entry, _)) = chain.pop() {
            let mut object = self.tools.buffer();
            let made = pack.packed(&entry).and_then(|packed| {
                self.tools.apply(packed, entry.decompressed_size, out.get(), &mut object)
            });
            if let Err(fault) = made {
                found = self.elsewhere(pack, at, &mut object, detours).ok_or(fault)?;
            }
            std::mem::swap(out, &mut object);
            self.tools.give_back(object);
        }
        Ok(found)
    }

    fn root(
        &mut self,
        pack: &Pack,
        at: u64,
        entry: &gix_pack::data::Entry,
        out: &mut Buffer,
        detours: usize,
    ) -> Result<Kind, Fault> {
        let packed = pack.packed(entry)?;
        match self.tools.whole(packed, entry.decompressed_size, out) {
            Ok(()) => entry.header.as_kind().ok_or(Fault::Corrupt("it is of no known kind")),
            Err(fault) => self.elsewhere(pack, at, out, detours).ok_or(fault),
        }
    }

    /// Another copy of an object that is broken in a pack.
    fn elsewhere(
        &mut self,
        pack: &Pack,
        at: u64,
        out: &mut Buffer,
        detours: usize,
    ) -> Option<Kind> {
        let detours = detours.checked_sub(1)?;
        let repository = self.repository;
        let place = (0..pack.len() as u32).find(|place| pack.offset_at(*place) == at)?;
        let id = pack.id(place);
        for other in repository.packs.iter().filter(|other| !std::ptr::eq(*other, pack)) {
            if let Some(offset) = other.offset_of(id)
                && let Ok(kind) = self.packed(other, offset, out, detours)
            {
                return Some(kind);
            }
        }
        for objects in &repository.layout.objects {
            if let Ok(object) = self.loose.read(&loose::path(objects, id), self.largest)
                && let Some(bytes) = object.bytes
            {
                out.room(bytes.len()).copy_from_slice(bytes);
                return Some(object.kind);
            }
        }
        None
    }
}
