//! What a reading finds: a value that should not leave, what it is, and how it stands there.

use std::ops::Range;

use jiff::Timestamp;

use crate::har::text::{Groups, Packed, Text};
use crate::leak::Leak;

/// A value that should not leave.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The bytes that stand for it, in the text that was read.
    pub(crate) span: Range<usize>,
    /// The bytes of it that a copy must not have; less than all of a token that tells of itself.
    pub(crate) hidden: Range<usize>,
    /// What those bytes stand for.
    pub(crate) value: String,
    /// What it is.
    pub(crate) what: What,
    /// How a label is written in its place.
    pub(crate) cover: Cover,
    /// How long it lives, as what is around it tells.
    pub(crate) life: Option<Life>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(crate) enum What {
    /// A credential.
    Credential(Box<Leak>),
    /// Nothing that is known, in a place for secrets. The word says which.
    Private(&'static str),
}

/// How a label is written in the place of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cover {
    /// As it is.
    Plain,
    /// In quotes, where a number stood.
    Quoted,
    /// In base64, with what shares its groups.
    Packed(Groups),
}

/// How long a value lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    /// Until then.
    Until(Timestamp),
    /// So many seconds from when it was sent.
    Seconds(i64),
}

impl Found {
    /// The same with its places moved by `offset`.
    pub(crate) fn moved(mut self, offset: usize) -> Self {
        let shift = |span: &Range<usize>| span.start + offset..span.end + offset;
        (self.span, self.hidden) = (shift(&self.span), shift(&self.hidden));
        if let Cover::Packed(groups) = &mut self.cover {
            groups.span = shift(&groups.span);
        }
        self
    }

    /// The same with its places in the text that `text` was decoded from.
    pub(crate) fn outside(mut self, text: &Text<'_>) -> Self {
        (self.span, self.hidden) = (text.origin(self.span), text.origin(self.hidden));
        if let Cover::Packed(groups) = &mut self.cover {
            groups.span = text.origin(groups.span.clone());
        }
        self
    }

    /// The same with its places in the base64 that it was read from.
    pub(crate) fn outside_base64(mut self, packed: &Packed<'_>) -> Self {
        let groups = packed.groups(&self.hidden);
        self.span = packed.groups(&self.span).span;
        self.hidden = groups.span.clone();
        // Base64 within base64 is found again by value.
        self.cover = Cover::Packed(groups);
        self
    }

    /// The credential, if it is one.
    pub(crate) fn leak(&self) -> Option<&Leak> {
        match &self.what {
            What::Credential(leak) => Some(leak),
            What::Private(_) => None,
        }
    }

    /// The word of its label: `OKTA_SESSION_COOKIE`, `COOKIE`.
    pub(crate) fn word(&self) -> String {
        match &self.what {
            What::Credential(leak) => leak.kind.kind.to_ascii_uppercase(),
            What::Private(word) => (*word).to_owned(),
        }
    }

    /// How much is known about it.
    fn rank(&self) -> u8 {
        match &self.what {
            What::Credential(leak) => 1 + leak.confidence as u8,
            What::Private(_) => 0,
        }
    }
}

/// One of those that lie over each other, in order of place: what is known best, then what is largest.
pub(crate) fn apart(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by_key(|one| (one.span.start, std::cmp::Reverse(one.span.end)));
    let mut kept: Vec<Found> = Vec::with_capacity(found.len());
    for one in found {
        match kept.last_mut() {
            Some(last) if one.span.start < last.span.end => merge(last, one),
            _ => kept.push(one),
        }
    }
    kept
}

/// Takes `other` into `one`, which it overlaps: what is hidden of either stays hidden.
fn merge(one: &mut Found, other: Found) {
    if other.rank() <= one.rank() {
        return;
    }
    let covers = other.hidden.start <= one.hidden.start && other.hidden.end >= one.hidden.end;
    let is_same = other.span == one.span || covers;
    if is_same {
        let life = other.life.or(one.life);
        *one = Found { life, ..other };
    } else {
        one.what = other.what;
    }
}
