//! What placeholders stand for.

use crate::message::{Body, Message};
use crate::{Alert, message};

/// What stands in for a placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    Level,
    Title,
    Headline,
    /// A fact of the message by its name there.
    Fact(&'static str),
    Seen,
    /// A part of the message by its title there.
    Part(&'static str),
    Id,
    Command,
}

/// Every placeholder, in the order of the documentation.
pub(super) const NAMES: [(&str, Value); 25] = [
    ("level", Value::Level),
    ("title", Value::Title),
    ("headline", Value::Headline),
    ("subject", Value::Fact("Who")),
    ("target", Value::Fact("To whom")),
    ("address", Value::Fact("From")),
    ("time", Value::Fact("When")),
    ("tenant", Value::Fact("Tenant")),
    ("client", Value::Fact("Client")),
    ("token", Value::Fact("Token")),
    ("session", Value::Fact("Session")),
    ("device", Value::Fact("Device")),
    ("credential", Value::Fact("Credential")),
    ("place", Value::Fact("Where")),
    ("checked", Value::Fact("Checked")),
    ("allows", Value::Fact("Allows")),
    ("used", Value::Fact("Used since it leaked")),
    ("rule", Value::Fact("Rule")),
    ("case", Value::Fact("Case")),
    ("seen", Value::Seen),
    ("why", Value::Part(message::WHY)),
    ("innocent", Value::Part(message::INNOCENT)),
    ("first", Value::Part(message::FIRST)),
    ("id", Value::Id),
    ("command", Value::Command),
];

/// What a name stands for.
pub(super) fn named(name: &str) -> Option<Value> {
    NAMES.iter().find(|(one, _)| *one == name).map(|(_, value)| *value)
}

impl Value {
    /// Its lines; none if the finding says nothing of it.
    pub(super) fn lines(self, message: &Message, alert: &Alert) -> Vec<String> {
        let one = |text: String| if text.is_empty() { Vec::new() } else { vec![text] };
        match self {
            Self::Level => vec![message.level.name().to_owned()],
            Self::Title => one(message::line(&alert.finding.rule.title, message::POINT_MAX)),
            Self::Headline => vec![message.headline.clone()],
            Self::Fact(name) => {
                let fact = message.facts.iter().find(|(one, _)| *one == name);
                fact.map(|(_, value)| value.clone()).into_iter().collect()
            }
            Self::Seen => {
                message.seen.iter().map(|(field, value)| format!("{field}: {value}")).collect()
            }
            Self::Part(title) => {
                let part = message.parts.iter().find(|part| part.title == title);
                part.map(|part| lines(&part.body)).unwrap_or_default()
            }
            Self::Id => vec![message.id.clone()],
            Self::Command => vec![message.command()],
        }
    }
}

fn lines(body: &Body) -> Vec<String> {
    body.lines().into_iter().map(|(mark, line)| format!("{mark}{line}")).collect()
}
