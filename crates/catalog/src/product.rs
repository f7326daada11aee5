//! The products whose audit logs the catalog describes.

/// A product whose events are known by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Product {
    /// Auth0 tenant logs.
    Auth0,
    /// AWS CloudTrail.
    Aws,
    /// Microsoft Entra's sign-in and audit logs.
    Entra,
    /// The audit log of a GitHub organization or enterprise.
    Github,
    /// The Okta System Log.
    Okta,
}

/// Names that rules use for a product beside its own. Source: Sigma rules repository, log sources,
/// checked 2026-11-22.
const OTHER_NAMES: [(&str, Product); 2] = [("azure", Product::Entra), ("m365", Product::Entra)];

impl Product {
    /// Every product, in order of name.
    pub const ALL: [Self; 5] = [Self::Auth0, Self::Aws, Self::Entra, Self::Github, Self::Okta];

    /// The name that findings and summaries use, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auth0 => "auth0",
            Self::Aws => "aws",
            Self::Entra => "entra",
            Self::Github => "github",
            Self::Okta => "okta",
        }
    }

    /// The product that a rule's `logsource.product` names, in any case: its own name, or `azure` or
    /// `m365` for Entra.
    pub fn from_name(name: &str) -> Option<Self> {
        let other = || OTHER_NAMES.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        let own = Self::ALL.into_iter().find(|product| product.name().eq_ignore_ascii_case(name));
        own.or_else(|| other().map(|(_, product)| *product))
    }

    /// Whether the catalog has all event types and fields of the product, so that what it does not
    /// have is probably a mistake. Of the others it knows only what Keyward reads itself.
    pub const fn is_cataloged(self) -> bool {
        matches!(self, Self::Auth0 | Self::Okta)
    }
}

#[cfg(test)]
mod tests {
    use super::Product;

    #[test]
    fn names_lead_back_to_products() {
        for product in Product::ALL {
            assert_eq!(Product::from_name(product.name()), Some(product));
        }
        assert!(Product::ALL.is_sorted_by_key(|product| product.name()));
        assert!(Product::ALL.is_sorted());
        assert_eq!(Product::from_name("OKTA"), Some(Product::Okta));
        assert_eq!(Product::from_name("azure"), Some(Product::Entra));
        assert_eq!(Product::from_name("M365"), Some(Product::Entra));
        assert_eq!(Product::from_name("windows"), None);
    }
}
