//! The documents that every clone has, and links between them that lead somewhere.

use anyhow::Result;

use super::{Complaint, numbered};
use crate::repository::Repository;

const EXPECTED: &[&str] = &[
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "deny.toml",
    "docs/coverage.md",
    "docs/performance.md",
    "docs/rules.md",
];

pub(super) fn check(repository: &Repository) -> Result<Vec<Complaint>> {
    let missing = EXPECTED.iter().filter(|path| !repository.has(path));
    let mut complaints: Vec<Complaint> =
        missing.map(|path| Complaint::new(*path, 0, "is missing")).collect();
    if repository.has("CHANGELOG.md")
        && !repository.text("CHANGELOG.md")?.lines().any(|line| line == "## Unreleased")
    {
        complaints.push(Complaint::new("CHANGELOG.md", 0, "has no section `## Unreleased`"));
    }
    for path in repository.under("", ".md") {
        for (number, target) in links(&repository.text(path)?) {
            let file = resolve(path, &target);
            if !repository.has(&file) {
                let message = format!("the link to `{target}` leads nowhere");
                complaints.push(Complaint::new(path, number, message));
            }
        }
    }
    Ok(complaints)
}

/// Targets of links to files of the repository, outside code, without their anchors.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut in_code = false;
    let mut found = Vec::new();
    for (number, line) in numbered(text) {
        in_code ^= line.trim_start().starts_with("```");
        if in_code {
            continue;
        }
        for (at, opening) in line.match_indices("](") {
            let target = line[at + opening.len()..].split(')').next().unwrap_or_default();
            let target = target.split('#').next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:") {
                found.push((number, target.to_owned()));
            }
        }
    }
    found
}

/// A link as a path from the root.
fn resolve(page: &str, target: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::{links, resolve};

    #[test]
    fn links_to_files_are_found_outside_code() {
        let text = "[a](b.md#c) [d](https://example.com) [e](#f)\n```\n[g](h.md)\n```\n";
        assert_eq!(links(text), [(1, "b.md".to_owned())]);
    }

    #[test]
    fn links_count_from_their_page() {
        assert_eq!(resolve("docs/rules.md", "../rules/okta/"), "rules/okta");
        assert_eq!(resolve("README.md", "docs/rules.md"), "docs/rules.md");
    }
}
