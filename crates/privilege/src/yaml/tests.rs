use std::fmt::Write;

use proptest::prelude::*;

use super::*;

/// One line a node: its place, and what it is.
fn outline(text: &str) -> String {
    match parse(text) {
        Ok(node) => {
            let mut out = String::new();
            walk(&node, 0, &mut out);
            out
        }
        Err(mistake) => mistake.to_string(),
    }
}

fn walk(node: &Node, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let Mark { line, column } = node.mark;
    writeln!(out, "{indent}{line}:{column} {} {:?}", node.kind(), node.text()).unwrap();
    for inner in node.list().unwrap_or_default() {
        walk(inner, depth + 1, out);
    }
    for (key, value) in node.map().unwrap_or_default() {
        walk(key, depth + 1, out);
        walk(value, depth + 2, out);
    }
}

#[test]
fn every_value_knows_its_place() {
    insta::assert_snapshot!(outline("a: x y # z\nä:\n  - 'q''r'\n  - {c: 1, d}\n"), @r#"
    1:1 a mapping None
      1:1 text Some("a")
        1:4 text Some("x y")
      2:1 text Some("ä")
        3:3 a list None
          3:5 text Some("q'r")
          4:5 a mapping None
            4:6 text Some("c")
              4:9 a number Some("1")
            4:12 text Some("d")
              4:13 nothing None
    "#);
}

#[test]
fn scalars_resolve_by_the_core_schema() {
    fn check(text: &str, expected: &str) {
        assert_eq!(parse(text).unwrap().to_json().to_string(), expected, "{text}");
    }
    check("", "null");
    check(
        "[~, null, true, yes, on, 0, -7, 1.5, 1e3]",
        "[null,null,true,\"yes\",\"on\",0,-7,1.5,1000.0]",
    );
    check(
        "['1', !!str 1, 2025-07-11, 12:30, +1, .5, ., e]",
        r#"["1","1","2025-07-11","12:30","+1",".5",".","e"]"#,
    );
    check("{1: a, true: b, null: c}", r#"{"1":"a","true":"b","null":"c"}"#);
    check("a: &x {b: [1]}\nc: *x\n", r#"{"a":{"b":[1]},"c":{"b":[1]}}"#);
    check("{\"a\": [1, {\"b\": null}]}", r#"{"a":[1,{"b":null}]}"#);
}

#[test]
fn mistakes_are_said_with_their_place() {
    fn check(text: &str, expected: &str) {
        assert_eq!(parse(text).unwrap_err().to_string(), expected, "{text:?}");
    }
    check("a: 1\nb: 2\na: 3\n", "line 3, column 1: the key `a` stands here twice");
    check("[a]: 1\n", "line 1, column 1: a key must be text, not a list");
    check("a: 1\n---\nb: 2\n", "line 2, column 1: a second document begins here");
    check("a: &x [*x]\n", "line 1, column 8: an alias cannot stand inside of what it names");
    check("a:\n - ü\0b\n", "line 2, column 5: YAML forbids the character U+0000");
    let deep = "[".repeat(MAX_DEPTH + 1);
    check(&deep, "line 1, column 101: nested deeper than 100 levels");
    assert!(parse(&"x".repeat(MAX_BYTES + 1)).unwrap_err().what.contains("longer than"));
}

#[test]
fn aliases_cannot_exhaust_the_memory() {
    let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for level in 1..12 {
        let names = vec![format!("*a{}", level - 1); 10].join(",");
        writeln!(bomb, "a{level}: &a{level} [{names}]").unwrap();
    }
    assert!(parse(&bomb).unwrap_err().what.starts_with("more than 4000000 values"));
    let long = format!("a: &a '{}'\nb: [{}]\n", "x".repeat(1 << 20), vec!["*a"; 1000].join(","));
    assert!(parse(&long).unwrap_err().what.starts_with("more than 4000000 values"));
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "[-a-c:{}\\[\\],&*!'\"|> \n\t#%@0-9é]{0,80}", any in any::<String>()) {
        for text in [text, any] {
            if let Ok(node) = parse(&text) {
                node.to_json();
            }
        }
    }

    /// Whatever JSON can say, YAML says as well.
    #[test]
    fn json_is_yaml(keys in proptest::collection::vec("[a-z/{}]{1,9}", 0..5), n in any::<i64>(), text in "[ -~]{0,20}") {
        let value: serde_json::Value =
            keys.into_iter().map(|key| (key, serde_json::json!([n, text, null, {"x": true}]))).collect::<serde_json::Map<_, _>>().into();
        prop_assert_eq!(parse(&value.to_string()).unwrap().to_json(), value);
    }
}
