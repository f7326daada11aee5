//! What the store has of findings about the same as an incident.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use archive::{Filter, Findings, Whether};
use finding::{Finding, Kind, Level, Subject as About};
use jiff::Timestamp;

use super::incident::{Entry, Incident, Subject};
use crate::config::Config;
use crate::render::{moment, plural};

/// Rules whose findings are told, those of the highest level first.
const TOLD: usize = 30;

/// Findings of one rule.
struct Group {
    level: Level,
    title: String,
    first: Timestamp,
    last: Timestamp,
    n_findings: u64,
    n_events: u64,
    ips: BTreeSet<String>,
    /// The id of the first.
    id: String,
}

/// Puts findings about the same token, app, session or user into the timeline, those of one rule together; what was told of them before is
/// replaced. Says how many they are, if there are any.
pub(super) fn tell(incident: &mut Incident, config: &Config) -> anyhow::Result<Option<String>> {
    let path = config.findings_store();
    if !path.exists() {
        return Ok(None);
    }
    let store =
        Findings::open(&path).with_context(|| format!("failed to open `{}`", path.display()))?;
    let tenant = Some(incident.tenant.clone());
    let filter = Filter { whether: Whether::Any, tenant, ..Filter::default() };
    let stored = store.list(&filter, Timestamp::now()).context("failed to read the findings")?;
    let findings = stored.iter().filter_map(|one| serde_json::from_str::<Finding>(&one.json).ok());
    let (mut groups, mut n_found, mut n_earlier) = (BTreeMap::new(), 0, 0);
    for finding in findings.filter(|finding| incident.concerns(finding)) {
        let Some(first) = finding.first.or(finding.time) else { continue };
        let last = finding.last.unwrap_or(first);
        if Some(last) < incident.known_until() {
            n_earlier += 1;
            continue;
        }
        n_found += 1;
        let name = finding.rule.name.clone();
        let group = groups.entry(name).or_insert_with(|| Group::new(&finding, (first, last)));
        group.add(&finding, (first, last));
    }
    let n_rules = groups.len();
    let mut groups: Vec<(String, Group)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, group)| (Reverse(group.level), group.first));
    for (name, group) in groups.into_iter().take(TOLD) {
        let (at, key) = (group.first, Some(format!("findings {name}")));
        incident.put(Entry { at, source: "finding".to_owned(), says: group.told(), key });
    }
    let earlier = match n_earlier {
        0 => String::new(),
        n => format!("; {n} of before it lay open are left out"),
    };
    let found = plural(n_found, "other finding");
    let rules = plural(n_rules as u64, "rule");
    Ok((n_found + n_earlier > 0)
        .then(|| format!("{found} about it, of {rules}, in the timeline{earlier}")))
}

impl Group {
    fn new(finding: &Finding, (first, last): (Timestamp, Timestamp)) -> Self {
        Self {
            level: finding.level,
            title: finding.rule.title.clone(),
            first,
            last,
            n_findings: 0,
            n_events: 0,
            ips: BTreeSet::new(),
            id: finding.id.to_string(),
        }
    }

    fn add(&mut self, finding: &Finding, (first, last): (Timestamp, Timestamp)) {
        self.n_findings += 1;
        self.n_events += finding.event_count;
        self.level = self.level.max(finding.level);
        self.ips.extend(finding.subject.ip.clone());
        self.last = self.last.max(last);
        // The store lists the latest first; of those at one time the smaller id counts.
        let id = finding.id.to_string();
        if (first, &id) < (self.first, &self.id) {
            (self.first, self.id) = (first, id);
        }
    }

    fn told(&self) -> String {
        let from = match (self.ips.first(), self.ips.len()) {
            (None, _) => String::new(),
            (Some(ip), 1) => format!(", from {ip}"),
            (Some(_), n) => format!(", from {n} addresses"),
        };
        let until = if self.last > self.first {
            format!(", until {} UTC", moment(self.last))
        } else {
            String::new()
        };
        let times = match self.n_findings {
            1 => format!(", {}", plural(self.n_events, "event")),
            n => format!(", {n} findings"),
        };
        let short = self.id.get(..12).unwrap_or(&self.id);
        format!("{} ({}){times}{until}{from}; finding `{short}`", self.title, self.level)
    }
}

impl Incident {
    /// Whether another finding is about the same. What is weak about it happened at no time.
    fn concerns(&self, finding: &Finding) -> bool {
        let own = self.finding.as_ref().and_then(|finding| finding["id"].as_str());
        finding.kind != Kind::Posture
            && own != Some(&finding.id.to_string())
            && (self.subject.is_named_by(&finding.subject) || self.subject.has_leaked(finding))
    }
}

impl Subject {
    fn is_named_by(&self, about: &About) -> bool {
        let is = |own: &Option<String>, other: &Option<String>| own.is_some() && own == other;
        let user = self.user.as_ref().map(|user| user.to_lowercase());
        let mut named = [&about.user, &about.user_id, &about.target].into_iter().flatten();
        is(&self.token, &about.token)
            || is(&self.client, &about.client)
            || is(&self.session, &about.session)
            || user.is_some_and(|user| named.any(|name| name.to_lowercase() == user))
    }

    fn has_leaked(&self, finding: &Finding) -> bool {
        let leaked = finding.credential.as_ref().and_then(|one| one.token.as_ref());
        let own = [&self.token, &self.client, &self.secret, &self.key, &self.session];
        leaked.is_some_and(|token| own.into_iter().flatten().any(|id| *id == token.id))
    }
}
