//! ARCHITECTURE.md against the code: sections, layers, and everything in backticks.

use std::collections::BTreeSet;

use anyhow::Result;

use super::layers::{Layer, Plan};
use super::{Complaint, numbered};
use crate::repository::Repository;

const PATH: &str = "ARCHITECTURE.md";

/// Names of the language that the text may use.
const STANDARD: &[&str] = &["None", "Some", "Vec", "String", "Option", "Result"];

/// What one sitting can read.
const MAX_LINES: usize = 300;

/// Sections that speak in other people's words.
const FOREIGN_SECTIONS: &[&str] = &["## Glossary"];

pub(super) fn check(repository: &Repository) -> Result<Vec<Complaint>> {
    if !repository.has(PATH) {
        return Ok(Vec::new());
    }
    let text = repository.text(PATH)?;
    let plan = Plan::open(repository)?;
    let mut complaints = check_sections(&text, &plan);
    complaints.extend(check_table(&text, &plan));
    let source = Source::open(repository)?;
    for (number, name) in names(&text) {
        if !source.knows(repository, name) {
            let message = format!("`{name}` does not exist");
            complaints.push(Complaint::new(PATH, number, message));
        }
    }
    Ok(complaints)
}

fn check_sections(text: &str, plan: &Plan) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let n_lines = text.lines().count();
    if n_lines > MAX_LINES {
        let message = format!("has {n_lines} lines, at most {MAX_LINES}");
        complaints.push(Complaint::new(PATH, MAX_LINES + 1, message));
    }
    for name in plan.layers.keys() {
        let title = format!("### `crates/{name}`");
        if !text.lines().any(|line| line == title) {
            complaints.push(Complaint::new(PATH, 0, format!("has no section `{title}`")));
        }
    }
    complaints
}

/// The table of layers says what `layers.toml` says: `| name | may use | pure |`.
fn check_table(text: &str, plan: &Plan) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut missing: BTreeSet<&str> = plan.layers.keys().map(String::as_str).collect();
    for (number, row) in section(text, "## Layers") {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let ["", name, uses, pure, ""] = cells.as_slice() else { continue };
        let name = name.trim_matches('`');
        let Some(layer) = plan.layers.get(name) else { continue };
        missing.remove(name);
        let written = Layer {
            is_pure: *pure == "yes",
            allow: uses.split('`').skip(1).step_by(2).map(str::to_owned).collect(),
        };
        if written != *layer {
            let message = format!("the layer of `{name}` differs from {}", Plan::PATH);
            complaints.push(Complaint::new(PATH, number, message));
        }
    }
    let absent = missing
        .into_iter()
        .map(|name| Complaint::new(PATH, 0, format!("the table of layers lacks `{name}`")));
    complaints.extend(absent);
    complaints
}

/// The numbered lines of one section.
fn section<'a>(text: &'a str, title: &str) -> impl Iterator<Item = (usize, &'a str)> {
    let before = move |(_, line): &(usize, &str)| *line != title;
    let lines = numbered(text).skip_while(before).skip(1);
    lines.take_while(|(_, line)| !line.starts_with("## "))
}

/// Paths and types in backticks, outside code blocks and foreign sections.
fn names(text: &str) -> Vec<(usize, &str)> {
    let (mut in_code, mut is_foreign) = (false, false);
    let mut found = Vec::new();
    for (number, line) in numbered(text) {
        in_code ^= line.starts_with("```");
        if line.starts_with("## ") {
            is_foreign = FOREIGN_SECTIONS.contains(&line);
        }
        if !in_code && !is_foreign {
            let quoted = line.split('`').skip(1).step_by(2);
            found.extend(
                quoted.filter(|name| is_path(name) || is_item(name)).map(|name| (number, name)),
            );
        }
    }
    found
}

/// A file or folder of the repository, not a pattern or a command.
fn is_path(name: &str) -> bool {
    let plain = !name.contains([' ', '*', '<', '…', '$', '(', ':', '{']);
    let ending = [".md", ".toml", ".rs", ".yml", ".tsv", ".jsonl"];
    plain && (name.contains('/') || ending.iter().any(|end| name.ends_with(end)))
}

/// `Type`, `Type::item` or `crate::Type`, perhaps with arguments.
fn is_item(name: &str) -> bool {
    let name = name.split(['(', '<']).next().unwrap_or_default();
    let is_word =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
    let is_camel = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.contains(|c: char| c.is_ascii_lowercase())
    };
    let mut parts = name.split("::");
    parts.clone().all(is_word) && parts.any(is_camel)
}

/// All Rust code of the repository, to look names up in.
struct Source {
    text: String,
}

impl Source {
    fn open(repository: &Repository) -> Result<Self> {
        let mut text = String::new();
        for path in repository.under("crates/", ".rs").chain(repository.under("xtask/", ".rs")) {
            text.push_str(&repository.text(path)?);
        }
        Ok(Self { text })
    }

    fn knows(&self, repository: &Repository, name: &str) -> bool {
        if is_path(name) {
            return repository.has(name);
        }
        let name = name.split(['(', '<']).next().unwrap_or_default();
        STANDARD.contains(&name)
            || name
                .split("::")
                .all(|part| self.declares(part) || repository.has(&format!("crates/{part}")))
    }

    /// Whether something of that name is declared: a type, a function, a variant.
    fn declares(&self, name: &str) -> bool {
        let kinds = ["struct ", "enum ", "trait ", "type ", "fn ", "const ", "mod "];
        let declared = |start: &str| {
            let needle = format!("{start}{name}");
            let mut places = self.text.match_indices(&needle);
            places.any(|(at, _)| {
                let after = self.text[at + needle.len()..].chars().next();
                !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
            })
        };
        kinds.into_iter().any(declared) || declared("\n    ")
    }
}

#[cfg(test)]
mod tests {
    use super::{Plan, Source, check_table, is_item, is_path, names};

    #[test]
    fn paths_and_types_are_told_from_other_words() {
        assert!(is_path("crates/rule") && is_path("clippy.toml") && !is_path("rules/*.yml"));
        assert!(is_item("Event") && is_item("detect::State") && is_item("Detector::tick(now)"));
        assert!(!is_item("eventType") && !is_item("cargo xtask") && !is_item("NO_COLOR"));
    }

    #[test]
    fn names_in_code_and_in_foreign_sections_are_left_alone() {
        let text = "`Event`\n```text\n`Code`\n```\n## Glossary\n`AppInstance`\n## Next\n`a/b`\n";
        assert_eq!(names(text), [(1, "Event"), (8, "a/b")]);
    }

    #[test]
    fn declared_names_are_found_whole() {
        let source =
            Source { text: "pub struct EventId;\npub enum Level {\n    High,\n}\n".into() };
        assert!(source.declares("EventId") && source.declares("High"));
        assert!(!source.declares("Event"));
    }

    #[test]
    fn the_table_says_what_the_layers_are() {
        let plan = Plan::parse("[crates.a]\npure = true\nallow = [\"b\"]\n").unwrap();
        assert!(
            check_table("## Layers\n| `a` | `b` | yes |\n## Next\n| `a` | x | y |\n", &plan)
                .is_empty()
        );
        assert_eq!(check_table("## Layers\n| `a` | – | yes |\n", &plan).len(), 1);
        assert_eq!(check_table("nothing\n", &plan).len(), 1);
    }
}
