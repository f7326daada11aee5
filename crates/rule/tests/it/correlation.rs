//! Rules with memory: what they become.

use std::fmt::Write;

use rule::correlation::Memory;
use rule::{Lists, Loaded, Rule, SourceFile, load};

fn load_one(text: &str) -> Loaded {
    load(&[SourceFile { path: "t.yml", text }], &Lists::default())
}

fn said(loaded: &Loaded) -> Vec<String> {
    loaded.diagnostics.iter().map(|(_, said)| format!("{} {}", said.code, said.message)).collect()
}

/// One line of what a correlation asks.
fn line(rule: &Rule) -> String {
    let mut line = format!("{}: ", rule.name);
    match &rule.correlation {
        None => {
            write!(line, "{:?}", rule.expr).unwrap();
        }
        Some(correlation) => {
            write!(line, "{:?} by {:?}", correlation.test, correlation.group_by).unwrap();
        }
    }
    line
}

const EVERY: &str = include_str!("../../testdata/correlations/every_type.yml");

#[test]
fn every_type_is_read() {
    let loaded = load_one(EVERY);
    assert_eq!(said(&loaded), [""; 0]);
    let lines: Vec<_> = loaded.rules.iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

const START: &str = "---\ntitle: start\nname: start\nlogsource: {product: okta, service: okta}\n\
                     detection: {s: {eventType: user.session.start}, condition: s}\n";

fn count(name: &str, more: &str) -> String {
    format!(
        "---\ntitle: {name}\nname: {name}\nlevel: low\ncorrelation: {{type: event_count, rules: \
         [start], timespan: 1h, condition: {{gte: 5}}{more}}}\n"
    )
}

fn alerting(loaded: &Loaded) -> Vec<&str> {
    loaded.rules.iter().filter(|rule| rule.alerts).map(|rule| rule.name.as_str()).collect()
}

#[test]
fn rules_that_are_counted_do_not_alert() {
    let check = |correlations: &[String], names: &[&str], n_said| {
        let loaded = load_one(&format!("{}{START}", correlations.concat()));
        assert_eq!(alerting(&loaded), names);
        assert_eq!(said(&loaded).len(), n_said, "{:?}", said(&loaded));
    };
    check(&[count("a", "")], &["a"], 0);
    check(&[count("a", ", generate: false")], &["a"], 0);
    // What alerts by itself is asked for its level.
    check(&[count("a", ", generate: true")], &["a", "start"], 1);
    check(&[count("a", ""), count("b", ", generate: true")], &["a", "b", "start"], 1);
    // Where Sigma's schema has it.
    check(&[format!("{}generate: true\n", count("a", ""))], &["a", "start"], 1);
    // A rule that is counted stays silent even where the count has mistakes.
    check(&[count("a", ", lookback: 5m")], &[], 1);
}

#[test]
fn correlations_are_for_the_logs_of_their_rules() {
    let other = START.replace("start\n", "other\n").replace("service: okta", "service: other");
    let text = count("a", "").replace("[start]", "[start, other]");
    let loaded = load_one(&format!("{text}{START}{other}"));
    assert_eq!(said(&loaded), [""; 0]);
    let source = &loaded.rules[0].log_source;
    assert_eq!((source.product.as_deref(), source.service.as_deref()), (Some("okta"), None));
}

#[test]
fn rules_of_the_same_file_go_before_others() {
    let inside = format!("{}{START}", count("inside", ""));
    let outside = START
        .replace("session.start", "session.end")
        .replace("name: start", "name: start\nid: other");
    let files = [("a.yml", outside.as_str()), ("b.yml", inside.as_str())];
    let loaded = load(&files.map(|(path, text)| SourceFile { path, text }), &Lists::default());
    let correlation = loaded.rules.iter().find_map(|rule| rule.correlation.as_ref()).unwrap();
    assert_eq!(correlation.sources[0].id, "start");
    let by_id = inside.replace("[start]", "[other]");
    let files = [("a.yml", outside.as_str()), ("b.yml", by_id.as_str())];
    let loaded = load(&files.map(|(path, text)| SourceFile { path, text }), &Lists::default());
    let correlation = loaded.rules.iter().find_map(|rule| rule.correlation.as_ref()).unwrap();
    assert_eq!(correlation.sources[0].id, "other");
}

#[test]
fn lists_of_a_correlation_fill_the_rules_of_its_file() {
    let base =
        START.replace("user.session.start}", "user.session.start, actor.id|expand: '%who%'}");
    let text = format!("{}lists: {{who: [a, b]}}\n{base}", count("a", ""));
    let loaded = load_one(&text);
    assert_eq!(said(&loaded), [""; 0]);
    let names = |rule: &Rule| rule.placeholders.iter().map(|b| b.name.clone()).collect::<Vec<_>>();
    assert!(loaded.rules.iter().all(|rule| names(rule) == ["who"]));
}

#[test]
fn filters_that_name_a_correlation_narrow_what_it_counts() {
    let filter = "---\ntitle: known\nname: known\nlogsource: {product: okta}\n\
                  filter: {rules: [b], k: {actor.id: a}, condition: not k}\n";
    let outer = count("b", "").replace("[start]", "[a]");
    let loaded = load_one(&format!("{outer}{}{START}{filter}", count("a", "")));
    assert_eq!(said(&loaded), [""; 0]);
    let filters: Vec<_> = loaded.rules.iter().map(|rule| rule.filters.len()).collect();
    assert_eq!(filters, [0, 0, 1]);
    let any = filter.replace("[b]", "any");
    let loaded = load_one(&format!("{outer}{}{START}{any}", count("a", "")));
    let filters: Vec<_> = loaded.rules.iter().map(|rule| rule.filters.len()).collect();
    assert_eq!(filters, [0, 0, 1]);
}

#[test]
fn what_other_tools_cannot_read_is_not_portable() {
    let loaded = load_one(EVERY);
    let portable = loaded.rules.iter().filter(|rule| rule.portable);
    let names: Vec<_> = portable.map(|rule| rule.name.as_str()).collect();
    assert_eq!(names, ["fail"]);
    let loaded = load_one(&format!("{}{START}", count("a", ", group-by: [actor.id]")));
    assert!(loaded.rules.iter().all(|rule| rule.portable));
}

#[test]
fn questions_are_taken_out_of_the_event() {
    let rule = |selection: &str, condition: &str| {
        let text = format!(
            "title: t\nlevel: low\nlogsource: {{product: okta}}\ndetection:\n  s: \
             {{eventType: x}}\n  t: {{{selection}}}\n  condition: {condition}\n"
        );
        let mut loaded = load_one(&text);
        assert_eq!(said(&loaded), [""; 0], "{text}");
        loaded.rules.remove(0)
    };
    let check = |selection: &str, condition: &str, answers: &[&str], expected: bool| {
        let rule = rule(selection, condition);
        assert!(!rule.portable);
        let holds = rule.asks.iter().all(|ask| ask.holds(answers.iter().copied()));
        assert_eq!(holds, expected, "{selection} {condition} {answers:?}");
        let expr = format!("{:?}", rule.expr);
        assert!(expr.contains("eventType") && !expr.contains("admin"), "{expr}");
    };
    check("user.admin: 'yes'", "s and t", &["yes"], true);
    check("user.admin: yes", "all of them", &["no"], false);
    check("User.Admin: [no, unknown]", "s and t", &["unknown"], true);
    check("user.admin: 'yes'", "s and not t", &["unknown"], true);
    check("user.admin|neq: 'yes'", "s and t", &["yes"], false);
    check("target_user.admin_roles|contains: help", "s and t", &["Help Desk", "x"], true);
    check("user.admin_roles|all: [a, b]", "s and t", &["b", "a"], true);
    check("user.admin_roles|all: [a, b]", "s and t", &["b"], false);
    check("user.admin_roles: [a, b]", "s and not t", &[], true);
    check("user.admin_roles: [a, b]", "s and not t", &["b", "c"], false);
}

#[test]
fn levels_are_decided_as_far_as_they_can_be() {
    let text = format!(
        "title: t\nlevel: low\nlevels:\n  - {{when: {{tenant.unused: [workflows, device_code], \
         user.admin: 'no'}}, level: none}}\n  - {{when: {{target_user.admin_roles|contains: a, \
         user.admin: 'yes'}}, level: high}}\n{}",
        START.split_once("name: start\n").unwrap().1
    );
    let shown = |lists: Lists| {
        let loaded = load(&[SourceFile { path: "t.yml", text: &text }], &lists);
        assert_eq!(said(&loaded), [""; 0]);
        let levels = loaded.rules[0].levels.clone();
        levels.iter().map(|case| (case.when.len(), case.level)).collect::<Vec<_>>()
    };
    let high = (2, Some(rule::Level::High));
    assert_eq!(shown(Lists::default()), [high]);
    let unused = [("unused_features", vec!["Device_Code".to_owned()])];
    assert_eq!(shown(Lists::from_iter(unused)), [(1, None), high]);
}

#[test]
fn every_part_of_a_correlation_can_be_left_out() {
    let loaded = load_one(EVERY);
    let mut lines = Vec::new();
    for rule in loaded.rules.iter().filter(|rule| rule.correlation.is_some()) {
        let correlation = rule.correlation.as_deref().unwrap();
        let n_sources = |key: &rule::correlation::Key| key.fields.len();
        let mutants = rule.mutants();
        let mut shown: Vec<_> =
            mutants.iter().map(|m| format!("{:?}", m.correlation.as_deref().unwrap())).collect();
        shown.push(format!("{correlation:?}"));
        shown.sort();
        let n_shown = shown.len();
        shown.dedup();
        assert_eq!(shown.len(), n_shown, "{} has two that are the same", rule.name);
        for mutant in &mutants {
            let left = mutant.correlation.as_deref().unwrap();
            assert!(left.group_by.iter().all(|key| n_sources(key) == left.sources.len()));
            let text = &EVERY[mutant.span.range()];
            lines.push(format!(
                "{}: {} [{}]",
                rule.name,
                mutant.what,
                text.lines().next().unwrap()
            ));
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_question_can_be_left_out() {
    let loaded = load_one(EVERY);
    let rule = loaded.rules.iter().find(|rule| rule.name == "ok").unwrap();
    let left: Vec<_> = rule
        .mutants()
        .into_iter()
        .map(|mutant| (mutant.what, mutant.asks.map(|asks| asks.len())))
        .collect();
    let all = |what: &str| (what.to_owned(), None);
    let one = |what: &str| (what.to_owned(), Some(1));
    assert_eq!(
        left,
        [all("s"), all("eventType"), one("target_user.admin"), one("user.admin_roles")]
    );
}

#[test]
fn correlations_are_told_in_words() {
    let loaded = load_one(EVERY);
    let mut lines = Vec::new();
    for rule in loaded.rules.iter().filter(|rule| rule.correlation.is_some()) {
        lines.push(rule.name.clone());
        lines.extend(rule.stages().iter().map(|stage| format!("  {}: {}", stage.name, stage.text)));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn lists_that_questions_ask_for_are_not_idle() {
    let given = ["admins", "super_admins", "unused_features", "other"];
    let lists = Lists::from_iter(given.map(|name| (name, vec!["x".to_owned()])));
    let loaded = load(&[SourceFile { path: "t.yml", text: EVERY }], &lists);
    let asked = |name: &str| {
        let rule = loaded.rules.iter().find(|rule| rule.name == name).unwrap();
        rule.placeholders.iter().map(|bound| bound.name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(asked("fail"), [""; 0]);
    assert_eq!(asked("write"), ["admins", "super_admins"]);
    assert_eq!(asked("t_count"), ["admins", "super_admins", "unused_features"]);
}

/// Correlations that each count the one before; the first counts a rule.
fn chain(length: usize, names: &[&str]) -> String {
    let mut text = String::new();
    for level in 0..length {
        for name in names {
            let below: Vec<_> =
                names.iter().map(|name| format!("{name}{}", level - 1.min(level))).collect();
            let below = if level == 0 { "start".to_owned() } else { below.join(", ") };
            let rule = count(&format!("{name}{level}"), "");
            text += &rule.replace("[start]", &format!("[{below}]"));
        }
    }
    format!("{text}{START}")
}

#[test]
fn chains_are_bounded_in_whatever_order_they_stand() {
    let check = |text: &str, n_said: usize| {
        let loaded = load_one(text);
        assert_eq!(said(&loaded).len(), n_said, "{:?}", said(&loaded));
    };
    check(&chain(16, &["a"]), 0);
    check(&chain(17, &["a"]), 1);
    let turned = |text: &str| {
        let mut documents: Vec<_> = text.split("---\n").collect();
        documents.reverse();
        documents.join("---\n")
    };
    check(&turned(&chain(16, &["a"])), 0);
    check(&turned(&chain(17, &["a"])), 1);
    // Two ways from each to the next are as many as 2 to the power of 16.
    let filter = "---\ntitle: f\nfilter: {rules: [a15], k: {x: y}, condition: not k}\n";
    check(&format!("{}{filter}", chain(16, &["a", "b"])), 0);
}

/// A rule file of what an example shows: what it leaves out, and a rule for each that it names.
fn completed(example: &str) -> String {
    let has = |key: &str| example.lines().any(|line| line.starts_with(key));
    let mut text = example.to_owned();
    let detection = "logsource: {product: okta}\ndetection: {s: {a: b}, condition: s}\n";
    for (key, line) in [("title:", "title: t\n"), ("level:", "level: low\n")] {
        if !has(key) {
            text += line;
        }
    }
    if has("detection:") {
        text += "logsource: {product: okta}\n";
    } else if !has("correlation:") {
        text += detection;
    }
    let rules = example.lines().find_map(|line| line.trim().strip_prefix("rules: ["));
    let words = rules.map(|rules| rules.trim_end_matches(']').split(", ")).into_iter().flatten();
    for word in words.filter(|word| !has(&format!("name: {word}"))) {
        text += &START.replace("start\n", &format!("{word}\n"));
    }
    text
}

#[test]
fn examples_of_the_documentation_load() {
    let page = include_str!("../../../../docs/correlations.md");
    let examples = page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut n_correlations = 0;
    for example in examples {
        let text = if example.starts_with("title:") { example } else { &completed(example) };
        let loaded = load_one(text);
        assert_eq!(said(&loaded), [""; 0], "{text}");
        n_correlations += loaded.rules.iter().filter(|rule| rule.correlation.is_some()).count();
    }
    assert_eq!(n_correlations, 10);
}

#[test]
fn slots_over_midnight_belong_to_the_day_on_which_they_begin() {
    let check = |slot: &str, times: &[(&str, bool)]| {
        let text = format!(
            "title: t\nlevel: low\ncorrelation: {{type: time_slot, rules: [start], slot: {{{slot}}}, \
             condition: inside}}\n{START}"
        );
        let loaded = load_one(&text);
        assert_eq!(said(&loaded), [""; 0]);
        let Memory::TimeSlot(slot) = &loaded.rules[0].correlation.as_ref().unwrap().test else {
            panic!("{text}");
        };
        for (time, expected) in times {
            assert_eq!(slot.contains(time.parse().unwrap()), *expected, "{slot:?} {time}");
        }
    };
    check(
        "zone: europe/berlin, days: [fri], hours: '22:00-06:00'",
        &[
            ("2026-11-06T20:59:59Z", false),
            ("2026-11-06T21:00:00Z", true),
            ("2026-11-07T04:59:59Z", true),
            ("2026-11-07T05:00:00Z", false),
            // The night before belongs to Thursday.
            ("2026-11-06T04:00:00Z", false),
            ("2026-11-07T21:30:00Z", false),
            // Summer time.
            ("2026-07-03T20:00:00Z", true),
            ("2026-07-03T19:59:59Z", false),
        ],
    );
    check("days: [sun]", &[("2026-11-08T00:00:00Z", true), ("2026-11-09T00:00:00Z", false)]);
    let evening = [("2026-11-08T23:59:59Z", true), ("2026-11-09T00:00:00Z", false)];
    check("days: [sat-mon], hours: '18:00-24:00'", &evening);
}

#[test]
fn cases_of_levels_are_told_in_words() {
    let loaded = load_one(EVERY);
    let texts: Vec<_> = loaded.rules[0].levels.iter().map(|case| case.text.as_str()).collect();
    assert_eq!(texts, ["target_user.admin is yes and user.admin_roles contains super"]);
}

proptest::proptest! {
    #[test]
    fn loading_never_panics_on_near_correlations(
        text in "(title: t\n|correlation:\n|  type: (event_count|value_count|temporal|sequence|ratio|score|absence|new_value|time_slot)\n|  rules: \\[(start|t|start, t)\\]\n|  group-by: \\[(a|entity.user|entity.x)\\]\n|  timespan: (5m|0s|5)\n|  condition: (\\{gte: (1|x|-1)\\}|start and not t|a > 1|outside)\n|  field: \\[a, b\\]\n|  weights: \\{start: 5, t: 1\\}\n|  aggregates: \\{a: \\{rule: start\\}\\}\n|  stages: \\[\\{rule: start, bind: \\{u: a\\}\\}, \\{rule: t, match: \\{u: b\\}\\}\\]\n|  slot: \\{hours: '07:00-06:00'\\}\n|  raise: \\[\\{level: high, gte: 3\\}\\]\n|levels:\n|  - \\{when: \\{user.admin: 'yes'\\}, level: none\\}\n|---\n|name: t\n){0,14}"
    ) {
        let text = format!("{text}\n{START}");
        for rule in load_one(&text).rules {
            rule::lint(&rule);
            rule.stages();
            for mutant in rule.mutants() {
                assert!(text.get(mutant.span.range()).is_some());
            }
        }
    }
}
