//! Objects that lie alone in a file each.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use gix_hash::ObjectId;
use gix_object::Kind;
use gix_zlib::Inflate;

use super::decode::{self, Buffer, Fault};
use super::walk::Visit;
use crate::piece::Stop;

/// The header of an object, `blob 123` and a zero byte, is never longer.
const HEADER_BYTES: usize = 64;

const BROKEN: Fault = Fault::Corrupt("it cannot be inflated");

/// A loose object.
pub(super) struct Loose {
    pub(super) id: ObjectId,
    pub(super) path: PathBuf,
    /// Bytes of the file.
    pub(super) bytes: u64,
}

/// Lists the loose objects of a database.
pub(super) fn list(objects: &Path) -> Vec<Loose> {
    let mut found = Vec::new();
    for first in 0..=u8::MAX {
        let name = format!("{first:02x}");
        let Ok(entries) = fs::read_dir(objects.join(&name)) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let rest = entry.file_name();
            let Some(id) = rest.to_str().and_then(|rest| id(&name, rest)) else { continue };
            let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
            found.push(Loose { id, path: entry.path(), bytes });
        }
    }
    found
}

fn id(first: &str, rest: &str) -> Option<ObjectId> {
    ObjectId::from_hex(format!("{first}{rest}").as_bytes()).ok()
}

/// Where an object lies if it is loose.
pub(super) fn path(objects: &Path, id: &gix_hash::oid) -> PathBuf {
    let hex = id.to_hex().to_string();
    let (first, rest) = hex.split_at(2);
    objects.join(first).join(rest)
}

/// Shows loose objects to visitors, each on a thread of its own.
pub(super) fn visit<V: Visit>(loose: &[Loose], visitors: &mut [V], largest: u64, stop: &Stop) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for visitor in visitors {
            let next = &next;
            scope.spawn(move || {
                let mut reader = Reader::default();
                while let Some(loose) = loose.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if stop.is_set() {
                        return;
                    }
                    show(loose, visitor, &mut reader, largest);
                    visitor.progress(loose.bytes);
                }
            });
        }
    });
}

fn show<V: Visit>(loose: &Loose, visitor: &mut V, reader: &mut Reader, largest: u64) {
    match reader.read(&loose.path, largest) {
        Err(fault) => visitor.fault(&loose.id, None, fault),
        Ok(object) if !visitor.wants(&loose.id, object.kind) => {}
        Ok(object) => {
            let is_welcome = visitor.is_welcome(&loose.id, object.size);
            if let Some(bytes) = object.bytes.filter(|_| is_welcome) {
                visitor.object(&loose.id, object.kind, bytes);
            }
        }
    }
}

/// Reads loose objects.
#[derive(Default)]
pub(super) struct Reader {
    inflate: Inflate,
    packed: Vec<u8>,
    object: Buffer,
}

/// A loose object that was read.
pub(super) struct Object<'a> {
    pub(super) kind: Kind,
    /// Bytes of the object.
    pub(super) size: u64,
    /// The object. `None` if it is larger than asked for.
    pub(super) bytes: Option<&'a [u8]>,
}

impl Reader {
    /// Reads an object of at most `largest` bytes; of a larger one, only what it is.
    pub(super) fn read(&mut self, path: &Path, largest: u64) -> Result<Object<'_>, Fault> {
        self.packed.clear();
        let file = File::open(path).map_err(|err| fault(&err))?;
        // What is longer cannot be an object small enough: deflate adds less than that.
        let packed_max = largest.saturating_add(largest / 100).saturating_add(1 << 16);
        file.take(packed_max).read_to_end(&mut self.packed).map_err(|err| fault(&err))?;

        let mut head = [0; HEADER_BYTES];
        self.inflate.reset();
        let (_, _, written) = self.inflate.prefix(&self.packed, &mut head).map_err(|_| BROKEN)?;
        let (kind, size, begin) =
            header(&head[..written]).ok_or(Fault::Corrupt("its header cannot be read"))?;
        if size > largest {
            return Ok(Object { kind, size, bytes: None });
        }
        let whole = begin as u64 + size;
        let whole = decode::unpack(&mut self.inflate, &self.packed, whole, &mut self.object)?;
        Ok(Object { kind, size, bytes: Some(&whole[begin..]) })
    }
}

fn fault(err: &io::Error) -> Fault {
    match err.kind() {
        io::ErrorKind::NotFound => Fault::Missing,
        io::ErrorKind::PermissionDenied => Fault::Denied,
        _ => Fault::Corrupt("its file cannot be read"),
    }
}

/// The kind, the size, and where the object begins.
fn header(head: &[u8]) -> Option<(Kind, u64, usize)> {
    let end = head.iter().position(|byte| *byte == 0)?;
    let (kind, size) = std::str::from_utf8(&head[..end]).ok()?.split_once(' ')?;
    Some((Kind::from_bytes(kind.as_bytes()).ok()?, size.parse().ok()?, end + 1))
}
