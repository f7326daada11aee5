//! Findings on standard output, as they come.

use std::io::{self, BufWriter, Write};

use anstream::AutoStream;
use clap::ColorChoice;
use finding::{Finding, State};

use crate::output::choice;
use crate::render::{headline, level_style};
use crate::sanitize::visible;

/// What is printed of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// One line for people.
    Text,
    /// One object a line.
    Jsonl,
}

/// Standard output.
pub(crate) struct Screen {
    style: Style,
    out: Box<dyn Write + Send>,
}

impl Screen {
    /// Standard output, in color where that is wanted.
    pub(crate) fn new(style: Style, color: ColorChoice) -> Self {
        let stdout = io::stdout();
        let color = choice(color, &stdout);
        Self::to(style, Box::new(BufWriter::new(AutoStream::new(stdout, color))))
    }

    /// Anything that can be written to.
    pub(crate) fn to(style: Style, out: Box<dyn Write + Send>) -> Self {
        Self { style, out }
    }

    /// Prints findings, given with their lines of JSON.
    pub(super) fn show<'f>(&mut self, findings: impl Iterator<Item = (&'f Finding, &'f String)>) {
        // A reader that has gone away does not keep others from being told.
        let _ = self.write(findings);
    }

    fn write<'f>(
        &mut self,
        findings: impl Iterator<Item = (&'f Finding, &'f String)>,
    ) -> io::Result<()> {
        for (finding, line) in findings {
            match self.style {
                Style::Text => text(finding, &mut self.out)?,
                Style::Jsonl => writeln!(self.out, "{line}")?,
            }
        }
        self.out.flush()
    }
}

fn text(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let time = finding.time.map_or_else(|| "no time".to_owned(), |time| format!("{time:.0}"));
    let style = level_style(finding.level);
    let tenant = finding.tenant.as_deref().unwrap_or("-");
    write!(out, "{time}  {style}{:<13}{style:#}  ", finding.level.name())?;
    write!(out, "{}  {}", visible(tenant), visible(&headline(finding)))?;
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
