//! Modules have names that say something, and lie where one looks for them.

use anyhow::Result;

use super::Complaint;
use crate::repository::Repository;

/// Names that would fit anything. Source: style of this repository.
const BANNED: &[&str] = &[
    "base", "common", "core", "handler", "handlers", "helper", "helpers", "imp", "impl", "manager",
    "misc", "mod", "models", "types", "util", "utils",
];

#[expect(clippy::unnecessary_wraps, reason = "checks have one shape, and others read files")]
pub(super) fn check(repository: &Repository) -> Result<Vec<Complaint>> {
    Ok(repository.paths().filter_map(check_path).collect())
}

fn check_path(path: &str) -> Option<Complaint> {
    let name = path.strip_suffix(".rs")?.rsplit('/').next()?;
    BANNED.contains(&name).then(|| {
        let message = if name == "mod" {
            "a folder module is `name.rs` beside `name/`".to_owned()
        } else {
            format!("`{name}` says nothing about what is in it")
        };
        Complaint::new(path, 0, message)
    })
}

#[cfg(test)]
mod tests {
    use super::check_path;

    #[test]
    fn empty_names_are_refused_and_others_are_not() {
        for path in ["crates/rule/src/utils.rs", "crates/rule/src/yaml/mod.rs"] {
            assert!(check_path(path).is_some(), "{path}");
        }
        for path in ["crates/rule/src/yaml.rs", "crates/rule/src/lib.rs", "docs/types.md"] {
            assert_eq!(check_path(path), None);
        }
    }
}
