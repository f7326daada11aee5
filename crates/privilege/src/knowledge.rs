//! The knowledge base: every operation with its edges, and the ways to look them up.

mod edges;
mod event;
mod lookup;
mod overlay;
mod release;

use std::sync::{LazyLock, OnceLock};

use catalog::Product;
use rustc_hash::FxHashMap;

pub use self::event::EventOperations;
pub use self::lookup::ScopeFacts;
pub use self::release::Release;
use crate::Method;
use crate::operation::{Operation, OperationId};
use crate::resolve::index::Index;

static BUILTIN: LazyLock<Base> = LazyLock::new(|| Base::new(edges::builtin(), Release::builtin()));

/// Every operation that is known, with its edges.
#[derive(Debug, Clone)]
pub struct Base {
    release: Release,
    operations: Vec<Operation>,
    /// By `operationId` and by path of the method in the libraries, both in lower case.
    by_id: FxHashMap<String, Vec<OperationId>>,
    /// By product, verb and template without the names of its parameters.
    by_path: FxHashMap<(Product, Method, String), OperationId>,
    /// What requests are looked up in; built when it is first asked for.
    index: OnceLock<Index>,
}

impl Base {
    /// The catalog's.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    fn new(operations: Vec<Operation>, release: Release) -> Self {
        let mut by_id: FxHashMap<String, Vec<OperationId>> = FxHashMap::default();
        let mut by_path = FxHashMap::default();
        for (id, operation) in (0..).map(OperationId).zip(&operations) {
            for name in [&operation.id, &operation.sdk] {
                let ids = by_id.entry(name.to_ascii_lowercase()).or_default();
                if !name.is_empty() && !ids.contains(&id) {
                    ids.push(id);
                }
            }
            let place = (operation.product, operation.method, shape(&operation.path));
            by_path.insert(place, id);
        }
        Self { release, operations, by_id, by_path, index: OnceLock::new() }
    }

    pub(crate) fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(&self.operations))
    }

    /// What it is made of.
    pub const fn release(&self) -> &Release {
        &self.release
    }

    /// The operation of that number, which must come from this base.
    pub fn operation(&self, id: OperationId) -> &Operation {
        &self.operations[id.0 as usize]
    }

    /// Every operation, in order of product, API, path and verb; operations of a description that
    /// was laid over come last.
    pub fn operations(&self) -> impl Iterator<Item = (OperationId, &Operation)> {
        (0..).map(OperationId).zip(&self.operations)
    }

    /// The operations of that name, in any case: an `operationId` such as `getUser`, or a method of
    /// Auth0's libraries such as `clients.list`. Several APIs may use one name; empty if none does.
    pub fn by_id(&self, name: &str) -> &[OperationId] {
        self.by_id.get(&name.to_ascii_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// The operation of that verb and template; parameters may have other names.
    pub fn by_path(&self, product: Product, method: Method, template: &str) -> Option<OperationId> {
        self.by_path.get(&(product, method, shape(template))).copied()
    }
}

/// A template without the names of its parameters: `/users/{}` for `/users/{userId}`.
pub(crate) fn shape(template: &str) -> String {
    let mut shape = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, from)) = rest.split_once('{')
        && let Some((_, behind)) = from.split_once('}')
    {
        shape.push_str(before);
        shape.push_str("{}");
        rest = behind;
    }
    shape + rest
}

#[cfg(test)]
mod tests;
