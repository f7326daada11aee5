use std::sync::Arc;

use catalog::Product;
use finding::Level;
use rule::{Case as LetterCase, Check, Expr, Matcher, Position, Test};

use super::*;
use crate::detector::Scope;
use crate::watch::{Watch, Whose};

const SAMPLE: &str = r#"{"uuid":"1","eventType":"user.session.start","outcome":{"result":"SUCCESS"},
    "actor":{"alternateId":"ada@example.com"},"target":null}"#;

fn detector() -> Detector {
    let result = Matcher::text("SUCCESS", Position::Whole, LetterCase::Insensitive);
    let test =
        Test { field: event::Path::parse("outcome.result"), check: Check::Match(vec![result]) };
    let watch = Watch {
        rule: Arc::new(finding::Rule::default()),
        level: Level::Low,
        whose: Whose::Of(Product::Okta),
        condition: Expr::Test(test),
    };
    Detector::new(vec![watch], Scope::default())
}

/// Runs the cases of a file and returns what is wrong, a line each.
fn check(text: &str, expected: &[&str]) {
    let file = Cases::load(text);
    let mut wrong: Vec<String> = file.diagnostics.iter().map(|d| d.message.clone()).collect();
    for case in &file.cases {
        let judged = match case.event(SAMPLE) {
            Ok(event) => case.judge(&detector().observe_text(&event)),
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
            "`sett` is none of: name, base, expect, set, unset, lists, finding",
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
