//! What is said about mistakes, and where.
//!
//! A fixture is a rule file with its diagnostics drawn under the lines they
//! speak of, as comments. `UPDATE_FIXTURES=1 cargo test -p rule` draws them anew.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use rule::{Code, Diagnostic, Lists, SourceFile, lint, load};

#[test]
fn loading_says_what_is_wrong() {
    for path in fixtures("diagnostics") {
        check(&path, false);
    }
}

#[test]
fn lints_say_what_is_doubtful() {
    for path in fixtures("lints") {
        check(&path, true);
    }
}

#[test]
fn every_code_has_a_fixture() {
    let paths = fixtures("diagnostics").into_iter().chain(fixtures("lints"));
    let drawn: String = paths.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for code in Code::ALL {
        // Codes of case files are shown where cases are read.
        let of_cases = ("S080".."S083").contains(&code.as_str());
        assert!(of_cases || drawn.contains(&format!("[{code}]")), "no fixture shows {code}");
    }
}

fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(folder);
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

/// Loads a fixture without its drawn diagnostics, draws them anew and compares.
fn check(path: &Path, with_lints: bool) {
    let fixture = std::fs::read_to_string(path).unwrap();
    let is_drawn = |line: &&str| line.starts_with('#') && line.contains("[S");
    let kept = fixture.lines().filter(|line| !is_drawn(line));
    let text = kept.fold(String::new(), |text, line| text + line + "\n");
    let name = path.file_name().unwrap().to_str().unwrap();
    let loaded = load(&[SourceFile { path: name, text: &text }], &Lists::default());
    let mut diagnostics: Vec<_> = loaded.diagnostics.into_iter().map(|(_, said)| said).collect();
    if with_lints {
        assert_eq!(diagnostics, [], "{name}");
        diagnostics = loaded.rules.iter().flat_map(lint).collect();
    }
    let drawn = draw(&text, &diagnostics);
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(path, drawn).unwrap();
    } else {
        assert!(drawn == fixture, "{name} should be\n{drawn}");
    }
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
    let help = diagnostic.help.iter().fold(String::new(), |_, help| format!(" ({help})"));
    let message = &diagnostic.message;
    writeln!(drawn, "#{} {severity}[{code}]: {message}{help}", &marks[1..]).unwrap();
}
