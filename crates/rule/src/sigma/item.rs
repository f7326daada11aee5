//! One field, its modifiers and its values: what they compile to.

use event::{Number, Path};
use ipnet::IpNet;
use regex::RegexBuilder;

use super::detection::{Value, ValueKind};
use super::encode::{self, Refusal};
use super::placeholder::{Piece, braced, pieces};
use super::plan::{Operator, Plan};
use super::read::Context;
use super::text;
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Check, Expr, Test};
use crate::matcher::{Matcher, Order, Position, TimePart};
use crate::span::Span;
use crate::yaml::{Data, Node, Resolved};

/// Largest compiled regular expression, in bytes. They run in time linear in
/// the text, so size is all there is to fear.
const MAX_REGEX_BYTES: usize = 1 << 20;

/// The values that a node under a field stands for, placeholders filled in.
pub(crate) fn values(
    node: &Node,
    plan: &Plan,
    context: &mut Context<'_>,
) -> Result<Vec<Value>, Diagnostic> {
    let is_regex = matches!(plan.operator, Operator::Regex(_));
    if let Some(name) = braced(node).filter(|_| !is_regex) {
        return filled(&[Piece::Name(name.to_owned())], node.span, context);
    }
    let Data::Scalar(scalar) = &node.data else {
        let message = format!("a field is compared with {}", node.kind());
        let diagnostic = Diagnostic::error(Code::NestedValue, node.span, message);
        let help = "two tests of one element are written `target[any]:` with `sigma-version: 3`, \
                    a nested field with dots, such as `actor.id`";
        return Err(if node.map().is_some() { diagnostic.help(help) } else { diagnostic });
    };
    if plan.expand && scalar.resolved != Resolved::Null {
        let pieces = pieces(&scalar.text);
        if !pieces.iter().any(|piece| matches!(piece, Piece::Name(_))) {
            let message = "`expand` stands here and the value has no placeholder";
            context.out.push(
                Diagnostic::warning(Code::NoPlaceholder, node.span, message)
                    .help("write the placeholder as `%name%`"),
            );
        }
        return filled(&pieces, node.span, context);
    }
    let kind = match scalar.resolved {
        Resolved::Null => ValueKind::Null,
        Resolved::Bool(value) => ValueKind::Bool(value),
        Resolved::Int(_) => ValueKind::Number,
        Resolved::Float(value) if value.is_finite() => ValueKind::Number,
        Resolved::Float(_) | Resolved::Text => ValueKind::Text,
    };
    Ok(vec![Value { text: scalar.text.clone(), kind, span: node.span }])
}

fn filled(
    pieces: &[Piece],
    span: Span,
    context: &mut Context<'_>,
) -> Result<Vec<Value>, Diagnostic> {
    let value = |text| Value { text, kind: ValueKind::Text, span };
    match context.placeholders.fill(pieces) {
        Ok(texts) => Ok(texts.into_iter().map(value).collect()),
        Err(unfilled) => Err(unfilled.at(span)),
    }
}

/// What an item compiles to. `field` is `None` for a search through the whole event.
pub(crate) fn compile(
    field: Option<&Path>,
    plan: &Plan,
    values: &[Value],
    out: &mut Vec<Diagnostic>,
) -> Option<Expr> {
    let mut tests = Vec::with_capacity(values.len());
    for value in values {
        match alternatives(plan, value, field.is_none()) {
            Ok(test) => tests.push(test),
            Err(mistake) => out.push(mistake),
        }
    }
    if tests.len() < values.len() {
        return None;
    }
    let expr = if tests.is_empty() {
        Expr::Const(false)
    } else if plan.every {
        whole(Expr::All, tests.into_iter().map(|test| test.expr(field)).collect())
    } else {
        let (matching, other): (Vec<_>, Vec<_>) =
            tests.into_iter().partition(|test| matches!(test, Alternatives::Match(_)));
        let matchers =
            matching.into_iter().flat_map(Alternatives::into_matchers).collect::<Vec<_>>();
        let matching = (!matchers.is_empty()).then(|| Alternatives::Match(matchers).expr(field));
        let other = other.into_iter().map(|test| test.expr(field));
        whole(Expr::Any, matching.into_iter().chain(other).collect())
    };
    Some(if plan.negated { Expr::Not(Box::new(expr)) } else { expr })
}

fn whole(join: fn(Vec<Expr>) -> Expr, mut parts: Vec<Expr>) -> Expr {
    if parts.len() == 1 { parts.remove(0) } else { join(parts) }
}

/// What one value asks of the field.
enum Alternatives {
    /// One of these matches.
    Match(Vec<Matcher>),
    /// It stands in a relation to another field.
    Check(Check),
    /// It is there, or not.
    Exists(bool),
}

impl Alternatives {
    fn into_matchers(self) -> Vec<Matcher> {
        match self {
            Self::Match(matchers) => matchers,
            Self::Check(_) | Self::Exists(_) => Vec::new(),
        }
    }

    fn expr(self, field: Option<&Path>) -> Expr {
        let Some(field) = field.cloned() else { return Expr::Keyword(self.into_matchers()) };
        match self {
            Self::Match(matchers) => Expr::Test(Test { field, check: Check::Match(matchers) }),
            Self::Check(check) => Expr::Test(Test { field, check }),
            Self::Exists(true) => Expr::Test(Test { field, check: Check::Exists }),
            Self::Exists(false) => {
                Expr::Not(Box::new(Expr::Test(Test { field, check: Check::Exists })))
            }
        }
    }
}

fn alternatives(plan: &Plan, value: &Value, is_keyword: bool) -> Result<Alternatives, Diagnostic> {
    let whole = plan.operator == Operator::Text(Position::Whole);
    let exact = whole && plan.transforms.is_empty() && !is_keyword;
    if value.kind == ValueKind::Null {
        return if exact {
            Ok(Alternatives::Check(Check::Null))
        } else {
            Err(wrong(value, "a value"))
        };
    }
    let matchers = match plan.operator {
        Operator::Text(_) if exact && value.kind != ValueKind::Text => vec![typed(value)?],
        Operator::Text(position) => texts(plan, value, position)?,
        Operator::Regex(flags) => {
            // In the pattern, since a matcher must print all that makes it what it is.
            let mut pattern = flags.prefix();
            pattern.push_str(&value.text);
            let regex = RegexBuilder::new(&pattern).size_limit(MAX_REGEX_BYTES).build();
            vec![Matcher::Regex(regex.map_err(|error| refused(&error, value))?)]
        }
        Operator::Cidr => {
            let network = network(&value.text);
            let network =
                network.ok_or_else(|| wrong(value, "a network such as `192.0.2.0/24`"))?;
            vec![Matcher::Cidr(network)]
        }
        Operator::Number(order) => vec![ordered(order, value)?],
        Operator::Time(part, order) => vec![time(part, order, value)?],
        Operator::Length(order) => {
            let bound = value.text.trim().parse();
            let bound = bound.map_err(|_| wrong(value, "a number of characters"))?;
            vec![Matcher::Length { order, bound }]
        }
        Operator::FieldRef(position) => {
            let (other, case) = (Path::parse(&value.text), plan.case);
            return Ok(Alternatives::Check(Check::SameAs { other, position, case }));
        }
        Operator::Exists => {
            return match value.text.to_ascii_lowercase().as_str() {
                "true" => Ok(Alternatives::Exists(true)),
                "false" => Ok(Alternatives::Exists(false)),
                _ => Err(wrong(value, "`true` or `false`")),
            };
        }
    };
    Ok(Alternatives::Match(matchers))
}

fn wrong(value: &Value, needs: &str) -> Diagnostic {
    let message = format!("expected {needs}, found {}", value.described());
    Diagnostic::error(Code::ModifierValue, value.span, message)
}

/// A number, or true or false, by what it is.
fn typed(value: &Value) -> Result<Matcher, Diagnostic> {
    match value.kind {
        ValueKind::Bool(value) => Ok(Matcher::Bool(value)),
        _ => ordered(Order::Equal, value),
    }
}

fn ordered(order: Order, value: &Value) -> Result<Matcher, Diagnostic> {
    let matcher = number(&value.text).and_then(|number| Matcher::number(order, &number));
    matcher.ok_or_else(|| wrong(value, "a number"))
}

fn time(part: TimePart, order: Order, value: &Value) -> Result<Matcher, Diagnostic> {
    let bound = value.text.parse().map_err(|_| wrong(value, "a whole number"))?;
    let range = range(part);
    if !range.contains(&bound) {
        return Err(wrong(value, &format!("a number from {} to {}", range.start(), range.end())));
    }
    Ok(Matcher::TimePart { part, order, bound })
}

fn texts(plan: &Plan, value: &Value, position: Position) -> Result<Vec<Matcher>, Diagnostic> {
    let variants =
        encode::transform(text::parse(&value.text), &plan.transforms).map_err(|why| {
            let message = match why {
                Refusal::Wildcards => "text with wildcards has no encoding in Base64",
                Refusal::NotText => "this is no text in UTF-16: encode it in Base64 after that",
                Refusal::TooShort => "the value is too short to be recognized in Base64",
                Refusal::TooMany => "the dashes of this value have too many variants",
            };
            Diagnostic::error(Code::ModifierValue, value.span, message)
        })?;
    // What stands somewhere in encoded text is never all of it.
    let within = plan.transforms.contains(&super::Modifier::Base64Offset);
    let position =
        if within && position == Position::Whole { Position::Anywhere } else { position };
    Ok(variants.iter().map(|tokens| text::matcher(tokens, position, plan.case)).collect())
}

/// A YAML number in the grammar of JSON.
fn number(text: &str) -> Option<String> {
    let text = text.trim();
    if Number::parse(text).is_some() {
        return Some(text.to_owned());
    }
    match crate::yaml::resolve(text) {
        Resolved::Int(whole) => Some(whole.to_string()),
        Resolved::Float(value) if value.is_finite() => Some(format!("{value}")),
        _ => None,
    }
}

/// A network; an address is the network of itself.
fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from))
}

fn range(part: TimePart) -> std::ops::RangeInclusive<i64> {
    match part {
        TimePart::Minute => 0..=59,
        TimePart::Hour => 0..=23,
        TimePart::Day => 1..=31,
        TimePart::Week => 1..=53,
        TimePart::Month => 1..=12,
        TimePart::Year => 0..=9999,
    }
}

fn refused(error: &regex::Error, value: &Value) -> Diagnostic {
    if let regex::Error::CompiledTooBig(limit) = error {
        let message = format!("the regular expression needs more than {limit} bytes when compiled");
        let help = "shorten its repetitions, such as `{1,1000}`";
        return Diagnostic::error(Code::CostlyRegex, value.span, message).help(help);
    }
    let whole = error.to_string();
    let reason = whole.rsplit("error: ").next().unwrap_or(&whole).trim();
    let diagnostic = Diagnostic::error(Code::BadRegex, value.span, reason.to_owned());
    if reason.starts_with("look-around") || reason.starts_with("backreferences") {
        diagnostic.help("say what must not be there in a selection of its own, behind `not`")
    } else {
        diagnostic
    }
}
