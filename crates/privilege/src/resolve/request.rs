//! One request, answered: as it stands, in another spelling, or as what is wrong with it.

use catalog::PathAliasKind;

use super::host::{Whose, whose};
use super::index::{Hit, Index, Products};
use super::near::{Edit, nearest, score};
use super::placeholder::is_placeholder;
use super::quirk::Quirk;
use super::target::{Segments, Shape, Target};
use super::trie::Walk;
use super::{Misfit, Outcome, Param, Resolved, Strictness, Via};
use crate::{Base, Method, OperationId, Text};

/// Operations that a path with placeholders for words may stand for; of more, nothing is told.
const MAX_OPEN: usize = 20;

/// Longest segment that is told, in characters.
const MAX_SEGMENT: usize = 100;

/// What is said of a path that ends with one.
const WITHOUT_SLASH: &str = "without the slash at the end";

/// A request, and where to look.
pub(super) struct Request<'b, 't, 'a> {
    pub(super) base: &'b Base,
    pub(super) index: &'b Index,
    pub(super) products: Products,
    pub(super) method: Option<Method>,
    pub(super) parsed: &'t Target<'a>,
    pub(super) strictness: Strictness,
}

impl<'a> Request<'_, '_, 'a> {
    pub(super) fn answer(&self) -> Resolved<'a> {
        let segments = &self.parsed.segments;
        if let Some(hit) = self.index.find(self.products, segments, self.method) {
            return self.word_for_id(hit).unwrap_or_else(|| self.hit(hit, segments, self.shape()));
        }
        let found = self
            .as_get()
            .or_else(|| self.known_otherwise())
            .or_else(|| self.elsewhere())
            .or_else(|| self.behind_base())
            .or_else(|| self.relative())
            .or_else(|| self.open())
            .or_else(|| self.wrong_verb())
            .or_else(|| self.near());
        found.unwrap_or_else(|| self.unknown())
    }

    /// Nothing comes close: on somebody's host, it is not of these products at all.
    fn unknown(&self) -> Resolved<'a> {
        let is_others = self.parsed.host.is_some_and(|host| whose(host) == Whose::Other);
        let unknown = Misfit::UnknownPath { nearest: None };
        self.misfit(if is_others { Misfit::Elsewhere } else { unknown })
    }

    pub(super) fn misfit(&self, misfit: Misfit) -> Resolved<'a> {
        Resolved { outcome: Outcome::Misfit(misfit), params: Vec::new(), query: self.parsed.query }
    }

    /// What is to say about how the path is written.
    fn shape(&self) -> Option<Text> {
        let Shape { is_relative, ends_with_slash, has_double_slash, has_dots, has_matrix } =
            self.parsed.shape;
        let notes = [
            (has_double_slash, "without the double slash"),
            (has_dots, "without `.` and `..`"),
            (has_matrix, "without what follows `;`"),
            (ends_with_slash, WITHOUT_SLASH),
            (is_relative, "with a slash at the beginning"),
        ];
        notes.into_iter().find(|(is_so, _)| *is_so).map(|(_, note)| note.into())
    }

    /// What a walk along the segments came to that ends at an operation.
    pub(super) fn hit(
        &self,
        hit: Hit,
        segments: &Segments<'a>,
        note: Option<Text>,
    ) -> Resolved<'a> {
        let ids: Vec<OperationId> = match self.method {
            Some(method) => self.index.operation(hit, method).into_iter().collect(),
            None => self.index.operations(hit).collect(),
        };
        let Some(&id) = ids.first() else {
            return self.misfit(Misfit::UnknownPath { nearest: None });
        };
        let params = self.params(hit.walk, segments, id);
        let outcome = match ids.len() {
            1 => self.outcome(id, &params, note),
            _ => Outcome::Misfit(Misfit::NoVerb { candidates: ids }),
        };
        Resolved { outcome, params, query: self.parsed.query }
    }

    /// What an operation is when it is called with these parameters and this query.
    fn outcome(&self, id: OperationId, params: &[Param<'a>], note: Option<Text>) -> Outcome {
        let values = || params.iter().map(|param| param.value);
        let quirks = self.index.quirks.of(id).iter();
        let is_asked = |quirk: &&Quirk| {
            let is_extra = quirk.alias.kind == PathAliasKind::Extra;
            !(is_extra && self.strictness == Strictness::Recorded)
                && quirk.concerns(values(), self.parsed.query)
        };
        let found =
            quirks.filter(is_asked).max_by_key(|quirk| quirk.alias.kind != PathAliasKind::Value);
        // A path or two have one in the description.
        let has_slash = self.base.operation(id).path.ends_with('/');
        let note = note.filter(|note| !(has_slash && note == WITHOUT_SLASH));
        let as_written = || Outcome::Operation(id, note.map_or(Via::Path, Via::Alias));
        found.map_or_else(as_written, |quirk| self.special(quirk, id))
    }

    fn special(&self, quirk: &Quirk, id: OperationId) -> Outcome {
        let note = Text::from(quirk.alias.note);
        let meant = quirk.operations.first().copied().unwrap_or(id);
        match quirk.alias.kind {
            PathAliasKind::Legacy => Outcome::Operation(meant, Via::Legacy(note)),
            PathAliasKind::Risky => Outcome::Operation(id, Via::Risky(note)),
            PathAliasKind::Extra => {
                let segment = self.parsed.segments.as_slice().last();
                let segment = cut(segment.copied().unwrap_or_default());
                Outcome::Misfit(Misfit::ExtraSegment { nearest: meant, segment })
            }
            PathAliasKind::Instead => {
                let instead = quirk.operations.clone();
                Outcome::Misfit(Misfit::NotDescribed { instead, note })
            }
            _ => Outcome::Operation(id, Via::Alias(note)),
        }
    }

    pub(super) fn params(
        &self,
        walk: Walk,
        segments: &Segments<'a>,
        id: OperationId,
    ) -> Vec<Param<'a>> {
        let values = walk.params().iter().map(|at| segments.get((*at).into()));
        let named = self.index.params(id).iter().zip(values);
        let param = |(name, value): (&Text, Option<&'a str>)| {
            let value = value.unwrap_or_default();
            Param { name: name.clone(), value, is_placeholder: is_placeholder(value) }
        };
        named.map(param).collect()
    }

    /// A path whose id is a word that other paths have behind an id: the id is left out.
    fn word_for_id(&self, hit: Hit) -> Option<Resolved<'a>> {
        if self.strictness == Strictness::Recorded || !self.has_word_for_id(hit) {
            return None;
        }
        let trie = self.index.trie(hit.product);
        let segments = &self.parsed.segments;
        let near = nearest(trie, 0, segments, self.method)?;
        let is_missing = matches!(near.edit, Edit::InsertParam(_));
        let is_better = near.score > score(trie, &hit.walk, segments);
        let hit = Hit { product: hit.product, walk: near.walk };
        (is_missing && is_better).then(|| self.neighbor(hit, near.edit, segments))?
    }

    /// Whether what stands for a parameter is a word that other paths have.
    pub(super) fn has_word_for_id(&self, hit: Hit) -> bool {
        let trie = self.index.trie(hit.product);
        let segment = |at: &u8| self.parsed.segments.get((*at).into());
        hit.walk.params().iter().filter_map(segment).any(|segment| trie.is_word(segment))
    }

    /// Servers answer `HEAD` as they answer `GET`.
    fn as_get(&self) -> Option<Resolved<'a>> {
        if self.method != Some(Method::Head) {
            return None;
        }
        let segments = &self.parsed.segments;
        let hit = self.index.find(self.products, segments, Some(Method::Get))?;
        let id = self.index.operation(hit, Method::Get)?;
        let params = self.params(hit.walk, segments, id);
        let via = Via::Alias("HEAD is answered as GET is, without a body".into());
        Some(Resolved { outcome: Outcome::Operation(id, via), params, query: self.parsed.query })
    }

    /// What the catalog says of requests that no description has.
    fn known_otherwise(&self) -> Option<Resolved<'a>> {
        let quirks = &self.index.quirks;
        let method = self.method?;
        let walk = quirks.paths().find(0, &self.parsed.segments, Some(method))?;
        let number = quirks.paths().node(walk.node).operation(method)?;
        let quirk = quirks.others.get(number.0 as usize)?;
        if !self.products.has(quirk.alias.product) {
            return None;
        }
        Some(Resolved {
            outcome: self.special(quirk, *quirk.operations.first()?),
            params: self.params(walk, &self.parsed.segments, *quirk.operations.first()?),
            query: self.parsed.query,
        })
    }

    /// Pages, pictures and questions of browsers, where everything that was sent is recorded.
    fn elsewhere(&self) -> Option<Resolved<'a>> {
        let is_api = self.index.is_api(self.products, &self.parsed.segments);
        let is_recorded = self.strictness == Strictness::Recorded;
        let is_page = !is_api || self.method == Some(Method::Options);
        (is_recorded && is_page).then(|| self.misfit(Misfit::Elsewhere))
    }

    /// As if something came before the path: a placeholder, or the path of a proxy.
    fn behind_base(&self) -> Option<Resolved<'a>> {
        let segments = &self.parsed.segments;
        (1..segments.len().min(4)).find_map(|n| {
            let rest = segments.behind(n);
            let is_placeholder = segments.as_slice()[..n].iter().all(|part| is_placeholder(part));
            let is_whole = rest.get(0) == Some("api") && matches!(rest.get(1), Some("v1" | "v2"));
            if !is_placeholder && !is_whole {
                return None;
            }
            let hit = self.index.find(self.products, &rest, self.method)?;
            let base = segments.as_slice()[..n].join("/");
            let note = if is_placeholder {
                self.shape()
            } else {
                Some(format!("behind `/{base}`").into())
            };
            Some(self.hit(hit, &rest, note))
        })
    }

    /// Whether the beginning of the path may be in a variable, or left out for everybody knows it.
    pub(super) fn may_be_relative(&self) -> bool {
        let is_open = self.parsed.host.is_none_or(is_placeholder);
        is_open && self.strictness == Strictness::Declared
    }

    /// As if the beginning of the path were left out.
    fn relative(&self) -> Option<Resolved<'a>> {
        if !self.may_be_relative() {
            return None;
        }
        let segments = &self.parsed.segments;
        let hits = self.index.find_behind_prefixes(self.products, segments, self.method);
        let note = "the beginning of the path is left out";
        let first = self.hit(*hits.first()?, segments, Some(note.into()));
        if hits.len() == 1 {
            return Some(first);
        }
        let ids = hits.iter().filter_map(|hit| self.index.operation(*hit, self.method?));
        let ids: Vec<OperationId> = ids.collect();
        let outcome = match ids.first() {
            Some(id) => Outcome::Operation(*id, Via::OneOf(ids)),
            None => first.outcome,
        };
        Some(Resolved { outcome, ..first })
    }

    /// As if placeholders stood for words.
    fn open(&self) -> Option<Resolved<'a>> {
        let segments = &self.parsed.segments;
        if !segments.as_slice().iter().any(|segment| is_placeholder(segment)) {
            return None;
        }
        let found = self.products.iter().find_map(|product| {
            let found = self.index.trie(product).open(0, segments, self.method);
            (!found.is_empty() && found.len() <= MAX_OPEN).then_some(found)
        })?;
        let (walk, id) = *found.first()?;
        let ids: Vec<OperationId> = found.iter().map(|(_, id)| *id).collect();
        let params = self.params(walk, segments, id);
        let outcome = match ids.as_slice() {
            [_] => Outcome::Operation(id, Via::Alias("a placeholder stands for a word".into())),
            _ if self.method.is_none() => Outcome::Misfit(Misfit::NoVerb { candidates: ids }),
            _ => Outcome::Operation(id, Via::OneOf(ids)),
        };
        Some(Resolved { outcome, params, query: self.parsed.query })
    }
}

/// A segment as it is told, which is of any length as written.
pub(super) fn cut(segment: &str) -> String {
    segment.chars().take(MAX_SEGMENT).collect()
}
