//! Sigma rules and JSON events over one small vocabulary, so that matches are common.
//!
//! Left out is only what the engines differ in by design; `differences.txt` has cases for each:
//! `neq` goes to fields that every event has, null to fields not reached through arrays, `exists` to
//! fields that are never null; numbers of events are written as Rust writes them; and so on, said where
//! it is done.

mod encoded;
mod event;
mod item;
mod rule;
mod vocabulary;

pub(crate) use self::event::event;
pub(crate) use self::rule::{item_rule, rule, value_rule};
