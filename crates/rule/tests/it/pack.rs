//! The rules of the repository load without a word.

use std::path::{Path, PathBuf};

use rule::{Diagnostic, Lists, Loaded, SourceFile, indicator_use, load};

fn rules_under(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rules_under(&path, paths);
        } else if path.extension().is_some_and(|ending| ending == "yml") {
            paths.push(path);
        }
    }
}

/// Loads the rules and hands them over with their files.
fn with_pack(test: impl FnOnce(&[SourceFile<'_>], &Loaded)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut paths = Vec::new();
    rules_under(&root, &mut paths);
    paths.sort();
    let texts: Vec<_> = paths
        .iter()
        .map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap()))
        .collect();
    let files: Vec<_> = texts.iter().map(|(path, text)| SourceFile { path, text }).collect();
    test(&files, &load(&files, &Lists::default()));
}

fn line(file: &SourceFile<'_>, diagnostic: &Diagnostic) -> String {
    let place = diagnostic.span().place(file.text);
    format!("{}:{} {} {}", file.path, place.line, diagnostic.code, diagnostic.message)
}

#[test]
fn every_rule_loads() {
    with_pack(|files, loaded| {
        let said: Vec<_> =
            loaded.diagnostics.iter().map(|(file, said)| line(&files[*file], said)).collect();
        assert_eq!(said, [""; 0]);
        for (number, file) in files.iter().enumerate().filter(|(_, f)| !rule::is_cases(f.path)) {
            let mut alerting = loaded.rules.iter().filter(|r| r.alerts && r.origin.file == number);
            let stem = Path::new(file.path).file_stem().unwrap();
            assert!(alerting.any(|rule| stem == rule.name.as_str()), "{}", file.path);
        }
    });
}

#[test]
fn no_rule_is_doubtful() {
    with_pack(|files, loaded| {
        let mut said = Vec::new();
        for rule in &loaded.rules {
            let doubts = rule::lint(rule);
            said.extend(doubts.iter().map(|doubt| line(&files[rule.origin.file], doubt)));
        }
        assert_eq!(said, [""; 0]);
    });
}

#[test]
fn every_rule_can_be_taken_apart() {
    with_pack(|_, loaded| {
        let counts = indicator_use(&loaded.rules);
        for rule in &loaded.rules {
            let indicators: Vec<_> = rule.stages().into_iter().flat_map(|s| s.indicators).collect();
            assert!(!indicators.is_empty() || rule.correlation.is_some(), "{}", rule.name);
            assert!(indicators.iter().all(|indicator| counts[indicator] > 0));
            assert!(!rule.mutants().is_empty() || rule.correlation.is_some(), "{}", rule.name);
        }
    });
}
