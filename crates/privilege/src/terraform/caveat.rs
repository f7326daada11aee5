//! What whoever applies a document must know first, as remarks at its head.

use std::collections::BTreeSet;

use super::{Block, product};
use crate::{Answer, Base, OperationId, Plan, Usage, Verdict};

/// What a plan's Terraform does not show: what it leaves out and why, what no plan can promise with the
/// place of each, what it rests on, and what its grants can do beyond the calls. Empty where there is
/// nothing of that.
pub fn caveats(base: &Base, usage: &Usage, answers: &[Answer], plan: &Plan) -> Vec<String> {
    let mut told: Vec<String> = plan
        .uncovered
        .iter()
        .map(|(id, why)| format!("left out: {}: {why}", called(base, *id)))
        .collect();
    told.extend(answers.iter().filter_map(|answer| not_reached(base, plan, answer)));
    let open = answers.iter().filter(|answer| answer.is_undetermined(base));
    told.extend(open.filter_map(|answer| {
        let entry = usage.entries.get(answer.entry)?;
        Some(format!("not determined: {}: {}", entry.place, entry.input))
    }));
    if usage.n_faults > 0 {
        told.push(format!("not read: {} places of the input", usage.n_faults));
    }
    told.extend(plan.warnings.iter().map(ToString::to_string));
    let mut seen = BTreeSet::new();
    told.retain(|text| seen.insert(text.clone()));
    told
}

/// An operation that keeps an API token, where the plan itself does not name it.
fn not_reached(base: &Base, plan: &Plan, answer: &Answer) -> Option<String> {
    let token = [Verdict::TokenOnly, Verdict::TokenRequired, Verdict::TokenUnless];
    let id = answer.operation.filter(|_| token.contains(&answer.verdict))?;
    let operation = base.operation(id);
    let called = called(base, id);
    let is_told = plan.warnings.iter().any(|one| one.starts_with(&format!("{called} takes an")));
    let is_here = operation.product == product(base, plan);
    (is_here && !is_told).then(|| {
        format!("not for an app: {called}: no access token reaches it, only an API token (SSWS)")
    })
}

fn called(base: &Base, id: OperationId) -> String {
    let operation = base.operation(id);
    format!("{} {}", operation.method.name(), operation.path)
}

/// The text under remarks, each on a line of its own, whatever is in it, with a blank line between; the
/// text alone where there is none.
pub fn remarks(title: &str, told: &[String], text: &str) -> String {
    if told.is_empty() {
        return text.to_owned();
    }
    let lines = told.iter().map(|one| format!("- {}", super::value::remark(one)));
    let head = Block::remarks(std::iter::once(title.to_owned()).chain(lines));
    format!("{}\n{text}", head.text())
}
