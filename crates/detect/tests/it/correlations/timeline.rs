//! Correlations and timelines over a small vocabulary, so that firings are common.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Rules, and events in the order of time.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// Three base rules and a correlation over them.
    pub(super) rules: String,
    pub(super) group_by: Vec<&'static str>,
    pub(super) events: Vec<Value>,
}

/// What kind of correlation.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Count,
    Values,
    Numbers,
    Together,
    Ordered,
}

const TYPES: [(&str, &str); 3] = [
    ("started", "user.session.start"),
    ("answered", "user.authentication.auth_via_mfa"),
    ("opened", "user.authentication.sso"),
];

/// 2026-11-02T09:00:00Z, in seconds.
const BEGIN: i64 = 1_793_610_000;

pub(super) fn case(shapes: &'static [Shape]) -> impl Strategy<Value = Case> {
    let grouping = select(vec![
        vec![],
        vec!["actor.alternateId"],
        vec!["client.ipAddress"],
        vec!["actor.alternateId", "client.ipAddress"],
    ]);
    let correlation = select(shapes).prop_flat_map(correlation);
    let timespan = 3..90_u32;
    (correlation, grouping, timespan, vec(event(), 3..25)).prop_map(
        |(correlation, group_by, timespan, events)| Case {
            rules: rules(&correlation, &group_by, timespan),
            events: timed(events),
            group_by,
        },
    )
}

fn rules(correlation: &str, group_by: &[&str], timespan: u32) -> String {
    let mut text = String::new();
    for (number, (name, kind)) in TYPES.iter().enumerate() {
        let _ = writeln!(
            text,
            "title: {name}\nid: 6f0c5a5e-4b0b-4e86-9a3c-1d8f0f7f6a0{number}\nname: {name}\n\
             logsource: {{product: okta, service: okta}}\n\
             detection:\n  it: {{eventType: {kind}}}\n  condition: it\n---"
        );
    }
    let grouping = if group_by.is_empty() {
        String::new()
    } else {
        format!("  group-by: [{}]\n", group_by.join(", "))
    };
    text + &format!(
        "title: All of it\nid: 0d4e7b52-6f5d-4a55-8f43-5d2a6f3c1b01\nname: all_of_it\n\
         correlation:\n{grouping}  timespan: {timespan}s\n{correlation}level: medium\n"
    )
}

fn correlation(shape: Shape) -> BoxedStrategy<String> {
    match shape {
        Shape::Count => (some_rules(), range(1..6))
            .prop_map(|(rules, range)| {
                format!("  type: event_count\n  rules: {rules}\n  condition: {{{range}}}\n")
            })
            .boxed(),
        Shape::Values => {
            let field = select(vec![
                "client.ipAddress",
                "outcome.result",
                "[client.ipAddress, outcome.result]",
            ]);
            (some_rules(), field, range(1..4))
                .prop_map(|(rules, field, range)| {
                    format!(
                        "  type: value_count\n  rules: {rules}\n  condition: {{field: {field}, {range}}}\n"
                    )
                })
                .boxed()
        }
        Shape::Numbers => {
            let kind = select(vec!["value_sum", "value_avg", "value_median"]);
            (some_rules(), kind, range(1..12))
                .prop_map(|(rules, kind, range)| {
                    format!(
                        "  type: {kind}\n  rules: {rules}\n  condition: {{field: client.bytes, {range}}}\n"
                    )
                })
                .boxed()
        }
        Shape::Together => condition()
            .prop_map(|condition| {
                format!(
                    "  type: temporal\n  rules: [started, answered, opened]\n  condition: {condition}\n"
                )
            })
            .boxed(),
        Shape::Ordered => Just(vec!["started", "answered", "opened"])
            .prop_shuffle()
            .prop_flat_map(|names| (2..4_usize).prop_map(move |n| names[..n].join(", ")))
            .prop_map(|names| format!("  type: temporal_ordered\n  rules: [{names}]\n"))
            .boxed(),
    }
}

fn some_rules() -> impl Strategy<Value = String> {
    select(vec!["[started]", "[answered, opened]", "[started, answered, opened]"])
        .prop_map(str::to_owned)
}

fn range(numbers: std::ops::Range<u32>) -> impl Strategy<Value = String> {
    let one = (select(vec!["gt", "gte", "lt", "lte", "eq", "neq"]), numbers.clone())
        // No count is less than one, and a rule that says so is refused.
        .prop_map(|(word, number)| format!("{word}: {}", number + u32::from(word == "lt")));
    let two =
        (numbers, 0..3_u32).prop_map(|(from, more)| format!("gte: {from}, lte: {}", from + more));
    prop_oneof![3 => one, 1 => two]
}

fn condition() -> impl Strategy<Value = String> {
    select(vec![
        "{gte: 2}",
        "{gte: 3}",
        "{eq: 2}",
        "started and answered",
        "started and (answered or opened)",
        "started and answered and opened",
        "started and answered and not opened",
        "(started or answered) and not opened",
        "not started and opened",
    ])
    .prop_map(str::to_owned)
}

/// An event without its time, and how many seconds after the one before it happens.
fn event() -> impl Strategy<Value = (i64, Value)> {
    let kind = select(TYPES.map(|(_, kind)| kind).to_vec());
    let user = select(vec!["ada@example.com", "Bo@example.com"]);
    let ip = select(vec!["192.0.2.1", "192.0.2.2", "198.51.100.3"]);
    let result = select(vec!["SUCCESS", "FAILURE"]);
    (1..30_i64, kind, user, ip, result, 0..9_u32).prop_map(
        |(gap, kind, user, ip, result, bytes)| {
            let event = json!({
                "eventType": kind,
                "actor": {"alternateId": user, "type": "User"},
                "client": {"ipAddress": ip, "bytes": bytes},
                "outcome": {"result": result},
            });
            (gap, event)
        },
    )
}

fn timed(events: Vec<(i64, Value)>) -> Vec<Value> {
    let mut at = BEGIN;
    let timed = events.into_iter().enumerate().map(|(number, (gap, mut event))| {
        at += gap;
        let (hour, minute, second) = (at / 3600 % 24, at / 60 % 60, at % 60);
        event["published"] = json!(format!("2026-11-02T{hour:02}:{minute:02}:{second:02}.000Z"));
        event["uuid"] = json!(format!("event-{number:03}"));
        event
    });
    timed.collect()
}
