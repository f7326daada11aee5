//! Rules with memory: what they become.

use std::fmt::Write;

use rule::{Lists, Loaded, Rule, SourceFile, load};

fn load_one(text: &str) -> Loaded {
    load(&[SourceFile { path: "t.yml", text }], &Lists::default())
}

fn said(loaded: &Loaded) -> Vec<String> {
    loaded.diagnostics.iter().map(|(_, said)| format!("{} {}", said.code, said.message)).collect()
}

/// One line of what a correlation asks.
fn line(rule: &Rule) -> String {
    let mut line = format!("{}: ", rule.name);
    match &rule.correlation {
        None => {
            write!(line, "{:?}", rule.expr).unwrap();
        }
        Some(correlation) => {
            write!(line, "{:?} by {:?}", correlation.test, correlation.group_by).unwrap();
        }
    }
    line
}

const EVERY: &str = include_str!("../../testdata/correlations/every_type.yml");

#[test]
fn every_type_is_read() {
    let loaded = load_one(EVERY);
    assert_eq!(said(&loaded), [""; 0]);
    let lines: Vec<_> = loaded.rules.iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"));
}
