//! Hosts under a domain of the customer's own that a request to Okta goes to.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::tenant::Host;
use crate::tenant::host::{automaton, custom};

/// Bytes before and after a mark in which its request stands.
const REACH: usize = 2 << 10;

/// Marks that are looked at in one text; each costs a walk of [`REACH`].
const MARKS_MAX: usize = 20_000;

/// What only requests to Okta hold: the scheme of its API tokens, and paths of its sign-in. Of `/api/v1/` alone many have one.
/// Sources: Okta API reference, "Authentication"; the references of its sign-in, checked 2026-11-22.
const MARKS: [&str; 8] = [
    "SSWS",
    "/oauth2/v1/",
    "/oauth2/default/",
    "/api/v1/authn",
    "/api/v1/sessions/",
    "/api/v1/users/me",
    "/idp/idx/",
    "/login/sessionCookieRedirect",
];

static ANCHORS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| automaton(MARKS));

/// Hosts of requests to Okta, by a `Host` header or a URL beside one of the marks.
pub(super) fn hosts(text: &[u8]) -> std::vec::IntoIter<Host> {
    let mut hosts: Vec<Host> = Vec::new();
    let mut read_to = 0;
    for mark in ANCHORS.iter().flat_map(|anchors| anchors.find_iter(text)).take(MARKS_MAX) {
        if mark.start() < read_to {
            continue;
        }
        let request = request(text, mark.range());
        // Marks of one request tell the same.
        read_to = request.end;
        hosts.extend(headers(text, request.clone()));
        hosts.extend(urls(text, request));
    }
    hosts.sort_by_key(|host| host.span.start);
    hosts.into_iter()
}

/// The request around a mark: up to an empty line, real or escaped.
fn request(text: &[u8], mark: Range<usize>) -> Range<usize> {
    const GAPS: [&[u8]; 4] = [b"\n\n", b"\r\n\r\n", b"\\n\\n", b"\\r\\n\\r\\n"];
    let (begin, end) = (mark.start.saturating_sub(REACH), text.len().min(mark.end + REACH));
    let before = &text[begin..mark.start];
    let after = &text[mark.end..end];
    let gap_before = GAPS.iter().filter_map(|gap| memchr::memmem::rfind(before, gap)).max();
    let gap_after = GAPS.iter().filter_map(|gap| memchr::memmem::find(after, gap)).min();
    gap_before.map_or(begin, |gap| begin + gap)..gap_after.map_or(end, |gap| mark.end + gap)
}

/// `Host: login.acme.example`, also as a pair of name and value.
fn headers(text: &[u8], request: Range<usize>) -> impl Iterator<Item = Host> {
    let starts =
        memchr::memchr2_iter(b'h', b'H', &text[request.clone()]).map(move |at| request.start + at);
    starts.filter_map(|at| {
        let name = at..at + 4;
        let is_host = text.get(name.clone())?.eq_ignore_ascii_case(b"host");
        // In `\nHost` the letter before is that of an escape.
        let before = &text[..at];
        let is_escaped = before.ends_with(b"\\n") || before.ends_with(b"\\r");
        let is_bare = before
            .last()
            .is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"_-.".contains(byte));
        let value = (is_host && (is_bare || is_escaped))
            .then(|| super::value::value_after(text, &name))
            .flatten()?;
        host(text, value.span, "a Host header of a request to Okta")
    })
}

/// `https://login.acme.example/…`, where a path of an API or sign-in follows.
fn urls(text: &[u8], request: Range<usize>) -> impl Iterator<Item = Host> {
    let window = &text[request.clone()];
    memchr::memmem::find_iter(window, b"https://").filter_map(move |at| {
        let rest = &window[at + 8..];
        let is_host = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let len = rest.iter().take(254).take_while(is_host).count();
        let paths: [&[u8]; 5] =
            [b"/api/v1/", b"/oauth2/v1/", b"/oauth2/default/", b"/idp/idx/", b"/login/session"];
        let is_okta = paths.iter().any(|path| rest[len..].starts_with(path));
        let begin = request.start + at + 8;
        is_okta.then(|| host(text, begin..begin + len, "a URL of a request to Okta")).flatten()
    })
}

fn host(text: &[u8], span: Range<usize>, how: &'static str) -> Option<Host> {
    let name = custom(std::str::from_utf8(&text[span.clone()]).ok()?)?;
    Some(Host { name, provider: Some("okta"), span, how, is_named: false })
}
