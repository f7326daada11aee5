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
use crate::secret::Seal;
use crate::settings::{Clock, Limits, Settings};

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
    pub(crate) page_seals: Vec<Seal>,
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
        let secrets = settings.page_secrets.iter();
        Self {
            keep,
            status,
            clock: Arc::clone(&settings.clock),
            room: Room::new(limits.pending_bytes, limits.body_bytes),
            meters: Meters::new(),
            page_seals: secrets.map(|secret| Seal::of(secret.expose().as_bytes())).collect(),
            hosts: Hosts::new(settings.listen.ip(), &settings.page_hosts),
            hush: Rate::once_per(QUIET),
            is_local: settings.listen.ip().is_loopback(),
            routes: Routes::new(settings),
            limits,
        }
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
