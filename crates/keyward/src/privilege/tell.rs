//! What a verb has to tell, and how it is printed.

use std::io::Write;
use std::path::PathBuf;

use anyhow::bail;
use finding::Finding;
use serde_json::{Map, Value};

use crate::args::{PrivilegeFormat, Report};
use crate::console::Console;
use crate::exit::Exit;
use crate::output::{Out, spare_files};
use crate::render::page::{self, Page};
use crate::render::{sarif, write_json};
use crate::sanitize::visible;

/// The name of the shape that all verbs print as JSON.
const SCHEMA: &str = "keyward.privilege/1";

/// Verbs that judge what stands in files.
const IN_SARIF: [&str; 2] = ["need", "compare"];

/// What a verb of `keyward privilege` has to tell.
pub(crate) struct Told {
    /// For people: text, Markdown and HTML are made of it.
    pub(crate) page: Page,
    /// For programs, without `schema`, which is added: `keyward.privilege/1`. Must be an object with `verb`.
    pub(crate) json: Value,
    /// For code scanning; empty if nothing is to be said there.
    pub(crate) findings: Vec<Finding>,
    /// Terraform; `None` where the verb has none.
    pub(crate) hcl: Option<String>,
}

/// Fails if the report is to be written over something that the run reads.
pub(crate) fn spare<'f>(
    report: &Report,
    read: impl Iterator<Item = &'f PathBuf>,
) -> anyhow::Result<()> {
    spare_files(&[report.output.output.as_deref()], read.map(PathBuf::as_path))
}

/// Prints it in the format that was asked for. Fails, with nothing printed, if the verb has nothing to say in it.
pub(crate) fn tell(told: &Told, report: &Report, console: Console) -> anyhow::Result<()> {
    let verb = told.json.get("verb").and_then(Value::as_str).unwrap_or_default();
    let lacks = match report.format {
        PrivilegeFormat::Hcl if told.hcl.is_none() => Some("no Terraform"),
        PrivilegeFormat::Sarif if !IN_SARIF.contains(&verb) => Some("nothing for code scanning"),
        _ => None,
    };
    if let Some(what) = lacks {
        bail!(
            "`privilege {verb}` has {what}; `--format text`, json, markdown and html have all that it says"
        );
    }
    let mut out = Out::open(report.output.output.as_deref(), console.color())?;
    write(told, report.format, &mut out)?;
    Ok(out.flush()?)
}

fn write(told: &Told, format: PrivilegeFormat, out: &mut dyn Write) -> std::io::Result<()> {
    match format {
        PrivilegeFormat::Text => page::text(&told.page, out),
        PrivilegeFormat::Markdown => page::markdown(&told.page, out),
        PrivilegeFormat::Html => page::html(&told.page, out),
        PrivilegeFormat::Json => {
            write_json(&with_schema(&told.json), out)?;
            out.write_all(b"\n")
        }
        PrivilegeFormat::Sarif => sarif(&told.findings, &unread(&told.json), exit(&told.json), out),
        PrivilegeFormat::Hcl => {
            let lines = told.hcl.as_deref().unwrap_or_default().lines();
            lines.into_iter().try_for_each(|line| writeln!(out, "{}", visible(line)))
        }
    }
}

/// The same with the name of its shape, first.
fn with_schema(json: &Value) -> Value {
    let mut object = Map::new();
    object.insert("schema".to_owned(), SCHEMA.into());
    if let Value::Object(rest) = json {
        object.extend(rest.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    Value::Object(object)
}

/// What the verb did not read: path, line and why. Those that it only counts are one more.
fn unread(json: &Value) -> Vec<(String, u64, String)> {
    let text = |place: &Value, key: &str| {
        place.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let places = json.pointer("/unread/places").and_then(Value::as_array);
    let mut unread: Vec<_> = places
        .into_iter()
        .flatten()
        .map(|place| {
            let line = place.get("line").and_then(Value::as_u64).unwrap_or(0);
            (text(place, "path"), line, text(place, "what"))
        })
        .collect();
    let count = json.pointer("/unread/count").and_then(Value::as_u64).unwrap_or(0);
    let unnamed = count.saturating_sub(unread.len() as u64);
    if unnamed > 0 {
        unread.push(("-".to_owned(), 0, format!("{unnamed} more")));
    }
    unread
}

/// How the run ends, as the verb says.
fn exit(json: &Value) -> Exit {
    match json.get("exit").and_then(Value::as_u64) {
        None | Some(0) => Exit::Clean,
        Some(1) => Exit::Found,
        Some(2) => Exit::Failed,
        Some(_) => Exit::Partial,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use finding::{Kind, Level, Occurrence, Place, Position, Rule};
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;

    fn told() -> Told {
        let rule = Rule {
            id: "privilege.wrong_verb".into(),
            title: "A call with the wrong verb".into(),
            ..Rule::default()
        };
        let mut occurrence = Occurrence {
            place: Some(Place::new("calls.txt", Position::Line(3))),
            ..Occurrence::default()
        };
        occurrence.evidence.add("call", "PUT /api/v1/users\u{1b}");
        let mut finding = Finding::of_event(Arc::new(rule), Level::Medium, occurrence);
        finding.kind = Kind::Privilege;
        let places = [json!({"path": "calls.txt", "line": 9, "what": "cut mid-line"})];
        Told {
            page: Page::new("t"),
            json: json!({"verb": "need", "unread": {"count": 3, "places": places}, "exit": 3}),
            findings: vec![finding],
            hcl: Some("a = 1\u{1b}\n".into()),
        }
    }

    fn written(format: PrivilegeFormat) -> String {
        let mut bytes = Vec::new();
        write(&told(), format, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_schema_comes_first() {
        assert!(
            written(PrivilegeFormat::Json)
                .starts_with(r#"{"schema":"keyward.privilege/1","verb":"need","#)
        );
    }

    #[test]
    fn terraform_does_nothing_to_a_terminal() {
        assert_eq!(written(PrivilegeFormat::Hcl), "a = 1\\u{1b}\n");
    }

    #[test]
    fn code_scanning_hears_of_places_and_of_what_was_not_read() {
        let run: Value = serde_json::from_str(&written(PrivilegeFormat::Sarif)).unwrap();
        let run = &run["runs"][0];
        let (result, invocation) = (&run["results"][0], &run["invocations"][0]);
        let told = json!([
            result["ruleId"],
            result["level"],
            result["message"]["text"],
            result["locations"][0]["physicalLocation"],
            invocation["exitCode"],
            invocation["executionSuccessful"],
            invocation["toolExecutionNotifications"],
        ]);
        assert_snapshot!(serde_json::to_string_pretty(&told).unwrap(), @r#"
        [
          "privilege.wrong_verb",
          "warning",
          "A call with the wrong verb; call: PUT /api/v1/users\u001b",
          {
            "artifactLocation": {
              "uri": "calls.txt"
            },
            "region": {
              "startLine": 3
            }
          },
          3,
          false,
          [
            {
              "level": "error",
              "message": {
                "text": "not read: cut mid-line"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "calls.txt"
                    },
                    "region": {
                      "startLine": 9
                    }
                  }
                }
              ]
            },
            {
              "level": "error",
              "message": {
                "text": "not read: 2 more"
              }
            }
          ]
        ]
        "#);
    }
}
