//! What the catalog says of requests that are not what their path says at first sight.

use catalog::{PathAlias, PathAliasKind, path_aliases};
use rustc_hash::FxHashMap;

use super::target::decoded;
use super::trie::{Trie, template_segments};
use crate::{Method, Operation, OperationId};

/// One of them, for a base.
#[derive(Debug, Clone)]
pub(crate) struct Quirk {
    pub(crate) alias: &'static PathAlias,
    /// What it really is, or what to do instead; the likeliest first.
    pub(crate) operations: Vec<OperationId>,
    /// Which parameter of the path a value stands for.
    param: usize,
}

/// All of them, by what they are looked up by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quirks {
    of_operations: FxHashMap<OperationId, Vec<Quirk>>,
    /// Of requests that no description has.
    pub(crate) others: Vec<Quirk>,
    /// The paths of `others`, whose operations are their numbers.
    paths: Trie,
}

impl Quirks {
    /// Those that concern an operation.
    pub(crate) fn of(&self, id: OperationId) -> &[Quirk] {
        self.of_operations.get(&id).map_or(&[], Vec::as_slice)
    }

    pub(crate) const fn paths(&self) -> &Trie {
        &self.paths
    }

    pub(crate) fn new(operations: &[Operation]) -> Self {
        let mut quirks = Self::default();
        for alias in path_aliases() {
            let found = named(operations, alias);
            let concerned: Vec<_> = concerned(operations, alias).collect();
            let param = template_segments(alias.path).filter(|text| text.starts_with('{')).count();
            let quirk = Quirk { alias, operations: found, param: param.saturating_sub(1) };
            for id in &concerned {
                quirks.of_operations.entry(*id).or_default().push(quirk.clone());
            }
            if concerned.is_empty() && !quirk.operations.is_empty() {
                quirks.other(quirk);
            }
        }
        quirks
    }

    fn other(&mut self, quirk: Quirk) {
        let Some(method) = Method::from_name(quirk.alias.method) else { return };
        let number = u32::try_from(self.others.len()).unwrap_or(u32::MAX);
        self.paths.insert(quirk.alias.path, method, OperationId(number));
        self.others.push(quirk);
    }
}

impl Quirk {
    /// Whether it concerns a request with these values of its parameters and this query.
    pub(crate) fn concerns<'a>(
        &self,
        mut values: impl Iterator<Item = &'a str>,
        query: &str,
    ) -> bool {
        let with = self.alias.with;
        match self.alias.kind {
            PathAliasKind::Value => {
                values.nth(self.param).is_some_and(|value| matches(with, &decoded(value)))
            }
            _ => with.is_empty() || has_pair(query, with),
        }
    }
}

fn named(operations: &[Operation], alias: &PathAlias) -> Vec<OperationId> {
    let ids = alias.operations.iter().filter_map(|name| {
        let is_it = |row: &Operation| row.product == alias.product && row.id == *name;
        let at = operations.iter().position(is_it)?;
        Some(OperationId(u32::try_from(at).ok()?))
    });
    ids.collect()
}

/// Operations whose path and verb are those of the alias; for values, whose path begins with it.
fn concerned(operations: &[Operation], alias: &PathAlias) -> impl Iterator<Item = OperationId> {
    let is_it = move |row: &Operation| {
        row.product == alias.product
            && (alias.method == "*" || alias.method == row.method.name())
            && match alias.kind {
                PathAliasKind::Value => begins_like(&row.path, alias.path),
                _ => begins_like(&row.path, alias.path) && begins_like(alias.path, &row.path),
            }
    };
    (0..).map(OperationId).zip(operations).filter(move |(_, row)| is_it(row)).map(|(id, _)| id)
}

/// Whether a template begins with the segments of another, whatever its parameters are called.
fn begins_like(path: &str, begin: &str) -> bool {
    let mut segments = template_segments(path);
    template_segments(begin).all(|wanted| {
        segments.next().is_some_and(|segment| {
            segment == wanted || (segment.starts_with('{') && wanted.starts_with('{'))
        })
    })
}

/// Whether text is what the pattern says, in any case; `*` is any text.
fn matches(pattern: &str, text: &str) -> bool {
    let text = text.to_lowercase();
    let Some((first, rest)) = pattern.split_once('*') else { return text == pattern };
    let Some(mut left) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some((_, behind)) = left.split_once(part) else { return false };
        left = behind;
    }
    left.ends_with(last)
}

/// Whether a query has a parameter of that name, or that pair.
fn has_pair(query: &str, with: &str) -> bool {
    query.split('&').any(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        if with.contains('=') { pair == with } else { name == with }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_in_any_case() {
        assert!(matches("me", "ME"));
        assert!(matches("*@*", "joe@example.com"));
        assert!(matches("{*login*}", "{userLoginId}"));
        assert!(!matches("{*login*}", "{userId}"));
        assert!(!matches("me", "mee"));
        assert!(has_pair("a=b&activate=false", "activate"));
        assert!(!has_pair("deactivate=false", "activate"));
        assert!(has_pair("tempPassword=true", "tempPassword=true"));
        assert!(!has_pair("tempPassword=false", "tempPassword=true"));
    }

    #[test]
    fn every_row_of_the_catalog_has_its_place() {
        let operations: Vec<_> =
            crate::Base::builtin().operations().map(|(_, row)| row.clone()).collect();
        let quirks = Quirks::new(&operations);
        let n_rows = path_aliases().len();
        let of_operations = quirks.of_operations.values().flatten().map(|quirk| quirk.alias);
        let placed = of_operations.chain(quirks.others.iter().map(|quirk| quirk.alias));
        let mut notes: Vec<_> = placed.map(std::ptr::from_ref).collect();
        notes.sort_unstable();
        notes.dedup();
        assert_eq!(notes.len(), n_rows);
    }
}
