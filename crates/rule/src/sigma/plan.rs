//! Which modifiers go together, and what they mean then.

use super::modifier::Modifier;
use crate::diagnostic::{Code, Diagnostic};
use crate::matcher::{Case, Order, Position, TimePart};
use crate::span::Span;

/// How the values of an item are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// Text at a position; numbers, booleans and null for what they are.
    Text(Position),
    /// Text of another field at a position.
    FieldRef(Position),
    /// A regular expression with its flags.
    Regex(Flags),
    /// A network.
    Cidr,
    /// A number.
    Number(Order),
    /// A part of a time.
    Time(TimePart, Order),
    /// The number of characters of a text.
    Length(Order),
    /// Presence.
    Exists,
}

/// The flags of a regular expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flags {
    ignore_case: bool,
    multi_line: bool,
    dot_all: bool,
}

impl Flags {
    /// The flags as a pattern begins with them, such as `(?im)`; empty when none is set.
    pub(crate) fn prefix(self) -> String {
        let flags = [(self.ignore_case, 'i'), (self.multi_line, 'm'), (self.dot_all, 's')];
        let flags: String = flags.iter().filter(|(set, _)| *set).map(|(_, flag)| flag).collect();
        if flags.is_empty() { flags } else { format!("(?{flags})") }
    }
}

/// What the modifiers of an item mean together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) operator: Operator,
    /// In the order in which they are applied.
    pub(crate) transforms: Vec<Modifier>,
    pub(crate) case: Case,
    pub(crate) every: bool,
    pub(crate) negated: bool,
    pub(crate) expand: bool,
}

/// What the modifiers mean together, with their places. `None` when they do
/// not go together, which is said.
pub(crate) fn plan(
    modifiers: &[(Modifier, Span)],
    is_keyword: bool,
    out: &mut Vec<Diagnostic>,
) -> Option<Plan> {
    let set = Set { modifiers };
    let plan = set.operator(is_keyword).and_then(|operator| set.plan(operator, is_keyword));
    plan.map_err(|diagnostic| out.push(diagnostic)).ok()
}

struct Set<'m> {
    modifiers: &'m [(Modifier, Span)],
}

impl Set<'_> {
    fn find(&self, wanted: impl Fn(Modifier) -> bool) -> Option<(Modifier, Span)> {
        self.modifiers.iter().copied().find(|(modifier, _)| wanted(*modifier))
    }

    fn has(&self, wanted: Modifier) -> bool {
        self.find(|modifier| modifier == wanted).is_some()
    }

    /// The one thing the item does, from modifiers that each would do another.
    fn operator(&self, is_keyword: bool) -> Result<Operator, Diagnostic> {
        self.at_most_one(|modifier| modifier.position().is_some())?;
        self.at_most_one(|modifier| modifier.order().is_some())?;
        self.at_most_one(|modifier| modifier.time_part().is_some())?;
        let default = if is_keyword { Position::Anywhere } else { Position::Whole };
        let position = self.modifiers.iter().find_map(|(modifier, _)| modifier.position());
        let position = position.unwrap_or(default);
        match self.find(is_special) {
            Some((special, span)) => self.special(special, span, position),
            None => self.ordinary(position),
        }
    }

    /// Text, or an order, or a part of a time, or an order of such a part.
    fn ordinary(&self, position: Position) -> Result<Operator, Diagnostic> {
        let order = self.modifiers.iter().find_map(|(modifier, _)| modifier.order());
        let time = self.modifiers.iter().find_map(|(modifier, _)| modifier.time_part());
        if let Some((length, span)) = self.find(|modifier| modifier == Modifier::Len) {
            let other = |m: Modifier| m.position().is_some() || m.time_part().is_some();
            if self.find(other).is_some() {
                return Err(self.conflict(length, span, other));
            }
            return Ok(Operator::Length(order.unwrap_or(Order::Equal)));
        }
        if let Some((modifier, span)) = self.find(|modifier| modifier.position().is_some())
            && (order.is_some() || time.is_some())
        {
            let other = |m: Modifier| m.order().is_some() || m.time_part().is_some();
            return Err(self.conflict(modifier, span, other));
        }
        Ok(match (time, order) {
            (Some(part), order) => Operator::Time(part, order.unwrap_or(Order::Equal)),
            (None, Some(order)) => Operator::Number(order),
            (None, None) => Operator::Text(position),
        })
    }

    fn special(
        &self,
        special: Modifier,
        span: Span,
        position: Position,
    ) -> Result<Operator, Diagnostic> {
        let other = |modifier: Modifier| {
            let is_position = modifier.position().is_some();
            let fits = special == Modifier::FieldRef && is_position;
            let measures = modifier == Modifier::Len || modifier.order().is_some();
            let acts = is_special(modifier) || is_position || measures;
            modifier != special && (acts || modifier.time_part().is_some()) && !fits
        };
        if self.find(other).is_some() {
            return Err(self.conflict(special, span, other));
        }
        Ok(match special {
            Modifier::Re => Operator::Regex(Flags {
                ignore_case: self.has(Modifier::IgnoreCase),
                multi_line: self.has(Modifier::MultiLine),
                dot_all: self.has(Modifier::DotAll),
            }),
            Modifier::Cidr => Operator::Cidr,
            Modifier::Exists => Operator::Exists,
            _ => Operator::FieldRef(position),
        })
    }

    fn plan(&self, operator: Operator, is_keyword: bool) -> Result<Plan, Diagnostic> {
        for &(modifier, span) in self.modifiers {
            if let Some(reason) = misfit(modifier, operator, is_keyword) {
                let message = format!("`{}` {reason}", modifier.as_str());
                return Err(Diagnostic::error(Code::ModifierConflict, span, message));
            }
        }
        let is_utf16 = |m: Modifier| {
            matches!(m, Modifier::Utf16 | Modifier::Utf16Be | Modifier::Utf16Le | Modifier::Wide)
        };
        self.at_most_one(is_utf16)?;
        self.at_most_one(|m| matches!(m, Modifier::Base64 | Modifier::Base64Offset))?;
        Ok(Plan {
            operator,
            transforms: self
                .modifiers
                .iter()
                .map(|(m, _)| *m)
                .filter(|m| m.is_transform())
                .collect(),
            case: if self.has(Modifier::Cased) { Case::Sensitive } else { Case::Insensitive },
            every: self.has(Modifier::All),
            negated: self.has(Modifier::Neq),
            expand: self.has(Modifier::Expand),
        })
    }

    fn at_most_one(&self, group: impl Fn(Modifier) -> bool + Copy) -> Result<(), Diagnostic> {
        let Some((first, span)) = self.find(group) else { return Ok(()) };
        let other = |modifier: Modifier| group(modifier) && modifier != first;
        if self.find(other).is_none() { Ok(()) } else { Err(self.conflict(first, span, other)) }
    }

    /// That the first of these modifiers cannot stand beside `modifier`.
    fn conflict(
        &self,
        modifier: Modifier,
        span: Span,
        other: impl Fn(Modifier) -> bool,
    ) -> Diagnostic {
        let (other, at) = self.find(other).unwrap_or((modifier, span));
        let (one, two) = (modifier.as_str(), other.as_str());
        let message =
            format!("`{one}` and `{two}` each say how to compare: a field has one of them");

        Diagnostic::error(Code::ModifierConflict, at, message).label(span, format!("`{one}`"))
    }
}

/// Whether it says alone how to compare.
fn is_special(modifier: Modifier) -> bool {
    use Modifier::{Cidr, Exists, FieldRef, Re};
    matches!(modifier, Re | Cidr | Exists | FieldRef)
}

/// Why the modifier has no place beside this operator, if it has none.
fn misfit(modifier: Modifier, operator: Operator, is_keyword: bool) -> Option<&'static str> {
    use Operator::{Cidr, Exists, FieldRef, Length, Number, Regex, Text, Time};
    let texts = matches!(operator, Text(_));
    match (modifier, operator) {
        (m, _) if m.is_regex_flag() && !matches!(operator, Regex(_)) => {
            Some("is a flag of regular expressions and needs `re`")
        }
        (m, _) if m.is_transform() && !texts => Some("changes text, and no text is compared here"),
        (Modifier::Cased, Regex(_)) => {
            Some("adds nothing: a regular expression minds case without `i`")
        }
        (Modifier::Cased, Cidr | Number(_) | Length(_) | Time(..) | Exists) => {
            Some("minds case, and no text is compared here")
        }
        (Modifier::Neq, Number(_)) => Some("turns an order round: use the opposite order"),
        (Modifier::Neq | Modifier::All, Exists) => {
            Some("has no place beside `exists`: use `false` for absence")
        }
        (Modifier::Expand, Regex(_) | FieldRef(_) | Exists | Time(..) | Length(_)) => {
            Some("fills in values, which cannot stand here")
        }
        (Modifier::Exists | Modifier::FieldRef | Modifier::Len, _) if is_keyword => {
            Some("needs a field")
        }
        (m, _) if is_keyword && (m.order().is_some() || m.time_part().is_some()) => {
            Some("needs a field")
        }
        _ => None,
    }
}
