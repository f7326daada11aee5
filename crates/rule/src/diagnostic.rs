//! What is worth saying about a rule file, as plain data.
//!
//! Rendering belongs to the caller: the binary draws source excerpts, SARIF and
//! JSON take the places, tests draw carets.

mod code;

pub use self::code::Code;
use crate::span::Span;

/// One thing worth saying about a rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable identifier, documented under `docs/diagnostics/`.
    pub code: Code,
    /// Whether the rule can still be used.
    pub severity: Severity,
    /// Lower-case fragment without a final full stop.
    pub message: String,
    /// Where. The first label is the primary one; empty only for whole files.
    pub labels: Vec<Label>,
    /// What to do about it, if one action is clearly right.
    pub help: Option<String>,
}

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing needs to change.
    Note,
    /// The rule runs, but perhaps not as its author thinks.
    Warning,
    /// The document is not used.
    Error,
}

/// A place in the file that a diagnostic speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there; empty when the message of the diagnostic says it all.
    pub message: String,
}

impl Severity {
    /// `note`, `warning` or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Diagnostic {
    /// A mistake that keeps the document from being used.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::at(Severity::Error, code, span, message.into())
    }

    /// A doubt about a document that is used nonetheless.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::at(Severity::Warning, code, span, message.into())
    }

    /// A remark.
    pub fn note(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::at(Severity::Note, code, span, message.into())
    }

    fn at(severity: Severity, code: Code, span: Span, message: String) -> Self {
        let labels = vec![Label { span, message: String::new() }];
        Self { code, severity, message, labels, help: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a second place and what is there.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// The primary place, the beginning of the file when there is none.
    pub fn span(&self) -> Span {
        self.labels.first().map_or_else(Span::default, |label| label.span)
    }
}

/// Whether any of them is an error.
pub(crate) fn has_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
