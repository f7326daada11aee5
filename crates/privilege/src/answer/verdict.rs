//! Whether a call is right as it stands, and which credential it takes.

use std::borrow::Cow;

use crate::{Credentials, Text};

/// Whether a call is right as it stands, and which credential it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It works with an access token and with an API token.
    Ok,
    /// It works with an API token only.
    TokenOnly,
    /// It works with an access token only.
    OauthOnly,
    /// It needs no token.
    NoToken,
    /// It needs an administrator's API token.
    TokenRequired,
    /// It needs one unless a question is answered in a certain way.
    TokenUnless,
    /// It needs none if a question is answered in a certain way.
    NoTokenIf,
    /// It takes credentials of another system.
    OtherCredential,
    /// It is right, and does more than people expect.
    RiskyVerb,
    /// Another verb is meant.
    WrongVerb,
    /// Another path is meant.
    WrongPath,
    /// It is an older form.
    LegacyForm,
    /// No description has it.
    NotInSpec,
    /// Its path fits several operations, for the verb is not said.
    Ambiguous,
    /// Its path is one of these products, its host is not known to be.
    UnknownHost,
    /// It is no call to an API of these products.
    Elsewhere,
    /// It cannot be read.
    Unreadable,
}

impl Verdict {
    /// The name in reports; `parameter` is what decides, for the two verdicts that depend on one.
    pub fn name(self, parameter: &str) -> Text {
        let name = match self {
            Self::Ok => "ok",
            Self::TokenOnly => "ok (SSWS only)",
            Self::OauthOnly => "ok (OAuth only)",
            Self::NoToken => "no token needed",
            Self::TokenRequired => "token required",
            Self::TokenUnless => return format!("token required if {parameter} absent").into(),
            Self::NoTokenIf => return format!("no token if {parameter} sent").into(),
            Self::OtherCredential => "other credential",
            Self::RiskyVerb => "risky verb",
            Self::WrongVerb => "wrong verb",
            Self::WrongPath => "wrong path",
            Self::LegacyForm => "legacy form",
            Self::NotInSpec => "not in spec",
            Self::Ambiguous => "verb not said",
            Self::UnknownHost => "unknown host",
            Self::Elsewhere => "elsewhere",
            Self::Unreadable => "unreadable",
        };
        Cow::Borrowed(name)
    }

    /// Whether it is told of a call that reaches an operation, or plainly means one.
    pub const fn is_understood(self) -> bool {
        !matches!(
            self,
            Self::NotInSpec
                | Self::Ambiguous
                | Self::UnknownHost
                | Self::Elsewhere
                | Self::Unreadable
        )
    }

    /// Whether it tells what is wrong, or odd, instead of which credential is taken.
    pub(crate) const fn says_nothing_of_credentials(self) -> bool {
        matches!(self, Self::RiskyVerb | Self::WrongVerb | Self::WrongPath | Self::LegacyForm)
    }

    /// What an operation that accepts these credentials takes.
    pub(crate) const fn of(credentials: Credentials) -> Self {
        match credentials {
            Credentials { none: true, .. } => Self::NoToken,
            Credentials { oauth: true, token: true, .. } => Self::Ok,
            Credentials { oauth: true, .. } => Self::OauthOnly,
            Credentials { token: true, .. } => Self::TokenOnly,
            Credentials { .. } => Self::OtherCredential,
        }
    }
}
