//! The intake of the tenant, event by event.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use archive::{Error, Reader, RealDisk};
use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use jiff::Timestamp;

use super::desk::Desk;

/// What of the intake was looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Walked {
    /// The earliest event of the tenant that there was.
    pub(crate) begins: Option<Timestamp>,
    /// The latest.
    pub(crate) ends: Option<Timestamp>,
    /// When something last came from the tenant, events or word that there are none.
    pub(crate) heard: Option<Timestamp>,
    /// Frames that cannot be read any more.
    pub(crate) n_lost: u64,
}

/// Shows every event of the tenant that the intake has from a time on. `None` if there is no intake.
pub(crate) fn walk(
    desk: &Desk,
    since: Option<Timestamp>,
    see: &mut dyn FnMut(&Event<'_>),
) -> anyhow::Result<Option<Walked>> {
    let folder = desk.config.intake_folder();
    if !folder.is_dir() {
        return Ok(None);
    }
    let failed = "failed to open the intake";
    let intake = RealDisk::existing(folder).context(failed)?;
    let mut reader = Reader::at_rest(Arc::new(intake)).context(failed)?.between(since, None);
    let mut walked = Walked::default();
    loop {
        match reader.next(Duration::ZERO) {
            Ok(Some(frame)) if frame.source == desk.tenant.source() => {
                walked.heard = walked.heard.max(Some(frame.received));
                for record in &frame.records {
                    Framer::new(Form::Lines).feed(
                        &record.bytes,
                        End::Here,
                        &mut Looking { see, since, walked: &mut walked },
                    );
                }
            }
            Ok(Some(_)) => {}
            Ok(None) => return Ok(Some(walked)),
            Err(Error::Damaged { from, until, .. } | Error::Removed { from, until }) => {
                walked.n_lost += until.0.saturating_sub(from.0);
            }
            Err(error) => return Err(error).context("failed to read the intake"),
        }
    }
}

struct Looking<'l> {
    see: &'l mut dyn FnMut(&Event<'_>),
    since: Option<Timestamp>,
    walked: &'l mut Walked,
}

impl Sink for Looking<'_> {
    fn event(&mut self, event: Event<'_>, _: Place) {
        let Some(time) = event.time().filter(|time| Some(*time) >= self.since) else { return };
        let Walked { begins, ends, .. } = &mut *self.walked;
        *begins = Some(begins.map_or(time, |begins| begins.min(time)));
        *ends = (*ends).max(Some(time));
        (self.see)(&event);
    }

    /// What is no event was counted when it came.
    fn rejected(&mut self, _: Rejected) {}
}
