//! Routes in the configuration: which findings go to which sinks.

use finding::Kind;
use sink::{Glob, Hours, Route, Terms};
use toml::de::DeValue;

use super::form::{Form, Listed, Wrong, one_of};
use super::mistake::{Code, Mistake};
use super::section::Section;
use super::sink::Sink;

impl Form for Glob {
    const WHAT: &'static str = "name with `*` and `?`";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = value.as_str().ok_or_else(|| Wrong::kind::<Self>(value))?;
        text.parse().map_err(|why| Wrong::new(format!("{why}")))
    }
}

impl Listed for Glob {
    const LIST: &'static str = "list of names with `*` and `?`";
}

impl Form for Kind {
    const WHAT: &'static str = "\"detection\", \"leak\", \"privilege\" or \"posture\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        one_of::<Self, _>(value, &Self::ALL.map(|kind| (kind.name(), kind)))
    }
}

impl Listed for Kind {
    const LIST: &'static str = "list of \"detection\", \"leak\", \"privilege\", \"posture\"";
}

/// Reads a route to some of these sinks. `None` if it leads to none.
pub(super) fn read(mut table: Section<'_>, sinks: &[Sink]) -> Option<Route> {
    let names = table.need::<Vec<String>>("sinks");
    for name in names.iter().flatten() {
        if !sinks.iter().any(|sink| sink.name == *name) {
            let message = format!("there is no sink `{name}`");
            table.mistake(Mistake::new(Code::WrongValue, table.place("sinks"), message));
        }
    }
    let terms = Terms {
        level: table.value("level"),
        up_to: table.value("up-to"),
        kinds: table.value("kinds").unwrap_or_default(),
        tenants: table.value("tenants").unwrap_or_default(),
        rules: table.value("rules").unwrap_or_default(),
        subjects: table.value("subjects").unwrap_or_default(),
    };
    let hours = table.value::<Hours>("hours");
    table.finish();
    Some(Route { terms, hours, sinks: names? })
}
