//! The modifiers of fields, and which of them go together.

use crate::diagnostic::{Code, Diagnostic};
use crate::matcher::{Case, Order, Position, TimePart};
use crate::span::Span;

/// Declares the modifiers once: variant, name, and what it does.
macro_rules! modifiers {
    ($($variant:ident = $name:literal: $does:literal,)*) => {
        /// A modifier of a field.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Modifier {
            $(#[doc = $does] $variant,)*
        }

        impl Modifier {
            /// Every modifier.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The modifier as it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

modifiers! {
    All = "all": "Every value must be found, not only one.",
    StartsWith = "startswith": "The text starts with the value.",
    EndsWith = "endswith": "The text ends with the value.",
    Contains = "contains": "The text contains the value.",
    Exists = "exists": "The field is there, or is not.",
    Cased = "cased": "Upper and lower case differ.",
    Neq = "neq": "None of the values is found.",
    Windash = "windash": "Dashes and slashes before a word stand for each other.",
    Re = "re": "The value is a regular expression.",
    IgnoreCase = "i": "The regular expression ignores case.",
    MultiLine = "m": "`^` and `$` also stand at the ends of lines.",
    DotAll = "s": "`.` also stands for the end of a line.",
    Base64 = "base64": "The value is encoded in Base64.",
    Base64Offset = "base64offset": "The value stands anywhere in text encoded in Base64.",
    Utf16Le = "utf16le": "The value is encoded in UTF-16, little end first.",
    Utf16Be = "utf16be": "The value is encoded in UTF-16, big end first.",
    Utf16 = "utf16": "The value is encoded in UTF-16 with a byte order mark.",
    Wide = "wide": "Another name of `utf16le`.",
    Lt = "lt": "The number is less.",
    Lte = "lte": "The number is less or equal.",
    Gt = "gt": "The number is greater.",
    Gte = "gte": "The number is greater or equal.",
    Minute = "minute": "The minute of a time.",
    Hour = "hour": "The hour of a time.",
    Day = "day": "The day of the month of a date.",
    Week = "week": "The ISO week of a date.",
    Month = "month": "The month of a date.",
    Year = "year": "The year of a date.",
    Cidr = "cidr": "The address lies in a network.",
    Expand = "expand": "`%name%` in the value stands for a list of values.",
    FieldRef = "fieldref": "The value is the name of another field.",
}

impl Modifier {
    /// The modifier of that name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|modifier| modifier.as_str().eq_ignore_ascii_case(name))
    }

    fn position(self) -> Option<Position> {
        match self {
            Self::StartsWith => Some(Position::Start),
            Self::EndsWith => Some(Position::End),
            Self::Contains => Some(Position::Anywhere),
            _ => None,
        }
    }

    fn order(self) -> Option<Order> {
        match self {
            Self::Lt => Some(Order::Less),
            Self::Lte => Some(Order::AtMost),
            Self::Gt => Some(Order::Greater),
            Self::Gte => Some(Order::AtLeast),
            _ => None,
        }
    }

    fn time_part(self) -> Option<TimePart> {
        match self {
            Self::Minute => Some(TimePart::Minute),
            Self::Hour => Some(TimePart::Hour),
            Self::Day => Some(TimePart::Day),
            Self::Week => Some(TimePart::Week),
            Self::Month => Some(TimePart::Month),
            Self::Year => Some(TimePart::Year),
            _ => None,
        }
    }

    /// Whether it changes the text that is looked for, and nothing else.
    fn is_transform(self) -> bool {
        use Modifier::{Base64, Base64Offset, Utf16, Utf16Be, Utf16Le, Wide, Windash};
        matches!(self, Windash | Base64 | Base64Offset | Utf16 | Utf16Be | Utf16Le | Wide)
    }

    fn is_regex_flag(self) -> bool {
        matches!(self, Self::IgnoreCase | Self::MultiLine | Self::DotAll)
    }
}

/// How the values of an item are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// Text at a position; numbers, booleans and null for what they are.
    Text(Position),
    /// Text of another field at a position.
    FieldRef(Position),
    /// A regular expression with its flags.
    Regex { ignore_case: bool, multi_line: bool, dot_all: bool },
    /// A network.
    Cidr,
    /// A number.
    Number(Order),
    /// A part of a time.
    Time(TimePart, Order),
    /// Presence.
    Exists,
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
        let position = self.find(|modifier| modifier.position().is_some());
        let at = position.and_then(|(modifier, _)| modifier.position()).unwrap_or(default);
        let order = self.modifiers.iter().find_map(|(modifier, _)| modifier.order());
        let time = self.modifiers.iter().find_map(|(modifier, _)| modifier.time_part());
        let alone = |modifier: &(Modifier, Span)| {
            matches!(
                modifier.0,
                Modifier::Re | Modifier::Cidr | Modifier::Exists | Modifier::FieldRef
            )
        };
        let special = self.modifiers.iter().copied().find(alone);
        let Some((special, span)) = special else {
            return match (time, order, position) {
                (None, None, _) => Ok(Operator::Text(at)),
                (None, Some(order), None) => Ok(Operator::Number(order)),
                (Some(part), order, None) => {
                    Ok(Operator::Time(part, order.unwrap_or(Order::Equal)))
                }
                (_, _, Some((modifier, span))) => {
                    let other = |m: Modifier| m.order().is_some() || m.time_part().is_some();
                    Err(self.conflict(modifier, span, other))
                }
            };
        };
        let other = |modifier: Modifier| {
            let fits = special == Modifier::FieldRef && modifier.position().is_some();
            let acts = alone(&(modifier, span)) || modifier.position().is_some();
            let acts = acts || modifier.order().is_some() || modifier.time_part().is_some();
            modifier != special && acts && !fits
        };
        if self.find(other).is_some() {
            return Err(self.conflict(special, span, other));
        }
        let has = |modifier| self.has(modifier);
        Ok(match special {
            Modifier::Re => Operator::Regex {
                ignore_case: has(Modifier::IgnoreCase),
                multi_line: has(Modifier::MultiLine),
                dot_all: has(Modifier::DotAll),
            },
            Modifier::Cidr => Operator::Cidr,
            Modifier::Exists => Operator::Exists,
            _ => Operator::FieldRef(at),
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

/// Why the modifier has no place beside this operator, if it has none.
fn misfit(modifier: Modifier, operator: Operator, is_keyword: bool) -> Option<&'static str> {
    use Operator::{Cidr, Exists, FieldRef, Number, Regex, Text, Time};
    let texts = matches!(operator, Text(_));
    match (modifier, operator) {
        (m, _) if m.is_regex_flag() && !matches!(operator, Regex { .. }) => {
            Some("is a flag of regular expressions and needs `re`")
        }
        (m, _) if m.is_transform() && !texts => Some("changes text, and no text is compared here"),
        (Modifier::Cased, Regex { .. }) => {
            Some("adds nothing: a regular expression minds case without `i`")
        }
        (Modifier::Cased, Cidr | Number(_) | Time(..) | Exists) => {
            Some("minds case, and no text is compared here")
        }
        (Modifier::Neq, Number(_)) => Some("turns an order round: use the opposite order"),
        (Modifier::Neq | Modifier::All, Exists) => {
            Some("has no place beside `exists`: use `false` for absence")
        }
        (Modifier::Expand, Regex { .. } | FieldRef(_) | Exists | Time(..)) => {
            Some("fills in values, which cannot stand here")
        }
        (Modifier::Exists | Modifier::FieldRef, _) if is_keyword => Some("needs a field"),
        (m, _) if is_keyword && (m.order().is_some() || m.time_part().is_some()) => {
            Some("needs a field")
        }
        _ => None,
    }
}
