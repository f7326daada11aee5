//! Which path leads to whom.

use std::collections::HashMap;

use archive::SourceId;
use hyper::HeaderMap;
use hyper::header::HeaderName;

use crate::acks::Acks;
use crate::answer::Outcome;
use crate::foreign::Foreign;
use crate::hec;
use crate::rate::Rate;
use crate::secret::{Seal, Seals};
use crate::settings::{Kind, Receiver, Settings};

/// What a path of a receiver is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Events.
    Post,
    /// Questions about acknowledgements, of HEC.
    Acks,
    /// The question whether posts are taken, of HEC.
    Health,
}

/// Receivers of one kind that share a path.
pub(crate) struct Mount {
    pub(crate) path: String,
    pub(crate) kind: Kind,
    header: HeaderName,
    doors: Vec<Door>,
}

/// One receiver.
pub(crate) struct Door {
    pub(crate) source: SourceId,
    pub(crate) acks: Acks,
    pub(crate) rate: Rate,
    /// Events of another provider, and when that may be said.
    pub(crate) foreign: Foreign,
    seals: Seals,
}

/// All paths of all receivers. A path is compared byte for byte: what proxies and servers may take for the same
/// (escapes, double slashes, dots) is another path here, and leads nowhere.
#[derive(Default)]
pub(crate) struct Routes {
    mounts: Vec<Mount>,
    by_path: HashMap<String, (usize, Purpose)>,
}

/// What HEC serves below the path of a collector.
const HEC_PATHS: [(&str, Purpose); 7] = [
    ("", Purpose::Post),
    ("/event", Purpose::Post),
    ("/event/1.0", Purpose::Post),
    ("/ack", Purpose::Acks),
    ("/ack/1.0", Purpose::Acks),
    ("/health", Purpose::Health),
    ("/health/1.0", Purpose::Health),
];

impl Routes {
    /// Routes for receivers that were checked.
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut routes = Self::default();
        for receiver in &settings.receivers {
            let door = Door::new(receiver, settings.limits.requests_per_second);
            let Some(header) = receiver.header_name() else { continue };
            let path = collector(receiver);
            match routes.mounts.iter_mut().find(|mount| mount.path == path) {
                Some(mount) => mount.doors.push(door),
                None => routes.mount(Mount {
                    path: path.to_owned(),
                    kind: receiver.kind,
                    header,
                    doors: vec![door],
                }),
            }
        }
        routes
    }

    fn mount(&mut self, mount: Mount) {
        let at = self.mounts.len();
        let below: &[_] = if mount.kind == Kind::Hec { &HEC_PATHS } else { &HEC_PATHS[..1] };
        for (tail, purpose) in below {
            self.by_path.insert(format!("{}{tail}", mount.path), (at, *purpose));
        }
        self.mounts.push(mount);
    }

    /// Takes the secrets of the same receivers, in the same order.
    pub(crate) fn renew(&self, settings: &Settings) {
        let mut n_met = HashMap::new();
        for receiver in &settings.receivers {
            let path = collector(receiver);
            let nth = n_met.entry(path).or_insert(0);
            let mount = self.mounts.iter().find(|mount| mount.path == path);
            if let Some(door) = mount.and_then(|mount| mount.doors.get(*nth)) {
                door.seals.change(&receiver.secrets);
            }
            *nth += 1;
        }
    }

    /// Whose path that is.
    pub(crate) fn find(&self, path: &str) -> Option<(&Mount, Purpose)> {
        let &(at, purpose) = self.by_path.get(path)?;
        Some((self.mounts.get(at)?, purpose))
    }
}

/// The path of a collector, also where that for events is given.
fn collector(receiver: &Receiver) -> &str {
    let path = receiver.path.as_str();
    match receiver.kind {
        Kind::Hec => path.strip_suffix("/event").filter(|path| path.len() > 1).unwrap_or(path),
        _ => path,
    }
}

impl Mount {
    /// The receiver that a secret opens. Each is compared, so that nothing shows which.
    pub(crate) fn enter(&self, headers: &HeaderMap) -> Result<&Door, Outcome> {
        let mut shown = headers.get_all(&self.header).iter();
        let (Some(value), None) = (shown.next(), shown.next()) else {
            return Err(Outcome::Nameless);
        };
        let seal = match self.kind {
            Kind::Hec => Seal::of(&hec::token(value.as_bytes()).ok_or(Outcome::Nameless)?),
            _ => Seal::of(value.as_bytes()),
        };
        let mut found = Err(Outcome::WrongSecret);
        for door in &self.doors {
            if door.seals.any_is(&seal) {
                found = Ok(door);
            }
        }
        found
    }
}

impl Door {
    fn new(receiver: &Receiver, requests_per_second: u32) -> Self {
        Self {
            source: receiver.source.clone(),
            acks: Acks::default(),
            rate: Rate::new(requests_per_second),
            foreign: Foreign::new(),
            seals: Seals::of(&receiver.secrets),
        }
    }
}
