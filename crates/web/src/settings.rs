//! What is listened on, for whom and within which limits.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use archive::{SourceId, Transport};
use hyper::header::{HeaderName, HeaderValue};
use jiff::Timestamp;
use thiserror::Error;

use crate::secret::SecretText;

/// The clock of this machine.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What to listen on.
#[derive(Clone)]
pub struct Settings {
    /// Address and port. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// `None` listens without TLS.
    pub tls: Option<Tls>,
    /// Whether other machines may be answered without TLS, for what stands behind a proxy that ends it.
    pub allow_plain: bool,
    /// Who may read the pages: `Authorization: Bearer` with one of these. Empty: anyone if only this machine is listened to, else
    /// no one, save for whether the program is alive and ready.
    pub page_secrets: Vec<SecretText>,
    /// Names of this machine by which pages are asked for, without ports, beside `localhost` and its address.
    pub page_hosts: Vec<String>,
    /// Bounds.
    pub limits: Limits,
    /// What is received. Empty: pages alone.
    pub receivers: Vec<Receiver>,
    /// Says when a batch came.
    pub clock: Clock,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("listen", &self.listen)
            .field("tls", &self.tls)
            .field("receivers", &self.receivers)
            .finish_non_exhaustive()
    }
}

/// Where the certificate is. Files that change are read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// PEM: the certificate, then those that lead to the authority.
    pub certificate: PathBuf,
    /// PEM: its private key.
    pub key: PathBuf,
}

/// What bounds a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one body, both as it comes and unpacked.
    pub body_bytes: usize,
    /// Bytes of bodies that are read or wait to be written, all together.
    pub pending_bytes: usize,
    /// Bytes of the headers of one request.
    pub header_bytes: usize,
    /// Open connections. Beyond, the oldest that has not shown a secret makes room.
    pub connections: usize,
    /// Requests a second to one receiver, on average over bursts of one second.
    pub requests_per_second: u32,
    /// How long a connection may take to show a secret.
    pub stranger: Duration,
    /// How long a connection may stay without a request.
    pub idle: Duration,
    /// How long requests that were begun may take at the end.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 16 << 20,
            pending_bytes: 128 << 20,
            header_bytes: 16 << 10,
            connections: 512,
            requests_per_second: 10_000,
            stranger: Duration::from_secs(10),
            idle: Duration::from_mins(1),
            stop: Duration::from_secs(10),
        }
    }
}

/// The form in which a provider pushes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Okta's event hooks.
    Hook,
    /// Amazon `EventBridge`, by an API destination.
    EventBridge,
    /// Auth0's log streams to a custom webhook, in any of their formats.
    Auth0,
    /// Splunk's HTTP Event Collector. The path is that of the collector, as `/services/collector`.
    Hec,
}

impl Kind {
    /// How long a sender waits, less a margin for the way back.
    ///
    /// Okta waits 3 s and API destinations 5 s; Auth0 does not say, and clients of HEC begin at 10 s. Sources: Okta, "Event
    /// hooks"; Amazon, "API destinations as targets"; checked 2026-11-22.
    pub fn deadline(self) -> Duration {
        match self {
            Self::Hook => Duration::from_millis(2_500),
            Self::EventBridge | Self::Auth0 => Duration::from_millis(4_500),
            Self::Hec => Duration::from_secs(9),
        }
    }

    /// How events that come this way are marked.
    pub fn transport(self) -> Transport {
        match self {
            Self::Hook => Transport::Hook,
            Self::EventBridge => Transport::EventBridge,
            Self::Auth0 => Transport::Stream,
            Self::Hec => Transport::Hec,
        }
    }
}

/// One tenant's way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Exactly this path, as `/hooks/acme`. Receivers of one kind may share it if their secrets differ.
    pub path: String,
    /// What is pushed.
    pub kind: Kind,
    /// Whose events come here.
    pub source: SourceId,
    /// One secret, or two while one is replaced: the header's whole value; for HEC the token alone.
    pub secrets: Vec<SecretText>,
    /// The header that holds the secret; `None` is `Authorization`. For API destinations with a key of another name.
    pub header: Option<String>,
}

/// Why nothing is listened on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// Without TLS, for other machines, and not told to.
    #[error("{0} is open to other machines: set up TLS, or allow plain HTTP if a proxy ends TLS")]
    Plain(SocketAddr),
    /// A path that no request can have, or that has another use.
    #[error("receiver `{path}`: {why}")]
    Path {
        /// As given.
        path: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A receiver's secrets cannot be used as they are.
    #[error("secrets of receiver `{path}`: {why}")]
    Secrets {
        /// The receiver's path.
        path: String,
        /// What is wrong with them; never holds one.
        why: &'static str,
    },
    /// Limits that let nothing through.
    #[error("limits: {0}")]
    Limits(&'static str),
    /// The certificate or its key cannot be used.
    #[error("certificate {path}: {why}")]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it; never holds any of it.
        why: String,
    },
    /// The address cannot be listened on.
    #[error("failed to listen on {address}")]
    Listen {
        /// As given.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Paths that are not for receivers.
pub(crate) const PAGES: [&str; 4] = ["/metrics", "/status", "/health", "/ready"];

/// Bytes of a path that may be long enough.
const MAX_PATH: usize = 256;

impl Settings {
    /// Says what is wrong, before anything is opened.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if !self.listen.ip().is_loopback() && self.tls.is_none() && !self.allow_plain {
            return Err(Error::Plain(self.listen));
        }
        self.limits.check()?;
        let mut kinds = HashMap::new();
        for receiver in &self.receivers {
            receiver.check()?;
            if *kinds.entry(&receiver.path).or_insert(receiver.kind) != receiver.kind {
                return Err(receiver.bad_path("used for two kinds"));
            }
        }
        self.check_shared()
    }

    /// Receivers on one path are told apart by their secrets.
    fn check_shared(&self) -> Result<(), Error> {
        for (at, one) in self.receivers.iter().enumerate() {
            let others = self.receivers[at + 1..].iter().filter(|other| other.path == one.path);
            for other in others {
                if other.header_name() != one.header_name() {
                    return Err(one.bad_path("shared, with different headers"));
                }
                if other.secrets.iter().any(|secret| one.secrets.contains(secret)) {
                    return Err(one.bad_secrets("one of them opens another receiver of this path"));
                }
            }
        }
        Ok(())
    }
}

impl Limits {
    fn check(&self) -> Result<(), Error> {
        let why = match self {
            Self { body_bytes: 0, .. } => "no body fits",
            Self { connections: 0, .. } => "no connection fits",
            Self { requests_per_second: 0, .. } => "no request is let through",
            // `hyper` wants room for a first reading.
            Self { header_bytes, .. } if *header_bytes < 8 << 10 => "headers need 8 KiB at least",
            _ if self.pending_bytes < self.body_bytes => "what waits cannot hold one body",
            _ => return Ok(()),
        };
        Err(Error::Limits(why))
    }
}

impl Receiver {
    /// The header that holds the secret; `None` if none can have that name.
    pub(crate) fn header_name(&self) -> Option<HeaderName> {
        let name = self.header.as_deref().unwrap_or("authorization");
        HeaderName::from_bytes(name.as_bytes()).ok()
    }

    fn check(&self) -> Result<(), Error> {
        let path = self.path.as_str();
        let odd = |byte: u8| !byte.is_ascii_graphic() || matches!(byte, b'?' | b'#' | b'%' | b'\\');
        if !path.starts_with('/') || path.len() < 2 || path.ends_with('/') {
            return Err(self.bad_path("must begin with a slash and not end with one"));
        }
        if path.len() > MAX_PATH || path.bytes().any(odd) {
            return Err(self.bad_path("too long, or with a character that needs escaping"));
        }
        if path.split('/').skip(1).any(|part| matches!(part, "" | "." | "..")) {
            return Err(self.bad_path("empty and dotted parts are taken away by proxies"));
        }
        if PAGES.contains(&path) {
            return Err(self.bad_path("taken by a page"));
        }
        if self.header_name().is_none() {
            return Err(self.bad_path("no header can have the name that is given"));
        }
        self.check_secrets()
    }

    fn check_secrets(&self) -> Result<(), Error> {
        let is_sendable = |secret: &SecretText| {
            let text = secret.expose();
            text.trim() == text && !text.is_empty() && HeaderValue::from_str(text).is_ok()
        };
        if self.secrets.is_empty() {
            return Err(self.bad_secrets("there is none"));
        }
        if self.secrets.len() > 2 {
            return Err(self.bad_secrets("more than two"));
        }
        if !self.secrets.iter().all(is_sendable) {
            return Err(self.bad_secrets("empty, or not what a header can hold"));
        }
        Ok(())
    }

    fn bad_path(&self, why: &'static str) -> Error {
        Error::Path { path: self.path.clone(), why }
    }

    fn bad_secrets(&self, why: &'static str) -> Error {
        Error::Secrets { path: self.path.clone(), why }
    }
}
