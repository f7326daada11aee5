//! A page as HTML that needs nothing else: no script, no picture, nothing from the network.

use std::fmt::Write as _;
use std::io::{self, Write};

use finding::html_escaped as escaped;

use super::{Block, Line, Page, Span, Tone};

/// The style sheet, which is all there is beside text.
const STYLE: &str = include_str!("html/page.css");

/// Writes a page as HTML.
pub(crate) fn html(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    write_head(&page.title, out)?;
    for block in &page.blocks {
        out.write_all(markup(block).as_bytes())?;
    }
    let version = env!("CARGO_PKG_VERSION");
    write!(out, "</main>\n<footer><p>keyward {version}</p></footer>\n</body>\n</html>\n")
}

fn write_head(title: &str, out: &mut dyn Write) -> io::Result<()> {
    // A page that was tampered with, or text that slipped through, could load and run nothing.
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
    let title = escaped(title);
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header><h1>{title}</h1></header>\n<main>\n"
    )
}

fn markup(block: &Block) -> String {
    match block {
        Block::Heading(level, text) => {
            let level = (*level).clamp(2, 6);
            format!("<h{level}>{}</h{level}>\n", escaped(text))
        }
        Block::Paragraph(line) => format!("<p>{}</p>\n", inline(line)),
        Block::Warning(line) => {
            format!("<p class=\"warning\"><strong>Warning:</strong> {}</p>\n", inline(line))
        }
        Block::List { numbered, items } => list(*numbered, items),
        Block::Facts(facts) => list_of_facts(facts),
        Block::Table { columns, rows } => table(columns, rows),
        Block::Code { text, .. } => {
            let lines: Vec<_> = text.lines().map(escaped).collect();
            format!("<pre><code>{}\n</code></pre>\n", lines.join("\n"))
        }
    }
}

fn list(numbered: bool, items: &[Line]) -> String {
    let tag = if numbered { "ol" } else { "ul" };
    let items: Vec<_> = items.iter().map(|item| format!("<li>{}</li>\n", inline(item))).collect();
    format!("<{tag}>\n{}</{tag}>\n", items.concat())
}

fn list_of_facts(facts: &[(String, Line)]) -> String {
    let mut text = String::from("<dl>\n");
    for (name, line) in facts {
        let _ = writeln!(text, "<dt>{}</dt><dd>{}</dd>", escaped(name), inline(line));
    }
    text.push_str("</dl>\n");
    text
}

fn table(columns: &[String], rows: &[Vec<Line>]) -> String {
    let head: Vec<_> =
        columns.iter().map(|name| format!("<th scope=\"col\">{}</th>", escaped(name))).collect();
    let mut text = format!(
        "<div class=\"wide\"><table>\n<thead><tr>{}</tr></thead>\n<tbody>\n",
        head.concat()
    );
    for row in rows {
        let cells: Vec<_> = row.iter().map(|cell| format!("<td>{}</td>", inline(cell))).collect();
        let _ = writeln!(text, "<tr>{}</tr>", cells.concat());
    }
    text.push_str("</tbody>\n</table></div>\n");
    text
}

fn inline(line: &Line) -> String {
    line.0.iter().map(span).collect()
}

fn span(span: &Span) -> String {
    match span {
        Span::Plain(text) => escaped(text),
        Span::Code(text) => format!("<code>{}</code>", escaped(text)),
        Span::Strong(text) => format!("<strong>{}</strong>", escaped(text)),
        Span::Mark(tone, text) => {
            format!("<span class=\"{}\">{}</span>", class(*tone), escaped(text))
        }
    }
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Warn => "warn",
        Tone::Bad => "bad",
        Tone::Faint => "faint",
    }
}
