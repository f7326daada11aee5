//! Taking a step: what Keyward can do of it, and what people write down.

mod act;
mod audit;
mod harden;
mod radius;
mod reading;

use anyhow::{Context, bail};
use catalog::Product;
use jiff::Timestamp;

use super::incident::{Evidence, Incident, State, Subject};
use super::page::guide;
use super::store::Store;
use crate::args::{RespondStep, StepName};
use crate::exit::Exit;
use crate::render::page::{Block, Line, Page};
use crate::revoke::{Desk, Order, Target, Way, dependents};

/// What came of a step.
pub(super) struct Taken {
    /// How the program ends.
    pub(super) exit: Exit,
    /// What is told beside the record.
    pub(super) page: Option<Page>,
    /// Whether something was sent to the provider that may have changed something.
    pub(super) has_called: bool,
}

/// A step while it is taken.
pub(super) struct Taking<'t> {
    /// The record.
    pub(super) incident: &'t mut Incident,
    /// Where it lies.
    pub(super) store: &'t Store,
    /// What was asked for.
    pub(super) args: &'t RespondStep,
    /// The tenant, and the credentials for it.
    pub(super) desk: &'t Desk,
    /// Who takes it.
    pub(super) by: &'t str,
}

impl Taking<'_> {
    /// Takes it, or writes down that it was taken.
    pub(super) async fn take(&mut self) -> anyhow::Result<Taken> {
        let args = self.args;
        if args.done || args.skip {
            let state = if args.done { State::Done } else { State::Skipped };
            self.advance(state, self.notes(), None);
            return Ok(Taken { exit: Exit::Clean, page: None, has_called: false });
        }
        match args.name {
            StepName::Revoke => self.shut_off().await,
            StepName::Rotate if args.execute || self.subject().client.is_some() => {
                self.shut_off().await
            }
            StepName::Audit if args.execute => self.audit().await,
            StepName::BlastRadius if args.execute => self.blast_radius().await,
            StepName::Dependents if args.execute => self.dependents(),
            StepName::Harden if args.execute => self.harden().await,
            StepName::SecretStore | StepName::Detection if args.execute => {
                bail!("nothing of this step can be done from here: do it, then `--done --note '…'`")
            }
            name => Ok(guided(self.incident, name)),
        }
    }

    /// What is meant: the command line before the record.
    fn subject(&self) -> Subject {
        self.incident.subject.or(&self.args.about)
    }

    fn notes(&self) -> Vec<String> {
        self.args.note.iter().cloned().collect()
    }

    /// Writes down how far the step is, and what shows it.
    fn advance(&mut self, state: State, says: Vec<String>, file: Option<String>) {
        let (at, by) = (Timestamp::now(), self.by.to_owned());
        self.incident.advance(self.args.name, state, Evidence { at, by, says, file, state: None });
    }

    fn order(&self) -> anyhow::Result<Order> {
        let args = self.args;
        let way = match (args.gentle, args.now) {
            (true, _) => Way::Gentle,
            (false, true) => Way::Now,
            (false, false) => Way::Plain,
        };
        let unknown = "it is not known which credential is meant: `--token`, `--client` with `--secret` or `--key`, \
                       `--session` or `--user` says it";
        let mut order = self.subject().order(way, args.zone.clone()).context(unknown)?;
        if let Target::SessionsOf { oauth_tokens, .. } = &mut order.target {
            *oauth_tokens = args.oauth_tokens;
        }
        if args.name == StepName::Rotate {
            let client = order.target.client().map(str::to_owned);
            let client = client.context(
                "only a client secret can be made anew from here: a token takes its owner's browser, then `--done --note '…'`",
            )?;
            // Okta keeps the old secret beside a new one; an application of Auth0 has one alone.
            let is_auth0 = self.desk.provider() == Product::Auth0;
            order.way = if is_auth0 { Way::Plain } else { Way::Gentle };
            order.target = Target::Secret { client, id: None };
        }
        Ok(order)
    }

    /// Who must be moved.
    fn dependents(&mut self) -> anyhow::Result<Taken> {
        let order = self.order()?;
        let dependents = dependents::of(&order.target, self.desk, self.incident.known_until());
        let mut says = dependents.lines;
        if says.is_empty() {
            says.push(dependents.unseen);
        }
        // Who they are shows in the log; whether they were moved, people know.
        Ok(self.told((says, State::Begun, Exit::Clean)))
    }

    /// Writes down what was found out, and says it.
    fn told(&mut self, (mut says, state, exit): (Vec<String>, State, Exit)) -> Taken {
        says.extend(self.notes());
        let page = Some(page(self.args.name, &says));
        self.advance(state, says, None);
        Taken { exit, page, has_called: false }
    }
}

/// What is to be done by people.
fn guided(incident: &Incident, name: StepName) -> Taken {
    let mut page = Page::new(name.name());
    page.push(Block::Paragraph(Line::told(guide(incident, name))));
    let next = match name {
        StepName::Rotate | StepName::SecretStore | StepName::Detection => {
            "Nothing of this can be done from here. `--done --note '…'` says that it was done."
        }
        _ => {
            "Nothing was done. `--execute` does what can be done from here; `--done --note '…'` says that it was done elsewhere."
        }
    };
    page.push(Block::Paragraph(Line::told(next)));
    Taken { exit: Exit::Clean, page: Some(page), has_called: false }
}

fn page(name: StepName, says: &[String]) -> Page {
    let mut page = Page::new(name.name());
    let items = says.iter().map(|line| Line::told(line)).collect();
    page.push(Block::List { numbered: false, items });
    page
}
