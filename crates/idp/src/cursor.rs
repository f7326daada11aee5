//! Where to go on in a log.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use url::Url;

use crate::Provider;

/// The longest cursor taken, in bytes. Real ones have a few hundred.
const MOST_BYTES: usize = 8 << 10;

/// The path and the query of a server's `next` link, and nothing else of it: which server to ask is never taken from an answer.
///
/// Opaque but for `limit`, which is ours to choose. Its text is for keeping and for reading back.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Cursor(String);

/// Why a text is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadCursor {
    /// It is no address.
    #[error("is no address")]
    Unreadable,
    /// It leads to another place than a log.
    #[error("leads to another place than the log")]
    NotTheLog,
    /// It is longer than is taken.
    #[error("is longer than {MOST_BYTES} bytes")]
    TooLong,
}

impl Cursor {
    /// The cursor in a link of a provider's answer: an absolute address or a path. Host, user and fragment are dropped.
    pub(crate) fn of_link(provider: Provider, target: &str) -> Result<Self, BadCursor> {
        if target.len() > MOST_BYTES {
            return Err(BadCursor::TooLong);
        }
        let origin = Url::parse("https://localhost/").map_err(|_| BadCursor::Unreadable)?;
        let url = origin.join(target).map_err(|_| BadCursor::Unreadable)?;
        let query = url.query().filter(|query| !query.is_empty()).ok_or(BadCursor::NotTheLog)?;
        if url.path() != provider.log_path() {
            return Err(BadCursor::NotTheLog);
        }
        format!("{}?{query}", url.path()).parse()
    }

    /// The text, as it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value of a parameter, as it is written.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let (_, query) = self.0.split_once('?')?;
        let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.find_map(|(key, value)| (key == name).then_some(value))
    }

    /// Whether a parameter is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// The same place, with pages of another size.
    pub(crate) fn with_limit(&self, name: &str, limit: u32) -> String {
        let (path, query) = self.0.split_once('?').unwrap_or((&self.0, ""));
        let is_limit = |pair: &&str| pair.split('=').next() == Some(name);
        let mut pairs: Vec<&str> = query.split('&').filter(|pair| !is_limit(pair)).collect();
        let limit = format!("{name}={limit}");
        pairs.push(&limit);
        format!("{path}?{}", pairs.join("&"))
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    /// Reads what [`as_str`](Self::as_str) gave.
    fn from_str(text: &str) -> Result<Self, BadCursor> {
        if text.len() > MOST_BYTES {
            return Err(BadCursor::TooLong);
        }
        let (path, query) = text.split_once('?').ok_or(BadCursor::NotTheLog)?;
        if query.is_empty() || !query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
            return Err(BadCursor::Unreadable);
        }
        let is_log = [Provider::Okta, Provider::Auth0].iter().any(|p| p.log_path() == path);
        if is_log { Ok(Self(text.to_owned())) } else { Err(BadCursor::NotTheLog) }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn okta(target: &str) -> Result<String, BadCursor> {
        Cursor::of_link(Provider::Okta, target).map(|cursor| cursor.as_str().to_owned())
    }

    #[test]
    fn only_the_path_and_the_query_of_a_link_are_kept() {
        let kept = Ok("/api/v1/logs?after=1627500044869_1,2&limit=1000".to_owned());
        for host in [
            "https://acme.okta.com",
            "https://evil.example.com",
            "//evil.example.com",
            "https://a:b@x:1",
            "",
        ] {
            assert_eq!(
                okta(&format!("{host}/api/v1/logs?after=1627500044869_1,2&limit=1000#x")),
                kept
            );
        }
        for elsewhere in [
            "/api/v1/users?x=1",
            "/api/v1/logs/../users?x=1",
            "https://acme.okta.com/api/v1/logs",
            "/api/v2/logs?from=1",
            "\\",
        ] {
            assert_eq!(okta(elsewhere), Err(BadCursor::NotTheLog), "{elsewhere}");
        }
        assert_eq!(
            okta(&format!("/api/v1/logs?after={}", "a".repeat(9000))),
            Err(BadCursor::TooLong)
        );
    }

    #[test]
    fn the_size_of_pages_is_replaced_and_nothing_else() {
        let cursor: Cursor = "/api/v1/logs?after=1,2%2C&limit=1000&limits=3".parse().unwrap();
        assert_eq!(cursor.with_limit("limit", 500), "/api/v1/logs?after=1,2%2C&limits=3&limit=500");
    }

    #[test]
    fn a_cursor_that_was_kept_is_read_back_and_others_are_not() {
        assert!("/api/v1/logs?after=1".parse::<Cursor>().is_ok());
        for bad in [
            "",
            "/api/v1/logs",
            "/api/v1/logs?",
            "/api/v1/logs?a b",
            "/x?a",
            "//h/api/v1/logs?a",
            "/api/v1/logs?a#b",
        ] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_link_holds_a_cursor_leads_to_the_log_of_its_origin(
            target in "(https?:)?[/\\\\]{0,3}[a-z.@:\\\\]{0,12}(/api/v[12]/logs)?[?/#]?[ -~]{0,20}\\PC{0,6}",
        ) {
            for provider in [Provider::Okta, Provider::Auth0] {
                let Ok(cursor) = Cursor::of_link(provider, &target) else { continue };
                let (path, query) = cursor.as_str().split_once('?').unwrap();
                proptest::prop_assert!(path == provider.log_path() && !query.is_empty());
                proptest::prop_assert_eq!(cursor.as_str().parse(), Ok(cursor.clone()));
                let origin: outbound::Origin = "https://acme.okta.com".parse().unwrap();
                let url = origin.at(cursor.as_str());
                proptest::prop_assert!(url.is_some_and(|url| origin.holds(&url)));
            }
        }
    }
}
