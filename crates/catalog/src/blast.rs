//! How much harm a grant can do, so that of two plans which are both enough the lesser is taken.

use std::sync::LazyLock;

use crate::table::rows;

const TEXT: &str = include_str!("../../../catalog/blast_radius.tsv");

static HARMS: LazyLock<Vec<Harm>> = LazyLock::new(|| {
    rows(TEXT)
        .filter_map(|[kind, name, weight, reason]| {
            let weight = weight.parse().ok()?;
            Some(Harm { kind: GrantKind::from_name(kind)?, name, weight, reason })
        })
        .collect()
});

/// What can be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantKind {
    /// A permission of a custom role of Okta.
    Permission,
    /// A standard role of Okta.
    Role,
    /// A scope of an access token.
    Scope,
}

impl GrantKind {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "permission" => Some(Self::Permission),
            "role" => Some(Self::Role),
            "scope" => Some(Self::Scope),
            _ => None,
        }
    }
}

/// How much harm a grant can do by itself, beside what it includes.
#[derive(Debug, PartialEq, Eq)]
pub struct Harm {
    kind: GrantKind,
    name: &'static str,
    /// The greater, the worse; only the order means something.
    pub weight: u32,
    /// What the harm is, in a few words.
    pub reason: &'static str,
}

impl Harm {
    fn fits(&self, name: &str) -> bool {
        match self.name.split_once('*') {
            None => self.name == name,
            Some((head, rest)) => {
                let Some(tail) = name.strip_prefix(head) else { return false };
                // `*word*` means that the word stands anywhere.
                match rest.strip_suffix('*') {
                    Some(word) if !word.is_empty() => tail.contains(word),
                    _ => tail.ends_with(rest),
                }
            }
        }
    }

    /// Exact names outrank patterns, and longer patterns shorter ones.
    fn rank(&self) -> (bool, usize) {
        (!self.name.contains('*'), self.name.len())
    }
}

/// How much harm a grant of that name can do; `None` only if the table has no pattern for its kind.
pub fn harm(kind: GrantKind, name: &str) -> Option<&'static Harm> {
    let fits = |harm: &&Harm| harm.kind == kind && harm.fits(name);
    HARMS.iter().filter(fits).max_by_key(|harm| harm.rank())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permissions;

    #[test]
    fn table_is_well_formed() {
        crate::table::tests::check(TEXT, &["kind", "name", "weight", "reason"]);
        assert_eq!(HARMS.len(), rows::<4>(TEXT).count(), "unknown kinds or numbers");
    }

    #[test]
    fn every_permission_that_is_named_exists() {
        for harm in HARMS.iter().filter(|harm| harm.kind == GrantKind::Permission) {
            assert!(harm.name.contains('*') || crate::permission(harm.name).is_some(), "{harm:?}");
        }
    }

    #[test]
    fn the_longest_pattern_holds() {
        let weight = |kind, name| harm(kind, name).unwrap().weight;
        assert_eq!(weight(GrantKind::Permission, "okta.devices.read"), 2);
        assert_eq!(weight(GrantKind::Permission, "okta.users.read"), 3);
        assert_eq!(weight(GrantKind::Role, "SOMETHING_NEW"), 200);
        assert_eq!(weight(GrantKind::Scope, "read:client_summary"), 1);
        assert_eq!(weight(GrantKind::Scope, "read:clients"), 3);
        assert_eq!(weight(GrantKind::Scope, "update:current_user_metadata"), 900);
        assert!(permissions().iter().all(|one| harm(GrantKind::Permission, one.name).is_some()));
    }
}
