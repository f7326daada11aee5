//! A timeline as one object `keyward.timeline/1`.

use std::io::{self, Write};

use finding::rfc3339;
use serde_json::{Map, Value, json};

use super::entry::{Entry, InCase, Timeline};
use crate::exit::Exit;
use crate::render::{Accounted, write_json};
use crate::summary::Summary;

/// Writes the object, one entry a line.
pub(super) fn write(
    timeline: &Timeline,
    summary: &Summary,
    exit: Exit,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(b"{\"schema\":\"keyward.timeline/1\",\"subject\":")?;
    let whom = json!({ "field": timeline.whom.what.name(), "value": timeline.whom.value });
    write_json(&whom, out)?;
    out.write_all(b",\"told\":")?;
    write_json(&told(timeline), out)?;
    out.write_all(b",\"entries\":[\n")?;
    for (at, entry) in timeline.entries.iter().enumerate() {
        if at > 0 {
            out.write_all(b",\n")?;
        }
        match entry {
            Entry::Event(row) => write_json(&json!({ "event": row }), out)?,
            Entry::Finding(finding) => write_json(&json!({ "finding": finding }), out)?,
        }
    }
    out.write_all(b"\n],\"summary\":")?;
    write_json(&summary.to_json(exit), out)?;
    out.write_all(b"}\n")
}

fn told(timeline: &Timeline) -> Value {
    let told = &timeline.told;
    let mut all = Map::new();
    all.insert("events".into(), told.events.into());
    all.insert("findings".into(), timeline.findings().count().into());
    let case = |case: &InCase<'_>| {
        json!({
            "case": case.id,
            "level": case.level,
            "findings": case.count,
            "first": case.first.map(rfc3339),
            "last": case.last.map(rfc3339),
        })
    };
    all.insert("cases".into(), timeline.cases().iter().map(case).collect());
    all.insert("first".into(), told.first.as_ref().map(|(time, _)| rfc3339(*time)).into());
    all.insert("last".into(), told.last.as_ref().map(|(time, _)| rfc3339(*time)).into());
    for (_, name, uses) in told.kinds() {
        all.insert(name.into(), uses.to_json());
    }
    let left_out = json!({
        "events": timeline.events_left_out,
        "findings": timeline.findings_left_out,
        "inputs": timeline.faults,
    });
    all.insert("left_out".into(), left_out);
    all.into()
}
