//! The record of an incident: what it is about, its steps, and what happened when.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::args::StepName;

/// The shape of a record.
pub(super) const SCHEMA: &str = "keyward.incident/1";

/// How long before the first event of a detection nobody who uses it counts as known.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The record of an incident. Holds no secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Incident {
    /// The shape.
    pub(super) schema: String,
    /// How often it was written.
    pub(super) revision: u64,
    /// Its name.
    pub(super) id: String,
    /// What happened, in a few words.
    pub(super) title: String,
    /// The tenant, as the configuration names it.
    pub(super) tenant: String,
    /// When it was begun.
    pub(super) opened: Timestamp,
    /// By whom.
    pub(super) by: String,
    /// What it is about.
    pub(super) subject: Subject,
    /// The finding that it responds to, as it was then.
    pub(super) finding: Option<Value>,
    /// What was known of it before it was shut off, one line each.
    #[serde(default)]
    pub(super) known: Vec<String>,
    /// The eight steps, in order.
    pub(super) steps: Vec<Step>,
    /// What happened, in the order in which it was written down.
    pub(super) entries: Vec<Entry>,
}

/// What an incident is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Subject {
    /// The kind of credential, in the catalog; `None` if it is not known.
    pub(super) kind: Option<String>,
    /// An API token.
    pub(super) token: Option<String>,
    /// An app.
    pub(super) client: Option<String>,
    /// One of its secrets.
    pub(super) secret: Option<String>,
    /// One of its keys.
    pub(super) key: Option<String>,
    /// A session.
    pub(super) session: Option<String>,
    /// A user whose sessions are meant.
    pub(super) user: Option<String>,
    /// Since when it lay open, as far as that is known.
    pub(super) since: Option<Timestamp>,
    /// Whether it is inferred which one it is.
    #[serde(default)]
    pub(super) is_inferred: bool,
}

/// One of the eight steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Step {
    /// Its name.
    pub(super) name: String,
    /// How far it is.
    pub(super) state: State,
    /// What shows it.
    pub(super) evidence: Vec<Evidence>,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// Nobody began it.
    Open,
    /// Begun, and not done.
    Begun,
    /// Done.
    Done,
    /// Left out, for a reason that is written down.
    Skipped,
}

impl State {
    /// Whether nothing is left to do.
    pub(super) fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Skipped)
    }

    /// The word.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Skipped => "left out",
        }
    }
}

/// What shows how far a step is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Evidence {
    /// When.
    pub(super) at: Timestamp,
    /// Who took it down.
    pub(super) by: String,
    /// What was seen or done, one line each.
    pub(super) says: Vec<String>,
    /// The file that holds more.
    pub(super) file: Option<String>,
    /// How far the step was then; `None` in records that did not say it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<State>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// When.
    pub(super) at: Timestamp,
    /// From what that is known: `record`, `call`, `log` or `finding`.
    pub(super) source: String,
    /// What.
    pub(super) says: String,
    /// By what it is the same as one that was told before, and takes its place: `finding …`, `call …`. `None` if nothing changes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
}

impl Incident {
    /// A record on which nothing was done yet.
    pub(super) fn new(
        (id, title): (String, String),
        tenant: &str,
        (by, at): (String, Timestamp),
        subject: Subject,
        finding: Option<Value>,
    ) -> Self {
        let step = |name: StepName| Step {
            name: name.name().to_owned(),
            state: State::Open,
            evidence: Vec::new(),
        };
        let mut incident = Self {
            schema: SCHEMA.to_owned(),
            revision: 0,
            id,
            title,
            tenant: tenant.to_owned(),
            opened: at,
            by: by.clone(),
            subject,
            finding,
            known: Vec::new(),
            steps: StepName::ALL.into_iter().map(step).collect(),
            entries: Vec::new(),
        };
        incident.tell_finding();
        incident.tell(at, "record", format!("{by} began the record"));
        incident
    }

    /// Puts what the finding says of time into the timeline.
    fn tell_finding(&mut self) {
        let text = |pointer: &str| self.finding.as_ref()?.pointer(pointer)?.as_str();
        let time = |pointer: &str| text(pointer)?.parse::<Timestamp>().ok();
        let title = text("/rule/title").unwrap_or("the finding").to_owned();
        let mut told = Vec::new();
        // A leak has no events: its times are those of what holds it.
        let is_leak =
            self.finding.as_ref().is_some_and(|finding| finding["credential"].is_object());
        let events = [("/first", "first"), ("/last", "last")];
        let events =
            events.map(|(pointer, which)| (pointer, format!("{title}: the {which} event")));
        let exposed = [
            ("/credential/exposure/since", "the credential lies open".to_owned()),
            (
                "/credential/exposure/first_foreign/time",
                "first use from an address that was never seen before".to_owned(),
            ),
        ];
        for (pointer, says) in events.into_iter().filter(|_| !is_leak).chain(exposed) {
            told.extend(time(pointer).map(|at| (at, says)));
        }
        for (at, says) in told {
            self.tell(at, "finding", says);
        }
    }

    /// Up to when whoever used it counts as known. A detection begins with what was odd about its use, so that a day before it is
    /// looked at as well; `None` where nobody knows since when it lay open.
    pub(super) fn known_until(&self) -> Option<Timestamp> {
        let since = self.subject.since?;
        let is_detection =
            self.finding.as_ref().is_some_and(|finding| !finding["credential"].is_object());
        let before = if is_detection { since.checked_sub(DAY) } else { Ok(since) };
        Some(before.unwrap_or(since))
    }

    /// Writes down what happened. The same is written once.
    pub(super) fn tell(&mut self, at: Timestamp, source: &str, says: impl Into<String>) {
        let (source, says) = (source.to_owned(), says.into());
        self.put(Entry { at, source, says, key: None });
    }

    /// Writes down what happened. What was told before under the same key is replaced, or stays where it is the same.
    pub(super) fn put(&mut self, entry: Entry) {
        let is_same = |known: &&mut Entry| match &entry.key {
            Some(_) => known.key == entry.key,
            None => **known == entry,
        };
        match self.entries.iter_mut().find(is_same) {
            Some(known) => *known = entry,
            None => self.entries.push(entry),
        }
    }

    /// One of the steps.
    pub(super) fn step_mut(&mut self, name: StepName) -> Option<&mut Step> {
        self.steps.iter_mut().find(|step| step.name == name.name())
    }

    /// Writes down how far a step is, and what shows it.
    pub(super) fn advance(&mut self, name: StepName, state: State, evidence: Evidence) {
        let says = format!("{}: {}, by {}", name.name(), state.name(), evidence.by);
        self.tell(evidence.at, "record", says);
        if let Some(step) = self.step_mut(name) {
            step.state = state;
            step.evidence.push(Evidence { state: Some(state), ..evidence });
        }
    }

    /// The first step that is not over.
    pub(super) fn next(&self) -> Option<StepName> {
        let is_open = |name: &StepName| {
            self.steps.iter().any(|step| step.name == name.name() && !step.state.is_over())
        };
        StepName::ALL.into_iter().find(is_open)
    }

    /// What happened, in order of time.
    pub(super) fn timeline(&self) -> Vec<&Entry> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|entry| entry.at);
        entries
    }
}
