//! Where Okta orgs and Auth0 tenants live: their domains, and the names in front that are no tenant.

use std::sync::LazyLock;

use crate::table::{filled, find, rows};

const TEXT: &str = include_str!("../../../catalog/org_domains.tsv");

static DOMAINS: LazyLock<Vec<OrgDomain>> = LazyLock::new(|| {
    rows(TEXT)
        .filter_map(|[name, kind, provider, note, source, date]| {
            Some(OrgDomain {
                name,
                kind: OrgDomainKind::from_name(kind)?,
                provider: filled(provider).filter(|name| *name != "any"),
                note: filled(note),
                source,
                date,
            })
        })
        .collect()
});

static PREFIXES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let prefixes = DOMAINS.iter().filter(|row| row.kind == OrgDomainKind::PlaceholderPrefix);
    prefixes.map(|row| row.name).collect()
});

/// A domain or label that tells of tenants.
#[derive(Debug, PartialEq, Eq)]
pub struct OrgDomain {
    /// The domain or label, lower-case: `okta-emea.com`, `eu`, `login`.
    pub name: &'static str,
    /// What it is.
    pub kind: OrgDomainKind,
    /// `okta` or `auth0`; `None` for both.
    pub provider: Option<&'static str>,
    /// What else to know, as a fragment.
    pub note: Option<&'static str>,
    /// Who says so.
    pub source: &'static str,
    /// When that was looked up, `YYYY-MM-DD`.
    pub date: &'static str,
}

/// What a domain or label is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrgDomainKind {
    /// A domain that orgs or tenants stand right under.
    Cell,
    /// A label between a tenant and its cell, perhaps with `-` and a number.
    Region,
    /// A label of the vendor's own, which is no tenant.
    Reserved,
    /// A label of a service between a tenant and its cell, such as `guardian`.
    Infix,
    /// Labels of hosts that only DNS knows.
    Alias,
    /// A label that stands for a tenant in examples.
    Placeholder,
    /// The begin of labels that stand for a tenant in examples.
    PlaceholderPrefix,
    /// A whole host that stands for one in examples.
    PlaceholderHost,
}

impl OrgDomainKind {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "cell" => Some(Self::Cell),
            "region" => Some(Self::Region),
            "reserved" => Some(Self::Reserved),
            "infix" => Some(Self::Infix),
            "alias" => Some(Self::Alias),
            "placeholder" => Some(Self::Placeholder),
            "placeholder_prefix" => Some(Self::PlaceholderPrefix),
            "placeholder_host" => Some(Self::PlaceholderHost),
            _ => None,
        }
    }
}

/// Every domain and label, in order of name.
pub fn org_domains() -> &'static [OrgDomain] {
    &DOMAINS
}

/// The domain or label of that name, in any case.
pub fn org_domain(name: &str) -> Option<&'static OrgDomain> {
    find(&DOMAINS, |row| row.name, name)
}

/// Whether a label in front of a cell of `provider` stands for a tenant in examples, or is the vendor's own.
pub fn is_no_tenant(label: &str, provider: &str) -> bool {
    use OrgDomainKind::{Alias, Placeholder, Reserved};
    let is_of = |row: &&OrgDomain| row.provider.is_none_or(|name| name == provider);
    let is_listed = org_domain(label)
        .filter(is_of)
        .is_some_and(|row| matches!(row.kind, Reserved | Placeholder | Alias));
    is_listed || begins_as_placeholder(label)
}

fn begins_as_placeholder(label: &str) -> bool {
    let begins = |prefix: &str| {
        let begin = label.get(..prefix.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
    };
    PREFIXES.iter().any(|prefix| begins(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::{check, check_keys};

    #[test]
    fn the_table_holds_its_form() {
        check(TEXT, &["name", "kind", "provider", "note", "source", "date"]);
        check_keys(org_domains(), |row| row.name);
        let n_rows = TEXT.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(org_domains().len(), n_rows, "an unknown kind");
        for row in org_domains() {
            assert!(matches!(row.provider, None | Some("okta" | "auth0")), "{row:?}");
            assert_eq!(row.name, row.name.to_ascii_lowercase());
        }
    }

    #[test]
    fn what_is_no_tenant() {
        fn check(label: &str, provider: &str, expected: bool) {
            assert_eq!(is_no_tenant(label, provider), expected, "{label} {provider}");
        }
        check("login", "okta", true);
        check("manage", "auth0", true);
        check("manage", "okta", false);
        check("yourOktaDomain", "okta", true);
        check("your-subdomain-here", "okta", true);
        check("dev-000000", "okta", true);
        check("dev-00012345", "okta", true);
        check("acme", "okta", false);
        check("dev-3a44tw2sa77x73tx", "auth0", false);
        check("okta.com", "okta", false);
    }
}
