//! Findings on standard output, as they come.

#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use anstream::AutoStream;
use clap::ColorChoice;
use finding::{Finding, State};

use crate::output::choice;
use crate::render::level_style;
use crate::run::detection::Account;
use crate::sanitize::visible;

/// What is printed of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// One line for people.
    Text,
    /// One object a line.
    Jsonl,
}

/// Findings that wait to be printed, at most.
const QUEUE: usize = 1024;

/// What is left out is said this often at most: a reader that is slow loses some again and again.
const SAID_EVERY: Duration = Duration::from_mins(1);

/// How long the end waits for what is still to be printed.
const PATIENCE: Duration = Duration::from_secs(2);

/// Standard output, written by a thread of its own: a reader that stalls or goes away keeps nobody from detecting.
pub(crate) struct Screen {
    style: Style,
    account: Account,
    /// `None` at the end alone.
    queue: Option<SyncSender<Vec<u8>>>,
    /// Hears of nothing, and ends with the thread.
    ending: Receiver<()>,
    /// When it was said last that some were left out.
    said: Option<Instant>,
}

impl Screen {
    /// Standard output, in color where that is wanted.
    pub(crate) fn new(style: Style, color: ColorChoice, account: &Account) -> io::Result<Self> {
        let stdout = io::stdout();
        let color = choice(color, &stdout);
        Self::to(style, Box::new(AutoStream::new(stdout, color)), account)
    }

    /// Anything that can be written to. What it does not take is counted.
    pub(crate) fn to(
        style: Style,
        out: Box<dyn Write + Send>,
        account: &Account,
    ) -> io::Result<Self> {
        let (queue, waiting) = sync_channel(QUEUE);
        let (end, ending) = sync_channel(0);
        let printer = Printer { out, account: account.clone(), has_failed: false, _end: end };
        let thread = std::thread::Builder::new().name("stdout".to_owned());
        thread.spawn(move || printer.run(&waiting))?;
        let account = account.clone();
        Ok(Self { style, account, queue: Some(queue), ending, said: None })
    }

    /// Prints findings, given with their lines of JSON. Does not wait: those for which there is no room are left out and counted.
    pub(super) fn show<'f>(&mut self, findings: impl Iterator<Item = (&'f Finding, &'f String)>) {
        for (finding, line) in findings {
            let bytes = match self.style {
                Style::Text => text(finding),
                Style::Jsonl => format!("{line}\n").into_bytes(),
            };
            let is_taken = self.queue.as_ref().is_some_and(|queue| queue.try_send(bytes).is_ok());
            if !is_taken {
                self.account.change(|seen| seen.unprinted += 1);
                self.say();
            }
        }
    }

    /// Says that some were left out, unless it was said just now.
    fn say(&mut self) {
        if self.said.is_none_or(|said| said.elapsed() >= SAID_EVERY) {
            self.said = Some(Instant::now());
            tracing::error!(
                "standard output is not read, or not fast enough: findings are left out there, and kept in the store"
            );
        }
    }
}

impl Drop for Screen {
    /// Lets what waits be printed, for as long as somebody reads it.
    fn drop(&mut self) {
        self.queue = None;
        if self.ending.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            tracing::error!("standard output is not read: the last findings may be missing there");
            self.account.change(|seen| seen.unprinted += 1);
        }
    }
}

/// What the thread does.
struct Printer {
    out: Box<dyn Write + Send>,
    account: Account,
    /// Whether the last finding could not be written, so that it was said.
    has_failed: bool,
    /// Its end is heard.
    _end: SyncSender<()>,
}

impl Printer {
    fn run(mut self, waiting: &Receiver<Vec<u8>>) {
        for bytes in waiting {
            let printed = self.out.write_all(&bytes).and_then(|()| self.out.flush());
            if let Err(error) = &printed {
                self.account.change(|seen| seen.unprinted += 1);
                if !self.has_failed {
                    tracing::error!(
                        "findings cannot be printed, and are kept in the store: {error}"
                    );
                }
            }
            self.has_failed = printed.is_err();
        }
    }
}

fn text(finding: &Finding) -> Vec<u8> {
    let mut line = Vec::new();
    // Writing into memory does not fail.
    let _ = write_text(finding, &mut line);
    line
}

fn write_text(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let time = finding.time.map_or_else(|| "no time".to_owned(), |time| format!("{time:.0}"));
    let style = level_style(finding.level);
    let tenant = finding.tenant.as_deref().unwrap_or("-");
    write!(out, "{time}  {style}{:<13}{style:#}  ", finding.level.name())?;
    write!(out, "{}  {}", visible(tenant), visible(&finding.headline()))?;
    match finding.event_count {
        0 | 1 => {}
        n => write!(out, ", {n} events")?,
    }
    let state = match finding.state {
        State::Provisional => "provisional",
        State::Settled if finding.late => "late",
        State::Settled => "settled",
        State::Withdrawn => "withdrawn",
    };
    writeln!(out, "  ({state}, {}, {})", visible(&finding.rule.name), finding.id)
}
