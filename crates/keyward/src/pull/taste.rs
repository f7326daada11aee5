//! Which events are wanted.

use crate::console::Console;
use crate::expression::Expression;
use crate::ruleset;

/// A filter expression: its text, for a provider that applies it, and what applies it here.
pub(crate) struct Taste {
    pub(crate) text: String,
    expression: Expression,
}

impl Taste {
    /// Reads an expression. `None` if it has mistakes, which are then told.
    pub(crate) fn parse(text: &str, console: Console) -> Option<Self> {
        let expression = Expression::new(ruleset::expression(text, console)?);
        Some(Self { text: text.to_owned(), expression })
    }

    /// Whether an event is wanted.
    pub(crate) fn wants(&mut self, event: &[u8]) -> bool {
        self.expression.matches(event)
    }
}
