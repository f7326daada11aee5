//! Scalars and what they stand for.

/// A scalar: its text as written, quotes and escapes undone.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    /// The text; `007` stays `007`.
    pub text: String,
    /// What the text stands for.
    pub resolved: Resolved,
    /// Whether it was quoted or a block, so that it can only be text.
    pub quoted: bool,
}

/// What a scalar stands for in the core schema.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Resolved {
    /// Nothing, `null` or `~`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that 64 bits hold.
    Int(i64),
    /// Any other number, infinity and not-a-number included.
    Float(f64),
    /// Anything else.
    Text,
}

impl Scalar {
    /// A scalar that was quoted, or has a tag that says it is text.
    pub(super) fn quoted(text: String) -> Self {
        Self { text, resolved: Resolved::Text, quoted: true }
    }

    /// A plain scalar, resolved by its form.
    pub(super) fn plain(text: String) -> Self {
        Self { resolved: resolve(&text), text, quoted: false }
    }

    /// `null`, `text`, `a number` or `true or false`, for messages.
    pub fn kind(&self) -> &'static str {
        match self.resolved {
            Resolved::Null => "null",
            Resolved::Bool(_) => "a truth value",
            Resolved::Int(_) | Resolved::Float(_) => "a number",
            Resolved::Text => "text",
        }
    }
}

pub(crate) fn resolve(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Resolved::Null,
        "true" | "True" | "TRUE" => Resolved::Bool(true),
        "false" | "False" | "FALSE" => Resolved::Bool(false),
        _ => number(text).unwrap_or(Resolved::Text),
    }
}

fn number(text: &str) -> Option<Resolved> {
    let first = text.as_bytes().first()?;
    if !(first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.')) {
        return None;
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return i64::from_str_radix(unsigned(digits)?, 16).ok().map(Resolved::Int);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return i64::from_str_radix(unsigned(digits)?, 8).ok().map(Resolved::Int);
    }
    if let Ok(whole) = text.parse() {
        return Some(Resolved::Int(whole));
    }
    special(text).or_else(|| decimal(text)).map(Resolved::Float)
}

/// Digits only: the core schema knows no signed hexadecimal numbers.
fn unsigned(digits: &str) -> Option<&str> {
    digits.bytes().next()?.is_ascii_alphanumeric().then_some(digits)
}

fn special(text: &str) -> Option<f64> {
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        _ => None,
    }
}

/// `f64::from_str` also takes `inf`, `nan` and `infinity`, which are text here.
fn decimal(text: &str) -> Option<f64> {
    let numeric = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+');
    let exponent = |byte: u8| matches!(byte, b'e' | b'E');
    let well_formed = text.bytes().all(|byte| numeric(byte) || exponent(byte))
        && text.bytes().any(|byte| byte.is_ascii_digit());
    well_formed.then(|| text.parse().ok()).flatten()
}
