//! The steps that change something: by the same plan, record and proof as `keyward revoke`.

use std::time::Duration;

use anyhow::{Context, bail};
use catalog::Product;

use super::super::calls;
use super::super::incident::State;
use super::{Taken, Taking, page, radius};
use crate::args::StepName;
use crate::exit::Exit;
use crate::render::page::{Block, Line};
use crate::revoke::{
    Desk, Execution, Outcome, Plan, Told, Verdict, Way, Whose, check_secret, execute, made_text,
    next, plan_page, proof_text, told,
};

/// What is said of what was not ended.
const NARROWER: &str = "it is not ended: once its programs have a new one, `step revoke --execute` without `--gentle` ends it";

impl Taking<'_> {
    /// Plans a revocation or a rotation, and carries it out if that is asked for.
    pub(super) async fn shut_off(&mut self) -> anyhow::Result<Taken> {
        let (args, desk) = (self.args, self.desk);
        let order = self.order()?;
        let named = order.target.clone();
        desk.spare(&named, args.own).await?;
        if args.execute && self.subject().is_inferred {
            bail!("that the leak is {named} is inferred: name it (`--token …`) if you are sure");
        }
        let plan = Plan::make(order, desk).await?;
        if plan.order.target != named {
            // It was named by a beginning, or by another name.
            desk.spare(&plan.order.target, args.own).await?;
        }
        let told = told(&plan, desk, self.incident.known_until()).await?;
        if !args.execute {
            return Ok(self.planned(&plan, &told));
        }
        told.check(&plan)?;
        self.carry_out(&plan).await
    }

    fn planned(&self, plan: &Plan, told: &Told) -> Taken {
        let mut page = plan_page(plan, self.desk, told);
        page.push(Block::Paragraph(next(plan, told)));
        if plan.makes_secret() && self.args.new_secret_file.is_none() {
            page.push(Block::Paragraph(Line::told(
                "The new secret is shown once: `--execute` takes `--new-secret-file FILE`, which must not exist, to keep it in.",
            )));
        }
        Taken { exit: told.exit(plan), page: Some(page), has_called: false }
    }

    async fn carry_out(&mut self, plan: &Plan) -> anyhow::Result<Taken> {
        let args = self.args;
        let because = args.note.clone().unwrap_or_else(|| self.incident.title.clone());
        let incident = Some(self.incident.id.clone());
        let whose = Whose { by: self.by.to_owned(), because, incident };
        let execution = Execution {
            whose: &whose,
            wait: Duration::try_from(args.wait.0).unwrap_or_default(),
            evidence: None,
            secret_file: args.new_secret_file.as_deref(),
            again: args.again,
        };
        check_secret(plan, self.desk, &execution)?;
        self.remember(plan).await;
        self.announce(plan)?;
        match execute(plan, self.desk, &execution).await {
            Ok(outcome) => Ok(self.write_down(plan, &outcome)),
            Err(error) => {
                // Without this the record would say that a call was about to be made, and nothing after it.
                self.advance(State::Begun, vec![format!("nothing was called: {error:#}")], None);
                let _ = self.store.save(self.incident);
                Err(error)
            }
        }
    }

    /// Keeps what can be read of it: once it is gone nobody can any more. And what it is, where that was not sure before.
    async fn remember(&mut self, plan: &Plan) {
        let subject = self.subject();
        if self.incident.subject.is_vague() {
            self.incident.subject = subject.clone();
        }
        if plan.facts.is_empty() || self.args.name != StepName::Revoke {
            return;
        }
        let radius = radius::of(self.desk, &subject).await.ok().flatten();
        let mut known = radius.as_ref().map(radius::lines).unwrap_or_default();
        known.extend(radius::facts(plan));
        radius::tidy(&mut known);
        self.incident.known = known;
    }

    /// Writes down what is about to be done, before it is: whoever looks meanwhile, or after a crash, sees it.
    fn announce(&mut self, plan: &Plan) -> anyhow::Result<()> {
        let todo = plan.steps.iter().filter(|step| !step.is_done);
        let says = todo.map(|step| {
            let (call, row) = (step.action.call(), step.action.row());
            format!("about to {}: `{} {}`", row.does, call.method.as_str(), call.path)
        });
        let says: Vec<String> = says.collect();
        if says.is_empty() {
            return Ok(());
        }
        self.advance(State::Begun, says, None);
        self.store.save(self.incident).context("nothing was called")
    }

    fn write_down(&mut self, plan: &Plan, outcome: &Outcome) -> Taken {
        let mut says: Vec<String> = outcome.made.iter().map(made_text).collect();
        says.extend(outcome.proofs.iter().map(proof_text));
        says.extend(outcome.troubles.iter().cloned());
        let path = outcome.secret_file.as_ref();
        says.extend(path.map(|path| format!("the new secret is in `{}`", path.display())));
        says.extend(after(plan, outcome, self.desk).map(str::to_owned));
        if plan.order.way == Way::Gentle && self.args.name == StepName::Revoke {
            says.push(NARROWER.to_owned());
        }
        says.extend(self.notes());
        self.tell(outcome);
        let exit = outcome.exit();
        // What failed, could not be seen whole or was not even there is not done.
        let is_narrower = self.args.name == StepName::Revoke && plan.order.way == Way::Gentle;
        let is_whole = exit == Exit::Clean && outcome.troubles.is_empty() && !is_narrower;
        let state = if is_whole { State::Done } else { State::Begun };
        let file = outcome.evidence.as_ref().map(|path| path.display().to_string());
        let mut page = page(self.args.name, &says);
        if let Some(file) = &file {
            page.push(Block::Paragraph(Line::told(&format!("The evidence is in `{file}`."))));
        }
        self.advance(state, says, file);
        let has_called = outcome.made.iter().any(|made| made.seq.is_some());
        Taken { exit, page: Some(page), has_called }
    }

    /// Puts the calls and their events into the timeline.
    fn tell(&mut self, outcome: &Outcome) {
        if calls::take(self.incident, &self.desk.audit).is_err() {
            // The record of calls was changed by somebody. What was done just now is known all the same.
            for made in outcome.made.iter().filter(|made| made.seq.is_some()) {
                self.incident.tell(made.at, "call", made_text(made));
            }
        }
        for proof in outcome.proofs.iter().filter(|proof| proof.verdict == Verdict::Proven) {
            let at = |name: &str| proof.event.as_ref()?.get(name)?.as_str()?.parse().ok();
            if let Some(at) = at("published").or_else(|| at("date")) {
                self.incident.tell(at, "log", proof.says.clone());
            }
        }
    }
}

/// What is left to do after a secret was made.
fn after(plan: &Plan, outcome: &Outcome, desk: &Desk) -> Option<&'static str> {
    outcome.secret_file.as_ref().filter(|_| plan.makes_secret())?;
    Some(match desk.provider() {
        Product::Auth0 => {
            "the old secret ended with this call: if it is what leaked, `step revoke --done --note '…'` says so; access tokens that were issued before live until they expire"
        }
        _ => "the old secret works on: once every program has the new one, `step revoke` ends it",
    })
}
