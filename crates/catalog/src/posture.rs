//! What to know of each weakness that a credential, an account or a setting may have, and what to do: `catalog/posture/<name>.md`.

use std::sync::LazyLock;

macro_rules! texts {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../catalog/posture/", $name, ".md")))),*]
    };
}

/// The names and their pages, in order of name.
const TEXTS: [(&str, &str); 17] = texts![
    "admin_one_factor",
    "admin_phishable",
    "broader",
    "console_policy",
    "creator_deactivated",
    "dormant",
    "expiring",
    "explorer_all_scopes",
    "explorer_exists",
    "explorer_long_tokens",
    "grants_wider",
    "public_client_app_admins",
    "secret_not_rotated",
    "several_secrets",
    "shared",
    "super_admin",
    "unbound",
];

static POSTURES: LazyLock<Vec<Posture>> =
    LazyLock::new(|| TEXTS.iter().filter_map(|(name, text)| Posture::read(name, text)).collect());

/// A weakness. Texts are in Markdown of backticks alone.
#[derive(Debug, PartialEq, Eq)]
pub struct Posture {
    /// The short name, such as `unbound`.
    pub name: &'static str,
    /// One line for people.
    pub title: &'static str,
    /// How bad it is, as a level of Sigma: `low`, `medium`, `high`.
    pub level: &'static str,
    /// ATT&CK techniques that it helps; may be empty.
    pub attack: Vec<&'static str>,
    /// Where the facts are from, and when that was checked.
    pub source: &'static str,
    /// Why it matters, in a few sentences.
    pub why: &'static str,
    /// What it may be when nothing is wrong.
    pub innocent: Vec<&'static str>,
    /// What to do first, in order.
    pub first: Vec<&'static str>,
}

impl Posture {
    /// `None` for a page that lacks a part.
    fn read(name: &'static str, text: &'static str) -> Option<Self> {
        let value = |key: &str| {
            text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':')).map(str::trim)
        };
        let items = |heading| {
            let lines = section(text, heading)?.lines();
            Some(lines.filter_map(|line| line.strip_prefix("- ")).collect::<Vec<_>>())
        };
        Some(Self {
            name,
            title: text.strip_prefix("# ")?.lines().next()?,
            level: value("level")?,
            attack: value("attack")?.split(' ').filter(|id| !id.is_empty()).collect(),
            source: value("source")?,
            why: section(text, "Why")?,
            innocent: items("Innocent")?,
            first: items("First")?,
        })
    }
}

/// What stands under a heading.
fn section(text: &'static str, heading: &str) -> Option<&'static str> {
    let (_, rest) = text.split_once(&format!("\n## {heading}\n"))?;
    Some(rest.split("\n## ").next().unwrap_or(rest).trim())
}

/// Every weakness that is looked for, in order of name.
pub fn postures() -> &'static [Posture] {
    &POSTURES
}

/// The weakness of that name.
pub fn posture(name: &str) -> Option<&'static Posture> {
    POSTURES.iter().find(|posture| posture.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_whole() {
        assert!(TEXTS.is_sorted() && POSTURES.len() == TEXTS.len());
        for posture in &*POSTURES {
            assert!(["low", "medium", "high"].contains(&posture.level), "{posture:?}");
            assert!(posture.source.contains("20") && !posture.why.is_empty(), "{posture:?}");
            assert!(!posture.innocent.is_empty() && !posture.first.is_empty(), "{posture:?}");
            for id in &posture.attack {
                assert!(crate::technique(id).is_some(), "{id} of {}", posture.name);
            }
        }
    }
}
