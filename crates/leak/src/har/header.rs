//! Headers, whose names mean what they say in any case.

use std::ops::Range;

use memchr::memchr;

use crate::context::{Context, Form};
use crate::har::cookie::{split, trimmed};
use crate::har::found::{Cover, Found, What};
use crate::har::label::is_label;
use crate::har::reader::{Reader, named};
use crate::har::text::Packed;

/// Headers that hold addresses.
const ADDRESSES: [&str; 10] = [
    ":path",
    "content-location",
    "link",
    "location",
    "origin",
    "referer",
    "referrer",
    "refresh",
    "x-forwarded-uri",
    "x-original-url",
];

impl Reader<'_> {
    /// What a header holds.
    pub(crate) fn header(self, name: &str, text: &[u8]) -> Vec<Found> {
        let name = name.trim().to_ascii_lowercase();
        match name.as_str() {
            "cookie" | "cookie2" => self.cookies(text),
            "set-cookie" | "set-cookie2" => self.set_cookies(text),
            "authorization" | "proxy-authorization" => {
                self.authorization(&name, text).into_iter().collect()
            }
            "sec-websocket-protocol" => self.protocols(text),
            _ if ADDRESSES.contains(&name.as_str()) => self.with_scanned(self.address(text), text),
            _ => self.with_scanned(self.named(&name, Form::Header, text), text),
        }
    }

    /// Names of protocols, among which some applications send a token since they can send no header.
    fn protocols(self, text: &[u8]) -> Vec<Found> {
        const SHORTEST: usize = 16;
        let context = named("authorization", Form::Header);
        let words = split(text, b",").map(|word| trimmed(text, word));
        let is_value = |word: &Range<usize>| {
            word.len() >= SHORTEST && text[word.clone()].iter().any(u8::is_ascii_digit)
        };
        let found = words.filter(is_value).filter_map(|word| {
            let value = String::from_utf8_lossy(&text[word.clone()]).into_owned();
            self.value(word, &value, &context)
        });
        self.with_scanned(found.collect(), text)
    }

    fn authorization(self, name: &str, text: &[u8]) -> Option<Found> {
        let whole = trimmed(text, 0..text.len());
        let inner = text.get(whole.clone())?;
        let blank = memchr(b' ', inner).unwrap_or(0);
        let scheme = String::from_utf8_lossy(&inner[..blank]).into_owned();
        let span = trimmed(text, whole.start + blank..whole.end);
        if scheme.eq_ignore_ascii_case("basic")
            && let Some(packed) = Packed::read(text.get(span.clone())?)
            && let Some(colon) = memchr(b':', &packed.bytes)
        {
            return Some(self.basic(&packed, colon)?.moved(span.start));
        }
        let value = String::from_utf8_lossy(text.get(span.clone())?).into_owned();
        let scheme = (!scheme.is_empty()).then_some(scheme);
        self.value(span, &value, &Context { scheme, ..named(name, Form::Header) })
    }

    /// `user:password` in base64.
    fn basic(self, packed: &Packed<'_>, colon: usize) -> Option<Found> {
        let span = colon + 1..packed.bytes.len();
        let user = String::from_utf8_lossy(&packed.bytes[..colon]).into_owned();
        let value = String::from_utf8_lossy(packed.bytes.get(span.clone())?).into_owned();
        if value.trim().is_empty() || is_label(&value) {
            return None;
        }
        let context = Context {
            user: Some(user),
            scheme: Some("Basic".to_owned()),
            ..named("authorization", Form::UserInfo)
        };
        let found = self.value(span.clone(), &value, &context).unwrap_or(Found {
            hidden: span.clone(),
            span,
            value,
            what: What::Private("PASSWORD"),
            cover: Cover::Plain,
            life: None,
        });
        Some(found.outside_base64(packed))
    }
}
