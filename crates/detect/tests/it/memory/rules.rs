//! Sets of rules with memory of every type, over four kinds of events.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// The rules that all others stand on.
pub(super) const BASES: &str = "\
---
title: started
name: started
logsource: {product: okta, service: okta}
detection: {it: {eventType: user.session.start}, condition: it}
---
title: answered
name: answered
logsource: {product: okta, service: okta}
detection: {it: {eventType: user.authentication.auth_via_mfa}, condition: it}
---
title: opened
name: opened
logsource: {product: okta, service: okta}
detection: {it: {eventType: user.authentication.sso}, condition: it}
---
title: granted
id: 5b1b30a9-0a52-4d40-9d6e-0d1f8a1d6b10
name: granted
level: low
logsource: {product: okta, service: okta}
detection: {it: {eventType: user.account.privilege.grant}, condition: it}
";

/// What stands under `correlation:`, without group and timespan. `N` is a small number.
const SHAPES: [&str; 20] = [
    "type: event_count, rules: [started, answered], condition: {gte: N}, raise: [{level: critical, gte: 4}]",
    "type: event_count, rules: [started], condition: {eq: N}",
    "type: value_count, rules: [started, opened], condition: {field: client.ipAddress, gte: N}",
    "type: value_count, rules: [started], condition: {field: ['target[User].id', client.ipAddress], gte: N}",
    "type: value_sum, rules: [answered, started], condition: {field: client.bytes, gt: N}",
    "type: value_median, rules: [opened, started], condition: {field: client.bytes, lt: N}",
    "type: value_percentile, rules: [started], condition: {field: client.bytes, percentile: 75, gt: N}",
    "type: temporal, rules: [started, answered, opened], condition: {gte: 2}",
    "type: temporal, rules: [started, answered, opened], condition: 'started and not opened'",
    "type: temporal_ordered, rules: [started, answered, opened]",
    "type: temporal_ordered, rules: [started, answered, opened], condition: {gte: 2}",
    "type: new_value, rules: [started, answered], field: client.ipAddress, min-history: 0s, min-events: N, probation: 1m",
    "type: rare_value, rules: [started], field: 'target[User].id', history: 10m, min-events: N, condition: {lte: 2}",
    "type: absence, rules: [started, answered], lookback: 5s",
    "type: impossible_travel, rules: [started, opened], condition: {gt: 900}",
    "type: baseline, rules: [started], bucket: 1m, history: 1h, floor: 1, min-samples: 1, condition: {gt: 0.5}",
    "type: baseline, rules: [started, opened], field: client.ipAddress, bucket: 1m, history: 1h, method: mean, floor: 1, min-samples: 1, condition: {gt: 0.5}",
    "type: ratio, rules: [started, opened], aggregates: {a: {rule: started}, b: {rule: opened, distinct: client.ipAddress}, c: {rule: started, sum: client.bytes}}, condition: a >= N and (b < a or c > 9)",
    "type: time_slot, rules: [started], slot: {zone: UTC, days: [mon], hours: '09:01-09:03'}, condition: inside",
    "type: score, rules: [started, answered, opened], weights: {started: 40, answered: 30, opened: 20}, condition: {gte: 60}",
];

/// Shapes that name their groups themselves.
const SEQUENCES: [&str; 3] = [
    "type: sequence, rules: [started, answered, opened], stages: [\
     {rule: started, bind: {who: entity.user, ip: client.ipAddress}}, \
     {rule: answered, match: {who: entity.user}, differ: {ip: client.ipAddress}}, \
     {rule: opened, match: {who: entity.user}, within: 30s}], group-by: [who]",
    "type: sequence, rules: [started, answered, opened], condition: {gte: 2}, stages: [\
     {rule: started, bind: {who: entity.user}}, \
     {rule: answered, match: {who: entity.user}, bind: {ip: client.ipAddress}}, \
     {rule: opened, match: {ip: client.ipAddress}}], group-by: [who], raise: [{level: critical, gte: 3}]",
    "type: sequence, rules: [started], stages: [\
     {rule: started, bind: {who: entity.user}}, {rule: started, match: {who: entity.user}}], group-by: [who]",
];

const GROUPS: [&str; 5] = [
    "",
    "group-by: [entity.user], ",
    "group-by: [client.ipAddress], ",
    "group-by: ['target[User].id', entity.user], ",
    "group-by: [entity.token], ",
];

const LEVELS: [&str; 3] = [
    "",
    "levels:\n  - {when: {user.admin: 'yes'}, level: high}\n",
    "levels:\n  - {when: {user.admin: 'yes'}, level: none}\n",
];

/// Rules by text, each a document that stands on [`BASES`] or on the one before it.
#[derive(Debug, Clone)]
pub(super) struct Rules(pub(super) Vec<String>);

impl Rules {
    /// The file that holds them.
    pub(super) fn text(&self) -> String {
        self.0.concat() + BASES
    }
}

/// An alerting rule.
pub(super) fn rule(number: usize, levels: &str, correlation: &str) -> String {
    format!(
        "---\ntitle: Rule {number}\nid: 0d4e7b52-6f5d-4a55-8f43-5d2a6f3c1b{number:02}\nname: r{number}\n\
         level: medium\n{levels}correlation: {{{correlation}}}\n"
    )
}

/// One rule of each type.
pub(super) fn all_types(n: usize, group: &str, timespan: &str) -> Rules {
    let grouped = SHAPES.iter().map(|shape| format!("{group}{}", number_in(shape, n)));
    let all = grouped.chain(SEQUENCES.iter().map(|&shape| shape.to_owned()));
    let all = all.map(|shape| format!("{shape}, timespan: {timespan}"));
    Rules(all.enumerate().map(|(number, text)| rule(number, "", &text)).collect())
}

/// A few rules, with one over the first of them now and then.
pub(super) fn rules() -> impl Strategy<Value = Rules> {
    let one = (correlation(), select(&LEVELS[..]));
    (vec(one, 1..4), 0..5_u8).prop_map(|(mut all, chain)| {
        let outer = match chain {
            0 => {
                "type: event_count, rules: [r0], timespan: 5m, condition: {gte: 2}, generate: true"
            }
            1 => "type: temporal_ordered, rules: [r0, opened], timespan: 2m",
            2 => "type: temporal, rules: [opened, r0], timespan: 2m, generate: true",
            _ => "",
        };
        if !outer.is_empty() {
            all.push((outer.to_owned(), ""));
        }
        let text = |(number, (it, levels)): (usize, &(String, &str))| rule(number, levels, it);
        Rules(all.iter().enumerate().map(text).collect())
    })
}

fn correlation() -> impl Strategy<Value = String> {
    let span = || select(vec!["5s", "10s", "1m", "10m"]);
    let grouped = (select(&SHAPES[..]), select(&GROUPS[..]), 1..4_usize, span()).prop_map(
        |(shape, group, n, span)| {
            let mut text = format!("{group}{}", number_in(shape, n));
            let _ = write!(text, ", timespan: {span}");
            text
        },
    );
    let sequence =
        (select(&SEQUENCES[..]), span()).prop_map(|(it, span)| format!("{it}, timespan: {span}"));
    prop_oneof![6 => grouped, 1 => sequence]
}

fn number_in(shape: &str, n: usize) -> String {
    shape.replace(": N", &format!(": {n}")).replace("= N", &format!("= {n}"))
}
