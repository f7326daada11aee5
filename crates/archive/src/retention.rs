//! What is too old to be kept.
//!
//! There is no clock here, and clocks jump. How late it is say both the newest event and the clock of whoever received it: the earlier counts.
//! How old a segment is say both as well: the later counts. So a clock that is wrong keeps more, never less.

use std::time::Duration;

use crate::batch::Position;
use crate::error::Error;
use crate::index::Index;
use crate::segment::{self, Found, HEAD};
use crate::shelf::Shelf;

/// The newest of some frames.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Newest {
    /// When the last was received, in seconds since 1970.
    pub(crate) received: i64,
    /// The hour of the newest event since 1970.
    pub(crate) hour: i32,
}

/// The end of an hour, in seconds since 1970.
fn end_of(hour: i32) -> i64 {
    (i64::from(hour) + 1) * 3600
}

/// The first position that is kept: the beginning of a segment, `most` at the latest.
pub(crate) fn first_kept(shelf: &Shelf, keep: Duration, now: Newest, most: Position) -> Position {
    let now = now.received.min(end_of(now.hour));
    let oldest = now.saturating_sub(i64::try_from(keep.as_secs()).unwrap_or(i64::MAX));
    let bases = shelf.bases();
    let mut first = bases.first().copied().unwrap_or_default();
    for next in bases.into_iter().skip(1).take_while(|next| *next <= most) {
        // The first block of the next segment is about as old as the last of this one.
        match age(shelf, next) {
            Some(time) if time < oldest => first = next,
            _ => break,
        }
    }
    first
}

/// When the first block of a segment was received or its events happened, whichever is later.
fn age(shelf: &Shelf, base: Position) -> Option<i64> {
    let (segment, _) = shelf.segment(base).ok()?;
    match segment.look(HEAD).ok()? {
        Found::Header(header, _) if header.hours.last >= header.hours.first => {
            Some(header.received.max(end_of(header.hours.last)))
        }
        Found::Header(header, _) => Some(header.received),
        Found::End | Found::Broken(_) => None,
    }
}

/// Removes the segments before a position, and what the index tells of them.
pub(crate) fn remove(shelf: &Shelf, index: &mut Index, before: Position) {
    let gone: Vec<_> = shelf.bases().into_iter().filter(|base| *base < before).collect();
    if gone.is_empty() {
        return;
    }
    tracing::info!(segments = gone.len(), before = before.0, "removing what is older than is kept");
    for base in gone {
        let name = segment::name(base);
        // The oldest goes first, so that what stays has no hole in it.
        if let Err(error) = shelf.disk.remove(&name) {
            let error = Error::disk("remove", &name, error);
            tracing::warn!(%error, "a segment that is too old is still there");
            break;
        }
        shelf.forget(base);
    }
    index.forget(shelf.first());
}
