//! Look-ups find what `serde_json` finds, in every document that it accepts and that repeats no key.

#![no_main]

#[path = "../../crates/event/tests/it/properties/oracle.rs"]
#[allow(dead_code, reason = "the tests of `event` use more of it than this target")]
mod oracle;

use std::fmt;
use std::ops::ControlFlow;

use event::{Event, Form, Path, Value};
use libfuzzer_sys::fuzz_target;
use oracle::Step;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Tree;

/// Accepts what is JSON and repeats no key.
struct Distinct;

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DistinctVisitor)
    }
}

struct DistinctVisitor;

impl<'de> Visitor<'de> for DistinctVisitor {
    type Value = Distinct;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_str<E>(self, _: &str) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Distinct, A::Error> {
        while elements.next_element::<Distinct>()?.is_some() {}
        Ok(Distinct)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Distinct, A::Error> {
        let mut keys = Vec::new();
        while let Some((key, Distinct)) = members.next_entry::<String, Distinct>()? {
            if keys.contains(&key) {
                return Err(A::Error::custom("a key twice"));
            }
            keys.push(key);
        }
        Ok(Distinct)
    }
}

fn is_same(value: Value<'_>, tree: &Tree) -> bool {
    match (value, tree) {
        (Value::Null, Tree::Null) => true,
        (Value::Bool(one), Tree::Bool(other)) => one == *other,
        (Value::Text(one), Tree::String(other)) => one.decode() == *other,
        (Value::Number(one), Tree::Number(other)) => {
            let (one, other) = (one.to_f64(), other.as_f64().unwrap());
            // `serde_json` reads long fractions only nearly.
            (one - other).abs() <= one.abs() * 1e-14
        }
        (Value::Object(one), other) => serde_json::from_str::<Tree>(one.text()).unwrap() == *other,
        _ => false,
    }
}

fn check_path(event: &Event<'_>, record: &Tree, steps: &[Step]) {
    let path = oracle::path(steps);
    let expected = oracle::visit(record, steps);
    let mut seen = 0;
    let present = event.visit(&Path::parse(&path), &mut |value| {
        let expected = expected.as_ref().and_then(|values| values.get(seen));
        assert!(
            expected.is_some_and(|tree| is_same(value, tree)),
            "{path}: {value:?} {expected:?}"
        );
        seen += 1;
        ControlFlow::Continue(())
    });
    assert_eq!(present.then_some(seen), expected.map(|values| values.len()), "{path}");
}

/// Paths to every value of a tree, by names and by indexes; at most so many.
fn paths(tree: &Tree, steps: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    const MAX_PATHS: usize = 100;
    if found.len() >= MAX_PATHS {
        return;
    }
    found.push(steps.clone());
    let is_plain = |name: &str| !name.is_empty() && !name.contains(['.', '[', ']', '{', '}', '+']);
    match tree {
        Tree::Object(members) => {
            for (name, value) in members.iter().filter(|(name, _)| is_plain(name)) {
                steps.push(Step::Name(name.clone()));
                paths(value, steps, found);
                steps.pop();
            }
        }
        Tree::Array(elements) => {
            for (i, element) in elements.iter().enumerate() {
                for step in [Step::Number(i), Step::Index(i as i64), Step::Each] {
                    steps.push(step);
                    paths(element, steps, found);
                    steps.pop();
                }
            }
        }
        _ => {}
    }
}

fuzz_target!(|input: &str| {
    if serde_json::from_str::<Distinct>(input).is_err() {
        return;
    }
    // As a member, any value may be tried, and nothing is taken for an envelope.
    let text = format!("{{\"eventType\":null,\"x\":{input}}}");
    let Ok(record) = serde_json::from_str::<Tree>(&text) else { return };
    let mut all = Vec::new();
    paths(&record["x"], &mut vec![Step::Name("x".to_owned())], &mut all);
    let leaves = oracle::leaves(&record);
    let (_, tally) =
        fuzz::read(Form::Stream, text.as_bytes(), usize::MAX / 2, usize::MAX, |event| {
            assert_eq!(event.text(), text);
            for steps in &all {
                check_path(event, &record, steps);
            }
            let mut n_seen = 0;
            event.any_value(&mut |value| {
                assert!(is_same(value, &leaves[n_seen]), "{value:?} {:?}", leaves[n_seen]);
                n_seen += 1;
                false
            });
            assert_eq!(n_seen, leaves.len());
            assert_eq!(event.fault(), None);
            String::new()
        });
    assert_eq!((tally.events, tally.rejected), (1, 0));
});
