//! Where each request is answered.

use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;

use crate::answer::Answer;
use crate::body::Room;
use crate::connection::Guest;
use crate::host::Hosts;
use crate::keep::Keep;
use crate::meters::Meters;
use crate::pages::Status;
use crate::rate::Rate;
use crate::routes::{Purpose, Routes};
use crate::secret::Seals;
use crate::settings::{Clock, Error, Limits, Settings};

/// Between lines about what others do wrong: whoever does it shall not fill the log. All of it is counted.
const QUIET: Duration = Duration::from_secs(5);

/// What all connections share.
pub(crate) struct Desk {
    pub(crate) keep: Arc<dyn Keep>,
    pub(crate) status: Arc<dyn Status>,
    pub(crate) clock: Clock,
    pub(crate) room: Room,
    pub(crate) meters: Meters,
    pub(crate) limits: Limits,
    pub(crate) page_seals: Seals,
    /// By which names pages are asked for.
    pub(crate) hosts: Hosts,
    /// When a line about what others do wrong may be logged.
    pub(crate) hush: Rate,
    /// Whether only this machine is listened to.
    pub(crate) is_local: bool,
    routes: Routes,
}

impl Desk {
    /// A desk for settings that were checked.
    pub(crate) fn new(settings: &Settings, keep: Arc<dyn Keep>, status: Arc<dyn Status>) -> Self {
        let limits = settings.limits.clone();
        Self {
            keep,
            status,
            clock: Arc::clone(&settings.clock),
            room: Room::new(limits.pending_bytes, limits.body_bytes),
            meters: Meters::new(),
            page_seals: Seals::of(&settings.page_secrets),
            hosts: Hosts::new(settings.listen.ip(), &settings.page_hosts),
            hush: Rate::once_per(QUIET),
            is_local: settings.listen.ip().is_loopback(),
            routes: Routes::new(settings),
            limits,
        }
    }

    /// Takes the secrets of settings that are otherwise the same. Those that cannot be used leave the old ones in place.
    pub(crate) fn renew(&self, settings: &Settings) -> Result<(), Error> {
        settings.check()?;
        self.page_seals.change(&settings.page_secrets);
        self.routes.renew(settings);
        Ok(())
    }

    /// Answers one request.
    pub(crate) async fn answer(&self, request: Request<Incoming>, guest: &Guest) -> Answer {
        match self.routes.find(request.uri().path()) {
            Some((mount, Purpose::Post)) => self.receive(mount, request, guest).await,
            Some((mount, Purpose::Acks)) => self.acks(mount, request, guest).await,
            Some((_, Purpose::Health)) => self.hec_health(&request),
            None => {
                let (answer, has_shown) =
                    self.page(request.uri(), request.method(), request.headers());
                if has_shown {
                    guest.show_secret();
                }
                answer
            }
        }
    }
}
