//! What was changed, the same counted together: a line for each kind of event and address in the place of hundreds.

use std::collections::{BTreeMap, BTreeSet};

use event::{Event, Outcome};
use inventory::{Whose, is_change};
use jiff::Timestamp;

use super::incident::{Entry, Incident};
use crate::render::moment;

/// Groups that are counted; what belongs to others is counted as a whole.
const COUNTED: usize = 2_000;

/// Groups that are told, the first ones from addresses that were never seen before.
const TOLD: usize = 40;

/// Names of those to whom it was done that are kept of a group.
const NAMED: usize = 5;

/// Different ones to whom it was done that are counted of a group.
const APART: usize = 10_000;

/// Changes, and what was refused, since a time.
#[derive(Debug)]
pub(super) struct Deeds {
    whose: Vec<Whose>,
    since: Timestamp,
    groups: BTreeMap<Kind, Group>,
    n_beyond: u64,
}

/// What is counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    event: String,
    ip: String,
    is_refused: bool,
}

#[derive(Debug)]
struct Group {
    first: Timestamp,
    last: Timestamp,
    count: u64,
    targets: BTreeSet<String>,
}

impl Deeds {
    /// Counts what was done by any of `whose` since a time.
    pub(super) fn new(whose: Vec<Whose>, since: Timestamp) -> Self {
        Self { whose, since, groups: BTreeMap::new(), n_beyond: 0 }
    }

    /// Looks at an event of anybody, in whatever order they come.
    pub(super) fn observe(&mut self, event: &Event<'_>) {
        let Some(time) = event.time().filter(|time| *time >= self.since) else { return };
        let is_refused = event.outcome() == Some(Outcome::Failure);
        let is_own = self.whose.iter().any(|whose| whose.made(event));
        if !is_own || !(is_refused || is_change(event)) {
            return;
        }
        let event_type = event.kind().unwrap_or_default();
        let kind = Kind { event: event_type, ip: event.ip().unwrap_or_default(), is_refused };
        if self.groups.len() >= COUNTED && !self.groups.contains_key(&kind) {
            self.n_beyond += 1;
            return;
        }
        let none = || Group { first: time, last: time, count: 0, targets: BTreeSet::new() };
        let group = self.groups.entry(kind).or_insert_with(none);
        (group.first, group.last) = (group.first.min(time), group.last.max(time));
        group.count += 1;
        if group.targets.len() < APART {
            let whom = event.targets().into_iter().next();
            let name = whom.and_then(|whom| whom.name.or(whom.display).or(whom.id));
            group.targets.extend(name);
        }
    }

    /// Puts them into the timeline; what was told before of the same is replaced. What does not stand there is returned, one line each.
    pub(super) fn tell(self, foreign: &BTreeSet<&str>, incident: &mut Incident) -> Vec<String> {
        let mut groups: Vec<(Kind, Group)> = self.groups.into_iter().collect();
        groups.sort_by_key(|(kind, group)| (!foreign.contains(kind.ip.as_str()), group.first));
        let beyond: u64 = groups.iter().skip(TOLD).map(|(_, group)| group.count).sum();
        let mut lines = Vec::new();
        for (kind, group) in groups.into_iter().take(TOLD) {
            let is_new = foreign.contains(kind.ip.as_str());
            let says = told(&kind, &group, is_new);
            lines.push(format!("{} UTC: {says}", moment(group.first)));
            let refused = if kind.is_refused { " refused" } else { "" };
            let key = Some(format!("deeds {} {}{refused}", kind.event, kind.ip));
            incident.put(Entry { at: group.first, source: "log".to_owned(), says, key });
        }
        let beyond = beyond + self.n_beyond;
        lines.extend(
            (beyond > 0)
                .then(|| format!("{beyond} more changes, of other kinds or from elsewhere")),
        );
        lines
    }
}

fn told(kind: &Kind, group: &Group, is_new: bool) -> String {
    let count = match group.count {
        1 => "once".to_owned(),
        count => format!("{count} times until {} UTC", moment(group.last)),
    };
    let refused = if kind.is_refused { ", refused" } else { "" };
    let from = match (kind.ip.is_empty(), is_new) {
        (true, _) => String::new(),
        (false, true) => format!(", from {}, never seen before", kind.ip),
        (false, false) => format!(", from {}", kind.ip),
    };
    let names = group.targets.iter().take(NAMED).map(|name| format!("`{name}`"));
    let names: Vec<String> = names.collect();
    let more = group.targets.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let whom =
        if names.is_empty() { String::new() } else { format!(": {}{more}", names.join(", ")) };
    format!("`{}` {count}{refused}{from}{whom}", kind.event)
}

#[cfg(test)]
mod tests {
    use event::{End, Form, Framer, Place, Rejected, Sink};
    use serde_json::json;

    use super::super::incident::Subject;
    use super::*;

    struct Into<'d>(&'d mut Deeds);

    impl Sink for Into<'_> {
        fn event(&mut self, event: Event<'_>, _: Place) {
            self.0.observe(&event);
        }

        fn rejected(&mut self, _: Rejected) {}
    }

    /// An event of the token `00T1`, at a minute, of a kind, from an address, to somebody, with a result.
    type Row = (u32, &'static str, &'static str, &'static str, &'static str);

    fn told(rows: &[Row]) -> String {
        let mut deeds = Deeds::new(vec![Whose::Token("00T1".to_owned())], at(0));
        for (minute, kind, ip, whom, result) in rows {
            let event = json!({
                "uuid": "e", "published": at(*minute).to_string(), "eventType": kind,
                "actor": {"id": "00u1", "type": "User"}, "client": {"ipAddress": ip},
                "outcome": {"result": result}, "target": [{"id": whom, "alternateId": whom, "type": "User"}],
                "transaction": {"detail": {"requestApiTokenId": "00T1"}},
            });
            Framer::new(Form::Lines).feed(
                event.to_string().as_bytes(),
                End::Here,
                &mut Into(&mut deeds),
            );
        }
        let whose = ("ada".to_owned(), at(0));
        let name = ("i".to_owned(), "t".to_owned());
        let mut incident = Incident::new(name, "acme", whose, Subject::default(), None);
        let lines = deeds.tell(&BTreeSet::from(["203.0.113.9"]), &mut incident);
        assert_eq!(incident.entries.len(), 1 + lines.len());
        lines.join("\n")
    }

    fn at(minute: u32) -> Timestamp {
        format!("2026-11-22T09:{minute:02}:00Z").parse().unwrap()
    }

    #[test]
    fn what_was_done_again_and_again_is_one_line_and_what_is_from_elsewhere_comes_first() {
        const RESET: &str = "user.account.reset_password";
        let rows = [
            (1, "group.user_membership.add", "192.0.2.1", "ada", "SUCCESS"),
            (4, RESET, "203.0.113.9", "bob", "SUCCESS"),
            (2, RESET, "203.0.113.9", "eve", "SUCCESS"),
            (3, RESET, "203.0.113.9", "eve", "SUCCESS"),
            (5, RESET, "203.0.113.9", "eve", "FAILURE"),
            (6, "user.session.start", "203.0.113.9", "eve", "SUCCESS"),
        ];
        insta::assert_snapshot!(told(&rows), @r"
        2026-11-22 09:02:00 UTC: `user.account.reset_password` 3 times until 2026-11-22 09:04:00 UTC, from 203.0.113.9, never seen before: `bob`, `eve`
        2026-11-22 09:05:00 UTC: `user.account.reset_password` once, refused, from 203.0.113.9, never seen before: `eve`
        2026-11-22 09:01:00 UTC: `group.user_membership.add` once, from 192.0.2.1: `ada`
        ");
        assert_eq!(told(&[]), "");
    }
}
