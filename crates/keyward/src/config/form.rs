//! What the value of a key may be.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use catalog::Product;
use finding::Level;
use outbound::Origin;
use toml::de::DeValue;

use super::mistake::Code;
use crate::args::{Size, Span};

/// A kind of value.
pub(super) trait Form: Sized {
    /// What it is, for people: `a span such as "2h"`.
    const WHAT: &'static str;

    /// Reads it.
    fn read(value: &DeValue<'_>) -> Result<Self, Wrong>;
}

/// Why a value cannot be read.
pub(super) struct Wrong {
    pub(super) code: Code,
    /// Follows the name of the key: `is a number, not text`.
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Wrong {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { code: Code::WrongValue, message: message.into(), help: None }
    }

    pub(super) fn kind<T: Form>(value: &DeValue<'_>) -> Self {
        Self::new(format!("is {}", kind(value))).expected::<T>()
    }

    /// Says what the key takes.
    fn expected<T: Form>(mut self) -> Self {
        self.help = Some(format!("it takes: {}", T::WHAT));
        self
    }

    /// A value of the right kind that is not one the key takes.
    pub(super) fn value<T: Form>() -> Self {
        Self::new("has a value that it cannot have").expected::<T>()
    }
}

/// The kind of a value, for people.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn text<'v, T: Form>(value: &'v DeValue<'_>) -> Result<&'v str, Wrong> {
    value.as_str().ok_or_else(|| Wrong::kind::<T>(value))
}

/// Reads what is written as text and has its own way of being read.
fn parsed<T: Form, P: std::str::FromStr>(value: &DeValue<'_>) -> Result<P, Wrong> {
    text::<T>(value)?.parse().map_err(|_| Wrong::value::<T>())
}

impl Form for String {
    const WHAT: &'static str = "text";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = text::<Self>(value)?;
        if text.is_empty() { Err(Wrong::new("is empty")) } else { Ok(text.to_owned()) }
    }
}

impl Form for PathBuf {
    const WHAT: &'static str = "path";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        String::read(value).map(Self::from)
    }
}

impl Form for bool {
    const WHAT: &'static str = "true or false";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        value.as_bool().ok_or_else(|| Wrong::kind::<Self>(value))
    }
}

impl Form for u32 {
    const WHAT: &'static str = "number";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let number = value.as_integer().ok_or_else(|| Wrong::kind::<Self>(value))?;
        let number = Self::from_str_radix(number.as_str(), number.radix()).ok();
        number.filter(|number| *number > 0).ok_or_else(|| Wrong::new("is not a number above 0"))
    }
}

/// A part of a whole, above 0 and up to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Share(pub(crate) f64);

impl Form for Share {
    const WHAT: &'static str = "share, above 0 and at most 1";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let number = match value {
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::Integer(number) => number.as_str().parse().ok(),
            _ => return Err(Wrong::kind::<Self>(value)),
        };
        let number = number.filter(|number: &f64| *number > 0.0 && *number <= 1.0);
        number.map(Self).ok_or_else(Wrong::value::<Self>)
    }
}

/// The name of a machine, without scheme and port.
pub(super) struct HostName(pub(super) String);

impl Form for HostName {
    const WHAT: &'static str = "name of a host such as \"keyward.example.com\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = text::<Self>(value)?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        let is_name = !text.is_empty() && text.chars().all(is_plain);
        is_name.then(|| Self(text.to_owned())).ok_or_else(Wrong::value::<Self>)
    }
}

impl Listed for HostName {
    const LIST: &'static str = "list of names of hosts";
}

impl Form for Duration {
    const WHAT: &'static str = "span such as \"2h\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        parsed::<Self, Span>(value).map(|span| span.0.unsigned_abs())
    }
}

impl Form for Size {
    const WHAT: &'static str = "size such as \"64MiB\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        parsed::<Self, Self>(value)
    }
}

impl Form for SocketAddr {
    const WHAT: &'static str = "address and port such as \"127.0.0.1:8484\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        parsed::<Self, Self>(value)
    }
}

impl Form for Level {
    const WHAT: &'static str = "level: informational, low, medium, high or critical";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        parsed::<Self, Self>(value)
    }
}

impl Form for Origin {
    const WHAT: &'static str = "address such as \"https://acme.okta.com\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let wrong = |why| Wrong::new(format!("{why}"));
        text::<Self>(value)?.parse().map_err(wrong)
    }
}

impl Form for Product {
    const WHAT: &'static str = "\"okta\" or \"auth0\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        one_of::<Self, _>(value, &[("okta", Self::Okta), ("auth0", Self::Auth0)])
    }
}

impl<T: Form> Form for Vec<T>
where
    T: Listed,
{
    const WHAT: &'static str = T::LIST;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let list = value.as_array().ok_or_else(|| Wrong::kind::<Self>(value))?;
        list.iter().map(|one| T::read(one.as_ref())).collect()
    }
}

/// What may stand in a list.
pub(super) trait Listed {
    /// What a list of it is called.
    const LIST: &'static str;
}

impl Listed for String {
    const LIST: &'static str = "list of texts";
}

impl Listed for PathBuf {
    const LIST: &'static str = "list of paths";
}

/// One of a few words.
pub(super) fn one_of<T: Form, V: Copy>(
    value: &DeValue<'_>,
    words: &[(&str, V)],
) -> Result<V, Wrong> {
    let text = text::<T>(value)?;
    if let Some((_, found)) = words.iter().find(|(word, _)| *word == text) {
        return Ok(*found);
    }
    let near = words.iter().max_by(|one, other| {
        let likeness = |word: &str| strsim::jaro_winkler(word, &text.to_lowercase());
        likeness(one.0).total_cmp(&likeness(other.0))
    });
    let mut wrong = Wrong::value::<T>();
    if let Some((word, _)) = near {
        wrong.help = Some(format!("it takes: {}; did you mean `{word}`?", T::WHAT));
    }
    Err(wrong)
}
