//! What the engines differ in by design: a case in `differences.txt` and a row in
//! `docs/sigma-differences.md` for each.
//!
//! A case is a name and what belongs to it, one thing a line; `selection` is the only selection of a rule.
//! A name may have several cases.

use std::fmt::Write as _;

use serde_json::Value;

use crate::engines::{Keyward, Rsigma};

/// A rule and an event of which the engines say different things.
struct Difference {
    /// The first column of the document.
    name: &'static str,
    /// As YAML.
    rule: String,
    event: &'static str,
    keyward: &'static str,
    rsigma: &'static str,
}

const CASES: &str = include_str!("differences.txt");
const DOCUMENT: &str = include_str!("../../../../docs/sigma-differences.md");

#[test]
fn engines_differ_as_the_cases_say() {
    let wrong: Vec<_> = differences().filter_map(|difference| difference.judge()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_document_has_a_row_for_each_name() {
    let names = CASES.lines().filter(|line| !line.is_empty() && !line.starts_with(' '));
    let mut names: Vec<_> = names.collect();
    names.dedup();
    // What correlations differ in is held against the other parser and engine elsewhere.
    let (document, _) = DOCUMENT.split_once("## Correlations").unwrap_or((DOCUMENT, ""));
    let rows = document.lines().filter(|line| !line.starts_with("| What |"));
    let rows: Vec<_> = rows.filter_map(heading_or_first_cell).collect();
    assert_eq!(rows, names);
}

fn heading_or_first_cell(line: &str) -> Option<&str> {
    match line.strip_prefix("| ") {
        Some(cells) => cells.split(" | ").next(),
        None => line.starts_with("## ").then_some(line),
    }
}

fn differences() -> impl Iterator<Item = Difference> {
    CASES.split("\n\n").filter(|block| !block.starts_with("## ")).map(read)
}

fn read(block: &'static str) -> Difference {
    let (name, lines) = block.split_once('\n').unwrap();
    let [mut event, mut keyward, mut rsigma] = [""; 3];
    let mut rule = String::from("title: generated\n");
    for line in lines.lines().map(str::trim) {
        match line.split_once(": ").unwrap() {
            ("event", value) => event = value,
            ("Keyward", value) => keyward = value,
            ("rsigma-eval", value) => rsigma = value,
            ("selection", value) => {
                _ = writeln!(rule, "detection: {{s: {value}, condition: s}}");
            }
            _ => _ = writeln!(rule, "{line}"),
        }
    }
    Difference { name, rule, event, keyward, rsigma }
}

impl Difference {
    /// What is wrong with the case, if anything is.
    fn judge(&self) -> Option<String> {
        let (keyward, rsigma) = (self.ask_keyward(), self.ask_rsigma());
        let is_right = (self.keyward, self.rsigma) == (keyward, rsigma) && keyward != rsigma;
        let Self { name, rule, event, .. } = self;
        let found = format!("Keyward {keyward}, rsigma-eval {rsigma}");
        (!is_right).then(|| format!("{name}: {found}\n{rule}{event}"))
    }

    fn ask_keyward(&self) -> &'static str {
        let rules = [("generated".to_owned(), self.rule.clone())];
        match Keyward::load(&rules).map(|keyward| keyward.matches(self.event).is_empty()) {
            Err(_) => "refuses",
            Ok(true) => "is quiet",
            Ok(false) => "matches",
        }
    }

    fn ask_rsigma(&self) -> &'static str {
        let rules = [("generated".to_owned(), self.rule.clone())];
        let event: Value = serde_json::from_str(self.event).unwrap();
        match Rsigma::load(&rules).map(|rsigma| rsigma.matches(&event).is_empty()) {
            Err(_) => "refuses",
            Ok(true) => "is quiet",
            Ok(false) => "matches",
        }
    }
}
