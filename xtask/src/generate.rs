//! Files that programs write and the repository keeps.

mod coverage;
mod credentials;

use std::fs;

use anyhow::{Context, Result};

use crate::example;
use crate::repository::{self, Repository};

/// A generated file: where it is, and what should be in it.
struct Generated {
    /// Relative to the root of the repository.
    path: &'static str,
    contents: Vec<u8>,
}

/// Writes every generated file that differs.
pub(crate) fn write() -> Result<()> {
    for file in all()? {
        if is_current(&file) {
            println!("{}: unchanged", file.path);
            continue;
        }
        let path = repository::root().join(file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("failed to create {}", folder.display()))?;
        }
        fs::write(&path, &file.contents)
            .with_context(|| format!("failed to write {}", file.path))?;
        println!("{}: written, {} bytes", file.path, file.contents.len());
    }
    Ok(())
}

/// Whether every file is what its generator writes; prints those that are not.
pub(crate) fn check() -> Result<bool> {
    let mut are_current = true;
    for file in all()? {
        if !is_current(&file) {
            println!("{}: differs from what `cargo xtask gen` writes", file.path);
            are_current = false;
        }
    }
    Ok(are_current)
}

fn all() -> Result<Vec<Generated>> {
    let mut takeover = Vec::new();
    example::write_takeover(&mut takeover).context("failed to generate the example")?;
    let coverage = coverage::page(&Repository::open(repository::root())?)?;
    Ok(vec![
        Generated { path: "examples/takeover.jsonl", contents: takeover },
        Generated { path: "docs/coverage.md", contents: coverage.into_bytes() },
        Generated { path: "docs/credentials.md", contents: credentials::page().into_bytes() },
    ])
}

fn is_current(file: &Generated) -> bool {
    fs::read(repository::root().join(file.path)).is_ok_and(|found| found == file.contents)
}
