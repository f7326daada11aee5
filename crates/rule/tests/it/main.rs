//! Tests of rule loading through the public interface.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests read files and may fail"
)]

mod condition;
mod conformance;
mod correlation;
mod correlation_oracle;
mod diagnostics;
mod pack;
mod rules;
