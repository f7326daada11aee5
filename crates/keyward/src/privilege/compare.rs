//! `keyward privilege compare`: what is granted against what the calls need.

mod findings;
pub(super) mod grants;
mod json;
mod page;

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use catalog::Confidence;
use finding::Level;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use privilege::{
    Base, Comparison, Difference, Excluded, Exclusion, Grants, Place, Standing, answers, compare,
    demand, read_exclusions,
};

use super::calls::{self, Read};
use super::knowledge;
use super::tell::{Told, spare, tell};
use crate::args::Compare;
use crate::console::Console;
use crate::exit::Exit;

/// Longest file of exclusions that is read, in bytes.
const EXCLUSIONS_BYTES_MAX: u64 = 4 << 20;

/// Runs it.
pub(crate) fn run(args: &Compare, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let read = args.calls.files().chain(&args.granted).chain(&args.exclusions);
    spare(&args.report, read)?;
    let base = knowledge::load(&args.calls.knowledge, console)?;
    let exclusions = args.exclusions.as_deref().map(exclusions).transpose()?.unwrap_or_default();
    let granted = grants::read(&args.granted, console);
    let grants = granted.facts.of(args.calls.credential.as_deref());
    let grants = grants.map_err(|ambiguous| granted.explain(&ambiguous))?;
    let read = calls::read(&args.calls, &base, console)?;
    let mut answers = answers(&base, &read.usage, &args.calls.assume);
    if let Some(least) = args.calls.knowledge.min_confidence {
        demand(&mut answers, least);
    }
    let mut comparison = compare(&base, &read.usage, &answers, &grants);
    let excluded = comparison.exclude(&exclusions, now.to_zoned(TimeZone::UTC).date());
    let least = args.calls.knowledge.min_confidence;
    let compared =
        Compared { base, read, grants, comparison, excluded, least, unread: granted.unread };
    let exit = compared.exit();
    let told = Told {
        page: page::page(&compared),
        json: json::json(&compared, exit),
        findings: findings::findings(&compared),
        hcl: None,
    };
    tell(&told, &args.report, console)?;
    Ok(exit)
}

/// The exclusions of a file. Fails with every mistake in it: nothing may be excluded by half a file.
fn exclusions(path: &Path) -> anyhow::Result<Vec<Exclusion>> {
    let name = path.display().to_string();
    let size = fs::metadata(path).with_context(|| format!("failed to read `{name}`"))?.len();
    if size > EXCLUSIONS_BYTES_MAX {
        bail!("`{name}` is longer than a file of exclusions may be ({EXCLUSIONS_BYTES_MAX} bytes)");
    }
    let text = fs::read_to_string(path).with_context(|| format!("failed to read `{name}`"))?;
    read_exclusions(&name, &text).map_err(|mistakes| {
        let lines = mistakes.iter().map(|(place, what)| format!("{place}: {what}"));
        anyhow::anyhow!(
            "the exclusions cannot be used:\n  {}",
            lines.collect::<Vec<_>>().join("\n  ")
        )
    })
}

/// Everything that a report is made of.
struct Compared {
    base: Cow<'static, Base>,
    read: Read,
    grants: Grants,
    comparison: Comparison,
    excluded: Excluded,
    /// What is known less well counts as unknown.
    least: Option<Confidence>,
    /// Parts of what is granted that could not be read.
    unread: Vec<(Place, String)>,
}

impl Compared {
    /// The differences of one direction that nobody accepted.
    fn open(&self, is_meant: impl Fn(Standing) -> bool) -> impl Iterator<Item = &Difference> {
        let open = self.comparison.differences.iter().filter(|one| one.exclusion.is_none());
        open.filter(move |one| is_meant(one.verdict))
    }

    /// The same without what only says that a grant could be spared because another has it already.
    fn n_counted(&self, is_meant: impl Fn(Standing) -> bool) -> usize {
        self.open(is_meant).filter(|one| one.severity > Level::Informational).count()
    }

    /// How many inputs and parts of inputs could not be read.
    fn n_unread(&self) -> u64 {
        (self.read.faults.len() + self.unread.len()) as u64 + self.read.usage.n_faults
    }

    /// Whether something could not be told, so that silence proves nothing.
    fn is_partial(&self) -> bool {
        let comparison = &self.comparison;
        self.n_unread() > 0
            || !self.base.release().faults.is_empty()
            || comparison.n_undetermined > 0
            || !comparison.gaps.is_empty()
            || !comparison.contradictions.is_empty()
            || !self.base.release().faults.is_empty()
            || self.n_counted(|standing| standing == Standing::CannotTell) > 0
    }

    fn exit(&self) -> Exit {
        if self.is_partial() {
            Exit::Partial
        } else if self.n_counted(|_| true) > 0 {
            Exit::Found
        } else {
            Exit::Clean
        }
    }
}
