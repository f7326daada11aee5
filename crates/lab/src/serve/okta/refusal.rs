//! How Okta says no.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::json;

/// An answer that is none, in the form of Okta's API or of OAuth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: &'static str,
    summary: String,
    form: Form,
    headers: Vec<(HeaderName, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Api,
    OAuth,
}

impl Refusal {
    /// Of the API: a code such as `E0000011`.
    pub(crate) fn api(status: StatusCode, code: &'static str, summary: impl Into<String>) -> Self {
        Self { status, code, summary: summary.into(), form: Form::Api, headers: Vec::new() }
    }

    /// Of the authorization server: a code such as `invalid_client`.
    pub(crate) fn oauth(status: u16, code: &'static str, summary: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        Self { status, code, summary: summary.into(), form: Form::OAuth, headers: Vec::new() }
    }

    /// A request whose parameter cannot be meant.
    pub(crate) fn invalid(parameter: &str, why: &str) -> Self {
        let summary = format!("Api validation failed: {parameter}: {why}");
        Self::api(StatusCode::BAD_REQUEST, "E0000001", summary)
    }

    /// A token that does not work.
    pub(crate) fn token() -> Self {
        Self::api(StatusCode::UNAUTHORIZED, "E0000011", "Invalid token provided")
    }

    /// A credential that works and may not.
    pub(crate) fn permission() -> Self {
        let summary = "You do not have permission to perform the requested action";
        Self::api(StatusCode::FORBIDDEN, "E0000006", summary)
    }

    /// Nothing of that id.
    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        let summary = format!("Not found: Resource not found: {id} ({what})");
        Self::api(StatusCode::NOT_FOUND, "E0000007", summary)
    }

    /// The same with a header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((HeaderName::from_static(name), value.into()));
        self
    }

    /// The answer.
    pub(crate) fn response(&self) -> Response<Body> {
        let body = match self.form {
            Form::Api => json!({
                "errorCode": self.code,
                "errorSummary": self.summary,
                "errorLink": self.code,
                "errorId": "oaelab0000000000000000000",
                "errorCauses": [],
            }),
            Form::OAuth => json!({"error": self.code, "error_description": self.summary}),
        };
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in &self.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name.clone(), value);
            }
        }
        response
    }
}

impl axum::response::IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        self.response()
    }
}
