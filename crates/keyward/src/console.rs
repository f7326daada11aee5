//! What is said on standard error.

use std::fmt::Display;
use std::io::{self, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use clap::ColorChoice;

use crate::args::Voice;
use crate::output::choice;
use crate::sanitize::visible;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// Speaks to the person at the terminal, as much as they want to hear.
///
/// A failure to write to standard error is passed over: there is no one left to tell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console {
    color: ColorChoice,
    /// 0 unless `--verbose` raised or `--quiet` lowered it.
    loudness: i16,
    no_progress: bool,
}

impl Console {
    /// A console that follows the flags.
    pub(crate) fn new(voice: &Voice) -> Self {
        let loudness = i16::from(voice.verbose) - i16::from(voice.quiet);
        Self { color: voice.color, loudness, no_progress: voice.no_progress }
    }

    /// What `--color` says.
    pub(crate) fn color(self) -> ColorChoice {
        self.color
    }

    /// Whether a progress bar may be drawn.
    pub(crate) fn shows_progress(self) -> bool {
        !self.no_progress && self.loudness >= 0
    }

    /// Whether the person wants to hear more than usual.
    pub(crate) fn is_verbose(self) -> bool {
        self.loudness > 0
    }

    /// Why a run failed. Always said.
    pub(crate) fn error(self, message: impl Display) {
        self.line(i16::MIN, &format_args!("{ERROR}error{ERROR:#}: {}", safe(&message)));
    }

    /// What must be known to understand how the run ends. Always said.
    pub(crate) fn always(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        let _ = write(&mut self.stream());
    }

    /// Why a run is not whole. Said unless `-qq`.
    pub(crate) fn warn(self, message: impl Display) {
        self.line(-1, &format_args!("{WARNING}warning{WARNING:#}: {}", safe(&message)));
    }

    /// What is probably not meant. Said unless `-qq`.
    pub(crate) fn doubt(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        if self.loudness >= -1 {
            let _ = write(&mut self.stream());
        }
    }

    /// What one may want to know. Said unless `-q`.
    pub(crate) fn note(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        if self.loudness >= 0 {
            let _ = write(&mut self.stream());
        }
    }

    /// What helps to see what is going on. Said with `-v`.
    pub(crate) fn detail(self, message: impl Display) {
        self.line(1, &safe(&message));
    }

    fn line(self, least: i16, message: &dyn Display) {
        if self.loudness >= least {
            let _ = writeln!(self.stream(), "{message}");
        }
    }

    fn stream(self) -> AutoStream<io::Stderr> {
        let stderr = io::stderr();
        let choice = choice(self.color, &stderr);
        AutoStream::new(stderr, choice)
    }
}

/// The message without anything that a terminal would act on, line breaks apart.
fn safe(message: &impl Display) -> String {
    let text = message.to_string();
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}
