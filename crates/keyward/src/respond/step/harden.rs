//! What else of the tenant is weak: every check of its tokens, apps, administrators and settings.

use std::collections::BTreeMap;

use anyhow::Context;
use archive::Cards;
use finding::{Finding, Subject as About};
use inventory::{Posture, Snapshot, posture};
use jiff::Timestamp;

use super::super::incident::{State, Subject};
use super::reading::widest;
use super::{Taken, Taking};
use crate::exit::Exit;
use crate::kept;
use crate::render::plural;
use crate::revoke::Desk;
use crate::tokens::advice;

/// What is named of each weakness; the rest is counted.
const NAMED: usize = 8;

impl Taking<'_> {
    /// Writes down what is weak beside what the incident is about, the worst first.
    pub(super) async fn harden(&mut self) -> anyhow::Result<Taken> {
        let snapshot = read(self.desk).await?;
        let found = posture(&snapshot, Timestamp::now());
        let weak = match found.findings.len() {
            0 => "nothing weak".to_owned(),
            n => format!("{n} weak points"),
        };
        let mut says = vec![format!(
            "{weak} in {}, {} and the settings",
            plural(snapshot.cards.len() as u64, "credential"),
            plural(snapshot.admins.len() as u64, "administrator")
        )];
        says.extend(lines(&found, &self.subject()));
        let unseen = unseen(&snapshot, &found);
        let exit = if unseen.is_empty() { Exit::Clean } else { Exit::Partial };
        says.extend(unseen);
        // What is weak is told here; whether it was mended, people know.
        let is_over = found.findings.is_empty() && exit == Exit::Clean;
        Ok(self.told((says, if is_over { State::Done } else { State::Begun }, exit)))
    }
}

/// Asks the tenant for everything it lists, to the last page, keeps it, and joins it with what the log tells.
async fn read(desk: &Desk) -> anyhow::Result<Snapshot> {
    let name = &desk.tenant.name;
    let listed =
        widest(desk, async |tenant: &idp::Tenant| idp::inventory(tenant, name).await).await;
    let listed = listed.context("what the tenant holds could not be listed")?;
    desk.prepare()?;
    let store = Cards::open(&desk.config.data.join(kept::CARDS));
    let store = store.context("failed to open the store of tokens")?;
    store.put_snapshot(&listed).context("failed to keep what was listed")?;
    let joined = store.tenant(name).context("failed to read the store of tokens")?;
    Ok(joined.unwrap_or(listed))
}

/// One line for each weakness with what has it, the worst first; what is about the incident's own credential at its beginning.
fn lines(found: &Posture, subject: &Subject) -> Vec<String> {
    let mut groups: BTreeMap<usize, (&Finding, Vec<String>)> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for finding in &found.findings {
        let title = finding.rule.title.as_str();
        let at = order.iter().position(|known| *known == title).unwrap_or_else(|| {
            order.push(title);
            order.len() - 1
        });
        let (_, whose) = groups.entry(at).or_insert_with(|| (finding, Vec::new()));
        let name = named(finding);
        if is_own(&finding.subject, subject) { whose.insert(0, name) } else { whose.push(name) }
    }
    groups.into_values().flat_map(|(finding, whose)| told(finding, &whose)).collect()
}

fn is_own(about: &About, subject: &Subject) -> bool {
    let is = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    is(&about.token, &subject.token) || is(&about.client, &subject.client)
}

/// What is weak, by its id and what people call it.
fn named(finding: &Finding) -> String {
    let About { token, client, user, user_id, .. } = &finding.subject;
    let id = [token, client, user, user_id].into_iter().flatten().next();
    let Some(id) = id else { return "the whole tenant".to_owned() };
    let mut names = finding.evidence.iter().filter(|(field, _)| *field == "name");
    match names.next().and_then(|(_, values)| values.into_iter().next()) {
        Some(name) => format!("`{id}` ({name})"),
        None => format!("`{id}`"),
    }
}

fn told(finding: &Finding, whose: &[String]) -> Vec<String> {
    let names = whose.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let beyond = whose.len().saturating_sub(NAMED);
    let more = if beyond > 0 { format!(" and {beyond} more") } else { String::new() };
    let mut lines = vec![format!("{}: {}: {names}{more}", finding.level, finding.rule.title)];
    let name = finding.rule.name.strip_prefix("posture_").unwrap_or(&finding.rule.name);
    // Advice for one of several is advice for each: without its id.
    let about = if whose.len() == 1 { finding.subject.clone() } else { About::default() };
    let first = catalog::posture(name).and_then(|known| advice(known, &about).into_iter().next());
    lines.extend(first.map(|first| format!("to do first about that: {first}")));
    lines
}

/// What could not be looked at, and why, each once.
fn unseen(snapshot: &Snapshot, found: &Posture) -> Vec<String> {
    let gaps = snapshot.gaps.iter().map(|gap| {
        let scope = gap.scope.as_ref().map(|scope| format!(" (it takes the scope `{scope}`)"));
        format!("not read: {}: {}{}", gap.what, gap.why, scope.unwrap_or_default())
    });
    let mut lines: Vec<String> = gaps.collect();
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in &found.unexamined {
        let titles = by_reason.entry(&one.why).or_default();
        let title = catalog::posture(one.check).map_or(one.check, |known| known.title);
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    let told = |(why, titles): (&str, Vec<&str>)| {
        format!("not looked at, since {why}: {}", titles.join("; "))
    };
    lines.extend(by_reason.into_iter().map(told));
    lines
}
