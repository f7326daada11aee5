//! Several numbers of one window, and the claim about them.

use super::claim;
use super::form::Form;
use crate::correlation::{Aggregate, Counted, Memory, Ratio};
use crate::diagnostic::{Code, Diagnostic};
use crate::yaml::Node;

impl Form<'_> {
    pub(super) fn ratio(&mut self) -> Option<Memory> {
        let help = "name what is counted, such as `aggregates: {failures: {rule: fail}}`";
        let node = self.needed("aggregates", help);
        let help = "compare the aggregates, such as `condition: failures >= 20`";
        let condition = self.needed("condition", help);
        let entries = node.map(|node| (node, node.map().unwrap_or_default()));
        let mut aggregates = Vec::new();
        if let Some((node, [])) = entries {
            if node.map().is_some() {
                self.error(Code::Missing, node.span, "there are no aggregates");
            } else {
                self.shape(node, "names with what is counted");
            }
        }
        for (name, value) in entries.map(|(_, entries)| entries).unwrap_or_default() {
            aggregates.extend(self.counted(name, value));
        }
        let n_written = entries.map_or(0, |(_, entries)| entries.len());
        let names: Vec<_> = aggregates.iter().map(|one: &Aggregate| one.name.clone()).collect();
        let condition = condition.filter(|_| aggregates.len() == n_written && n_written > 0)?;
        self.places.condition = Some(condition.span);
        let claim = claim::parse(condition, self.source, &names, &mut self.out)?;
        let mut used = vec![false; aggregates.len()];
        claim::mark(&claim, &mut used);
        let written = entries.map(|(_, entries)| entries).unwrap_or_default();
        for ((name, _), _) in written.iter().zip(used).filter(|(_, used)| !used) {
            let message =
                format!("the condition does not use `{}`", name.text().unwrap_or_default());
            self.out.push(Diagnostic::warning(Code::UnusedSelection, name.span, message));
        }
        Some(Memory::Ratio(Ratio { aggregates, condition: claim }))
    }

    fn counted(&mut self, name: &Node, node: &Node) -> Option<Aggregate> {
        let text = self.text(name, "a name")?;
        if !claim::is_name(text) {
            let message = format!("`{text}` cannot stand in an expression");
            let help = "use letters, digits and `_`";
            self.out.push(Diagnostic::error(Code::BadExpression, name.span, message).help(help));
            return None;
        }
        let Some(entries) = node.map() else {
            self.shape(node, "what is counted, such as `{rule: fail, distinct: entity.user}`");
            return None;
        };
        for (key, _) in entries {
            let word = key.text().unwrap_or_default();
            if !["rule", "distinct", "sum"].contains(&word) {
                let message = format!("an aggregate has no `{word}`");
                let mistake = Diagnostic::error(Code::CorrelationKey, key.span, message);
                self.out.push(mistake.help("it has `rule`, and `distinct` or `sum`"));
            }
        }
        let rules = node.get("rule").map(Self::list).unwrap_or_default();
        let mut sources = vec![rules.is_empty(); self.sources.len()];
        for rule in rules {
            sources[self.source_of(rule)?] = true;
        }
        let asked: Vec<_> = (0..sources.len()).filter(|source| sources[*source]).collect();
        let what = match (node.get("distinct"), node.get("sum")) {
            (Some(_), Some(sum)) => {
                self.error(Code::CorrelationKey, sum.span, "an aggregate is `distinct` or a `sum`");
                return None;
            }
            (Some(field), None) => Counted::Distinct(self.key_of(field, &asked)?),
            (None, Some(field)) => Counted::Sum(self.key_of(field, &asked)?),
            (None, None) => Counted::Events,
        };
        Some(Aggregate { name: text.to_owned(), sources, what })
    }
}
