//! `cargo xtask mutate-rules`: whether each part of each rule is needed.
//!
//! The rules of a file are run without each of their parts in turn: each field, each selection, each `not`; of rules with
//! memory each key, rule, stage and bound. Some case beside the file must then fail. Where none does, the part may be wrong
//! and nobody would notice.

use std::fs;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use detect::cases::{Case, Cases, Step};
use detect::{Admins, Detector, Scope, Settings};
use rule::{Lists, Mutant, Rule, SourceFile};

use crate::repository::{self, Repository};

/// What became of the mutants of some rules.
#[derive(Debug, Default)]
struct Tally {
    n_mutants: usize,
    n_survived: usize,
    /// One line for each mutant that survived, and for each file whose cases fail anyway.
    complaints: Vec<String>,
}

/// Mutates the rules of the files in which rules of some names stand, or all, and prints what survives; whether nothing
/// does.
pub(crate) fn run(names: &[&str]) -> Result<bool> {
    let repository = Repository::open(repository::root())?;
    let paths = repository.under("rules/", ".yml").filter(|path| !rule::is_cases(path));
    let files = paths.map(|path| Ok((path, repository.text(path)?))).collect::<Result<Vec<_>>>()?;
    let sources: Vec<_> = files.iter().map(|(path, text)| SourceFile { path, text }).collect();
    let rules = rule::load(&sources, &Lists::default()).rules;
    if let Some(name) = names.iter().find(|name| !rules.iter().any(|rule| rule.is_called(name))) {
        bail!("no rule is called `{name}`");
    }
    let mut tally = Tally::default();
    for (number, source) in sources.iter().enumerate() {
        let own: Vec<_> = rules.iter().filter(|rule| rule.origin.file == number).cloned().collect();
        let is_meant =
            |rule: &Rule| names.is_empty() || names.iter().any(|name| rule.is_called(name));
        if !own.iter().any(is_meant) {
            continue;
        }
        let cases = Cases::load(&repository.text(&source.path.replace(".yml", ".test.yml"))?);
        let trials = cases.cases.into_iter().map(|case| Trial::new(case, source, &sample));
        let trials = trials.collect::<Result<Vec<_>>>();
        tally.add(&own, source, &trials.with_context(|| format!("cases of {}", source.path))?);
    }
    Ok(tally.print())
}

fn sample(base: &str) -> Result<String> {
    let path = repository::root().join("rules/samples").join(format!("{base}.json"));
    fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))
}

/// A case, ready to be tried on mutants.
struct Trial {
    case: Case,
    steps: Vec<Step>,
    /// The lists of the case, and the rules of the file as they are with them; `None` when the case has none.
    own: Option<(Lists, Vec<Rule>)>,
}

impl Trial {
    fn new(
        case: Case,
        source: &SourceFile<'_>,
        sample: &dyn Fn(&str) -> Result<String>,
    ) -> Result<Self> {
        let steps = case.events(sample)?;
        let lists: Lists = case.lists.iter().cloned().collect();
        let own = (!case.lists.is_empty()).then(|| {
            let rules = rule::load(&[*source], &lists).rules;
            (lists, rules)
        });
        Ok(Self { case, steps, own })
    }

    /// What is wrong when these rules are run, as they are with the lists of the case; `None` if all is well.
    fn judge(&self, detector: &Arc<Detector>) -> Option<String> {
        let admins = self.own.as_ref().map(|(lists, _)| Admins::of(lists)).unwrap_or_default();
        let settings = Settings { admins, ..Settings::default() };
        self.case.judge(&detector.observe_steps(&self.steps, settings))
    }

    /// The same for rules of which one is changed by that mutant of it.
    fn judge_mutant(&self, at: usize, number: usize, shared: &Arc<Detector>) -> Option<String> {
        let Some((_, rules)) = &self.own else { return self.judge(shared) };
        // The parts of a rule are the same with any lists, and so is their order.
        let mutant = rules.get(at).map(Rule::mutants).and_then(|all| all.into_iter().nth(number));
        match mutant {
            Some(mutant) => self.judge(&detector(&changed(rules, at, &mutant))),
            None => Some("the rule cannot be run with the lists of the case".to_owned()),
        }
    }
}

fn detector(rules: &[Rule]) -> Arc<Detector> {
    Arc::new(Detector::of(rules, Scope::default()))
}

/// The rules with a mutant in the place of one.
fn changed(rules: &[Rule], at: usize, mutant: &Mutant) -> Vec<Rule> {
    let mut rules = rules.to_vec();
    if let Some(rule) = rules.get_mut(at) {
        rule.expr = mutant.expr.clone();
        if let Some(asks) = &mutant.asks {
            rule.asks.clone_from(asks);
        }
        if mutant.correlation.is_some() {
            rule.correlation.clone_from(&mutant.correlation);
        }
    }
    rules
}

impl Tally {
    /// Mutates the rules of one file.
    fn add(&mut self, rules: &[Rule], source: &SourceFile<'_>, trials: &[Trial]) {
        let shared = detector(rules);
        let wrong = |trial: &Trial| match &trial.own {
            Some((_, own)) => trial.judge(&detector(own)),
            None => trial.judge(&shared),
        };
        let wrong = trials.iter().find_map(|trial| Some((trial, wrong(trial)?)));
        if let Some((trial, wrong)) = wrong {
            let Trial { case, .. } = trial;
            return self.complaints.push(format!("{}: `{}` {wrong}", source.path, case.name));
        }
        for (at, rule) in rules.iter().enumerate() {
            for (number, mutant) in rule.mutants().iter().enumerate() {
                let shared = detector(&changed(rules, at, mutant));
                let notices = |trial: &Trial| trial.judge_mutant(at, number, &shared).is_some();
                self.n_mutants += 1;
                if !trials.iter().any(notices) {
                    let line = mutant.span.place(source.text).line;
                    let what = &mutant.what;
                    let complaint = format!("{}:{line}: no case needs `{what}`", source.path);
                    self.complaints.push(complaint);
                    self.n_survived += 1;
                }
            }
        }
    }

    fn print(&self) -> bool {
        for complaint in &self.complaints {
            println!("{complaint}");
        }
        let killed = self.n_mutants - self.n_survived;
        println!("{} mutants, {killed} killed, {} survived", self.n_mutants, self.n_survived);
        self.complaints.is_empty() && self.n_mutants > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"eventType": "a", "outcome": {"result": "SUCCESS"}, "target": [
        {"type": "User", "id": "1"}, {"type": "Token", "id": "2"}]}"#;

    /// Compares what survives of a detection under some cases, each an expectation and what it sets.
    fn check(detection: &str, cases: &[&str], survivors: &[&str]) {
        let text = format!(
            "title: t\nlevel: low\nlogsource: {{product: okta}}\nsigma-version: 3\n\
             lists: {{names: []}}\ndetection:\n{detection}"
        );
        let source = SourceFile { path: "r.yml", text: &text };
        let loaded = rule::load(&[source], &Lists::default());
        assert!(!loaded.rules.is_empty(), "{:?}", loaded.diagnostics);
        let case = |case: &&str| format!("  - {{name: n, {case}}}\n");
        let cases: String = cases.iter().map(case).collect();
        let cases = Cases::load(&format!("base: b\ncases:\n{cases}")).cases;
        let new = |case| Trial::new(case, &source, &|_| Ok(EVENT.to_owned())).unwrap();
        let trials: Vec<_> = cases.into_iter().map(new).collect();
        let mut tally = Tally::default();
        tally.add(&loaded.rules, &source, &trials);
        assert_eq!(tally.complaints, survivors, "{detection}");
        assert_eq!(tally.print(), survivors.is_empty());
    }

    const PLAIN: &str = "  s:\n    eventType: a\n    outcome.result: SUCCESS\n  condition: s\n";

    #[test]
    fn fields_that_no_case_needs_survive() {
        let (alert, other) = ("expect: alert", "expect: quiet, set: {eventType: b}");
        let failed = "expect: quiet, set: {outcome.result: FAILURE}";
        check(PLAIN, &[alert, other, failed], &[]);
        check(PLAIN, &[alert, other], &["r.yml:9: no case needs `outcome.result`"]);
        check(
            PLAIN,
            &[alert],
            &[
                "r.yml:7: no case needs `s`",
                "r.yml:8: no case needs `eventType`",
                "r.yml:9: no case needs `outcome.result`",
            ],
        );
    }

    #[test]
    fn nothing_is_mutated_where_cases_fail_anyway() {
        let failing = "expect: alert, set: {eventType: b}";
        check(PLAIN, &[failing], &["r.yml: `n` stays quiet, and must alert"]);
    }

    #[test]
    fn every_kind_of_part_is_left_out() {
        let (alert, quiet) = ("expect: alert", "expect: quiet, set: {eventType: b}");
        check(
            "  s: {eventType: a}\n  t: {target.id: '3'}\n  condition: s and not t\n",
            &[alert, quiet],
            &["r.yml:8: no case needs `t`", "r.yml:8: no case needs `target.id`"],
        );
        check(
            "  s:\n    - eventType: a\n    - eventType: b\n      target.id: '1'\n  condition: s\n",
            &[alert, "expect: quiet, set: {eventType: b, target.0.id: '3'}"],
            &["r.yml:9: no case needs `alternative`", "r.yml:9: no case needs `eventType`"],
        );
        check(
            "  s:\n    target[any]:\n      type: User\n      id: '1'\n  condition: s\n",
            &[alert, "expect: quiet, set: {target.0.type: Group}"],
            &["r.yml:10: no case needs `id`"],
        );
        check(
            "  s: [SUCC, '2']\n  condition: s\n",
            &[alert],
            &["r.yml:7: no case needs `s`", "r.yml:7: no case needs `keywords`"],
        );
    }

    #[test]
    fn filter_expressions_are_mutated_as_well() {
        let filter = "  filter: eventType eq \"a\" and target.id eq \"1\" or not outcome.result eq \"SUCCESS\"\n";
        let cases = [
            "expect: alert",
            "expect: quiet, set: {eventType: b}",
            "expect: quiet, set: {target.0.id: '3'}",
            "expect: alert, set: {eventType: b, outcome.result: FAILURE}",
        ];
        check(filter, &cases, &[]);
        check(filter, &cases[..3], &["r.yml:7: no case needs `outcome.result`"]);
    }

    #[test]
    fn lists_of_a_case_fill_its_mutants() {
        let (alert, quiet) = ("expect: alert", "expect: quiet, set: {eventType: b}");
        let detection =
            "  s: {eventType: a}\n  t: {target.id|expand: '%names%'}\n  condition: s and not t\n";
        let t = ["r.yml:8: no case needs `t`", "r.yml:8: no case needs `target.id`"];
        check(detection, &[alert, quiet], &t);
        check(detection, &[alert, quiet, "expect: quiet, lists: {names: ['1']}"], &[]);
    }
}
