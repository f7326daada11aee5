//! How Auth0 says no.

use axum::http::StatusCode;
use serde_json::json;

use crate::serve::ask::{self, Answer};

/// An answer that is none, in the form of the Management API or of OAuth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: u16,
    error: &'static str,
    message: String,
    code: Option<&'static str>,
    is_oauth: bool,
}

impl Refusal {
    fn api(
        status: u16,
        error: &'static str,
        message: impl Into<String>,
        code: Option<&'static str>,
    ) -> Self {
        Self { status, error, message: message.into(), code, is_oauth: false }
    }

    /// Of the token endpoint.
    pub(crate) fn oauth(status: u16, error: &'static str, message: impl Into<String>) -> Self {
        Self { status, error, message: message.into(), code: None, is_oauth: true }
    }

    /// A request without a token.
    pub(crate) fn missing_token() -> Self {
        Self::api(401, "Unauthorized", "Missing authentication", None)
    }

    /// A token that does not work.
    pub(crate) fn token(why: &str) -> Self {
        Self::api(401, "Unauthorized", why, None)
    }

    /// A token that does not open this.
    pub(crate) fn scope(scope: &str) -> Self {
        let why = format!("Insufficient scope, expected any of: {scope}");
        Self::api(403, "Forbidden", why, Some("insufficient_scope"))
    }

    /// A parameter that cannot be meant.
    pub(crate) fn invalid(why: impl Into<String>) -> Self {
        Self::api(400, "Bad Request", why, Some("invalid_query_string"))
    }

    /// A body that cannot be meant.
    pub(crate) fn body(why: impl Into<String>) -> Self {
        Self::api(400, "Bad Request", why, Some("invalid_body"))
    }

    /// Nothing here.
    pub(crate) fn not_found() -> Self {
        Self::api(404, "Not Found", "Not Found", None)
    }

    /// Too many requests.
    pub(crate) fn too_fast() -> Self {
        let why = "Global limit has been reached";
        Self::api(429, "Too Many Requests", why, Some("too_many_requests"))
    }

    /// Something broke.
    pub(crate) fn broken(status: u16) -> Self {
        Self::api(status, "Internal Server Error", "Something happened on our end", None)
    }

    /// The answer.
    pub(crate) fn response(&self) -> Answer {
        let body = if self.is_oauth {
            json!({"error": self.error, "error_description": self.message})
        } else {
            let mut body =
                json!({"statusCode": self.status, "error": self.error, "message": self.message});
            if let Some(code) = self.code {
                body["errorCode"] = json!(code);
            }
            body
        };
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        ask::json(status, body.to_string())
    }
}
