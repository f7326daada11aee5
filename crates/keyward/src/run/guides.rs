//! Why findings matter, what may be innocent about them, and what to do first: from the rules in use, and from the catalog.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use finding::{Finding, Kind, Subject};
use sink::Guide;

use super::rules::Rules;
use crate::tokens::advice;

/// What to tell beside findings. Copies tell the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guides {
    /// By the name of the rule.
    by_rule: Arc<RwLock<HashMap<String, Guide>>>,
}

impl Guides {
    /// Those of some rules.
    pub(crate) fn of_rules(rules: &Rules) -> Self {
        let guides = Self::default();
        guides.take(rules);
        guides
    }

    /// From now on those of other rules. What earlier ones raised is told without, if they are gone.
    pub(crate) fn take(&self, rules: &Rules) {
        let fresh = rules.all().map(|rule| (rule.name.clone(), of_rule(rule))).collect();
        *self.by_rule.write().unwrap_or_else(PoisonError::into_inner) = fresh;
    }

    /// What to tell beside a finding; empty if nobody knows.
    pub(crate) fn of(&self, finding: &Finding) -> Guide {
        if let Some(credential) = &finding.credential {
            return of_credential(&credential.kind);
        }
        if finding.kind == Kind::Posture {
            let check = finding.rule.name.trim_start_matches("posture_");
            return of_posture(check, &finding.subject);
        }
        let known = self.by_rule.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&finding.rule.name).cloned().unwrap_or_default()
    }
}

fn of_rule(rule: &rule::Rule) -> Guide {
    let about = &rule.about;
    let why = about.explanation.as_ref().or(about.description.as_ref());
    Guide {
        why: why.cloned().unwrap_or_default(),
        innocent: about.falsepositives.clone(),
        first: about.response.clone(),
        tactics: rule.attack.tactics.clone(),
    }
}

/// Steps of the guidance on a leak that are told beside it: what stops the harm, and what shows how far it went.
const STEPS_TOLD: usize = 3;

fn of_credential(kind: &str) -> Guide {
    let Some(guidance) = catalog::guidance(kind) else { return Guide::default() };
    let steps = catalog::STEPS.iter().zip(guidance.steps).take(STEPS_TOLD);
    Guide {
        why: guidance.impact.join(" "),
        innocent: Vec::new(),
        first: steps.map(|(name, step)| format!("{name}: {step}")).collect(),
        tactics: Vec::new(),
    }
}

fn of_posture(check: &str, subject: &Subject) -> Guide {
    let Some(known) = catalog::posture(check) else { return Guide::default() };
    let texts = |all: &[&str]| all.iter().map(|&text| text.to_owned()).collect();
    Guide {
        why: known.why.to_owned(),
        innocent: texts(&known.innocent),
        first: advice(known, subject),
        tactics: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leak_is_told_with_its_impact_and_first_steps() {
        let guide = of_credential("okta_api_token");
        assert!(guide.why.contains("Takeover"), "{}", guide.why);
        assert!(guide.first[0].starts_with("Revoke: "), "{:?}", guide.first);
        assert_eq!(of_credential("nothing"), Guide::default());
    }

    #[test]
    fn a_rule_is_told_with_its_tactics() {
        let config = crate::config::parse(TENANT, std::path::Path::new("")).unwrap();
        let guides = Guides::of_rules(&Rules::load(&config.detect).unwrap());
        let rule = finding::Rule { name: "okta_api_token_created".into(), ..Default::default() };
        let event = finding::Occurrence::default();
        let found = Finding::of_event(Arc::new(rule), finding::Level::High, event);
        let guide = guides.of(&found);
        assert!(
            !guide.first.is_empty() && guide.tactics.contains(&"persistence".to_owned()),
            "{guide:?}"
        );
    }

    const TENANT: &str = "[[tenant]]\nname = \"acme\"\nprovider = \"okta\"\nurl = \"https://acme.okta.com\"\n\
                          read = { method = \"api-token\", token = { env = \"T\" } }\n";

    #[test]
    fn a_weakness_is_told_with_commands_that_name_what_is_weak() {
        let subject = |token: &str| Subject { token: Some(token.to_owned()), ..Subject::default() };
        let first = of_posture("unbound", &subject("00T1")).first;
        assert!(first[0].contains("`keyward tokens show 00T1`"), "{first:?}");
        let odd = of_posture("unbound", &subject("$(id)")).first;
        assert!(odd[0].contains("`keyward tokens show ID`"), "{odd:?}");
    }
}
