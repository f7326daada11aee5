//! Picks the events of a subject out of all.

use std::collections::{BTreeMap, HashMap, HashSet};

use detect::Scope;
use event::{Aliases, Event, Place, Rejected, Sink};
use finding::Finding;
use jiff::{SignedDuration, Timestamp};

use super::entry::{Entry, Timeline};
use super::row::{Part, Row, actor_is};
use super::told::Told;
use crate::args::Whom;

/// Events that are told; beyond that those furthest from the findings are left out.
const ROWS_MAX: usize = 5_000;

/// How long before the first finding the people it is about are looked at, whatever they did.
const BEFORE: SignedDuration = SignedDuration::from_hours(1);

/// By time, then by id, then in the order of reading.
type Key = (bool, Option<Timestamp>, String, u64);

/// Receives all events and keeps those that matter.
pub(super) struct Collector {
    whom: Whom,
    scope: Scope,
    names: Aliases,
    /// The input that is being read.
    pub(super) path: String,
    about: Vec<Finding>,
    others: Vec<Finding>,
    /// The others by the ids of their events.
    by_event: HashMap<String, Vec<usize>>,
    /// Those of the others that rest on an event of the subject.
    joined: HashSet<usize>,
    /// From the first finding to the end of the last.
    span: Option<(Timestamp, Timestamp)>,
    /// Logins and ids of those whom the findings are about, in lower case.
    actors: HashSet<String>,
    rows: BTreeMap<Key, Row>,
    told: Told,
    n_seen: u64,
    left_out: u64,
}

impl Collector {
    /// One that knows the findings about the subject, and those about others.
    pub(super) fn new(
        whom: Whom,
        scope: Scope,
        names: Aliases,
        about: Vec<Finding>,
        others: Vec<Finding>,
    ) -> Self {
        let first = about.iter().filter_map(|finding| finding.first.or(finding.time)).min();
        let last = about.iter().filter_map(|finding| finding.last.or(finding.time)).max();
        let users =
            about.iter().flat_map(|finding| [&finding.subject.user, &finding.subject.user_id]);
        let actors = users.flatten().map(|user| user.to_lowercase()).collect();
        let mut by_event: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, finding) in others.iter().enumerate() {
            for id in &finding.events {
                by_event.entry(id.clone()).or_default().push(number);
            }
        }
        Self {
            whom,
            scope,
            names,
            path: String::new(),
            about,
            others,
            by_event,
            joined: HashSet::new(),
            span: first.zip(last),
            actors,
            rows: BTreeMap::new(),
            told: Told::default(),
            n_seen: 0,
            left_out: 0,
        }
    }

    /// What was collected.
    pub(super) fn finish(self) -> Timeline {
        let joined = self.joined;
        let others = self.others.into_iter().enumerate();
        let others = others.filter(|(number, _)| joined.contains(number)).map(|(_, one)| one);
        let findings = self.about.into_iter().chain(others);
        let findings = findings.map(|finding| Entry::Finding(Box::new(finding)));
        let events = self.rows.into_values().map(|row| Entry::Event(Box::new(row)));
        let mut entries: Vec<_> = events.chain(findings).collect();
        entries.sort_by(|one, other| one.order().cmp(&other.order()));
        Timeline {
            whom: self.whom,
            entries,
            told: self.told,
            events_left_out: self.left_out,
            findings_left_out: 0,
            faults: Vec::new(),
        }
    }

    fn is_in_scope(&self, time: Option<Timestamp>) -> bool {
        let Scope { since, until, .. } = &self.scope;
        let Some(time) = time else { return true };
        since.is_none_or(|since| time >= since) && until.is_none_or(|until| time < until)
    }

    /// Whether somebody whom the findings are about did this shortly before the first of them.
    fn is_context(&self, event: &Event<'_>) -> bool {
        let (Some((first, _)), Some(time)) = (self.span, event.time()) else { return false };
        let is_before = time < first && first.duration_since(time) <= BEFORE;
        is_before
            && actor_is(event, &self.names, &|name| self.actors.contains(&name.to_lowercase()))
    }

    fn keep(&mut self, row: Row) {
        self.n_seen += 1;
        self.rows.insert((row.time.is_none(), row.time, row.id.clone(), self.n_seen), row);
        if self.rows.len() > ROWS_MAX {
            let early = self.rows.first_key_value().and_then(|((_, time, ..), _)| *time);
            let late = self.rows.last_key_value().and_then(|((_, time, ..), _)| *time);
            let _ = if self.is_early_further(early, late) {
                self.rows.pop_first()
            } else {
                self.rows.pop_last()
            };
            self.left_out += 1;
        }
    }

    /// Whether the earliest row is further from the findings than the latest; without findings the latest count.
    fn is_early_further(&self, early: Option<Timestamp>, late: Option<Timestamp>) -> bool {
        let Some((first, last)) = self.span else { return true };
        let (Some(early), Some(late)) = (early, late) else { return false };
        first.duration_since(early) - BEFORE > late.duration_since(last)
    }
}

impl Sink for Collector {
    fn event(&mut self, event: Event<'_>, place: Place) {
        let part = self.whom.part(&event, &self.names);
        let is_context = part == Part::None && self.is_context(&event);
        if (part == Part::None && !is_context) || !self.is_in_scope(event.time()) {
            return;
        }
        let row = Row { is_context, ..Row::of(&event, &self.path, place.line) };
        if !is_context {
            self.told.add(&row, part == Part::Actor);
            self.joined.extend(self.by_event.get(&row.id).into_iter().flatten());
        }
        self.keep(row);
    }

    // What cannot be read was counted the first time.
    fn rejected(&mut self, _: Rejected) {}
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::sync::Arc;

    use finding::{Level, Occurrence, Subject};

    use super::*;

    const START: i64 = 1_793_610_000;

    fn time(minute: i64) -> Timestamp {
        Timestamp::from_second(START + minute * 60).unwrap()
    }

    /// One event a minute of a user, as JSON Lines.
    fn events(user: &str, minutes: std::ops::Range<i64>) -> String {
        let event = |minute: i64| {
            let time = time(minute);
            format!(
                r#"{{"uuid":"{user}{minute}","published":"{time}","eventType":"user.session.start","actor":{{"id":"{user}","alternateId":"{user}"}}}}"#
            ) + "\n"
        };
        minutes.map(event).collect()
    }

    fn finding(user: &str, minute: i64) -> Finding {
        let subject = Subject { user: Some(user.into()), ..Subject::default() };
        let event_id = format!("{user}{minute}");
        let event =
            Occurrence { event_id, time: Some(time(minute)), subject, ..Occurrence::default() };
        Finding::of_event(Arc::default(), Level::Low, event)
    }

    fn collect(whom: &str, text: String, about: Vec<Finding>, others: Vec<Finding>) -> Timeline {
        let whom = whom.parse().unwrap();
        let (scope, names) = (Scope::default(), Aliases::default());
        let mut collector = Collector::new(whom, scope, names, about, others);
        detect::read(&mut Cursor::new(text), 1 << 20, &mut collector);
        collector.finish()
    }

    #[test]
    fn what_is_furthest_from_the_findings_is_left_out() {
        let most = i64::try_from(ROWS_MAX).unwrap();
        let all = events("ada", 0..most + 3_000);
        let told = collect("user:ada", all, vec![finding("ada", 4_000)], Vec::new());
        assert_eq!(told.events_left_out, 3_000);
        assert_eq!(told.told.events, 8_000);
        let times: Vec<_> = told.entries.iter().filter_map(Entry::time).collect();
        assert_eq!(times.len(), ROWS_MAX + 1);
        // As far before the hour in front of the finding as behind it.
        let (first, last) = (times[0], times[ROWS_MAX]);
        let before = time(4_000 - 60).duration_since(first).as_secs() / 60;
        let behind = last.duration_since(time(4_000)).as_secs() / 60;
        assert!(before.abs_diff(behind) <= 1, "{before} before, {behind} behind");
    }

    #[test]
    fn without_findings_the_latest_are_told() {
        let all = events("ada", 0..i64::try_from(ROWS_MAX).unwrap() + 10);
        let told = collect("user:ADA", all, Vec::new(), Vec::new());
        assert_eq!(told.events_left_out, 10);
        assert_eq!(told.entries.first().and_then(Entry::time), Some(time(10)));
    }

    #[test]
    fn findings_about_others_count_if_they_rest_on_an_event_of_the_subject() {
        let others = vec![finding("bob", 1), finding("ada", 2)];
        let all = events("ada", 0..5) + &events("bob", 0..5);
        let told = collect("user:ada", all, Vec::new(), others);
        assert_eq!(told.findings().count(), 1);
    }

    #[test]
    fn whoever_the_findings_are_about_is_followed_through_the_hour_before() {
        let all = events("ada", 0..200) + &events("bob", 0..200);
        let mut about = finding("bob", 100);
        about.subject.session = Some("s1".into());
        let told = collect("session:s1", all, vec![about], Vec::new());
        let rows = told.entries.iter().filter(|entry| matches!(entry, Entry::Event(_)));
        let times: Vec<_> = rows.filter_map(Entry::time).collect();
        assert_eq!((times.len(), times[0], times[59]), (60, time(40), time(99)));
        assert_eq!(told.told.events, 0);
    }
}
