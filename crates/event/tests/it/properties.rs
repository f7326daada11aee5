//! What holds for every input: the oracle is `serde_json`, on documents that repeat no key.

mod documents;
mod oracle;

use std::ops::ControlFlow;

use event::{End, Event, Form, Framer, Marks, Newlines, Number, Path, Scan, Scanner, Text, Value};
use proptest::prelude::*;

use self::documents::{document, json_like, path, render};
use super::{Notes, read};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// A value as the oracle has it.
fn to_tree(value: Value<'_>) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => value.into(),
        Value::Number(number) => serde_json::from_str(number.as_str()).unwrap(),
        Value::Text(text) => text.decode().into(),
        Value::Object(node) | Value::Array(node) => serde_json::from_str(node.text()).unwrap(),
    }
}

/// Every value at a path, `None` if it leads nowhere.
fn visit(event: &Event<'_>, path: &str) -> Option<Vec<serde_json::Value>> {
    let mut values = Vec::new();
    let present = event.visit(&Path::parse(path), &mut |value| {
        values.push(to_tree(value));
        ControlFlow::Continue(())
    });
    present.then_some(values)
}

/// Compares the marks and the end of a scan by each scanner of this machine.
fn check_scanners(bytes: &[u8]) {
    let bytes = &[b"{", bytes].concat()[..];
    for newlines in [Newlines::End, Newlines::Allowed] {
        let scan = |scanner: Scanner| {
            let mut marks = Marks::default();
            (scanner.scan(bytes, newlines, &mut marks), marks)
        };
        let all: Vec<(Scan, Marks)> = Scanner::every().map(scan).collect();
        assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn fields_are_those_of_serde_json(
        tree in document(),
        style in any::<u64>(),
        steps in prop::collection::vec(path(), 1..12),
    ) {
        let text = render(&tree, style);
        prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&text).unwrap(), &tree);
        let told = read(text.as_bytes(), |event| {
            for steps in &steps {
                let path = oracle::path(steps);
                assert_eq!(visit(event, &path), oracle::visit(&tree, steps), "{path} of {text}");
            }
            assert_eq!(event.fault(), None, "{text}");
            event.text().to_owned()
        });
        prop_assert_eq!(told, format!("1: {text}\n"));
    }

    #[test]
    fn every_value_is_seen(tree in document(), style in any::<u64>()) {
        let text = render(&tree, style);
        read(text.as_bytes(), |event| {
            let mut seen = Vec::new();
            event.any_value(&mut |value| {
                seen.push(to_tree(value));
                false
            });
            assert_eq!(seen, oracle::leaves(&tree), "{text}");
            String::new()
        });
    }

    #[test]
    fn strings_are_those_of_serde_json(raw in r#"([a-zé"\u{1}]|\\[\\"/bfnrtux]|\\u[0-9a-f]{4}|\\ud83d\\ude00|\\ud[89][0-9]{2})*"#) {
        let expected = serde_json::from_str::<String>(&format!("\"{raw}\""));
        let found = Text::json(&raw).map(|text| text.decode().into_owned());
        match (expected, found) {
            (Ok(expected), found) => prop_assert_eq!(found, Some(expected)),
            // By design: half a surrogate pair reads as U+FFFD, and a string ends where the scan says.
            (Err(_), Some(found)) => prop_assert!(found.contains(char::REPLACEMENT_CHARACTER) || raw.contains('"')),
            (Err(_), None) => {}
        }
    }

    #[test]
    fn numbers_are_those_of_serde_json(text in "-?[0-9]{0,3}(\\.[0-9]{0,2})?([eE][+-]?[0-9]{0,2})?[a-z.]?") {
        let expected = serde_json::from_str::<serde_json::Number>(&text).ok();
        let expected = expected.as_ref().and_then(serde_json::Number::as_f64);
        let found = Number::parse(&text).map(Number::to_f64);
        prop_assert_eq!(found.is_some(), expected.is_some());
        let (found, expected) = (found.unwrap_or_default(), expected.unwrap_or_default());
        // `serde_json` reads long numbers only nearly.
        prop_assert!((found - expected).abs() <= found.abs() * 1e-14, "{} {}", found, expected);
    }

    #[test]
    fn scanners_agree_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check_scanners(&bytes);
        check_scanners(&[b"\"", &bytes[..]].concat());
    }

    #[test]
    fn scanners_agree_on_json_cut_anywhere(tree in document(), style in any::<u64>(), cut in any::<prop::sample::Index>()) {
        let text = render(&tree, style);
        check_scanners(text.as_bytes());
        check_scanners(&text.as_bytes()[..cut.index(text.len())]);
    }

    #[test]
    fn scanners_agree_on_what_looks_like_json(bytes in json_like()) {
        check_scanners(&bytes);
    }

    #[test]
    fn pieces_read_like_the_whole(bytes in json_like(), cuts in prop::collection::vec(1usize..50, 1..40)) {
        for form in [Form::Lines, Form::Stream, Form::Csv] {
            let tell = |event: &Event<'_>| format!("{:?} {}", event.product(), event.text());
            let mut whole = Notes { tell, text: String::new() };
            let mut framer = Framer::new(form);
            prop_assert_eq!(framer.feed(&bytes, End::Here, &mut whole), bytes.len());
            let tally = framer.tally();
            prop_assert_eq!(whole.text.lines().filter(|line| line.ends_with("(!)")).count() as u64, tally.rejected);

            let mut pieces = Notes { tell, text: String::new() };
            let mut framer = Framer::new(form);
            let (mut used, mut arrived) = (0, 0);
            for cut in cuts.iter().cycle() {
                arrived = bytes.len().min(arrived + cut);
                let end = if arrived == bytes.len() { End::Here } else { End::More };
                used += framer.feed(&bytes[used..arrived], end, &mut pieces);
                if end == End::Here {
                    break;
                }
            }
            prop_assert_eq!(used, bytes.len());
            prop_assert_eq!(&pieces.text, &whole.text);
            prop_assert_eq!(framer.tally(), tally);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in json_like()) {
        let paths = ["a.b", "target.0.id", "okta.risk.level", "okta.behaviors.x", "data.type", "", "a[0]", "a[-1].b"];
        for form in [Form::Lines, Form::Stream, Form::Csv] {
            let tell = |event: &Event<'_>| {
                for path in paths {
                    event.text_at(&Path::parse(path));
                }
                event.any_value(&mut |value| value.to_number().is_some() && value.to_text().is_none());
                format!("{:?}{:?}{:?}{:?}{:?}", event.time(), event.actor(), event.targets(), event.outcome(), event.tenant())
            };
            Framer::new(form).feed(&bytes, End::Here, &mut Notes { tell, text: String::new() });
        }
    }
}
