//! Rules with memory: properties that hold for any of them, each type against a plain reference, and what stands at the edges.

mod log;
mod properties;
mod rules;
mod run;
