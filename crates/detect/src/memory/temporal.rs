//! Which rules matched lately: each rule's last event.

use rule::correlation::{Logic, Memory, Which};

use super::{Hit, Kept, Verdict, measure};
use crate::excerpt;

/// The last event of each source; none where there was none.
#[derive(Debug, Clone)]
pub(crate) struct Last {
    pub(super) last: Box<[Option<Kept>]>,
}

impl Last {
    pub(super) fn new(n_sources: usize) -> Self {
        Self { last: vec![None; n_sources].into() }
    }

    pub(super) fn take(&mut self, hit: &Hit<'_>, test: &Memory) -> Verdict {
        let start = hit.start();
        for last in &mut self.last {
            last.take_if(|kept| kept.time < start);
        }
        if let Some(last) = self.last.get_mut(hit.source) {
            *last = Some(hit.kept(0));
        }
        let (holds, measure) = match test {
            Memory::Score { weights, range } => {
                let score: f64 =
                    self.matched().zip(weights).map(|(is, w)| if is { *w } else { 0.0 }).sum();
                (range.holds(score), score)
            }
            Memory::Temporal { which, .. } => {
                let n = measure(self.matched().filter(|is| *is).count());
                let holds = match which {
                    Which::Number(range) => range.holds(n),
                    Which::Expression(logic) => self.logic(logic),
                };
                (holds, n)
            }
            _ => (false, 0.0),
        };
        Verdict::holds_if(hit.alerts && holds, measure)
    }

    fn matched(&self) -> impl Iterator<Item = bool> {
        self.last.iter().map(Option::is_some)
    }

    fn logic(&self, logic: &Logic) -> bool {
        match logic {
            Logic::Source(at) => self.last.get(*at).is_some_and(Option::is_some),
            Logic::Not(inner) => !self.logic(inner),
            Logic::All(parts) => parts.iter().all(|part| self.logic(part)),
            Logic::Any(parts) => parts.iter().any(|part| self.logic(part)),
        }
    }

    pub(super) fn events(&self) -> Vec<Kept> {
        let mut events: Vec<_> = self.last.iter().flatten().cloned().collect();
        // In the order in which they came, of one time too: the one that came last is the one that the rule holds at.
        let place = |kept: &Kept| (kept.time, excerpt::content(&kept.event).to_vec());
        events.sort_by_cached_key(place);
        events
    }

    pub(super) fn last(&self) -> i64 {
        self.last.iter().flatten().map(|kept| kept.time).max().unwrap_or(i64::MIN)
    }

    pub(super) fn bytes(&self) -> usize {
        let kept: usize = self.last.iter().flatten().map(|kept| kept.event.len() + 16).sum();
        size_of::<Self>() + size_of_val(&*self.last) + kept
    }
}
