//! Rules that match one after the other, in their order.

use rule::correlation::Which;

use super::{Hit, Kept, Verdict, measure};

/// The chains that can still grow.
///
/// Of all chains that end with one source and have one length the one that began last is as good as any: whatever
/// completes another completes it as well, save its own last event, for which the one that ended before that is kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chains {
    pub(super) chains: Vec<Chain>,
    /// The chain that the last event completed.
    pub(super) complete: Option<Box<[Kept]>>,
}

/// Events of different sources in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chain {
    pub(super) events: Box<[Kept]>,
}

impl Chain {
    fn start(&self) -> i64 {
        self.events.first().map_or(i64::MIN, |kept| kept.time)
    }

    /// Whether it ends with the same event.
    fn ends_like(&self, other: &Self) -> bool {
        let ends = self.events.last().zip(other.events.last());
        ends.is_some_and(|(one, other)| is_same(one, other))
    }

    fn stage(&self) -> usize {
        self.events.last().map_or(0, |kept| usize::from(kept.source))
    }
}

/// Chains with one end and of one length that are kept.
const ALIKE_MAX: usize = 2;

fn is_same(one: &Kept, other: &Kept) -> bool {
    one.time == other.time && one.event == other.event
}

impl Chains {
    pub(super) fn take(&mut self, hit: &Hit<'_>, which: &Which) -> Verdict {
        let Which::Number(range) = which else { return Verdict::Quiet };
        let n_sources = hit.node.sources.len();
        // Where fewer than all are enough, chains may leave sources out.
        let may_skip = (1..n_sources).any(|n| range.holds(measure(n)));
        self.complete = None;
        let start = hit.start();
        self.chains.retain(|chain| chain.start() >= start);
        let grown = self.grown(hit, may_skip);
        let best = grown.iter().filter(|chain| range.holds(measure(chain.events.len())));
        let best = best.max_by_key(|chain| chain.events.len()).cloned();
        for chain in grown {
            self.put(chain);
        }
        let Some(best) = best else { return Verdict::Quiet };
        let n = measure(best.events.len());
        self.complete = Some(best.events);
        Verdict::holds_if(hit.alerts, n)
    }

    /// The chains that end with this event.
    fn grown(&self, hit: &Hit<'_>, may_skip: bool) -> Vec<Chain> {
        let kept = hit.kept(0);
        let follows = |chain: &&Chain| {
            if may_skip { chain.stage() < hit.source } else { chain.stage() + 1 == hit.source }
        };
        // One event is not two stages, and before they are settled events may come out of their order.
        let is_next = |chain: &&Chain| {
            chain.events.last().is_none_or(|last| last.time <= hit.time && !is_same(last, &kept))
        };
        let longer = self.chains.iter().filter(follows).filter(is_next).map(|chain| {
            let events = chain.events.iter().cloned().chain([kept.clone()]).collect();
            Chain { events }
        });
        let first = (hit.source == 0 || may_skip).then(|| Chain { events: [kept.clone()].into() });
        longer.chain(first).collect()
    }

    fn put(&mut self, chain: Chain) {
        let is_like = |other: &&mut Chain| {
            other.stage() == chain.stage() && other.events.len() == chain.events.len()
        };
        let mut alike: Vec<&mut Chain> = self.chains.iter_mut().filter(is_like).collect();
        let place = match alike.iter().position(|other| other.ends_like(&chain)) {
            Some(at) => Some(at),
            None if alike.len() < ALIKE_MAX => None,
            None => (0..alike.len()).min_by_key(|at| alike[*at].start()),
        };
        match place.and_then(|at| alike.get_mut(at)) {
            Some(other) if other.start() <= chain.start() => **other = chain,
            Some(_) => {}
            None => self.chains.push(chain),
        }
    }

    pub(super) fn events(&self) -> Vec<Kept> {
        self.complete.as_deref().unwrap_or_default().to_vec()
    }

    pub(super) fn last(&self) -> i64 {
        // A chain lives as long as its beginning counts.
        self.chains.iter().map(Chain::start).max().unwrap_or(i64::MIN)
    }

    pub(super) fn bytes(&self) -> usize {
        let events = self.chains.iter().flat_map(|chain| &chain.events);
        size_of::<Self>() + events.map(Kept::bytes).sum::<usize>()
    }
}
