//! What whoever applies a plan must know.

use catalog::{Product, permission};

use super::Plan;
use super::need::Need;
use crate::{AnsweredBy, Operation, Question, Text, Verdict};

/// The warnings that follow from what a plan rests on: credentials that some calls refuse, and answers
/// that were guessed or presumed.
pub(super) fn rests_on(covered: &[Need<'_>]) -> Vec<Text> {
    let credentials = covered.iter().filter_map(credential);
    let answers = covered.iter().flat_map(answers);
    let mut warnings: Vec<Text> = Vec::new();
    for warning in credentials.chain(answers).map(Text::Owned) {
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
    warnings
}

fn name(operation: &Operation) -> String {
    format!("{} {}", operation.method.name(), operation.path)
}

/// Which kind of credential does not reach the operation.
fn credential(need: &Need<'_>) -> Option<String> {
    let operation = need.operation;
    let told = match (need.answer.verdict, Verdict::of(operation.credentials)) {
        (Verdict::TokenRequired | Verdict::TokenUnless, _) => {
            "takes an administrator's API token: no access token reaches it"
        }
        (_, Verdict::TokenOnly) => "takes an API token only: no access token reaches it",
        (_, Verdict::OauthOnly) if operation.product == Product::Okta => {
            "takes an access token only: it cannot be done with an API token"
        }
        _ => return None,
    };
    Some(format!("{} {told}", name(operation)))
}

/// Answers that were guessed or presumed, and on which needs hang.
fn answers(need: &Need<'_>) -> impl Iterator<Item = String> {
    let called = name(need.operation);
    let told = move |question: &Question| {
        let Question { name, text, presumed, answer, answered_by, .. } = question;
        Some(match (presumed, answer, answered_by) {
            (Some(presumed), ..) => {
                format!("{called}: rests on {name}={presumed}, for nothing tells. {text}")
            }
            (_, Some(answer), Some(AnsweredBy::Words)) => {
                format!("{called}: rests on {name}={answer}, a guess by its label. {text}")
            }
            (None, None, _) => {
                format!("{called}: {name} is not answered, so that the least is granted. {text}")
            }
            _ => return None,
        })
    };
    need.answer.questions.iter().filter(|question| question.changes_needs).filter_map(told)
}

/// Adds what the grants of a plan can do beyond the calls, and what they are of no use without.
pub(super) fn powers(plan: &mut Plan) {
    let granted = |name: &str| plan.permissions.iter().any(|reason| reason.name == name);
    let mut told = Vec::new();
    for known in plan.permissions.iter().filter_map(|reason| permission(&reason.name)) {
        if known.includes().any(|one| one == "okta.users.apitokens.manage") {
            told.push(format!("{} lets its holder make API tokens", known.name));
        }
        let others =
            || known.also_needs.split(" or ").map(|name| name.split(' ').next().unwrap_or(name));
        if !known.also_needs.is_empty() && !others().any(granted) {
            told.push(format!("{} is of use only along with {}", known.name, known.also_needs));
        }
    }
    let is_about_people =
        |name: &str| name.starts_with("okta.users.") || name.starts_with("okta.groups.");
    if plan.permissions.iter().any(|one| is_about_people(&one.name)) {
        let told_of = "no custom role reaches users who hold an administrator role (reported by others, not by \
                       Okta), nor the membership of groups that give one";
        told.push(told_of.to_owned());
    }
    plan.warnings.extend(told.into_iter().map(Text::Owned));
}
