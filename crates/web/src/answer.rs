//! How requests end, and what is answered then.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use prometheus_client::encoding::EncodeLabelValue;

use crate::hec;
use crate::settings::Kind;

/// What is sent back.
pub(crate) type Answer = Response<Full<Bytes>>;

/// How a post ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Outcome {
    /// What it held is on the disk.
    Kept,
    /// No secret, or not in the form that the kind wants.
    Nameless,
    /// A secret that opens nothing here.
    WrongSecret,
    /// More bytes than are let in, packed or unpacked.
    TooLarge,
    /// Packed in a way that is not known.
    Encoding,
    /// No body at all.
    NoData,
    /// Not one event in it could be read.
    Unreadable,
    /// The connection or the packing broke off within the body.
    Cut,
    /// More requests than are let in, or too many bytes wait already.
    Busy,
    /// The sender's time was up before the events were on the disk.
    Late,
    /// The disk did not take it.
    Failed,
}

impl Outcome {
    /// What is lasting has a status of 4xx. What may go well next time has 503, for which all providers try again.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Kept => StatusCode::OK,
            Self::Nameless | Self::WrongSecret => StatusCode::UNAUTHORIZED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Encoding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NoData | Self::Unreadable | Self::Cut => StatusCode::BAD_REQUEST,
            Self::Busy | Self::Late | Self::Failed => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// For people who set a sender up.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Nameless => "no secret was shown",
            Self::WrongSecret => "the secret is wrong",
            Self::TooLarge => "the body is too large",
            Self::Encoding => "the content encoding is not known; send gzip or none",
            Self::NoData => "there is no body",
            Self::Unreadable => "no event in the body could be read",
            Self::Cut => "the body broke off",
            Self::Busy => "too much at once",
            Self::Late => "not written in time",
            Self::Failed => "could not be written",
        }
    }

    /// The answer to a post of that kind.
    pub(crate) fn answer(self, kind: Kind, ack: Option<u64>) -> Answer {
        let mut answer = match (kind, self) {
            (Kind::Hec, _) => hec::answer(self, ack),
            (_, Self::Kept) => empty(StatusCode::OK),
            _ => fault(self.status(), self.words()),
        };
        let headers = answer.headers_mut();
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        // The body may not have been read to its end, and a guess shall cost a connection.
        if !matches!(self, Self::Kept | Self::Failed) {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }
}

/// No body.
pub(crate) fn empty(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}

/// JSON with one member, `error`.
pub(crate) fn fault(status: StatusCode, words: &str) -> Answer {
    json(status, &serde_json::json!({ "error": words }))
}

/// A body of JSON.
pub(crate) fn json(status: StatusCode, value: &serde_json::Value) -> Answer {
    with_type(status, "application/json", value.to_string())
}

/// Words on one line.
pub(crate) fn line(status: StatusCode, words: &str) -> Answer {
    with_type(status, "text/plain; charset=utf-8", format!("{words}\n"))
}

pub(crate) fn with_type(status: StatusCode, kind: &'static str, body: String) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(body)));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    answer
}

/// Another method is wanted.
pub(crate) fn wants(methods: &'static str) -> Answer {
    let mut answer = fault(StatusCode::METHOD_NOT_ALLOWED, "this path takes another method");
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    answer
}
