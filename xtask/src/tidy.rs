//! `cargo xtask tidy`: the invariants of the repository that a program can check.
//!
//! Each check reads the repository as text and returns what is wrong with it,
//! with a place. All of them run, and everything is printed.

mod architecture;
mod catalogs;
mod code;
mod diagnostics;
mod documents;
mod headers;
mod layers;
mod names;
mod rules;
mod wording;

use std::fmt;

use anyhow::Result;

use crate::repository::{self, Repository};

/// Something that should not be as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// Relative to the root of the repository.
    path: String,
    /// From 1; 0 when the whole file is meant, or its absence.
    line: usize,
    message: String,
}

type Check = fn(&Repository) -> Result<Vec<Complaint>>;

const CHECKS: &[Check] = &[
    layers::check,
    names::check,
    headers::check,
    code::check,
    architecture::check,
    documents::check,
    diagnostics::check,
    rules::check,
    catalogs::check,
    wording::check,
];

/// Runs every check and prints all complaints; whether there are none.
pub(crate) fn run() -> Result<bool> {
    let repository = Repository::open(repository::root())?;
    let mut n = 0;
    for check in CHECKS {
        for complaint in check(&repository)? {
            println!("{complaint}");
            n += 1;
        }
    }
    println!("tidy: {} checks, {n} complaints", CHECKS.len());
    Ok(n == 0)
}

impl Complaint {
    fn new(path: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.into(), line, message: message.into() }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// The lines of a text with their numbers.
fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines())
}

/// The part of a Rust file that ships: everything before its tests, which stand last.
fn shipping(text: &str) -> &str {
    let tests = text.find("\n#[cfg(test)]\nmod ").filter(|at| text[*at..].contains("mod tests {"));
    tests.map_or(text, |at| &text[..=at])
}

/// Whether a Rust file is for tests only.
fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs")
        || ["/tests/", "/benches/", "/testdata/"].iter().any(|folder| path.contains(folder))
        || path.starts_with("fuzz/")
}
