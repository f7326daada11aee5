//! How far fetching has come, for whoever watches.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;

use super::fetch::Stretch;
use crate::console::Console;

/// A bar over the time that is fetched, or nothing.
pub(super) struct Show {
    bar: ProgressBar,
    since: Timestamp,
}

impl Show {
    /// A bar on standard error, unless it is not wanted or results go to the terminal. indicatif draws on terminals only.
    pub(super) fn new(
        console: Console,
        stretch: Stretch,
        now: Timestamp,
        is_terminal: bool,
    ) -> Self {
        let end = stretch.until.unwrap_or(now).min(now);
        let seconds = seconds(stretch.since, end);
        let is_wanted = console.shows_progress() && !is_terminal;
        let bar = ProgressBar::with_draw_target(Some(seconds), ProgressDrawTarget::hidden());
        if is_wanted {
            if let Ok(style) = ProgressStyle::with_template("{wide_bar} {msg}, {eta} left") {
                bar.set_style(style);
            }
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Self { bar, since: stretch.since }
    }

    /// So many events came, the newest of that time.
    pub(super) fn advance(&self, n_events: u64, newest: Option<Timestamp>) {
        if let Some(newest) = newest {
            self.bar.set_position(seconds(self.since, newest));
        }
        self.bar.set_message(format!("{n_events} events"));
    }

    /// Nothing comes for so long.
    pub(super) fn wait(&self, wait: Duration, why: &str) {
        self.bar.set_message(format!("{why}, waiting {} s", wait.as_secs().max(1)));
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn seconds(since: Timestamp, time: Timestamp) -> u64 {
    u64::try_from(time.duration_since(since).as_secs()).unwrap_or(0)
}
