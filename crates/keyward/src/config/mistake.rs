//! What is wrong in a configuration, and how it is drawn.

use std::fmt;
use std::io;
use std::ops::Range;

use rule::{Label, Severity, Span};

use crate::render::{Drawing, draw};

/// Declares the codes once: variant, number, and the one line that says it all.
macro_rules! codes {
    ($($variant:ident = $number:literal: $summary:literal,)*) => {
        /// Identifies a kind of mistake in a configuration, stable over releases.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Code {
            $(#[doc = $summary] $variant,)*
        }

        impl Code {
            /// The code as people write it, such as `C002`.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $number,)* }
            }
        }
    };
}

codes! {
    Syntax = "C001": "The file is not well-formed TOML.",
    UnknownKey = "C002": "There is no such key here.",
    WrongValue = "C003": "A key has a value that it cannot have.",
    Missing = "C004": "A key that is needed is not there.",
    Conflict = "C005": "Two settings do not go together.",
    SecretInSight = "C006": "A credential stands in the file itself.",
}

/// One mistake in a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Stable identifier, documented under `docs/diagnostics/`.
    pub(crate) code: Code,
    /// Where, in bytes of the file.
    pub(crate) span: Span,
    /// Lower-case fragment without a final full stop.
    pub(crate) message: String,
    /// What to do about it, if one action is clearly right.
    pub(crate) help: Option<String>,
}

impl Mistake {
    pub(super) fn new(code: Code, at: Range<usize>, message: impl Into<String>) -> Self {
        let span = Span::new(at.start, at.end);
        Self { code, span, message: message.into(), help: None }
    }

    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Draws it on the file, with a caret. What may be a credential is drawn as stars.
    pub(crate) fn write(&self, path: &str, text: &str, out: &mut dyn io::Write) -> io::Result<()> {
        let labels = [Label { span: self.span, message: String::new() }];
        let drawing = Drawing {
            severity: Severity::Error,
            code: self.code.as_str(),
            message: &self.message,
            labels: &labels,
            help: self.help.as_deref(),
        };
        draw(path, &masked(text), &drawing, out)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Words in the names of keys whose values may be credentials.
const SECRET_WORDS: [&str; 6] = ["secret", "token", "key", "password", "proxy", "authorization"];

/// The text with everything that may be a credential as stars: values of keys that are named for one, unless they say
/// where it is kept. Places stay where they are.
fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.split_once('=') {
            Some((key, value)) if is_secret(key) && !names_a_place(value) => {
                shown.push_str(key);
                shown.push('=');
                let star = |c: char| {
                    if c.is_ascii_whitespace() { c.into() } else { "*".repeat(c.len_utf8()) }
                };
                shown.extend(value.chars().map(star));
            }
            _ => shown.push_str(line),
        }
    }
    shown
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| key.contains(word)) && !key.contains("key-id")
}

/// Whether a value is a table that says where a credential is kept, and nothing else.
fn names_a_place(value: &str) -> bool {
    let inside = value.trim_start_matches(|c: char| c.is_whitespace() || c == '[');
    let Some(inside) = inside.strip_prefix('{') else { return false };
    ["file", "env", "command"].iter().any(|word| inside.trim_start().starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn values_that_may_be_credentials_are_not_shown() {
        let text =
            "name = \"a\"\ntoken = \"00abc def\"\nsecret = { file = \"x\" }\nkey-id = \"k\"\n";
        let expected =
            "name = \"a\"\ntoken = ****** ****\nsecret = { file = \"x\" }\nkey-id = \"k\"\n";
        assert_eq!(masked(text), expected);
        assert_eq!(masked("token = \"é\" # x").len(), "token = \"é\" # x".len());
    }
}
