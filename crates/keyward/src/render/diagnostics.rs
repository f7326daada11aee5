//! What is wrong with rules, drawn on their source.

use std::borrow::Cow;
use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use rule::{Diagnostic, Label, Severity};
use serde_json::{Value, json};

use crate::sanitize::{is_unsafe, visible};

/// Columns of an excerpt, so that output does not depend on the terminal.
const WIDTH: usize = 120;

/// One thing to draw on a text, whatever it is about.
pub(crate) struct Drawing<'d> {
    /// How much it matters.
    pub(crate) severity: Severity,
    /// Stable identifier.
    pub(crate) code: &'d str,
    /// Lower-case fragment.
    pub(crate) message: &'d str,
    /// Where; the first is the primary place.
    pub(crate) labels: &'d [Label],
    /// What to do about it.
    pub(crate) help: Option<&'d str>,
}

/// Draws one diagnostic on the text it is about, followed by an empty line.
pub(crate) fn write_diagnostic(
    path: &str,
    text: &str,
    diagnostic: &Diagnostic,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Diagnostic { code, severity, message, labels, help } = diagnostic;
    let (code, help) = (code.as_str(), help.as_deref());
    let drawing = Drawing { severity: *severity, code, message, labels, help };
    draw(path, text, &drawing, out)
}

/// Draws it, followed by an empty line.
pub(crate) fn draw(
    path: &str,
    text: &str,
    drawing: &Drawing<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (message, path) = (visible(drawing.message), visible(path));
    let help = drawing.help.map(visible);
    let title = level(drawing.severity).primary_title(message.as_ref()).id(drawing.code);
    let source = drawable(text);
    let mut group = title.element(excerpt(&path, &source, drawing.labels));
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_ref()));
    }
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii).term_width(WIDTH);
    let report: &[Group<'_>] = &[group];
    writeln!(out, "{}\n", renderer.render(report))
}

fn excerpt<'a>(
    path: &'a str,
    source: &'a str,
    labels: &'a [Label],
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let labels = labels.iter().enumerate().map(|(nth, label)| {
        let kind = if nth == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(within(label.span.range(), source));
        match label.message.as_str() {
            "" => annotation,
            message => annotation.label(visible(message)),
        }
    });
    Snippet::source(source).path(path).annotations(labels)
}

/// The range cut to what the text has.
fn within(range: std::ops::Range<usize>, text: &str) -> std::ops::Range<usize> {
    let end = range.end.min(text.len());
    range.start.min(end)..end
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// The text with every character outside ASCII that a terminal would act on replaced by
/// others of as many bytes, so that places stay where they are. What is inside ASCII the
/// renderer replaces itself.
fn drawable(text: &str) -> Cow<'_, str> {
    let is_hidden = |c: char| !c.is_ascii() && is_unsafe(c);
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c.len_utf8() {
            _ if !is_hidden(c) => safe.push(c),
            2 => safe.push('\u{bf}'),
            3 => safe.push('\u{fffd}'),
            _ => safe.push_str("\u{fffd}?"),
        }
    }
    Cow::Owned(safe)
}

/// One diagnostic as data. Lines and columns count from 1, columns in characters.
pub(crate) fn to_json(path: &str, text: &str, diagnostic: &Diagnostic) -> Value {
    let labels = diagnostic.labels.iter().map(|label| {
        let place = label.span.place(text);
        json!({
            "line": place.line,
            "column": place.column,
            "start": label.span.start,
            "end": label.span.end,
            "message": Some(&label.message).filter(|message| !message.is_empty()),
        })
    });
    json!({
        "path": path,
        "code": diagnostic.code.as_str(),
        "severity": diagnostic.severity.as_str(),
        "message": diagnostic.message,
        "labels": labels.collect::<Vec<_>>(),
        "help": diagnostic.help,
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use rule::{Code, Span};

    use super::*;

    fn drawn(text: &str, diagnostic: &Diagnostic) -> String {
        let mut out = Vec::new();
        write_diagnostic("mine/bad.yml", text, diagnostic, &mut out).unwrap();
        let styled = String::from_utf8(out).unwrap();
        anstream::adapter::strip_str(&styled).to_string()
    }

    fn span(text: &str, part: &str) -> Span {
        let start = text.find(part).unwrap();
        Span::new(start, start + part.len())
    }

    const RULE: &str = "title: t\ndetection:\n  admin:\n    eventType: a\n  condition: admins\n";

    #[test]
    fn a_mistake_is_drawn_where_it_is() {
        let diagnostic = Diagnostic::error(
            Code::UnknownSelection,
            span(RULE, "admins"),
            "unknown selection `admins`",
        )
        .label(span(RULE, "admin:"), "this one is there")
        .help("did you mean `admin`?");
        assert_snapshot!(drawn(RULE, &diagnostic), @r"
        error[S003]: unknown selection `admins`
         --> mine/bad.yml:5:14
          |
        3 |   admin:
          |   ------ this one is there
        4 |     eventType: a
        5 |   condition: admins
          |              ^^^^^^
          |
          = help: did you mean `admin`?
        ");
        let json = to_json("mine/bad.yml", RULE, &diagnostic);
        assert_snapshot!(serde_json::to_string_pretty(&json).unwrap(), @r#"
        {
          "path": "mine/bad.yml",
          "code": "S003",
          "severity": "error",
          "message": "unknown selection `admins`",
          "labels": [
            {
              "line": 5,
              "column": 14,
              "start": 59,
              "end": 65,
              "message": null
            },
            {
              "line": 3,
              "column": 3,
              "start": 22,
              "end": 28,
              "message": "this one is there"
            }
          ],
          "help": "did you mean `admin`?"
        }
        "#);
    }

    #[test]
    fn nothing_in_a_rule_reaches_the_terminal() {
        let text = "title: \u{1b}[2J\u{9b}31m\u{202e}\u{200b}\u{e0041}x\n";
        let diagnostic = Diagnostic::warning(Code::Missing, span(text, "x"), "odd \u{7}\u{202e}");
        let drawn = drawn(text, &diagnostic);
        assert!(!drawn.replace('\n', "").contains(is_unsafe), "{drawn:?}");
    }

    #[test]
    fn a_place_beyond_the_text_is_cut_to_it() {
        let diagnostic = Diagnostic::note(Code::Missing, Span::new(40, 90), "nothing there");
        assert_snapshot!(drawn("title: t", &diagnostic), @r"
        note[S008]: nothing there
         --> mine/bad.yml:1:9
          |
        1 | title: t
          |         ^
        ");
    }
}
