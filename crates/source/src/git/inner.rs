//! Archives and databases that were committed: what is in them is handed over by their own name and its path.

use crate::account::Account;
use crate::archive::{Budget, Form};
use crate::content::{Place, Reader};
use crate::limits::Limits;
use crate::piece::{Origin, Piece, Stop, Taker};

/// Whether something else is in these bytes than what they read as.
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    Form::of(bytes, true).is_some()
}

/// Hands over what is in an archive.
pub(super) fn unpack(
    bytes: &[u8],
    name: &str,
    limits: &Limits,
    taker: &dyn Taker,
    stop: &Stop,
) -> Account {
    let budget = Budget::new(limits, stop, Some(bytes.len() as u64));
    let mut reader = Reader::new(limits, taker, stop);
    reader.bytes(bytes, Place::outermost(name, &budget));
    reader.account
}

/// A taker of what is in an object: a path becomes an origin in the repository.
pub(super) struct Inner<'a> {
    pub(super) taker: &'a dyn Taker,
    pub(super) origin: &'a (dyn Fn(String) -> Origin + Sync),
}

impl Taker for Inner<'_> {
    fn take(&self, piece: Piece<'_>) {
        let origin = match piece.origin {
            Origin::File { path } => (self.origin)(path.clone()),
            other => other.clone(),
        };
        self.taker.take(Piece { origin: &origin, ..piece });
    }
}
