//! Calls that several operations fit: all of them are answered, so that what is granted is enough for each.

use super::{Answer, AnsweredBy, Assumptions, Question, judged};
use crate::{Base, Entry, OperationId, Outcome, Via};

/// The name of the question, for `--assume`.
const OPERATION: &str = "operation";

/// One answer for each operation that fits, or for each that was said to be meant.
pub(super) fn answers(
    base: &Base,
    number: usize,
    entry: &Entry,
    fitting: &[OperationId],
    given: &Assumptions,
) -> Vec<Answer> {
    let is_said = |id: &&OperationId| {
        let name = option(base, **id);
        given.iter().any(|(question, answer)| question == OPERATION && *answer == name)
    };
    let said: Vec<_> = fitting.iter().filter(is_said).collect();
    let is_open = said.is_empty();
    let taken = if is_open { fitting.iter().collect() } else { said };
    let one = |id: &OperationId| {
        let outcome = Outcome::Operation(*id, Via::Path);
        let mut answer = judged::answer(base, number, entry, &outcome, given);
        if is_open {
            let note = format!("one of {} operations that fit: each is answered", fitting.len());
            answer.notes.insert(0, note.into());
        }
        answer.questions.insert(0, which(base, fitting, (!is_open).then_some(*id)));
        answer
    };
    taken.into_iter().map(one).collect()
}

/// Which operation is called, with what was said.
fn which(base: &Base, fitting: &[OperationId], said: Option<OperationId>) -> Question {
    let options =
        fitting.iter().map(|id| (option(base, *id).into(), judged::name(base, *id).into()));
    Question {
        name: OPERATION.into(),
        text: "Which of these operations, which all fit, are called? Until it is said, each is answered."
            .into(),
        options: options.collect(),
        answer: said.map(|id| option(base, id).into()),
        answered_by: said.map(|_| AnsweredBy::Assumption),
        presumed: None,
        parameter: "".into(),
        decides_token: false,
        changes_needs: true,
        covers_all: true,
    }
}

/// The vendor's name of an operation, or verb and path where it has none.
fn option(base: &Base, id: OperationId) -> String {
    match base.operation(id).id.as_ref() {
        "" => judged::name(base, id),
        name => name.to_owned(),
    }
}
