//! The Sigma language: what stands under `detection`.
//!
//! ```text
//!  YAML ──detection──▶ selections, items ──item──▶ Expr of each item ─┐
//!   └──── condition ──▶ words with places ──resolve──────────────────┴▶ Part
//! ```
//!
//! *Source.* Sigma specification 2.1.0, "Detection" and "Modifiers"; same-element
//! blocks after the open proposal for version 3.

pub(crate) mod condition;
mod detection;
mod encode;
mod entry;
mod item;
pub(crate) mod modifier;
pub(crate) mod placeholder;
mod plan;
pub(crate) mod read;
mod resolve;
mod text;

pub use self::condition::{Condition, Count, Logic, Names};
pub use self::detection::{Block, Body, Detection, Each, Item, Selection, Value, ValueKind};
pub use self::modifier::Modifier;
pub(crate) use self::placeholder::Placeholders;
pub use self::placeholder::{Bound, From};
pub(crate) use self::resolve::resolve;
