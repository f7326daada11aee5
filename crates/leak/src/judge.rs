//! What a value is, by its shape and by what stands around it: the ladder from certain to candidate.

use catalog::Credential;

use crate::context::Context;
use crate::leak::Confidence;

/// What a value is taken for.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    /// What it is.
    pub(crate) kind: &'static Credential,
    /// How sure that is.
    pub(crate) confidence: Confidence,
    /// Why, as a fragment that does not hold the value.
    pub(crate) why: String,
}

/// Where a value was met, which decides what is worth a word: a password in a recording of a browser is a
/// finding, one in a program's tests mostly none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setting {
    /// Files, history, logs.
    Text,
    /// A recording of a browser.
    Recording,
}

/// What `value` is in its `context`; `None` when nothing speaks for a credential.
pub(crate) fn judge(value: &str, context: &Context, setting: Setting) -> Option<Verdict> {
    let _ = (value, context, setting);
    None
}
