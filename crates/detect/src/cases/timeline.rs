//! The events of a case: from entries of the file to records with their times and ids.

use jiff::{SignedDuration, Timestamp};
use rule::Span;
use serde_json::Value;

use super::Case;
use super::edit::{self, CannotSet};
use super::stamp::Stamp;

/// How often one entry may repeat its event.
pub const MAX_REPEAT: usize = 10_000;

/// How many events one case may have.
pub const MAX_EVENTS: usize = 100_000;

/// When cases begin: 2026-11-02T09:00:00Z, a Monday.
pub(super) const START: Timestamp = Timestamp::constant(1_793_610_000, 0);

/// What stands for the number of the event among those of its entry.
const NUMBER: &str = "{n}";

/// Some events of a case that differ in little.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Whether they only teach.
    pub phase: Phase,
    /// When the first happens, from the beginning of the case.
    pub at: SignedDuration,
    /// How many there are, 1 to [`MAX_REPEAT`].
    pub repeat: usize,
    /// How much later each is than the one before.
    pub every: SignedDuration,
    /// The sample they start from, such as `okta/user.session.start`.
    pub base: String,
    /// What is changed in it, in order.
    pub changes: Vec<Change>,
    /// Where they stand in the file.
    pub span: Span,
}

/// Whether the rule may alert on an event of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It only teaches, as `--warm` does.
    History,
    /// It may alert.
    Live,
}

/// A field to set or to take away, by path.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Holds this from now on.
    Set(String, Value),
    /// Is no longer there.
    Unset(String),
}

/// One event of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Whether the rule may alert on it.
    pub phase: Phase,
    /// The record, as JSON text.
    pub text: String,
}

impl Entry {
    /// When the event of that number happens; `None` if no log could say it.
    pub(super) fn time(&self, number: usize) -> Option<Timestamp> {
        let later = self.every.checked_mul(i32::try_from(number).ok()?)?;
        START.checked_add(self.at.checked_add(later)?).ok()
    }
}

impl Case {
    /// The events of the case: the samples with their changes, history first, else in the order of the file.
    ///
    /// # Errors
    /// When a sample is not there or no JSON, or a path leads through a value that has no members.
    pub fn events<E: From<CannotSet>>(
        &self,
        mut sample: impl FnMut(&str) -> Result<String, E>,
    ) -> Result<Vec<Step>, E> {
        let mut steps = Vec::new();
        for entry in &self.entries {
            let text = sample(&entry.base)?;
            self.add(entry, &text, &mut steps)?;
        }
        Ok(steps)
    }

    fn add(&self, entry: &Entry, sample: &str, steps: &mut Vec<Step>) -> Result<(), CannotSet> {
        let no_json = |_| CannotSet { path: entry.base.clone() };
        let tree: Value = serde_json::from_str(sample).map_err(no_json)?;
        let stamp = self.is_timeline.then(|| Stamp::of(sample, &tree));
        for number in 0..entry.repeat {
            let mut event = tree.clone();
            if let (Some(stamp), Some(time)) = (&stamp, entry.time(number)) {
                stamp.put(&mut event, time, steps.len())?;
            }
            for change in &entry.changes {
                change.make(&mut event, number)?;
            }
            steps.push(Step { phase: entry.phase, text: event.to_string() });
        }
        Ok(())
    }
}

impl Change {
    fn make(&self, event: &mut Value, number: usize) -> Result<(), CannotSet> {
        match self {
            Self::Set(path, value) => edit::set(event, path, numbered(value, number)),
            Self::Unset(path) => edit::unset(event, path),
        }
    }
}

/// The value with `{n}` replaced in its texts.
fn numbered(value: &Value, number: usize) -> Value {
    match value {
        Value::String(text) => text.replace(NUMBER, &number.to_string()).into(),
        Value::Array(values) => values.iter().map(|value| numbered(value, number)).collect(),
        Value::Object(members) => {
            let pair = |(key, value): (&String, &Value)| (key.clone(), numbered(value, number));
            Value::Object(members.iter().map(pair).collect())
        }
        value => value.clone(),
    }
}
