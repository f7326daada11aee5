//! Gzip: members one after the other, as `cat a.gz b.gz` makes them.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

use super::Metered;
use crate::content::{Place, Reader};

/// Hands over what is packed.
pub(crate) fn unpack(reader: &mut Reader<'_>, source: &mut dyn Read, place: Place<'_>) {
    let members =
        Members::Member(Box::new(GzDecoder::new(BufReader::with_capacity(64 << 10, source))));
    reader.stream(&mut Metered { inner: members, budget: place.budget }, None, place.unpacked());
}

/// All members as one text.
enum Members<R> {
    Member(Box<GzDecoder<R>>),
    End,
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Self::Member(decoder) = self {
            let n = decoder.read(buffer)?;
            if n > 0 || buffer.is_empty() {
                return Ok(n);
            }
            if is_member(decoder.get_mut())? {
                let Self::Member(decoder) = std::mem::replace(self, Self::End) else { break };
                *self = Self::Member(Box::new(GzDecoder::new(decoder.into_inner())));
            } else {
                *self = Self::End;
            }
        }
        Ok(0)
    }
}

/// Whether another member follows. Zeros, which tapes are filled with, are passed over.
fn is_member(source: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let ahead = source.fill_buf()?;
        let zeros = ahead.iter().take_while(|byte| **byte == 0).count();
        match ahead.get(zeros) {
            Some(0x1f) => return Ok(true),
            Some(_) => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "bytes after the end"));
            }
            None if zeros == 0 => return Ok(false),
            None => source.consume(zeros),
        }
    }
}
