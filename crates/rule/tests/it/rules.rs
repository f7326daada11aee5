//! What becomes of documents: names, ids, filters, other forms, parts left out.

use rule::{Attack, Level, Lists, Loaded, Rule, Severity, SourceFile, load};

const HEAD: &str = "level: low\nlogsource: {product: okta}\n";

fn load_one(path: &str, text: &str) -> Loaded {
    load(&[SourceFile { path, text }], &Lists::default())
}

fn no_errors(loaded: &Loaded) {
    let errors = loaded.diagnostics.iter().filter(|(_, said)| said.severity == Severity::Error);
    assert_eq!(errors.collect::<Vec<_>>(), Vec::<&(usize, _)>::new());
}

fn rule(text: &str) -> Rule {
    let mut loaded = load_one("rules/okta/some_rule.yml", text);
    no_errors(&loaded);
    assert_eq!(loaded.rules.len(), 1);
    loaded.rules.remove(0)
}

#[test]
fn names_come_from_the_file_or_the_key() {
    let detection = "detection: {a: {b: c}, condition: a}\n";
    let documents = [
        format!("title: one\n{HEAD}{detection}"),
        format!("title: two\nname: named\nid: some-id\n{HEAD}{detection}"),
        format!("title: three\n{HEAD}{detection}"),
    ];
    let loaded = load_one(r"C:\rules\some_rule.yaml", &documents.join("---\n"));
    let shown: Vec<_> =
        loaded.rules.iter().map(|rule| (rule.name.as_str(), rule.id.as_str())).collect();
    assert_eq!(
        shown,
        [("some_rule", "some_rule"), ("named", "some-id"), ("some_rule_3", "some_rule_3")]
    );
    assert!(load_one("a.test.yml", "nonsense: [").diagnostics.is_empty());
}

#[test]
fn everything_that_a_rule_says_is_kept() {
    let rule = rule(
        r"
title: ' Token created '
id: b026ff62-edf1-4595-883a-51ed04e92448
status: test
description: |
  What happened.
explanation: why
references: [https://developer.okta.com/docs/]
author: [Maren, Holt]
date: 2026-11-22
tags: [attack.initial-access, attack.t1098.001, cve.2026.1]
logsource: {product: okta, service: okta, definition: d}
detection: {a: {b: c}, condition: a}
falsepositives: one thing
response: [do, this]
prevention: [that]
level: High
related:
  - {id: other, type: derived}
splunk: index=main
seven: {deep: [1]}
",
    );
    assert_eq!((rule.title.as_str(), rule.level), ("Token created", Level::High));
    assert_eq!(rule.about.author.as_deref(), Some("Maren, Holt"));
    assert_eq!(rule.about.description.as_deref(), Some("What happened."));
    assert_eq!(rule.about.falsepositives, ["one thing"]);
    assert_eq!(rule.about.related, [("other".to_owned(), "derived".to_owned())]);
    let custom: Vec<_> = rule.about.custom.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(custom, ["splunk", "seven"]);
    let (tactics, techniques) = (vec!["initial-access".to_owned()], vec!["T1098.001".to_owned()]);
    assert_eq!(rule.attack, Attack { tactics, techniques });
    assert!(rule.portable && rule.is_runnable());
    assert_eq!(rule.product(), Some(catalog::Product::Okta));
}

#[test]
fn files_in_the_form_of_oktas_catalogue_are_rules() {
    let runnable = rule(
        r#"
title: A token was made
id: 0123456789abcdef0123456789abcdef
author: [Somebody]
created_date: '2026-01-02'
modified_date: '2026-03-04'
threat:
  Tactic: [Persistence]
  Technique:
    - T1098.001: Additional Cloud Credentials
    - T1078 Valid Accounts
detection:
  okta_systemlog:
    OIE:
      - eventType eq "system.api_token.create"
    Classic: |
      eventType eq "system.api_token.revoke"
    datadog: source:okta
  splunk: index=main
false_positives: [new tokens]
"#,
    );
    assert_eq!(runnable.id, "0123456789abcdef0123456789abcdef");
    assert_eq!(runnable.level, Level::Medium);
    assert_eq!(runnable.about.date.as_deref(), Some("2026-01-02"));
    assert_eq!(runnable.about.modified.as_deref(), Some("2026-03-04"));
    assert_eq!(runnable.about.falsepositives, ["new tokens"]);
    assert_eq!(runnable.attack.techniques, ["T1098.001", "T1078"]);
    assert_eq!(runnable.attack.tactics, ["persistence"]);
    assert_eq!(runnable.product(), Some(catalog::Product::Okta));
    assert_eq!(
        runnable.notes,
        [
            "matches what any engine's filter matches: OIE, Classic",
            "logic for splunk, datadog is ignored"
        ]
    );
    assert_eq!(runnable.stages().len(), 2);

    let listed = rule(
        "title: For another tool\nid: needed\ndetection:\n  explanation: x\n  splunk: index=main\n  \
         false_positives: [one]\n",
    );
    assert_eq!(listed.not_runnable.as_deref(), Some("the file holds logic for splunk only"));
    assert_eq!(listed.id, "some_rule");
    assert_eq!(listed.about.falsepositives, ["one"]);
    assert!(listed.stages().is_empty() && listed.mutants().is_empty());
}

#[test]
fn filters_narrow_the_rules_they_name() {
    let text = format!(
        "title: narrowed\nname: narrowed\n{HEAD}detection: {{a: {{b: c}}, condition: a}}\n---\n\
         title: other\nname: other\n{HEAD}detection: {{a: {{b: c}}, condition: a}}\n---\n\
         title: known\nname: known\nlogsource: {{product: okta}}\nfilter:\n  rules: [Narrowed]\n  \
         k: {{d: e}}\n  condition: not k\n---\n\
         title: every\nname: every\nfilter:\n  rules: any\n  k: {{f: g}}\n  condition: not k\n"
    );
    let loaded = load_one("t.yml", &text);
    no_errors(&loaded);
    let shown: Vec<_> = loaded
        .rules
        .iter()
        .map(|rule| format!("{} {:?} {:?}", rule.name, rule.filters, rule.expr))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    narrowed ["known", "every"] All([Test(Test { field: `b`, check: Match([Text { needle: "c", position: Whole, case: Insensitive }]) }), Not(Test(Test { field: `d`, check: Match([Text { needle: "e", position: Whole, case: Insensitive }]) })), Not(Test(Test { field: `f`, check: Match([Text { needle: "g", position: Whole, case: Insensitive }]) }))])
    other ["every"] All([Test(Test { field: `b`, check: Match([Text { needle: "c", position: Whole, case: Insensitive }]) }), Not(Test(Test { field: `f`, check: Match([Text { needle: "g", position: Whole, case: Insensitive }]) }))])
    "#);
    let mutants: Vec<_> =
        loaded.rules[0].mutants().iter().map(|m| format!("{} {:?}", m.what, m.expr)).collect();
    insta::assert_snapshot!(mutants.join("\n"), @r#"
    a All([Const(true), Not(Test(Test { field: `d`, check: Match([Text { needle: "e", position: Whole, case: Insensitive }]) })), Not(Test(Test { field: `f`, check: Match([Text { needle: "g", position: Whole, case: Insensitive }]) }))])
    b All([Const(true), Not(Test(Test { field: `d`, check: Match([Text { needle: "e", position: Whole, case: Insensitive }]) })), Not(Test(Test { field: `f`, check: Match([Text { needle: "g", position: Whole, case: Insensitive }]) }))])
    "#);
}

#[test]
fn placeholders_say_where_their_values_come_from() {
    let text = format!(
        "title: t\n{HEAD}lists: {{own: [a, b], both: [c], none: []}}\ndetection:\n  s:\n    \
         a|expand: ['%own%', '%both%']\n    b|expand: '%none%'\n    c|expand: '%given%'\n  \
         condition: s\n"
    );
    let lists = [("both", vec!["x".to_owned()]), ("given", vec![]), ("unused", vec![])];
    let loaded = load(&[SourceFile { path: "t.yml", text: &text }], &Lists::from_iter(lists));
    no_errors(&loaded);
    let rule = &loaded.rules[0];
    let shown: Vec<_> = rule
        .placeholders
        .iter()
        .map(|bound| format!("{} {:?} {}", bound.name, bound.from, bound.n_values))
        .collect();
    assert_eq!(shown, ["both Lists 1", "given Lists 0", "none Rule 0", "own Rule 2"]);
    assert_eq!(rule.empty_lists().collect::<Vec<_>>(), ["given", "none"]);
}

/// Detectors ask a test once for all rules, and know tests by how they print.
#[test]
fn tests_that_differ_print_differently() {
    let items = [
        "f: x",
        "f|cased: x",
        "f|contains: x",
        "f|re: x",
        "f|re|i: x",
        "f|re|m: x",
        "f|re|s: x",
        "f|re|i|m|s: x",
        "f: x*y",
        "f|cased: x*y",
        "f: 5",
        "f: '5'",
        "f|gt: 5",
        "f|gte: 5",
        "f: true",
        "f: 'true'",
        "f: null",
        "f|exists: true",
        "f|hour: 5",
        "f|minute: 5",
        "f|hour|gt: 5",
        "f|cidr: 192.0.2.5",
        "f: 192.0.2.5",
        "f|fieldref: x",
        "f|fieldref|cased: x",
        "f|fieldref|contains: x",
        "g: x",
        "f|neq: x",
        "f: [x, y]",
        "f|all: [x, y]",
    ];
    let mut printed: Vec<_> = items
        .iter()
        .map(|item| {
            let text = format!("title: t\n{HEAD}detection:\n  s:\n    {item}\n  condition: s\n");
            format!("{:?}", rule(&text).expr)
        })
        .collect();
    printed.sort();
    printed.dedup();
    assert_eq!(printed.len(), items.len(), "{printed:#?}");
}

#[test]
#[expect(clippy::too_many_lines, reason = "nearly all of it is the text that is expected")]
fn a_rule_is_taken_apart_into_stages() {
    let rule = rule(&format!(
        "title: t\n{HEAD}sigma-version: 3\ndetection:\n    created:\n        eventType: [b, a]\n        \
         outcome.result|neq|contains: X\n    of_user:\n      target[any]:\n        type: User\n    \
         anywhere: [word]\n    condition: created and (of_user or anywhere)\n"
    ));
    assert!(!rule.portable);
    insta::assert_debug_snapshot!(rule.stages(), @r#"
    [
        Stage {
            name: "condition",
            text: "created and (of_user or anywhere)",
            indicators: [],
        },
        Stage {
            name: "created",
            text: "created:\n    eventType: [b, a]\n    outcome.result|neq|contains: X",
            indicators: [
                Indicator {
                    field: "eventType",
                    operator: "eq",
                    values: [
                        "a",
                        "b",
                    ],
                },
                Indicator {
                    field: "outcome.result",
                    operator: "not contains",
                    values: [
                        "X",
                    ],
                },
            ],
        },
        Stage {
            name: "of_user",
            text: "of_user:\n  target[any]:\n    type: User",
            indicators: [
                Indicator {
                    field: "target[any].type",
                    operator: "eq",
                    values: [
                        "User",
                    ],
                },
            ],
        },
        Stage {
            name: "anywhere",
            text: "anywhere: [word]",
            indicators: [
                Indicator {
                    field: "*",
                    operator: "contains",
                    values: [
                        "word",
                    ],
                },
            ],
        },
    ]
    "#);
    let parts: Vec<_> = rule.mutants().iter().map(|mutant| mutant.what.clone()).collect();
    assert_eq!(
        parts,
        [
            "created",
            "eventType",
            "outcome.result",
            "of_user",
            "target",
            "type",
            "anywhere",
            "keywords"
        ]
    );
}

proptest::proptest! {
    #[test]
    fn loading_never_panics(text in "\\PC*") {
        load_one("t.yml", &text);
    }

    #[test]
    fn loading_never_panics_on_near_rules(
        text in "(title: t\n|level: low\n|logsource: \\{product: okta\\}\n|detection:\n|  a:\n|    b\\|re: '\\('\n|    target\\[any\\]: \\{x: y\\}\n|    c\\|expand: '%x%'\n|    - d: \\{e\\}\n|  condition: a\n|  condition: \\[a, 1 of \\*\\]\n|  filter: 'a eq '\n|filter:\n|  rules: \\[a\\]\n|---\n|sigma-version: 3\n|lists: \\{x: \\[1\\]\\}\n|    okta_systemlog: \\{OIE: a pr\\}\n|é|\\||: ){0,20}"
    ) {
        for rule in load_one("t.yml", &text).rules {
            rule::lint(&rule);
            rule.stages();
            rule.mutants();
        }
    }
}
