//! What is handed over and what is said, for good input and bad.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![expect(clippy::format_collect, reason = "short texts are plainest so")]

mod archives;
mod databases;
mod files;
mod gathered;
mod git;
mod nested;
mod pack;
