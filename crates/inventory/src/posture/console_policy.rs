//! Rules of the Admin Console's policy that let in with too little.

use finding::Level;

use super::view::View;
use super::{Weak, evidence};
use crate::ConsoleRule;

pub(super) fn run(view: &View<'_>, weak: &mut Weak) {
    let Some(console) = &view.snapshot.console else { return };
    let open = || console.rules.iter().filter(|rule| rule.is_active && rule.allows);
    let one: Vec<&ConsoleRule> = open().filter(|rule| rule.factor_mode == "1FA").collect();
    let phishable =
        open().filter(|rule| rule.factor_mode != "1FA" && rule.phishing_resistant == Some(false));
    let phishable: Vec<&ConsoleRule> = phishable.collect();
    let told = |what: &'static str, rules: &[&ConsoleRule]| {
        rules.iter().map(|rule| (what, rule.name.clone())).collect::<Vec<_>>()
    };
    let mut fields = told("one factor suffices", &one);
    fields.extend(told("what can be phished suffices", &phishable));
    if fields.is_empty() {
        return;
    }
    fields.push(("policy", console.name.clone()));
    let found = view.of_tenant(evidence(fields));
    if one.is_empty() { weak.add_as(Level::Medium, found) } else { weak.add(found) }
}
