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

/// `None` never, in truth: the marks are few and short.
static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let marks = catalog::sdk_marks().iter().map(|mark| mark.text);
    AhoCorasick::builder().ascii_case_insensitive(true).build(marks).ok()
});

impl Hints {
    /// What a program mentions anywhere, comments included.
    pub(super) fn of(source: &str) -> Self {
        let mut hints = Self::default();
        let Some(marks) = &*SEARCH else { return hints };
        for found in marks.find_overlapping_iter(source) {
            let mark = &catalog::sdk_marks()[found.pattern()];
            if mark.product == Product::Okta {
                hints.okta = true;
                hints.okta_library |= mark.is_library;
            } else {
                hints.auth0 = true;
                hints.auth0_library |= mark.is_library;
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
