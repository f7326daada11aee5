//! Findings about what is weak: raised, revised, and withdrawn once it is mended.

use std::collections::{BTreeMap, BTreeSet};

use archive::{Filter, Findings, Whether};
use finding::{Finding, Kind, State};
use inventory::{Snapshot, posture};
use jiff::Timestamp;

/// What became of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// How much is weak now.
    pub(super) weak: usize,
    /// How much was, and is not any more.
    pub(super) mended: usize,
}

/// Looks for what is weak, and keeps what changed since the last look.
pub(super) fn keep(snapshot: &Snapshot, store: &Findings, now: Timestamp) -> anyhow::Result<Told> {
    let judged = posture(snapshot, now);
    let known = known(snapshot, store, now)?;
    let found: BTreeSet<&str> = judged.findings.iter().map(|finding| finding.id.as_str()).collect();
    let is_mended = |one: &&Finding| {
        one.state != State::Withdrawn
            && !found.contains(one.id.as_str())
            && !judged.unexamined.iter().any(|unexamined| unexamined.hides(one))
    };
    let mended: Vec<Finding> = known.values().filter(is_mended).map(withdrawn).collect();
    let told = Told { weak: judged.findings.len(), mended: mended.len() };
    let raised = judged.findings.into_iter().filter_map(|new| revised(new, &known));
    let lines: Vec<String> =
        raised.chain(mended).map(|one| line(&one)).collect::<Result<_, _>>()?;
    store.put_all(&lines)?;
    Ok(told)
}

/// What the store has of the tenant, by id.
fn known(
    snapshot: &Snapshot,
    store: &Findings,
    now: Timestamp,
) -> anyhow::Result<BTreeMap<String, Finding>> {
    let mut known = BTreeMap::new();
    for state in ["settled", "withdrawn"] {
        let filter = Filter {
            whether: Whether::Any,
            tenant: Some(snapshot.tenant.clone()),
            provider: Some(snapshot.provider.as_str().to_owned()),
            state: Some(state.to_owned()),
            ..Filter::default()
        };
        for stored in store.list(&filter, now)? {
            // What an older version wrote and this one cannot read is told anew.
            if let Ok(finding) = serde_json::from_str::<Finding>(&stored.json)
                && finding.kind == Kind::Posture
            {
                known.insert(stored.id, finding);
            }
        }
    }
    Ok(known)
}

/// A finding as it is to be kept: with the next revision if something about it changed, not at all if nothing did.
fn revised(new: Finding, known: &BTreeMap<String, Finding>) -> Option<Finding> {
    let Some(old) = known.get(new.id.as_str()) else { return Some(new) };
    let is_same = old.state == new.state
        && old.level == new.level
        && old.evidence == new.evidence
        && old.subject == new.subject;
    if is_same {
        return None;
    }
    let is_back = old.state == State::Withdrawn;
    // It is as old as it was, unless it was mended in between.
    let (time, first) = if is_back { (new.time, new.first) } else { (old.time, old.first) };
    Some(Finding { revision: old.revision + 1, time, first, ..new })
}

fn withdrawn(old: &Finding) -> Finding {
    Finding { state: State::Withdrawn, revision: old.revision + 1, ..old.clone() }
}

fn line(finding: &Finding) -> anyhow::Result<String> {
    let mut line = Vec::new();
    crate::render::write_json(finding, &mut line)?;
    Ok(String::from_utf8(line)?)
}

#[cfg(test)]
mod tests {
    use inventory::{Card, CardKind, Network, Provider};

    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_793_610_000 + hour * 3600).unwrap()
    }

    fn snapshot(hour: i64, networks: &[Network]) -> Snapshot {
        let mut snapshot = Snapshot::new(Provider::Okta, "acme", "acme.okta.com", at(hour));
        for (number, network) in networks.iter().enumerate() {
            let id = format!("00T{number}");
            let mut card = Card::new(Provider::Okta, "acme", CardKind::ApiToken, &id);
            card.network = network.clone();
            snapshot.cards.push(card);
        }
        snapshot
    }

    fn states(store: &Findings) -> Vec<(String, u32)> {
        let known = known(&snapshot(0, &[]), store, at(99)).unwrap();
        let state = |one: &Finding| (format!("{:?}", one.state), one.revision);
        known.values().filter(|one| one.rule.name == "posture_unbound").map(state).collect()
    }

    #[test]
    fn what_is_mended_is_withdrawn_and_comes_back_as_a_later_revision() {
        let store = Findings::in_memory().unwrap();
        let zone = Network::Zones { include: vec!["nzo1".into()], exclude: Vec::new() };
        let look =
            |hour, networks: &[Network]| keep(&snapshot(hour, networks), &store, at(hour)).unwrap();
        assert_eq!(look(0, &[Network::Any]).weak, 1);
        assert_eq!(look(1, &[Network::Any]).weak, 1);
        assert_eq!(states(&store), [("Settled".to_owned(), 1)]);
        assert_eq!(look(2, std::slice::from_ref(&zone)).mended, 1);
        assert_eq!(look(3, &[zone]).mended, 0);
        assert_eq!(states(&store), [("Withdrawn".to_owned(), 2)]);
        look(4, &[Network::Any]);
        assert_eq!(states(&store), [("Settled".to_owned(), 3)]);
    }

    #[test]
    fn a_log_that_shrinks_mends_nothing() {
        let store = Findings::in_memory().unwrap();
        let dormant = |store: &Findings| {
            let known = known(&snapshot(0, &[]), store, at(99)).unwrap();
            let mut states = known.values().filter(|one| one.rule.name == "posture_dormant");
            states.next().map(|one| one.state)
        };
        let look = |hour, since: Option<Timestamp>, is_listed: bool| {
            let mut snapshot = snapshot(hour, if is_listed { &[Network::Unsaid] } else { &[] });
            (snapshot.log.since, snapshot.log.until) = (since, since.map(|_| at(hour)));
            keep(&snapshot, &store, at(hour)).unwrap()
        };
        look(0, Some(at(-24 * 60)), true);
        assert_eq!(dormant(&store), Some(State::Settled));
        assert_eq!(look(1, Some(at(0)), true).mended, 0);
        assert_eq!(look(2, None, true).mended, 0);
        assert_eq!(dormant(&store), Some(State::Settled));
        // What is not there any more is not weak, whatever the log tells.
        assert_eq!(look(3, None, false).mended, 1);
        assert_eq!(dormant(&store), Some(State::Withdrawn));
    }

    #[test]
    fn what_was_not_looked_at_is_not_mended() {
        let store = Findings::in_memory().unwrap();
        keep(&snapshot(0, &[Network::Any]), &store, at(0)).unwrap();
        let mut unread = snapshot(1, &[]);
        let (what, why) = ("api tokens".to_owned(), "no answer".to_owned());
        unread.gaps.push(inventory::Gap { what, why, scope: None });
        assert_eq!(keep(&unread, &store, at(1)).unwrap().mended, 0);
        assert_eq!(states(&store), [("Settled".to_owned(), 1)]);
    }
}
