//! Names of the libraries' methods.

use std::sync::LazyLock;

use catalog::Product;
use rustc_hash::{FxHashMap, FxHashSet};

/// APIs of Okta whose operations the libraries have, likeliest first.
pub(super) const APIS: [&str; 4] = ["management", "oauth", "governance", "myaccount"];

/// Operations by a name of today, and by another.
pub(super) type Named = (&'static [String], &'static [String]);

/// Methods of a product's libraries, by name in lower case without underscores.
pub(super) struct Methods {
    /// By what the vendor calls the operation today.
    current: FxHashMap<String, Vec<String>>,
    /// By other names.
    other: FxHashMap<&'static str, Vec<String>>,
    /// The first parts of dotted names of today.
    pub(super) chapters: FxHashSet<String>,
    /// Those of other names.
    pub(super) models: FxHashSet<String>,
}

pub(super) static OKTA: LazyLock<Methods> = LazyLock::new(|| Methods::of(Product::Okta));
pub(super) static AUTH0: LazyLock<Methods> = LazyLock::new(|| Methods::of(Product::Auth0));

impl Methods {
    fn of(product: Product) -> Self {
        let mut current: FxHashMap<String, Vec<String>> = FxHashMap::default();
        let mut rows: Vec<_> = catalog::api_operations()
            .iter()
            .filter(|row| row.product == product && APIS.contains(&row.api))
            .collect();
        rows.sort_by_key(|row| APIS.iter().position(|api| *api == row.api));
        for row in rows {
            let name = if product == Product::Auth0 { row.sdk } else { row.id };
            if !name.is_empty() && !row.id.is_empty() {
                current.entry(plain(name)).or_insert_with(|| vec![qualified(row.api, row.id)]);
            }
        }
        let rows = catalog::sdk_methods().iter().filter(|row| row.product == product);
        let other = rows.map(|row| {
            let api = |id: &&str| {
                let fits =
                    |known: &&catalog::ApiOperation| known.product == product && known.id == *id;
                catalog::api_operations().iter().find(fits).map_or("management", |known| known.api)
            };
            (row.method, row.operations().map(|id| qualified(api(&id), id)).collect())
        });
        let chapter = |name: &String| name.split_once('.').map(|(first, _)| first.to_owned());
        let chapters = current.keys().filter_map(chapter).collect();
        let other: FxHashMap<_, _> = other.collect();
        let model = |name: &&str| name.split_once('.').map(|(first, _)| first.to_owned());
        let models = other.keys().filter_map(model).collect();
        Self { current, other, chapters, models }
    }

    pub(super) fn named(&'static self, name: &str) -> Option<Named> {
        let current = self.current.get(name).map_or(&[][..], Vec::as_slice);
        let other = self.other.get(name).map_or(&[][..], Vec::as_slice);
        (!current.is_empty() || !other.is_empty()).then_some((current, other))
    }
}

fn qualified(api: &str, id: &str) -> String {
    format!("{api}:{id}")
}

/// In lower case and without underscores.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect()
}
