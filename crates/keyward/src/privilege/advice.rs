//! Advice of the catalog on a page and for programs.

use catalog::Advice;
use serde_json::{Value, json};

use super::need::words;
use crate::render::page::{Block, Line, Page, Span, Tone};

/// Adds what belongs to a part under a title; nothing if there is none.
pub(crate) fn push(title: &str, part: &str, advice: &[&Advice], page: &mut Page) {
    let items: Vec<_> = advice.iter().filter(|row| row.part == part).map(|row| line(row)).collect();
    if !items.is_empty() {
        page.push(Block::Heading(2, title.to_owned()));
        page.push(Block::List { numbered: part == "step", items });
    }
}

/// The sentence with names in it as programs write them, then how well it is known and where from.
fn line(row: &Advice) -> Line {
    let mut line = text(row.text);
    line.0.push(Span::Plain(" (".to_owned()));
    line.0.push(words::level(row.level));
    line.and_mark(Tone::Faint, format!("; {}", row.source)).and(")")
}

/// Text in which names of programs stand in backticks.
pub(crate) fn text(text: &str) -> Line {
    let spans = text.split('`').enumerate().filter(|(_, part)| !part.is_empty());
    let span = |(number, part): (usize, &str)| match number % 2 {
        0 => Span::Plain(part.to_owned()),
        _ => Span::Code(part.to_owned()),
    };
    Line(spans.map(span).collect())
}

/// The same for programs.
pub(crate) fn json(advice: &[&Advice]) -> Value {
    let row = |row: &&Advice| {
        json!({
            "part": row.part, "text": row.text, "level": row.level.name(),
            "source": row.source, "date": row.date,
        })
    };
    advice.iter().map(row).collect()
}
