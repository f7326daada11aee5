//! Which rules must have matched, as an expression.

use super::form::{Form, unknown_name};
use crate::correlation::{Logic, Which};
use crate::diagnostic::{Code, Diagnostic};
use crate::logic::is_choice_small;
use crate::sigma::condition::{self, Noun};
use crate::sigma::{Count, Logic as Words};
use crate::span::Span;
use crate::yaml::Node;

impl Form<'_> {
    /// Reads an expression over the rules.
    pub(super) fn expression(&mut self, node: &Node) -> Option<Which> {
        self.places.condition = Some(node.span);
        let condition = condition::parse(node, self.source, Noun::Rule, &mut self.out)?;
        let logic = self.logic(&condition.logic)?;
        self.unused(&logic, node.span);
        if logic.holds(&|_| false) {
            let message = "this holds before any rule has matched";
            let help =
                "name a rule that must have matched; for what does not happen, use `absence`";
            self.out.push(Diagnostic::error(Code::NeverHolds, node.span, message).help(help));
        }
        Some(Which::Expression(logic))
    }

    fn logic(&mut self, words: &Words) -> Option<Logic> {
        match words {
            Words::All(parts) => self.parts(parts).map(Logic::All),
            Words::Any(parts) => self.parts(parts).map(Logic::Any),
            Words::Not(_, inner) => Some(Logic::Not(Box::new(self.logic(inner)?))),
            Words::Selection(word, span) => self.one(word, *span).map(Logic::Source),
            Words::Of(count, names, span) => {
                let is_meant = |at: &usize| names.include(&self.sources[*at].word);
                let meant: Vec<_> = (0..self.sources.len()).filter(is_meant).collect();
                self.of(*count, &meant, *span)
            }
        }
    }

    fn parts(&mut self, parts: &[Words]) -> Option<Vec<Logic>> {
        let parts: Vec<_> = parts.iter().map(|part| self.logic(part)).collect();
        parts.into_iter().collect()
    }

    fn one(&mut self, word: &str, span: Span) -> Option<usize> {
        let found = self.source_named(word);
        if found.is_none() {
            let words: Vec<_> = self.sources.iter().map(|source| source.word.as_str()).collect();
            let diagnostic = unknown_name(word, span, "`rules`", &words);
            self.out.push(diagnostic);
        }
        found
    }

    fn of(&mut self, count: Count, meant: &[usize], span: Span) -> Option<Logic> {
        let n_meant = meant.len();
        let sources = || meant.iter().copied().map(Logic::Source).collect::<Vec<_>>();
        let wrong = match count {
            _ if n_meant == 0 => (Code::UnknownName, "no rule is named like that".to_owned()),
            Count::AtLeast(count) if count > n_meant => {
                let message = format!("asks for {count} rules, and {n_meant} are meant");
                (Code::NeverHolds, message)
            }
            Count::AtLeast(count) if !is_choice_small(count, n_meant) => {
                let message = format!("{count} of {n_meant} rules are too many combinations");
                (Code::TooComplex, message)
            }
            Count::All => return Some(Logic::All(sources())),
            Count::AtLeast(1) => return Some(Logic::Any(sources())),
            Count::AtLeast(count) => return Some(at_least(count, meant)),
        };
        self.error(wrong.0, span, wrong.1);
        None
    }

    /// Says which rules the expression leaves out.
    fn unused(&mut self, logic: &Logic, span: Span) {
        let n_sources = self.sources.len();
        let mut used = vec![false; n_sources];
        logic.mark(&mut used);
        for source in (0..n_sources).filter(|source| !used[*source]) {
            let at = self.places.sources.get(source).copied().unwrap_or(span);
            let message =
                format!("`{}` does not stand in the condition", self.sources[source].word);
            self.out.push(
                Diagnostic::warning(Code::UnusedSelection, at, message)
                    .help("name it in the condition, or leave it out of `rules`"),
            );
        }
    }
}

/// At least `count` of some sources, as a choice: with the first, or without it.
fn at_least(count: usize, sources: &[usize]) -> Logic {
    match (count, sources) {
        (0, _) => Logic::All(Vec::new()),
        (1, sources) => Logic::Any(sources.iter().copied().map(Logic::Source).collect()),
        (count, sources) if count >= sources.len() => {
            Logic::All(sources.iter().copied().map(Logic::Source).collect())
        }
        (_, []) => Logic::Any(Vec::new()),
        (count, [first, rest @ ..]) => {
            let with = Logic::All(vec![Logic::Source(*first), at_least(count - 1, rest)]);
            Logic::Any(vec![with, at_least(count, rest)])
        }
    }
}
