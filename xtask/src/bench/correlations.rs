//! Correlations that both engines can express, over the same events in the order of time.
//!
//! Compared are sets of (rule, group): the other engine fires again at every further event. It counts in whole
//! seconds, so the events are one second apart.

mod theirs;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use detect::Detector;

use self::theirs::Prefilter;
use super::{Check, memory, ours};
use crate::corpus::crowd::{Crowd, Size};
use crate::corpus::{self, KeyOrder};
use lab::clock::{Millis, SECOND, midnight, published};

/// Base rules and correlations, in one file.
const RULES: &str = include_str!("correlations/rules.yml");

/// What the correlations group by, in the order in which values of groups are compared.
const FIELDS: [&str; 2] = ["actor.alternateId", "client.ipAddress"];

/// Which correlation fired for which group: id and values of `group-by`.
type Fired = BTreeSet<(String, Vec<String>)>;

/// Compares both engines and measures them.
pub(super) fn measure() -> Result<Vec<Check>> {
    let lines = log(300_000)?;
    let detector = ours::detector_of(RULES)?;
    let n_groups = agree(&detector, &lines)?;
    println!("correlations: {n_groups} pairs of rule and group, the same in both engines");
    let mut best = [f64::MAX; 2];
    for _ in 0..3 {
        best[0] = best[0].min(timed(|| n_fired(&detector, &lines))?);
    }
    for prefilter in [Prefilter::None, Prefilter::Bloom, Prefilter::Literals] {
        best[1] = best[1].min(timed(|| theirs::run(&lines, prefilter))?);
    }
    let [ours, theirs] = best.map(|best| 300_000.0 / best);
    println!("rsigma-eval, correlations, best of three prefilters: {theirs:.0} events/s");
    println!("Keyward, correlations, best of three, 1 thread: {ours:.0} events/s");
    Ok(vec![Check::at_least("Keyward over rsigma-eval, correlations", ours / theirs, 10.0)])
}

/// Seconds of this thread's work.
fn timed(turn: impl FnOnce() -> Result<u64>) -> Result<f64> {
    let start = memory::worked_seconds();
    std::hint::black_box(turn()?);
    Ok(memory::worked_seconds() - start)
}

/// How many pairs of rule and group both engines found; fails unless they are the same.
fn agree(detector: &Arc<Detector>, lines: &[u8]) -> Result<usize> {
    let (one, other) = (fired(detector, lines)?, theirs::fired(lines)?);
    let differing: Vec<_> = one.symmetric_difference(&other).take(5).collect();
    ensure!(differing.is_empty(), "the engines disagree, among others on {differing:?}");
    let rules: BTreeSet<&String> = one.iter().map(|(rule, _)| rule).collect();
    ensure!(rules.len() > 11, "only {} correlations fire", rules.len());
    Ok(one.len())
}

fn n_fired(detector: &Arc<Detector>, lines: &[u8]) -> Result<u64> {
    let mut n_findings = 0;
    ours::watch(detector, &mut &lines[..], 1, &mut |_| n_findings += 1)?;
    Ok(n_findings)
}

fn fired(detector: &Arc<Detector>, lines: &[u8]) -> Result<Fired> {
    let mut fired = Fired::new();
    ours::watch(detector, &mut &lines[..], 1, &mut |finding| {
        let evidence: Vec<_> = finding.evidence.iter().collect();
        let value = |name: &str| {
            let (_, values) = evidence.iter().find(|(field, _)| *field == name)?;
            values.first().cloned()
        };
        let group = fields_of(&finding.rule.name);
        let group = group.iter().map(|name| value(name).unwrap_or_default()).collect();
        fired.insert((finding.rule.id.clone(), group));
    })?;
    Ok(fired)
}

/// What a correlation of [`RULES`] groups by.
fn fields_of(rule: &str) -> Vec<&'static str> {
    let text = RULES.split("---").find(|text| text.contains(&format!("name: {rule}\n")));
    let line = text.into_iter().flat_map(str::lines).find(|line| line.contains("group-by:"));
    let is_named = |field: &&&str| line.is_some_and(|line| line.contains(**field));
    FIELDS.iter().filter(is_named).copied().collect()
}

/// A log of so many events, one a second.
fn log(n_events: u32) -> Result<Vec<u8>> {
    const FIRST: Millis = midnight(2026, 11, 2);
    let size = Size { events: n_events, users: 5_000, days: 3 };
    let mut reader = BufReader::new(Crowd::new(size, corpus::SEED, KeyOrder::Api));
    let mut lines = Vec::new();
    let mut line = Vec::new();
    let mut at = FIRST;
    while reader.read_until(b'\n', &mut line)? > 0 {
        let time = place_of_time(&line).context("an event without a time")?;
        line.splice(time, published(at).into_bytes());
        lines.append(&mut line);
        at += SECOND;
    }
    Ok(lines)
}

fn place_of_time(line: &[u8]) -> Option<Range<usize>> {
    let start = br#""published":""#;
    let at = memchr::memmem::find(line, start)? + start.len();
    let length = memchr::memchr(b'"', &line[at..])?;
    Some(at..at + length)
}
