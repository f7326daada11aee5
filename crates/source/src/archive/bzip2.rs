//! bzip2: streams one after the other.

use std::io::Read;

use bzip2::read::MultiBzDecoder;

use super::Metered;
use crate::content::{Place, Reader};

/// Hands over what is packed.
pub(crate) fn unpack(reader: &mut Reader<'_>, source: &mut dyn Read, place: Place<'_>) {
    let inner = decoder(source);
    reader.stream(&mut Metered { inner, budget: place.budget }, None, place.unpacked());
}

/// Decodes one content.
pub(super) fn decoder<R: Read>(source: R) -> MultiBzDecoder<R> {
    MultiBzDecoder::new(source)
}
