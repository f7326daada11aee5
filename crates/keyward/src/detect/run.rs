//! One run: all inputs through the rules, then everything that rules need of them through their memory, in the order of time.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

use anyhow::Context;
use detect::{Admins, Counts, Detector, Engine, RuleLearning, Scope, Settings, Sorter};
use event::Aliases;

use super::desk::Desk;
use super::intake::{Hold, Intake};
use super::limits;
use super::reload::Reload;
use super::state::{self, Begin, Kept};
use crate::args::Detect;
use crate::console::Console;
use crate::examine::{self, Bar};
use crate::input::Expanded;
use crate::ruleset::Loaded;
use crate::spill::TemporaryFile;
use crate::summary::{Events, Fault, Forgotten, LearnedFrom, Learning, Memory, StateFile, Summary};

/// What a run is made of.
pub(super) struct Run<'r> {
    pub(super) args: &'r Detect,
    pub(super) console: Console,
    pub(super) bar: Bar,
    pub(super) scope: Scope,
    pub(super) rules: &'r Loaded,
    pub(super) names: &'r Aliases,
}

impl Run<'_> {
    /// Examines the inputs, learns from the warm ones, and passes on what was found. Returns what is to be kept of it; `None`
    /// if nothing is.
    pub(super) fn detect(
        &self,
        inputs: &Expanded,
        warm: &Expanded,
        desk: &mut Desk,
        summary: &mut Summary,
    ) -> anyhow::Result<Option<Kept>> {
        let detector = self.detector(self.scope.clone());
        self.refuse_unfed(&detector, summary);
        let mut begin = state::begin(self.args.state.as_deref(), &detector, &self.settings());
        let mut spill = TemporaryFile::default();
        let sorter = Sorter::new(&mut spill, self.args.memory.pending.bytes);
        let mut intake = Intake::new(Arc::clone(&detector), limits(self.args), sorter);
        if !begin.tail.is_empty() {
            match intake.resume(&begin.tail) {
                Some(told) => desk.knows(told),
                None => begin.refuse_damaged(&detector, self.settings()),
            }
        }
        let Begin { mut engine, file, .. } = begin;
        self.say_left_out(file.as_ref());
        let before = engine.counts();
        let reload = Reload::new(self.args, &self.scope, self.rules, self.names);
        self.examine(inputs, reload, &mut intake, &mut engine, desk, summary);
        // Behind the others: an event that stands in both is examined, not only learned from.
        if self.scope.since.is_some() && !warm.sources.is_empty() {
            // What is learned lies before what is examined.
            intake.look_with(self.detector(Scope { since: None, ..self.scope.clone() }));
        }
        self.learn(warm, &mut intake, &mut engine, desk, summary);
        let (repeated, kept) = self.conclude(intake, &mut engine, &detector, desk, summary)?;
        account(&engine, before, &mut summary.events);
        summary.events.repeated = repeated;
        summary.memory = Memory { state: file, ..memory(&engine) };
        self.say_learning(&summary.memory);
        Ok(kept)
    }

    /// Gives everything to the engine, in order. With `--state` the last events, which some of the next run may come before,
    /// are kept as they are.
    fn conclude(
        &self,
        intake: Intake<'_>,
        engine: &mut Engine,
        detector: &Detector,
        desk: &mut Desk,
        summary: &mut Summary,
    ) -> anyhow::Result<(u64, Option<Kept>)> {
        let spilled = "failed to keep what does not fit into memory";
        if self.args.state.is_none() {
            let repeated = intake.finish(engine, &mut |finding| desk.finding(finding));
            engine.report_open(&mut |finding| desk.finding(finding));
            return Ok((repeated.context(spilled)?, None));
        }
        let lateness = self.args.lateness.0.unsigned_abs();
        let hold = Hold { lateness, most_bytes: self.args.memory.pending.bytes };
        let (repeated, tail) = intake
            .finish_before(&hold, engine, &mut |finding| desk.finding(finding))
            .context(spilled)?;
        let snapshot = engine.save();
        desk.note();
        tail.finish(engine, &mut |finding| desk.finding(finding));
        engine.report_open(&mut |finding| desk.finding(finding));
        summary.events.pushed = tail.n_pushed();
        let tail = tail.save(detector, &desk.noted());
        Ok((repeated, Some(Kept { snapshot, tail })))
    }

    /// Says which rules do not go on where they left off.
    fn say_left_out(&self, state: Option<&StateFile>) {
        let Some(state) = state.filter(|state| !state.left_out.is_empty()) else { return };
        let names: Vec<_> = state.left_out.iter().map(|name| format!("`{name}`")).collect();
        let why = "what these rules remembered is left out, since they are gone or mean something else now";
        self.console.warn(format_args!("{}: {why}: {}", state.path, names.join(", ")));
    }

    fn detector(&self, scope: Scope) -> Arc<Detector> {
        Arc::new(Detector::of(&self.rules.rules, scope).with_aliases(self.names.clone()))
    }

    /// How much may be remembered, and what is known beforehand.
    fn settings(&self) -> Settings {
        let memory = &self.args.memory;
        Settings {
            total_bytes: memory.total.bytes,
            rule_groups: memory.rule_groups,
            group_values: memory.group_values,
            seed: random(),
            admins: Admins::of(&self.rules.lists),
        }
    }

    /// Counts the rules that refer to others that are not there.
    fn refuse_unfed(&self, detector: &Detector, summary: &mut Summary) {
        for unfed in detector.unfed() {
            let rule = self.rules.rules.iter().find(|rule| rule.name == unfed.rule);
            let path = rule.map_or_else(|| unfed.rule.clone(), |rule| rule.origin.path.clone());
            let why = format!("refers to the rule `{}`, which is not there", unfed.source);
            summary.rules.faults.add(Fault { path, why });
            summary.rules.loaded = summary.rules.loaded.saturating_sub(1);
        }
    }

    fn examine(
        &self,
        inputs: &Expanded,
        mut reload: Reload<'_>,
        intake: &mut Intake<'_>,
        engine: &mut Engine,
        desk: &Desk,
        summary: &mut Summary,
    ) {
        let stop = desk.stop.clone();
        let (console, bar) = (self.console, self.bar);
        examine::each(inputs, console, bar, &stop, summary, |input, name| {
            if let Some(rules) = reload.look(console) {
                intake.look_with(rules.detector);
                engine.set_admins(rules.admins);
            }
            let counts = intake.take(input, engine.input(name), false);
            if intake.failed.is_some() {
                stop.set();
            }
            counts
        });
        reload.faults.into_iter().for_each(|fault| summary.rules.faults.add(fault));
    }

    fn learn(
        &self,
        warm: &Expanded,
        intake: &mut Intake<'_>,
        engine: &mut Engine,
        desk: &Desk,
        summary: &mut Summary,
    ) {
        let stop = desk.stop.clone();
        if stop.is_set() || (warm.sources.is_empty() && warm.faults.is_empty()) {
            return;
        }
        let mut learned = Summary::default();
        examine::each(warm, self.console, self.bar, &stop, &mut learned, |input, name| {
            let counts = intake.take(input, engine.input(name), true);
            if intake.failed.is_some() {
                stop.set();
            }
            counts
        });
        summary.learned_from =
            LearnedFrom { inputs: learned.inputs.read, events: learned.events.examined };
        summary.inputs.faults.merge(learned.inputs.faults);
        summary.events.rejected.merge(learned.events.rejected);
        summary.events.faulty.merge(learned.events.faulty);
        summary.stopped_early |= learned.stopped_early;
    }

    /// Says rule by rule for how many subjects it cannot tell yet, to those who want to hear it.
    fn say_learning(&self, memory: &Memory) {
        for Learning { name, subjects, still, silent, .. } in &memory.learning {
            self.console.detail(format_args!(
                "`{name}` is learning for {still} of {subjects} subjects, and was silent {silent} times"
            ));
        }
    }
}

/// What became of the events that rules matched.
fn account(engine: &Engine, before: Counts, events: &mut Events) {
    let counts = engine.counts();
    events.without_time = counts.timeless - before.timeless;
    events.late = counts.late - before.late;
    let tenants = engine.tenants().into_iter();
    events.tenants = tenants.map(|(tenant, count)| (tenant.to_owned(), count)).collect();
}

/// What is remembered, and what is not.
fn memory(engine: &Engine) -> Memory {
    let learning = |rule: RuleLearning| Learning {
        id: rule.rule.id.clone(),
        name: rule.rule.name.clone(),
        subjects: rule.n_subjects,
        still: rule.n_learning,
        silent: rule.n_silent,
    };
    let forgotten = engine.evicted().into_iter().map(|(rule, groups)| Forgotten {
        id: rule.id.clone(),
        name: rule.name.clone(),
        groups,
    });
    Memory {
        learning: engine.learning().into_iter().map(learning).collect(),
        forgotten: forgotten.collect(),
        waiting: engine.n_waiting() as u64,
        bytes: engine.bytes() as u64,
        state: None,
    }
}

/// A number that nobody can foretell.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
