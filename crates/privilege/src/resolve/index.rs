//! What [`Base::resolve`](crate::Base::resolve) looks up: built once for a base, of its operations.

use catalog::Product;

use super::quirk::Quirks;
use super::target::{Segments, Target};
use super::trie::{NodeId, Trie, Walk, template_segments};
use crate::{Method, Operation, OperationId, Text};

/// Paths that lists leave the beginning of: what they leave out, by product.
const PREFIXES: [(Product, &str); 2] = [(Product::Okta, "/api/v1"), (Product::Auth0, "/api/v2")];

/// Operations below a first segment from which on it is that of an API: `login` and the like have fewer.
const API_OPERATIONS: usize = 10;

/// Tries, names of parameters, and what is special.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    okta: Trie,
    auth0: Trie,
    /// Names of parameters, by operation.
    params: Vec<Box<[Text]>>,
    prefixes: Vec<(Product, NodeId)>,
    pub(crate) quirks: Quirks,
}

/// An operation that segments lead to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) product: Product,
    pub(crate) walk: Walk,
}

impl Index {
    /// Of operations whose numbers are their places.
    pub(crate) fn new(operations: &[Operation]) -> Self {
        let numbered = || (0..).map(OperationId).zip(operations);
        let of = |product| Trie::new(numbered().filter(move |(_, row)| row.product == product));
        let (okta, auth0) = (of(Product::Okta), of(Product::Auth0));
        let mut index = Self {
            okta,
            auth0,
            params: operations.iter().map(|operation| params(&operation.path)).collect(),
            prefixes: Vec::new(),
            quirks: Quirks::new(operations),
        };
        index.prefixes = PREFIXES
            .iter()
            .filter_map(|(product, path)| Some((*product, index.trie(*product).template(path)?)))
            .collect();
        index
    }

    pub(crate) const fn trie(&self, product: Product) -> &Trie {
        match product {
            Product::Auth0 => &self.auth0,
            _ => &self.okta,
        }
    }

    /// Names of an operation's parameters, in order.
    pub(crate) fn params(&self, id: OperationId) -> &[Text] {
        self.params.get(id.0 as usize).map_or(&[], |names| names)
    }

    /// Where the segments lead, among these products.
    pub(crate) fn find(
        &self,
        products: Products,
        segments: &Segments<'_>,
        method: Option<Method>,
    ) -> Option<Hit> {
        products.iter().find_map(|product| {
            let walk = self.trie(product).find(0, segments, method)?;
            Some(Hit { product, walk })
        })
    }

    /// Where they lead if the beginning of the path was left out.
    pub(crate) fn find_behind_prefixes(
        &self,
        products: Products,
        segments: &Segments<'_>,
        method: Option<Method>,
    ) -> Vec<Hit> {
        let hits = self.prefixes(products).filter_map(|(product, node)| {
            let walk = self.trie(product).find(node, segments, method)?;
            Some(Hit { product, walk })
        });
        hits.collect()
    }

    /// The nodes behind what lists leave out, among these products.
    pub(crate) fn prefixes(&self, products: Products) -> impl Iterator<Item = (Product, NodeId)> {
        self.prefixes.iter().copied().filter(move |(product, _)| products.has(*product))
    }

    /// Whether the first segment is that of an API, and of more than a few pages.
    pub(crate) fn is_api(&self, products: Products, segments: &Segments<'_>) -> bool {
        let Some(first) = segments.get(0) else { return false };
        products.iter().any(|product| {
            let trie = self.trie(product);
            trie.node(0).literal(first).is_some_and(|node| trie.n_below(node) >= API_OPERATIONS)
        })
    }

    /// The operations where a walk ends.
    pub(crate) fn operations(&self, hit: Hit) -> impl Iterator<Item = OperationId> {
        self.trie(hit.product).node(hit.walk.node).operations()
    }

    pub(crate) fn operation(&self, hit: Hit, method: Method) -> Option<OperationId> {
        self.trie(hit.product).node(hit.walk.node).operation(method)
    }
}

/// One product or two, the likelier first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Products {
    Only(Product),
    /// Not said.
    Both,
    /// Not said, and Auth0 is likelier.
    Auth0First,
}

impl Products {
    /// Not said: what the path begins with decides which is likelier.
    pub(crate) fn likely(target: &Target<'_>) -> Self {
        match (target.segments.get(0), target.segments.get(1)) {
            (Some("api"), Some("v2")) => Self::Auth0First,
            _ => Self::Both,
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Product> {
        let [first, second] = match self {
            Self::Only(product) => [Some(product), None],
            Self::Both => [Some(Product::Okta), Some(Product::Auth0)],
            Self::Auth0First => [Some(Product::Auth0), Some(Product::Okta)],
        };
        first.into_iter().chain(second)
    }

    pub(crate) fn has(self, product: Product) -> bool {
        self.iter().any(|one| one == product)
    }
}

fn params(path: &str) -> Box<[Text]> {
    let names = template_segments(path).filter_map(|segment| segment.strip_prefix('{'));
    names.map(|name| Text::from(name.trim_end_matches('}').to_owned())).collect()
}
