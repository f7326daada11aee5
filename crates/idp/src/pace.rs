//! How often we ask.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::{Provider, Share};

/// How much of a tenant's rate limit Keyward takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// The part of the limit that an answer names, above 0 and at most 1.
    pub share: f64,
}

impl Default for Pace {
    /// The limit is shared with every other reader of the log.
    fn default() -> Self {
        Self { share: 0.4 }
    }
}

/// For whom a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// For the record, which goes first.
    Live,
    /// For times past, which may take half of our share.
    Background,
}

/// When requests were made, and whether one more may be.
///
/// Never lets more than our share begin within any one window of the provider.
#[derive(Debug)]
pub(crate) struct Gate {
    window: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    share: f64,
    /// The limit that the last answer named.
    limit: u32,
    /// The beginnings of requests within the last window.
    begun: VecDeque<(Instant, Class)>,
    /// How many requests for times past wait now: the record leaves them what is theirs.
    waiting: usize,
    /// Nothing before then: the provider said so.
    shut_until: Option<Instant>,
}

impl Gate {
    pub(crate) fn new(provider: Provider, pace: Pace) -> Self {
        let (window, limit) = window(provider);
        let (share, begun) = (bounded(pace), VecDeque::new());
        let state = State { share, limit, begun, waiting: 0, shut_until: None };
        Self { window, state: Mutex::new(state) }
    }

    /// Another asks as well, who may take no more than so much.
    pub(crate) fn lower(&self, pace: Pace) {
        let mut state = self.state();
        state.share = state.share.min(bounded(pace));
    }

    /// Waits until one more request may begin, and counts it.
    pub(crate) async fn pass(&self, class: Class) {
        let _waiting = (class == Class::Background).then(|| Waiting::new(self));
        while let Err(until) = self.take(class, Instant::now()) {
            tokio::time::sleep_until(until).await;
        }
    }

    /// Counts a request that may begin now, or says when to ask again.
    fn take(&self, class: Class, now: Instant) -> Result<(), Instant> {
        let mut state = self.state();
        if let Some(until) = state.shut_until.filter(|until| *until > now) {
            return Err(until);
        }
        while state.begun.front().is_some_and(|(begun, _)| *begun + self.window <= now) {
            state.begun.pop_front();
        }
        if let Some(blocking) = state.blocking(class) {
            return Err(blocking + self.window);
        }
        state.begun.push_back((now, class));
        Ok(())
    }

    /// How many requests of a limit may begin within a window.
    pub(crate) fn most(&self, limit: u32, class: Class) -> usize {
        self.state().most(limit, class)
    }

    /// Takes what an answer says. What little is left of the limit is left to others, until the window opens again.
    pub(crate) fn learn(&self, share: Share) {
        if share.is_concurrency() {
            return;
        }
        let mut state = self.state();
        state.limit = share.limit;
        if share.remaining <= share.limit / 10 {
            state.shut_until = Some(Instant::now() + share.reset);
        }
    }

    /// Lets nothing pass for a while.
    pub(crate) fn shut(&self, wait: Duration) {
        self.state().shut_until = Some(Instant::now() + wait);
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // What is in it is whole after each statement, so a panic elsewhere spoils nothing.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl State {
    /// The request that has to fall out of the window first. Requests for times past are counted by themselves, so that
    /// a record that is read often does not keep them waiting for ever.
    fn blocking(&self, class: Class) -> Option<Instant> {
        let all = self.most(self.limit, Class::Live);
        let past = self.most(self.limit, Class::Background);
        let begun = self.begun.iter().map(|(at, _)| *at);
        let background =
            self.begun.iter().filter(|(_, of)| *of == Class::Background).map(|(at, _)| *at);
        match class {
            Class::Live => {
                let is_owed = self.waiting > 0 && all > 1 && background.count() < past;
                over(begun, all - usize::from(is_owed))
            }
            Class::Background => over(begun, all).max(over(background, past)),
        }
    }

    /// How many requests of a limit may begin within a window.
    #[expect(clippy::cast_sign_loss, reason = "shares and limits are positive")]
    fn most(&self, limit: u32, class: Class) -> usize {
        let ours = (f64::from(limit) * self.share) as usize;
        match class {
            Class::Live => ours.max(1),
            Class::Background => (ours / 2).max(1),
        }
    }
}

/// A share that lets something through, and no more than all.
fn bounded(pace: Pace) -> f64 {
    pace.share.clamp(0.01, 1.0)
}

/// The last one of those that are too many.
fn over(begun: impl Iterator<Item = Instant> + Clone, most: usize) -> Option<Instant> {
    let over = begun.clone().count().checked_sub(most)?;
    begun.into_iter().nth(over)
}

/// A request for times past that waits, until it is dropped.
struct Waiting<'g>(&'g Gate);

impl<'g> Waiting<'g> {
    fn new(gate: &'g Gate) -> Self {
        gate.state().waiting += 1;
        Self(gate)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}

/// The window over which requests are counted, and the limit until an answer names it.
///
/// Okta counts by the minute. Auth0 refills a bucket by the second; that of the smallest plans is full again after five.
/// Source: Okta rate limits, Auth0 Management API rate limits, checked 2026-11-22.
fn window(provider: Provider) -> (Duration, u32) {
    match provider {
        Provider::Okta => (Duration::from_mins(1), 60),
        Provider::Auth0 => (Duration::from_secs(5), 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seconds at which requests begin when there is always one waiting.
    async fn begun(gate: &Gate, class: Class, n: usize) -> Vec<u64> {
        let start = Instant::now();
        let mut seconds = Vec::new();
        for _ in 0..n {
            gate.pass(class).await;
            seconds.push(start.elapsed().as_secs());
        }
        seconds
    }

    fn share(limit: u32, remaining: u32, reset_s: u64) -> Share {
        Share { limit, remaining, reset: Duration::from_secs(reset_s) }
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_holds_more_than_our_share() {
        let gate = Gate::new(Provider::Okta, Pace { share: 0.5 });
        gate.learn(share(6, 6, 60));
        assert_eq!(begun(&gate, Class::Live, 7).await, [0, 0, 0, 60, 60, 60, 120]);
    }

    #[tokio::test(start_paused = true)]
    async fn times_past_leave_half_of_it_to_the_record() {
        let gate = Gate::new(Provider::Okta, Pace { share: 0.4 });
        gate.learn(share(10, 10, 60));
        assert_eq!(begun(&gate, Class::Background, 3).await, [0, 0, 60]);
        assert_eq!(begun(&gate, Class::Live, 3).await, [0, 0, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn times_past_are_not_starved_by_the_record() {
        let gate = Gate::new(Provider::Okta, Pace { share: 0.4 });
        gate.learn(share(10, 10, 60));
        assert_eq!(begun(&gate, Class::Live, 3).await, [0, 0, 0]);
        assert_eq!(begun(&gate, Class::Background, 1).await, [0]);
        // One window later, the record takes all it may, and one place is kept for who waits.
        tokio::time::sleep(Duration::from_mins(2)).await;
        assert_eq!(begun(&gate, Class::Live, 4).await, [0, 0, 0, 0]);
        let (past, live) =
            tokio::join!(begun(&gate, Class::Background, 1), begun(&gate, Class::Live, 8));
        assert_eq!(past, [60]);
        assert_eq!(live[..4], [60, 60, 60, 120]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_little_is_left_is_left_to_others() {
        let gate = Gate::new(Provider::Okta, Pace::default());
        gate.learn(share(100, 10, 21));
        assert_eq!(begun(&gate, Class::Live, 2).await, [21, 21]);
        gate.learn(share(0, 0, 50));
        assert_eq!(begun(&gate, Class::Live, 1).await, [0]);
        gate.shut(Duration::from_secs(7));
        assert_eq!(begun(&gate, Class::Live, 1).await, [7]);
    }

    #[tokio::test(start_paused = true)]
    async fn one_request_may_always_pass_in_the_end() {
        let gate = Gate::new(Provider::Auth0, Pace { share: f64::NAN });
        gate.learn(share(1, 1, 1));
        assert_eq!(begun(&gate, Class::Background, 2).await, [0, 5]);
    }
}
