//! A rule taken apart: stages, and what each looks for.

mod correlation;

use std::collections::BTreeMap;

use crate::rule::{Rule, Syntax};
use crate::sigma::{Body, Detection, Each, Item};

/// A part of a rule: the condition first, then each selection. Of a rule with memory: what is enough, the rules that it
/// counts, the stages of a sequence, the group, and the window, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// `condition`, the name of a selection, or `filter`; for a rule with memory its type, or a key.
    pub name: String,
    /// As it stands in the file, without indentation; in words for a rule with memory.
    pub text: String,
    /// What it looks for; nothing for a condition.
    pub indicators: Vec<Indicator>,
}

/// A field, how it is compared, and with what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Indicator {
    /// The field; `*` for a search through the whole event.
    pub field: String,
    /// `eq`, `contains`, `not re`, `fieldref`, ….
    pub operator: String,
    /// The values as they are written, in alphabetical order.
    pub values: Vec<String>,
}

impl Rule {
    /// The stages of the rule, in the order of the file. None when it cannot be run.
    pub fn stages(&self) -> Vec<Stage> {
        match &self.syntax {
            Syntax::Sigma(detection) => sigma(detection),
            Syntax::Filter(expressions) => expressions
                .iter()
                .map(|expression| Stage {
                    name: "filter".to_owned(),
                    text: expression.text.clone(),
                    indicators: expression
                        .tests
                        .iter()
                        .map(|test| indicator(&test.field, test.operator, test.values.clone()))
                        .collect(),
                })
                .collect(),
            Syntax::Correlation => {
                let parts = self.correlation.as_deref().zip(self.places.as_deref());
                parts.map_or_else(Vec::new, |(correlation, places)| {
                    correlation::stages(correlation, &places.kind.0)
                })
            }
        }
    }
}

/// In how many of the rules each indicator stands.
pub fn indicator_use<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> BTreeMap<Indicator, usize> {
    let mut counts = BTreeMap::new();
    for rule in rules {
        let mut indicators: Vec<_> =
            rule.stages().into_iter().flat_map(|stage| stage.indicators).collect();
        indicators.sort();
        indicators.dedup();
        for indicator in indicators {
            *counts.entry(indicator).or_default() += 1;
        }
    }
    counts
}

fn sigma(detection: &Detection) -> Vec<Stage> {
    let conditions: Vec<_> = detection.conditions.iter().map(|one| one.text.as_str()).collect();
    let text = conditions.join("\n");
    let condition = Stage { name: "condition".to_owned(), text, indicators: Vec::new() };
    let selections = detection.selections.iter().map(|selection| {
        let mut indicators = Vec::new();
        gather(&selection.body, "", &mut indicators);
        Stage { name: selection.name.clone(), text: selection.text.clone(), indicators }
    });
    std::iter::once(condition).chain(selections).collect()
}

fn gather(body: &Body, prefix: &str, indicators: &mut Vec<Indicator>) {
    match body {
        Body::All(bodies) | Body::Any(bodies) => {
            for body in bodies {
                gather(body, prefix, indicators);
            }
        }
        Body::Item(item) => indicators.push(of_item(item, prefix)),
        Body::Block(block) => {
            let prefix = format!("{prefix}{}{}.", block.array, mark(block.each));
            gather(&block.body, &prefix, indicators);
        }
        Body::Nested(detection) => {
            for selection in &detection.selections {
                gather(&selection.body, prefix, indicators);
            }
        }
    }
}

fn mark(each: Each) -> &'static str {
    Each::ALL.into_iter().find(|(_, known)| *known == each).map_or("", |(mark, _)| mark)
}

fn of_item(item: &Item, prefix: &str) -> Indicator {
    let field = item.field.as_deref().unwrap_or("*");
    let field = format!("{prefix}{field}");
    let values = item.values.iter().map(|value| value.text.clone()).collect();
    indicator(field.trim_end_matches('.'), &item.operator(), values)
}

fn indicator(field: &str, operator: &str, mut values: Vec<String>) -> Indicator {
    values.sort();
    values.dedup();
    Indicator { field: field.to_owned(), operator: operator.to_owned(), values }
}
