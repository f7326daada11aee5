//! What Splunk's HTTP Event Collector says, and in which form it is told a token.
//!
//! *Source.* Splunk Enterprise 9.4, "HTTP Event Collector REST API endpoints" and "Troubleshoot HTTP Event Collector", checked
//! 2026-11-22.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hyper::{HeaderMap, StatusCode};
use serde_json::json;

use crate::answer::{Answer, Outcome, json as json_answer};

/// The text and code that clients know, and the status they come with.
pub(crate) fn answer(outcome: Outcome, ack: Option<u64>) -> Answer {
    let (status, text, code) = match outcome {
        Outcome::Kept => (StatusCode::OK, "Success", 0),
        Outcome::Nameless => (StatusCode::UNAUTHORIZED, "Token is required", 2),
        Outcome::WrongSecret => (StatusCode::FORBIDDEN, "Invalid token", 4),
        Outcome::NoData => (StatusCode::BAD_REQUEST, "No data", 5),
        Outcome::Unreadable | Outcome::Cut => (StatusCode::BAD_REQUEST, "Invalid data format", 6),
        Outcome::Encoding => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "Invalid data format", 6),
        Outcome::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "Request entity too large", 27),
        Outcome::Busy | Outcome::Late | Outcome::Failed => {
            (StatusCode::SERVICE_UNAVAILABLE, "Server is busy", 9)
        }
    };
    let mut body = json!({ "text": text, "code": code });
    if let Some(ack) = ack {
        body["ackId"] = ack.into();
    }
    json_answer(status, &body)
}

/// Whether posts are taken.
pub(crate) fn health(is_ready: bool) -> Answer {
    let (status, text, code) = if is_ready {
        (StatusCode::OK, "HEC is healthy", 17)
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "HEC is unhealthy, queues are full", 18)
    };
    json_answer(status, &json!({ "text": text, "code": code }))
}

/// The channel is not named, though acknowledgements are asked for.
pub(crate) fn no_channel() -> Answer {
    json_answer(StatusCode::BAD_REQUEST, &json!({ "text": "Data channel is missing", "code": 10 }))
}

/// Bytes of a channel's name, at most; a GUID has 36.
const MAX_CHANNEL: usize = 64;

/// The channel of a request: a header, or `channel` in the query.
pub(crate) fn channel<'a>(headers: &'a HeaderMap, query: Option<&'a str>) -> Option<&'a str> {
    let header = headers.get("x-splunk-request-channel").and_then(|value| value.to_str().ok());
    let asked = || query?.split('&').find_map(|pair| pair.strip_prefix("channel="));
    header.or_else(asked).filter(|name| !name.is_empty() && name.len() <= MAX_CHANNEL)
}

/// The token in a header: `Splunk TOKEN`, or a Basic credential whose password it is.
pub(crate) fn token(header: &[u8]) -> Option<Vec<u8>> {
    let at = header.iter().position(|&byte| byte == b' ')?;
    let (scheme, rest) = (&header[..at], header[at..].trim_ascii());
    if scheme.eq_ignore_ascii_case(b"splunk") {
        return Some(rest.to_vec());
    }
    if !scheme.eq_ignore_ascii_case(b"basic") {
        return None;
    }
    let pair = BASE64_STANDARD.decode(rest).ok()?;
    let colon = pair.iter().position(|&byte| byte == b':')?;
    Some(pair[colon + 1..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_in_both_forms() {
        let told = |header: &str| token(header.as_bytes()).map(|it| String::from_utf8(it).unwrap());
        assert_eq!(told("Splunk abc").as_deref(), Some("abc"));
        assert_eq!(told("splunk  abc ").as_deref(), Some("abc"));
        assert_eq!(told("Basic eDphYmM=").as_deref(), Some("abc"));
        assert_eq!(told("Basic eDphYmM"), None);
        assert_eq!(told("Bearer abc"), None);
        assert_eq!(told("abc"), None);
    }

    #[test]
    fn a_channel_is_a_header_or_in_the_query() {
        let mut headers = HeaderMap::new();
        assert_eq!(channel(&headers, Some("a=b&channel=one")), Some("one"));
        assert_eq!(channel(&headers, Some("channel=")), None);
        headers.insert("x-splunk-request-channel", "two".parse().unwrap());
        assert_eq!(channel(&headers, Some("channel=one")), Some("two"));
    }
}
