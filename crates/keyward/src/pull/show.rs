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
    console: Console,
}

impl Show {
    /// A bar on standard error, unless it is not wanted. indicatif draws on terminals only.
    pub(super) fn new(console: Console, stretch: Stretch, now: Timestamp) -> Self {
        let end = stretch.until.unwrap_or(now).min(now);
        let seconds = seconds(stretch.since, end);
        let bar = ProgressBar::with_draw_target(Some(seconds), ProgressDrawTarget::hidden());
        if console.shows_progress() {
            if let Ok(style) = ProgressStyle::with_template("{wide_bar} {msg}, {eta} left") {
                bar.set_style(style);
            }
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Self { bar, since: stretch.since, console }
    }

    /// So many events came, the newest of that time.
    pub(super) fn advance(&self, n_events: u64, newest: Option<Timestamp>) {
        if let Some(newest) = newest {
            self.bar.set_position(seconds(self.since, newest));
        }
        self.bar.set_message(format!("{n_events} events"));
    }

    /// Nothing comes for so long. The first failure of a row is told, since nobody may be watching the bar.
    pub(super) fn wait(&self, wait: Duration, why: &str, failures: u32) {
        let seconds = wait.as_secs().max(1);
        self.bar.set_message(format!("{why}, waiting {seconds} s"));
        if failures == 1 {
            self.bar.suspend(|| {
                self.console.warn(format_args!("{why}; asking again in {seconds} s"));
            });
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn seconds(since: Timestamp, time: Timestamp) -> u64 {
    u64::try_from(time.duration_since(since).as_secs()).unwrap_or(0)
}
