//! Tests of rule loading through the public interface.

mod diagnostics;
mod pack;
