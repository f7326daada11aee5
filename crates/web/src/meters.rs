//! What is counted of receivers and connections.

use std::fmt;
use std::time::Duration;

use archive::Split;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::answer::Outcome;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    path: String,
    outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct At {
    path: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Why {
    why: Parting,
}

/// Why a connection was closed from this side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Parting {
    /// There were too many, and none could make room.
    Full,
    /// It made room for another.
    Replaced,
    /// It did not show a secret in time.
    Stranger,
    /// The TLS handshake failed or took too long.
    Handshake,
}

/// All counters of one listener.
#[derive(Debug)]
pub(crate) struct Meters {
    registry: Registry,
    posts: Family<Ended, Counter>,
    seconds: Family<At, Histogram, fn() -> Histogram>,
    bytes: Family<At, Counter>,
    events: Family<At, Counter>,
    rejected: Family<At, Counter>,
    foreign: Family<At, Counter>,
    connections: Gauge,
    partings: Family<Why, Counter>,
}

/// One open connection.
pub(crate) struct Connected(Gauge);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Upper bounds of the buckets for answers, in seconds.
const BUCKETS: [f64; 11] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

fn histogram() -> Histogram {
    Histogram::new(BUCKETS)
}

impl Meters {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("keyward_receiver");
        let meters = Self {
            posts: Family::default(),
            seconds: Family::new_with_constructor(histogram as fn() -> Histogram),
            bytes: Family::default(),
            events: Family::default(),
            rejected: Family::default(),
            foreign: Family::default(),
            connections: Gauge::default(),
            partings: Family::default(),
            registry: Registry::default(),
        };
        let Self {
            posts, seconds, bytes, events, rejected, foreign, connections, partings, ..
        } = &meters;
        registry.register("posts", "Requests to receivers, by how they ended", posts.clone());
        let until = "From the first byte after the headers to the answer";
        registry.register_with_unit("answer", until, Unit::Seconds, seconds.clone());
        registry.register("body_bytes", "Bytes of bodies, unpacked", bytes.clone());
        registry.register("events", "Events read from bodies, repeated ones too", events.clone());
        registry.register("rejected", "Events that could not be read", rejected.clone());
        registry.register(
            "foreign",
            "Events of another provider than the receiver's, or of none that is known",
            foreign.clone(),
        );
        registry.register("connections", "Open connections", connections.clone());
        registry.register("connections_closed", "Closed from this side, by why", partings.clone());
        Self { registry, ..meters }
    }

    /// A post ended.
    pub(crate) fn ended(&self, path: &str, outcome: Outcome, after: Duration) {
        self.posts.get_or_create(&Ended { path: path.to_owned(), outcome }).inc();
        self.seconds.get_or_create(&at(path)).observe(after.as_secs_f64());
    }

    /// A body was read.
    pub(crate) fn read(&self, path: &str, n_bytes: usize, split: &Split) {
        self.bytes.get_or_create(&at(path)).inc_by(n_bytes as u64);
        self.events.get_or_create(&at(path)).inc_by(split.records.len() as u64);
        self.rejected.get_or_create(&at(path)).inc_by(split.n_rejected());
        self.foreign.get_or_create(&at(path)).inc_by(split.foreign);
    }

    /// A connection was closed from this side.
    pub(crate) fn parted(&self, why: Parting) {
        self.partings.get_or_create(&Why { why }).inc();
    }

    /// A connection is open until this is dropped.
    pub(crate) fn connected(&self) -> Connected {
        self.connections.inc();
        Connected(self.connections.clone())
    }

    /// All of them in the text form, behind the caller's own.
    pub(crate) fn text(&self, others: String) -> Result<String, fmt::Error> {
        let mut text = others;
        encode_registry(&mut text, &self.registry)?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}

fn at(path: &str) -> At {
    At { path: path.to_owned() }
}
