//! Every crate says at its head what it is and what it refuses, in thirty lines.

use anyhow::Result;

use super::{Complaint, numbered};
use crate::repository::Repository;

/// The longest header that is still read.
const MAX_LINES: usize = 30;

pub(super) fn check(repository: &Repository) -> Result<Vec<Complaint>> {
    let mut complaints = Vec::new();
    for path in repository.under("crates/", "/src/lib.rs") {
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
    let states = header.iter().any(|line| line.contains("*Invariants.*"));
    (!states).then(|| Complaint::new(path, 1, "the header states no *Invariants.*"))
}

#[cfg(test)]
mod tests {
    use super::check_header;

    fn complaint(text: &str) -> Option<String> {
        check_header("lib.rs", text).map(|complaint| complaint.to_string())
    }

    #[test]
    fn a_header_is_there_short_and_states_invariants() {
        assert_eq!(complaint("//! What.\n//!\n//! *Invariants.* None.\nmod a;\n"), None);
        assert_eq!(complaint("mod a;\n").unwrap(), "lib.rs:1: the crate has no header");
        assert_eq!(
            complaint("//! What.\n").unwrap(),
            "lib.rs:1: the header states no *Invariants.*"
        );
        let long = "//! *Invariants.* Many.\n".repeat(31);
        assert_eq!(complaint(&long).unwrap(), "lib.rs:31: the header has 31 lines, at most 30");
    }
}
