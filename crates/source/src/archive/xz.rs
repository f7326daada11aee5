//! xz: streams one after the other.

use std::io::{BufReader, Read};

use lzma_rust2::XzReader;

use super::Metered;
use crate::content::{Place, Reader};

/// The memory that a decoder may take, in KiB: `xz -9` asks for 65 MiB, and no more than 1.5 GiB can be asked for.
const MEMORY_KIB: u32 = 192 << 10;

/// Hands over what is packed.
pub(crate) fn unpack(reader: &mut Reader<'_>, source: &mut dyn Read, place: Place<'_>) {
    let inner = decoder(source);
    reader.stream(&mut Metered { inner, budget: place.budget }, None, place.unpacked());
}

/// Decodes one content.
pub(super) fn decoder<R: Read>(source: R) -> XzReader<BufReader<R>> {
    let source = BufReader::with_capacity(64 << 10, source);
    XzReader::new_mem_limit(source, true, MEMORY_KIB)
}
