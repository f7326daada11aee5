//! What whoever applies a plan must know.

use catalog::{Product, permission};

use super::{Plan, PlanKind};
use crate::{Answer, AnsweredBy, Base, Operation, Question, Text, Usage, Verdict};

/// Adds the warnings that follow from what the plan grants and rests on.
pub(super) fn warn(plan: &mut Plan, base: &Base, usage: &Usage, answers: &[Answer]) {
    let mut warnings = Vec::new();
    warnings.extend(credentials(plan, base, answers));
    warnings.extend(answers.iter().flat_map(|answer| rests_on(plan, base, usage, answer)));
    warnings.extend(powers(plan));
    warnings.dedup();
    plan.warnings.extend(warnings);
}

fn name(operation: &Operation) -> String {
    format!("{} {}", operation.method.name(), operation.path)
}

/// Operations that one kind of credential does not reach.
fn credentials(plan: &Plan, base: &Base, answers: &[Answer]) -> Vec<Text> {
    let covered = plan.covered.iter().map(|id| base.operation(*id));
    let told = |operation: &Operation| match Verdict::of(operation.credentials) {
        Verdict::TokenOnly => Some("takes an API token only: no access token reaches it"),
        Verdict::OauthOnly if operation.product == Product::Okta => {
            Some("takes an access token only: it cannot be done with an API token")
        }
        _ => None,
    };
    let alone =
        covered.filter_map(|operation| Some(format!("{} {}", name(operation), told(operation)?)));
    let mut all: Vec<Text> = alone.map(Text::Owned).collect();
    let with_token = answers.iter().filter(|answer| {
        matches!(answer.verdict, Verdict::TokenRequired | Verdict::TokenUnless)
            && answer.operation.is_some_and(|id| plan.covered.contains(&id))
    });
    let mut sent: Vec<_> = with_token
        .filter_map(|answer| Some(name(base.operation(answer.operation?))))
        .map(|name| {
            format!("{name} takes an administrator's API token: no access token reaches it")
        })
        .collect();
    sent.sort_unstable();
    sent.dedup();
    all.extend(sent.into_iter().map(Text::Owned));
    all
}

/// Answers that were guessed or presumed, and on which needs hang.
fn rests_on(plan: &Plan, base: &Base, usage: &Usage, answer: &Answer) -> Vec<Text> {
    let Some(id) = answer.operation.filter(|id| plan.covered.contains(id)) else {
        return Vec::new();
    };
    let called = name(base.operation(id));
    let label = usage.entries.get(answer.entry).map_or("", |entry| &entry.label);
    let told = |question: &Question| {
        let Question { name, text, presumed, answer, answered_by, .. } = question;
        let rests = match (presumed, answer, answered_by) {
            (Some(presumed), ..) => {
                format!("rests on {name}={presumed}, for nothing tells; {text}")
            }
            (_, Some(answer), Some(AnsweredBy::Words)) => {
                format!("rests on {name}={answer}, a guess by the words `{label}`; {text}")
            }
            (None, None, _) => format!("is not answered: {text} The least that may do is granted"),
            _ => return None,
        };
        Some(Text::Owned(format!("{called} {rests}")))
    };
    let decisive = answer.questions.iter().filter(|question| question.changes_needs);
    decisive.filter_map(told).collect()
}

/// What the grants can do beyond the calls.
fn powers(plan: &Plan) -> Vec<Text> {
    let mut told = Vec::new();
    let granted = |name: &str| plan.permissions.iter().any(|reason| reason.name == name);
    for reason in &plan.permissions {
        let Some(known) = permission(&reason.name) else { continue };
        if known.includes().any(|one| one == "okta.users.apitokens.manage") {
            told.push(format!(
                "{} comes with okta.users.apitokens.manage: who has it can make API tokens",
                known.name
            ));
        }
        if !known.also_needs.is_empty() && !granted(known.also_needs) {
            told.push(format!("{} is of use only along with {}", known.name, known.also_needs));
        }
    }
    let about_users =
        |name: &str| name.starts_with("okta.users.") || name.starts_with("okta.groups.");
    if plan.kind != PlanKind::Scopes && plan.permissions.iter().any(|one| about_users(&one.name)) {
        told.push(
            "no custom role reaches users who hold an administrator role, nor groups that give one"
                .to_owned(),
        );
    }
    told.into_iter().map(Text::Owned).collect()
}
