//! Addresses of mail.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// An address such as `oncall@example.com`: nothing that could end a line or a command.
///
/// Source: RFC 5321 section 4.1.2, `Dot-string` and `Domain`; quoted local parts are not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    text: String,
    at: usize,
}

/// A text that is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("is no mail address such as `oncall@example.com`")]
pub struct BadMailbox;

impl Mailbox {
    /// What stands behind the at sign.
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }
}

impl FromStr for Mailbox {
    type Err = BadMailbox;

    fn from_str(text: &str) -> Result<Self, BadMailbox> {
        let (local, domain) = text.split_once('@').ok_or(BadMailbox)?;
        let is_local = |c: u8| c.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&c);
        let is_domain = |c: u8| c.is_ascii_alphanumeric() || b".-".contains(&c);
        let fits = !local.is_empty()
            && !domain.is_empty()
            && text.len() <= 254
            && local.bytes().all(is_local)
            && domain.bytes().all(is_domain);
        fits.then(|| Self { text: text.to_owned(), at: local.len() }).ok_or(BadMailbox)
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_end_a_command_is_no_address() {
        assert_eq!("oncall@example.com".parse::<Mailbox>().unwrap().domain(), "example.com");
        let bad = [
            "oncall",
            "@example.com",
            "a@",
            "a@b@c",
            "a b@example.com",
            "a@example.com\r\nDATA",
            "<a@example.com>",
            "a@exa>mple.com",
            "\"a\"@example.com",
            "ä@example.com",
        ];
        for text in bad {
            assert_eq!(text.parse::<Mailbox>(), Err(BadMailbox), "{text}");
        }
    }
}
