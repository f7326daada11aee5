//! From a request to an operation.

mod host;
pub(crate) mod index;
mod misfit;
mod near;
mod placeholder;
mod quirk;
mod request;
mod target;
mod trie;

use catalog::{PathAliasKind, Product};

use self::host::{Whose, whose};
use self::index::{Hit, Products};
pub(crate) use self::placeholder::is_placeholder;
use self::request::Request;
pub(crate) use self::target::decoded;
use self::target::{Target, Unreadable, parse};
pub(crate) use self::trie::MAX_PARAMS;

use crate::{Base, Method, OperationId, Text};

/// What is known beside the request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hint {
    /// Whose API, where the host does not say.
    pub product: Option<Product>,
}

/// What a request comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved<'a> {
    /// The operation, or what is wrong.
    pub outcome: Outcome,
    /// The parameters of the path with what stands for them, in order; placeholders such as `{userId}` too.
    pub params: Vec<Param<'a>>,
    /// The query as written, without `?`; empty if there is none.
    pub query: &'a str,
}

/// A parameter of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param<'a> {
    /// Its name in the template, such as `userId`.
    pub name: Text,
    /// What stands for it, undecoded.
    pub value: &'a str,
    /// Whether that is a placeholder and no id.
    pub is_placeholder: bool,
}

/// The operation, or what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is this one.
    Operation(OperationId, Via),
    /// It is none.
    Misfit(Misfit),
}

/// By which way an operation was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// The path as the vendor writes it.
    Path,
    /// Another form that works as well: `me`, a login, a trailing slash.
    Alias(Text),
    /// An older form; the note says which one is current.
    Legacy(Text),
    /// It works, but does more than people expect; the note says what.
    Risky(Text),
    /// By its name.
    Name,
    /// It is one of several; this is the likeliest.
    OneOf(Vec<OperationId>),
}

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// The path exists; with these verbs.
    WrongVerb {
        /// The operations of that path, likeliest first.
        allowed: Vec<OperationId>,
    },
    /// The path exists, but no description has this verb there, and none of its verbs is one that could be meant.
    NotDescribed {
        /// What does that instead, if that is known; else the operations of that path.
        instead: Vec<OperationId>,
        /// Why, if more is known; may be empty.
        note: Text,
    },
    /// The path fits if a segment is put in.
    MissingSegment {
        /// What it would be then.
        nearest: OperationId,
        /// The segment, such as `{userId}`.
        segment: Text,
    },
    /// The path fits if a segment is taken out.
    ExtraSegment {
        /// What it would be then.
        nearest: OperationId,
        /// The segment as written.
        segment: String,
    },
    /// No path is like it, or the nearest is that of this operation.
    UnknownPath {
        /// The likeliest; `None` if nothing comes close.
        nearest: Option<OperationId>,
    },
    /// It has no verb, and several operations have that path.
    NoVerb {
        /// Those.
        candidates: Vec<OperationId>,
    },
    /// The path is one of these products, the host is not known to be: a custom domain, or somebody else's.
    UnknownHost {
        /// The host as written, at most 100 characters of it.
        host: String,
        /// The operation that has this path.
        like: OperationId,
    },
    /// It is no request to an API of these products: another host, a page, a picture.
    Elsewhere,
    /// It cannot be read as a URL or path.
    Unreadable(Text),
}

/// How much is guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// Somebody wrote it, and may have left out what everybody knows.
    Declared,
    /// It was sent, so that the path is whole.
    Recorded,
}

/// A request that leads to an operation as it stands.
#[derive(Debug)]
pub(crate) struct Exact<'a> {
    pub(crate) id: OperationId,
    hit: Hit,
    parsed: Target<'a>,
}

impl<'a> Exact<'a> {
    /// What stands for its parameters, in order.
    pub(crate) fn values(&self) -> impl Iterator<Item = &'a str> {
        let values = self.hit.walk.params().iter();
        values.map(|at| self.parsed.segments.get((*at).into()).unwrap_or_default())
    }

    pub(crate) const fn query(&self) -> &'a str {
        self.parsed.query
    }

    /// What tells it from plain calls of the operation; `None` if it is one.
    ///
    /// `me` and logins are plain.
    pub(crate) fn quirk(&self, base: &Base) -> Option<&'static str> {
        let quirks = base.index().quirks.of(self.id).iter();
        let quirk = quirks
            .filter(|quirk| {
                matches!(quirk.alias.kind, PathAliasKind::Legacy | PathAliasKind::Risky)
            })
            .find(|quirk| quirk.concerns(self.values(), self.parsed.query));
        quirk.map(|quirk| quirk.alias.note)
    }
}

impl Base {
    /// The operation that a request calls, or what is wrong with it.
    ///
    /// `target` is a URL or path with query as written. The host decides whose API it is, else `hint`, else
    /// the path.
    pub fn resolve<'a>(&self, hint: Hint, method: Option<Method>, target: &'a str) -> Resolved<'a> {
        self.resolve_as(Strictness::Declared, hint, method, target)
    }

    pub(crate) fn resolve_as<'a>(
        &self,
        strictness: Strictness,
        hint: Hint,
        method: Option<Method>,
        target: &'a str,
    ) -> Resolved<'a> {
        let parsed = match parse(target) {
            Ok(parsed) => parsed,
            Err(why) => return Resolved::misfit(why.misfit(), ""),
        };
        let Some(products) = products(hint, &parsed) else {
            let misfit = self.unknown_host(method, &parsed).unwrap_or(Misfit::Elsewhere);
            return Resolved::misfit(misfit, parsed.query);
        };
        let index = self.index();
        let request = Request { base: self, index, products, method, parsed: &parsed, strictness };
        request.answer()
    }

    /// What a request to somebody's host is whose path is one of these products; `None` if it is not.
    ///
    /// Paths that everybody has, such as `/oauth/token`, tell nothing.
    fn unknown_host(&self, method: Option<Method>, parsed: &Target<'_>) -> Option<Misfit> {
        let host = parsed.host.filter(|host| whose(host) == Whose::Other)?;
        let (index, products) = (self.index(), Products::likely(parsed));
        if !index.is_api(products, &parsed.segments) {
            return None;
        }
        let hit = index.find(products, &parsed.segments, method)?;
        let called = method.and_then(|method| index.operation(hit, method));
        let like = called.or_else(|| index.operations(hit).next())?;
        Some(Misfit::UnknownHost { host: request::cut(host), like })
    }

    /// The operation of a request that needs no guessing, quickly.
    pub(crate) fn exact<'a>(
        &self,
        hint: Hint,
        method: Option<Method>,
        target: &'a str,
    ) -> Option<Exact<'a>> {
        let parsed = parse(target).ok()?;
        let products = products(hint, &parsed)?;
        let index = self.index();
        let found = index.find(products, &parsed.segments, method)?;
        let id = index.operation(found, method?)?;
        Some(Exact { id, hit: found, parsed })
    }

    /// The operation that the vendor calls by one of these names; see [`Asked::Named`](crate::Asked::Named).
    pub(crate) fn resolve_names(&self, hint: Hint, names: &[&str]) -> Outcome {
        let fits = |id: &OperationId| {
            hint.product.is_none_or(|product| product == self.operation(*id).product)
        };
        let mut ids: Vec<_> =
            names.iter().flat_map(|name| self.of_api(name)).filter(fits).collect();
        let mut seen = Vec::with_capacity(ids.len());
        ids.retain(|id| {
            !seen.contains(id) && {
                seen.push(*id);
                true
            }
        });
        match ids.as_slice() {
            [] => Outcome::Misfit(Misfit::UnknownPath { nearest: None }),
            [id] => Outcome::Operation(*id, Via::Name),
            [id, ..] => Outcome::Operation(*id, Via::OneOf(ids)),
        }
    }

    /// The operations of a name, which may begin with that of the API: `management:getUser`.
    fn of_api<'n>(&'n self, name: &'n str) -> impl Iterator<Item = OperationId> + 'n {
        let (api, name) =
            name.split_once(':').map_or((None, name), |(api, name)| (Some(api), name));
        let fits = move |id: &OperationId| api.is_none_or(|api| self.operation(*id).api == api);
        self.by_id(name).iter().copied().filter(fits)
    }
}

/// Longest path that is told from others among those that fit no operation, in bytes.
const MAX_SHAPE: usize = 300;

/// What requests that differ in ids only have in common: verb, host and path, without ids and query.
pub(crate) fn request_shape(method: Option<Method>, target: &str) -> String {
    let verb = method.map_or("", Method::name);
    let Ok(parsed) = parse(target) else { return format!("{verb} ?") };
    let mut shape = format!("{verb} {}", parsed.host.unwrap_or_default());
    for segment in parsed.segments.as_slice() {
        shape.push('/');
        shape.push_str(if looks_like_id(segment) { "{}" } else { segment });
    }
    shape.truncate(shape.floor_char_boundary(MAX_SHAPE));
    shape
}

/// Whether a segment is probably an id: it has a digit or an `@`, or is a placeholder.
fn looks_like_id(segment: &str) -> bool {
    let is_version = segment.len() <= 3 && segment.starts_with('v');
    let has_sign = segment.bytes().any(|byte| byte.is_ascii_digit() || matches!(byte, b'@' | b'%'));
    (has_sign && !is_version) || is_placeholder(segment)
}

/// Among which products to look; `None` where it is none of them.
fn products(hint: Hint, parsed: &Target<'_>) -> Option<Products> {
    let hinted = hint.product.map(Products::Only);
    match parsed.host.map_or(Whose::Unsaid, whose) {
        Whose::Of(product) => Some(Products::Only(product)),
        Whose::Vendors => None,
        Whose::Other => hinted,
        Whose::Unsaid => Some(hinted.unwrap_or_else(|| Products::likely(parsed))),
    }
}

impl Resolved<'_> {
    const fn misfit(misfit: Misfit, query: &str) -> Resolved<'_> {
        Resolved { outcome: Outcome::Misfit(misfit), params: Vec::new(), query }
    }
}

impl Unreadable {
    fn misfit(self) -> Misfit {
        match self {
            Self::Empty => Misfit::Unreadable("it is empty".into()),
            Self::ControlCharacter => Misfit::Unreadable("it has a control character".into()),
            Self::TooManySegments => Misfit::UnknownPath { nearest: None },
            Self::OtherScheme => Misfit::Elsewhere,
        }
    }
}
