//! A page as Markdown for tickets and documents.
//!
//! Text from elsewhere can add no link, picture, HTML or heading: what means something in Markdown is escaped,
//! and words that renderers turn into links by themselves stand as code.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Block, Line, Page, Span, Tone};
use crate::sanitize::visible;

/// Writes a page as Markdown.
pub(crate) fn markdown(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}", plain(&page.title))?;
    page.blocks.iter().try_for_each(|block| {
        writeln!(out)?;
        write_block(block, out)
    })
}

fn write_block(block: &Block, out: &mut dyn Write) -> io::Result<()> {
    match block {
        Block::Heading(level, text) => {
            writeln!(out, "{} {}", "#".repeat(usize::from((*level).clamp(2, 6))), plain(text))
        }
        Block::Paragraph(line) => writeln!(out, "{}", begun(&inline(line))),
        Block::Warning(line) => writeln!(out, "> **Warning:** {}", inline(line)),
        Block::List { numbered, items } => write_list(*numbered, items, out),
        Block::Facts(facts) => facts
            .iter()
            .try_for_each(|(name, line)| writeln!(out, "- **{}**: {}", plain(name), inline(line))),
        Block::Table { columns, rows } => write_table(columns, rows, out),
        Block::Code { language, text } => write_code(language, text, out),
    }
}

fn write_list(numbered: bool, items: &[Line], out: &mut dyn Write) -> io::Result<()> {
    for (number, item) in (1..).zip(items) {
        let head = if numbered { format!("{number}.") } else { "-".to_owned() };
        writeln!(out, "{head} {}", begun(&inline(item)))?;
    }
    Ok(())
}

fn write_table(columns: &[String], rows: &[Vec<Line>], out: &mut dyn Write) -> io::Result<()> {
    let head: Vec<_> = columns.iter().map(|name| piped(&plain(name))).collect();
    writeln!(out, "| {} |", head.join(" | "))?;
    writeln!(out, "|{}", " --- |".repeat(columns.len()))?;
    rows.iter().try_for_each(|row| {
        let cells: Vec<_> = row.iter().map(|cell| piped(&inline(cell))).collect();
        writeln!(out, "| {} |", cells.join(" | "))
    })
}

/// Fenced with more backticks than stand together in the text.
fn write_code(language: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let fence = "`".repeat(backticks(text).max(2) + 1);
    writeln!(out, "{fence}{language}")?;
    text.lines().try_for_each(|line| writeln!(out, "{}", visible(line)))?;
    writeln!(out, "{fence}")
}

/// Plain words that stand together are looked at together, or two halves could make a link.
fn inline(line: &Line) -> String {
    let (mut text, mut words) = (String::new(), String::new());
    for span in &line.0 {
        let marked = match span {
            Span::Plain(more) | Span::Mark(Tone::Good | Tone::Faint, more) => {
                words.push_str(more);
                continue;
            }
            Span::Code(name) => code(name),
            Span::Strong(more) | Span::Mark(Tone::Warn | Tone::Bad, more) => strong(more),
        };
        append(&mut text, &plain(&std::mem::take(&mut words)));
        append(&mut text, &marked);
    }
    append(&mut text, &plain(&words));
    text.trim().to_owned()
}

/// Keeps the backticks of one piece of code from those of the next.
fn append(text: &mut String, more: &str) {
    if text.ends_with('`') && more.starts_with('`') {
        text.push(' ');
    }
    text.push_str(more);
}

/// Strong words; spaces at the ends stay outside, where they must be.
fn strong(text: &str) -> String {
    let inner = text.trim();
    let (before, behind) = (text.starts_with(' '), text.ends_with(' '));
    match inner {
        "" => text.to_owned(),
        // Code and stars would have to nest.
        _ if inner.split(' ').any(is_link) => plain(text),
        _ => format!("{}**{}**{}", space(before), plain(inner), space(behind)),
    }
}

fn space(is_there: bool) -> &'static str {
    if is_there { " " } else { "" }
}

/// Words that mean themselves.
fn plain(text: &str) -> String {
    let text = visible(text);
    let words = text.split(' ').map(|word| if is_link(word) { code(word) } else { escaped(word) });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether renderers make a link of a word by themselves: of addresses, of names, of numbers of issues.
fn is_link(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    ["://", "www.", "@", "#", "mailto:", "xmpp:"].iter().any(|mark| lower.contains(mark))
}

fn escaped(word: &str) -> String {
    let mut safe = String::with_capacity(word.len() + 8);
    for c in word.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '!' | '~' | '$' | '|' => safe.extend(['\\', c]),
            other => safe.push(other),
        }
    }
    safe
}

/// The same where a line begins, where other characters mean something as well.
fn begun(text: &str) -> Cow<'_, str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => {
            Cow::Owned(format!("{}\\{}", &text[..digits], &text[digits..]))
        }
        Some(b'-' | b'+' | b'=' | b':') if digits == 0 => Cow::Owned(format!("\\{text}")),
        _ => Cow::Borrowed(text),
    }
}

/// Code behind more backticks than stand together in it.
fn code(text: &str) -> String {
    let text = visible(text);
    if text.trim().is_empty() {
        return String::new();
    }
    let fence = match backticks(&text) {
        0 => "`".to_owned(),
        most => "`".repeat(most + 1),
    };
    let pad = space(text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']));
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The most backticks that stand together.
fn backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A cell of a table. Before a pipe stands an odd number of backslashes, in code too, or it would end the cell.
fn piped(cell: &str) -> String {
    let mut safe = String::with_capacity(cell.len() + 4);
    let mut slashes = 0;
    for c in cell.chars() {
        if c == '|' && slashes % 2 == 0 {
            safe.push('\\');
        }
        slashes = if c == '\\' { slashes + 1 } else { 0 };
        safe.push(c);
    }
    safe
}
