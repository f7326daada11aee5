//! What the calls of an integration need: read, answered and planned, for verbs that go on from there.

use std::borrow::Cow;

use ::privilege::{Answer, Base, Plan, Verdict, answers, caveats, demand, plans, remarks};
use serde_json::{Value, json};

use super::calls::{self, Read};
use super::need::CAVEATS;
use super::{advice, knowledge};
use crate::args::Calls;
use crate::console::Console;
use crate::exit::Exit;
use crate::render::page::{Block, Page};
use crate::render::plural;

/// Calls with their answers and plans.
pub(crate) struct Asked {
    /// What is known.
    pub(crate) base: Cow<'static, Base>,
    /// What was read.
    pub(crate) read: Read,
    /// What each call needs.
    pub(crate) answers: Vec<Answer>,
    /// What all of them need.
    pub(crate) plans: Vec<Plan>,
}

impl Asked {
    /// Reads and answers. Fails if nothing could be read.
    pub(crate) fn load(args: &Calls, console: Console) -> anyhow::Result<Self> {
        let base = knowledge::load(&args.knowledge, console)?;
        let read = calls::read(args, &base, console)?;
        let mut answers = answers(&base, &read.usage, &args.assume);
        if let Some(least) = args.knowledge.min_confidence {
            demand(&mut answers, least);
        }
        let plans = plans(&base, &read.usage, &answers);
        Ok(Self { base, read, answers, plans })
    }

    /// Whether everything was read and answered.
    pub(crate) fn exit(&self) -> Exit {
        let is_whole = self.n_unread() == 0
            && self.n_undetermined() == 0
            && self.base.release().faults.is_empty();
        if is_whole { Exit::Clean } else { Exit::Partial }
    }

    /// What all of it rests on, for programs.
    pub(crate) fn json(&self) -> Value {
        json!({
            "operations": self.n_calls(),
            "undetermined": self.n_undetermined(),
            "unread": self.n_unread(),
        })
    }

    /// Warns of what was not read or answered, and says where to look.
    pub(crate) fn push_gaps(&self, page: &mut Page) {
        let (unread, undetermined) = (self.n_unread(), self.n_undetermined());
        if unread + undetermined as u64 > 0 {
            let text = format!(
                "This is not all: {} without a full answer, {} that could not be read. `keyward privilege need` names them.",
                plural(undetermined as u64, "call"),
                plural(unread, "place")
            );
            page.push(Block::Warning(advice::text(&text)));
        }
    }

    /// A plan's Terraform under what to know first.
    pub(crate) fn with_caveats(&self, plan: &Plan, text: &str) -> String {
        let told = caveats(&self.base, &self.read.usage, &self.answers, plan);
        remarks(CAVEATS, &told, text)
    }

    /// The same for whoever calls with an API token, which reaches what no access token does.
    pub(crate) fn with_token_caveats(&self, plan: &Plan, text: &str) -> String {
        let mut told = caveats(&self.base, &self.read.usage, &self.answers, plan);
        told.retain(|one| !one.starts_with("not for an app: "));
        remarks(CAVEATS, &told, text)
    }

    fn n_calls(&self) -> usize {
        self.answers.iter().filter(|answer| answer.verdict != Verdict::Elsewhere).count()
    }

    fn n_undetermined(&self) -> usize {
        let told = self.answers.iter().filter(|answer| answer.verdict != Verdict::Elsewhere);
        told.filter(|answer| answer.is_undetermined(&self.base)).count()
    }

    fn n_unread(&self) -> u64 {
        self.read.faults.len() as u64 + self.read.usage.n_faults
    }
}
