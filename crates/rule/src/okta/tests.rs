mod mistakes;
mod properties;
mod semantics;

use super::*;
use crate::lists::Lists;
use crate::logic::Mutant;

/// The canonical form of a well-formed expression, which must be read back as the same tree.
fn printed(text: &str) -> String {
    let Parsed { tree, diagnostics } = read(text);
    let printed = tree.unwrap_or_else(|| panic!("{text}: {diagnostics:?}")).to_string();
    let again = read(&printed).tree.unwrap_or_else(|| panic!("{printed}"));
    assert_eq!(again.to_string(), printed);
    printed
}

#[test]
fn everything_has_one_form() {
    fn check(text: &str, expected: &str) {
        assert_eq!(printed(text), expected, "{text}");
    }
    check("eventType eq \"a.b\"", "eventType eq \"a.b\"");
    check("\u{a0}eventType\r\n\tEQ\n  \"a.b\"  ", "eventType eq \"a.b\"");
    check("a pr AND b Pr Or c pr", "a pr and b pr or c pr");
    check("a pr and (b pr or c pr)", "a pr and (b pr or c pr)");
    check("(a pr and b pr) or c pr", "a pr and b pr or c pr");
    check("a pr or (b pr or c pr)", "a pr or (b pr or c pr)");
    check("((a pr))and(((b pr)))", "a pr and b pr");
    check("not a pr and b pr", "not a pr and b pr");
    check("NOT(a pr and b pr)", "not (a pr and b pr)");
    check("not not (a pr)", "not not a pr");
    check("a in[\"x\",2 , true,null]", "a in [\"x\", 2, true, null]");
    check("a in[1]", "a in [1]");
    check(
        "target[0].id eq 1 or target.0.id eq -1.5e3",
        "target[0].id eq 1 or target.0.id eq -1.5e3",
    );
    check("a.b_c-$d[*].e{} eq NULL", "a.b_c-$d[*].e{} eq null");
    check("a eq TRUE", "a eq true");
    check(r#"a eq "\"\\\/\u0041\n\ud83d\ude00""#, r#"a eq "\"\\/A\u000a😀""#);
    check("in eq \"x\"", "in eq \"x\"");
    check("published gt \"2026-01-01T00:00:00Z\"", "published gt \"2026-01-01T00:00:00Z\"");
    check("a eq (\"x\" OR \"y\")", "a eq (\"x\" or \"y\")");
    check("a co (\"x\")", "a co \"x\"");
    check("a gt 2026-01-01T00:00:00+01:00", "a gt \"2026-01-01T00:00:00+01:00\"");
    check("\"a.New Device\" eq 1 and \"b\" pr", "\"a.New Device\" eq 1 and b pr");
    check(
        "\"and\" pr and \"in[0]\" pr and \"a@b\" pr",
        "\"and\" pr and \"in[0]\" pr and \"a@b\" pr",
    );
}

#[test]
fn places_are_those_of_the_text() {
    let text = "not a.b eq \"ü\" and c in [ 1 ]";
    let tree = read(text).tree.unwrap();
    let mut seen = Vec::new();
    tree.visit_predicates(&mut |predicate, negated| {
        let Predicate { attribute, operator, values, span } = predicate;
        seen.push(format!(
            "{negated} `{}` `{}` {} `{}`",
            &text[span.range()],
            &text[attribute.span.range()],
            operator.as_str(),
            &text[values[0].span.range()],
        ));
    });
    assert_eq!(seen, ["true `a.b eq \"ü\"` `a.b` eq `\"ü\"`", "false `c in [ 1 ]` `c` in `1`"]);
}

#[test]
fn parts_are_left_out() {
    fn check(text: &str, expected: &[(&str, &str, &str)]) {
        let tree = read(text).tree.unwrap();
        let left = |mutant: Mutant| (mutant.what, mutant.span, format!("{:?}", mutant.expr));
        let left: Vec<_> = tree.part(&|span| span).mutants().into_iter().map(left).collect();
        let expected = expected.iter().map(|(what, cut, left)| {
            let start = text.find(cut).unwrap();
            ((*what).to_owned(), Span::new(start, start + cut.len()), compiled(left))
        });
        assert_eq!(left, expected.collect::<Vec<_>>(), "{text}");
    }
    check("a pr", &[("a", "a pr", "")]);
    check("not a pr", &[("not", "not", "a pr"), ("a", "a pr", "")]);
    check("a pr and b pr", &[("a", "a pr", "b pr"), ("b", "b pr", "a pr")]);
    check(
        "a pr and not (b pr or c pr)",
        &[
            ("a", "a pr", "not (b pr or c pr)"),
            ("not", "not", "a pr and (b pr or c pr)"),
            ("b", "b pr", "a pr and not c pr"),
            ("c", "c pr", "a pr and not b pr"),
        ],
    );
    check(
        "a pr and b pr or c pr",
        &[
            ("alternative", "a pr and b pr", "c pr"),
            ("a", "a pr", "b pr or c pr"),
            ("b", "b pr", "a pr or c pr"),
            ("c", "c pr", "a pr and b pr"),
        ],
    );
}

#[test]
fn tests_are_listed_with_places_in_the_file() {
    let file = "filter: >-\n  a eq \"x\" and\n  not b in [1, null]\n";
    let document = &crate::yaml::parse(file).documents[0];
    let node = document.get("filter").unwrap();
    let mut out = Vec::new();
    let lists = Lists::default();
    let mut placeholders = Placeholders::new(&lists, Lists::default());
    let origin = node.origin(file);
    let expression = parse(node.text().unwrap(), &origin, &mut placeholders, &mut out).unwrap();
    assert_eq!(expression.text, "a eq \"x\" and not b in [1, null]");
    let shown = |test: &FilterTest| {
        let FilterTest { field, operator, values, span } = test;
        format!("{field} {operator} {values:?} `{}`", &file[span.range()])
    };
    let tests: Vec<_> = expression.tests.iter().map(shown).collect();
    assert_eq!(tests, [r#"a eq ["x"] `a eq "x"`"#, r#"b in ["1", "null"] `b in [1, null]`"#]);
}

/// How an expression compiles; the empty one matches every event.
fn compiled(text: &str) -> String {
    if text.is_empty() {
        return format!("{:?}", Expr::Const(true));
    }
    format!("{:?}", parse_filter(text).0.unwrap())
}

#[test]
fn the_guide_is_right() {
    let guide = include_str!("../../../../docs/okta-filters.md");
    let blocks: Vec<_> =
        guide.split("```okta\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() > 5);
    for text in blocks {
        let Parsed { tree, diagnostics } = read(text);
        assert_eq!(diagnostics, [], "{text}");
        assert_eq!(unknown_attributes(&tree.unwrap()), [], "{text}");
    }
}

#[test]
fn the_table_of_the_guide_is_right() {
    let guide = include_str!("../../../../docs/okta-filters.md");
    let table = guide.split("| Event |").nth(1).unwrap().split("\n\n").next().unwrap();
    let cells = |line: &str| -> Vec<String> {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
    };
    let mut lines = table.lines().map(cells);
    let expressions = lines.next().unwrap();
    let rows: Vec<_> = lines.skip(1).collect();
    assert_eq!(rows.len(), 6);
    for row in rows {
        for (text, expected) in expressions.iter().zip(&row[1..]) {
            let expr = parse_filter(text).0.unwrap();
            let holds = if semantics::holds(&expr, &row[0]) { "yes" } else { "no" };
            assert_eq!(holds, expected, "{text} of {}", row[0]);
        }
    }
}
