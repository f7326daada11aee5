//! What was read, what was not and why, and what came of it: `keyward.summary/1`.

use std::collections::BTreeMap;

use finding::{Finding, Level};
use serde::Serialize;

use crate::exit::Exit;

/// Examples kept of anything that is counted.
const EXAMPLES_MAX: usize = 20;

/// The account of one run. Everything that was not examined is in it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    /// Files and streams.
    pub(crate) inputs: Inputs,
    /// Records in them.
    pub(crate) events: Events,
    /// Rules that were to be run.
    pub(crate) rules: Rules,
    /// What matched.
    pub(crate) findings: Tally,
    /// Whether the reader of the results went away before the end.
    pub(crate) stopped_early: bool,
}

/// Files and streams: those that gave something, and those that did not.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Inputs {
    /// How many were read, be it in part.
    pub(crate) read: u64,
    /// Bytes read, after decompression.
    pub(crate) bytes: u64,
    /// Those that could not be opened, or not be read to their end.
    pub(crate) faults: Sample<Fault>,
}

/// Records: those that were examined, and those that were not.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Events {
    /// How many were examined.
    pub(crate) examined: u64,
    /// Those by product; events of no known product are under `unknown`.
    pub(crate) products: BTreeMap<&'static str, u64>,
    /// How many lie outside `--since` and `--until`.
    pub(crate) outside: u64,
    /// Records that are no events.
    pub(crate) rejected: Sample<Reject>,
    /// Events that were examined, but hold something that could not be read.
    pub(crate) faulty: Sample<Reject>,
}

/// Rules: those that were run, and those that could not be.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Rules {
    /// How many were run.
    pub(crate) loaded: u64,
    /// Those that hold no logic for logs. Nothing is missed by not running them.
    pub(crate) not_runnable: Sample<Fault>,
    /// Files of rules, filters or lists that could not be loaded, or not all of them.
    pub(crate) faults: Sample<Fault>,
}

/// Something that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    /// The path as given joined with the path below it.
    pub(crate) path: String,
    /// Lower-case fragment.
    pub(crate) why: String,
}

/// A record that could not be read, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Reject {
    /// The path as given joined with the path below it.
    pub(crate) path: String,
    /// The line on which it begins; the first is 1.
    pub(crate) line: u64,
    /// The byte at which it begins, after decompression.
    pub(crate) offset: u64,
    /// Lower-case fragment.
    pub(crate) why: String,
}

/// How often something happened, and the first times it did.
#[derive(Debug, Serialize)]
pub(crate) struct Sample<T> {
    /// All of them.
    pub(crate) count: u64,
    /// The first few.
    pub(crate) first: Vec<T>,
}

impl<T> Default for Sample<T> {
    fn default() -> Self {
        Self { count: 0, first: Vec::new() }
    }
}

impl<T> Sample<T> {
    /// Counts one, and keeps it while there is room.
    pub(crate) fn add(&mut self, one: T) {
        self.add_many(1, [one]);
    }

    /// Counts some of which the first are given, and keeps those while there is room.
    pub(crate) fn add_many(&mut self, count: u64, first: impl IntoIterator<Item = T>) {
        self.count += count;
        let room = EXAMPLES_MAX.saturating_sub(self.first.len());
        self.first.extend(first.into_iter().take(room));
    }
}

/// How many findings, by level and by rule.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Tally {
    /// All of them.
    pub(crate) total: u64,
    /// By level, least first; levels without findings are left out.
    pub(crate) levels: BTreeMap<Level, u64>,
    /// By level, worst first, then by name.
    pub(crate) rules: Vec<RuleCount>,
}

/// How many findings one rule made at one level.
#[derive(Debug, Serialize)]
pub(crate) struct RuleCount {
    /// The rule's id.
    pub(crate) id: String,
    /// The rule's short name.
    pub(crate) name: String,
    /// The rule's title.
    #[serde(skip)]
    pub(crate) title: String,
    /// The level of these findings.
    pub(crate) level: Level,
    /// How many there are.
    pub(crate) count: u64,
}

impl Tally {
    /// Counts one finding.
    pub(crate) fn add(&mut self, finding: &Finding) {
        self.add_many(&finding.rule, finding.level, 1);
    }

    /// Counts several of one rule and level.
    pub(crate) fn add_many(&mut self, rule: &finding::Rule, level: Level, count: u64) {
        if count == 0 {
            return;
        }
        self.total += count;
        *self.levels.entry(level).or_default() += count;
        let order: Order<'_> = (std::cmp::Reverse(level), &rule.name, &rule.id);
        match self.rules.binary_search_by(|row| row.order().cmp(&order)) {
            Ok(at) => self.rules[at].count += count,
            Err(at) => self.rules.insert(at, RuleCount::new(rule, level, count)),
        }
    }

    /// The worst level there is.
    pub(crate) fn worst(&self) -> Option<Level> {
        self.levels.last_key_value().map(|(level, _)| *level)
    }
}

type Order<'a> = (std::cmp::Reverse<Level>, &'a str, &'a str);

impl RuleCount {
    fn new(rule: &finding::Rule, level: Level, count: u64) -> Self {
        let finding::Rule { id, name, title, .. } = rule.clone();
        Self { id, name, title, level, count }
    }

    fn order(&self) -> Order<'_> {
        (std::cmp::Reverse(self.level), &self.name, &self.id)
    }
}

impl Summary {
    /// Whether something that was asked for could not be examined.
    pub(crate) fn is_partial(&self) -> bool {
        let not_examined = self.inputs.faults.count
            + self.events.rejected.count
            + self.events.faulty.count
            + self.rules.faults.count;
        not_examined > 0 || self.stopped_early
    }

    /// How the run ends, when findings of `fail_on` or worse are to be told by the exit code.
    pub(crate) fn exit(&self, fail_on: Level) -> Exit {
        let nothing = self.inputs.read == 0 || self.rules.loaded == 0;
        match () {
            () if nothing && !self.stopped_early => Exit::Failed,
            () if self.is_partial() => Exit::Partial,
            () if self.findings.worst() >= Some(fail_on) => Exit::Found,
            () => Exit::Clean,
        }
    }

    /// The JSON object `keyward.summary/1`.
    pub(crate) fn to_json(&self, exit: Exit) -> serde_json::Value {
        let Self { inputs, events, rules, findings, stopped_early } = self;
        serde_json::json!({
            "schema": "keyward.summary/1",
            "inputs": inputs,
            "events": events,
            "rules": rules,
            "findings": findings,
            "stopped_early": stopped_early,
            "exit": exit,
        })
    }
}
