//! Every format on the same hand-made findings.

use std::sync::Arc;

use finding::{Evidence, Finding, Level, Occurrence, Place, Position, Rule, Subject};
use insta::assert_snapshot;

use super::{Format, Page, Rulebook, renderer};
use crate::exit::Exit;
use crate::summary::{Fault, Reject, Summary};

fn token_created() -> Arc<Rule> {
    Arc::new(Rule {
        id: "0d6a3a1e-6a0f-4f6e-9f0b-2d7a3f1c9b55".into(),
        name: "okta_api_token_created".into(),
        title: "Okta API Token Created".into(),
        status: Some("test".into()),
        attack: vec!["T1098.001".into(), "T1528".into()],
    })
}

fn hostile() -> Arc<Rule> {
    Arc::new(Rule {
        id: "r2".into(),
        name: "odd".into(),
        title: "Odd \u{1b}[2J".into(),
        ..Rule::default()
    })
}

fn pages() -> Rulebook {
    let page = Page {
        description: "An API token was created.\n".into(),
        explanation: "A token outlives the session that made it.\n".into(),
        response: vec!["Ask its owner".into(), "Revoke it".into()],
        falsepositives: vec!["Planned automation".into()],
        references: vec!["https://developer.okta.com/docs/guides/create-an-api-token/".into()],
        tags: vec!["attack.credential-access".into(), "attack.t1528".into()],
        tactics: vec!["credential-access".into(), "exfiltration".into()],
    };
    Rulebook::from([("0d6a3a1e-6a0f-4f6e-9f0b-2d7a3f1c9b55".into(), page)])
}

fn evidence(pairs: &[(&str, &str)]) -> Evidence {
    let mut evidence = Evidence::default();
    for (field, value) in pairs {
        evidence.add(field, value);
    }
    evidence
}

fn at_line(path: &str, line: u64) -> Place {
    Place::new(path, Position::Line(line))
}

fn token(id: &str, time: &str, line: u64) -> Finding {
    let subject = Subject {
        user: Some("mallory@example.com".into()),
        user_id: Some("00u1".into()),
        target: Some("alice@example.com".into()),
        ip: Some("203.0.113.7".into()),
        session: Some("102abc".into()),
        ..Subject::default()
    };
    let event = Occurrence {
        event_id: id.into(),
        time: Some(time.parse().unwrap()),
        provider: Some("okta".into()),
        tenant: Some("acme.okta.com".into()),
        subject,
        evidence: evidence(&[
            ("eventType", "system.api_token.create"),
            ("outcome.result", "SUCCESS"),
        ]),
        place: Some(at_line("my logs/a.jsonl", line)),
    };
    Finding::of_event(token_created(), Level::High, event)
}

fn findings() -> Vec<Finding> {
    let odd = Occurrence {
        event_id: "sha256:00".into(),
        subject: Subject { ip: Some("192.0.2.1\u{202e}".into()), ..Subject::default() },
        evidence: evidence(&[("x\n", "\u{1b}]0;owned\u{7}")]),
        place: Some(at_line("-", 1)),
        ..Occurrence::default()
    };
    vec![
        Finding::of_event(hostile(), Level::Low, odd),
        token("e5", "2026-11-20T08:00:05Z", 9),
        token("e1", "2026-11-20T08:00:01Z", 3),
        token("e4", "2026-11-20T08:00:04Z", 8),
        token("e2", "2026-11-20T08:00:02Z", 4),
    ]
}

fn summary(findings: &[Finding]) -> Summary {
    let mut summary = Summary::default();
    summary.inputs.read = 2;
    summary.inputs.bytes = 7_000_000;
    summary.events.examined = 3012;
    summary.rules.loaded = 64;
    for finding in findings {
        summary.findings.add(finding);
    }
    summary
}

fn with_faults(findings: &[Finding]) -> Summary {
    let mut summary = summary(findings);
    let fault = |path: &str, why: &str| Fault { path: path.into(), why: why.into() };
    summary.inputs.faults.add(fault("gone.jsonl", "no such file"));
    summary.rules.faults.add(fault("mine/bad.yml", "unknown modifier `begins`"));
    let why = "nests deeper than 128".to_owned();
    summary.events.rejected.add(Reject {
        path: "my logs/a.jsonl".into(),
        line: 17,
        offset: 40_000,
        why,
    });
    summary
}

fn rendered(format: Format, findings: Vec<Finding>, summary: &Summary) -> String {
    let now = "2026-11-22T00:00:00Z".parse().unwrap();
    let mut renderer = renderer(format, pages(), now);
    let mut out = Vec::new();
    for finding in findings {
        renderer.finding(finding, &mut out).unwrap();
    }
    renderer.finish(summary, summary.exit(Level::Low), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn check(format: Format) -> String {
    let all = findings();
    let summary = with_faults(&all);
    let text = rendered(format, all, &summary);
    assert!(!text.contains(['\u{202e}', '\u{7}']), "unsafe text in {format:?}");
    text
}

/// Plain text: colors are decoration.
fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

fn pretty(json: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    serde_json::to_string_pretty(&value).unwrap().replace('\u{202e}', r"\u202e")
}

#[test]
fn text_groups_by_case_worst_first_and_says_what_was_not_read() {
    assert_snapshot!(plain(&check(Format::Text)), @r"
    high · mallory@example.com · okta
      4 findings in 4s, 2026-11-20 08:00:01 to 08:00:05 UTC · case 371a201458e27f35a2d42fd90dbda0a9

      08:00:01  high           Okta API Token Created
                               okta_api_token_created · T1098.001, T1528
                               on alice@example.com, from 203.0.113.7, session 102abc
                               my logs/a.jsonl:3
                                 eventType       system.api_token.create
                                 outcome.result  SUCCESS
      08:00:02  high           Okta API Token Created
                               my logs/a.jsonl:4
      08:00:04  high           Okta API Token Created
                               my logs/a.jsonl:8
                               and 1 more of these, the last at 2026-11-20 08:00:05

      What to do first
      - Ask its owner
      - Revoke it

    low · ip 192.0.2.1\u{202e} · unknown product
      1 finding · case e0ff93519254db22f4f2ea5f2bd39449

      no time   low            Odd \u{1b}[2J
                               odd
                               -:1
                                 x\n  \u{1b}]0;owned\u{7}

    5 findings: 4 high, 1 low
      high                4  okta_api_token_created  Okta API Token Created
      low                 1  odd                     Odd \u{1b}[2J

    `keyward rules explain RULE` says why it matters and what to do first.

    Read 3,012 events in 2 inputs (6.68 MiB) with 64 rules.
    Not read: 1 input.
      gone.jsonl: no such file
    Not read: 1 record.
      my logs/a.jsonl:17: nests deeper than 128
    Rules, filters or lists not loaded: 1 file.
      mine/bad.yml: unknown modifier `begins`
    ");
}

#[test]
fn a_long_case_names_its_worst_and_tells_the_others_in_brief() {
    let lesser = |number: u64| {
        let rule = Rule {
            id: number.to_string(),
            name: format!("r{number}"),
            title: "Lesser".into(),
            ..Rule::default()
        };
        let time = format!("2026-11-20T07:5{number}:00Z");
        let finding = token(&number.to_string(), &time, number);
        Finding { rule: Arc::new(rule), level: Level::Low, ..finding }
    };
    let all = (1..9).map(lesser).chain([token("e", "2026-11-20T07:55:00Z", 1)]).collect();
    let text = plain(&rendered(Format::Text, all, &summary(&[])));
    let case = text.split("No findings").next().unwrap();
    let lines: Vec<_> = case.lines().take(16).collect();
    assert_snapshot!(lines.join("\n"), @r"
    high · mallory@example.com · okta
      Okta API Token Created
      9 findings in 7m, 2026-11-20 07:51:00 to 07:58:00 UTC · case 371a201458e27f35a2d42fd90dbda0a9

      07:51:00  low            Lesser
                               r1 · my logs/a.jsonl:1
      07:52:00  low            Lesser
                               r2 · my logs/a.jsonl:2
      07:53:00  low            Lesser
                               r3 · my logs/a.jsonl:3
      07:54:00  low            Lesser
                               r4 · my logs/a.jsonl:4
      07:55:00  high           Okta API Token Created
                               okta_api_token_created · T1098.001, T1528
                               on alice@example.com, from 203.0.113.7, session 102abc
                               my logs/a.jsonl:1
    ");
}

#[test]
fn text_without_findings() {
    assert_snapshot!(rendered(Format::Text, vec![], &summary(&[])), @r"
    No findings.
    Read 3,012 events in 2 inputs (6.68 MiB) with 64 rules.
    ");
}

#[test]
fn text_without_events() {
    let mut summary = summary(&[]);
    summary.events.examined = 0;
    assert_snapshot!(rendered(Format::Text, vec![], &summary), @r"
    No events, so no findings.
    Read 0 events in 2 inputs (6.68 MiB) with 64 rules.
    ");
}

#[test]
fn text_holds_a_bounded_number_of_findings_and_keeps_the_worst() {
    let mut all = vec![token("e", "2026-11-20T08:00:01Z", 1)];
    for n in 0..9000 {
        let subject = Subject { user: Some(format!("u{n:05}")), ..Subject::default() };
        let event = Occurrence { event_id: n.to_string(), subject, ..Occurrence::default() };
        all.push(Finding::of_event(hostile(), Level::Low, event));
    }
    let text = plain(&rendered(Format::Text, all, &summary(&[])));
    assert!(text.starts_with("high · mallory@example.com"));
    let shown = text.matches("Odd").count();
    assert_eq!(shown, 199);
    let told = text.lines().filter(|line| line.contains("not shown"));
    assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r"
    2,798 lesser cases with 2,798 findings not shown; `--format jsonl` has all.
    6,003 lesser findings are not shown; `--format jsonl` has all.
    ");
}

#[test]
#[expect(clippy::too_many_lines, reason = "nearly all of it is the object that is expected")]
fn json_is_one_object() {
    let json = check(Format::Json);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["findings"].as_array().unwrap().len(), 5);
    assert_snapshot!(serde_json::to_string_pretty(&value["summary"]).unwrap(), @r#"
    {
      "schema": "keyward.summary/1",
      "inputs": {
        "read": 2,
        "bytes": 7000000,
        "faults": {
          "count": 1,
          "first": [
            {
              "path": "gone.jsonl",
              "why": "no such file"
            }
          ]
        }
      },
      "events": {
        "examined": 3012,
        "products": {},
        "outside": 0,
        "rejected": {
          "count": 1,
          "first": [
            {
              "path": "my logs/a.jsonl",
              "line": 17,
              "offset": 40000,
              "why": "nests deeper than 128"
            }
          ]
        },
        "faulty": {
          "count": 0,
          "first": []
        },
        "without_time": 0,
        "late": 0,
        "pushed": 0,
        "repeated": 0,
        "tenants": {}
      },
      "rules": {
        "loaded": 64,
        "not_runnable": {
          "count": 0,
          "first": []
        },
        "faults": {
          "count": 1,
          "first": [
            {
              "path": "mine/bad.yml",
              "why": "unknown modifier `begins`"
            }
          ]
        }
      },
      "findings": {
        "total": 5,
        "levels": {
          "low": 1,
          "high": 4
        },
        "rules": [
          {
            "id": "0d6a3a1e-6a0f-4f6e-9f0b-2d7a3f1c9b55",
            "name": "okta_api_token_created",
            "level": "high",
            "count": 4
          },
          {
            "id": "r2",
            "name": "odd",
            "level": "low",
            "count": 1
          }
        ]
      },
      "learned_from": {
        "inputs": 0,
        "events": 0
      },
      "memory": {
        "learning": [],
        "forgotten": [],
        "waiting": 0,
        "bytes": 0,
        "state": null
      },
      "stopped_early": false,
      "exit": 3
    }
    "#);
}

#[test]
fn json_without_findings() {
    assert_snapshot!(rendered(Format::Json, vec![], &Summary::default()), @r#"
    {"schema":"keyward.findings/1","findings":[

    ],"summary":{"schema":"keyward.summary/1","inputs":{"read":0,"bytes":0,"faults":{"count":0,"first":[]}},"events":{"examined":0,"products":{},"outside":0,"rejected":{"count":0,"first":[]},"faulty":{"count":0,"first":[]},"without_time":0,"late":0,"pushed":0,"repeated":0,"tenants":{}},"rules":{"loaded":0,"not_runnable":{"count":0,"first":[]},"faults":{"count":0,"first":[]}},"findings":{"total":0,"levels":{},"rules":[]},"learned_from":{"inputs":0,"events":0},"memory":{"learning":[],"forgotten":[],"waiting":0,"bytes":0,"state":null},"stopped_early":false,"exit":2}}
    "#);
}

#[test]
fn jsonl_is_findings_and_nothing_else() {
    let jsonl = check(Format::Jsonl);
    let schemas: Vec<_> = jsonl
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["schema"].clone())
        .collect();
    assert_eq!(schemas, ["keyward.finding/1"; 5]);
}

#[test]
fn sarif() {
    let all = vec![token("e1", "2026-11-20T08:00:01Z", 3), findings().remove(0)];
    let summary = with_faults(&all);
    assert_snapshot!("sarif", pretty(&rendered(Format::Sarif, all, &summary)));
}

#[test]
fn sarif_without_findings() {
    assert_snapshot!(pretty(&rendered(Format::Sarif, vec![], &summary(&[]))), @r#"
    {
      "version": "2.1.0",
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "runs": [
        {
          "results": [],
          "tool": {
            "driver": {
              "name": "keyward",
              "semanticVersion": "0.1.0",
              "rules": []
            }
          },
          "invocations": [
            {
              "executionSuccessful": true,
              "exitCode": 0,
              "toolExecutionNotifications": [],
              "toolConfigurationNotifications": []
            }
          ]
        }
      ]
    }
    "#);
}

#[test]
fn ocsf() {
    let text = check(Format::Ocsf);
    let lines: Vec<_> = text.lines().map(pretty).collect();
    assert_eq!(lines.len(), 5);
    assert_snapshot!(
        "ocsf",
        format!(
            "{}
{}",
            lines[0], lines[2]
        )
    );
}

#[test]
fn the_exit_code_tells_silence_from_ignorance() {
    let found = findings();
    assert_eq!(summary(&[]).exit(Level::Low), Exit::Clean);
    assert_eq!(summary(&found).exit(Level::High), Exit::Found);
    assert_eq!(summary(&found).exit(Level::Critical), Exit::Clean);
    assert_eq!(with_faults(&found).exit(Level::Low), Exit::Partial);
    assert_eq!(with_faults(&[]).exit(Level::Low), Exit::Partial);
    assert_eq!(Summary::default().exit(Level::Low), Exit::Failed);
}
