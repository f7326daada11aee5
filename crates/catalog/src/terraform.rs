//! What the resources of Terraform's providers for Okta and Auth0 call.

use std::sync::LazyLock;

use crate::Product;
use crate::table::{compare, rows};

const TEXT: &str = include_str!("../../../catalog/terraform_resources.tsv");

static RESOURCES: LazyLock<Vec<TerraformResource>> = LazyLock::new(|| {
    rows(TEXT)
        .map(|[name, kind, create, read, update, delete]| TerraformResource {
            name,
            is_data: kind == "data",
            create,
            read,
            update,
            delete,
        })
        .collect()
});

/// A type of resource or data source, and the operations behind what happens to it. All are inferred
/// from names: no provider documents them.
#[derive(Debug, PartialEq, Eq)]
pub struct TerraformResource {
    /// Such as `okta_group`.
    pub name: &'static str,
    /// A data source, which is only read.
    pub is_data: bool,
    create: &'static str,
    read: &'static str,
    update: &'static str,
    delete: &'static str,
}

/// What happens to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum TerraformAction {
    Read,
    Create,
    Update,
    Delete,
}

impl TerraformAction {
    /// The name in plans.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

impl TerraformResource {
    /// The operations that may be called then: `operationId`s of Okta, methods of Auth0's libraries. None
    /// where nothing is called.
    pub fn operations(
        &self,
        action: TerraformAction,
    ) -> impl Iterator<Item = &'static str> + use<> {
        let cell = match action {
            TerraformAction::Read => self.read,
            TerraformAction::Create => self.create,
            TerraformAction::Update => self.update,
            TerraformAction::Delete => self.delete,
        };
        cell.split(' ').filter(|name| !name.is_empty())
    }
}

/// The resource of that type, or the data source; `None` if it is not known.
pub fn terraform_resource(name: &str, is_data: bool) -> Option<&'static TerraformResource> {
    // Of one name, the data source stands before the resource.
    let order =
        |row: &TerraformResource| compare(row.name, name).then((!row.is_data).cmp(&!is_data));
    RESOURCES.get(RESOURCES.binary_search_by(order).ok()?)
}

/// Whose provider a type of resource belongs to, by how its name begins.
pub fn terraform_product(name: &str) -> Option<Product> {
    match name.split_once('_')?.0 {
        "okta" => Some(Product::Okta),
        "auth0" => Some(Product::Auth0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::check;

    const ACTIONS: [TerraformAction; 4] = [
        TerraformAction::Read,
        TerraformAction::Create,
        TerraformAction::Update,
        TerraformAction::Delete,
    ];

    #[test]
    fn the_table_holds_its_form_and_every_row_is_found() {
        check(TEXT, &["type", "kind", "create", "read", "update", "delete"]);
        for row in RESOURCES.iter() {
            assert_eq!(terraform_resource(row.name, row.is_data), Some(row));
            assert!(terraform_product(row.name).is_some(), "{row:?}");
            let reads_only =
                [row.create, row.update, row.delete].iter().all(|cell| cell.is_empty());
            assert!(!row.is_data || (reads_only && !row.read.is_empty()), "{row:?}");
        }
        assert_eq!(terraform_resource("okta_nothing", false), None);
    }

    #[test]
    fn every_operation_exists() {
        for row in RESOURCES.iter() {
            let product = terraform_product(row.name);
            for name in ACTIONS.iter().flat_map(|&action| row.operations(action)) {
                let is_it = |known: &crate::ApiOperation| {
                    Some(known.product) == product && (known.id == name || known.sdk == name)
                };
                assert!(crate::api_operations().iter().any(is_it), "{}: {name}", row.name);
            }
        }
    }

    #[test]
    fn reading_only_reads() {
        for row in RESOURCES.iter() {
            for name in row.operations(TerraformAction::Read) {
                let is_it = |known: &&crate::ApiOperation| known.id == name || known.sdk == name;
                let found = crate::api_operations().iter().find(is_it).unwrap();
                assert_eq!(found.method, "GET", "{}: {name}", row.name);
            }
        }
    }
}
