//! What the calls need, one entry an operation and a set of answers.

use std::collections::BTreeSet;

use catalog::{Confidence, Product};
use jiff::Timestamp;

use super::{Compared, Difference, Layer, Standing};
use crate::{
    Answer, Base, Entry, EvidenceKind, Method, Operation, OperationId, Outcome, PermissionRule,
    PrincipalKind, RoleRule, ScopeRule, Usage, Verdict, Via,
};
use finding::Level;

/// What the calls need.
pub(super) struct Needs<'n> {
    /// In order of operation.
    pub(super) all: Vec<Need<'n>>,
    /// Calls that could not be taken for an operation.
    pub(super) undetermined: Vec<&'n Entry>,
}

/// An operation that is called, with the answers for it.
pub(super) struct Need<'n> {
    pub(super) id: OperationId,
    pub(super) operation: &'n Operation,
    pub(super) answer: &'n Answer,
    /// The calls of which the answers are the same.
    pub(super) entries: Vec<&'n Entry>,
}

impl<'n> Needs<'n> {
    pub(super) fn new(base: &'n Base, usage: &'n Usage, answers: &'n [Answer]) -> Self {
        let mut all: Vec<Need<'n>> = Vec::new();
        let mut undetermined = Vec::new();
        let mut answers: Vec<_> = answers
            .iter()
            .filter(|answer| !asks_nothing_of_us(answer.verdict))
            .filter_map(|answer| Some((answer, usage.entries.get(answer.entry)?)))
            .collect();
        answers.sort_by_key(|(answer, _)| answer.operation);
        for (answer, entry) in answers {
            let unclear = matches!(
                answer.verdict,
                Verdict::Ambiguous
                    | Verdict::NotInSpec
                    | Verdict::UnknownHost
                    | Verdict::Unreadable
            );
            let Some(id) = answer.operation.filter(|_| !unclear) else {
                undetermined.push(entry);
                continue;
            };
            let same = all.iter_mut().rev().take_while(|need| need.id == id);
            match same.into_iter().find(|need| need.is_answered_like(answer)) {
                Some(need) => need.entries.push(entry),
                None => all.push(Need {
                    id,
                    operation: base.operation(id),
                    answer,
                    entries: vec![entry],
                }),
            }
        }
        Self { all, undetermined }
    }

    /// The operations that need something.
    pub(super) fn operations(&self) -> BTreeSet<OperationId> {
        self.all.iter().filter(|need| need.asks()).map(|need| need.id).collect()
    }
}

/// Whether a call takes no credential of an administrator, or none of these products.
fn asks_nothing_of_us(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Elsewhere | Verdict::NoToken | Verdict::OtherCredential)
}

impl Need<'_> {
    fn is_answered_like(&self, other: &Answer) -> bool {
        let own = self.answer;
        own.scope == other.scope && own.permission == other.permission && own.role == other.role
    }

    /// Whether any credential is asked for.
    fn asks(&self) -> bool {
        !matches!(self.answer.scope.rule, ScopeRule::Open)
            || !matches!(self.answer.role.rule, RoleRule::NotNeeded)
            || !matches!(self.answer.permission.rule, PermissionRule::NotNeeded)
    }

    /// Whether it asks for a token at all depends on how it is called, which is not said; then which question answers it.
    pub(super) fn open_question(&self) -> Option<&str> {
        let is_open = matches!(self.answer.verdict, Verdict::TokenUnless | Verdict::NoTokenIf);
        let mut questions = self.answer.questions.iter();
        questions
            .find(|question| is_open && question.decides_token)
            .map(|question| question.name.as_ref())
    }

    /// Whether each of its calls may as well be one of another operation, which is not said.
    pub(super) fn is_one_of_several(&self) -> bool {
        let fits_several =
            |entry: &&Entry| matches!(entry.outcome, Outcome::Operation(_, Via::OneOf(_)));
        let mut questions = self.answer.questions.iter();
        let is_said = questions.any(|question| question.covers_all && question.answer.is_some());
        !is_said && self.entries.iter().all(fits_several)
    }

    /// How many calls went through.
    pub(super) fn n_passed(&self) -> u64 {
        let logged = self
            .entries
            .iter()
            .filter(|entry| entry.evidence.iter().any(|kind| is_observed(*kind)));
        logged.map(|entry| entry.count.saturating_sub(entry.n_refused)).sum()
    }
}

/// Whether an operation leaves what it finds as it is.
pub(super) fn is_read(operation: &Operation) -> bool {
    matches!(operation.method, Method::Get | Method::Head | Method::Options)
}

/// Whether a witness saw calls and their outcome.
pub(super) fn is_observed(kind: EvidenceKind) -> bool {
    matches!(kind, EvidenceKind::AccessLog | EvidenceKind::Recording | EvidenceKind::AuditLog)
}

/// A difference about some needs: with their calls counted.
pub(super) fn difference<'n>(
    verdict: Standing,
    layer: Layer,
    name: impl Into<String>,
    needs: impl IntoIterator<Item = &'n Need<'n>>,
) -> Difference {
    let mut difference = Difference {
        verdict,
        layer,
        name: name.into(),
        why: String::new(),
        severity: Level::Low,
        level: Confidence::Confirmed,
        instead: Vec::new(),
        operations: Vec::new(),
        beyond: None,
        evidence: BTreeSet::new(),
        count: 0,
        n_refused: 0,
        seen: None,
        place: None,
        exclusion: None,
    };
    for need in needs {
        difference.operations.push(need.id);
        for entry in &need.entries {
            difference.evidence.extend(&entry.evidence);
            difference.count += entry.count;
            difference.n_refused += entry.n_refused;
            difference.seen = both(difference.seen, entry.seen);
            difference.place.get_or_insert_with(|| entry.place.clone());
        }
    }
    difference.operations.dedup();
    difference
}

type Seen = Option<(Timestamp, Timestamp)>;

fn both(one: Seen, other: Seen) -> Seen {
    match (one, other) {
        (Some((first, last)), Some((from, until))) => Some((first.min(from), last.max(until))),
        (one, other) => one.or(other),
    }
}

/// Operations that the kind of credential cannot do, whatever is granted.
pub(super) fn compare_credential(compared: &Compared<'_>, differences: &mut Vec<Difference>) {
    let kind = compared.grants.principal.kind;
    let product =
        if kind == PrincipalKind::MachineToMachine { Product::Auth0 } else { Product::Okta };
    let cannot = |need: &&Need<'_>| {
        let takes = need.operation.credentials;
        let is_ours = need.operation.product == product;
        match kind {
            _ if !is_ours => need.asks(),
            PrincipalKind::Token => takes.oauth && !takes.token && !takes.none,
            _ => {
                need.answer.verdict == Verdict::TokenRequired
                    || (takes.token && !takes.oauth && !takes.none)
            }
        }
    };
    let (elsewhere, cannot): (Vec<_>, Vec<_>) = compared
        .needs
        .all
        .iter()
        .filter(cannot)
        .partition(|need| need.operation.product != product);
    let (name, why) = match kind {
        PrincipalKind::Token => {
            ("an access token", "no API token may call it, only a service app with its scope")
        }
        _ => (
            "an API token",
            "no access token may call it, whatever its scopes: it takes an API token",
        ),
    };
    if !cannot.is_empty() {
        let (open, cannot): (Vec<_>, Vec<_>) =
            cannot.into_iter().partition(|need| need.is_one_of_several());
        for (standing, needs) in [(Standing::Missing, cannot), (Standing::CannotTell, open)] {
            if !needs.is_empty() {
                differences.push(Difference {
                    why: why.to_owned(),
                    level: Confidence::Documented,
                    ..difference(standing, Layer::Credential, name, needs)
                });
            }
        }
    }
    if !elsewhere.is_empty() {
        let other = if product == Product::Okta { "Auth0" } else { "Okta" };
        differences.push(Difference {
            why: format!(
                "it is an operation of {other}, and the grants are those of another product"
            ),
            level: Confidence::Documented,
            ..difference(
                Standing::CannotTell,
                Layer::Credential,
                format!("a credential of {other}"),
                elsewhere,
            )
        });
    }
}
