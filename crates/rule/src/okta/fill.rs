//! Placeholders in expressions: values that are only `{name}`.

use crate::okta::tree::{Literal, Predicate, Tree, Value};
use crate::sigma::Placeholders;
use crate::sigma::placeholder::{Unfilled, braced_text};
use crate::span::Span;

/// Receives what could not be filled in, and where it stands.
type Sink<'s> = &'s mut dyn FnMut(Unfilled, Span);

impl Tree {
    /// Puts the values of placeholders in their place. `None` when one has none, which is told.
    pub(super) fn fill(
        &mut self,
        placeholders: &mut Placeholders<'_>,
        sink: Sink<'_>,
    ) -> Option<()> {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                let mut filled = Some(());
                for part in parts {
                    filled = part.fill(placeholders, sink).and(filled);
                }
                filled
            }
            Self::Not(_, inner) => inner.fill(placeholders, sink),
            Self::Predicate(predicate) => predicate.fill(placeholders, sink),
        }
    }
}

impl Predicate {
    fn fill(&mut self, placeholders: &mut Placeholders<'_>, sink: Sink<'_>) -> Option<()> {
        let mut filled = Some(());
        let mut values = Vec::with_capacity(self.values.len());
        for value in std::mem::take(&mut self.values) {
            let name = match &value.literal {
                Literal::Text(text) => braced_text(text),
                _ => None,
            };
            let Some(name) = name else {
                values.push(value);
                continue;
            };
            let text = |text: &String| Value { literal: Literal::Text(text.clone()), ..value };
            match placeholders.values(name) {
                Ok(texts) => values.extend(texts.iter().map(text)),
                Err(unfilled) => {
                    sink(unfilled, value.span);
                    filled = None;
                }
            }
        }
        self.values = values;
        filled
    }
}
