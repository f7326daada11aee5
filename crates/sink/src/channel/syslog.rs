//! Syslog over TLS.
//!
//! Source: RFC 5424 (the message), RFC 5425 (TLS and the frame), read 2026-11-22.

use std::sync::Arc;
use std::time::Duration;

use finding::{Level, rfc3339};
use outbound::{Outbound, Peer};

use super::answer::unanswered;
use super::envelope::envelope_within;
use super::{BoxFuture, Channel, Failure};
use crate::{Clock, Delivery, Receipt};

/// The port of syslog over TLS. Source: RFC 5425 section 4.1.
pub const SYSLOG_PORT: u16 = 6514;

/// Octets of a message that every collector should take. Source: RFC 5425 section 4.3.1.
const MESSAGE_MAX: usize = 8192;

/// Octets of the host's name. Source: RFC 5424 section 6.
const HOSTNAME_MAX: usize = 255;

/// How long to wait until a collector says that it has read all.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where messages go, and as whose.
#[derive(Debug, Clone)]
pub struct Collector {
    /// Host and port, mostly [`SYSLOG_PORT`].
    pub peer: Peer,
    /// The facility, 0 to 23: 10 is that of authentication messages.
    pub facility: u8,
    /// As which host the messages come; what does not fit is `-`.
    pub hostname: String,
    /// Octets of one message; 8,192 is what every collector should take.
    pub most: usize,
}

impl Collector {
    /// With the facility for authentication, no host's name, and the size that every collector should take.
    pub fn new(peer: Peer) -> Self {
        Self { peer, facility: 10, hostname: "-".to_owned(), most: MESSAGE_MAX }
    }
}

/// Sends each message over a connection of its own, as JSON in the shape `keyward.alert/1`.
///
/// Syslog has no answers: a message counts as delivered when the collector closed the connection after it, or kept
/// silent.
pub struct Syslog {
    outbound: Outbound,
    clock: Arc<dyn Clock>,
    collector: Collector,
}

impl Syslog {
    /// To a collector.
    pub fn new(outbound: Outbound, clock: Arc<dyn Clock>, collector: Collector) -> Self {
        Self { outbound, clock, collector }
    }

    async fn send(&self, delivery: &Delivery) -> Result<Receipt, Failure> {
        let frame = frame(&self.message(delivery));
        self.pass(frame.as_bytes()).await.map_err(|error| unanswered(&error))?;
        Ok(Receipt::new(None, &format!("{} bytes written", frame.len())))
    }

    async fn pass(&self, frame: &[u8]) -> Result<(), outbound::Error> {
        let mut stream = self.outbound.open(&self.collector.peer).await?.secure().await?;
        stream.write(frame).await?;
        stream.close(PATIENCE).await
    }

    /// `<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID SD MSG`.
    fn message(&self, delivery: &Delivery) -> String {
        let finding = &delivery.alert.finding;
        let priority = u16::from(self.collector.facility.min(23)) * 8 + severity(finding.level);
        let time = rfc3339(self.clock.now());
        let host = named(&self.collector.hostname);
        let version = env!("CARGO_PKG_VERSION");
        let header = format!(
            "<{priority}>1 {time} {host} keyward - {} [origin software=\"keyward\" swVersion=\"{version}\"]",
            delivery.turn.name()
        );
        let room = self.collector.most.saturating_sub(header.len() + 1);
        format!("{header} {}", envelope_within(delivery, room))
    }
}

/// The length in octets, a blank, the message. Source: RFC 5425 section 4.3.
fn frame(message: &str) -> String {
    format!("{} {message}", message.len())
}

/// Printable ASCII without blanks. Source: RFC 5424 section 6.2.4.
fn named(hostname: &str) -> &str {
    let fits = !hostname.is_empty()
        && hostname.len() <= HOSTNAME_MAX
        && hostname.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { hostname } else { "-" }
}

/// Source: RFC 5424 table 2.
fn severity(level: Level) -> u16 {
    match level {
        Level::Critical => 2,
        Level::High => 3,
        Level::Medium => 4,
        Level::Low => 5,
        Level::Informational => 6,
    }
}

impl Channel for Syslog {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Receipt, Failure>> {
        Box::pin(self.send(delivery))
    }

    fn describe(&self) -> String {
        format!("syslog over TLS to {}", self.collector.peer)
    }
}
