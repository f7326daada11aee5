//! What is given up when no more may be remembered: half of the room, at most, is for what holds, the rest for groups.

use super::{Engine, Out};
use crate::program::Program;

impl Engine {
    /// Forgets until no more is taken than may be.
    pub(super) fn make_room(&mut self, program: &Program, out: Out<'_>) {
        let most = self.settings.total_bytes;
        if self.bytes() <= most {
            return;
        }
        if self.state.episode_bytes > most / 2 {
            self.end_first_episodes(program, out);
        }
        self.state.groups.shrink(most.saturating_sub(self.state.episode_bytes));
    }

    /// Ends a quarter of what holds before its time: what would end first.
    fn end_first_episodes(&mut self, program: &Program, out: Out<'_>) {
        let span = |node: u16| program.nodes.get(usize::from(node)).map_or(0, |it| it.timespan);
        let mut ends: Vec<_> = (self.state.episodes.iter())
            .map(|(at, it)| (it.last_hold.saturating_add(span(at.0)), it.number, *at))
            .collect();
        ends.sort_unstable();
        let n_ended = ends.len().div_ceil(4);
        for (_, _, at) in ends.into_iter().take(n_ended) {
            if let Some(episode) = self.state.episodes.get_mut(&at) {
                episode.is_told &= episode.is_cut;
                episode.is_cut = true;
            }
            if let Some(n) = self.state.groups.evicted.get_mut(usize::from(at.0)) {
                *n = n.saturating_add(1);
            }
            self.end_episode(program, at, out);
        }
    }
}
