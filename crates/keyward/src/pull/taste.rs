//! Which events are wanted.

use std::sync::Arc;

use detect::{Detector, Scope, Watch, Whose, Worker};
use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use finding::{Level, Rule};

use crate::console::Console;
use crate::ruleset;

/// A filter expression: its text, for a provider that applies it, and what applies it here.
pub(crate) struct Taste {
    pub(crate) text: String,
    detector: Detector,
    worker: Worker,
}

impl Taste {
    /// Reads an expression. `None` if it has mistakes, which are then told.
    pub(crate) fn parse(text: &str, console: Console) -> Option<Self> {
        let watch = Watch {
            rule: Arc::new(Rule { id: "expression".into(), ..Rule::default() }),
            level: Level::Informational,
            whose: Whose::Anybodys,
            condition: ruleset::expression(text, console)?,
            asks: Vec::new(),
            levels: Vec::new(),
            alerts: true,
            signal: None,
        };
        let detector = Detector::new(vec![watch], Scope::default());
        Some(Self { text: text.to_owned(), detector, worker: Worker::default() })
    }

    /// Whether an event is wanted.
    pub(crate) fn wants(&mut self, event: &[u8]) -> bool {
        let mut tongue = Tongue { taste: self, wants: false };
        Framer::new(Form::recognize(event)).feed(event, End::Here, &mut tongue);
        tongue.wants
    }
}

struct Tongue<'t> {
    taste: &'t mut Taste,
    wants: bool,
}

impl Sink for Tongue<'_> {
    fn event(&mut self, event: Event<'_>, _: Place) {
        let Taste { detector, worker, .. } = self.taste;
        self.wants |= detector.matches(&event, worker) == Some(true);
    }

    fn rejected(&mut self, _: Rejected) {}
}
