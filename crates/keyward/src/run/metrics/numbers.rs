//! Numbers of one moment, and the text that they make.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;

use jiff::Timestamp;
use prometheus_client::encoding::text::encode_registry;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::seconds;

/// A name and a value.
pub(super) type Label = (&'static str, String);

type Counters = Family<Vec<Label>, Counter>;
type Gauges = Family<Vec<Label>, Gauge<f64, AtomicU64>>;

/// Numbers, each with its name and what it means.
pub(super) struct Numbers {
    registry: Registry,
    counters: BTreeMap<String, Counters>,
    gauges: BTreeMap<String, Gauges>,
}

impl Numbers {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("keyward");
        let build: Gauges = Family::default();
        let version = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
        build.get_or_create(&version).set(1.0);
        registry.register("build", "1; which version this is", build);
        Self { registry, counters: BTreeMap::new(), gauges: BTreeMap::new() }
    }

    /// What only grows.
    pub(super) fn count(
        &mut self,
        name: &str,
        help: &str,
        n: u64,
        labels: impl IntoIterator<Item = Label>,
    ) {
        if !self.counters.contains_key(name) {
            let family = Counters::default();
            self.registry.register(name, help, family.clone());
            self.counters.insert(name.to_owned(), family);
        }
        let labels: Vec<_> = labels.into_iter().collect();
        if let Some(family) = self.counters.get(name) {
            family.get_or_create(&labels).inc_by(n);
        }
    }

    /// What goes up and down.
    pub(super) fn gauge(
        &mut self,
        name: &str,
        help: &str,
        value: f64,
        labels: impl IntoIterator<Item = Label>,
    ) {
        if !self.gauges.contains_key(name) {
            let family = Gauges::default();
            self.registry.register(name, help, family.clone());
            self.gauges.insert(name.to_owned(), family);
        }
        let labels: Vec<_> = labels.into_iter().collect();
        if let Some(family) = self.gauges.get(name) {
            family.get_or_create(&labels).set(value);
        }
    }

    /// A moment, in seconds since 1970; nothing if there was none.
    pub(super) fn time(
        &mut self,
        name: &str,
        help: &str,
        time: Option<Timestamp>,
        labels: impl IntoIterator<Item = Label>,
    ) {
        if let Some(time) = time {
            self.gauge(&format!("{name}_timestamp_seconds"), help, seconds(time), labels);
        }
    }

    /// All of them, without the mark of the end.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // Writing into memory does not fail; a text that broke off would be refused by its reader.
        let _ = encode_registry(&mut text, &self.registry);
        // Braces with nothing between them are allowed, and not all readers know it.
        text.replace("{} ", " ")
    }
}
