//! How long API tokens live, from answers of the API that lists them.

use jiff::Timestamp;
use serde_json::Value;

/// Tokens that are kept.
const MAX_TOKENS: usize = 10_000;

/// The life of an API token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenLife {
    /// Its id, such as `00T…`.
    pub id: String,
    /// When it dies unless it is used before; `None` where that is not said.
    pub expires: Option<Timestamp>,
    /// Whether it is bound to network zones; `None` where that is not said.
    pub has_zone: Option<bool>,
}

/// The tokens in documents of JSON, one behind the other, in arrays or not. What is none is passed over.
pub fn read_tokens(text: &str) -> Vec<TokenLife> {
    let documents = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let mut tokens = Vec::new();
    for document in documents.map_while(Result::ok) {
        match document {
            Value::Array(entries) => tokens.extend(entries.iter().filter_map(token)),
            entry => tokens.extend(token(&entry)),
        }
        if tokens.len() > MAX_TOKENS {
            break;
        }
    }
    tokens.truncate(MAX_TOKENS);
    tokens
}

/// A token is told from other objects by its id and by what only tokens have.
fn token(entry: &Value) -> Option<TokenLife> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let id = text("id").filter(|id| {
        id.starts_with("00T") && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })?;
    let is_token = entry.get("tokenWindow").is_some() || entry.get("userId").is_some();
    let connection = entry.get("network").and_then(|network| network.get("connection"));
    is_token.then(|| TokenLife {
        id: id.to_owned(),
        expires: text("expiresAt").and_then(|time| time.parse().ok()),
        has_zone: connection.and_then(Value::as_str).map(|connection| connection == "ZONE"),
    })
}
