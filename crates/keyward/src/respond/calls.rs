//! Calls of an incident that are on record: whoever made them may not have come to write them down here.

use archive::{Audit, AuditError, AuditLine};
use serde_json::Value;

use super::incident::{Entry, Incident};

/// What is said of a call as long as its end is not on record.
const UNENDED: &str =
    "its end is not on record: it is being made now, or whoever made it was cut off";

/// Takes over the calls that bear the incident's id. Fails if the record cannot be read, or was changed.
pub(super) fn take(incident: &mut Incident, audit: &Audit) -> Result<(), AuditError> {
    let lines = audit.read()?.lines;
    let is_own = |line: &&AuditLine| {
        line.entry["what"] == "call" && line.entry["incident"] == incident.id.as_str()
    };
    let own: Vec<Entry> = lines.iter().filter(is_own).map(|call| told(call, &lines)).collect();
    for entry in own {
        incident.put(entry);
    }
    Ok(())
}

/// A call as the timeline has it.
fn told(call: &AuditLine, lines: &[AuditLine]) -> Entry {
    let text = |name: &str| call.entry[name].as_str().unwrap_or_default();
    let mut ends = lines.iter().filter(|line| line.entry["what"] == "end");
    let end = ends.find(|line| line.entry["call"] == call.seq).map(|line| &line.entry);
    let does = catalog::action(text("action")).map_or(text("action"), |action| action.does);
    let says = format!(
        "{does}: {}; `{} {}`, call {} of the record, by {}",
        ending(end),
        text("method"),
        text("path"),
        call.seq,
        text("by")
    );
    // A record that was put aside begins anew at 1: the number alone would not tell them apart.
    let key = Some(format!("call {}", call.hash));
    Entry { at: call.at, source: "call".to_owned(), says, key }
}

fn ending(end: Option<&Value>) -> String {
    let Some(end) = end else { return UNENDED.to_owned() };
    match (end["error"].as_str(), end["was_gone"] == true) {
        (Some(error), _) => format!("failed: {error}"),
        (None, true) => "it was gone before".to_owned(),
        (None, false) => format!("done ({})", end["status"]),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::super::incident::Subject;
    use super::*;

    fn incident() -> Incident {
        let whose = ("ada".to_owned(), Timestamp::UNIX_EPOCH);
        let name = ("inc-1".to_owned(), "t".to_owned());
        Incident::new(name, "acme", whose, Subject::default(), None)
    }

    fn calls(incident: &Incident) -> Vec<&str> {
        let calls = incident.entries.iter().filter(|entry| entry.source == "call");
        calls.map(|entry| entry.says.as_str()).collect()
    }

    /// Whoever made the call was cut off before the record of the incident was written.
    #[test]
    fn a_call_that_nobody_wrote_down_is_in_the_timeline_once_and_so_is_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let audit = Audit::at(folder.path().join("audit.jsonl"));
        let append = |entry: Value| audit.append(Timestamp::UNIX_EPOCH, &entry).unwrap().seq;
        let mut incident = incident();
        take(&mut incident, &audit).unwrap();
        assert_eq!(calls(&incident), [""; 0]);
        let call = |incident: &str| {
            json!({"what": "call", "action": "okta.token.delete", "method": "DELETE",
                "path": "/api/v1/api-tokens/00T1", "by": "bob", "incident": incident})
        };
        append(call("inc-2"));
        let seq = append(call("inc-1"));
        take(&mut incident, &audit).unwrap();
        assert!(calls(&incident)[0].contains("its end is not on record"));
        append(
            json!({"what": "end", "call": seq, "status": 204, "was_gone": false, "error": null}),
        );
        for _ in 0..2 {
            take(&mut incident, &audit).unwrap();
        }
        insta::assert_snapshot!(calls(&incident).join("\n"), @"delete the token: done (204); `DELETE /api/v1/api-tokens/00T1`, call 2 of the record, by bob");
    }
}
