use std::fmt::Write;

use super::*;
use crate::diagnostic::Severity;

/// One line a node: its place, and what it is.
fn outline(text: &str) -> String {
    let parsed = parse(text);
    let mut out = String::new();
    for document in &parsed.documents {
        walk(document, text, 0, &mut out);
    }
    for diagnostic in &parsed.diagnostics {
        assert_eq!(diagnostic.severity, Severity::Error);
        let place = diagnostic.span().place(text);
        let (code, message) = (diagnostic.code, &diagnostic.message);
        writeln!(out, "{}:{} {code} {message}", place.line, place.column).unwrap();
    }
    out
}

fn walk(node: &Node, text: &str, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let written = &text[node.span.range()];
    match &node.data {
        Data::Scalar(scalar) => {
            writeln!(out, "{indent}{:?} {:?} {written:?}", scalar.resolved, scalar.text).unwrap();
        }
        Data::Seq(nodes) => {
            writeln!(out, "{indent}list {written:?}").unwrap();
            for node in nodes {
                walk(node, text, depth + 1, out);
            }
        }
        Data::Map(entries) => {
            writeln!(out, "{indent}map {written:?}").unwrap();
            for (key, value) in entries {
                walk(key, text, depth + 1, out);
                walk(value, text, depth + 2, out);
            }
        }
    }
}

#[test]
fn every_node_knows_its_place() {
    insta::assert_snapshot!(outline("a: x y  # z\nb:\n  - 'q''r'\n  - {c: 1, d}\ne: |\n  one\n   two\n\nf:\n"), @r#"
    map "a: x y  # z\nb:\n  - 'q''r'\n  - {c: 1, d}\ne: |\n  one\n   two\n\nf"
      Text "a" "a"
        Text "x y" "x y"
      Text "b" "b"
        list "- 'q''r'\n  - {c: 1, d}"
          Text "q'r" "'q''r'"
          map "{c: 1, d}"
            Text "c" "c"
              Int(1) "1" "1"
            Text "d" "d"
              Null "" ""
      Text "e" "e"
        Text "one\n two\n" "one\n   two"
      Text "f" "f"
        Null "" ""
    "#);
}

#[test]
fn places_are_bytes_even_after_wide_characters() {
    insta::assert_snapshot!(outline("ä: 'ü'\nß: ö\n"), @r#"
    map "ä: 'ü'\nß: ö"
      Text "ä" "ä"
        Text "ü" "'ü'"
      Text "ß" "ß"
        Text "ö" "ö"
    "#);
}

#[test]
fn scalars_resolve_by_the_core_schema() {
    insta::assert_snapshot!(
        outline("[~, null, true, True, tRUE, yes, on, 0, -7, 007, 0x1F, 0o17, 1.5, 1e3, .5, 1e, ., -x, +, .inf, inf, nan, 9223372036854775808, 1_000, '1', !!str 1, 2025-07-11, 12:30, 0xZ, 0x+1]"),
        @r#"
        list "[~, null, true, True, tRUE, yes, on, 0, -7, 007, 0x1F, 0o17, 1.5, 1e3, .5, 1e, ., -x, +, .inf, inf, nan, 9223372036854775808, 1_000, '1', !!str 1, 2025-07-11, 12:30, 0xZ, 0x+1]"
          Null "~" "~"
          Null "null" "null"
          Bool(true) "true" "true"
          Bool(true) "True" "True"
          Text "tRUE" "tRUE"
          Text "yes" "yes"
          Text "on" "on"
          Int(0) "0" "0"
          Int(-7) "-7" "-7"
          Int(7) "007" "007"
          Int(31) "0x1F" "0x1F"
          Int(15) "0o17" "0o17"
          Float(1.5) "1.5" "1.5"
          Float(1000.0) "1e3" "1e3"
          Float(0.5) ".5" ".5"
          Text "1e" "1e"
          Text "." "."
          Text "-x" "-x"
          Text "+" "+"
          Float(inf) ".inf" ".inf"
          Text "inf" "inf"
          Text "nan" "nan"
          Float(9.223372036854776e18) "9223372036854775808" "9223372036854775808"
          Text "1_000" "1_000"
          Text "1" "'1'"
          Text "1" "!!str 1"
          Text "2025-07-11" "2025-07-11"
          Text "12:30" "12:30"
          Text "0xZ" "0xZ"
          Text "0x+1" "0x+1"
        "#
    );
}

#[test]
fn aliases_stand_for_what_they_name() {
    insta::assert_snapshot!(outline("a: &x [1, 2]\nb: *x\n"), @r#"
    map "a: &x [1, 2]\nb: *x"
      Text "a" "a"
        list "&x [1, 2]"
          Int(1) "1" "1"
          Int(2) "2" "2"
      Text "b" "b"
        list "*x"
          Int(1) "1" "1"
          Int(2) "2" "2"
    "#);
}

#[test]
fn mistakes_have_places() {
    insta::assert_snapshot!(outline("a: 1\nb: [1, 2\nc: 3\n"), @"3:2 S001 illegal placement of ':' indicator");
    insta::assert_snapshot!(outline("a: 1\na: 2\n"), @r#"
    map "a: 1\na: 2"
      Text "a" "a"
        Int(1) "1" "1"
      Text "a" "a"
        Int(2) "2" "2"
    2:1 S005 the key `a` stands here twice
    "#);
    insta::assert_snapshot!(outline("a: &x [*x]\n"), @"1:8 S001 an alias cannot stand inside of what it names");
    insta::assert_snapshot!(outline("a: *x\n"), @"1:4 S001 while parsing node, found unknown anchor");
    insta::assert_snapshot!(outline("[a]: 1\n"), @"1:1 S001 a key must be text, not a list");
    insta::assert_snapshot!(outline("a: b\0c\n"), @"1:5 S001 YAML forbids the character U+0000");
}

#[test]
fn documents_before_a_mistake_are_kept() {
    insta::assert_snapshot!(outline("a: 1\n---\n---\nb: 2\n---\nc: [\n"), @r#"
    map "a: 1"
      Text "a" "a"
        Int(1) "1" "1"
    map "b: 2"
      Text "b" "b"
        Int(2) "2" "2"
    7:1 S001 while parsing a node, did not find expected node content
    "#);
}

#[test]
fn limits_hold() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let names = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{names}]").unwrap();
    }
    insta::assert_snapshot!(outline(&bomb), @"5:20 S006 more than 50000 values, aliases counted as often as used");
    insta::assert_snapshot!(outline(&"[".repeat(100_000)), @"1:256 S001 recursion limit exceeded");
    insta::assert_snapshot!(outline(&"- ".repeat(100_000)), @"1:129 S006 nested deeper than 64 levels");
    insta::assert_snapshot!(outline(&" ".repeat(MAX_BYTES + 1)), @"1:1 S006 the file has 1048577 bytes, more than the 1048576 read");
}

#[test]
fn text_leads_back_to_its_place() {
    let check = |source: &str, word: &str| {
        let parsed = parse(source);
        let node = parsed.documents[0].get("a").unwrap();
        let at = node.text().unwrap().find(word).unwrap();
        let span = node.origin(source).span(at..at + word.len());
        (span.start, source[span.range()].to_owned())
    };
    let found = |source: &str, word: &str| {
        let (start, text) = check(source, word);
        assert_eq!((text.as_str(), start), (word, source.rfind(word).unwrap()), "{source}");
    };
    found("a: one two", "two");
    found("a: 'one two'", "two");
    found("a: 'o''ne two'", "two");
    found(r#"a: "one \"x\" two""#, "two");
    found("a: one\n   two\n", "two");
    found("a: |\n  one\n   two\n", "two");
    found("a: >-\n  one\n\n  two\n", "two");
    found("a: |\n  öne\n   tẅo\n", "tẅo");
    assert_eq!(check(r#"a: "\u00e9 two""#, "two"), (11, "two".to_owned()));
}

proptest::proptest! {
    #[test]
    fn parsing_never_panics(text in "\\PC*") {
        parse(&text);
    }

    #[test]
    fn parsing_never_panics_on_yaml_like_text(text in "([-?:,\\[\\]{}#&*!|>'\"%@` \n\ta0~<.]|- |: |\n  |---\n|!!|%T|\u{feff}|ä){0,60}") {
        let parsed = parse(&text);
        for document in &parsed.documents {
            walk(document, &text, 0, &mut String::new());
        }
    }
}
