//! Tests of detection through the public interface.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests read files and say when they cannot go on"
)]

mod correlations;
mod differences;
mod differential;
mod engines;
mod evidence;
mod generate;
mod live;
mod memory;
mod pack;
