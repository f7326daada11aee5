//! What stands around a value: its name, the names around that, and how it is written there.
//!
//! One walk outward from the value instead of a parser a format: braces, indentation, tags and sections
//! are read backward as far as [`REACH`]. What a name means lives elsewhere.

use std::ops::Range;

/// Bytes before a value that are read to find what encloses it.
pub(crate) const REACH: usize = 64 << 10;

/// What stands around a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Context {
    /// The value as its syntax delimits it, without quotes: at least the run that was asked about.
    pub(crate) value: Range<usize>,
    /// The name it is given: `OKTA_API_TOKEN`, `apiToken`, a header's, a cookie's, a parameter's. As written.
    pub(crate) name: Option<String>,
    /// How that name is written.
    pub(crate) form: Form,
    /// Names that enclose it, the outermost first: keys, block labels (`provider`, `okta`), tags, sections,
    /// constructors and functions called, the word that types it. As written.
    pub(crate) path: Vec<String>,
    /// The word of an authorization scheme right before it: `SSWS`, `Bearer`, `Basic`, `DPoP`.
    pub(crate) scheme: Option<String>,
    /// The innermost block that it stands in: object, section, stanza, element; else its paragraph.
    pub(crate) block: Range<usize>,
    /// Its line.
    pub(crate) line: Range<usize>,
    /// It is no literal but stands for one: `${X}`, `{{ x }}`, a call, a path in a program, a type name.
    pub(crate) is_reference: bool,
    /// What the value was split from: `curl -u id:secret` gives the id.
    pub(crate) user: Option<String>,
}

/// How a value's name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Form {
    /// There is no name.
    #[default]
    Bare,
    /// `name = value`, `"name": "value"`, `name: value`, `<name>value</name>`, `name` and `value` as a pair,
    /// `--name value`, a column's heading, a parameter of a call.
    Assigned,
    /// A header's name: `Authorization: …`.
    Header,
    /// A cookie's name, in `Cookie` or `Set-Cookie`.
    Cookie,
    /// A parameter's name in a URL or form.
    Parameter,
    /// The path's segment before it, in a URL.
    Segment,
    /// The function it is given to: `WithToken("…")`.
    Call,
    /// `user:password` with the user before it.
    UserInfo,
}

/// Reads what stands around the bytes `run` of `text`.
pub(crate) fn around(text: &[u8], run: Range<usize>) -> Context {
    let _ = text;
    Context { value: run, ..Context::default() }
}

/// The words of a name in lower case: `oktaApiToken`, `OKTA_API_TOKEN` and `okta.api-token` are all
/// `okta api token`.
pub(crate) fn words(name: &str) -> Vec<String> {
    let _ = name;
    Vec::new()
}

/// Names and values of one block, as written, values without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    /// The name.
    pub(crate) name: String,
    /// The value's place in the text.
    pub(crate) value: Range<usize>,
}

/// The pairs of a block, in order, those of inner blocks left out. At most 200.
pub(crate) fn pairs(text: &[u8], block: Range<usize>) -> Vec<Pair> {
    let _ = (text, block);
    Vec::new()
}
