//! Whom a timeline is about.

use std::fmt;
use std::str::FromStr;

/// A subject of events: what is looked at, and what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Whom {
    /// What is looked at.
    pub(crate) what: What,
    /// What it must be; never empty.
    pub(crate) value: String,
}

/// By what events are picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// Login or id of who acted or was acted on, in any case.
    User,
    /// Address of the request.
    Ip,
    /// Session of the request, or the one from which it derives.
    Session,
    /// Id of the token that was used, made or revoked.
    Token,
    /// Id of the client that asked, or was changed.
    Client,
}

impl What {
    const ALL: [Self; 5] = [Self::User, Self::Ip, Self::Session, Self::Token, Self::Client];

    /// The word before the colon.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Ip => "ip",
            Self::Session => "session",
            Self::Token => "token",
            Self::Client => "client",
        }
    }
}

impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.what.name(), self.value)
    }
}

impl FromStr for Whom {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || {
            let names = What::ALL.map(|what| format!("`{}:…`", what.name())).join(", ");
            format!("expected one of {names}")
        };
        let (name, value) = text.split_once(':').ok_or_else(expected)?;
        let what = What::ALL.into_iter().find(|what| what.name() == name).ok_or_else(expected)?;
        let value = value.trim().to_owned();
        if value.is_empty() { Err(expected()) } else { Ok(Self { what, value }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(text.parse::<Whom>().ok().map(|whom| whom.to_string()).as_deref(), expected);
    }

    #[test]
    fn a_subject_is_a_word_and_a_value() {
        check("user:ada@example.com", Some("user ada@example.com"));
        check("ip:2001:db8::1", Some("ip 2001:db8::1"));
        check("session: 102a", Some("session 102a"));
        for bad in ["", "user", "user:", "mail:a", "ada@example.com"] {
            check(bad, None);
        }
    }
}
