//! What is handed over and what is said, for good input and bad.

mod archives;
mod databases;
mod files;
mod gathered;
mod git;
mod pack;
