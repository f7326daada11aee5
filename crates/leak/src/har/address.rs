//! Addresses: what stands in their query, fragment, path and user part.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

use crate::context::{Context, Form};
use crate::har::cookie::split;
use crate::har::found::{Cover, Found, What, apart};
use crate::har::label::is_label;
use crate::har::reader::{Reader, named};
use crate::har::sweep::is_packed;
use crate::har::text;
use crate::har::values::is_public_id;

/// Segments before a value that are looked at.
const SEGMENTS_BEFORE: usize = 8;

/// Longest address of which a provider is told.
const HOST_MAX: usize = 253;

impl Reader<'_> {
    /// What an address holds, whole or from its path on.
    pub(crate) fn address(self, text: &[u8]) -> Vec<Found> {
        let fragment = memchr(b'#', text).unwrap_or(text.len());
        let query = memchr(b'?', &text[..fragment]).unwrap_or(fragment);
        let mut found = Vec::new();
        found.extend(self.user(&text[..query]));
        found.extend(self.segments(text, path(&text[..query])));
        found.extend(self.pairs(text, (query + 1).min(fragment)..fragment));
        // Okta's fragments hold tokens as a query does, be it behind a path of the page's own.
        let rest = fragment + 1;
        if rest < text.len() {
            let inner = memchr(b'?', &text[rest..]).map_or(rest, |at| rest + at + 1);
            found.extend(self.segments(text, rest..inner.max(rest)));
            found.extend(self.pairs(text, inner..text.len()));
        }
        found
    }

    /// Names and values of a query or a form.
    pub(crate) fn pairs(self, text: &[u8], span: Range<usize>) -> Vec<Found> {
        let Some(query) = text.get(span.clone()) else { return Vec::new() };
        let parts = split(query, b"&;");
        parts
            .flat_map(|part| self.parameter(&query[part.clone()], span.start + part.start))
            .collect()
    }

    fn parameter(self, pair: &[u8], offset: usize) -> Vec<Found> {
        let Some(equals) = memchr(b'=', pair) else { return Vec::new() };
        let name = text::percent(&pair[..equals]);
        let name = String::from_utf8_lossy(&name.bytes);
        let raw = &pair[equals + 1..];
        let value = text::percent(raw);
        let found = self.named(&name, Form::Parameter, &value.bytes);
        found.into_iter().map(|one| one.outside(&value).moved(offset + equals + 1)).collect()
    }

    /// A value under a name, and what lies in it.
    pub(crate) fn named(self, name: &str, form: Form, text: &[u8]) -> Vec<Found> {
        let whole = self.value(0..text.len(), &String::from_utf8_lossy(text), &named(name, form));
        match (whole, self.deeper()) {
            (Some(found), _) => vec![found],
            (None, Some(deeper)) => deeper.unnamed(text),
            (None, None) => Vec::new(),
        }
    }

    fn segments(self, text: &[u8], path: Range<usize>) -> Vec<Found> {
        let Some(whole) = text.get(path.clone()) else { return Vec::new() };
        let segments: Vec<Range<usize>> = split(whole, b"/").collect();
        let name = |number: usize| String::from_utf8_lossy(&whole[segments[number].clone()]);
        let judged = (1..segments.len()).filter_map(|number| {
            let span = segments[number].clone();
            // Words are no values.
            if span.len() < 16 || span.len() > 4096 {
                return None;
            }
            let first = number.saturating_sub(SEGMENTS_BEFORE);
            let before = (first..number - 1).map(|number| name(number).into_owned());
            let context =
                Context { path: before.collect(), ..named(&name(number - 1), Form::Segment) };
            let value = text::percent(&whole[span.clone()]);
            let shown = String::from_utf8_lossy(&value.bytes);
            let told = self.value(0..value.bytes.len(), &shown, &context);
            let found = told.or_else(|| drawn(&value.bytes))?;
            Some(found.outside(&value).moved(path.start + span.start))
        });
        // `/app;jsessionid=…`
        let parameters = segments.iter().filter_map(|span| {
            let from = span.start + memchr(b';', &whole[span.clone()])? + 1;
            Some(self.pairs(text, path.start + from..path.start + span.end))
        });
        let mut found: Vec<Found> = judged.collect();
        found.extend(parameters.flatten());
        apart(found)
    }

    /// `https://user:password@host`
    fn user(self, text: &[u8]) -> Option<Found> {
        let host = memmem::find(text, b"://")? + 3;
        let rest = &text[host..];
        let end = memchr2(b'/', b'?', rest).unwrap_or(rest.len());
        let at = memchr(b'@', &rest[..end])?;
        let colon = memchr(b':', &rest[..at])?;
        let user = String::from_utf8_lossy(&rest[..colon]).into_owned();
        let value = String::from_utf8_lossy(&rest[colon + 1..at]).into_owned();
        let context = Context { user: Some(user), ..named("password", Form::UserInfo) };
        self.value(host + colon + 1..host + at, &value, &context)
    }
}

/// A segment that looks drawn at random, whatever it is for.
fn drawn(value: &[u8]) -> Option<Found> {
    let shown = std::str::from_utf8(value).ok()?;
    (is_drawn(value) && !is_packed(value) && !is_label(shown)).then(|| Found {
        span: 0..value.len(),
        hidden: 0..value.len(),
        value: shown.to_owned(),
        what: What::Private("TOKEN"),
        cover: Cover::Plain,
        life: None,
    })
}

/// Whether a run of an address looks drawn at random: no words, no id of an object, no UUID, no name of a file.
pub(crate) fn is_drawn(run: &[u8]) -> bool {
    const SHORTEST: usize = 20;
    const MIXED: usize = 12;
    const DIGITS: usize = 4;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_~=".contains(byte);
    if run.len() < SHORTEST || !run.iter().all(is_part) || is_public_id(run) {
        return false;
    }
    run.split(|byte| !byte.is_ascii_alphanumeric()).any(|solid| {
        let count = |is: fn(&&u8) -> bool| solid.iter().filter(is).count();
        let digits = count(|byte| byte.is_ascii_digit());
        let small = count(|byte| byte.is_ascii_lowercase());
        let capitals = count(|byte| byte.is_ascii_uppercase());
        let is_mixed = solid.len() >= MIXED && digits > 0 && small > 0 && capitals > 0;
        let is_long = solid.len() >= SHORTEST && digits >= DIGITS && small + capitals >= DIGITS;
        is_mixed || is_long
    })
}

/// An address in which nothing that looks drawn at random is shown behind the host.
pub(crate) fn without_drawn(address: &str) -> String {
    let host = address.find("://").map_or(0, |at| at + 3);
    let from = address[host..].find('/').map_or(address.len(), |at| host + at);
    let (shown, rest) = address.split_at(from);
    let is_end = |char: char| !char.is_ascii_alphanumeric() && !"-_~%".contains(char);
    let mask = |piece: &str| {
        let run = piece.trim_end_matches(is_end);
        let plain = text::percent(run.as_bytes());
        match piece.strip_prefix(run) {
            Some(end) if is_drawn(&plain.bytes) => format!("…{end}"),
            _ => piece.to_owned(),
        }
    };
    let masked: String = rest.split_inclusive(is_end).map(mask).collect();
    format!("{shown}{masked}")
}

/// Where the path stands in an address without query.
fn path(text: &[u8]) -> Range<usize> {
    let begin = memmem::find(text, b"://").map_or(0, |at| at + 3);
    let slash = memchr(b'/', &text[begin..]).map_or(text.len(), |at| begin + at);
    if begin == 0 { 0..text.len() } else { slash..text.len() }
}

/// Whether a text is an address.
pub(crate) fn is_address(text: &[u8]) -> bool {
    const LONGEST_SCHEME: usize = 32;
    let Some(colon) = memmem::find(&text[..text.len().min(LONGEST_SCHEME)], b"://") else {
        return false;
    };
    let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    colon > 0 && text[..colon].iter().all(is_scheme) && !text.iter().any(u8::is_ascii_whitespace)
}

/// The host of an address in lower case, without port and user.
pub(crate) fn host(address: &str) -> Option<String> {
    let rest = address.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty() && host.len() <= HOST_MAX).then(|| host.to_ascii_lowercase())
}
