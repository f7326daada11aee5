//! A template with what a finding says in the place of its placeholders.

use super::{Piece, Row, Template};
use crate::Alert;
use crate::message::Message;

/// Lines of a body that are kept.
const LINES_MAX: usize = 200;

/// Stands where a line says more than the finding does.
const UNKNOWN: &str = "(not known)";

/// A line of a body in a user's own words; an empty one is a blank line. It does nothing where it is shown; it is not yet escaped
/// for any medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// Whether it is the title of what follows.
    pub is_title: bool,
    /// What stands there, with the spaces at its beginning.
    pub text: String,
}

impl Template {
    /// The body of a message. A line that has placeholders goes out if nothing is known for any of them, and a title if nothing is left
    /// below it.
    pub(crate) fn fill(&self, message: &Message, alert: &Alert) -> Vec<Own> {
        let rows = self.rows.iter().flat_map(|row| row.fill(message, alert));
        let mut kept: Vec<Own> = Vec::new();
        // From the end, where it is known what stands below a title.
        for own in rows.collect::<Vec<_>>().into_iter().rev() {
            let below = kept.iter().rev().find(|below| !below.is_blank());
            let is_bare = own.is_title && below.is_none_or(|below| below.is_title);
            let is_second = own.is_blank() && kept.last().is_none_or(Own::is_blank);
            if !is_bare && !is_second {
                kept.push(own);
            }
        }
        while kept.last().is_some_and(Own::is_blank) {
            kept.pop();
        }
        kept.reverse();
        kept.truncate(LINES_MAX);
        kept
    }
}

impl Own {
    /// Whether nothing stands there.
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

impl Row {
    /// Several lines if a placeholder stands for several; those begin as this one does.
    fn fill(&self, message: &Message, alert: &Alert) -> Vec<Own> {
        let mut lines = vec![String::new()];
        let (mut n_values, mut n_known) = (0, 0);
        for piece in &self.pieces {
            let values = match piece {
                Piece::Text(text) => vec![text.clone()],
                Piece::Value(value) => {
                    let known = value.lines(message, alert);
                    n_values += 1;
                    n_known += usize::from(!known.is_empty());
                    if known.is_empty() { vec![UNKNOWN.to_owned()] } else { known }
                }
            };
            self.append(&mut lines, values);
        }
        if n_values > 0 && n_known == 0 {
            return Vec::new();
        }
        let own = |text: String| Own { is_title: self.is_title, text: text.trim_end().to_owned() };
        lines.into_iter().map(own).collect()
    }

    fn append(&self, lines: &mut Vec<String>, values: Vec<String>) {
        let indent = match self.pieces.first() {
            Some(Piece::Text(text)) => &text[..text.len() - text.trim_start().len()],
            _ => "",
        };
        let mut values = values.into_iter();
        if let (Some(last), Some(first)) = (lines.last_mut(), values.next()) {
            last.push_str(&first);
        }
        lines.extend(values.map(|value| format!("{indent}{value}")));
    }
}
