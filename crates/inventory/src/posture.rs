//! What is weak about a tenant's credentials, administrators and settings.
//!
//! Each check is a function in a file of its own; what to say of it lies in `catalog/posture`. A check that cannot be made, because
//! something was not read or too little of the log was seen, is said to be so: silence is no proof.

mod broader;
mod console_policy;
mod creator_deactivated;
mod dormant;
mod expiring;
mod explorer;
mod factors;
mod public_client_app_admins;
mod secret_not_rotated;
mod several_secrets;
mod shared;
mod super_admin;
#[cfg(test)]
mod tests;
mod unbound;
mod view;

use std::collections::BTreeSet;
use std::sync::Arc;

use finding::{Evidence, Finding, Level, Rule, Subject, Weakness};
use jiff::Timestamp;

pub use self::dormant::{APP_DORMANT, TOKEN_DORMANT};
use self::view::View;
use crate::{Card, Provider, Snapshot};

/// What was found, and what was not looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posture {
    /// Findings of kind `posture`, in order of level and title, the worst first.
    pub findings: Vec<Finding>,
    /// Checks that could not be made, or not of everything.
    pub unexamined: Vec<Unexamined>,
}

/// A check that could not be made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unexamined {
    /// The name of the check, as in the catalog.
    pub check: &'static str,
    /// Why, as a fragment.
    pub why: String,
    /// Ids of the credentials that it is about; empty if it is about everything that the check looks at.
    pub only: BTreeSet<String>,
}

/// One check.
struct Check {
    /// The name of its page in the catalog.
    name: &'static str,
    /// Whose tenants have what it looks at.
    of: &'static [Provider],
    /// What must have been read, as gaps name it.
    needs: &'static [&'static str],
    /// Finds what is weak.
    run: fn(&View<'_>, &mut Weak),
}

const OKTA: &[Provider] = &[Provider::Okta];
const AUTH0: &[Provider] = &[Provider::Auth0];
const BOTH: &[Provider] = &[Provider::Okta, Provider::Auth0];

/// All of them, read from top to bottom.
const CHECKS: [Check; 17] = [
    check("unbound", OKTA, &["api tokens", "apps"], unbound::run),
    check(
        "super_admin",
        OKTA,
        &["api tokens", "apps", "roles of apps", "roles of accounts"],
        super_admin::run,
    ),
    check("creator_deactivated", OKTA, &["api tokens", "apps"], creator_deactivated::run),
    check("dormant", BOTH, &["api tokens", "apps", "clients"], dormant::run),
    check("expiring", OKTA, &["api tokens"], expiring::run),
    check("shared", BOTH, &["api tokens", "apps", "clients"], shared::run),
    check("broader", OKTA, &["api tokens", "apps", "scopes of apps"], broader::run),
    check(
        "public_client_app_admins",
        OKTA,
        &["the setting `Public client app admins`"],
        public_client_app_admins::run,
    ),
    check("several_secrets", OKTA, &["apps", "secrets of apps"], several_secrets::run),
    check("admin_one_factor", OKTA, &["administrators", "factors of administrators"], factors::one),
    check(
        "admin_phishable",
        OKTA,
        &["administrators", "factors of administrators"],
        factors::phishable,
    ),
    check("console_policy", OKTA, &["the policy of the Admin Console"], console_policy::run),
    check("explorer_exists", AUTH0, &["clients"], explorer::exists),
    check(
        "explorer_all_scopes",
        AUTH0,
        &["clients", "client grants", "resource servers"],
        explorer::all_scopes,
    ),
    check("explorer_long_tokens", AUTH0, &["clients", "resource servers"], explorer::long_tokens),
    check("grants_wider", AUTH0, &["clients", "client grants"], broader::grants),
    check("secret_not_rotated", AUTH0, &["clients"], secret_not_rotated::run),
];

const fn check(
    name: &'static str,
    of: &'static [Provider],
    needs: &'static [&'static str],
    run: fn(&View<'_>, &mut Weak),
) -> Check {
    Check { name, of, needs, run }
}

/// What a check found.
#[derive(Debug, Default)]
struct Weak {
    found: Vec<(Option<Level>, Weakness)>,
    /// Why, and which credentials; none for all.
    unexamined: Vec<(String, BTreeSet<String>)>,
}

impl Unexamined {
    /// Whether it hides what became of a finding: then the finding is neither right nor mended, as far as anybody knows.
    pub fn hides(&self, finding: &Finding) -> bool {
        let Subject { token, client, .. } = &finding.subject;
        let is_about = |id: &String| self.only.contains(id);
        finding.rule.id == format!("posture.{}", self.check)
            && (self.only.is_empty() || [token, client].into_iter().flatten().any(is_about))
    }
}

impl Weak {
    /// Something is weak, as bad as the catalog says.
    fn add(&mut self, weakness: Weakness) {
        self.found.push((None, weakness));
    }

    /// Something is weak, and worse or less bad than usual.
    fn add_as(&mut self, level: Level, weakness: Weakness) {
        self.found.push((Some(level), weakness));
    }

    /// The check could not be made.
    fn skip(&mut self, why: impl Into<String>) {
        self.unexamined.push((why.into(), BTreeSet::new()));
    }

    /// Some credentials could not be looked at; nothing is said if there are none.
    fn skip_some<'c>(&mut self, cards: impl IntoIterator<Item = &'c Card>, why: impl Into<String>) {
        let only: BTreeSet<String> = cards.into_iter().map(|card| card.id.clone()).collect();
        if !only.is_empty() {
            self.unexamined.push((why.into(), only));
        }
    }
}

/// Looks for every weakness in a snapshot that was joined with the log. The same snapshot at the same time has the same findings.
pub fn posture(snapshot: &Snapshot, now: Timestamp) -> Posture {
    let view = View { snapshot, now };
    let mut posture = Posture::default();
    for check in CHECKS.iter().filter(|check| check.of.contains(&snapshot.provider)) {
        let mut weak = Weak::default();
        if snapshot.is_listed() {
            let lacking = check.needs.iter().filter_map(|what| snapshot.gap(what));
            lacking.for_each(|gap| weak.skip(format!("{}: {}", gap.what, gap.why)));
        } else {
            weak.skip("what the tenant holds was not read");
        }
        (check.run)(&view, &mut weak);
        let skipped = weak.unexamined.drain(..);
        posture.unexamined.extend(skipped.map(|(why, only)| Unexamined {
            check: check.name,
            why,
            only,
        }));
        let found = weak.found.into_iter();
        posture
            .findings
            .extend(found.filter_map(|(level, found)| finding(check.name, level, found)));
    }
    posture.findings.sort_by(|a, b| {
        b.level
            .cmp(&a.level)
            .then_with(|| a.rule.title.cmp(&b.rule.title))
            .then_with(|| a.id.cmp(&b.id))
    });
    posture.unexamined.sort();
    posture.unexamined.dedup();
    posture
}

fn finding(name: &str, level: Option<Level>, weakness: Weakness) -> Option<Finding> {
    let known = catalog::posture(name)?;
    let rule = Rule {
        id: format!("posture.{name}"),
        name: format!("posture_{name}"),
        title: known.title.to_owned(),
        status: None,
        attack: known.attack.iter().map(|&id| id.to_owned()).collect(),
    };
    let level = level.or_else(|| known.level.parse().ok()).unwrap_or(Level::Low);
    Some(Finding::of_weakness(Arc::new(rule), level, weakness))
}

/// Evidence of one field after another.
fn evidence<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> Evidence {
    let mut evidence = Evidence::default();
    for (field, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        evidence.add(field, &value);
    }
    evidence
}
