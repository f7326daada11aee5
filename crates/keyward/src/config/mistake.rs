//! What is wrong in a configuration, and how it is drawn.

use std::fmt;
use std::io;
use std::ops::Range;

use rule::{Label, Severity, Span};

use super::mask::{masked, starred};
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
        let mut shown = masked(text);
        if self.code == Code::SecretInSight {
            shown = starred(&shown, std::slice::from_mut(&mut (self.span.start..self.span.end)));
        }
        draw(path, &shown, &drawing, out)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
