//! Which events are asked for.

use std::sync::Arc;

use archive::{Record, SourceId};
use detect::{Detector, Scope, Watch, Whose, Worker};
use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use finding::{Level, Rule};
use jiff::Timestamp;
use rule::Expr;

/// Lets events through that are asked for.
pub(super) struct Sieve {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    tenant: Option<String>,
    provider: Option<String>,
    filter: Option<Filter>,
}

/// An expression, ready to be matched.
struct Filter {
    detector: Detector,
    worker: Worker,
    is_match: bool,
}

impl Sieve {
    pub(super) fn new(
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        filter: Option<Expr>,
        tenant: Option<String>,
        provider: Option<String>,
    ) -> Self {
        Self { since, until, tenant, provider, filter: filter.map(Filter::new) }
    }

    /// Whether events of a source are asked for.
    pub(super) fn takes(&self, source: &SourceId) -> bool {
        self.tenant.as_ref().is_none_or(|tenant| *tenant == source.tenant)
            && self.provider.as_ref().is_none_or(|provider| *provider == source.provider)
    }

    /// Whether times are asked for.
    pub(super) fn is_bounded(&self) -> bool {
        self.since.is_some() || self.until.is_some()
    }

    /// Whether an event is asked for.
    pub(super) fn passes(&mut self, record: &Record) -> bool {
        let time = record.time;
        let is_in_time = self.since.is_none_or(|since| time.is_some_and(|time| since <= time))
            && self.until.is_none_or(|until| time.is_some_and(|time| time < until));
        is_in_time && self.filter.as_mut().is_none_or(|filter| filter.matches(&record.bytes))
    }
}

impl Filter {
    fn new(condition: Expr) -> Self {
        let watch = Watch {
            rule: Arc::new(Rule {
                id: "expression".into(),
                name: "expression".into(),
                ..Rule::default()
            }),
            level: Level::Informational,
            whose: Whose::Anybodys,
            condition,
            asks: Vec::new(),
            levels: Vec::new(),
            alerts: true,
            signal: None,
        };
        let detector = Detector::new(vec![watch], Scope::default());
        Self { detector, worker: Worker::default(), is_match: false }
    }

    fn matches(&mut self, bytes: &[u8]) -> bool {
        self.is_match = false;
        Framer::new(Form::Lines).feed(bytes, End::Here, self);
        self.is_match
    }
}

impl Sink for Filter {
    fn event(&mut self, event: Event<'_>, _: Place) {
        self.is_match |= self.detector.matches(&event, &mut self.worker) == Some(true);
    }

    fn rejected(&mut self, _: Rejected) {}
}
