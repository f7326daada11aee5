//! The logic of a rule as a tree of predicates, whatever language it is written in.

use rule::okta::{Expression, FilterTest};
use rule::sigma::{Block, Body, Detection, Each, Item, Modifier, Selection, ValueKind};
use rule::{Rule, Syntax};
use serde_json::{Value, json};

/// A named part of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stage {
    /// `condition`, or the name of the selection.
    pub(super) name: String,
    /// The condition as it is written; empty for selections.
    pub(super) text: String,
    /// What the stage asks; `None` for a condition, which only joins other stages.
    pub(super) part: Option<Part>,
}

/// What a stage asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// All of these.
    All(Vec<Part>),
    /// Any of these.
    Any(Vec<Part>),
    /// One predicate.
    Predicate(Predicate),
    /// Something about the elements of an array.
    Elements(String, &'static str, Box<Part>),
    /// The tests of an expression, which says itself how they are joined.
    Tests(Vec<Part>),
    /// Stages within an element.
    Stages(Vec<Stage>),
}

/// A field, how it is compared, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Predicate {
    /// The field; `None` is a search through all values.
    pub(super) field: Option<String>,
    /// `eq`, `contains`, `startswith`, `not eq`, `pr`, …
    pub(super) operator: String,
    /// The values, placeholders filled in; empty for `pr` and where a placeholder has none.
    pub(super) values: Vec<String>,
    /// Whether every value must be found.
    pub(super) all: bool,
    /// Whether case matters.
    pub(super) cased: bool,
}

/// The stages of a rule: its conditions first, then its selections in the order of the file.
pub(super) fn stages(rule: &Rule) -> Vec<Stage> {
    match &rule.syntax {
        Syntax::Sigma(detection) => of_detection(detection),
        Syntax::Filter(expressions) => expressions.iter().map(of_expression).collect(),
        Syntax::Correlation => rule.stages().into_iter().map(in_words).collect(),
    }
}

/// A stage of a rule with memory, which says in words what it asks.
fn in_words(stage: rule::Stage) -> Stage {
    Stage { name: stage.name, text: stage.text, part: None }
}

fn of_detection(detection: &Detection) -> Vec<Stage> {
    let conditions = detection.conditions.iter().map(|condition| Stage {
        name: "condition".to_owned(),
        text: condition.text.clone(),
        part: None,
    });
    conditions.chain(detection.selections.iter().map(of_selection)).collect()
}

fn of_selection(selection: &Selection) -> Stage {
    let part = Some(of_body(&selection.body));
    Stage { name: selection.name.clone(), text: String::new(), part }
}

fn of_body(body: &Body) -> Part {
    match body {
        Body::All(bodies) => Part::All(bodies.iter().map(of_body).collect()),
        Body::Any(bodies) => Part::Any(bodies.iter().map(of_body).collect()),
        Body::Item(item) => Part::Predicate(of_item(item)),
        Body::Block(Block { array, each, body, .. }) => {
            Part::Elements(array.clone(), word(*each), Box::new(of_body(body)))
        }
        Body::Nested(detection) => Part::Stages(of_detection(detection)),
    }
}

fn word(each: Each) -> &'static str {
    match each {
        Each::Any => "any",
        Each::All => "all",
        Each::AllOrEmpty => "all_or_empty",
        Each::None => "none",
    }
}

fn of_item(item: &Item) -> Predicate {
    let has = |modifier| item.modifiers.contains(&modifier);
    let value = |value: &rule::sigma::Value| match value.kind {
        ValueKind::Null => "null".to_owned(),
        ValueKind::Bool(_) | ValueKind::Number | ValueKind::Text => value.text.clone(),
    };
    Predicate {
        field: item.field.clone(),
        operator: item.operator(),
        values: item.values.iter().map(value).collect(),
        all: has(Modifier::All),
        cased: has(Modifier::Cased),
    }
}

fn of_expression(expression: &Expression) -> Stage {
    let tests = expression.tests.iter().map(|test| Part::Predicate(of_test(test)));
    Stage {
        name: "condition".to_owned(),
        text: expression.text.clone(),
        part: Some(Part::Tests(tests.collect())),
    }
}

/// Okta's operators by the names that Sigma has for them, so that rules of both compare.
fn of_test(test: &FilterTest) -> Predicate {
    let operator = match test.operator {
        "in" => "eq",
        "ne" => "not eq",
        "sw" => "startswith",
        "ew" => "endswith",
        "co" => "contains",
        "ge" => "gte",
        "le" => "lte",
        other => other,
    };
    Predicate {
        field: Some(test.field.clone()),
        operator: operator.to_owned(),
        values: test.values.clone(),
        all: false,
        cased: false,
    }
}

impl Stage {
    /// The stage as JSON.
    pub(super) fn to_json(&self) -> Value {
        let text = Some(&self.text).filter(|text| !text.is_empty());
        json!({"name": self.name, "text": text, "asks": self.part.as_ref().map(Part::to_json)})
    }
}

impl Part {
    fn to_json(&self) -> Value {
        let many = |parts: &[Self]| parts.iter().map(Self::to_json).collect::<Vec<_>>();
        match self {
            Self::All(parts) => json!({"all": many(parts)}),
            Self::Any(parts) => json!({"any": many(parts)}),
            Self::Tests(parts) => json!({"tests": many(parts)}),
            Self::Predicate(predicate) => predicate.to_json(),
            Self::Elements(array, each, inner) => {
                json!({"array": array, "each": each, "asks": inner.to_json()})
            }
            Self::Stages(stages) => {
                json!({"stages": stages.iter().map(Stage::to_json).collect::<Vec<_>>()})
            }
        }
    }

    /// Calls `sink` with each predicate and the array in whose elements it looks, if any.
    pub(super) fn visit(
        &self,
        array: Option<&str>,
        sink: &mut dyn FnMut(Option<&str>, &Predicate),
    ) {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::Tests(parts) => {
                for part in parts {
                    part.visit(array, sink);
                }
            }
            Self::Predicate(predicate) => sink(array, predicate),
            Self::Elements(array, _, inner) => inner.visit(Some(array), sink),
            Self::Stages(stages) => {
                for part in stages.iter().filter_map(|stage| stage.part.as_ref()) {
                    part.visit(array, sink);
                }
            }
        }
    }
}

impl Predicate {
    fn to_json(&self) -> Value {
        json!({
            "field": self.field,
            "operator": self.operator,
            "values": self.values,
            "all": self.all,
            "cased": self.cased,
        })
    }
}
