//! Every rule of the pack has its cases beside it and its keys in one order, and rules that documents name exist.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{Complaint, numbered};
use crate::repository::Repository;

/// The keys of a document of rules, in their order.
const KEYS: [&str; 21] = [
    "title",
    "id",
    "name",
    "status",
    "description",
    "explanation",
    "references",
    "author",
    "date",
    "tags",
    "logsource",
    "sigma-version",
    "correlation",
    "detection",
    "falsepositives",
    "response",
    "prevention",
    "level",
    "levels",
    "lists",
    "allow",
];

pub(super) fn check(repository: &Repository) -> Result<Vec<Complaint>> {
    let files: BTreeSet<&str> = repository.under("rules/", ".yml").collect();
    let samples: BTreeSet<&str> = repository.under("rules/samples/", ".json").collect();
    let mut complaints = check_pairs(&files);
    for path in files.iter().filter(|path| path.ends_with(".test.yml")) {
        complaints.extend(check_bases(path, &repository.text(path)?, &samples));
    }
    for path in files.iter().filter(|path| !path.ends_with(".test.yml")) {
        complaints.extend(check_order(path, &repository.text(path)?));
    }
    let known = known_names(repository, &files)?;
    for path in repository.under("", ".md").filter(|path| speaks_of_rules(path)) {
        complaints.extend(check_mentions(path, &repository.text(path)?, &known));
    }
    Ok(complaints)
}

fn check_pairs(files: &BTreeSet<&str>) -> Vec<Complaint> {
    let lacks_partner = |path: &&&str| {
        let partner = match path.strip_suffix(".test.yml") {
            Some(stem) => format!("{stem}.yml"),
            None => path.replace(".yml", ".test.yml"),
        };
        !files.contains(partner.as_str())
    };
    let lonely = files.iter().filter(lacks_partner);
    lonely.map(|path| Complaint::new(*path, 0, message(path))).collect()
}

fn message(path: &str) -> &'static str {
    if path.ends_with(".test.yml") {
        "cases without a rule"
    } else {
        "a rule without cases: a `.test.yml` of the same name is missing"
    }
}

/// The keys of each document stand in the order of [`KEYS`], and there are no others.
fn check_order(path: &str, text: &str) -> Option<Complaint> {
    let mut left = KEYS.iter();
    for (number, line) in numbered(text) {
        if line == "---" {
            left = KEYS.iter();
        }
        let is_key = line.starts_with(|c: char| c.is_ascii_alphabetic());
        let Some((key, _)) = line.split_once(':').filter(|_| is_key) else { continue };
        if !left.any(|known| *known == key) {
            let message = format!("`{key}` stands out of order: {}", KEYS.join(", "));
            return Some(Complaint::new(path, number, message));
        }
    }
    None
}

/// Cases start from a sample that is there.
fn check_bases(path: &str, text: &str, samples: &BTreeSet<&str>) -> Vec<Complaint> {
    let bases = numbered(text).flat_map(|(number, line)| {
        let line = line.split('#').next().unwrap_or_default();
        let starts =
            |before: &str| before.trim_end().is_empty() || before.ends_with(['{', ' ', '-']);
        line.match_indices("base: ").filter(move |(at, _)| starts(&line[..*at])).map(
            move |(at, word)| {
                let base = line[at + word.len()..].split([',', '}']).next().unwrap_or_default();
                (number, format!("rules/samples/{}.json", base.trim().trim_matches(['"', '\''])))
            },
        )
    });
    bases
        .filter(|(_, sample)| !samples.contains(sample.as_str()))
        .map(|(number, sample)| Complaint::new(path, number, format!("there is no {sample}")))
        .collect()
}

/// Whether names in backticks that begin with a product are rules or kinds of credentials on this page.
fn speaks_of_rules(path: &str) -> bool {
    let is_guidance = path.starts_with("catalog/guidance/");
    let is_document = path.starts_with("docs/") && !path.starts_with("docs/adr/");
    path == "README.md" || is_document || is_guidance
}

/// Names of rules, of the lists that their placeholders stand for, and of kinds of credentials.
fn known_names(repository: &Repository, files: &BTreeSet<&str>) -> Result<BTreeSet<String>> {
    let kinds = catalog::credentials().iter().map(|credential| credential.kind.to_owned());
    let mut known: BTreeSet<String> = kinds.collect();
    for path in files.iter().filter(|path| !path.ends_with(".test.yml")) {
        let name = path.trim_end_matches(".yml").rsplit('/').next().unwrap_or_default();
        known.insert(name.to_owned());
        let text = repository.text(path)?;
        known.extend(text.split('%').skip(1).step_by(2).map(str::to_owned));
    }
    Ok(known)
}

fn check_mentions(path: &str, text: &str, known: &BTreeSet<String>) -> Vec<Complaint> {
    let is_name = |word: &&str| {
        ["okta_", "auth0_"].iter().any(|start| word.starts_with(start))
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let words = numbered(text).flat_map(|(number, line)| {
        let quoted = line.split('`').skip(1).step_by(2).filter(is_name);
        quoted.map(move |word| (number, word))
    });
    words
        .filter(|(_, word)| !known.contains(*word))
        .map(|(number, word)| Complaint::new(path, number, format!("there is no rule `{word}`")))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{check_bases, check_mentions, check_order, check_pairs};

    #[test]
    fn rules_and_cases_come_in_pairs() {
        let files = BTreeSet::from(["a.yml", "a.test.yml", "b.yml", "c.test.yml"]);
        let lonely: Vec<String> =
            check_pairs(&files).into_iter().map(|complaint| complaint.path).collect();
        assert_eq!(lonely, ["b.yml", "c.test.yml"]);
    }

    #[test]
    fn keys_of_rules_have_one_order() {
        let check = |text| check_order("r.yml", text).map(|complaint| complaint.line);
        assert_eq!(check("title: t\n# why\ndetection:\n  id: x\nlevel: low\n"), None);
        assert_eq!(check("title: t\nlevel: low\ndetection:\n"), Some(3));
        assert_eq!(check("title: t\ntitel: u\n"), Some(2));
        assert_eq!(check("title: t\ncorrelation:\nlevels:\n---\ntitle: u\nname: n\n"), None);
        assert_eq!(check("title: t\n---\nname: n\ntitle: u\n"), Some(4));
    }

    #[test]
    fn cases_start_from_samples_that_exist() {
        let samples = BTreeSet::from(["rules/samples/okta/a.json"]);
        let text = "base: okta/a # why\ncases:\n  - name: n\n    base: okta/b\n    events:\n      - {at: 0s, base: okta/c, repeat: 2}\n      - {set: {database: x}}\n";
        let complaints = check_bases("r.test.yml", text, &samples);
        let complaints: Vec<_> = complaints.iter().map(ToString::to_string).collect();
        assert_eq!(
            complaints,
            [
                "r.test.yml:4: there is no rules/samples/okta/b.json",
                "r.test.yml:6: there is no rules/samples/okta/c.json"
            ]
        );
    }

    #[test]
    fn rules_that_documents_name_exist() {
        let known = BTreeSet::from(["okta_a".to_owned()]);
        let complaints = check_mentions("docs/a.md", "`okta_a`, `eventType`\n`okta_b`\n", &known);
        assert_eq!(complaints.len(), 1);
        assert_eq!(complaints[0].to_string(), "docs/a.md:2: there is no rule `okta_b`");
    }
}
