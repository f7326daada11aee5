use super::*;

/// The logic in short, or the mistakes with their places.
fn check(text: &str) -> String {
    let mut out = Vec::new();
    let expression = parse(text, &Origin::whole(text), &mut out);
    if let Some(expression) = expression {
        assert_eq!(out, []);
        show(&expression.logic, &expression.tests)
    } else {
        let line = |diagnostic: &Diagnostic| {
            let (start, end) = (diagnostic.span().start, diagnostic.span().end);
            let help = diagnostic.help.iter().map(|help| format!(" ({help})"));
            let help: String = help.collect();
            format!("{start}..{end} {} {}{help}", diagnostic.code, diagnostic.message)
        };
        assert!(!out.is_empty());
        out.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

fn show(part: &Part, tests: &[FilterTest]) -> String {
    let all =
        |parts: &[Part]| parts.iter().map(|part| show(part, tests)).collect::<Vec<_>>().join(" ");
    match part {
        Part::All(parts) => format!("(and {})", all(parts)),
        Part::Any(parts) => format!("(or {})", all(parts)),
        Part::Not(_, inner) => format!("(not {})", show(inner, tests)),
        Part::Leaf(label, _) => {
            let test = tests.iter().find(|test| test.span == label.span).unwrap();
            format!("{}:{}:{}", test.field, test.operator, test.values.join("|"))
        }
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn and_binds_closer_than_or() {
    insta::assert_snapshot!(check(r#"a eq "1" or b eq "2" AND NOT c pr Or (d sw "x" or e pr) and f gt 5"#), @"(or a:eq:1 (and b:eq:2 (not c:pr:)) (and (or d:sw:x e:pr:) f:gt:5))");
    insta::assert_snapshot!(check(r"not not (a pr)"), @"(not (not a:pr:))");
}

#[test]
fn values_are_json() {
    insta::assert_snapshot!(check(r#"a in ["x", 1.5e3, true, NULL] and b co "\"N\":\"é\\\"" and c lt 2026-01-02T03:04:05Z"#), @r#"(and a:in:x|1.5e3|true|null b:co:"N":"é\" c:lt:2026-01-02T03:04:05Z)"#);
    insta::assert_snapshot!(check("a[0].b eq 1 and c[].d in[1] and \"okta.behaviors.New Device\" eq \"POSITIVE\" \t\n"), @"(and a[0].b:eq:1 c[].d:in:1 okta.behaviors.New Device:eq:POSITIVE)");
}

#[test]
fn every_mistake_is_said() {
    insta::assert_snapshot!(check(r#"a = "1" and b eq c or (d xx 1 and) and e in ["x" "y"] or f in [] or g"#), @r"
    2..3 S030 unknown operator `=` (write `eq`)
    17..18 S029 expected a value, found `c` (text stands in double quotes)
    25..27 S030 unknown operator `xx` (the operators are eq, ne, gt, ge, lt, le, sw, ew, co, pr, in)
    33..34 S029 expected the name of a field
    49..52 S029 expected `,` or `]`
    63..64 S029 expected a value
    69..69 S029 expected an operator such as `eq`, `sw` or `pr`
    ");
    insta::assert_snapshot!(check(r#"a eq 'x' and b eq "y"#), @r"
    5..8 S029 expected a value, found `'x'` (text stands in double quotes)
    18..20 S029 this text does not end
    ");
    insta::assert_snapshot!(check(r#"a eq "\x" or a sw 5 or a gt true"#), @r"
    5..9 S029 this text has an escape or a control character that JSON forbids
    13..19 S029 `sw` needs text, or a number where values have an order
    23..32 S029 `gt` needs text, or a number where values have an order
    ");
    insta::assert_snapshot!(check(r"a pr) and b xx 1"), @r"
    4..5 S029 this closes nothing
    12..14 S030 unknown operator `xx` (the operators are eq, ne, gt, ge, lt, le, sw, ew, co, pr, in)
    ");
    insta::assert_snapshot!(check(r"(a pr and b pr"), @"14..14 S029 expected `)`");
    insta::assert_snapshot!(check(r"a pr b pr or c == 1"), @r"
    5..6 S029 expected `and`, `or` or the end
    15..17 S030 unknown operator `==` (write `eq`)
    ");
    insta::assert_snapshot!(check(r#"emails[type eq "work"] pr"#), @"6..7 S029 filters in brackets are not part of this language");
    insta::assert_snapshot!(check(""), @"0..0 S029 expected the name of a field");
    insta::assert_snapshot!(check("()"), @"1..2 S029 expected the name of a field");
    insta::assert_snapshot!(check("and"), @r"
    0..3 S029 expected the name of a field
    3..3 S029 expected the name of a field
    ");
    insta::assert_snapshot!(check("a eq"), @"4..4 S029 expected a value");
}

#[test]
fn nesting_is_bounded() {
    insta::assert_snapshot!(check(&"(".repeat(100_000)), @"101..102 S031 nested deeper than 100 levels");
    insta::assert_snapshot!(check(&"not ".repeat(100_000)), @"404..407 S031 nested deeper than 100 levels");
    let deep = format!("{}a pr{}", "(".repeat(100), ")".repeat(100));
    assert_eq!(check(&deep), "a:pr:");
}

proptest::proptest! {
    #[test]
    fn reading_never_panics(text in "\\PC*") {
        parse_filter(&text);
    }

    #[test]
    fn reading_never_panics_on_near_misses(text in "(a|eq|in|pr|and|or|not|\\(|\\)|\\[|\\]|,|\"x\"|\"| |1|é|\\\\|xx|\n){0,40}") {
        let (expr, diagnostics) = parse_filter(&text);
        assert_eq!(expr.is_none(), crate::diagnostic::has_error(&diagnostics));
        for diagnostic in diagnostics {
            assert!(text.get(diagnostic.span().range()).is_some());
        }
    }
}
