//! Whole rules, and how they are written.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::item::{Item, Operand, item, item_v3, keyword};
use super::vocabulary::quote;

/// The names of selections, of which a rule has the first few.
const NAMES: [&str; 5] = ["user", "filter_a", "user_other", "_hidden", "filter_b"];

#[derive(Debug, Clone)]
struct Rule {
    is_v3: bool,
    product: Option<&'static str>,
    selections: Vec<Selection>,
    conditions: Vec<String>,
}

#[derive(Debug, Clone)]
enum Selection {
    Map(Vec<Item>),
    List(Vec<Entry>),
}

/// One entry of a list of alternatives.
#[derive(Debug, Clone)]
enum Entry {
    Keyword(String),
    Map(Vec<Item>),
}

/// A rule as YAML.
pub(crate) fn rule() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => rule_of(false, &item().boxed()),
        1 => rule_of(true, &item_v3().boxed()),
    ]
    .prop_map(|rule| rule.to_yaml())
}

/// A rule with one item, so that nothing hides what becomes of it, as YAML.
pub(crate) fn item_rule() -> impl Strategy<Value = String> {
    item_v3().prop_map(single)
}

/// A rule that asks one thing of one field, as YAML.
pub(crate) fn value_rule(key: &str, value: &str) -> String {
    single(Item { key: key.to_owned(), operand: Operand::Values(vec![quote(value)]) })
}

fn single(item: Item) -> String {
    let selections = vec![Selection::Map(vec![item])];
    let conditions = vec![NAMES[0].to_owned()];
    Rule { is_v3: true, product: None, selections, conditions }.to_yaml()
}

fn rule_of(is_v3: bool, item: &BoxedStrategy<Item>) -> impl Strategy<Value = Rule> + use<> {
    let selections = vec(selection(item), 1..=NAMES.len());
    selections.prop_flat_map(move |selections| {
        let conditions = vec(condition(&NAMES[..selections.len()]), 1..3);
        (Just(selections), conditions, of(Just("okta"))).prop_map(
            move |(selections, conditions, product)| Rule {
                is_v3,
                product,
                selections,
                conditions,
            },
        )
    })
}

fn selection(item: &BoxedStrategy<Item>) -> impl Strategy<Value = Selection> + use<> {
    let map = || vec(item.clone(), 1..4);
    let entry =
        prop_oneof![3 => map().prop_map(Entry::Map), 1 => keyword().prop_map(Entry::Keyword)];
    prop_oneof![
        6 => map().prop_map(Selection::Map),
        2 => vec(entry, 1..4).prop_map(Selection::List),
        1 => vec(keyword().prop_map(Entry::Keyword), 1..3).prop_map(Selection::List),
    ]
}

/// A condition over these selections.
fn condition(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        3 => select(names).prop_map(str::to_owned),
        1 => select(choices(names)),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            two.clone().prop_map(|(a, b)| format!("{a} and {b}")),
            two.prop_map(|(a, b)| format!("{a} or {b}")),
            inner.clone().prop_map(|a| format!("not {a}")),
            inner.prop_map(|a| format!("({a})")),
        ]
    })
}

/// What may be said of several of these selections together.
fn choices(names: &[&str]) -> Vec<String> {
    let mut choices = Vec::new();
    for (pattern, prefix) in [("them", ""), ("user*", "user"), ("filter_*", "filter_"), ("*", "")] {
        let is_meant = |name: &&&str| {
            name.starts_with(prefix) && !(pattern == "them" && name.starts_with('_'))
        };
        let n_meant = names.iter().filter(is_meant).count();
        if n_meant > 0 {
            choices.extend(["1", "any", "all"].map(|count| format!("{count} of {pattern}")));
        }
        choices.extend((2..=n_meant).map(|count| format!("{count} of {pattern}")));
    }
    choices
}

impl Rule {
    fn to_yaml(&self) -> String {
        let mut text = String::from("title: generated\nlevel: low\n");
        if self.is_v3 {
            text.push_str("sigma-version: 3\n");
        }
        match self.product {
            Some(product) => _ = writeln!(text, "logsource: {{product: {product}}}"),
            None => text.push_str("logsource: {category: test}\n"),
        }
        text.push_str("detection:\n");
        for (name, selection) in NAMES.iter().zip(&self.selections) {
            _ = writeln!(text, "  {name}:");
            selection.write(&mut text);
        }
        text.push_str(&self.condition());
        text
    }

    fn condition(&self) -> String {
        match &self.conditions[..] {
            [condition] => {
                format!("  condition: {condition}\n").replace("condition: *", "condition: '*'")
            }
            conditions => {
                let lines =
                    conditions.iter().map(|condition| format!("    - {}\n", quote(condition)));
                format!("  condition:\n{}", lines.collect::<String>())
            }
        }
    }
}

impl Selection {
    fn write(&self, text: &mut String) {
        match self {
            Self::Map(items) => write_items(items, "    ", "    ", text),
            Self::List(entries) => {
                for entry in entries {
                    match entry {
                        Entry::Keyword(word) => _ = writeln!(text, "    - {word}"),
                        Entry::Map(items) => write_items(items, "    - ", "      ", text),
                    }
                }
            }
        }
    }
}

/// Writes a mapping, `first` before its first line and `indent` before the others. What has a key
/// for the second time is left out.
fn write_items(items: &[Item], first: &str, indent: &str, text: &mut String) {
    let mut keys = BTreeSet::new();
    let mut before = first;
    for Item { key, operand } in items.iter().filter(|item| keys.insert(&item.key)) {
        match operand {
            Operand::Values(values) => {
                _ = writeln!(text, "{before}{}: {}", quote(key), values_text(values));
            }
            Operand::Block(items) => {
                _ = writeln!(text, "{before}{}:", quote(key));
                let deeper = format!("{indent}  ");
                write_items(items, &deeper, &deeper, text);
            }
            Operand::Conditional(condition, parts) => {
                _ = writeln!(text, "{before}{}:", quote(key));
                let deeper = format!("{indent}    ");
                for (name, items) in ["a", "b"].iter().zip(parts) {
                    _ = writeln!(text, "{indent}  {name}:");
                    write_items(items, &deeper, &deeper, text);
                }
                _ = writeln!(text, "{indent}  condition: {condition}");
            }
        }
        before = indent;
    }
}

fn values_text(values: &[String]) -> String {
    match values {
        [value] => value.clone(),
        values => format!("[{}]", values.join(", ")),
    }
}
