//! Questions: what the needs of a call depend on beside its verb and path.

use std::collections::BTreeSet;

use catalog::{QuestionAnswer, question_answers};

use crate::{Assumptions, Base, Entry, Operation, ScopeRule, Text};

/// Something in a body or a parameter that the answer depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its name, for `--assume NAME=ANSWER`.
    pub name: Text,
    /// The question.
    pub text: Text,
    /// Possible answers: name and what it means.
    pub options: Vec<(Text, Text)>,
    /// The answer that was found, if there is one.
    pub answer: Option<Text>,
    /// Where that answer comes from.
    pub answered_by: Option<AnsweredBy>,
    /// The answer that was taken for want of one; `None` where there is one, or where the needs of every
    /// answer are given.
    pub presumed: Option<Text>,
    /// The member of the body, or the parameter of the query, that decides.
    pub parameter: Text,
    /// Whether it decides if a token is needed at all.
    pub decides_token: bool,
    /// Whether some answer needs other grants than another.
    pub changes_needs: bool,
    /// Whether, as long as there is no answer, the needs of every answer are given.
    pub covers_all: bool,
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

impl AnsweredBy {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Assumption => "assumption",
            Self::Request => "request",
            Self::Words => "words",
        }
    }
}

/// A question with what the answer that holds, found or presumed, makes of the needs.
pub(super) struct Asked {
    pub(super) question: Question,
    pub(super) row: Option<&'static QuestionAnswer>,
    /// The scope that was chosen of several, where the answers are scopes.
    pub(super) scope: Option<Text>,
    /// What was given beforehand and is none of the answers.
    pub(super) refused: Option<Text>,
}

/// Says of an answer that was given beforehand that there is no such answer.
fn refused(question: &Question, given: &Assumptions) -> Option<Text> {
    let is_answer = |answer: &str| question.options.iter().any(|(name, _)| name == answer);
    let (name, answer) =
        given.iter().find(|(name, answer)| *name == question.name && !is_answer(answer))?;
    let names: Vec<_> = question.options.iter().map(|(name, _)| name.as_ref()).collect();
    Some(format!("no answer to {name} is called `{answer}`: {}", names.join(", ")).into())
}

/// Refuses answers given beforehand that no question has, and two to one question. A question that nobody
/// knows is no fault: a list of answers may serve several lists of calls.
///
/// # Errors
///
/// What is wrong, with the answers that there are, as a lower-case fragment.
pub fn check_assumptions(base: &Base, given: &Assumptions) -> Result<(), String> {
    for (name, answer) in given {
        let names = possible(base, name);
        if !names.is_empty() && !names.contains(answer.as_str()) {
            let names: Vec<_> = names.into_iter().collect();
            return Err(format!("no answer to {name} is called `{answer}`: {}", names.join(", ")));
        }
        // Several operations may ask for a scope, each for one of its own.
        let is_other = |(other, another): &&(String, String)| other == name && another != answer;
        if let Some((_, another)) = given.iter().find(is_other).filter(|_| name != SCOPE) {
            return Err(format!("{name} has two answers, `{answer}` and `{another}`"));
        }
    }
    Ok(())
}

/// The answers to every question of that name; empty if there is none.
fn possible<'b>(base: &'b Base, name: &str) -> BTreeSet<&'b str> {
    if name != SCOPE {
        let rows = question_answers().iter().filter(|row| row.question == name);
        return rows.map(|row| row.answer).collect();
    }
    let scopes = base.operations().filter_map(|(_, operation)| match &operation.scope.rule {
        ScopeRule::AnyOf(scopes) => Some(scopes),
        _ => None,
    });
    scopes.flatten().map(AsRef::as_ref).collect()
}

/// The question which of several scopes is meant.
const SCOPE: &str = "scope";

/// The questions about one entry of that operation, in the catalog's order.
pub(super) fn asked(operation: &Operation, entry: &Entry, given: &Assumptions) -> Vec<Asked> {
    let about = |row: &&QuestionAnswer| row.is_about(operation.method.name(), &operation.path);
    let rows: Vec<_> = question_answers().iter().filter(about).collect();
    let mut asked: Vec<_> = rows
        .chunk_by(|one, next| one.question == next.question)
        .map(|rows| ask(rows, entry, given))
        .collect();
    if let ScopeRule::AnyOf(scopes) = &operation.scope.rule
        && rows.iter().all(|row| row.scopes.is_empty())
    {
        asked.push(which_scope(scopes, given));
    }
    asked
}

/// Of scopes of which each opens the operation, which one opens enough of it.
fn which_scope(scopes: &[Text], given: &Assumptions) -> Asked {
    let is_given =
        |scope: &&Text| given.iter().any(|(name, answer)| name == SCOPE && **scope == *answer);
    let chosen = scopes.iter().find(is_given).cloned();
    let question = Question {
        name: SCOPE.into(),
        text: "Which of these scopes opens the fields that are needed? Each opens the operation."
            .into(),
        options: scopes.iter().map(|scope| (scope.clone(), Text::Borrowed(""))).collect(),
        answer: chosen.clone(),
        answered_by: chosen.as_ref().map(|_| AnsweredBy::Assumption),
        presumed: None,
        parameter: "".into(),
        decides_token: false,
        changes_needs: true,
        covers_all: false,
    };
    Asked { refused: refused(&question, given), question, row: None, scope: chosen }
}

fn ask(rows: &[&'static QuestionAnswer], entry: &Entry, given: &Assumptions) -> Asked {
    let found = answered(rows, entry, given);
    let presumed = rows.iter().copied().find(|row| row.is_default);
    let first = rows.first();
    let question = Question {
        name: first.map_or("", |row| row.question).into(),
        text: first.map_or("", |row| row.text).into(),
        options: rows.iter().map(|row| (row.answer.into(), row.answer_text.into())).collect(),
        answer: found.map(|(row, _)| row.answer.into()),
        answered_by: found.map(|(_, by)| by),
        presumed: presumed.filter(|_| found.is_none()).map(|row| row.answer.into()),
        parameter: first.map_or("", |row| row.parameter).into(),
        decides_token: rows.iter().any(|row| !row.credential.is_empty()),
        changes_needs: rows.iter().any(|row| row.changes_needs()),
        covers_all: false,
    };
    let row = found.map(|(row, _)| row).or(presumed);
    Asked { refused: refused(&question, given), question, row, scope: None }
}

/// The answer that was given, else the first that the request tells, else the first that the words do.
fn answered(
    rows: &[&'static QuestionAnswer],
    entry: &Entry,
    given: &Assumptions,
) -> Option<(&'static QuestionAnswer, AnsweredBy)> {
    let is_given = |row: &QuestionAnswer| {
        given.iter().any(|(name, answer)| name == row.question && answer == row.answer)
    };
    let in_request = |row: &QuestionAnswer| {
        row.ways().any(|mut way| way.all(|(kind, what)| request_has(entry, kind, what)))
    };
    let in_words = |row: &QuestionAnswer| {
        let said = |(kind, words)| kind == "words" && has_words(&entry.label, words);
        row.ways().any(|mut way| way.all(said))
    };
    let find = |holds: &dyn Fn(&QuestionAnswer) -> bool, by| {
        rows.iter().copied().find(|row| holds(row)).map(|row| (row, by))
    };
    find(&is_given, AnsweredBy::Assumption)
        .or_else(|| find(&in_request, AnsweredBy::Request))
        .or_else(|| find(&in_words, AnsweredBy::Words))
}

fn request_has(entry: &Entry, kind: &str, what: &str) -> bool {
    match kind {
        "has" => has_member(entry, what),
        "every" => entry.count == 1 && has_member(entry, what),
        "lacks" => !entry.body_unknown && !has_member(entry, what),
        "without" => !entry.query.contains_key(what),
        "query" => what.split_once('=').is_some_and(|(name, values)| {
            let seen = entry.query.get(name).filter(|seen| !seen.is_empty());
            seen.is_some_and(|seen| seen.iter().all(|one| is_among(one, values)))
        }),
        "part" => what.split_once('=').is_some_and(|(name, values)| {
            let seen = entry.query.get(name).into_iter().flatten();
            seen.flat_map(|one| one.split(',')).any(|part| is_among(part, values))
        }),
        _ => false,
    }
}

fn has_member(entry: &Entry, name: &str) -> bool {
    let below = |member: &str| {
        member.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    entry.query.contains_key(name) || entry.body.iter().any(|member| below(member))
}

fn is_among(value: &str, values: &str) -> bool {
    values.split(',').any(|one| one.eq_ignore_ascii_case(value))
}

/// Whether a label has all of `words`, which `+` separates; remarks in parentheses count as well.
fn has_words(label: &str, words: &str) -> bool {
    let said = || label.split(|mark: char| !mark.is_alphanumeric());
    words.split('+').all(|word| said().any(|one| one.eq_ignore_ascii_case(word)))
}
