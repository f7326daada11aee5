//! The rules that a correlation refers to.

use std::collections::HashMap;

use event::Field;

use super::MAX_SOURCES;
use super::form::nearest;
use crate::correlation::{Correlation, Memory};
use crate::diagnostic::{Code, Diagnostic};
use crate::load::{Failed, Loaded};
use crate::rule::Rule;
use crate::span::Span;
use crate::yaml::Node;

/// A word under `rules:`, and what it stands for.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) word: String,
    pub(super) span: Span,
    /// The number of the rule; `None` when there is none that can be counted, which is said.
    pub(super) rule: Option<usize>,
}

/// The groups of a correlation that another refers to: each name, and the field that holds the same in the event at
/// which it came to hold, if that is one whichever rule the event belongs to.
pub(super) struct Inner {
    pub(super) groups: Vec<(String, Option<Field>)>,
}

impl Inner {
    pub(super) fn of(correlation: &Correlation) -> Self {
        let groups = match &correlation.test {
            Memory::Sequence(sequence) => {
                let names = sequence.group.iter().map(|at| sequence.variables[*at].clone());
                names.map(|name| (name, None)).collect()
            }
            _ => correlation.group_by.iter().map(|key| (key.name.clone(), key.single())).collect(),
        };
        Self { groups }
    }
}

impl crate::correlation::Key {
    /// The field, if it is the same for every source.
    fn single(&self) -> Option<Field> {
        let mut fields = self.fields.iter().flatten();
        let first = fields.next()?;
        let shown = format!("{first:?}");
        fields.all(|field| format!("{field:?}") == shown).then(|| first.clone())
    }
}

/// What a word can stand for.
pub(super) struct Known<'k> {
    pub(super) rules: &'k [Rule],
    pub(super) failed: &'k [Failed],
    /// Whether a likely word is looked for where one is missing.
    pub(super) suggests: bool,
}

/// Rules by what people call them.
pub(super) struct Index {
    by_id: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
    filters: Vec<String>,
}

impl Index {
    pub(super) fn of(loaded: &Loaded) -> Self {
        let (mut by_id, mut by_name) = (HashMap::new(), HashMap::new());
        for (number, rule) in loaded.rules.iter().enumerate() {
            by_id.entry(rule.id.clone()).or_insert_with(Vec::new).push(number);
            by_name.entry(rule.name.to_lowercase()).or_insert_with(Vec::new).push(number);
        }
        let filters = loaded.filters.iter().flat_map(|filter| [&filter.id, &filter.name]);
        let filters = filters.map(|name| name.to_lowercase()).collect();
        Self { by_id, by_name, filters }
    }

    /// The rules under `rules:`, in order, each once.
    pub(super) fn references(
        &self,
        own: usize,
        node: &Node,
        known: &Known<'_>,
        out: &mut Vec<Diagnostic>,
    ) -> Vec<Reference> {
        let mut references: Vec<Reference> = Vec::new();
        // One more than is allowed, so that it can be said.
        let nodes = node.seq().unwrap_or(std::slice::from_ref(node));
        for node in nodes.iter().take(MAX_SOURCES + 1) {
            let Some(word) = node.text().map(str::trim).filter(|word| !word.is_empty()) else {
                let message = format!("expected the name or id of a rule, found {}", node.kind());
                out.push(Diagnostic::error(Code::WrongShape, node.span, message));
                continue;
            };
            let rule = self.resolve(own, word, node.span, known, out);
            let is_same =
                |other: &&Reference| other.word == word || (rule.is_some() && other.rule == rule);
            if let Some(first) = references.iter().find(is_same) {
                let message = format!("`{word}` stands here twice and counts once");
                out.push(
                    Diagnostic::warning(Code::TooFewRules, node.span, message)
                        .label(first.span, "first here"),
                );
                continue;
            }
            references.push(Reference { word: word.to_owned(), span: node.span, rule });
        }
        references
    }

    /// The rule that a word stands for: one of the same file first.
    fn resolve(
        &self,
        own: usize,
        word: &str,
        span: Span,
        known: &Known<'_>,
        out: &mut Vec<Diagnostic>,
    ) -> Option<usize> {
        let rules = known.rules;
        let file = rules[own].origin.file;
        let named = self.by_name.get(&word.to_lowercase()).map(Vec::as_slice).unwrap_or_default();
        let with_id = self.by_id.get(word).map(Vec::as_slice).unwrap_or_default();
        let candidates = || named.iter().chain(with_id).copied();
        let near = candidates().find(|number| rules[*number].origin.file == file);
        let found = near.or_else(|| candidates().next());
        let problem = match found {
            None => self.missing(word, span, known),
            Some(found) if found == own => {
                let message = "a correlation cannot count itself";
                Diagnostic::error(Code::Circle, span, message)
            }
            Some(found) => match &rules[found].not_runnable {
                None => return Some(found),
                Some(why) => {
                    let message = format!("`{word}` cannot be run: {why}");
                    Diagnostic::error(Code::UnusableRule, span, message)
                }
            },
        };
        out.push(problem);
        None
    }

    fn missing(&self, word: &str, span: Span, known: &Known<'_>) -> Diagnostic {
        let lower = word.to_lowercase();
        if self.filters.contains(&lower) {
            let message = format!("`{word}` is a filter, and filters match nothing by themselves");
            return Diagnostic::error(Code::UnusableRule, span, message)
                .help("name the rules; the filter narrows them wherever they are used");
        }
        if known.failed.iter().any(|failed| failed.is_called(word)) {
            let message = format!("`{word}` has mistakes of its own and is not loaded");
            return Diagnostic::error(Code::UnusableRule, span, message);
        }
        let message = format!("no rule with the id or name `{word}` is loaded");
        let diagnostic = Diagnostic::error(Code::UnknownRule, span, message);
        let names = known.rules.iter().filter(|_| known.suggests).map(|rule| rule.name.as_str());
        match nearest(word, names, 0.8) {
            Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
            None => diagnostic.help("add the rule to this file, or load it beside this one"),
        }
    }
}
