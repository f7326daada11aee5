//! Every crate says at its head what it is, what it refuses and why it is one, in thirty lines.

use anyhow::Result;

use super::{Complaint, numbered};
use crate::repository::Repository;

/// The longest header that is still read.
const MAX_LINES: usize = 30;

/// What a header states: what the crate refuses, and why it is a crate of its own.
const STATED: [&str; 2] = ["*Invariants.*", "*Reason.*"];

pub(super) fn check(repository: &Repository) -> Result<Vec<Complaint>> {
    let mut complaints = Vec::new();
    let libraries = repository.under("crates/", "/src/lib.rs");
    for path in libraries.chain(repository.under("crates/", "/src/main.rs")) {
        complaints.extend(check_header(path, &repository.text(path)?));
    }
    Ok(complaints)
}

fn check_header(path: &str, text: &str) -> Option<Complaint> {
    let header: Vec<&str> =
        numbered(text).map(|(_, line)| line).take_while(|line| line.starts_with("//!")).collect();
    if header.is_empty() {
        return Some(Complaint::new(path, 1, "the crate has no header"));
    }
    if header.len() > MAX_LINES {
        let message = format!("the header has {} lines, at most {MAX_LINES}", header.len());
        return Some(Complaint::new(path, MAX_LINES + 1, message));
    }
    let is_missing = |what: &&str| !header.iter().any(|line| line.contains(what));
    let missing = STATED.into_iter().find(is_missing)?;
    Some(Complaint::new(path, 1, format!("the header states no {missing}")))
}

#[cfg(test)]
mod tests {
    use super::check_header;

    fn complaint(text: &str) -> Option<String> {
        check_header("lib.rs", text).map(|complaint| complaint.to_string())
    }

    #[test]
    fn a_header_is_there_short_and_complete() {
        let whole = "//! What.\n//!\n//! *Invariants.* None.\n//!\n//! *Reason.* Alone.\nmod a;\n";
        assert_eq!(complaint(whole), None);
        assert_eq!(complaint("mod a;\n").unwrap(), "lib.rs:1: the crate has no header");
        assert_eq!(
            complaint("//! What.\n").unwrap(),
            "lib.rs:1: the header states no *Invariants.*"
        );
        assert_eq!(
            complaint("//! What.\n//!\n//! *Invariants.* None.\n").unwrap(),
            "lib.rs:1: the header states no *Reason.*"
        );
        let long = "//! *Invariants.* Many.\n".repeat(31);
        assert_eq!(complaint(&long).unwrap(), "lib.rs:31: the header has 31 lines, at most 30");
    }
}
