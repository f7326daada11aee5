//! What was read, what was not and why, and what came of it: `keyward.summary/1`.

use std::collections::BTreeMap;

use finding::{Finding, Level};
use serde::Serialize;

use crate::exit::Exit;
use crate::render::Accounted;

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
    /// What was read to learn from alone.
    pub(crate) learned_from: LearnedFrom,
    /// What rules with memory know, and what they do not.
    pub(crate) memory: Memory,
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
    /// Those that some rule matches and that say no usable time, so that they were not remembered.
    pub(crate) without_time: u64,
    /// Those that some rule matches and that lie before what was remembered in an earlier run.
    pub(crate) late: u64,
    /// Those that should have waited for older ones of the next run, and were remembered at once for want of room.
    pub(crate) pushed: u64,
    /// Those that some rule matches and that came more than once; they count once.
    pub(crate) repeated: u64,
    /// Those that some rule matches, by tenant, as far as they name one.
    pub(crate) tenants: BTreeMap<String, u64>,
}

/// What was read to learn from, without findings.
#[derive(Debug, Default, Serialize)]
pub(crate) struct LearnedFrom {
    /// Files and streams, be it in part.
    pub(crate) inputs: u64,
    /// Events in them.
    pub(crate) events: u64,
}

/// What rules with memory know at the end of a run, and what they do not.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Memory {
    /// Rules that need a history and lack it for some subjects, in the order of the rules.
    pub(crate) learning: Vec<Learning>,
    /// Rules that had to forget groups for want of room.
    pub(crate) forgotten: Vec<Forgotten>,
    /// Events after which another must follow, and neither it nor the end of its time has come.
    pub(crate) waiting: u64,
    /// Bytes that are remembered, about.
    pub(crate) bytes: u64,
    /// What became of the file of `--state`; null without one.
    pub(crate) state: Option<StateFile>,
}

/// How far a rule has learned.
#[derive(Debug, Serialize)]
pub(crate) struct Learning {
    /// The rule's id.
    pub(crate) id: String,
    /// The rule's short name.
    pub(crate) name: String,
    /// Subjects that it knows.
    pub(crate) subjects: u64,
    /// Those of them for whom it still learns.
    #[serde(rename = "learning")]
    pub(crate) still: u64,
    /// Events for which it stayed silent because of that.
    pub(crate) silent: u64,
}

/// What a rule had to forget.
#[derive(Debug, Serialize)]
pub(crate) struct Forgotten {
    /// The rule's id.
    pub(crate) id: String,
    /// The rule's short name.
    pub(crate) name: String,
    /// How many groups.
    pub(crate) groups: u64,
}

/// What became of the file that memory is kept in.
#[derive(Debug, Default, Serialize)]
pub(crate) struct StateFile {
    /// Its path.
    pub(crate) path: String,
    /// Whether memory of an earlier run was taken from it.
    pub(crate) restored: bool,
    /// Why it could not be used, so that memory began empty and the file was left as it was.
    pub(crate) refused: Option<String>,
    /// Rules whose memory was left out, since they are no longer there or mean something else now.
    pub(crate) left_out: Vec<String>,
}

impl Memory {
    /// The rules that still learn for somebody: how many, for how many subjects, of how many that they know.
    pub(crate) fn still_learning(&self) -> (u64, u64, u64) {
        let learning = self.learning.iter().filter(|rule| rule.still > 0);
        learning.fold((0, 0, 0), |(rules, learning, subjects), rule| {
            (rules + 1, learning + rule.still, subjects + rule.subjects)
        })
    }
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

    /// Counts what another has counted.
    pub(crate) fn merge(&mut self, other: Self) {
        self.add_many(other.count, other.first);
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
        let state = self.memory.state.as_ref();
        let is_refused = state.is_some_and(|state| state.refused.is_some());
        let is_forgotten = !self.memory.forgotten.is_empty();
        not_examined > 0 || self.stopped_early || is_refused || is_forgotten
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
}

impl Accounted for Summary {
    fn to_json(&self, exit: Exit) -> serde_json::Value {
        let Self { inputs, events, rules, findings, learned_from, memory, stopped_early } = self;
        serde_json::json!({
            "schema": "keyward.summary/1",
            "inputs": inputs,
            "events": events,
            "rules": rules,
            "findings": findings,
            "learned_from": learned_from,
            "memory": memory,
            "stopped_early": stopped_early,
            "exit": exit,
        })
    }
}
