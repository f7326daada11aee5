//! What rules look for: a field, an operator and a value; and how many rules share it.

use std::collections::{HashMap, HashSet};

use rule::Rule;
use serde_json::{Value, json};

use super::part::stages;

/// Something that a rule looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Indicator {
    /// The field; `any field` for a search through all values.
    pub(super) field: String,
    /// How the value is compared.
    pub(super) operator: String,
    /// The value; `None` for operators that take none and for empty lists.
    pub(super) value: Option<String>,
}

/// An indicator without the differences that mean nothing: case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key(String, String, Option<String>);

impl Indicator {
    fn key(&self) -> Key {
        let value = self.value.as_ref().map(|value| value.to_lowercase());
        Key(self.field.to_lowercase(), self.operator.clone(), value)
    }

    /// The indicator and how many other rules use it, as JSON.
    pub(super) fn to_json(&self, others: usize) -> Value {
        json!({
            "field": self.field,
            "operator": self.operator,
            "value": self.value,
            "other_rules": others,
        })
    }
}

/// The indicators of a rule, in the order of the file, each once.
pub(super) fn of_rule(rule: &Rule) -> Vec<Indicator> {
    let (mut all, mut seen) = (Vec::new(), HashSet::new());
    let stages = stages(rule);
    for part in stages.iter().filter_map(|stage| stage.part.as_ref()) {
        part.visit(None, &mut |array, predicate| {
            let own = predicate.field.as_deref();
            let field = match (array, own) {
                (Some(array), Some("") | None) => array.to_owned(),
                (Some(array), Some(field)) => format!("{array}.{field}"),
                (None, Some(field)) => field.to_owned(),
                (None, None) => "any field".to_owned(),
            };
            let values = predicate.values.iter().cloned().map(Some);
            let none = predicate.values.is_empty().then_some(None);
            for value in values.chain(none) {
                let (field, operator) = (field.clone(), predicate.operator.clone());
                let indicator = Indicator { field, operator, value };
                if seen.insert(indicator.key()) {
                    all.push(indicator);
                }
            }
        });
    }
    all
}

/// How many rules use each indicator.
pub(super) struct Corpus(HashMap<Key, usize>);

impl Corpus {
    /// Counts the indicators of these rules.
    pub(super) fn of(rules: &[Rule]) -> Self {
        let mut counts = HashMap::new();
        for indicator in rules.iter().flat_map(of_rule) {
            *counts.entry(indicator.key()).or_default() += 1;
        }
        Self(counts)
    }

    /// How many rules use it beside the one it is taken from, which was counted too.
    pub(super) fn others(&self, indicator: &Indicator) -> usize {
        self.0.get(&indicator.key()).copied().unwrap_or(0).saturating_sub(1)
    }
}
