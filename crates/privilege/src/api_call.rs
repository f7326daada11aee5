//! Calls that make what a plan says, for those who do not use Terraform.

use serde_json::Value;

use crate::Method;

/// A call of the vendor's API. What only the organization knows stands in braces.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiCall {
    /// What it does, in a few words.
    pub what: String,
    /// The verb.
    pub method: Method,
    /// The path, such as `/api/v1/apps/{appId}/grants`.
    pub path: String,
    /// The body; `None` for none.
    pub body: Option<Value>,
}

impl ApiCall {
    /// A call without a body.
    pub(crate) fn bare(method: Method, path: impl Into<String>, what: impl Into<String>) -> Self {
        Self { what: what.into(), method, path: path.into(), body: None }
    }

    /// A call with a body.
    pub(crate) fn with(
        method: Method,
        path: impl Into<String>,
        what: impl Into<String>,
        body: Value,
    ) -> Self {
        Self { body: Some(body), ..Self::bare(method, path, what) }
    }

    /// As an object: `what`, `method`, `path`, `body`.
    pub fn json(&self) -> Value {
        serde_json::json!({
            "what": self.what,
            "method": self.method.name(),
            "path": self.path,
            "body": self.body,
        })
    }
}
