//! To come.

mod expr;
mod glob;
mod matcher;

pub use crate::expr::{Check, Element, Expr, Quantifier, Test};
pub use crate::glob::{Glob, Token};
pub use crate::matcher::{Case, Matcher, Order, Position, TimePart};
