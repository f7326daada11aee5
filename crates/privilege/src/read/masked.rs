//! Texts without what may be a secret.
//!
//! Values of query parameters stay where the parameter is known to hold none (`activate=false`), or the value
//! is a truth value, a small number or a placeholder. All others become `…`. So do passwords in front of a
//! host, fragments, and segments of paths that stand for sessions or tokens.

use memchr::{memchr, memrchr};

/// What stands for a value that is not kept.
pub(super) const MASK: &str = "…";

/// Longer values are not kept.
const VALUE_BYTES_MAX: usize = 200;

/// Words behind which a credential may stand.
const KINDS: [&str; 9] =
    ["SSWS", "Bearer", "Basic", "DPoP", "token", "password", "passcode", "secret", "client_secret"];

/// Segments of paths behind which a secret stands: sessions, and links in messages to users.
const BEFORE_SECRETS: [&str; 7] =
    ["sessions", "tokens", "welcome", "reset_password", "reset-password", "reset", "session"];

/// The target without secrets: itself if there is none, else written to `room`.
pub(super) fn target<'a>(target: &'a str, room: &'a mut String) -> &'a str {
    if is_clean(target) {
        return target;
    }
    room.clear();
    push_target(target, room);
    room
}

/// Whether a target can stay as it is.
pub(super) fn is_clean(target: &str) -> bool {
    let (before, query) = parts(target);
    before.len() + query.map_or(0, |query| query.len() + 1) == target.len()
        && userinfo(before).is_none()
        && query.is_none_or(|query| split(query, b'&').all(is_harmless))
        && segments(before).all(|(_, hides)| !hides)
}

/// Writes a target without secrets.
pub(super) fn push_target(target: &str, room: &mut String) {
    let (before, query) = parts(target);
    let before = userinfo(before).map_or(before, |(start, rest)| {
        room.push_str(start);
        rest
    });
    for (number, (segment, hides)) in segments(before).enumerate() {
        if number > 0 {
            room.push('/');
        }
        room.push_str(if hides { "{id}" } else { segment });
    }
    if let Some(query) = query {
        push_query(query, room);
    }
}

/// Writes `?` and a query without secrets.
pub(super) fn push_query(query: &str, room: &mut String) {
    for (number, pair) in split(query, b'&').enumerate() {
        room.push(if number == 0 { '?' } else { '&' });
        push_pair(pair, room);
    }
}

/// The line without secrets: targets in it are masked, and what follows the name of a kind of credential.
pub(super) fn words(text: &str, room: &mut String) {
    let mut behind_kind = false;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        if bare.is_empty() {
            room.push_str(word);
            continue;
        }
        let (name, value) = bare.split_at(bare.find(['=', ':']).map_or(0, |at| at + 1));
        if behind_kind && is_like_a_secret(bare) {
            room.push_str(MASK);
        } else if is_kind(name) && !value.is_empty() && !value.starts_with('/') {
            room.push_str(name);
            room.push_str(MASK);
        } else if bare.contains(['/', '?']) {
            push_target(bare, room);
        } else {
            room.push_str(bare);
        }
        room.push_str(&word[bare.len()..]);
        behind_kind = is_kind(bare);
    }
}

/// Whether a credential may follow.
fn is_kind(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    KINDS.iter().any(|kind| word.eq_ignore_ascii_case(kind))
}

/// Whether a word behind the name of a kind is no word of prose and no path.
fn is_like_a_secret(word: &str) -> bool {
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    let is_path = word.starts_with(['/', '{', '<', '$', '`']) || word.contains("://");
    !is_path && ((has_digit && word.len() >= 5) || word.len() >= 16)
}

/// What stands before the query, and the query. Fragments are left out.
fn parts(target: &str) -> (&str, Option<&str>) {
    let end = memchr(b'#', target.as_bytes()).unwrap_or(target.len());
    match memchr(b'?', &target.as_bytes()[..end]) {
        Some(at) => (&target[..at], Some(&target[at + 1..end])),
        None => (&target[..end], None),
    }
}

/// Scheme and what follows the user's name and password.
fn userinfo(before: &str) -> Option<(&str, &str)> {
    if before.starts_with('/') {
        return None;
    }
    let start = before.find("://")? + 3;
    let (scheme, rest) = before.split_at(start);
    let host = split(rest, b'/').next().unwrap_or(rest);
    Some((scheme, &rest[memrchr(b'@', host.as_bytes())? + 1..]))
}

/// The parts of a text between bytes of ASCII. Faster than `str::split` on parts of a few letters.
fn split(text: &str, between: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        match memchr(between, text.as_bytes()) {
            Some(at) => {
                rest = Some(&text[at + 1..]);
                Some(&text[..at])
            }
            None => rest.take(),
        }
    })
}

/// Segments, and whether each is to be hidden.
fn segments(path: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut before = "";
    split(path, b'/').map(move |segment| {
        let hides = segment.len() >= 16
            && BEFORE_SECRETS.contains(&before)
            && !segment.starts_with(['{', '$', '<', ':', '%']);
        before = segment;
        (segment, hides)
    })
}

fn push_pair(pair: &str, room: &mut String) {
    match pair.split_once('=') {
        Some((name, _)) if !is_harmless(pair) => {
            room.push_str(name);
            room.push('=');
            room.push_str(MASK);
        }
        None if !is_harmless(pair) => room.push_str(MASK),
        _ => room.push_str(pair),
    }
}

fn is_harmless(pair: &str) -> bool {
    match pair.split_once('=') {
        Some((name, value)) => {
            value.len() <= VALUE_BYTES_MAX && (is_small(value) || is_of_the_api(name))
        }
        None => pair.len() <= 32,
    }
}

/// Whether values of that parameter are words of the API.
fn is_of_the_api(name: &str) -> bool {
    catalog::request_parameter(name).is_some_and(|parameter| !parameter.is_secret)
}

/// A truth value, a small number, a placeholder, or what was masked before.
fn is_small(value: &str) -> bool {
    let is_number = value.len() <= 6 && value.bytes().all(|byte| byte.is_ascii_digit());
    let is_placeholder = (value.starts_with('{') && value.ends_with('}'))
        || (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with("${") && value.ends_with('}'));
    is_number || is_placeholder || matches!(value, "true" | "false" | MASK | "..." | "")
}
