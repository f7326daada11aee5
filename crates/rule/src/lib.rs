//! Rule languages to one compiled predicate: Sigma and Okta filter expressions.
//!
//! ```text
//!  text ──yaml──▶ tree with places ──sigma, okta──▶ Part ──▶ Expr ──matches(&Event)──▶ bool
//!                        └──────────── Diagnostics, all of them, with places ──────────┘
//! ```
//!
//! *Invariants.* No clock, no files, no network: the caller reads the text and
//! passes it in. Loading never stops at the first mistake and never panics; a
//! document with an error becomes no rule. A rule that exists can be matched
//! without failing. Sizes are bounded: of files, of nesting, of what
//! placeholders, regular expressions and `N of` expand to.
//!
//! *Reason.* It keeps the YAML parser and the engines for regular expressions away
//! from whoever needs no rules, and is useful alone.
//!
//! *Source.* Sigma specification 2.1.0; Okta API reference, "Filter", checked
//! 2026-11-22. `docs/rules-semantics.md` says exactly what matches.

mod about;
mod attack;
pub mod correlation;
pub mod diagnostic;
mod explain;
mod expr;
mod glob;
mod known;
mod lint;
mod lists;
mod load;
mod logic;
mod matcher;
pub mod okta;
mod rule;
pub mod sigma;
pub mod span;
pub mod yaml;

pub use crate::about::{About, LogSource};
pub use crate::attack::Attack;
pub use crate::correlation::Correlation;
pub use crate::diagnostic::{Code, Diagnostic, Label, Severity};
pub use crate::explain::{Indicator, Stage, indicator_use};
pub use crate::expr::{Check, Element, Expr, Quantifier, Test};
pub use crate::glob::{Glob, Token};
pub use crate::known::{Ask, Known, LevelCase};
pub use crate::lint::lint;
pub use crate::lists::Lists;
pub use crate::load::{Filter, Loaded, SourceFile, Targets, is_cases, load};
pub use crate::logic::Mutant;
pub use crate::matcher::{Case, Matcher, Order, Position, TimePart};
pub use crate::okta::parse_filter;
pub use crate::rule::{Level, Origin, Rule, Status, Syntax};
pub use crate::span::{Place, Span};
