//! Findings for people and for programs, one module a format.
//!
//! A renderer takes findings one by one and holds as little as its format allows, so
//! that the size of the output is not the size of the memory.

mod account;
mod clock;
mod diagnostics;
mod escape;
mod json;
mod jsonl;
mod leaks;
mod ocsf;
pub(crate) mod page;
mod sarif;
#[cfg(test)]
mod tests;
mod text;

use std::collections::HashMap;
use std::io::{self, Write};

use finding::Finding;
use jiff::Timestamp;

use crate::exit::Exit;
pub(crate) use crate::render::account::{Outcome, plural, write_account};
pub(crate) use crate::render::clock::{day, length, moment, stretch, time_of_day};
pub(crate) use crate::render::diagnostics::{
    Drawing, draw, to_json as diagnostic_to_json, write_diagnostic,
};
pub(crate) use crate::render::escape::{write_escaped, write_json};
pub(crate) use crate::render::leaks::{exposure_lines, renderer as leak_renderer};
pub(crate) use crate::render::sarif::sarif;
pub(crate) use crate::render::text::level_style;
use crate::summary::Summary;

/// A format that findings are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One JSON object with findings and summary.
    Json,
    /// One finding a line.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// OCSF 1.5.0 Detection Finding, one a line.
    Ocsf,
}

/// What is known of the rules beside their findings, by rule id.
pub(crate) type Rulebook = HashMap<String, Page>;

/// What a rule says to the person who reads its findings. Empty means it does not say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    /// What happened.
    pub(crate) description: String,
    /// Why it matters.
    pub(crate) explanation: String,
    /// What is innocent.
    pub(crate) falsepositives: Vec<String>,
    /// What to do first.
    pub(crate) response: Vec<String>,
    /// Where to read more.
    pub(crate) references: Vec<String>,
    /// The rule's tags, such as `attack.persistence`.
    pub(crate) tags: Vec<String>,
    /// Tactics of ATT&CK by their short names, such as `persistence`.
    pub(crate) tactics: Vec<String>,
}

/// What stands at the end of results: the account of a run.
pub(crate) trait Accounted {
    /// The account as JSON, with its schema and how the run ends.
    fn to_json(&self, exit: Exit) -> serde_json::Value;
}

/// Writes findings in one format, and the account `S` at their end.
pub(crate) trait Renderer<S = Summary> {
    /// Takes the next finding.
    fn finding(&mut self, finding: Finding, out: &mut dyn Write) -> io::Result<()>;

    /// Writes what is still held, and the end.
    fn finish(&mut self, summary: &S, exit: Exit, out: &mut dyn Write) -> io::Result<()>;
}

/// The renderer of a format. `now` stands in for the time of events that have none,
/// where a format must give one.
pub(crate) fn renderer(format: Format, rulebook: Rulebook, now: Timestamp) -> Box<dyn Renderer> {
    match format {
        Format::Text => Box::new(text::Text::new(rulebook)),
        Format::Json => Box::<json::Json>::default(),
        Format::Jsonl => Box::new(jsonl::Jsonl),
        Format::Sarif => Box::new(sarif::Sarif::new(rulebook)),
        Format::Ocsf => Box::new(ocsf::Ocsf::new(rulebook, now)),
    }
}
