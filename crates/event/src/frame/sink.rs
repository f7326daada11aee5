//! Where what a framer finds goes.

use super::rejected::{Place, Rejected, Tally, Why};
use crate::event::Event;
use crate::open::Receiver;

/// Receives what a framer finds.
pub trait Sink {
    /// An event, and where its record stands.
    fn event(&mut self, event: Event<'_>, place: Place);
    /// A record that was not read.
    fn rejected(&mut self, rejected: Rejected);
}

/// Counts what a record turns out to be, and passes it on.
pub(super) struct Desk<'s> {
    pub(super) place: Place,
    pub(super) tally: &'s mut Tally,
    pub(super) sink: &'s mut dyn Sink,
}

impl Receiver for Desk<'_> {
    #[inline]
    fn event(&mut self, event: Event<'_>) {
        self.tally.events += 1;
        self.sink.event(event, self.place);
    }

    fn unread(&mut self, why: Why) {
        self.tally.rejected += 1;
        self.sink.rejected(Rejected { place: self.place, why });
    }
}
