//! What a program shows of which product it speaks to, and by which library.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use catalog::Product;

/// What a program mentions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is mentioned or not, in any combination")]
pub(super) struct Hints {
    /// The word `okta`, or `SSWS`.
    okta: bool,
    /// The word `auth0`.
    auth0: bool,
    /// The official library of Okta.
    okta_library: bool,
    /// The official library of Auth0.
    auth0_library: bool,
}

/// What is looked for: in any case, the product, and whether it is a library.
const MARKS: [(&str, Product, bool); 31] = [
    ("okta", Product::Okta, false),
    ("ssws", Product::Okta, false),
    ("auth0", Product::Auth0, false),
    ("@okta/okta-sdk-nodejs", Product::Okta, true),
    ("okta-sdk-", Product::Okta, true),
    ("com.okta.sdk", Product::Okta, true),
    ("okta.sdk", Product::Okta, true),
    ("from okta", Product::Okta, true),
    ("import okta", Product::Okta, true),
    ("oktaclient", Product::Okta, true),
    ("okta.client", Product::Okta, true),
    ("okta.newclient", Product::Okta, true),
    ("okta.apiclient", Product::Okta, true),
    ("okta/okta", Product::Okta, true),
    ("okta_client", Product::Okta, true),
    ("from auth0", Product::Auth0, true),
    ("import auth0", Product::Auth0, true),
    ("from 'auth0'", Product::Auth0, true),
    ("from \"auth0\"", Product::Auth0, true),
    ("require('auth0')", Product::Auth0, true),
    ("require(\"auth0\")", Product::Auth0, true),
    ("com.auth0", Product::Auth0, true),
    ("auth0.managementapi", Product::Auth0, true),
    ("auth0/go-auth0", Product::Auth0, true),
    ("auth0.management", Product::Auth0, true),
    ("auth0client", Product::Auth0, true),
    ("managementclient", Product::Auth0, true),
    ("managementapiclient", Product::Auth0, true),
    ("managementapi", Product::Auth0, true),
    ("auth0/management", Product::Auth0, true),
    ("auth0-", Product::Auth0, true),
];

/// `None` never, in truth: the marks are few and short.
static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let marks = MARKS.iter().map(|(mark, ..)| mark);
    AhoCorasick::builder().ascii_case_insensitive(true).build(marks).ok()
});

impl Hints {
    /// What a program mentions anywhere, comments included.
    pub(super) fn of(source: &str) -> Self {
        let mut hints = Self::default();
        let Some(marks) = &*SEARCH else { return hints };
        for found in marks.find_overlapping_iter(source) {
            let (_, product, is_library) = MARKS[found.pattern()];
            if product == Product::Okta {
                hints.okta = true;
                hints.okta_library |= is_library;
            } else {
                hints.auth0 = true;
                hints.auth0_library |= is_library;
            }
        }
        hints
    }

    /// Whether it mentions a product whose APIs have such a path.
    pub(super) fn speaks_to_owner_of(self, path: &str) -> bool {
        let path = path.trim_start_matches('/');
        let is_auth0 = ["api/v2", "me/v1", "my-org"].iter().any(|start| path.starts_with(start));
        if is_auth0 { self.auth0 || self.okta } else { self.okta }
    }

    /// Whether it mentions a product at all.
    pub(super) fn any(self) -> bool {
        self.okta || self.auth0
    }

    /// Whether it uses the library of a product.
    pub(super) fn uses(self, product: Product) -> bool {
        match product {
            Product::Okta => self.okta_library,
            _ => self.auth0_library,
        }
    }
}
