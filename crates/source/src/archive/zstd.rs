//! Zstandard: frames one after the other.

use std::io::{self, BufReader, Read};

use zstd::stream::read::Decoder;

use super::Metered;
use crate::content::{Place, Reader};

/// The largest window, as a power of two, that is allowed for: what the format asks every reader to manage is
/// 8 MiB, what `zstd --long` writes is 128 MiB.
const WINDOW_LOG_MAX: u32 = 27;

/// Hands over what is packed.
pub(crate) fn unpack(reader: &mut Reader<'_>, source: &mut dyn Read, place: Place<'_>) {
    match decoder(source) {
        Ok(inner) => {
            reader.stream(&mut Metered { inner, budget: place.budget }, None, place.unpacked());
        }
        Err(error) => reader.fail(place.path, &error, place.budget),
    }
}

/// Decodes one content.
pub(super) fn decoder<R: Read>(source: R) -> io::Result<Decoder<'static, BufReader<R>>> {
    let mut decoder = Decoder::with_buffer(BufReader::with_capacity(64 << 10, source))?;
    decoder.window_log_max(WINDOW_LOG_MAX)?;
    Ok(decoder)
}
