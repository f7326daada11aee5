//! What was done since it lay open.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use catalog::Product;
use event::Event;
use inventory::{Exposing, Whose as By};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::deeds::Deeds;
use super::super::found;
use super::super::incident::{State, Subject};
use super::{Taken, Taking};
use crate::args::StepName;
use crate::exit::Exit;
use crate::kept::FRESH;
use crate::render::{moment, plural};
use crate::revoke::{Desk, Walked, there, url_encoded, walk};

/// How far back the log is read where nobody knows since when a credential lay open. Source: Okta keeps 90 days.
const FURTHEST: SignedDuration = SignedDuration::from_hours(90 * 24);

/// How long after its end a use may still be told: clocks differ, and what was under way ends.
const SLACK: SignedDuration = SignedDuration::from_mins(1);

/// Addresses that are named of an exposure.
const NAMED: usize = 10;

/// Which part of the log was seen.
struct Seen {
    walked: Walked,
    since: Timestamp,
    /// Whether it reaches back to what was there before, so that what is new can be told.
    is_compared: bool,
    /// Whether it is all there since then and until now.
    is_whole: bool,
}

impl Taking<'_> {
    /// Writes down what was done with it since it lay open, from where, and what was found about it.
    pub(super) async fn audit(&mut self) -> anyhow::Result<Taken> {
        let whose = whose(&self.subject(), self.desk).await?;
        let since =
            self.incident.known_until().or_else(|| Timestamp::now().checked_sub(FURTHEST).ok());
        let since = since.unwrap_or(Timestamp::MIN);
        let mut deeds = Deeds::new(whose.clone(), since);
        let mut exposing = Exposing::new(whose, since);
        let mut see = |event: &Event<'_>| {
            exposing.observe(event);
            deeds.observe(event);
        };
        let walked = walk(self.desk, None, &mut see)?;
        let walked = walked.context(
            "no intake lies in the folder of data: `keyward run` collects, `keyward pull` fetches",
        )?;
        let seen = Seen::of(walked, since);
        let exposure =
            exposing.finish("the time that the record says", seen.is_whole, "the intake");
        let mut says = lines(&exposure, &seen);
        let foreign = exposure.addresses.iter().filter(|_| seen.is_compared);
        let foreign: BTreeSet<&str> = foreign.map(|address| address.ip.as_str()).collect();
        says.extend(deeds.tell(&foreign, self.incident));
        if let Some(first) = exposure.first_foreign.as_ref().filter(|_| seen.is_compared) {
            let says = format!("first use from {}, never seen before: `{}`", first.ip, first.kind);
            self.incident.tell(first.time, "log", says);
        }
        says.extend(found::tell(self.incident, &self.desk.config)?);
        says.extend(self.after_the_end(exposure.last));
        let state = if seen.is_whole { State::Done } else { State::Begun };
        let exit = if seen.is_whole { Exit::Clean } else { Exit::Partial };
        Ok(self.told((says, state, exit)))
    }

    /// What it means that something was done with a token that was deleted.
    fn after_the_end(&self, last: Option<Timestamp>) -> Option<String> {
        self.subject().token.as_ref()?;
        let revoke =
            self.incident.steps.iter().find(|step| step.name == StepName::Revoke.name())?;
        let ended = revoke.evidence.last().filter(|_| revoke.state == State::Done)?.at;
        let last = last.filter(|last| last.duration_since(ended) > SLACK)?;
        Some(format!(
            "used after `revoke` was done ({} UTC), the last time {} UTC: see whether it is dead, `step revoke --execute --secret-file FILE` proves it",
            moment(ended),
            moment(last)
        ))
    }
}

impl Seen {
    fn of(walked: Walked, since: Timestamp) -> Self {
        // An intake that has ended says nothing of what came after.
        let is_fresh = walked.heard.is_some_and(|at| Timestamp::now().duration_since(at) <= FRESH);
        let is_compared = walked.begins.is_some_and(|begins| begins <= since);
        let is_whole = walked.n_lost == 0 && is_fresh && is_compared;
        Self { walked, since, is_compared, is_whole }
    }
}

/// Whose events count. Fails if the log does not tell them apart.
async fn whose(subject: &Subject, desk: &Desk) -> anyhow::Result<Vec<By>> {
    let token = subject.token.clone().map(By::Token);
    let mut whose: Vec<By> = token
        .into_iter()
        .chain(subject.client.clone().map(By::Client))
        .chain(subject.session.clone().map(By::Session))
        .collect();
    if let Some(user) = subject.user.as_deref().filter(|_| whose.is_empty()) {
        whose.push(By::User(id_of(user, desk).await?));
    }
    if whose.is_empty() {
        bail!(
            "the log tells uses of tokens, apps, sessions and users: name one (`--token`, `--client`, `--session`, `--user`)"
        );
    }
    Ok(whose)
}

/// The id of a user who may be named by a login: events tell users by their ids.
async fn id_of(user: &str, desk: &Desk) -> anyhow::Result<String> {
    if desk.provider() != Product::Okta || user.starts_with("00u") {
        return Ok(user.to_owned());
    }
    let path = format!("/api/v1/users/{}", url_encoded(user));
    let seen = desk.see(&path, "okta.users.read").await;
    let seen = seen.with_context(|| format!("the id of `{user}` could not be read"))?;
    let id = there(seen).and_then(|user| user.get("id").and_then(Value::as_str).map(str::to_owned));
    id.with_context(|| format!("there is no user `{user}`"))
}

/// What the exposure comes to, one line each.
fn lines(exposure: &finding::Exposure, seen: &Seen) -> Vec<String> {
    let mut says = vec![format!(
        "{} since {} UTC, {} of them changes; most reads leave no event",
        plural(exposure.events, "event"),
        moment(seen.since),
        exposure.writes
    )];
    let word = if seen.is_compared { "never seen before" } else { "used from" };
    says.extend(exposure.addresses.iter().take(NAMED).map(|one| {
        let network = one.network.as_deref().unwrap_or("unknown network");
        format!(
            "{word}: {} ({network}), {}, first {} UTC, last {} UTC",
            one.ip,
            plural(one.events, "event"),
            moment(one.first),
            moment(one.last)
        )
    }));
    let beyond = exposure.addresses.len().saturating_sub(NAMED) as u64 + exposure.addresses_beyond;
    says.extend((beyond > 0).then(|| format!("{word}: {beyond} more addresses")));
    if !seen.is_whole {
        let Walked { begins, ends, .. } = seen.walked;
        let [begins, ends] =
            [begins, ends].map(|at| at.map_or_else(|| "nowhere".to_owned(), moment));
        says.push(format!("not the whole time: the intake begins {begins} and ends {ends}"));
        if !seen.is_compared {
            says.push("no address was compared with those before: the intake has none".to_owned());
        }
    }
    says
}
