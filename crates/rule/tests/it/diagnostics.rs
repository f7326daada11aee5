//! What is said about mistakes, and where.
//!
//! A fixture is a rule file with its diagnostics drawn under the lines they
//! speak of, as comments.

use std::fmt::Write;

use rule::{Diagnostic, Lists, SourceFile, load};

/// Loads a fixture without its drawn diagnostics, draws them anew and compares.
fn check(fixture: &str) {
    let fixture = fixture.trim_start_matches('\n');
    let is_drawn = |line: &&str| line.starts_with('#') && line.contains('[');
    let text: String = fixture
        .lines()
        .filter(|line| !is_drawn(line))
        .fold(String::new(), |text, line| text + line + "\n");
    let files = [SourceFile { path: "fixture.yml", text: &text }];
    let loaded = load(&files, &Lists::default());
    let diagnostics: Vec<_> =
        loaded.diagnostics.into_iter().map(|(_, diagnostic)| diagnostic).collect();
    let drawn = draw(&text, &diagnostics);
    assert!(drawn == fixture, "the fixture should be\n{drawn}");
}

fn draw(text: &str, diagnostics: &[Diagnostic]) -> String {
    let mut drawn = String::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        drawn.push_str(line);
        let end = start + line.len();
        for diagnostic in diagnostics {
            let span = diagnostic.span();
            let is_last = end == text.len();
            if (start..end).contains(&span.start) || (is_last && span.start >= end) {
                carets(line, span.start - start, span.end.min(end) - start, diagnostic, &mut drawn);
            }
        }
        start = end;
    }
    drawn
}

fn carets(line: &str, start: usize, end: usize, diagnostic: &Diagnostic, drawn: &mut String) {
    let column = line.get(..start).map_or(line.len(), |before| before.chars().count());
    let width = line.get(start..end).map_or(0, |inside| inside.trim_end().chars().count()).max(1);
    let marks = format!("{}{}", " ".repeat(column), "^".repeat(width));
    let (severity, code) = (diagnostic.severity.as_str(), diagnostic.code);
    writeln!(drawn, "#{} {severity}[{code}]: {}", &marks[1..], diagnostic.message).unwrap();
}

#[test]
fn condition_and_definitions_must_agree() {
    check(
        r"
title: t
level: low
logsource: {product: okta}
detection:
  admin:
# ^^^^^ warning[S004]: selection `admin` is never used
    eventType: user.session.start
  condition: admins
#            ^^^^^^ error[S003]: unknown selection `admins`
",
    );
}
