//! One text of a recording read for what should not leave it.
//!
//! What a text is, its place tells: a header, a cookie, an address, a body. Each form has a module of its
//! own; here is what they share.

use std::ops::Range;

use finding::Level;
use jiff::Timestamp;
use memchr::memmem;

use crate::context::{Context, Form};
use crate::har::Direction;
use crate::har::found::{Cover, Found, What, apart};
use crate::har::{label, private};
use crate::judge::{self, Setting, Verdict, Vicinity};
use crate::leak::{Confidence, Leak, Validity};
use crate::scanner::{Document, Scanner};
use crate::secret::Secret;
use crate::token;

/// How deep texts within texts are read by their structure.
const DEPTH_MAX: u8 = 5;

/// Shortest text that is given to the scanner.
const SCANNED_MIN: usize = 16;

/// Reads texts of one entry.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'s> {
    /// Finds what no structure tells.
    pub(crate) scanner: &'s Scanner,
    /// Whose host the entry's is: `okta`, `auth0`.
    pub(crate) provider: Option<&'static str>,
    /// Who sent it.
    pub(crate) direction: Direction,
    /// When the entry began.
    pub(crate) time: Option<Timestamp>,
    /// In how many texts it already is.
    pub(crate) depth: u8,
}

impl<'s> Reader<'s> {
    /// A reader of an entry of which nothing is known yet.
    pub(crate) fn new(scanner: &'s Scanner) -> Self {
        Self { scanner, provider: None, direction: Direction::Request, time: None, depth: 0 }
    }

    /// The reader of a text within the text; `None` when that is deep enough.
    pub(crate) fn deeper(self) -> Option<Self> {
        (self.depth < DEPTH_MAX).then_some(Self { depth: self.depth + 1, ..self })
    }

    /// Judges a value that stands at `span` under a name.
    pub(crate) fn value(self, span: Range<usize>, value: &str, context: &Context) -> Option<Found> {
        if value.trim().is_empty() || label::is_label(value) {
            return None;
        }
        let name = context.name.as_deref().unwrap_or_default();
        let verdict =
            told(value, false).or_else(|| self.judge(value, context)).or_else(|| told(value, true));
        let what = match verdict {
            Some(verdict) => What::Credential(Box::new(leak(verdict, value, span.clone()))),
            None => What::Private(private::class(name, context.form, value, self.direction)?),
        };
        Some(Found {
            hidden: hidden(&span, value),
            span,
            value: value.to_owned(),
            what,
            cover: Cover::Plain,
            life: None,
        })
    }

    fn judge(self, value: &str, context: &Context) -> Option<Verdict> {
        let vicinity = Vicinity { block: self.provider, ..Vicinity::default() };
        let verdict = judge::judge(value, context, vicinity, Setting::Recording)?;
        let class = match verdict.kind.kind {
            "okta_password" => "PASSWORD",
            "okta_one_time_code" if is_answer(value, context) => return answer(),
            "okta_one_time_code" => "CODE",
            _ => return Some(verdict),
        };
        private::is_plausible(class, value, self.direction).then_some(verdict)
    }

    /// What the scanner finds in a text by itself.
    pub(crate) fn scanned(self, text: &[u8]) -> Vec<Found> {
        if text.len() < SCANNED_MIN {
            return Vec::new();
        }
        let masked = label::masked(text);
        let scan = self.scanner.scan(Document { bytes: &masked, path: "", now: self.time });
        // Labels within encodings are not masked, and they look like a name and a value.
        let is_value = |leak: &Leak| {
            let value = leak.secret.expose();
            let is_label = label::is_label(value) || label::is_piece(value);
            !is_label && !leak.why.iter().any(|why| label::is_named(why))
        };
        scan.leaks.into_iter().filter(is_value).map(of_leak).collect()
    }

    /// What structure and scanner find, the best of each place.
    pub(crate) fn with_scanned(self, mut found: Vec<Found>, text: &[u8]) -> Vec<Found> {
        if self.depth == 0 {
            found.extend(self.scanned(text));
            found.extend(tokens(text));
        }
        apart(found)
    }
}

/// Whether a value answers a security question: a code has digits alone.
fn is_answer(value: &str, context: &Context) -> bool {
    let name = context.name.as_deref().unwrap_or_default();
    name.to_ascii_lowercase().ends_with("answer")
        && !value.bytes().all(|byte| byte.is_ascii_digit())
}

/// An answer lives until its user changes it, as a password does.
fn answer() -> Option<Verdict> {
    Some(Verdict {
        kind: catalog::credential("okta_password")?,
        confidence: Confidence::Strong,
        why: "the answer to a security question".to_owned(),
    })
}

/// What a token says of itself. Of an encrypted one that is a guess, before which goes its name.
fn told(value: &str, is_encrypted: bool) -> Option<Verdict> {
    let token = value.starts_with("eyJ").then(|| token::jwt(value.as_bytes())).flatten()?;
    if token.len != value.len() || token.is_encrypted != is_encrypted {
        return None;
    }
    let (kind, why) = token::kind_of(&token)?;
    let confidence = if is_encrypted { Confidence::Medium } else { Confidence::Certain };
    Some(Verdict { kind: catalog::credential(kind)?, confidence, why: why.to_owned() })
}

/// Compact tokens, whoever made them.
fn tokens(text: &[u8]) -> Vec<Found> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let mut end = 0;
    let begins = memmem::find_iter(text, b"eyJ");
    let spans = begins.filter_map(|begin| {
        if begin < end {
            return None;
        }
        end = begin + text[begin..].iter().take_while(|byte| is_part(byte)).count();
        Some(begin..end)
    });
    spans.filter_map(|span| compact(text, span)).collect()
}

fn compact(text: &[u8], span: Range<usize>) -> Option<Found> {
    let value = std::str::from_utf8(text.get(span.clone())?).ok()?.trim_end_matches('.');
    let parts = value.split('.').count();
    let is_token = matches!(parts, 3 | 5) && value.len() >= 48 && !label::is_label(value);
    is_token.then(|| Found {
        hidden: hidden(&(span.start..span.start + value.len()), value),
        span: span.start..span.start + value.len(),
        value: value.to_owned(),
        what: What::Private("TOKEN"),
        cover: Cover::Plain,
        life: None,
    })
}

fn of_leak(leak: Leak) -> Found {
    let value = leak.secret.expose().to_owned();
    let span = leak.span.clone();
    let hidden = if span.len() == value.len() { hidden(&span, &value) } else { span.clone() };
    Found {
        hidden,
        span,
        value,
        what: What::Credential(Box::new(leak)),
        cover: Cover::Plain,
        life: None,
    }
}

/// What of a value must not be seen: of a signed token its signature, else all of it.
fn hidden(span: &Range<usize>, value: &str) -> Range<usize> {
    match signature(value) {
        Some(signature) if span.len() == value.len() => span.start + signature..span.end,
        _ => span.clone(),
    }
}

/// Where the signature of a signed token begins whose claims can be read.
pub(crate) fn signature(value: &str) -> Option<usize> {
    const SHORTEST: usize = 16;
    let mut parts = value.split('.');
    let (head, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let is_signed = parts.next().is_none()
        && head.starts_with("eyJ")
        && claims.starts_with("eyJ")
        && signature.len() >= SHORTEST;
    is_signed.then_some(value.len() - signature.len())
}

/// A credential that a verdict makes of a value.
pub(crate) fn leak(verdict: Verdict, value: &str, span: Range<usize>) -> Leak {
    let claims = token::jwt(value.as_bytes()).and_then(|token| token.claims);
    let validity = match claims.as_ref().and_then(|claims| claims.expires) {
        Some(time) => Validity::Until(time),
        None => Validity::Unknown,
    };
    Leak {
        kind: verdict.kind,
        confidence: verdict.confidence,
        level: level(verdict.kind.level, verdict.confidence),
        secret: Secret::new(value),
        span,
        layers: Vec::new(),
        why: vec![verdict.why],
        tenant: None,
        companions: Vec::new(),
        validity,
        claims,
    }
}

/// How bad it is, as sure as that is.
fn level(level: &str, confidence: Confidence) -> Level {
    let level = level.parse().unwrap_or(Level::Medium);
    match confidence {
        Confidence::Certain | Confidence::Strong => level,
        Confidence::Medium => level.min(Level::Medium),
        Confidence::Candidate => level.min(Level::Low),
    }
}

/// A context of a name alone.
pub(crate) fn named(name: &str, form: Form) -> Context {
    Context { name: Some(name.to_owned()), form, ..Context::default() }
}
