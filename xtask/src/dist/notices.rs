//! The licenses of others, word by word, as they ask for where their code is passed on.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};

use super::packages::{Package, Packages};

/// How files begin that hold a license or name who is to be named.
const NAMES: [&str; 6] = ["copying", "copyright", "licence", "license", "notice", "unlicense"];

const RULE: &str =
    "--------------------------------------------------------------------------------";

/// Every text once, after the packages that it belongs to.
pub(super) fn text(packages: &Packages) -> Result<String> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut without = Vec::new();
    for package in packages.foreign() {
        let name = format!("{} {} ({})", package.name, package.version, package.license);
        let found = licenses(package)?;
        if found.is_empty() {
            without.push(name.clone());
        }
        for text in found {
            texts.entry(text).or_default().push(name.clone());
        }
    }
    Ok(page(&texts, &without))
}

fn page(texts: &BTreeMap<String, Vec<String>>, without: &[String]) -> String {
    let mut page = "Keyward holds code of others. It is used under these licenses.\n".to_owned();
    let mut texts: Vec<_> = texts.iter().map(|(text, packages)| (packages, text)).collect();
    texts.sort_unstable();
    for (packages, text) in texts {
        let _ = write!(page, "\n{RULE}\n{}\n{RULE}\n\n{text}\n", packages.join("\n"));
    }
    if !without.is_empty() {
        let list = without.join("\n");
        let _ = write!(
            page,
            "\n{RULE}\nPackages that bring no text of their license\n{RULE}\n\n{list}\n"
        );
    }
    page
}

/// The texts that lie at the top of a package.
fn licenses(package: &Package) -> Result<Vec<String>> {
    let failed = || format!("failed to read {}", package.folder.display());
    let mut texts = Vec::new();
    for entry in fs::read_dir(&package.folder).with_context(failed)? {
        let entry = entry.with_context(failed)?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if NAMES.iter().any(|start| name.starts_with(start)) && entry.path().is_file() {
            let bytes = fs::read(entry.path()).with_context(failed)?;
            texts.push(String::from_utf8_lossy(&bytes).trim().replace("\r\n", "\n"));
        }
    }
    texts.sort_unstable();
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::page;

    #[test]
    fn a_text_stands_once_after_all_that_it_belongs_to() {
        let both = vec!["a 1 (MIT)".to_owned(), "b 2 (MIT)".to_owned()];
        let text = page(
            &BTreeMap::from([("Do as you please.".to_owned(), both)]),
            &["c 3 (ISC)".to_owned()],
        );
        assert_eq!(text.matches("Do as you please.").count(), 1);
        assert!(text.contains("a 1 (MIT)\nb 2 (MIT)\n"));
        assert!(text.ends_with("\nc 3 (ISC)\n"));
    }
}
