//! A progress bar over the bytes of all sources.

use std::io::{self, Read};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Source;

/// Less than this is read before a bar could be looked at.
const SMALLEST_BYTES: u64 = 8 * 1024 * 1024;

/// How often the bar is drawn, so that drawing costs nothing beside reading.
const DRAWS_PER_SECOND: u8 = 5;

/// Shows how far reading has come, or nothing.
#[derive(Debug, Clone)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar on standard error for these sources, if it is wanted and they are large.
    /// indicatif draws on terminals only.
    pub(crate) fn of(sources: &[Source], wanted: bool) -> Self {
        let sizes: Option<u64> = sources.iter().map(|source| source.size).sum();
        if !wanted || sizes.is_some_and(|total| total < SMALLEST_BYTES) {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(sizes, ProgressDrawTarget::hidden());
        let progress = Self(bar);
        progress.draw(sizes.is_some());
        progress
    }

    /// A bar for what announces its size later, and nothing until it has announced something large.
    pub(crate) fn to_come() -> Self {
        Self(ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden()))
    }

    /// There are that many bytes in all, as far as is known by now.
    pub(crate) fn announce(&self, bytes: u64) {
        self.0.set_length(bytes);
        if bytes >= SMALLEST_BYTES && self.0.is_hidden() {
            self.draw(true);
        }
    }

    /// That many bytes more are done.
    pub(crate) fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }

    fn draw(&self, knows_total: bool) {
        let template = if knows_total {
            "{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left"
        } else {
            "{spinner} {bytes} read, {bytes_per_sec}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style);
        }
        self.0.set_draw_target(ProgressDrawTarget::stderr_with_hz(DRAWS_PER_SECOND));
        self.0.enable_steady_tick(Duration::from_millis(250));
    }

    /// A reader that moves the bar by the bytes that pass through it.
    pub(crate) fn watch(&self, inner: Box<dyn Read + Send>) -> impl Read + Send + use<> {
        Watched { inner, bar: self.0.clone() }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

struct Watched {
    inner: Box<dyn Read + Send>,
    bar: ProgressBar,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bar.inc(count as u64);
        Ok(count)
    }
}
