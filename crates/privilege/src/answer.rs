//! What each call needs: three answers an entry, never blended.

mod change;
mod doubt;
mod judged;
mod question;
mod several;
mod verdict;

use catalog::{Confidence, Product};

use crate::{
    Base, Edge, OperationId, Outcome, PermissionRule, RoleRule, ScopeRule, Text, Usage, Via,
};

pub use crate::answer::question::{AnsweredBy, Question, check_assumptions};
pub use crate::answer::verdict::Verdict;

/// The answers for one entry of a [`Usage`].
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its number in [`Usage::entries`].
    pub entry: usize,
    /// The operation: called, or probably meant where the call is wrong; `None` if nothing is near.
    pub operation: Option<OperationId>,
    /// Whether the call is right as it stands, and which credential it takes.
    pub verdict: Verdict,
    /// Scopes. Exact for Okta.
    pub scope: Edge<ScopeRule>,
    /// Permissions of a custom role, after the answers to questions.
    pub permission: Edge<PermissionRule>,
    /// Standard roles, after the answers to questions.
    pub role: Edge<RoleRule>,
    /// What the answer depends on.
    pub questions: Vec<Question>,
    /// What whoever reads this must know: what is wrong, what is current, what it does beside.
    pub notes: Vec<Text>,
    /// Whether each of the three must be known, for [`demand`] asked for a level.
    pub must_be_whole: bool,
}

/// Answers to questions, given beforehand: (name of the question, name of the answer).
pub type Assumptions = Vec<(String, String)>;

/// The answers for every entry, in order: one each, or one for each operation that fits it.
pub fn answers(base: &Base, usage: &Usage, assumptions: &Assumptions) -> Vec<Answer> {
    let entries = usage.entries.iter().enumerate();
    entries
        .flat_map(|(number, entry)| match &entry.outcome {
            Outcome::Operation(_, Via::OneOf(ids)) => {
                several::answers(base, number, entry, ids, assumptions)
            }
            outcome => vec![judged::answer(base, number, entry, outcome, assumptions)],
        })
        .collect()
}

/// Takes for unknown every edge that is known less well than `least`, and says so in its note.
///
/// That no scope reaches an operation, or that it needs nothing, is an edge like any other. From then on an
/// answer is determined only if all three are known.
pub fn demand(answers: &mut [Answer], least: Confidence) {
    for answer in answers {
        answer.must_be_whole = least > Confidence::Unknown;
        doubt::doubt(&mut answer.scope, ScopeRule::Unknown, least);
        doubt::doubt(&mut answer.permission, PermissionRule::Unknown, least);
        doubt::doubt(&mut answer.role, RoleRule::Unknown, least);
    }
}

impl Answer {
    /// The verdict in words, such as `token required if factorType absent`.
    pub fn verdict_name(&self) -> Text {
        let decides = self.questions.iter().find(|question| question.decides_token);
        self.verdict.name(decides.map_or("", |question| &question.parameter))
    }

    /// Whether no plan can promise that it works: it is not understood, or neither a permission nor a role
    /// is known for it (Auth0: no scope). Where a level was demanded: not all three are known.
    pub fn is_undetermined(&self, base: &Base) -> bool {
        let Some(id) = self.operation else { return self.verdict != Verdict::Elsewhere };
        let operation = base.operation(id);
        match operation.product {
            _ if !self.verdict.is_understood() => true,
            _ if Verdict::of(operation.credentials) == Verdict::OtherCredential => false,
            _ if self.must_be_whole => {
                self.scope.rule == ScopeRule::Unknown
                    || self.permission.rule == PermissionRule::Unknown
                    || self.role.rule == RoleRule::Unknown
            }
            Product::Auth0 => self.scope.rule == ScopeRule::Unknown,
            _ => {
                self.permission.rule == PermissionRule::Unknown
                    && self.role.rule == RoleRule::Unknown
            }
        }
    }
}
