//! Names that configurations give the host of a tenant, or a part of it.

use std::sync::LazyLock;

use crate::table::{find, rows};

const TEXT: &str = include_str!("../../../catalog/tenant_names.tsv");

static NAMES: LazyLock<Vec<TenantName>> = LazyLock::new(|| {
    rows(TEXT)
        .filter_map(|[name, role, source, date]| {
            Some(TenantName { name, role: TenantRole::from_name(role)?, source, date })
        })
        .collect()
});

/// A name that tells of a tenant.
#[derive(Debug, PartialEq, Eq)]
pub struct TenantName {
    /// Its words in lower case: the provider's, then those that follow, such as `auth0 issuer base url`.
    pub name: &'static str,
    /// What the value is.
    pub role: TenantRole,
    /// Who uses it.
    pub source: &'static str,
    /// When that was looked up, `YYYY-MM-DD`.
    pub date: &'static str,
}

/// What the value of such a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TenantRole {
    /// The first label of an Okta org.
    Org,
    /// The cell it stands in, such as `oktapreview.com`.
    Base,
    /// A host or a URL.
    Host,
    /// A URL only.
    Url,
    /// The first label of an Auth0 tenant.
    Tenant,
    /// The region of an Auth0 tenant.
    Region,
    /// No value: a word between the provider's and the rest that says nothing of it.
    Qualifier,
}

impl TenantRole {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "org" => Some(Self::Org),
            "base" => Some(Self::Base),
            "host" => Some(Self::Host),
            "url" => Some(Self::Url),
            "tenant" => Some(Self::Tenant),
            "region" => Some(Self::Region),
            "qualifier" => Some(Self::Qualifier),
            _ => None,
        }
    }
}

/// Every name, in order.
pub fn tenant_names() -> &'static [TenantName] {
    &NAMES
}

/// The name of those words, in any case: `okta org name`.
pub fn tenant_name(words: &str) -> Option<&'static TenantName> {
    find(&NAMES, |row| row.name, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::{check, check_keys};

    #[test]
    fn the_table_holds_its_form() {
        check(TEXT, &["name", "role", "source", "date"]);
        check_keys(tenant_names(), |row| row.name);
        let n_rows = TEXT.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(tenant_names().len(), n_rows, "an unknown role");
        for row in tenant_names() {
            let begins = ["okta ", "auth0 "].iter().any(|word| row.name.starts_with(word));
            assert_eq!(begins, row.role != TenantRole::Qualifier, "{row:?}");
        }
    }
}
