//! What must hold for every expression, with a slow and plain evaluator as the oracle.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

use super::semantics::holds;
use super::*;

const NAMES: &[&str] = &["a", "A", "b", "a.b", "A.B", "b.0", "a.1.b", "b.a.b", "c.Two Words"];

const TEXTS: &[&str] = &[
    "",
    "x",
    "X",
    "xy",
    "é",
    "É",
    "\"\\\n",
    "1",
    "1.0",
    "01",
    " 2 ",
    "true",
    "False",
    "null",
    "2026-01-01T00:00:00Z",
    "2026-01-01T01:00:00.5+01:00",
    "2026-01-01",
];

const NUMBERS: &[&str] = &["0", "1", "1.0", "-2", "1e1", "0.5"];

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        4 => select(TEXTS).prop_map(|text| Literal::Text(text.to_owned())),
        2 => select(NUMBERS).prop_map(|number| Literal::Number(number.to_owned())),
        1 => any::<bool>().prop_map(Literal::Bool),
        1 => Just(Literal::Null),
    ]
}

fn predicate() -> impl Strategy<Value = Tree> {
    let operator = select(Operator::ALL);
    (select(NAMES), operator, vec(literal(), 1..4)).prop_map(|(name, operator, literals)| {
        let fits = |literal: &Literal| match literal {
            Literal::Text(_) => true,
            Literal::Number(_) => !operator.needs_text(),
            Literal::Bool(_) | Literal::Null => !operator.needs_text() && !operator.needs_order(),
        };
        let n_values = match operator {
            Operator::Present => 0,
            Operator::In => 3,
            _ if operator.takes_alternatives() => 2,
            _ => 1,
        };
        let mut literals: Vec<_> = literals.into_iter().filter(fits).take(n_values).collect();
        if literals.is_empty() && n_values > 0 {
            literals.push(Literal::Text("x".to_owned()));
        }
        let span = Span::default();
        let values = literals.into_iter().map(|literal| Value { literal, span }).collect();
        let attribute = Attribute { name: name.to_owned(), span };
        Tree::Predicate(Predicate { attribute, operator, values, span })
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    predicate().prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(Tree::All),
            vec(inner.clone(), 2..4).prop_map(Tree::Any),
            inner.prop_map(|inner| Tree::Not(Span::default(), Box::new(inner))),
        ]
    })
}

/// An event that has some of the fields, with values much like those compared with.
fn event() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        4 => select(TEXTS).prop_map(Json::from),
        2 => select(NUMBERS).prop_map(|number| serde_json::from_str(number).unwrap()),
        1 => any::<bool>().prop_map(Json::from),
        1 => Just(Json::Null),
    ];
    let value = scalar.prop_recursive(4, 12, 3, |inner| {
        let members =
            vec((select(&["a", "A", "b", "B", "0", "Two Words"][..]), inner.clone()), 0..4);
        prop_oneof![
            vec(inner, 0..3).prop_map(Json::from),
            members.prop_map(|members| {
                let owned = members.into_iter().map(|(key, value)| (key.to_owned(), value));
                Json::Object(owned.collect())
            }),
        ]
    });
    (value.clone(), value.clone(), value).prop_map(|(a, b, c)| json!({"A": a, "b": b, "C": c}))
}

/// What a path reaches, arrays opened on the way but not at the end.
fn reach<'e>(value: &'e Json, steps: &[&str]) -> Vec<&'e Json> {
    let Some((step, rest)) = steps.split_first() else { return vec![value] };
    match value {
        Json::Object(members) => {
            let other_case = || members.iter().find(|(key, _)| key.eq_ignore_ascii_case(step));
            let found = members.get_key_value(*step).or_else(other_case);
            found.map_or_else(Vec::new, |(_, value)| reach(value, rest))
        }
        Json::Array(elements) => match step.parse::<usize>() {
            Ok(index) => elements.get(index).map_or_else(Vec::new, |element| reach(element, rest)),
            Err(_) => elements.iter().flat_map(|element| reach(element, steps)).collect(),
        },
        _ => Vec::new(),
    }
}

fn open(value: &Json) -> Vec<&Json> {
    match value {
        Json::Array(elements) => elements.iter().flat_map(open).collect(),
        other => vec![other],
    }
}

fn truth(tree: &Tree, event: &Json) -> bool {
    match tree {
        Tree::All(parts) => parts.iter().all(|part| truth(part, event)),
        Tree::Any(parts) => parts.iter().any(|part| truth(part, event)),
        Tree::Not(_, inner) => !truth(inner, event),
        Tree::Predicate(predicate) => {
            let steps: Vec<_> = predicate.attribute.name.split('.').collect();
            let reached = reach(event, &steps);
            let values: Vec<_> = reached.iter().flat_map(|value| open(value)).collect();
            let missing = reached.is_empty();
            let mut literals = predicate.values.iter().map(|value| &value.literal);
            match predicate.operator {
                Operator::Present => values.iter().any(|value| !value.is_null() && *value != ""),
                Operator::Equal | Operator::In => {
                    literals.any(|literal| equals(literal, &values, missing))
                }
                Operator::NotEqual => !literals.any(|literal| equals(literal, &values, missing)),
                operator => literals.any(|literal| {
                    values.iter().any(|value| compares(value, operator, &literal.text()))
                }),
            }
        }
    }
}

fn equals(literal: &Literal, values: &[&Json], missing: bool) -> bool {
    match literal {
        Literal::Null => missing || values.iter().any(|value| value.is_null()),
        Literal::Text(wanted) => values.iter().any(|value| {
            text_of(value).is_some_and(|text| text.to_lowercase() == wanted.to_lowercase())
        }),
        Literal::Number(wanted) => {
            let wanted: f64 = wanted.parse().unwrap();
            values.iter().any(|value| number_of(value) == Some(wanted))
        }
        Literal::Bool(wanted) => {
            let named = |text: &str| text.eq_ignore_ascii_case(&wanted.to_string());
            values.iter().any(|value| **value == *wanted || value.as_str().is_some_and(named))
        }
    }
}

fn compares(value: &Json, operator: Operator, bound: &str) -> bool {
    let Some(text) = text_of(value) else { return false };
    let (low_text, low_bound) = (text.to_lowercase(), bound.to_lowercase());
    let order = match (serde_json::from_str::<f64>(bound.trim()), timestamps(&text, bound)) {
        (Ok(bound), _) => number_of(value).and_then(|number| number.partial_cmp(&bound)),
        (_, Some((text, bound))) => Some(text.cmp(&bound)),
        _ => Some(text.as_str().cmp(bound)),
    };
    match operator {
        Operator::StartsWith => low_text.starts_with(&low_bound),
        Operator::EndsWith => low_text.ends_with(&low_bound),
        Operator::Contains => low_text.contains(&low_bound),
        Operator::Greater => order.is_some_and(std::cmp::Ordering::is_gt),
        Operator::AtLeast => order.is_some_and(std::cmp::Ordering::is_ge),
        Operator::Less => order.is_some_and(std::cmp::Ordering::is_lt),
        Operator::AtMost => order.is_some_and(std::cmp::Ordering::is_le),
        _ => unreachable!(),
    }
}

fn timestamps(one: &str, other: &str) -> Option<(jiff::Timestamp, jiff::Timestamp)> {
    Some((one.parse().ok()?, other.parse().ok()?))
}

fn text_of(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(_) | Json::Bool(_) => Some(value.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

fn number_of(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => serde_json::from_str(text.trim()).ok(),
        _ => None,
    }
}

/// A tree without its places.
fn bare(tree: &Tree) -> Tree {
    let span = Span::default();
    match tree {
        Tree::All(parts) => Tree::All(parts.iter().map(bare).collect()),
        Tree::Any(parts) => Tree::Any(parts.iter().map(bare).collect()),
        Tree::Not(_, inner) => Tree::Not(span, Box::new(bare(inner))),
        Tree::Predicate(predicate) => Tree::Predicate(Predicate {
            attribute: Attribute { span, ..predicate.attribute.clone() },
            values: predicate.values.iter().map(|value| Value { span, ..value.clone() }).collect(),
            span,
            ..predicate.clone()
        }),
    }
}

fn is_sound(text: &str) -> Result<(), TestCaseError> {
    let Parsed { tree, diagnostics } = read(text);
    prop_assert_eq!(tree.is_none(), has_error(&diagnostics));
    prop_assert!(diagnostics.is_sorted_by_key(Diagnostic::span));
    for label in diagnostics.iter().flat_map(|diagnostic| &diagnostic.labels) {
        prop_assert!(text.get(label.span.range()).is_some(), "{:?}", label);
    }
    if let Some(tree) = tree {
        let again = read(&tree.to_string());
        prop_assert_eq!(again.tree.map(|tree| bare(&tree)), Some(bare(&tree)));
    }
    Ok(())
}

/// Pieces of expressions, in any order.
const PIECES: &[&str] = &[
    "a", "b.c", "in", "pr", "eq", "co", "ge", "and", "OR", "not", "(", ")", "[", "]", ",", "\"x\"",
    "\"", " ", "1", "true", "null", "é", "\\", "“", "’", "=", "&&", "!", "#", "//", "\n", "..",
    "[0]", "\u{200b}", "xx",
];

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
        is_sound(&text)?;
    }

    #[test]
    fn near_misses_are_read_or_refused(pieces in vec(select(PIECES), 0..30), blank in any::<bool>()) {
        is_sound(&pieces.join(if blank { " " } else { "" }))?;
    }

    #[test]
    fn what_is_printed_is_read_back(tree in tree()) {
        let printed = tree.to_string();
        prop_assert_eq!(read(&printed).tree.map(|tree| bare(&tree)), Some(tree), "{}", printed);
    }

    #[test]
    fn compiled_expressions_agree_with_the_plain_evaluator(tree in tree(), events in vec(event(), 1..8)) {
        let expr = tree.part(&|span| span).expr();
        for event in events {
            prop_assert_eq!(holds(&expr, &event.to_string()), truth(&tree, &event), "{} of {}", tree, event);
        }
    }
}
