//! What is asked.

use std::fmt;

use reqwest::header::HeaderName;

use crate::Secret;

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes, or asks with a body.
    Post,
    /// Replaces.
    Put,
    /// Changes a part.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// As it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A request to some origin. `Debug` shows its method and path, without the query.
#[derive(Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    is_hidden: bool,
    pub(crate) headers: Vec<(HeaderName, Secret)>,
    pub(crate) body: Option<Secret>,
}

impl Request {
    /// Reads a path, with a query or without.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::Get, path)
    }

    /// Without headers and body.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), is_hidden: false, headers: Vec::new(), body: None }
    }

    /// The same with a path that is itself a credential, as those of incoming webhooks are: it is never shown.
    #[must_use]
    pub fn hidden(self) -> Self {
        Self { is_hidden: true, ..self }
    }

    /// Posts pairs as a form does.
    pub fn form(path: impl Into<String>, pairs: &[(&str, &str)]) -> Self {
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let typed = Self::new(Method::Post, path)
            .with("content-type", Secret::new("application/x-www-form-urlencoded"));
        Self { body: Some(Secret::new(body)), ..typed }
    }

    /// Posts JSON text.
    pub fn json(path: impl Into<String>, text: Secret) -> Self {
        Self::new(Method::Post, path).with_json(text)
    }

    /// Adds a header. Every value is treated as a credential.
    ///
    /// The name is in lower case.
    #[must_use]
    pub fn with(self, name: &'static str, value: Secret) -> Self {
        self.with_own(HeaderName::from_static(name), value)
    }

    /// Adds a header that whoever runs Keyward named.
    #[must_use]
    pub fn with_own(mut self, name: HeaderName, value: Secret) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same with JSON text for its body.
    #[must_use]
    pub fn with_json(self, text: Secret) -> Self {
        let typed = self.with("content-type", Secret::new("application/json"));
        Self { body: Some(text), ..typed }
    }

    /// What it does, as it is sent.
    pub fn method(&self) -> &'static str {
        self.method.as_str()
    }

    /// The path, without the query; `/…` if it is hidden.
    pub fn endpoint(&self) -> &str {
        if self.is_hidden {
            return "/…";
        }
        self.path.split('?').next().unwrap_or_default()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({} {})", self.method.as_str(), self.endpoint())
    }
}
