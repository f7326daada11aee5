//! Text for people: findings by case, worst first, each case as a short timeline; then what there was by rule.
//!
//! Memory is bounded: of one rule in one case the earliest findings are shown and the rest counted; when there
//! are too many such pairs the least are only counted, and so are the cases that nobody would read.

mod case;

use std::collections::HashMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use finding::{Finding, Fingerprint, Level};
use indicatif::HumanCount;

use self::case::{Case, Pair};
use super::account::{Outcome, plural, write_account};
use super::{Renderer, Rulebook};
use crate::exit::Exit;
use crate::sanitize::visible;
use crate::summary::Summary;

/// Pairs of case and rule that are held before the least are let go.
const PAIRS_MAX: usize = 4_000;

/// Cases that are shown, the worst.
const CASES_MAX: usize = 200;

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();

/// Holds what will be shown until the end.
pub(super) struct Text {
    rulebook: Rulebook,
    pairs: HashMap<(Fingerprint, String), Pair>,
    let_go: u64,
}

impl Text {
    /// A renderer that has seen nothing, and can say what rules advise.
    pub(super) fn new(rulebook: Rulebook) -> Self {
        Self { rulebook, pairs: HashMap::new(), let_go: 0 }
    }

    /// Lets go of the less important half of the pairs, keeping count.
    fn prune(&mut self) {
        let mut pairs: Vec<_> = self.pairs.drain().collect();
        pairs.sort_by_cached_key(|(key, pair)| (pair.order(), key.clone()));
        let dropped = pairs.drain(PAIRS_MAX / 2..);
        self.let_go += dropped.map(|(_, pair)| pair.count()).sum::<u64>();
        self.pairs = pairs.into_iter().collect();
    }

    /// What is held, by case, worst first.
    fn cases(&mut self) -> Vec<Case> {
        let mut cases: HashMap<Fingerprint, Vec<Pair>> = HashMap::new();
        for ((case, _), pair) in self.pairs.drain() {
            cases.entry(case).or_default().push(pair);
        }
        let mut cases: Vec<_> = cases.into_iter().map(|(id, pairs)| Case::new(id, pairs)).collect();
        cases.sort_by_cached_key(Case::order);
        cases
    }
}

impl Renderer for Text {
    fn finding(&mut self, finding: Finding, _: &mut dyn Write) -> io::Result<()> {
        let key = (finding.case.clone(), finding.rule.id.clone());
        self.pairs.entry(key).or_insert_with(|| Pair::new(finding.level)).add(finding);
        if self.pairs.len() > PAIRS_MAX {
            self.prune();
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, _: Exit, out: &mut dyn Write) -> io::Result<()> {
        let cases = self.cases();
        for case in cases.iter().take(CASES_MAX) {
            case.write(&self.rulebook, out)?;
        }
        let beyond = cases.get(CASES_MAX..).unwrap_or_default();
        write_beyond(beyond, self.let_go, out)?;
        if summary.inputs.read > 0 {
            write_tally(summary, out)?;
        }
        write_account(summary, Outcome::Findings, out)
    }
}

/// Says how much there was that is not shown.
fn write_beyond(cases: &[Case], let_go: u64, out: &mut dyn Write) -> io::Result<()> {
    if !cases.is_empty() {
        let count = cases.iter().map(Case::count).sum();
        let (cases, findings) =
            (plural(cases.len() as u64, "lesser case"), plural(count, "finding"));
        writeln!(out, "{cases} with {findings} not shown; `--format jsonl` has all.\n")?;
    }
    if let_go > 0 {
        let count = HumanCount(let_go);
        writeln!(out, "{count} lesser findings are not shown; `--format jsonl` has all.\n")?;
    }
    Ok(())
}

fn write_tally(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let tally = &summary.findings;
    if tally.total == 0 {
        let none = if summary.events.examined == 0 { "No events, so no" } else { "No" };
        return writeln!(out, "{none} findings.");
    }
    let levels =
        tally.levels.iter().rev().map(|(level, count)| format!("{} {level}", HumanCount(*count)));
    let total = plural(tally.total, "finding");
    writeln!(out, "{BOLD}{total}{BOLD:#}: {}", levels.collect::<Vec<_>>().join(", "))?;
    let width = tally.rules.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    for row in &tally.rules {
        let (style, name, title) =
            (level_style(row.level), visible(&row.name), visible(&row.title));
        let count = HumanCount(row.count).to_string();
        writeln!(out, "  {style}{:<13}{style:#}  {count:>6}  {name:<width$}  {title}", row.level)?;
    }
    writeln!(
        out,
        "\n{DIM}`keyward rules explain RULE` says why it matters and what to do first.{DIM:#}\n"
    )
}

/// The color of a level.
pub(crate) fn level_style(level: Level) -> Style {
    match level {
        Level::Informational => AnsiColor::BrightBlack.on_default(),
        Level::Low => AnsiColor::Cyan.on_default(),
        Level::Medium => AnsiColor::Yellow.on_default(),
        Level::High => AnsiColor::Red.on_default(),
        Level::Critical => AnsiColor::Red.on_default().bold(),
    }
}
