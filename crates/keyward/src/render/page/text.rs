//! A page as text for a terminal: nothing wider than it must be, colors that say nothing words do not.

mod flow;
mod table;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use self::flow::{Setting, Words};
use super::{Block, Line, Page, Tone};
use crate::render::text::{BOLD, DIM};
use crate::sanitize::visible;

/// Columns of a page.
const WIDTH: usize = 100;

const GOOD: Style = AnsiColor::Green.on_default();
const WARN: Style = AnsiColor::Yellow.on_default();
const BAD: Style = AnsiColor::Red.on_default();

/// Writes a page as text.
pub(crate) fn text(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{BOLD}{}{BOLD:#}", visible(&page.title))?;
    let mut before = None;
    for block in &page.blocks {
        if !stands_close(before, block) {
            writeln!(out)?;
        }
        write_block(block, out)?;
        before = Some(block);
    }
    Ok(())
}

/// Whether a block follows without a blank line: what a heading is for, and one warning the other.
fn stands_close(before: Option<&Block>, block: &Block) -> bool {
    match before {
        Some(Block::Heading(..)) => true,
        Some(Block::Warning(_)) => matches!(block, Block::Warning(_)),
        _ => false,
    }
}

fn write_block(block: &Block, out: &mut dyn Write) -> io::Result<()> {
    match block {
        Block::Heading(_, text) => writeln!(out, "{BOLD}{}{BOLD:#}", visible(text)),
        Block::Paragraph(line) => Words::new(line, Setting::Prose).write("", 0, WIDTH, out),
        Block::Warning(line) => write_warning(line, out),
        Block::List { numbered, items } => write_list(*numbered, items, out),
        Block::Facts(facts) => write_facts(facts, out),
        Block::Table { columns, rows } => table::write(columns, rows, out),
        Block::Code { text, .. } => write_code(text, out),
    }
}

fn write_warning(line: &Line, out: &mut dyn Write) -> io::Result<()> {
    let head = format!("{WARN}warning{WARN:#}: ");
    Words::new(line, Setting::Prose).write(&head, "warning: ".len(), WIDTH, out)
}

fn write_list(numbered: bool, items: &[Line], out: &mut dyn Write) -> io::Result<()> {
    let digits = items.len().to_string().len();
    for (number, item) in (1..).zip(items) {
        let head = if numbered { format!("  {number:>digits$}. ") } else { "  - ".to_owned() };
        Words::new(item, Setting::Prose).write(&head, head.len(), WIDTH, out)?;
    }
    Ok(())
}

fn write_facts(facts: &[(String, Line)], out: &mut dyn Write) -> io::Result<()> {
    let names: Vec<_> = facts.iter().map(|(name, _)| visible(name)).collect();
    let width = names.iter().map(|name| flow::width(name)).max().unwrap_or(0);
    for (name, (_, line)) in names.iter().zip(facts) {
        let head = format!("  {DIM}{name}{DIM:#}{}", " ".repeat(width - flow::width(name) + 2));
        Words::new(line, Setting::Cell).write(&head, width + 4, WIDTH, out)?;
    }
    Ok(())
}

/// Code stands at the margin, so that it can be copied as it is.
fn write_code(text: &str, out: &mut dyn Write) -> io::Result<()> {
    text.lines().try_for_each(|line| writeln!(out, "{}", visible(line)))
}

fn tone_style(tone: Tone) -> Style {
    match tone {
        Tone::Good => GOOD,
        Tone::Warn => WARN,
        Tone::Bad => BAD,
        Tone::Faint => DIM,
    }
}
