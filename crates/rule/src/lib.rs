//! Rule languages to one compiled predicate: Sigma and Okta filter expressions.

pub mod diagnostic;
mod expr;
mod glob;
mod matcher;
pub mod span;
pub mod yaml;

pub use crate::diagnostic::{Code, Diagnostic, Label, Severity};
pub use crate::expr::{Check, Element, Expr, Quantifier, Test};
pub use crate::glob::{Glob, Token};
pub use crate::matcher::{Case, Matcher, Order, Position, TimePart};
pub use crate::span::{Place, Span};
