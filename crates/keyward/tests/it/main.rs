//! The program as a whole: transcripts, and what a transcript cannot show.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod attacks;
mod benign;
#[cfg(unix)]
mod canary;
#[cfg(unix)]
mod crash;
mod edges;
#[cfg(unix)]
mod hardship;
#[cfg(unix)]
mod integrations;
mod kept;
#[cfg(unix)]
mod leak_walk;
mod leaks;
mod memory;
mod privilege;
#[cfg(unix)]
mod revoke;
mod scan;
mod sinks;
mod verify;

use std::path::Path;

/// Runs every `console` block of the transcripts, the guide and the README, each from the
/// root of the repository. `TRYCMD=overwrite cargo test -p keyward --test it` updates them.
#[test]
fn transcripts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::env::set_current_dir(&root).unwrap();
    leaks::write_project(Path::new("crates/keyward/tests/cmd/scan.in"));
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .case("README*.md")
        .case("docs/**/*.md")
        .case("crates/keyward/tests/cmd/*.md");
}
