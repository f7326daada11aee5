//! The products whose audit logs the catalog describes.

/// A product whose events are known by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Product {
    /// Auth0 tenant logs.
    Auth0,
    /// The Okta System Log.
    Okta,
}

impl Product {
    /// Every product, in order of name.
    pub const ALL: [Self; 2] = [Self::Auth0, Self::Okta];

    /// The name a rule's `logsource.product` uses, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auth0 => "auth0",
            Self::Okta => "okta",
        }
    }

    /// The product of that name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.name().eq_ignore_ascii_case(name))
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
        assert_eq!(Product::from_name("OKTA"), Some(Product::Okta));
        assert_eq!(Product::from_name("entra"), None);
    }
}
