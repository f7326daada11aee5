//! What a plan has to meet: the answers that are understood, each different one once.

use crate::answer::Verdict;
use crate::{Answer, Base, Operation, OperationId, Text};

/// What one call asks of a plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need<'a> {
    pub(super) id: OperationId,
    pub(super) operation: &'a Operation,
    pub(super) answer: &'a Answer,
}

/// The needs of every answer that is about an operation, in order of operation.
pub(super) fn needs<'a>(base: &'a Base, answers: &'a [Answer]) -> Vec<Need<'a>> {
    let understood = answers.iter().filter(|answer| answer.verdict.is_understood());
    let mut needs: Vec<_> = understood
        .filter_map(|answer| {
            let id = answer.operation?;
            Some(Need { id, operation: base.operation(id), answer })
        })
        .collect();
    needs.sort_by_key(|need| need.id);
    needs.dedup_by(|next, one| one.id == next.id && one.asks_what(next));
    needs
}

impl Need<'_> {
    fn asks_what(&self, other: &Self) -> bool {
        let (one, other) = (self.answer, other.answer);
        one.permission == other.permission
            && one.role == other.role
            && one.scope == other.scope
            && one.verdict == other.verdict
            && one.questions == other.questions
    }

    /// Whether it takes a credential that no plan here is about.
    pub(super) fn is_of_another_system(&self) -> bool {
        self.answer.verdict == Verdict::OtherCredential
            || (self.answer.verdict.says_nothing_of_credentials()
                && Verdict::of(self.operation.credentials) == Verdict::OtherCredential)
    }

    /// Why something is not covered, with the answer to a question on which that hangs.
    pub(super) fn because(&self, why: &str) -> Text {
        let hangs = self.answer.questions.iter().filter_map(|question| {
            let answer = question.answer.as_ref().or(question.presumed.as_ref())?;
            question.changes_needs.then(|| format!("{}={answer}", question.name))
        });
        let hangs: Vec<_> = hangs.collect();
        if hangs.is_empty() {
            return why.to_owned().into();
        }
        format!("{why} (with {})", hangs.join(", ")).into()
    }
}

/// Of an edge that is not known: what it is that is not known, with its note.
pub(super) fn not_known(what: &str, note: &str) -> String {
    match note {
        "" => format!("{what} is not known: try it out with `keyward privilege probe`"),
        _ => format!("{what} is not known ({note}): try it out with `keyward privilege probe`"),
    }
}
