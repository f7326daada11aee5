//! Names that somebody asks for, and those that there are: a typing mistake must not read as "there is nothing".

use anyhow::{Context, bail};
use archive::{Filter, Findings, Whether};
use jiff::Timestamp;

use crate::args::{RuleSet, Where};
use crate::config::{self, Config};
use crate::ruleset;

/// How much of a name must agree before it is worth suggesting, from 0 to 1.
const ENOUGH: f64 = 0.85;

/// Names that are listed when none is like the one that was asked for.
const MOST_LISTED: usize = 30;

/// Fails unless one of the names that there are is meant, with the one that may be.
pub(crate) fn check(
    what: &str,
    asked: &str,
    known: &[String],
    is_meant: impl Fn(&str) -> bool,
) -> anyhow::Result<()> {
    if known.iter().any(|name| is_meant(name)) {
        return Ok(());
    }
    let lower = asked.to_lowercase();
    let scored = known.iter().map(|name| (strsim::jaro_winkler(name, &lower), name));
    match scored.max_by(|one, other| one.0.total_cmp(&other.0)) {
        Some((score, name)) if score > ENOUGH => {
            bail!("no {what} is called `{asked}`, did you mean `{name}`?")
        }
        Some(_) if known.len() <= MOST_LISTED => {
            bail!("no {what} is called `{asked}`, there are `{}`", known.join("`, `"))
        }
        _ => bail!("no {what} is called `{asked}`"),
    }
}

/// The configuration, where it says which names there are: not beside a folder of data that was named by itself, and
/// not if there is a mistake in it, which is none of those who only read what is kept.
pub(crate) fn config(place: &Where) -> Option<Config> {
    if place.data.is_some() { None } else { config::load_quietly(&place.config) }
}

/// Fails unless a finding could be of a rule. Rules are known that are in use, built in or have found something.
pub(crate) fn check_rule(
    config: &Config,
    store: Option<&Findings>,
    asked: &str,
    is_meant: impl Fn(&str) -> bool,
) -> anyhow::Result<()> {
    let is_found = found(store, Filter::default(), "/rule/name", &is_meant)?;
    if is_found {
        return Ok(());
    }
    let builtin = RuleSet { rules: vec![crate::pack::BUILTIN.into()], ..RuleSet::default() };
    let mut names = Vec::new();
    let mut ids = Vec::new();
    for rules in [&config.detect.rules, &builtin] {
        for rule in ruleset::load(rules)?.rules {
            ids.push(rule.id);
            names.push(rule.name);
        }
    }
    names.extend(catalog::postures().iter().map(|one| format!("posture_{}", one.name)));
    names.extend(catalog::credentials().iter().map(|one| one.kind.to_owned()));
    if ids.iter().any(|id| is_meant(id)) {
        return Ok(());
    }
    check("rule", asked, &names, is_meant)
}

/// Fails unless a finding could be of a tenant: it is configured, or has findings.
pub(crate) fn check_tenant(
    config: &Config,
    store: Option<&Findings>,
    asked: &str,
    is_meant: impl Fn(&str) -> bool,
) -> anyhow::Result<()> {
    if found(store, Filter::default(), "/tenant", &is_meant)? {
        return Ok(());
    }
    let names: Vec<_> = config.tenants.iter().map(|tenant| tenant.name.clone()).collect();
    check("tenant", asked, &names, is_meant)
}

/// Whether a finding of any state has a text there that is meant.
fn found(
    store: Option<&Findings>,
    filter: Filter,
    pointer: &str,
    is_meant: impl Fn(&str) -> bool,
) -> anyhow::Result<bool> {
    let Some(store) = store else { return Ok(false) };
    let withdrawn = Filter { state: Some("withdrawn".to_owned()), ..filter.clone() };
    for filter in [filter, withdrawn] {
        let filter = Filter { whether: Whether::Any, ..filter };
        let all = store.list(&filter, Timestamp::MAX).context("failed to read the store")?;
        let is_one = all.iter().any(|stored| {
            let json: serde_json::Value = serde_json::from_str(&stored.json).unwrap_or_default();
            json.pointer(pointer).and_then(|text| text.as_str()).is_some_and(&is_meant)
        });
        if is_one {
            return Ok(true);
        }
    }
    Ok(false)
}
