//! Kinds of credentials: what they are called, how bad a leak is, how long they live and with whom.

use std::sync::LazyLock;

use crate::nearest::nearest;
use crate::table::{filled, find, rows};

const TEXT: &str = include_str!("../../../catalog/credentials.tsv");

static CREDENTIALS: LazyLock<Vec<Credential>> = LazyLock::new(|| {
    rows(TEXT)
        .map(|row| {
            let [kind, provider, family, title, level, life, life_s, owner, revoke, source, date] =
                row;
            Credential {
                kind,
                provider: filled(provider).filter(|name| *name != "any"),
                family,
                title,
                level,
                life,
                life_s: life_s.parse().ok(),
                owner,
                revoke,
                source,
                date,
            }
        })
        .collect()
});

/// One kind of credential.
#[derive(Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its stable name, such as `okta_api_token`.
    pub kind: &'static str,
    /// `okta` or `auth0`; `None` where both, and others, use it.
    pub provider: Option<&'static str>,
    /// What it has in common with others: `token`, `secret`, `key`, `session`, `grant`, `proof` or `config`.
    pub family: &'static str,
    /// One line for people.
    pub title: &'static str,
    /// How bad a leak of a live one is when it is certain what it is: a level of Sigma by name.
    pub level: &'static str,
    /// How long it works, in words.
    pub life: &'static str,
    /// How long it usually works, in seconds; `None` where there is no usual span.
    pub life_s: Option<u64>,
    /// With whom it lives and dies.
    pub owner: &'static str,
    /// What ends it.
    pub revoke: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// When that was looked up, `YYYY-MM-DD`.
    pub date: &'static str,
}

/// Every kind, in order of name.
pub fn credentials() -> &'static [Credential] {
    &CREDENTIALS
}

/// The kind of that name, in any case.
pub fn credential(kind: &str) -> Option<&'static Credential> {
    find(&CREDENTIALS, |row| row.kind, kind)
}

/// The kind that was probably meant by a name; `None` when none comes close.
pub fn nearest_credential(name: &str) -> Option<&'static Credential> {
    nearest(CREDENTIALS.iter().map(|row| row.kind), name).and_then(credential)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::{check, check_keys};

    #[test]
    fn the_table_holds_its_form() {
        let columns = [
            "kind", "provider", "family", "title", "level", "life", "life_s", "owner", "revoke",
            "source", "date",
        ];
        check(TEXT, &columns);
        check_keys(credentials(), |row| row.kind);
        let levels = ["informational", "low", "medium", "high", "critical"];
        let families = ["token", "secret", "key", "session", "grant", "proof", "config"];
        for row in credentials() {
            assert!(levels.contains(&row.level) && families.contains(&row.family), "{row:?}");
        }
    }

    #[test]
    fn a_name_that_is_nearly_right_is_guessed() {
        let guess = |name| nearest_credential(name).map(|row| row.kind);
        assert_eq!(guess("okta_api_tokens"), Some("okta_api_token"));
        assert_eq!(guess("okta-client-secret"), Some("okta_client_secret"));
        assert_eq!(guess("password"), None);
    }
}
