//! What each call needs: three answers an entry, never blended.

use crate::{Base, Edge, OperationId, PermissionRule, RoleRule, ScopeRule, Text, Usage};

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
}

/// Something in a body or a parameter that the answer depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its name, for `--assume NAME=ANSWER`.
    pub name: Text,
    /// The question.
    pub text: Text,
    /// Possible answers: name and what it means.
    pub options: Vec<(Text, Text)>,
    /// The answer that was taken, if there is one.
    pub answer: Option<Text>,
    /// Where that answer comes from.
    pub answered_by: Option<AnsweredBy>,
}

/// Where an answer to a question comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnsweredBy {
    /// `--assume`.
    Assumption,
    /// The body or the query of a call.
    Request,
    /// The words beside a call, so that it is a guess.
    Words,
}

/// Whether a call is right as it stands, and which credential it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It works with an access token and with an API token.
    Ok,
    /// It works with an API token only.
    TokenOnly,
    /// It works with an access token only.
    OauthOnly,
    /// It needs no token.
    NoToken,
    /// It needs an administrator's API token.
    TokenRequired,
    /// It needs one unless a question is answered in a certain way.
    TokenUnless,
    /// It needs none if a question is answered in a certain way.
    NoTokenIf,
    /// It takes credentials of another system.
    OtherCredential,
    /// It is right, and does more than people expect.
    RiskyVerb,
    /// Another verb is meant.
    WrongVerb,
    /// Another path is meant.
    WrongPath,
    /// It is an older form.
    LegacyForm,
    /// No description has it.
    NotInSpec,
    /// Its path fits several operations, for the verb is not said.
    Ambiguous,
    /// It is no call to an API of these products.
    Elsewhere,
    /// It cannot be read.
    Unreadable,
}

/// Answers to questions, given beforehand: (name of the question, name of the answer).
pub type Assumptions = Vec<(String, String)>;

/// The answers for every entry, in order.
pub fn answers(base: &Base, usage: &Usage, _assumptions: &Assumptions) -> Vec<Answer> {
    let _ = (base, usage);
    Vec::new()
}
