//! `xtask/layers.toml`, read without a TOML parser: it holds three kinds of line.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};

use crate::repository::Repository;

/// What the file says.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// Packages that touch the outside world.
    pub(crate) impure: BTreeSet<String>,
    /// By name of the crate.
    pub(crate) layers: BTreeMap<String, Layer>,
}

/// What one crate may do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Layer {
    pub(crate) is_pure: bool,
    /// Crates of the workspace that it may name.
    pub(crate) allow: BTreeSet<String>,
}

impl Plan {
    pub(crate) const PATH: &str = "xtask/layers.toml";

    pub(crate) fn open(repository: &Repository) -> Result<Self> {
        Self::parse(&repository.text(Self::PATH)?)
            .with_context(|| format!("failed to read {}", Self::PATH))
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut plan = Self::default();
        let mut current: Option<String> = None;
        for statement in statements(text) {
            if let Some(name) = statement.strip_prefix("[crates.") {
                let name = name.trim_end_matches(']').to_owned();
                plan.layers.insert(name.clone(), Layer::default());
                current = Some(name);
                continue;
            }
            let (key, value) =
                statement.split_once(" = ").context("a line is not `key = value`")?;
            let layer = current.as_ref().and_then(|name| plan.layers.get_mut(name));
            match (key, layer) {
                ("impure", None) => plan.impure = list(value),
                ("pure", Some(layer)) => layer.is_pure = value == "true",
                ("allow", Some(layer)) => layer.allow = list(value),
                _ => bail!("`{key}` is not a key here"),
            }
        }
        Ok(plan)
    }
}

/// Lines without comments, arrays joined into one.
fn statements(text: &str) -> Vec<String> {
    let mut statements: Vec<String> = Vec::new();
    for line in text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()) {
        match statements.last_mut() {
            Some(open) if open.contains(" = [") && !open.ends_with(']') => open.push_str(line),
            _ if line.is_empty() => {}
            _ => statements.push(line.to_owned()),
        }
    }
    statements
}

fn list(value: &str) -> BTreeSet<String> {
    let items = value.trim_matches(['[', ']']).split(',');
    let items = items.map(|item| item.trim().trim_matches('"'));
    items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::Plan;

    #[test]
    fn crates_and_lists_are_read() {
        let plan = Plan::parse(
            "# why\nimpure = [\n  \"clap\", \"tokio\",\n]\n\n[crates.a]\npure = false\n\
             allow = [\"b\", \"c\"] # both\n",
        )
        .unwrap();
        assert_eq!(plan.impure.len(), 2);
        let layer = &plan.layers["a"];
        assert!(!layer.is_pure);
        assert_eq!(layer.allow.iter().collect::<Vec<_>>(), ["b", "c"]);
        assert!(Plan::parse("surprise = 1\n").is_err());
    }
}
