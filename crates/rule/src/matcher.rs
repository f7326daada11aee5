//! What one value must look like: text, numbers, addresses, times.

use std::borrow::Cow;
use std::cmp::Ordering;

use event::{Number, Value};
use ipnet::IpNet;
use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use regex::Regex;

use crate::glob::Glob;

/// Whether upper and lower case differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    /// They do.
    Sensitive,
    /// They do not: the text is compared in lower case.
    Insensitive,
}

/// Where in the text the needle must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Position {
    /// It is the whole text.
    Whole,
    /// The text starts with it.
    Start,
    /// The text ends with it.
    End,
    /// Anywhere.
    Anywhere,
}

/// How a value is ordered against a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// Equal to it.
    Equal,
    /// Below it.
    Less,
    /// Not above it.
    AtMost,
    /// Above it.
    Greater,
    /// Not below it.
    AtLeast,
}

impl Order {
    /// Whether a comparison came out as asked.
    pub fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
        }
    }
}

/// A part of a time, as the text writes it: no time zone is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimePart {
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// Day of the month, from 1.
    Day,
    /// ISO 8601 week, from 1.
    Week,
    /// From 1.
    Month,
    /// With century.
    Year,
}

/// A condition on one value.
///
/// Two matchers are the same condition exactly when they print the same with `{:?}`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Matcher {
    /// Text that contains a needle. Numbers and booleans count as the text they are written as.
    Text {
        /// The text looked for; in lower case where case does not matter.
        needle: Box<str>,
        /// Where it must stand.
        position: Position,
        /// Whether case matters.
        case: Case,
    },
    /// Text with gaps: `*` and `?`.
    Glob(Glob),
    /// A number, or text that spells one, ordered against a bound.
    Number {
        /// How the value must be ordered.
        order: Order,
        /// The bound, as it is written.
        bound: Box<str>,
    },
    /// Text, ordered against a bound: as instants if both are times, else character by character.
    Ordered {
        /// How the value must be ordered.
        order: Order,
        /// The bound.
        bound: Box<str>,
        /// The bound as an instant, if it is one.
        instant: Option<Timestamp>,
    },
    /// `true` or `false`, or text that spells it in any case.
    Bool(bool),
    /// Present and null.
    Null,
    /// Text in which a regular expression is found.
    Regex(Regex),
    /// An address in a network.
    Cidr(IpNet),
    /// How many characters the text has.
    Length {
        /// How the number must be ordered.
        order: Order,
        /// Against what.
        bound: usize,
    },
    /// A part of a time.
    TimePart {
        /// Which part.
        part: TimePart,
        /// How it must be ordered.
        order: Order,
        /// Against what.
        bound: i64,
    },
}

impl Matcher {
    /// Text that contains a needle.
    pub fn text(needle: &str, position: Position, case: Case) -> Self {
        let needle = match case {
            Case::Sensitive => needle.into(),
            Case::Insensitive => needle.to_lowercase().into_boxed_str(),
        };
        Self::Text { needle, position, case }
    }

    /// A number by its text. `None` if it is no number.
    pub fn number(order: Order, bound: &str) -> Option<Self> {
        Number::parse(bound).map(|_| Self::Number { order, bound: bound.into() })
    }

    /// Text or time, ordered against a bound.
    pub fn ordered(order: Order, bound: &str) -> Self {
        Self::Ordered { order, bound: bound.into(), instant: bound.parse().ok() }
    }

    /// Whether the value is as asked. Objects and arrays never are.
    pub fn matches(&self, value: Value<'_>) -> bool {
        match self {
            Self::Text { needle, position, case } => {
                on_text(value, |text| text_matches(text, needle, *position, *case))
            }
            Self::Glob(glob) => on_text(value, |text| glob.matches(text)),
            Self::Number { order, bound } => number_matches(value, *order, bound),
            Self::Ordered { order, bound, instant } => on_text(value, |text| {
                let both = instant.zip(text.parse::<Timestamp>().ok());
                order.holds(both.map_or_else(|| text.cmp(bound), |(bound, at)| at.cmp(&bound)))
            }),
            Self::Bool(wanted) => match value {
                Value::Bool(value) => value == *wanted,
                Value::Text(_) => on_text(value, |text| {
                    text.eq_ignore_ascii_case(if *wanted { "true" } else { "false" })
                }),
                _ => false,
            },
            Self::Null => matches!(value, Value::Null),
            Self::Regex(regex) => on_text(value, |text| regex.is_match(text)),
            Self::Cidr(network) => on_text(value, |text| in_network(text, network)),
            Self::Length { order, bound } => {
                on_text(value, |text| order.holds(text.chars().count().cmp(bound)))
            }
            Self::TimePart { part, order, bound } => on_text(value, |text| {
                time_part(text, *part).is_some_and(|part| order.holds(part.cmp(bound)))
            }),
        }
    }
}

#[inline]
fn on_text(value: Value<'_>, test: impl FnOnce(&str) -> bool) -> bool {
    if let Value::Text(text) = value
        && let Some(plain) = text.as_plain()
    {
        return test(plain);
    }
    value.to_text().is_some_and(|text| test(&text))
}

/// Whether text contains a needle, which is in lower case where case does not matter.
pub(crate) fn text_matches(text: &str, needle: &str, position: Position, case: Case) -> bool {
    match case {
        Case::Sensitive => contains(text, needle, position),
        Case::Insensitive if text.is_ascii() => {
            contains_ascii(text.as_bytes(), needle.as_bytes(), position)
        }
        Case::Insensitive => contains(&text.to_lowercase(), needle, position),
    }
}

fn contains(text: &str, needle: &str, position: Position) -> bool {
    match position {
        Position::Whole => text == needle,
        Position::Start => text.starts_with(needle),
        Position::End => text.ends_with(needle),
        Position::Anywhere => text.contains(needle),
    }
}

/// [`contains`] in any case, for ASCII text and a needle in lower case.
fn contains_ascii(text: &[u8], needle: &[u8], position: Position) -> bool {
    let Some(spare) = text.len().checked_sub(needle.len()) else { return false };
    match position {
        Position::Whole => spare == 0 && text.eq_ignore_ascii_case(needle),
        Position::Start => text[..needle.len()].eq_ignore_ascii_case(needle),
        Position::End => text[spare..].eq_ignore_ascii_case(needle),
        Position::Anywhere => {
            let Some(&first) = needle.first() else { return true };
            memchr::memchr2_iter(first, first.to_ascii_uppercase(), &text[..=spare])
                .any(|at| text[at..at + needle.len()].eq_ignore_ascii_case(needle))
        }
    }
}

fn number_matches(value: Value<'_>, order: Order, bound: &str) -> bool {
    let Some(bound) = Number::parse(bound) else { return false };
    let compare = |number: Number<'_>| number.compare(bound).is_some_and(|o| order.holds(o));
    match value {
        Value::Number(number) => compare(number),
        Value::Text(text) => Number::parse(text.decode().trim()).is_some_and(compare),
        _ => false,
    }
}

/// Whether the text is an address, or a network, that lies in `network`. IPv4 inside IPv6 counts as IPv4.
fn in_network(text: &str, network: &IpNet) -> bool {
    let text = text.trim();
    match text.parse::<std::net::IpAddr>() {
        Ok(address) => network.contains(&address.to_canonical()) || network.contains(&address),
        Err(_) => text.parse::<IpNet>().is_ok_and(|inner| network.contains(&inner)),
    }
}

fn time_part(text: &str, part: TimePart) -> Option<i64> {
    let pieces = Pieces::parse(text.trim()).ok()?;
    let date = pieces.date();
    Some(match part {
        TimePart::Minute => i64::from(pieces.time()?.minute()),
        TimePart::Hour => i64::from(pieces.time()?.hour()),
        TimePart::Day => i64::from(date.day()),
        TimePart::Week => i64::from(date.iso_week_date().week()),
        TimePart::Month => i64::from(date.month()),
        TimePart::Year => i64::from(date.year()),
    })
}

/// Whether two values are the same text at that position, or as wholes the same number or both null.
pub(crate) fn same(value: Value<'_>, other: Value<'_>, position: Position, case: Case) -> bool {
    if position == Position::Whole
        && let (Value::Number(a), Value::Number(b)) = (value, other)
    {
        return a.compare(b).is_some_and(Ordering::is_eq);
    }
    let (Some(text), Some(needle)) = (value.to_text(), other.to_text()) else {
        let nulls = matches!((value, other), (Value::Null, Value::Null));
        return nulls && position == Position::Whole;
    };
    let needle = match case {
        Case::Sensitive => needle,
        Case::Insensitive => Cow::Owned(needle.to_lowercase()),
    };
    text_matches(&text, &needle, position, case)
}
