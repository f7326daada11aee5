//! Stages of a sequence: which rules make them, and which variables lead from one to the next.

use super::form::{Form, MAX_FIELDS, unknown_name};
use super::range::{Numbers, at_least, count};
use crate::correlation::{Key, Memory, Sequence, Stage};
use crate::diagnostic::{Code, Diagnostic};
use crate::yaml::Node;

/// Most stages of a sequence.
const MAX_STAGES: usize = 32;

/// What a stage holds.
const KEYS: [&str; 5] = ["rule", "match", "differ", "bind", "within"];

impl Form<'_> {
    pub(super) fn sequence(&mut self) -> Option<Memory> {
        let help = "list what happens in order, such as `- rule: reset`";
        let node = self.needed("stages", help)?;
        let nodes = Self::list(node);
        if !(2..=MAX_STAGES).contains(&nodes.len()) {
            let message = format!("a sequence has 2 to {MAX_STAGES} stages, not {}", nodes.len());
            self.error(Code::BadStage, node.span, message);
            return None;
        }
        let mut variables = Vec::new();
        let mut stages = Vec::new();
        for node in &nodes {
            self.places.stages.push(node.span);
            stages.extend(self.stage(node, &mut variables));
        }
        let n_stages = stages.len();
        if n_stages < nodes.len() {
            return None;
        }
        self.stray_rules(&stages);
        let group = self.group(&variables, &stages);
        let range = self.condition_or(Numbers::Counts, at_least(n_stages));
        if !(0..=n_stages).any(|number| range.holds(count(number))) {
            let message =
                format!("the condition asks for more than the {n_stages} stages there are");
            let at = self.places.condition.unwrap_or(self.at);
            self.error(Code::BadBound, at, message);
        }
        Some(Memory::Sequence(Sequence { variables, stages, group, range }))
    }

    fn stage(&mut self, node: &Node, variables: &mut Vec<String>) -> Option<Stage> {
        let Some(entries) = node.map() else {
            self.shape(node, "a stage such as `{rule: reset, bind: {user: entity.user}}`");
            return None;
        };
        for (key, _) in entries {
            let name = key.text().unwrap_or_default();
            if !KEYS.contains(&name) {
                let message = format!("a stage has no `{name}`");
                let help = format!("it has `{}`", KEYS.join("`, `"));
                let mistake = Diagnostic::error(Code::CorrelationKey, key.span, message);
                self.out.push(mistake.help(help));
            }
        }
        let Some(rules) = node.get("rule").filter(|rules| !Self::list(rules).is_empty()) else {
            self.error(Code::Missing, node.span, "a stage needs a `rule`");
            return None;
        };
        let sources: Vec<_> =
            Self::list(rules).into_iter().map(|rule| self.source_of(rule)).collect();
        let sources = sources.into_iter().collect::<Option<Vec<_>>>()?;
        // What a stage asks for must be bound before; what it binds is there from then on.
        let matches = self.pairs(node, "match", &sources, variables, false);
        let differs = self.pairs(node, "differ", &sources, variables, false);
        let binds = self.pairs(node, "bind", &sources, variables, true);
        let within = node.get("within").filter(|within| !within.is_null());
        let within = within.map(|within| self.lasting(within));
        Some(Stage { sources, matches, differs, binds, within: within.unwrap_or_default() })
    }

    /// Variables with fields, under one key of a stage.
    fn pairs(
        &mut self,
        stage: &Node,
        key: &str,
        sources: &[usize],
        variables: &mut Vec<String>,
        binds: bool,
    ) -> Vec<(usize, Key)> {
        let Some(node) = stage.get(key).filter(|node| !node.is_null()) else { return Vec::new() };
        let Some(entries) = node.map() else {
            self.shape(node, "variables with fields, such as `{user: entity.user}`");
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (name, field) in entries {
            let variable = self.variable(name, variables, binds);
            let key = self.key_of(field, sources);
            pairs.extend(variable.zip(key));
        }
        pairs
    }

    fn variable(&mut self, node: &Node, variables: &mut Vec<String>, binds: bool) -> Option<usize> {
        let name = self.text(node, "the name of a variable")?;
        let found = variables.iter().position(|known| known == name);
        if found.is_none() && variables.len() >= MAX_FIELDS {
            let message = format!("a sequence has at most {MAX_FIELDS} variables");
            self.error(Code::TooComplex, node.span, message);
            return None;
        }
        if found.is_some() || binds {
            return found.or_else(|| {
                variables.push(name.to_owned());
                Some(variables.len() - 1)
            });
        }
        let message = format!("no stage before this one binds `{name}`");
        let help = "bind it where its value is first seen, such as `bind: {user: entity.user}`";
        self.out.push(Diagnostic::error(Code::BadStage, node.span, message).help(help));
        None
    }

    /// Says which rules no stage has.
    fn stray_rules(&mut self, stages: &[Stage]) {
        for source in 0..self.sources.len() {
            if !stages.iter().any(|stage| stage.sources.contains(&source)) {
                let message = format!("no stage has the rule `{}`", self.sources[source].word);
                let at = self.places.sources.get(source).copied().unwrap_or(self.at);
                let help = "add a stage, or leave it out of `rules`";
                self.out.push(Diagnostic::error(Code::BadStage, at, message).help(help));
            }
        }
    }

    /// The variables that tell groups apart: those that are named, else those that the first stage binds.
    fn group(&mut self, variables: &[String], stages: &[Stage]) -> Vec<usize> {
        let Some(node) = self.value("group-by") else {
            let first = stages.first().map(|stage| stage.binds.as_slice()).unwrap_or_default();
            return first.iter().map(|(variable, _)| *variable).collect();
        };
        let mut group = Vec::new();
        for node in self.few(node) {
            let Some(name) = self.text(node, "the name of a variable") else { continue };
            self.places.group_by.push(node.span);
            if let Some(variable) = variables.iter().position(|known| known == name) {
                group.push(variable);
            } else {
                let known: Vec<_> = variables.iter().map(String::as_str).collect();
                let diagnostic =
                    unknown_name(name, node.span, "the variables of the stages", &known);
                self.out.push(diagnostic);
            }
        }
        group
    }
}
