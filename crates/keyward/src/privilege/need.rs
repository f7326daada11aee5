//! `keyward privilege need`: what calls need, and what to grant so that they work.

mod findings;
pub(super) mod grants;
pub(super) mod json;
pub(super) mod known;
mod page;
pub(super) mod words;

use std::borrow::Cow;
use std::collections::BTreeSet;

use catalog::Confidence;
use jiff::Timestamp;
use privilege::{
    Answer, Base, Entry, Place, Plan, PlanKind, Verdict, answers, applicable, caveats, demand,
    plans, remarks, terraform,
};

use super::calls::{self, Read};
use super::knowledge;
use super::tell::{Told, spare, tell};
use crate::args::{Need, PrivilegeFormat};
use crate::console::Console;
use crate::exit::Exit;
use crate::render::page::Line;

/// What is said where nothing was a call.
const NO_CALLS: &str = "Nothing that was read is a call to an API of Okta or Auth0, so that nothing is said of \
     what is needed.";

/// What stands above the remarks at the head of Terraform.
pub(in crate::privilege) const CAVEATS: &str = "Before you apply this:";

/// Runs it.
pub(crate) fn run(args: &Need, console: Console, _now: Timestamp) -> anyhow::Result<Exit> {
    let over = &args.calls.knowledge;
    spare(&args.report, args.calls.files())?;
    let base = knowledge::load(over, console)?;
    let read = calls::read(&args.calls, &base, console)?;
    let mut answers = answers(&base, &read.usage, &args.calls.assume);
    let least = over.min_confidence;
    if let Some(least) = least {
        demand(&mut answers, least);
    }
    warn_of_assumptions(&args.calls.assume, &answers, console);
    let plans = plans(&base, &read.usage, &answers);
    let needed = Needed { base, read, answers, plans, least };
    let exit = needed.exit();
    if args.report.format == PrivilegeFormat::Hcl && needed.is_mixed() {
        console
            .warn("calls of Okta and of Auth0: the Terraform is for Okta, other formats have both");
    }
    let told = Told {
        page: page::page(&needed),
        json: json::json(&needed, exit),
        findings: findings::findings(&needed),
        hcl: needed.hcl(&args.name),
    };
    tell(&told, &args.report, console)?;
    Ok(exit)
}

/// Everything that a report is made of.
struct Needed {
    base: Cow<'static, Base>,
    read: Read,
    answers: Vec<Answer>,
    plans: Vec<Plan>,
    least: Option<Confidence>,
}

impl Needed {
    /// The calls with their answers, those apart that went elsewhere.
    fn calls(&self) -> impl Iterator<Item = (&Entry, &Answer)> {
        let told = self.answers.iter().filter(|answer| answer.verdict != Verdict::Elsewhere);
        told.filter_map(|answer| Some((self.read.usage.entries.get(answer.entry)?, answer)))
    }

    /// How many calls went to no API of these products.
    fn n_elsewhere(&self) -> u64 {
        let elsewhere = self.answers.iter().filter(|answer| answer.verdict == Verdict::Elsewhere);
        let entries = elsewhere.filter_map(|answer| self.read.usage.entries.get(answer.entry));
        entries.map(|entry| entry.count).sum()
    }

    /// How many calls no plan can promise to work.
    fn n_undetermined(&self) -> usize {
        let undetermined = self.calls().filter(|(_, answer)| answer.is_undetermined(&self.base));
        undetermined.map(|(_, answer)| answer.entry).collect::<BTreeSet<_>>().len()
    }

    /// How many inputs and parts of inputs could not be read.
    fn n_unread(&self) -> u64 {
        self.read.faults.len() as u64 + self.read.usage.n_faults
    }

    /// That nothing which was read is a call to these products, if that is so: no answer, and no clean one.
    fn lack_of_calls(&self) -> Option<&'static str> {
        self.calls().next().is_none().then_some(NO_CALLS)
    }

    fn exit(&self) -> Exit {
        let is_whole = self.lack_of_calls().is_none()
            && self.n_unread() == 0
            && self.n_undetermined() == 0
            && self.base.release().faults.is_empty();
        if is_whole { Exit::Clean } else { Exit::Partial }
    }

    /// Where a call stands; the line alone if there is one input.
    fn place(&self, entry: &Entry) -> Line {
        self.at(&entry.place)
    }

    /// The same of any place.
    fn at(&self, place: &Place) -> Line {
        match (self.read.inputs.len(), place.line) {
            (1, line) if line > 0 => Line::plain(format!("line {line}")),
            _ => Line::plain(place.to_string()),
        }
    }

    /// Whether there are plans for both products.
    fn is_mixed(&self) -> bool {
        let is_auth0 = |plan: &Plan| plan.kind == PlanKind::Scopes;
        self.plans.iter().any(is_auth0) && !self.plans.iter().all(is_auth0)
    }

    /// The plan that grants the least of those that can be applied, as Terraform under what to know first; `None` if there is nothing to grant.
    fn hcl(&self, name: &str) -> Option<String> {
        let plans = applicable(&self.base, &self.read.usage, &self.answers, self.plans.clone());
        let plan = plans.first()?;
        let told = caveats(&self.base, &self.read.usage, &self.answers, plan);
        Some(remarks(CAVEATS, &told, &terraform(&self.base, plan, name, &[])))
    }
}

/// Says which of the answers given beforehand no question asks for.
fn warn_of_assumptions(given: &[(String, String)], answers: &[Answer], console: Console) {
    let asked = |name: &str| {
        answers.iter().flat_map(|answer| &answer.questions).any(|question| question.name == name)
    };
    for (name, _) in given.iter().filter(|(name, _)| !asked(name)) {
        console
            .warn(format_args!("no call asks for `{name}`, so `--assume` says nothing about it"));
    }
}
