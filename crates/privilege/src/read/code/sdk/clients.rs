//! Names that stand for clients of the products.

use rustc_hash::FxHashSet;

use crate::read::code::token::Tokens;

/// Names that are clients of a product by what they were made of.
#[derive(Debug, Default)]
pub(in crate::read::code) struct Clients<'a> {
    names: FxHashSet<&'a str>,
}

impl<'a> Clients<'a> {
    /// Looks at a word: a type or maker of a client may give a name its meaning.
    pub(in crate::read::code) fn see(&mut self, tokens: &Tokens<'a>, at: usize) {
        let word = tokens.text(at);
        let is_new = word == "New"
            && at > 1
            && tokens.is_sign(at - 1, b'.')
            && is_package(tokens.text(at - 2));
        if !(makes_client(word) || is_new) || self.names.len() > MAX_CLIENTS {
            return;
        }
        // `UserApi api`, `api: UserApi`, `client *okta.APIClient`, `x = new UserApi(…)`.
        if let Some(name) = tokens.word(at + 1) {
            self.names.insert(name);
        }
        let mut before = at;
        for _ in 0..6 {
            let Some(previous) = before.checked_sub(1) else { return };
            let is_between =
                matches!(tokens.sign(previous), b'.' | b'*' | b'&' | b':' | b'=' | b'(')
                    || tokens.word(previous).is_some_and(|word| {
                        ["new", "await", "mut", "async"].contains(&word) || is_package(word)
                    });
            if !is_between {
                if let Some(name) = tokens.word(previous).filter(|_| previous + 1 < at) {
                    self.names.insert(name);
                }
                // `client, err := okta.NewClient(…)`
                if previous > 1
                    && tokens.is_sign(previous - 1, b',')
                    && let Some(name) = tokens.word(previous - 2)
                {
                    self.names.insert(name);
                }
                return;
            }
            before = previous;
        }
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.names.contains(word)
    }
}

/// Names of clients that are kept.
const MAX_CLIENTS: usize = 1_000;

fn is_package(word: &str) -> bool {
    ["okta", "auth0", "management", "client"].contains(&word.to_ascii_lowercase().as_str())
}

/// Whether a word is a type of clients, or makes one.
fn makes_client(word: &str) -> bool {
    const MAKERS: [&str; 12] = [
        "ManagementClient",
        "ManagementAPI",
        "ManagementApiClient",
        "OktaClient",
        "Auth0",
        "APIClient",
        "ApiClient",
        "NewAPIClient",
        "NewClient",
        "Client",
        "AsyncAuth0",
        "GetToken",
    ];
    MAKERS.contains(&word)
        || word.ends_with("Api")
            && word.len() > 3
            && word.starts_with(|c: char| c.is_ascii_uppercase())
}
