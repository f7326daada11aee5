//! The repository speaks of Keyward: not of the machine it was written on.

use anyhow::Result;

use super::{Complaint, numbered};
use crate::repository::Repository;

/// Files that others write or that must name hosts.
const EXEMPT: &[&str] =
    &["Cargo.lock", "fuzz/Cargo.lock", "deny.toml", "xtask/src/tidy/wording.rs"];

/// Folders of somebody's machine, where a path begins with them.
const FOLDERS: &[&str] = &["/home/", "/root/", "/Users/", "/mnt/", "C:\\Users\\"];

/// Package registries: which one to use is the business of whoever builds.
const REGISTRIES: &[&str] =
    &["crates.io-index", "index.crates.io", "static.crates.io", "/artifactory/", "sparse+http"];

pub(super) fn check(repository: &Repository) -> Result<Vec<Complaint>> {
    let mut complaints = Vec::new();
    for path in repository.paths().filter(|path| !EXEMPT.contains(path)) {
        complaints.extend(check_text(path, &repository.text(path)?));
    }
    Ok(complaints)
}

fn check_text(path: &str, text: &str) -> Vec<Complaint> {
    // Most files, the long generated ones among them, hold none of these.
    if !FOLDERS.iter().chain(REGISTRIES).any(|word| text.contains(word)) {
        return Vec::new();
    }
    let found = numbered(text).filter_map(|(number, line)| {
        let folder = FOLDERS.iter().find(|word| begins_path(line, word));
        let word = folder.or_else(|| REGISTRIES.iter().find(|word| line.contains(**word)))?;
        Some(Complaint::new(path, number, format!("`{word}` belongs to one machine")))
    });
    found.collect()
}

/// Whether the folder stands here for itself, not inside an address or a longer path.
fn begins_path(line: &str, folder: &str) -> bool {
    let is_inner = |c: char| c.is_alphanumeric() || "._-}*/".contains(c);
    line.match_indices(folder).any(|(at, _)| !line[..at].ends_with(is_inner))
}

#[cfg(test)]
mod tests {
    use super::check_text;

    #[test]
    fn paths_of_one_machine_are_found_and_addresses_are_not() {
        let text = "see https://example.com/home/page\nlet p = \"/home/me/x\";\n";
        let complaints = check_text("a.rs", text);
        assert_eq!((complaints.len(), complaints[0].line), (1, 2));
        assert!(check_text("a.rs", "GET {host}/home/items\n").is_empty());
        assert_eq!(check_text("a.toml", "registry = \"sparse+https://x\"\n").len(), 1);
    }
}
