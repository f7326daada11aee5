//! What is wrong with a request that fits no operation: the verb, or one segment.

use catalog::Product;

use super::index::Hit;
use super::near::{Edit, Near, nearest};
use super::request::{Request, cut};
use super::target::Segments;
use super::{Misfit, Outcome, Resolved, looks_like_id};
use crate::{Method, OperationId};

impl<'a> Request<'_, '_, 'a> {
    pub(super) fn wrong_verb(&self) -> Option<Resolved<'a>> {
        let segments = &self.parsed.segments;
        let hit = self.index.find(self.products, segments, None)?;
        let mut allowed: Vec<OperationId> = self.index.operations(hit).collect();
        let params = self.params(hit.walk, segments, *allowed.first()?);
        allowed.sort_by_key(|id| !self.may_be_meant(*id));
        let is_likely = allowed.first().is_some_and(|first| self.may_be_meant(*first));
        let is_doubtful = !is_likely || self.has_word_for_id(hit);
        if is_doubtful && let Some(missing) = self.missing() {
            return Some(missing);
        }
        let misfit = if is_likely || allowed.len() == 1 {
            Misfit::WrongVerb { allowed }
        } else {
            Misfit::NotDescribed { instead: allowed, note: "".into() }
        };
        Some(Resolved { outcome: Outcome::Misfit(misfit), params, query: self.parsed.query })
    }

    /// Whether the verb of an operation is easily taken for the one that was asked with.
    fn may_be_meant(&self, id: OperationId) -> bool {
        let writes = [Method::Post, Method::Put, Method::Patch];
        let verb = self.base.operation(id).method;
        self.method.is_some_and(|asked| {
            (writes.contains(&asked) && writes.contains(&verb))
                || (asked.is_read() && verb.is_read())
        })
    }

    /// A neighbor with one more segment and the same verb.
    fn missing(&self) -> Option<Resolved<'a>> {
        let (hit, near, segments) = self.nearest()?;
        let is_missing = matches!(near.edit, Edit::Insert(_) | Edit::InsertParam(_));
        let has_verb = self.index.operation(hit, self.method?).is_some();
        (is_missing && has_verb).then(|| self.neighbor(hit, near.edit, segments))?
    }

    pub(super) fn near(&self) -> Option<Resolved<'a>> {
        let (hit, near, segments) = self.nearest()?;
        self.neighbor(hit, near.edit, segments)
    }

    /// The best neighbor, in whichever product, with the beginning left out where that may be.
    fn nearest(&self) -> Option<(Hit, Near<'_>, &Segments<'a>)> {
        let segments = &self.parsed.segments;
        let may_be_relative = self.may_be_relative();
        let roots = self.products.iter().map(|product| (product, 0));
        let prefixes = self.index.prefixes(self.products).filter(|_| may_be_relative);
        let near = |(product, from): (Product, _)| {
            let near = nearest(self.index.trie(product), from, segments, self.method)?;
            Some((Hit { product, walk: near.walk }, near, segments))
        };
        let found: Vec<_> = roots.chain(prefixes).filter_map(near).collect();
        // The first of equals, so that the likelier product comes first.
        found.into_iter().rev().max_by_key(|(_, near, _)| near.score)
    }

    /// What is wrong, seen from a neighbor.
    pub(super) fn neighbor(
        &self,
        hit: Hit,
        edit: Edit<'_>,
        segments: &Segments<'a>,
    ) -> Option<Resolved<'a>> {
        let with_verb = self.method.and_then(|method| self.index.operation(hit, method));
        let nearest = with_verb.or_else(|| self.index.operations(hit).next())?;
        if let (Edit::Letters, Some(_)) = (edit, with_verb) {
            let path = &self.base.operation(nearest).path;
            let note = format!("capitals and small letters as in `{path}`");
            return Some(self.hit(hit, segments, Some(note.into())));
        }
        let misfit = match edit {
            Edit::Insert(literal) => {
                Misfit::MissingSegment { nearest, segment: literal.to_owned().into() }
            }
            Edit::InsertParam(nth) => {
                let name = self.index.params(nearest).get(nth);
                let segment = format!("{{{}}}", name.map_or("", |name| name));
                Misfit::MissingSegment { nearest, segment: segment.into() }
            }
            Edit::Remove(at) if self.is_extra(at) => {
                let segment = cut(segments.get(at).unwrap_or_default());
                Misfit::ExtraSegment { nearest, segment }
            }
            Edit::Remove(_) | Edit::Change | Edit::Letters => {
                Misfit::UnknownPath { nearest: Some(nearest) }
            }
        };
        Some(self.misfit(misfit))
    }

    /// A word at the end is no extra segment: it names something that no description has.
    fn is_extra(&self, at: usize) -> bool {
        let segments = &self.parsed.segments;
        let is_last = at + 1 == segments.len();
        !is_last || segments.get(at).is_some_and(looks_like_id)
    }
}
