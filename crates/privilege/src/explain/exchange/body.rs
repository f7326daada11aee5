//! Bodies in a paste: JSON, wherever it begins.

use catalog::Product;
use serde_json::{Map, Value};

use super::line::scopes;
use super::{Exchange, is_okta_code};

/// Places at which JSON is looked for.
const MAX_TRIES: usize = 100;

/// Reads every document of JSON that begins with a brace or bracket.
pub(super) fn read(text: &str, exchange: &mut Exchange) {
    let mut from = 0;
    for _ in 0..MAX_TRIES {
        let Some(at) = text[from..].find(['{', '[']).map(|at| from + at) else { return };
        let mut documents = serde_json::Deserializer::from_str(&text[at..]).into_iter::<Value>();
        from = match documents.next() {
            Some(Ok(document)) => {
                let is_alone =
                    text[..at].rsplit('\n').next().is_some_and(|before| before.trim().is_empty());
                take(&document, is_alone, exchange);
                at + documents.byte_offset()
            }
            _ => at + 1,
        };
    }
}

fn take(document: &Value, is_alone: bool, exchange: &mut Exchange) {
    match document {
        Value::Array(entries) if is_alone || entries.first().is_some_and(Value::is_object) => {
            exchange.list.get_or_insert(entries.len());
        }
        Value::Object(members) => object(members, exchange),
        _ => {}
    }
}

fn object(members: &Map<String, Value>, exchange: &mut Exchange) {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    if let Some(code) = text("errorCode").filter(|code| is_code(code)) {
        front(code, exchange);
        exchange.product.get_or_insert(if is_okta_code(code) {
            Product::Okta
        } else {
            Product::Auth0
        });
    } else if let Some(code) = text("error").filter(|code| is_code(code)) {
        front(code, exchange);
    }
    let status =
        members.get("statusCode").or_else(|| members.get("status")).and_then(Value::as_u64);
    if let Some(status) = status.and_then(|status| u16::try_from(status).ok()) {
        exchange.status.get_or_insert(status);
    }
    if let Some(asked) = text("scope") {
        exchange.asked_scopes.extend(scopes(asked));
    }
    if members.contains_key("total")
        || members.contains_key("start")
        || members.contains_key("next")
    {
        let list = members.values().find_map(Value::as_array);
        exchange.list = exchange.list.or(list.map(Vec::len));
    }
}

/// Whether it has the form of a code: one word, no text that a person wrote and no secret.
fn is_code(text: &str) -> bool {
    let is_oauth = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_okta_code(text) || (is_oauth && (4..=40).contains(&text.len()))
}

/// The code of a body counts before words of a text.
fn front(code: &str, exchange: &mut Exchange) {
    exchange.codes.retain(|known| !known.eq_ignore_ascii_case(code));
    exchange.codes.insert(0, code.to_owned());
}
