//! What the answers depend on beside verb and path.

use privilege::{AnsweredBy, Entry, Question};

use super::{PLACES_MAX, push_table};
use crate::privilege::need::{Needed, words};
use crate::render::page::{Block, Line, Page, Tone};

/// Every question once, with the calls that it is about.
pub(super) fn write_questions(needed: &Needed, page: &mut Page) {
    let mut questions: Vec<(&Question, Vec<&Entry>)> = Vec::new();
    for (entry, question) in needed
        .calls()
        .flat_map(|(entry, answer)| answer.questions.iter().map(move |one| (entry, one)))
    {
        let same = |(known, _): &&mut (&Question, Vec<&Entry>)| *known == question;
        match questions.iter_mut().find(same) {
            Some((_, entries)) if entries.last().is_some_and(|last| std::ptr::eq(*last, entry)) => {
            }
            Some((_, entries)) => entries.push(entry),
            None => questions.push((question, vec![entry])),
        }
    }
    if questions.is_empty() {
        return;
    }
    page.push(Block::Heading(2, "Questions".to_owned()));
    page.push(Block::Paragraph(
        Line::plain("The answer depends on what the calls carry. Say it with ")
            .and_code("--assume NAME=ANSWER")
            .and("."),
    ));
    let rows = questions.iter().map(|(question, entries)| {
        let places = entries.iter().take(PLACES_MAX).map(|entry| needed.place(entry));
        vec![
            Line::code(question.name.as_ref()),
            Line::told(&question.text),
            words::chained(
                question.options.iter().map(|(name, text)| words::named(name, text)),
                "; ",
            ),
            taken(question),
            words::chained(places, ", "),
        ]
    });
    push_table(["name", "question", "answers", "taken", "place"], rows.collect(), page);
}

/// The answer that was taken, and how it came about.
fn taken(question: &Question) -> Line {
    let Some(answer) = &question.answer else {
        return match &question.presumed {
            Some(presumed) => Line::code(presumed.as_ref())
                .and(", ")
                .and_mark(Tone::Warn, "for want of an answer"),
            None => Line::default().and_mark(Tone::Warn, "none"),
        };
    };
    let by = match question.answered_by {
        Some(AnsweredBy::Assumption) => ", as you said",
        Some(AnsweredBy::Request) => ", as the call says",
        Some(AnsweredBy::Words) => ", guessed from the words beside the call",
        None => "",
    };
    Line::code(answer.as_ref()).and(by)
}
