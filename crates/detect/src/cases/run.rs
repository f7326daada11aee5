//! Running rules over the events of a case.

use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use finding::Finding;

use super::{Phase, Step};
use crate::detector::{Detector, Worker};

impl Detector {
    /// The findings in the events of a case; those of its history only teach.
    pub fn observe_steps(&self, steps: &[Step]) -> Vec<Finding> {
        let live = steps.iter().filter(|step| step.phase == Phase::Live);
        live.flat_map(|step| self.observe_text(&step.text)).collect()
    }

    /// The findings of one record, given as JSON text. Nothing is found in text that cannot be read.
    pub fn observe_text(&self, text: &str) -> Vec<Finding> {
        let mut desk =
            OneRecord { detector: self, worker: Worker::default(), findings: Vec::new() };
        Framer::new(Form::Stream).feed(text.as_bytes(), End::Here, &mut desk);
        desk.findings
    }
}

struct OneRecord<'d> {
    detector: &'d Detector,
    worker: Worker,
    findings: Vec<Finding>,
}

impl Sink for OneRecord<'_> {
    fn event(&mut self, event: Event<'_>, _place: Place) {
        let findings = &mut self.findings;
        self.detector.observe(&event, &mut self.worker, |finding| findings.push(finding));
    }

    fn rejected(&mut self, _rejected: Rejected) {}
}
