//! One line of a paste: a request line, a status line, a header, a command of `curl`, words of an exception.

use catalog::Product;

use super::{Complaint, Exchange, Mode, Sent, is_known_code, is_okta_code, is_scope};
use crate::Method;

/// Words behind or before a number that make it a status.
const BEFORE: [&str; 6] = ["http", "status", "code", "statuscode", "status_code", "error"];
const BEHIND: [&str; 10] = [
    "forbidden",
    "unauthorized",
    "bad",
    "ok",
    "not",
    "method",
    "too",
    "created",
    "accepted",
    "internal",
];

/// What people write when a list is empty, or too short.
const EMPTY: [&str; 9] = [
    "is empty",
    "empty list",
    "empty array",
    "returns nothing",
    "get nothing",
    "got nothing",
    "nothing is returned",
    "no results",
    "0 results",
];
const SHORT: [&str; 5] =
    ["short list", "fewer than", "not all users", "not all groups", "are missing from the list"];

/// Reads one line.
pub(super) fn read(line: &str, exchange: &mut Exchange) {
    let bare = line.trim_start_matches(['>', '<', '*', '|', '$', '#']).trim();
    request_line(bare, exchange);
    if bare.split_whitespace().any(|word| word == "curl") {
        curl(bare, exchange);
    }
    header(bare, exchange);
    status(bare, exchange);
    challenge(bare, exchange);
    words(bare, exchange);
}

/// `GET /api/v1/users HTTP/1.1`, `POST https://...`
fn request_line(line: &str, exchange: &mut Exchange) {
    let mut words = line.split_whitespace();
    let (Some(verb), Some(target)) = (words.next(), words.next()) else { return };
    let method = Method::from_name(verb).filter(|method| method.name() == verb);
    if let Some(method) = method
        && is_target(target)
    {
        set_request(Some(method), target, exchange);
    }
}

fn is_target(word: &str) -> bool {
    word.starts_with('/') || word.starts_with("https://") || word.starts_with("http://")
}

/// Keeps the first request: verb, path, names of parameters, and whose host it is.
fn set_request(method: Option<Method>, target: &str, exchange: &mut Exchange) {
    if !exchange.path.is_empty() {
        return;
    }
    exchange.method = method;
    let rest = target.split_once("://").map_or(target, |(_, rest)| {
        let at = rest.find('/').unwrap_or(rest.len());
        host(&rest[..at], exchange);
        &rest[at..]
    });
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    exchange.path = if path.is_empty() { "/".to_owned() } else { path.to_owned() };
    let names = query.split('&').filter_map(|pair| pair.split('=').next());
    let plain = |name: &&str| (1..30).contains(&name.len()) && name.bytes().all(is_word);
    exchange.query = names.filter(plain).take(20).map(str::to_owned).collect();
    asked(query, exchange);
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn host(host: &str, exchange: &mut Exchange) {
    let host = host.to_ascii_lowercase();
    if host.contains("auth0.com") {
        exchange.product = Some(Product::Auth0);
    } else if ["okta", "trexcloud"].iter().any(|word| host.contains(word)) {
        exchange.product = Some(Product::Okta);
    }
}

/// `curl -X POST -H '...' https://...`; without `-X`, data makes it a POST.
fn curl(line: &str, exchange: &mut Exchange) {
    let words: Vec<_> =
        line.split_whitespace().map(|word| word.trim_matches(['\'', '"', '`'])).collect();
    let verb = words.windows(2).find_map(|pair| {
        let flag = ["-X", "--request"].contains(&pair[0]);
        flag.then(|| Method::from_name(pair[1])).flatten()
    });
    let attached =
        words.iter().find_map(|word| word.strip_prefix("-X").and_then(Method::from_name));
    let has_data = words.iter().any(|word| *word == "-d" || word.starts_with("--data"));
    let implied = if has_data { Method::Post } else { Method::Get };
    let url = words.iter().find(|word| word.contains("://") && is_target(word));
    if let Some(url) = url {
        set_request(Some(verb.or(attached).unwrap_or(implied)), url, exchange);
    }
    for quoted in line.split(['\'', '"']) {
        header(quoted.trim(), exchange);
        asked(quoted.trim(), exchange);
    }
}

/// `Authorization: SSWS ...`, `Host: ...`, `-H "Authorization: ..."`
fn header(line: &str, exchange: &mut Exchange) {
    let Some((name, value)) = line.split_once(':') else { return };
    let value = value.trim();
    match name.trim().to_ascii_lowercase().as_str() {
        "host" => host(value, exchange),
        "authorization" => {
            exchange.credential =
                value.split_whitespace().next().and_then(scheme).or(exchange.credential);
        }
        _ => {}
    }
}

fn scheme(word: &str) -> Option<Sent> {
    match word.to_ascii_lowercase().as_str() {
        "ssws" => Some(Sent::ApiToken),
        "bearer" => Some(Sent::AccessToken),
        "dpop" => Some(Sent::Dpop),
        "basic" => Some(Sent::Basic),
        _ => None,
    }
}

/// `HTTP/2 403`, `HTTP 403`, `status code 403`, `403 Forbidden`; a line of a protocol outranks words.
fn status(line: &str, exchange: &mut Exchange) {
    let words: Vec<_> = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    for (at, word) in words.iter().enumerate().filter(|(_, word)| word.len() == 3) {
        let Some(number) = word.parse().ok().filter(|number| (200..600).contains(number)) else {
            continue;
        };
        let is_line = line.starts_with("HTTP/") && at <= 3;
        let near = |words: &[&str], known: &[&str]| {
            words.iter().any(|word| known.contains(&word.to_ascii_lowercase().as_str()))
        };
        let before = near(&words[at.saturating_sub(2)..at], &BEFORE);
        let behind = words.get(at + 1..at + 2).is_some_and(|next| near(next, &BEHIND));
        if is_line || (exchange.status.is_none() && (before || behind)) {
            exchange.status = Some(number);
            return;
        }
    }
}

/// Parameters of a `www-authenticate` header, wherever an exception shows them.
fn challenge(line: &str, exchange: &mut Exchange) {
    if !line.contains("error=") {
        return;
    }
    for (name, value) in parameters(line) {
        match name {
            "error" if is_known_code(value) => exchange.code(value),
            "scope" => exchange.missing_scopes.extend(scopes(value)),
            "resource" if value.starts_with('/') => set_request(None, value, exchange),
            _ => {}
        }
    }
}

/// `name="value"` and `name=value`, in order.
fn parameters(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let at = rest.find('=')?;
        let name = rest[..at].rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
        let behind = &rest[at + 1..];
        let (value, left) = match behind.strip_prefix(['"', '\'']) {
            Some(quoted) => quoted.split_once(['"', '\'']).unwrap_or((quoted, "")),
            None => behind.split_once([',', ' ']).unwrap_or((behind, "")),
        };
        rest = left;
        Some((name.unwrap_or_default(), value))
    })
}

/// Names of scopes in a text, at most 50.
pub(super) fn scopes(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| c.is_whitespace() || ",+\"'`".contains(c));
    words.filter(|word| is_scope(word)).take(50).map(str::to_owned)
}

/// The scopes of a request for a token: `scope=a+b`.
fn asked(text: &str, exchange: &mut Exchange) {
    let Some((_, value)) = text
        .split_once("scope=")
        .filter(|(before, _)| before.is_empty() || before.ends_with('&') || before.ends_with(' '))
    else {
        return;
    };
    let value = value.split('&').next().unwrap_or_default();
    let value = value.replace("%20", " ").replace("%3A", ":");
    exchange.asked_scopes.extend(scopes(&value));
}

/// Codes, and what people say beside them.
fn words(line: &str, exchange: &mut Exchange) {
    for word in line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        if is_okta_code(word) || is_known_code(word) {
            exchange.code(word);
        }
        exchange.mode = match word.to_ascii_lowercase().as_str() {
            "privatekey" | "private_key" => Some(Mode::PrivateKey),
            "bearertoken" | "bearer_token" => Some(Mode::BearerToken),
            _ => exchange.mode,
        };
    }
    if let Some((_, behind)) = line.split_once("expected any of:") {
        exchange.missing_scopes.extend(scopes(behind.trim_end_matches(['.', '}'])));
        exchange.code("insufficient_scope");
        exchange.product = Some(Product::Auth0);
    }
    if !line.contains("error=") {
        asked(line, exchange);
    }
    exchange.complains = match (complaint(line), exchange.complains) {
        (Some(Complaint::Empty), _) => Some(Complaint::Empty),
        (said, before) => before.or(said),
    };
}

/// What a line says of a list.
pub(super) fn complaint(line: &str) -> Option<Complaint> {
    let lower = line.to_ascii_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| lower.contains(phrase));
    match () {
        () if says(&EMPTY) => Some(Complaint::Empty),
        () if says(&SHORT) => Some(Complaint::Short),
        () => None,
    }
}
