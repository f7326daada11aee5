//! Where findings arrive, are counted and passed on.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Write};

use detect::Told;
use finding::{Cases, Finding};

use crate::exit::Exit;
use crate::input::Stop;
use crate::output::Out;
use crate::render::Renderer;
use crate::summary::{Summary, Tally};

/// Takes findings in the order in which they are concluded.
pub(super) struct Desk {
    renderer: Box<dyn Renderer>,
    out: Out,
    /// What has come so far.
    pub(super) tally: Tally,
    cases: Cases,
    /// What an earlier run has told, as far as it went.
    told: HashMap<String, Told>,
    /// What is told of the last events, for the next run; `None` before they come.
    noted: Option<BTreeSet<Told>>,
    /// Set when results can no longer be written.
    pub(super) stop: Stop,
    failed: Option<io::Error>,
}

impl Desk {
    pub(super) fn new(renderer: Box<dyn Renderer>, out: Out, cases: Cases) -> Self {
        let (tally, told, stop) = (Tally::default(), HashMap::new(), Stop::default());
        Self { renderer, out, tally, cases, told, noted: None, stop, failed: None }
    }

    /// Remembers what an earlier run has told: it is told again when there is more to it.
    pub(super) fn knows(&mut self, told: Vec<Told>) {
        self.told = told.into_iter().map(|one| (one.id.clone(), one)).collect();
    }

    /// Notes from now on what is told.
    pub(super) fn note(&mut self) {
        self.noted = Some(BTreeSet::new());
    }

    /// What was told since it is noted.
    pub(super) fn noted(&mut self) -> Vec<Told> {
        self.noted.take().unwrap_or_default().into_iter().collect()
    }

    /// Puts a finding into its case, counts it and passes it on.
    pub(super) fn finding(&mut self, mut finding: Finding) {
        if self.failed.is_some() || self.is_told(&finding) {
            return;
        }
        self.cases.assign(&mut finding);
        self.tally.add(&finding);
        if let Err(error) = self.renderer.finding(finding, &mut self.out) {
            self.failed = Some(error);
            self.stop.set();
        }
    }

    /// Whether an earlier run has told as much. Only runs that keep their state ask.
    fn is_told(&mut self, finding: &Finding) -> bool {
        if self.told.is_empty() && self.noted.is_none() {
            return false;
        }
        let stage = stage(finding);
        let is_told = self.told.get(&stage.id) == Some(&stage);
        if let Some(noted) = &mut self.noted {
            noted.insert(stage);
        }
        is_told
    }

    /// Writes what is still held. Fails if something before could not be written.
    pub(super) fn finish(mut self, summary: &Summary, exit: Exit) -> io::Result<()> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.renderer.finish(summary, exit, &mut self.out)?;
        self.out.flush()
    }
}

/// How far a finding has come.
fn stage(finding: &Finding) -> Told {
    let Finding { id, revision, event_count, level, .. } = finding;
    Told {
        id: id.as_str().to_owned(),
        revision: *revision,
        event_count: *event_count,
        level: *level as u8,
    }
}
