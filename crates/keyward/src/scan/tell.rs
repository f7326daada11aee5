//! What is told of what was found: baseline, threshold, format, exit.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, bail};
use archive::Findings as Store;
use finding::{Finding, Level};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::baseline::{Baseline, Entry, Word};
use super::deliver;
use super::key::{self, Kept};
use super::summary::Summary;
use crate::args::{LeakFormat, Telling};
use crate::console::Console;
use crate::exit::Exit;
use crate::output::{Out, write_summary};
use crate::render::{Renderer, leak_renderer, plural};

/// Where findings of leaks arrive, whatever they were found in.
pub(crate) struct Desk<'a> {
    args: &'a Telling,
    console: Console,
    /// The key of fingerprints.
    pub(crate) kept: Kept,
    baseline: Baseline,
    /// Where findings are kept for sinks, if they are.
    store: Option<Store>,
    today: Date,
}

impl<'a> Desk<'a> {
    /// Gets the key and the baseline, and sees to it that results can be written.
    ///
    /// Fails when a file that was named cannot be used, before anything is examined.
    pub(crate) fn open(
        args: &'a Telling,
        console: Console,
        now: Timestamp,
    ) -> anyhow::Result<Self> {
        let today = now.to_zoned(TimeZone::UTC).date();
        if let Some(until) = args.until.filter(|until| *until < today) {
            bail!("`--until {until}` is over; nothing would be accepted");
        }
        let kept = key::find(args.key_file.as_deref(), console)?;
        let baseline = args.baseline.as_deref().map(|path| Baseline::open(path, &kept, console));
        let baseline = baseline.transpose()?.unwrap_or_default();
        for path in [args.output.output.as_deref(), args.summary.as_deref()].into_iter().flatten() {
            touch(path).with_context(|| format!("failed to create `{}`", path.display()))?;
        }
        let store = args.deliver.as_deref().map(|path| deliver::open(path, console)).transpose()?;
        Ok(Self { args, console, kept, baseline, store, today })
    }

    /// Prints what is to be told, in the order given, and the account; writes the files that were asked for.
    pub(crate) fn tell(self, findings: Vec<Finding>, summary: Summary) -> anyhow::Result<Exit> {
        let renderer = leak_renderer(self.args.format);
        self.tell_by(renderer, findings, summary)
    }

    /// The same, printed in another way.
    pub(super) fn tell_by(
        self,
        renderer: Box<dyn Renderer<Summary>>,
        findings: Vec<Finding>,
        mut summary: Summary,
    ) -> anyhow::Result<Exit> {
        let findings = self.filter(findings, &mut summary);
        summary.mask();
        self.write_baseline(&findings)?;
        self.deliver(&findings)?;
        let accepted = self.args.write_baseline.is_some();
        let exit = match summary.exit(self.args.fail_on) {
            // Whoever accepts what is found has nothing left to do.
            Exit::Found if accepted => Exit::Clean,
            exit => exit,
        };
        self.print(renderer, findings, &summary, exit)?;
        if self.args.format != LeakFormat::Text || self.args.output.output.is_some() {
            self.console.note(|out| summary.write(out));
        }
        write_summary(self.args.summary.as_deref(), &summary, exit)?;
        Ok(exit)
    }

    /// Whether a finding is told: it is as sure as was asked for, and nobody accepted it.
    pub(super) fn tells(&self, finding: &Finding) -> bool {
        is_sure(finding, self.args.min_confidence.confidence().name())
            && self.baseline.word(finding, self.today) != Word::Accepted
    }

    fn print(
        &self,
        mut renderer: Box<dyn Renderer<Summary>>,
        findings: Vec<Finding>,
        summary: &Summary,
        exit: Exit,
    ) -> anyhow::Result<()> {
        let mut out = Out::open(self.args.output.output.as_deref(), self.console.color())?;
        findings.into_iter().try_for_each(|finding| renderer.finding(finding, &mut out))?;
        renderer.finish(summary, exit, &mut out)?;
        Ok(out.flush()?)
    }

    /// What is told; counts it, and what is not.
    fn filter(&self, mut findings: Vec<Finding>, summary: &mut Summary) -> Vec<Finding> {
        let least = self.args.min_confidence.confidence().name();
        findings.retain(|finding| {
            let untold = &mut summary.untold;
            if !is_sure(finding, least) {
                untold.by_confidence += 1;
                return false;
            }
            match self.baseline.word(finding, self.today) {
                Word::Accepted => untold.by_baseline += 1,
                Word::Lapsed => untold.lapsed += 1,
                Word::New => {}
            }
            self.baseline.word(finding, self.today) != Word::Accepted
        });
        for finding in &findings {
            summary.findings.add(finding);
        }
        summary.credentials = credentials(&findings);
        findings
    }

    /// Hands what is told on to those who tell sinks.
    fn deliver(&self, findings: &[Finding]) -> anyhow::Result<()> {
        let Some(store) = &self.store else { return Ok(()) };
        let new = deliver::put(store, findings)?;
        let new = plural(new as u64, "new or changed finding");
        self.console.note(|out| {
            writeln!(
                out,
                "Kept {new} in the store; `keyward run` tells sinks of them, at once if it runs."
            )
        });
        Ok(())
    }

    /// Accepts what is told.
    fn write_baseline(&self, findings: &[Finding]) -> anyhow::Result<()> {
        let Some(path) = &self.args.write_baseline else { return Ok(()) };
        let known = path.exists().then(|| Baseline::open(path, &self.kept, self.console));
        let mut baseline = known.transpose()?.unwrap_or_default();
        let entry = Entry::new(self.args.because.as_deref().unwrap_or_default(), self.args.until);
        let before = baseline.len();
        for finding in findings {
            baseline.accept(finding, &entry, self.today);
        }
        baseline.save(path, &self.kept)?;
        let (new, all) = (baseline.len() - before, baseline.len());
        self.console.note(|out| {
            let new = plural(new as u64, "new credential");
            writeln!(out, "Accepted {new}; `{}` has {all}.", path.display())
        });
        Ok(())
    }
}

/// How many different credentials there are, by the worst level of each.
fn credentials(findings: &[Finding]) -> BTreeMap<Level, u64> {
    let mut worst: HashMap<_, Level> = HashMap::new();
    for Finding { case, rule, level, .. } in findings {
        let known = worst.entry((case, &rule.id)).or_insert(*level);
        *known = (*known).max(*level);
    }
    let mut counts = BTreeMap::new();
    for level in worst.into_values() {
        *counts.entry(level).or_default() += 1;
    }
    counts
}

/// Whether a finding is at least as sure as a word says.
fn is_sure(finding: &Finding, least: &str) -> bool {
    const WORDS: [&str; 4] = ["candidate", "medium", "strong", "certain"];
    let rank = |word: &str| WORDS.iter().position(|known| *known == word);
    let word = finding.credential.as_ref().map(|credential| credential.confidence.as_str());
    word.and_then(rank) >= rank(least)
}

/// Sees whether a file can be written, and leaves what is in it.
fn touch(path: &Path) -> io::Result<()> {
    std::fs::OpenOptions::new().create(true).append(true).open(path).map(drop)
}
