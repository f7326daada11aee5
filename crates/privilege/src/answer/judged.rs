//! The answer for one entry: what was called or meant, then what that needs.

use catalog::Confidence;

use super::question::{Asked, asked};
use super::{Answer, AnsweredBy, Assumptions, Verdict, change};
use crate::{
    Base, Edge, Entry, Misfit, Operation, OperationId, Outcome, PermissionRule, RoleRule,
    ScopeRule, Text, Via,
};

/// The answer for the entry of that number, if that is what it comes to.
pub(super) fn answer(
    base: &Base,
    number: usize,
    entry: &Entry,
    outcome: &Outcome,
    given: &Assumptions,
) -> Answer {
    let mut meant = meant(base, outcome);
    let Some(id) = meant.operation else { return unknown(number, meant) };
    let operation = base.operation(id);
    meant.notes.extend(remarks(operation));
    let asked = asked(operation, entry, given);
    let verdict = meant.verdict.unwrap_or_else(|| credential(operation, &asked));
    let mut answer = Answer {
        entry: number,
        operation: Some(id),
        verdict,
        scope: operation.scope.clone(),
        permission: operation.permission.clone(),
        role: operation.role.clone(),
        questions: Vec::new(),
        notes: meant.notes,
        must_be_whole: false,
    };
    for asked in asked {
        apply(&mut answer, asked);
    }
    answer
}

/// What a call means: the operation, what is wrong with the call, and words about it.
struct Meant {
    operation: Option<OperationId>,
    /// `None`: nothing is wrong.
    verdict: Option<Verdict>,
    notes: Vec<Text>,
}

fn meant(base: &Base, outcome: &Outcome) -> Meant {
    match outcome {
        Outcome::Operation(id, via) => by_way(base, *id, via),
        Outcome::Misfit(misfit) => by_misfit(base, misfit),
    }
}

fn by_way(base: &Base, id: OperationId, via: &Via) -> Meant {
    let (verdict, note) = match via {
        Via::Path | Via::Name => (None, None),
        Via::Alias(note) => (None, Some(note.clone())),
        Via::Legacy(note) => (Some(Verdict::LegacyForm), Some(note.clone())),
        Via::Risky(note) => (Some(Verdict::RiskyVerb), Some(note.clone())),
        Via::OneOf(ids) => (None, Some(format!("one of {}", names(base, ids)).into())),
    };
    let notes = note.into_iter().filter(|note| !note.is_empty()).collect();
    Meant { operation: Some(id), verdict, notes }
}

fn by_misfit(base: &Base, misfit: &Misfit) -> Meant {
    let (operation, verdict, note) = match misfit {
        Misfit::WrongVerb { allowed } => (
            allowed.first().copied(),
            Verdict::WrongVerb,
            format!("allowed: {}", verbs(base, allowed)),
        ),
        Misfit::NotDescribed { instead, note } => {
            let told = format!("described are {}", names(base, instead));
            (
                None,
                Verdict::NotInSpec,
                if note.is_empty() { told } else { format!("{note}; {told}") },
            )
        }
        Misfit::MissingSegment { nearest, segment } => (
            Some(*nearest),
            Verdict::WrongPath,
            format!("{segment} is missing: {}", name(base, *nearest)),
        ),
        Misfit::ExtraSegment { nearest, segment } => (
            Some(*nearest),
            Verdict::WrongPath,
            format!("{segment} is too much: {}", name(base, *nearest)),
        ),
        Misfit::UnknownPath { nearest } => {
            let nearest = nearest.map(|id| format!("nearest: {}", name(base, id)));
            (None, Verdict::NotInSpec, nearest.unwrap_or_default())
        }
        Misfit::NoVerb { candidates } => {
            let only = (candidates.len() == 1).then(|| candidates[0]);
            (only, Verdict::Ambiguous, format!("one of {}", names(base, candidates)))
        }
        Misfit::UnknownHost { host, like } => {
            (None, Verdict::UnknownHost, unknown_host(base, host, *like))
        }
        Misfit::Elsewhere => (None, Verdict::Elsewhere, String::new()),
        Misfit::Unreadable(why) => (None, Verdict::Unreadable, why.to_string()),
    };
    let notes = if note.is_empty() { Vec::new() } else { vec![note.into()] };
    Meant { operation, verdict: Some(verdict), notes }
}

/// `POST /api/v1/users`.
pub(super) fn name(base: &Base, id: OperationId) -> String {
    let operation = base.operation(id);
    format!("{} {}", operation.method.name(), operation.path)
}

/// Whose it may be, and how to say so.
fn unknown_host(base: &Base, host: &str, like: OperationId) -> String {
    let product = base.operation(like).product.name();
    format!(
        "`{host}` is no host that is known to be Okta's or Auth0's, yet the path is that of {}: if it is a \
         custom domain, say `--provider {product}`",
        name(base, like)
    )
}

pub(super) fn names(base: &Base, ids: &[OperationId]) -> String {
    ids.iter().map(|id| name(base, *id)).collect::<Vec<_>>().join(", ")
}

fn verbs(base: &Base, ids: &[OperationId]) -> String {
    ids.iter().map(|id| base.operation(*id).method.name()).collect::<Vec<_>>().join(", ")
}

/// What the description says of the operation itself.
fn remarks(operation: &Operation) -> impl Iterator<Item = Text> {
    let lifecycle = match operation.lifecycle.as_ref() {
        "" | "ga" => None,
        stage => Some(format!("not generally available: {stage}").into()),
    };
    let deprecated =
        operation.deprecated.then_some(Text::Borrowed("the vendor advises against it"));
    let engine = operation.identity_engine.then_some(Text::Borrowed("Okta Identity Engine only"));
    [lifecycle, deprecated, engine].into_iter().flatten()
}

/// Which credential the call takes, after the answers to questions.
fn credential(operation: &Operation, asked: &[Asked]) -> Verdict {
    let decides = asked.iter().find_map(|asked| {
        let credential = asked.row.map_or("", |row| row.credential);
        (!credential.is_empty()).then_some((credential, asked.question.answered_by))
    });
    match decides {
        Some(("token", Some(_))) => Verdict::TokenRequired,
        Some(("token", None)) => Verdict::TokenUnless,
        // A guess must not take a token from somebody who needs it.
        Some((_, Some(AnsweredBy::Words) | None)) => Verdict::NoTokenIf,
        Some(_) => Verdict::NoToken,
        None => Verdict::of(operation.credentials),
    }
}

/// Changes the edges to what an answer makes of them, and puts the question.
fn apply(answer: &mut Answer, asked: Asked) {
    let Asked { question, row, scope, refused } = asked;
    answer.notes.extend(refused);
    if let Some(scope) = scope {
        answer.scope.rule = ScopeRule::AllOf(vec![scope]);
    }
    if let Some(row) = row {
        change::scope(&mut answer.scope, row);
        change::permission(&mut answer.permission, row);
        change::role(&mut answer.role, row);
    }
    answer.questions.push(question);
}

fn unknown(number: usize, meant: Meant) -> Answer {
    Answer {
        entry: number,
        operation: None,
        verdict: meant.verdict.unwrap_or(Verdict::NotInSpec),
        scope: not_known(ScopeRule::Unknown),
        permission: not_known(PermissionRule::Unknown),
        role: not_known(RoleRule::Unknown),
        questions: Vec::new(),
        notes: meant.notes,
        must_be_whole: false,
    }
}

fn not_known<R>(rule: R) -> Edge<R> {
    Edge {
        rule,
        level: Confidence::Unknown,
        note: Text::Borrowed(""),
        source: Text::Borrowed(""),
        date: Text::Borrowed(""),
    }
}
