//! What a pasted text holds: request, status, headers, body, in whatever form people copy them.
//!
//! Only what is known to be harmless is kept: verb, path, status, codes, names of scopes, the kind of
//! the credential. Values of headers, bodies and queries are not.

mod body;
mod line;

use std::ops::ControlFlow;

use catalog::Product;

use crate::{Base, Method};

/// Bytes of a paste that are looked at; what lies behind is not.
const MAX_BYTES: usize = 1 << 20;

/// What a pasted text holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchange {
    /// Whose API answered, if anything tells.
    pub product: Option<Product>,
    /// The verb.
    pub method: Option<Method>,
    /// The path as pasted, without host and query; not for printing.
    pub(crate) path: String,
    /// Names of the query's parameters.
    pub query: Vec<String>,
    /// Name of a method of the vendor's libraries, where no request is there.
    pub(crate) called: String,
    /// Status of the answer.
    pub status: Option<u16>,
    /// Error codes, the likeliest to matter first.
    pub codes: Vec<String>,
    /// Scopes that the answer names as missing.
    pub missing_scopes: Vec<String>,
    /// Scopes that a request for a token asked for.
    pub asked_scopes: Vec<String>,
    /// What kind of credential was sent.
    pub credential: Option<Sent>,
    /// How an SDK was told to sign in.
    pub mode: Option<Mode>,
    /// How many entries the list in the answer has.
    pub list: Option<usize>,
    /// The text speaks of less than was expected.
    pub(crate) complains: Option<Complaint>,
    /// Whether the text was longer than what is looked at.
    pub is_cut: bool,
}

/// A kind of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// An API token.
    ApiToken,
    /// An access token.
    AccessToken,
    /// An access token bound to a key.
    Dpop,
    /// A client's id and secret.
    Basic,
}

impl Sent {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ApiToken => "api token (SSWS)",
            Self::AccessToken => "access token (Bearer)",
            Self::Dpop => "access token bound to a key (DPoP)",
            Self::Basic => "client id and secret (Basic)",
        }
    }
}

/// How an SDK signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It fetches its own token with a private key.
    PrivateKey,
    /// It sends the token that it is given.
    BearerToken,
}

impl Mode {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PrivateKey => "private key",
            Self::BearerToken => "bearer token",
        }
    }
}

/// What people say of an answer that was not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Complaint {
    /// Nothing came.
    Empty,
    /// Less came.
    Short,
}

impl Exchange {
    /// Reads a pasted text. Method names of libraries are looked up in the base.
    pub fn read(base: &Base, text: &str) -> Self {
        let mut exchange = Self::default();
        let end = (0..=MAX_BYTES.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        let text = &text[..end.unwrap_or(0)];
        exchange.is_cut = end == Some(MAX_BYTES) || text.len() >= MAX_BYTES;
        for line in joined(text) {
            line::read(&line, &mut exchange);
        }
        body::read(text, &mut exchange);
        if exchange.path.is_empty() {
            let lines = text.lines().filter(|line| line::complaint(line).is_some());
            let said = lines.into_iter().find_map(|line| called(base, line));
            exchange.called = said.or_else(|| called(base, text)).unwrap_or_default();
        }
        exchange.settle(text);
        exchange
    }

    /// Whether anything of an exchange was found.
    pub fn is_empty(&self) -> bool {
        self.status.is_none()
            && self.codes.is_empty()
            && self.list.is_none()
            && self.complains.is_none()
            && self.mode.is_none()
    }

    /// Notes an error code once.
    fn code(&mut self, code: &str) {
        if self.codes.len() < 20 && !self.codes.iter().any(|known| known.eq_ignore_ascii_case(code))
        {
            self.codes.push(code.to_owned());
        }
    }

    /// Draws what follows from all of it together.
    fn settle(&mut self, text: &str) {
        if self.product.is_none() {
            let is_auth0 = self.path.starts_with("/api/v2/") || self.path == "/oauth/token";
            let is_okta = self.path.starts_with("/api/v1/")
                || self.path.starts_with("/oauth2/")
                || self.codes.iter().any(|code| is_okta_code(code))
                || self.missing_scopes.iter().any(|scope| scope.starts_with("okta."));
            self.product = match (is_auth0, is_okta) {
                (true, false) => Some(Product::Auth0),
                (false, true) => Some(Product::Okta),
                _ if text.contains(".auth0.com") => Some(Product::Auth0),
                _ => None,
            };
        }
    }
}

/// Whether it is one of Okta's codes: `E` and seven digits.
pub(crate) fn is_okta_code(word: &str) -> bool {
    let digits = word.strip_prefix('E').unwrap_or_default();
    digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the catalog knows it as a code that an answer carries.
fn is_known_code(word: &str) -> bool {
    let is_said = !word.starts_with("status_") && !word.ends_with("_list") && word != "sdk_modes";
    is_said && catalog::refusals().iter().any(|refusal| refusal.code == word)
}

/// Whether it has the form of a scope's name, `okta.users.read` or `read:users`: letters in short words.
pub(crate) fn is_scope(word: &str) -> bool {
    let mut parts = word.split(['.', ':', '_']);
    let is_word = |part: &str| {
        (1..=40).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    (word.starts_with("okta.") || word.contains(':')) && word.len() <= 80 && parts.all(is_word)
}

/// The lines of a text, with those put together that a shell reads as one.
fn joined(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        let (line, goes_on) = match line.trim_end().strip_suffix('\\') {
            Some(line) => (line, true),
            None => (line, false),
        };
        match lines.last_mut().filter(|_| is_open) {
            Some(last) => last.push_str(line),
            None => lines.push(line.to_owned()),
        }
        is_open = goes_on;
    }
    lines
}

/// The first word that is the name of a library's method, such as `ListUsers` or `list_users`.
fn called(base: &Base, text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let named =
        words.filter(|word| (8..60).contains(&word.len()) && is_mixed(word)).try_for_each(|word| {
            let name = word.replace('_', "");
            if base.by_id(&name).is_empty() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(name)
            }
        });
    named.break_value()
}

/// Whether it is a name of programs and no word: a capital inside, or an underscore.
fn is_mixed(word: &str) -> bool {
    word.contains('_') || word.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
}
