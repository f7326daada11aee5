//! The one compiled predicate that every rule language becomes, and its evaluation.

use std::ops::ControlFlow;

use event::{Event, Path, Value};

use crate::matcher::{Case, Matcher, Position, same};

/// A condition on one event.
#[derive(Debug, Clone)]
pub enum Expr {
    /// Always so.
    Const(bool),
    /// Not this. A test that finds nothing is false, so its negation is true.
    Not(Box<Expr>),
    /// All of these; true if there are none.
    All(Vec<Expr>),
    /// Any of these; false if there are none.
    Any(Vec<Expr>),
    /// A test of one field.
    Test(Test),
    /// Some text value anywhere in the event is as asked.
    Keyword(Vec<Matcher>),
    /// A condition on the elements of an array, each for itself.
    Element(Element),
}

/// A test of one field.
///
/// Two tests are the same exactly when they print the same with `{:?}`.
#[derive(Debug, Clone)]
pub struct Test {
    /// The field. A path over arrays reaches several values.
    pub field: Path,
    /// What must hold.
    pub check: Check,
}

/// What must hold for a field.
#[derive(Debug, Clone)]
pub enum Check {
    /// The path leads somewhere, to null included.
    Exists,
    /// The field is missing, or one of its values is null.
    Null,
    /// The field holds something: a value that is neither null nor the empty text, or an object.
    Filled,
    /// One of the values is as one of these asks.
    Match(Vec<Matcher>),
    /// One of the values stands in that relation to one of another field.
    SameAs {
        /// The other field.
        other: Path,
        /// Where the other's text must stand in this one's.
        position: Position,
        /// Whether case matters.
        case: Case,
    },
}

/// A condition on the elements of an array.
#[derive(Debug, Clone)]
pub struct Element {
    /// The array. Any other value in its place, save null, counts as its one element.
    pub array: Path,
    /// How many elements must fulfil it.
    pub quantifier: Quantifier,
    /// The condition; its fields begin at the element.
    pub condition: Box<Expr>,
}

/// How many elements must fulfil a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// At least one.
    Any,
    /// Each, and there is at least one.
    Every,
}

impl Expr {
    /// Whether the event fulfils the condition.
    pub fn matches(&self, event: &Event<'_>) -> bool {
        match self {
            Self::Const(value) => *value,
            Self::Not(inner) => !inner.matches(event),
            Self::All(parts) => parts.iter().all(|part| part.matches(event)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(event)),
            Self::Test(test) => test.matches(event),
            Self::Keyword(matchers) => event.any_value(&mut |value| any_matches(matchers, value)),
            Self::Element(element) => element.matches(event),
        }
    }

    /// The condition that is left when some tests are decided beforehand: `known` says true, false or
    /// nothing of each. Tests inside element conditions are not asked for.
    #[must_use]
    pub fn given(&self, known: &dyn Fn(&Test) -> Option<bool>) -> Self {
        match self {
            Self::Not(inner) => match inner.given(known) {
                Self::Const(value) => Self::Const(!value),
                inner => Self::Not(Box::new(inner)),
            },
            Self::All(parts) => join(parts, known, false),
            Self::Any(parts) => join(parts, known, true),
            Self::Test(test) => known(test).map_or_else(|| self.clone(), Self::Const),
            Self::Const(_) | Self::Keyword(_) | Self::Element(_) => self.clone(),
        }
    }

    /// Calls `sink` with each test that made a fulfilled condition true, and a value that did.
    /// What is negated makes nothing true by being there, and is left out.
    pub fn evidence(&self, event: &Event<'_>, sink: &mut dyn FnMut(&Path, Value<'_>)) {
        match self {
            Self::All(parts) => parts.iter().for_each(|part| part.evidence(event, sink)),
            Self::Any(parts) => {
                parts
                    .iter()
                    .filter(|p| p.matches(event))
                    .for_each(|part| part.evidence(event, sink));
            }
            Self::Test(test) => test.evidence(event, sink),
            Self::Element(element) => element.evidence(event, sink),
            Self::Const(_) | Self::Not(_) | Self::Keyword(_) => {}
        }
    }

    /// Calls `sink` with each test, element conditions included.
    pub fn visit_tests(&self, sink: &mut dyn FnMut(&Test)) {
        match self {
            Self::Not(inner) => inner.visit_tests(sink),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|p| p.visit_tests(sink)),
            Self::Test(test) => sink(test),
            Self::Element(element) => element.condition.visit_tests(sink),
            Self::Const(_) | Self::Keyword(_) => {}
        }
    }
}

/// Joins what is left of the parts. A part equal to `decisive` decides the whole.
fn join(parts: &[Expr], known: &dyn Fn(&Test) -> Option<bool>, decisive: bool) -> Expr {
    let mut left = Vec::new();
    for part in parts {
        match part.given(known) {
            Expr::Const(value) if value == decisive => return Expr::Const(decisive),
            Expr::Const(_) => {}
            part => left.push(part),
        }
    }
    match left.len() {
        0 => Expr::Const(!decisive),
        1 => left.remove(0),
        _ if decisive => Expr::Any(left),
        _ => Expr::All(left),
    }
}

impl Test {
    /// Whether the event fulfils the test.
    pub fn matches(&self, event: &Event<'_>) -> bool {
        match &self.check {
            Check::Exists => event.visit(&self.field, &mut |_| ControlFlow::Break(())),
            Check::Null => {
                let mut null = false;
                let present = event.visit(&self.field, &mut |value| {
                    null = matches!(value, Value::Null);
                    stop_if(null)
                });
                null || !present
            }
            Check::Filled => self.any(event, &mut is_filled),
            Check::Match(matchers) => self.any(event, &mut |value| any_matches(matchers, value)),
            Check::SameAs { other, position, case } => self.any(event, &mut |value| {
                let mut found = false;
                event.visit(other, &mut |other| {
                    found = same(value, other, *position, *case);
                    stop_if(found)
                });
                found
            }),
        }
    }

    /// Whether a field that holds exactly this text fulfils the test; `None` if that does not decide it.
    pub fn matches_text(&self, text: &str) -> Option<bool> {
        let value = Value::Text(event::Text::plain(text));
        match &self.check {
            Check::Exists => Some(true),
            Check::Null => Some(false),
            Check::Filled => Some(is_filled(value)),
            Check::Match(matchers) => Some(any_matches(matchers, value)),
            Check::SameAs { .. } => None,
        }
    }

    fn any(&self, event: &Event<'_>, is: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        let mut found = false;
        event.visit(&self.field, &mut |value| {
            found = is(value);
            stop_if(found)
        });
        found
    }

    fn evidence(&self, event: &Event<'_>, sink: &mut dyn FnMut(&Path, Value<'_>)) {
        event.visit(&self.field, &mut |value| {
            let counts = match &self.check {
                Check::Match(matchers) => any_matches(matchers, value),
                Check::Filled => is_filled(value),
                Check::Exists | Check::SameAs { .. } => true,
                Check::Null => false,
            };
            if counts {
                sink(&self.field, value);
            }
            ControlFlow::Continue(())
        });
    }
}

impl Element {
    fn matches(&self, event: &Event<'_>) -> bool {
        let (mut n_seen, mut n_good) = (0u32, 0u32);
        event.visit_elements(&self.array, &mut |element| {
            n_seen += 1;
            let good = self.condition.matches(&element);
            n_good += u32::from(good);
            stop_if(good == (self.quantifier == Quantifier::Any))
        });
        match self.quantifier {
            Quantifier::Any => n_good > 0,
            Quantifier::Every => n_seen > 0 && n_seen == n_good,
        }
    }

    fn evidence(&self, event: &Event<'_>, sink: &mut dyn FnMut(&Path, Value<'_>)) {
        event.visit_elements(&self.array, &mut |element| {
            if self.condition.matches(&element) {
                self.condition.evidence(&element, &mut |field, value| {
                    sink(&self.path_of(field), value);
                });
            }
            ControlFlow::Continue(())
        });
    }

    /// Where a field of an element stands in the event; the empty path names the element.
    fn path_of(&self, field: &Path) -> Path {
        match (self.array.as_str(), field.as_str()) {
            (array, "") => Path::parse(array),
            (array, field) => Path::parse(&format!("{array}.{field}")),
        }
    }
}

fn any_matches(matchers: &[Matcher], value: Value<'_>) -> bool {
    matchers.iter().any(|matcher| matcher.matches(value))
}

fn is_filled(value: Value<'_>) -> bool {
    match value {
        Value::Null => false,
        Value::Text(text) => text.as_plain() != Some(""),
        _ => true,
    }
}

fn stop_if(done: bool) -> ControlFlow<()> {
    if done { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}
