//! What concerns several documents: ids, names, filters on rules.

use std::collections::{HashMap, HashSet};

use super::correlation::bases;
use super::{Filter, Loaded, Targets};
use crate::diagnostic::{Code, Diagnostic};
use crate::rule::Rule;
use crate::span::Span;

/// Leaves out rules whose id another has, and says which share a name.
///
/// Findings carry the id of their rule: two rules with one id could not be told apart.
pub(super) fn repeated(loaded: &mut Loaded) {
    let mut ids: HashMap<String, String> = HashMap::new();
    let mut names: HashMap<String, String> = HashMap::new();
    let diagnostics = &mut loaded.diagnostics;
    loaded.rules.retain(|rule| {
        let (file, at) = (rule.origin.file, rule.origin.title);
        if let Some(path) = ids.get(&rule.id) {
            let message = format!("the id `{}` belongs to a rule in {path} already", rule.id);
            let diagnostic = Diagnostic::error(Code::RepeatedId, at, message);
            diagnostics.push((file, diagnostic.help("give this rule an id of its own")));
            return false;
        }
        ids.insert(rule.id.clone(), rule.origin.path.clone());
        if let Some(path) = names.insert(rule.name.to_lowercase(), rule.origin.path.clone()) {
            let message = format!("a rule in {path} is called `{}` too", rule.name);
            diagnostics.push((file, Diagnostic::warning(Code::RepeatedName, at, message)));
        }
        true
    });
}

/// Lets every filter narrow the rules that it names.
pub(super) fn filters(loaded: &mut Loaded) {
    let Loaded { rules, filters, diagnostics } = loaded;
    for filter in filters.iter() {
        let mut say = |diagnostic| diagnostics.push((filter.origin.file, diagnostic));
        match &filter.targets {
            Targets::Any => {
                let meant = |rule: &&mut Rule| {
                    rule.correlation.is_none() && filter.log_source.agrees_with(&rule.log_source)
                };
                rules
                    .iter_mut()
                    .filter(meant)
                    .for_each(|rule| rule.narrow(&filter.name, &filter.expr));
            }
            Targets::Named(names) => {
                for (name, at) in names {
                    named(filter, name, *at, filters, rules, &mut say);
                }
            }
        }
    }
}

fn named(
    filter: &Filter,
    name: &str,
    at: Span,
    filters: &[Filter],
    rules: &mut [Rule],
    say: &mut dyn FnMut(Diagnostic),
) {
    let mut found = false;
    let ids = meant(name, rules);
    for rule in rules.iter_mut().filter(|rule| ids.contains(&rule.id)) {
        found = true;
        if filter.log_source.agrees_with(&rule.log_source) {
            rule.narrow(&filter.name, &filter.expr);
            continue;
        }
        let message = format!("the rule `{}` is for other logs than this filter", rule.name);
        let help = "it is not narrowed: correct the `logsource` of the filter, or drop the name";
        say(Diagnostic::warning(Code::FilterLogSource, at, message).help(help));
    }
    if found {
        return;
    }
    if filters.iter().any(|other| other.id == name || other.name.eq_ignore_ascii_case(name)) {
        let message =
            format!("`{name}` is a filter: filters narrow rules, not each other or themselves");
        say(Diagnostic::error(Code::FilterOnFilter, at, message));
    } else {
        let message = format!("no rule with the id or name `{name}` is loaded");
        say(Diagnostic::warning(Code::FilterUnknownRule, at, message));
    }
}

/// The ids of the rules that a filter means by a name: for a correlation, those that it counts.
fn meant(name: &str, rules: &[Rule]) -> HashSet<String> {
    let called = rules.iter().filter(|rule| rule.is_called(name));
    called.flat_map(|rule| bases(rules, &rule.id)).collect()
}
