use std::sync::Arc;

use catalog::Product;
use finding::Level;
use rule::{Case as LetterCase, Check, Expr, Matcher, Position, Test};

use super::timeline::{MAX_REPEAT, START};
use super::*;
use crate::detector::{Detector, Scope};
use crate::engine::Settings;
use crate::watch::{Watch, Whose};

const SAMPLE: &str = r#"{"uuid":"11111111-1111-4111-8111-111111111111","published":"2026-11-20T08:00:00Z","eventType":"user.session.start","outcome":{"result":"SUCCESS"},
    "actor":{"alternateId":"ada@example.com"},"target":null}"#;

fn detector() -> Arc<Detector> {
    let result = Matcher::text("SUCCESS", Position::Whole, LetterCase::Insensitive);
    let test =
        Test { field: event::Path::parse("outcome.result"), check: Check::Match(vec![result]) };
    let watch = Watch {
        rule: Arc::new(finding::Rule::default()),
        level: Level::Low,
        whose: Whose::Of(Product::Okta),
        condition: Expr::Test(test),
        asks: Vec::new(),
        levels: Vec::new(),
        alerts: true,
        signal: None,
    };
    Arc::new(Detector::new(vec![watch], Scope::default()))
}

/// Runs the cases of a file and returns what is wrong, a line each.
fn check(text: &str, expected: &[&str]) {
    let file = Cases::load(text);
    let mut wrong: Vec<String> = file.diagnostics.iter().map(|d| d.message.clone()).collect();
    for case in &file.cases {
        let sample = |_: &str| Ok::<_, CannotSet>(SAMPLE.to_owned());
        let judged = match case.events(sample) {
            Ok(steps) => case.judge(&detector().observe_steps(&steps, Settings::default())),
            Err(error) => Some(error.to_string()),
        };
        wrong.extend(judged.map(|judged| format!("{}: {judged}", case.name)));
    }
    assert_eq!(wrong, expected);
}

#[test]
fn cases_alert_or_stay_quiet() {
    check(
        "base: okta/x
cases:
  - {name: as it is, expect: alert, finding: {subject.user: ada@example.com, level: low}}
  - {name: failed, expect: quiet, set: {outcome.result: FAILURE}}
  - {name: no outcome, expect: quiet, unset: [outcome]}
",
        &[],
    );
}

#[test]
fn wrong_expectations_are_named() {
    check(
        "base: okta/x
cases:
  - {name: one, expect: quiet, set: {target.0: {type: User}}}
  - {name: two, expect: alert, set: {outcome.result: FAILURE}}
  - {name: three, expect: quiet, set: {uuid.x: 1}}
  - {name: four, expect: quiet, unset: [nothing.there]}
  - {name: five, expect: alert, finding: {level: high}}
",
        &[
            "one: alerts, and must stay quiet",
            "two: stays quiet, and must alert",
            "three: nothing can be changed at `uuid.x`",
            "four: nothing can be changed at `nothing.there`",
            "five: alerts, but `level` is \"low\", and must be \"high\"",
        ],
    );
}

#[test]
fn mistakes_in_the_file_are_said() {
    check(
        "cases:
  - {name: a, expect: loud}
  - {expect: alert}
  - {name: b, expect: alert, sett: {}}
",
        &[
            "`expect` must be `alert` or `quiet`",
            "the case has no `name`",
            "`sett` is none of: name, base, expect, set, unset, lists, finding, history, events",
            "the case has no `base`, and neither has the file",
            "the rule needs at least one case that alerts and two that stay quiet",
        ],
    );
}

#[test]
fn a_path_deeper_than_events_nest_is_refused() {
    let path = "a.".repeat(100_000);
    check(
        &format!("cases:\n  - {{name: one, base: okta/a, expect: alert, set: {{{path}b: 1}}}}\n"),
        &[
            "the rule needs at least one case that alerts and two that stay quiet",
            "one: nothing can be changed at `a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.…`",
        ],
    );
}

/// Shows the events of the only case of a file over a sample.
fn steps(sample: &str, case: &str) -> String {
    let file = Cases::load(&format!("base: s\ncases:\n  - {{name: n, expect: alert, {case}}}\n"));
    let case = file.cases.first().unwrap_or_else(|| panic!("{:?}", file.diagnostics));
    let steps = case.events(|_| Ok::<_, CannotSet>(sample.to_owned())).unwrap();
    let line = |step: &Step| format!("{:?} {}", step.phase, step.text);
    steps.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn events_have_times_ids_and_numbers() {
    let sample = r#"{"uuid":"5f7c0000-0000-4000-8000-000000000001","published":"2026-01-01T00:00:00Z",
        "eventType":"user.session.start","actor":{},"x":{"y":1}}"#;
    let case = "set: {x: {z: case}}, history: [{at: -20d, repeat: 2, every: 12h, unset: [x.z]}],
        events: [{at: 1m30s, repeat: 2, every: 1s, set: {x.z: 'a{n}', x.l: ['{n}']}}, {}]";
    insta::assert_snapshot!(steps(sample, case), @r#"
    History {"uuid":"00000000-0000-4000-8000-000000000000","published":"2026-10-13T09:00:00.000Z","eventType":"user.session.start","actor":{},"x":{}}
    History {"uuid":"00000000-0000-4000-8000-000000000001","published":"2026-10-13T21:00:00.000Z","eventType":"user.session.start","actor":{},"x":{}}
    Live {"uuid":"00000000-0000-4000-8000-000000000002","published":"2026-11-02T09:01:30.000Z","eventType":"user.session.start","actor":{},"x":{"z":"a0","l":["0"]}}
    Live {"uuid":"00000000-0000-4000-8000-000000000003","published":"2026-11-02T09:01:31.000Z","eventType":"user.session.start","actor":{},"x":{"z":"a1","l":["1"]}}
    Live {"uuid":"00000000-0000-4000-8000-000000000004","published":"2026-11-02T09:00:00.000Z","eventType":"user.session.start","actor":{},"x":{"z":"case"}}
    "#);
}

#[test]
fn the_place_of_time_and_id_is_that_of_the_product() {
    let bare = r#"{"date":"2026-11-18T10:06:42.442Z","type":"fp","log_id":"9","_id":"9","client_id":"c","ip":"1"}"#;
    insta::assert_snapshot!(steps(bare, "events: [{at: 1s}]"), @r#"Live {"date":"2026-11-02T09:00:01.000Z","type":"fp","log_id":"000000000000","_id":"000000000000","client_id":"c","ip":"1"}"#);
    let wrapped = r#"{"log_id":"9","data":{"date":"2026-11-18T10:06:42.442Z","type":"fp"}}"#;
    insta::assert_snapshot!(steps(wrapped, "events: [{at: 1s}]"), @r#"Live {"log_id":"000000000000","data":{"date":"2026-11-02T09:00:01.000Z","type":"fp"}}"#);
    let cloud = r#"{"eventVersion":"1.08","eventTime":"2026-11-18T10:06:42Z","eventID":"x"}"#;
    insta::assert_snapshot!(steps(cloud, "events: [{at: 1s}]"), @r#"Live {"eventVersion":"1.08","eventTime":"2026-11-02T09:00:01.000Z","eventID":"000000000000"}"#);
    let code = r#"{"@timestamp":1793610000123,"_document_id":"abc","action":"repo.create"}"#;
    insta::assert_snapshot!(steps(code, "events: [{at: 1s}]"), @r#"Live {"@timestamp":1793610001000,"_document_id":"000000000000","action":"repo.create"}"#);
}

#[test]
fn a_case_without_a_timeline_keeps_what_its_sample_says() {
    assert_eq!(steps(r#"{"uuid":"1"}"#, "lists: {a: [b]}"), r#"Live {"uuid":"1"}"#);
}

#[test]
fn cases_begin_on_a_monday() {
    assert_eq!(START.to_string(), "2026-11-02T09:00:00Z");
}

#[test]
fn timelines_are_bounded_and_their_mistakes_are_said() {
    let entry = format!("{{repeat: {MAX_REPEAT}}}");
    check(
        &format!(
            "base: okta/x
cases:
  - {{name: a, expect: alert, events: [{{at: soon, repeat: 0, every: 1, base: okta/y, sett: 1}}, 3]}}
  - {{name: b, expect: alert, events: {{at: 1s}}}}
  - {{name: c, expect: alert, events: [{{at: -10000d}}, {{repeat: 10000, every: 60d}}]}}
  - {{name: d, expect: alert, events: [{}]}}
",
            vec![entry; 11].join(", ")
        ),
        &[
            "`sett` is none of: at, repeat, every, base, set, unset",
            "`at` must be a span of time such as `90s`, `6m` or `-20d`",
            "`every` must be a span of time such as `90s`, `6m` or `-20d`",
            "`repeat` must be a number from 1 to 10000",
            "an event must be a mapping, not a number",
            "`events` must be a list of events",
            "the events must lie between the years 2000 and 2099",
            "the events must lie between the years 2000 and 2099",
            "the case has 110000 events, more than 100000",
            "the rule needs at least one case that alerts and two that stay quiet",
        ],
    );
}

#[test]
fn events_of_the_history_raise_nothing() {
    check(
        "base: okta/x
cases:
  - {name: one, expect: alert, events: [{set: {outcome.result: FAILURE}}, {at: 1h}]}
  - {name: two, expect: quiet, history: [{at: -1d}], events: []}
  - {name: three, expect: quiet, history: [{at: -1d}], set: {outcome.result: FAILURE}}
",
        &[],
    );
}
