//! Keyward and rsigma-eval behind one interface: rules as text in, names of matching rules out.

use std::sync::Arc;

use detect::{Detector, Scope, Watch};
use rsigma_eval::event::JsonEvent;
use rsigma_eval::{CompiledRule, compile_rule, evaluate_rule};
use rsigma_parser::parse_sigma_yaml;
use rule::{Lists, Rule, Severity, SourceFile};
use serde_json::Value;

/// Rules as Keyward runs them.
pub(crate) struct Keyward(Arc<Detector>);

/// Rules as rsigma-eval runs them, with their names.
pub(crate) struct Rsigma(Vec<(String, CompiledRule)>);

impl Keyward {
    /// Loads rules, given by name and text. Fails with all that is wrong with them.
    pub(crate) fn load(rules: &[(String, String)]) -> Result<Self, String> {
        let files: Vec<_> =
            rules.iter().map(|(name, text)| SourceFile { path: name, text }).collect();
        let loaded = rule::load(&files, &Lists::default());
        let errors = loaded.diagnostics.iter().filter(|(_, d)| d.severity == Severity::Error);
        let errors: Vec<_> = errors.map(|(_, d)| format!("{}: {}", d.code, d.message)).collect();
        if errors.is_empty() { Ok(Self::run(loaded.rules.iter())) } else { Err(errors.join("; ")) }
    }

    /// A detector for rules that are loaded already.
    pub(crate) fn run<'r>(rules: impl Iterator<Item = &'r Rule>) -> Self {
        Self(Arc::new(Detector::new(rules.map(Watch::of).collect(), Scope::default())))
    }

    /// The names of the rules that match, in alphabetical order.
    pub(crate) fn matches(&self, event: &str) -> Vec<String> {
        let mut names: Vec<_> =
            self.0.observe_text(event).iter().map(|finding| finding.rule.name.clone()).collect();
        names.sort();
        names
    }
}

impl Rsigma {
    /// Loads rules, given by name and text. Fails with the first mistake.
    pub(crate) fn load(rules: &[(String, String)]) -> Result<Self, String> {
        let compiled = rules.iter().map(|(name, text)| Ok((name.clone(), compile(text)?)));
        compiled.collect::<Result<_, _>>().map(Self)
    }

    /// The names of the rules that match, in alphabetical order.
    pub(crate) fn matches(&self, event: &Value) -> Vec<String> {
        let event = JsonEvent::borrow(event);
        let matching = self.0.iter().filter(|(_, rule)| evaluate_rule(rule, &event).is_some());
        let mut names: Vec<_> = matching.map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    }
}

fn compile(text: &str) -> Result<CompiledRule, String> {
    let mut collection = parse_sigma_yaml(text).map_err(|error| error.to_string())?;
    match (collection.errors.first(), collection.rules.pop()) {
        (None, Some(rule)) => compile_rule(&rule).map_err(|error| error.to_string()),
        (error, _) => Err(format!("no rule: {error:?}")),
    }
}
