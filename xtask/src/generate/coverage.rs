//! `docs/coverage.md`: what is asked of detection, and the rules that answer, from `docs/coverage.tsv`.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result, bail, ensure};

use crate::repository::Repository;

/// Where the data are.
const DATA: &str = "docs/coverage.tsv";

const HEAD: &str = "\
# Coverage

What is asked of detection, point by point, and what in this repository answers it.
\"Not yet\" means that nothing does; it is said here so that silence is not taken for an answer.
This page is written by `cargo xtask gen` from `docs/coverage.tsv`, which fails if a rule named there does not exist.
";

/// A part of the page.
#[derive(Debug, Default)]
struct Section {
    title: String,
    text: String,
    rows: Vec<Row>,
}

/// Something that is asked.
#[derive(Debug)]
struct Row {
    id: String,
    asked: String,
    rules: Vec<String>,
    note: String,
}

/// The rules of the pack, by name.
#[derive(Debug, Default)]
struct Pack {
    names: BTreeSet<String>,
    /// Those that remember.
    remembering: BTreeSet<String>,
}

/// The page.
///
/// # Errors
/// When the data name a rule that does not exist.
pub(super) fn page(repository: &Repository) -> Result<String> {
    let sections = read(&repository.text(DATA)?)?;
    let pack = Pack::read(repository)?;
    let rows = sections.iter().flat_map(|section| &section.rows);
    let named: BTreeSet<&String> = rows.flat_map(|row| &row.rules).collect();
    let unknown: Vec<_> = named.iter().filter(|name| !pack.names.contains(**name)).collect();
    ensure!(unknown.is_empty(), "{DATA} names rules that do not exist: {unknown:?}");
    let others: Vec<&String> =
        pack.remembering.iter().filter(|name| !named.contains(name)).collect();
    Ok(render(&sections, &others))
}

impl Pack {
    fn read(repository: &Repository) -> Result<Self> {
        let mut pack = Self::default();
        for path in repository.under("rules/", ".yml").filter(|path| !rule::is_cases(path)) {
            let text = fs::read_to_string(repository.root().join(path))
                .with_context(|| format!("failed to read {path}"))?;
            let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".yml");
            if text.lines().any(|line| line.starts_with("correlation:")) {
                pack.remembering.insert(name.to_owned());
            }
            pack.names.insert(name.to_owned());
        }
        Ok(pack)
    }
}

fn read(text: &str) -> Result<Vec<Section>> {
    let mut sections = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with("# ")) {
        if let Some(title) = line.strip_prefix("## ") {
            sections.push(Section { title: title.to_owned(), ..Section::default() });
            continue;
        }
        let section = sections.last_mut().with_context(|| format!("no section: {line}"))?;
        match *line.split('\t').collect::<Vec<_>>() {
            [text] => text.clone_into(&mut section.text),
            [id, asked, rules, note] => section.rows.push(Row {
                id: id.to_owned(),
                asked: asked.to_owned(),
                rules: rules.split_whitespace().map(str::to_owned).collect(),
                note: note.to_owned(),
            }),
            _ => bail!("not four cells: {line}"),
        }
    }
    Ok(sections)
}

fn render(sections: &[Section], others: &[&String]) -> String {
    let mut page = HEAD.to_owned();
    page.push_str(&counts(sections));
    for section in sections {
        let _ = writeln!(page, "\n## {}\n", section.title);
        if !section.text.is_empty() {
            let _ = writeln!(page, "{}\n", section.text);
        }
        page.push_str("| | Asked | Answered by |\n|---|---|---|\n");
        for row in &section.rows {
            let _ = writeln!(page, "| {} | {} | {} |", row.id, row.asked, answer(row));
        }
    }
    if !others.is_empty() {
        page.push_str("\n## Rules with memory beyond these\n\n");
        for name in others {
            let _ = writeln!(page, "- `{name}`");
        }
    }
    page
}

/// The table of how much is answered, one line a section.
fn counts(sections: &[Section]) -> String {
    let mut text =
        String::from("\n| Section | Asked | Answered | By no rule |\n|---|---|---|---|\n");
    let mut sums = [0; 2];
    for section in sections {
        let n_answered = section.rows.iter().filter(|row| row.is_answered()).count();
        let is_idea = section.title.ends_with("detection ideas");
        for (sum, n) in sums.iter_mut().zip([n_answered, section.rows.len()]) {
            *sum += if is_idea { n } else { 0 };
        }
        let silent: Vec<&str> = section
            .rows
            .iter()
            .filter(|row| !row.is_answered())
            .map(|row| row.id.as_str())
            .collect();
        let (title, n) = (&section.title, section.rows.len());
        let _ = writeln!(text, "| {title} | {n} | {n_answered} | {} |", silent.join(", "));
    }
    let [answered, asked] = sums;
    let _ = writeln!(text, "\nOf {asked} ideas in public catalogs, {answered} have a rule.");
    text
}

impl Row {
    /// Whether a rule answers, or, where no rule is meant to, something else.
    fn is_answered(&self) -> bool {
        let is_idea = self.id.starts_with(['O', 'A', 'G']);
        !self.rules.is_empty() || (!is_idea && !self.note.is_empty())
    }
}

fn answer(row: &Row) -> String {
    let rules: Vec<String> = row.rules.iter().map(|name| format!("`{name}`")).collect();
    match (rules.is_empty(), row.note.is_empty()) {
        (true, true) => "not yet".to_owned(),
        (true, false) => row.note.clone(),
        (false, true) => rules.join(", "),
        (false, false) => format!("{}; {}", rules.join(", "), row.note),
    }
}

#[cfg(test)]
mod tests {
    use super::{read, render};

    #[test]
    fn rows_become_a_table_and_are_counted() {
        let data = "# c\n## Okta: detection ideas\nT.\nO1\ta\tx y\t\nO2\tb\t\twhy\nO3\tc\t\t\n";
        let page = render(&read(data).unwrap(), &[]);
        for line in [
            "| Okta: detection ideas | 3 | 1 | O2, O3 |",
            "Of 3 ideas in public catalogs, 1 have a rule.",
            "T.",
            "| O1 | a | `x`, `y` |",
            "| O2 | b | why |",
            "| O3 | c | not yet |",
        ] {
            assert!(page.lines().any(|found| found == line), "{line} is not in\n{page}");
        }
    }

    #[test]
    fn a_row_lacking_a_cell_is_refused() {
        assert!(read("## T\na\tb\tc\n").is_err());
    }
}
