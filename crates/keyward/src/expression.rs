//! One filter expression against one record.

use std::sync::Arc;

use detect::{Detector, Scope, Watch, Whose, Worker};
use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use finding::{Level, Rule};
use rule::Expr;

/// An expression, ready to be matched.
pub(crate) struct Expression {
    detector: Detector,
    worker: Worker,
    is_match: bool,
}

impl Expression {
    pub(crate) fn new(condition: Expr) -> Self {
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

    /// Whether a record, on one line and without envelopes, is an event that it matches.
    pub(crate) fn matches(&mut self, record: &[u8]) -> bool {
        self.is_match = false;
        Framer::new(Form::Lines).feed(record, End::Here, self);
        self.is_match
    }
}

impl Sink for Expression {
    fn event(&mut self, event: Event<'_>, _: Place) {
        self.is_match |= self.detector.matches(&event, &mut self.worker) == Some(true);
    }

    fn rejected(&mut self, _: Rejected) {}
}
