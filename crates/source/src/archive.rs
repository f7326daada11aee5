//! Archives and compressed files, told by their first bytes and read as streams.
//!
//! Nothing is written, so names in archives are but names. What is met is limited in bytes, entries and depth
//! for each outermost archive as a whole; where a limit ends the reading, what came before was handed over.

use std::io::Read;

use crate::account::Account;
use crate::content::{Place, Reader, Store};
use crate::limits::Limits;
use crate::piece::{Stop, Taker};

mod budget;
pub(crate) mod bzip2;
mod form;
pub(crate) mod gzip;
pub(crate) mod tar;
pub(crate) mod xz;
pub(crate) mod zip;
pub(crate) mod zstd;

pub(crate) use budget::{Budget, Limit, Metered};
pub(crate) use form::Form;

/// Hands over what is in `bytes`: an archive, a database or a text.
pub fn sweep_bytes(
    bytes: &[u8],
    path: &str,
    limits: &Limits,
    taker: &dyn Taker,
    stop: &Stop,
) -> Account {
    let mut reader = Reader::new(limits, taker, stop);
    let budget = Budget::new(limits, stop, Some(bytes.len() as u64));
    reader.bytes(bytes, Place::outermost(path, &budget));
    reader.account
}

/// Hands over what comes from `source` (standard input): an archive, a database or a text.
pub fn sweep_stream(
    source: &mut dyn Read,
    path: &str,
    limits: &Limits,
    taker: &dyn Taker,
    stop: &Stop,
) -> Account {
    let mut reader = Reader::new(limits, taker, stop);
    let budget = Budget::new(limits, stop, None);
    reader.stream(source, None, Place::outermost(path, &budget));
    reader.account
}

/// Whether a content ends as a zip does, whatever it begins with: a program that unpacks itself.
pub(crate) fn ends_as_zip(store: &dyn Store) -> bool {
    let mut end = [0; zip::END_BYTES];
    store.size() > zip::END_BYTES as u64
        && crate::content::read_exact_at(store, store.size() - zip::END_BYTES as u64, &mut end)
            .is_ok()
        && form::is_zip_end(&end)
}
