//! The policy that the Admin Console is entered by.
//!
//! Source: Okta Policy API, authentication policies and their rules, checked 2026-11-22.

use inventory::{Console, ConsoleRule};
use serde::Deserialize;
use serde_json::Value;

use super::reading::{Question, Reading};
use super::row::App;

/// What Okta calls the app that the Admin Console is.
const APP: &str = "saasure";

/// The name that its policy has unless somebody renamed it. Only a super administrator sees the app that would name the policy.
const POLICY: &str = "Okta Admin Console";

const WHAT: &str = "the policy of the Admin Console";

#[derive(Deserialize)]
struct Policy {
    id: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    actions: Value,
}

/// The policy with its rules. `None` if it was not found or not read, with a gap.
pub(super) async fn read(reading: &mut Reading<'_>, apps: &[App]) -> Option<Console> {
    let query = "type=ACCESS_POLICY&limit=100";
    let question = Question { what: WHAT, operation: "listPolicies", ids: &[], query };
    let policies: Vec<Policy> = reading.list(question).await?;
    let linked =
        apps.iter().find(|app| app.name == APP).and_then(|app| app.links.access_policy.as_ref());
    let linked = linked.and_then(|link| link.href.rsplit('/').next());
    let is_it = |policy: &&Policy| linked.map_or(policy.name == POLICY, |id| policy.id == id);
    let Some(policy) = policies.iter().find(is_it) else {
        let why = "none of the policies that the credential sees is it; a super administrator would see it";
        reading.lacks(WHAT, why, None);
        return None;
    };
    let rules =
        Question { what: WHAT, operation: "listPolicyRules", ids: &[&policy.id], query: "" };
    let rules: Vec<Rule> = reading.list(rules).await?;
    let rules = rules.into_iter().map(rule).collect();
    Some(Console { policy: policy.id.clone(), name: policy.name.clone(), rules })
}

fn rule(row: Rule) -> ConsoleRule {
    let sign_on = &row.actions["appSignOn"];
    let method = &sign_on["verificationMethod"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    ConsoleRule {
        id: row.id,
        name: row.name,
        is_active: row.status != "INACTIVE",
        allows: sign_on["access"] != "DENY",
        factor_mode: text(&method["factorMode"]),
        phishing_resistant: resistant(method),
    }
}

/// Whether one of the alternatives that suffice asks for less than what cannot be phished; constraints are alternatives.
fn resistant(method: &Value) -> Option<bool> {
    let constraints = method["constraints"].as_array()?;
    let asks = |one: &Value| one["possession"]["phishingResistant"] == "REQUIRED";
    Some(!constraints.is_empty() && constraints.iter().all(asks))
}
