//! What was found about a token, as moments of its life.

use std::path::Path;

use anyhow::Context;
use archive::{Filter, Findings, Whether};
use finding::{Finding, Kind};
use inventory::{Card, Moment};
use jiff::Timestamp;

use crate::args::Known;
use crate::console::Console;
use crate::kept;

/// Findings that are told; of more the last ones.
const TOLD_MAX: usize = 50;

/// Findings of the store about a card, but for what is weak about it. None where logs were given, or nothing is kept.
pub(super) fn of(
    known: &Known,
    card: &Card,
    console: Console,
    now: Timestamp,
) -> anyhow::Result<Vec<Moment>> {
    let is_apart = !known.logs.is_empty() || known.snapshot.is_some();
    if is_apart {
        return Ok(Vec::new());
    }
    let path = kept::findings_path(&known.place, console)?;
    if !Path::try_exists(&path).unwrap_or(false) {
        return Ok(Vec::new());
    }
    let store =
        Findings::open(&path).with_context(|| format!("failed to open `{}`", path.display()))?;
    let filter =
        Filter { whether: Whether::Any, tenant: Some(card.tenant.clone()), ..Filter::default() };
    let stored = store.list(&filter, now).context("failed to read the store")?;
    let findings = stored.iter().filter_map(|one| serde_json::from_str(&one.json).ok());
    let about = |finding: &Finding| {
        let subject = &finding.subject;
        let id = subject.token.as_ref().or(subject.client.as_ref());
        finding.kind != Kind::Posture && id == Some(&card.id)
    };
    Ok(findings.filter(about).take(TOLD_MAX).filter_map(|finding| moment(&finding)).collect())
}

fn moment(finding: &Finding) -> Option<Moment> {
    let what = format!("found: {} ({})", finding.rule.title, finding.level);
    let at = finding.first.or(finding.time)?;
    let event = Some(finding.id.to_string());
    Some(Moment { at, what, by: None, ip: finding.subject.ip.clone(), inferred: None, event })
}
