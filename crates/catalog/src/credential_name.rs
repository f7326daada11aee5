//! What values are called that are credentials, and what of that name is public.

use std::sync::LazyLock;

use crate::credential::{Credential, credential};
use crate::table::{filled, rows};

const TEXT: &str = include_str!("../../../catalog/credential_names.tsv");

static NAMES: LazyLock<Vec<CredentialName>> = LazyLock::new(|| {
    rows(TEXT)
        .map(|row| {
            let [name, kind, provider, form, shape, named, near, alone, setting, _, _] = row;
            CredentialName {
                words: name.split(' ').collect(),
                credential: credential(kind),
                provider: filled(provider).filter(|name| *name != "any"),
                form: filled(form).filter(|form| *form != "any"),
                shape,
                named: filled(named),
                near: filled(near),
                alone: filled(alone),
                setting: filled(setting).filter(|setting| *setting != "any"),
            }
        })
        .collect()
});

/// A name, and what a value of that name is.
#[derive(Debug, PartialEq, Eq)]
pub struct CredentialName {
    /// Words in lower case that stand together.
    pub words: Vec<&'static str>,
    /// What it is; `None` for what is public.
    pub credential: Option<&'static Credential>,
    /// Whose word makes it sure: `okta` or `auth0`; `None` where none is needed.
    pub provider: Option<&'static str>,
    /// How the name must be written: `cookie`, `parameter`, `segment`; `None` for any way.
    pub form: Option<&'static str>,
    /// What the value must look like; empty for what is public.
    pub shape: &'static str,
    /// How sure it is where the provider's word is in the name or around it; `None`: not at all.
    pub named: Option<&'static str>,
    /// How sure it is where a host or word of the provider is near.
    pub near: Option<&'static str>,
    /// How sure it is without either.
    pub alone: Option<&'static str>,
    /// Where it counts: `text` or `recording`; `None` for both.
    pub setting: Option<&'static str>,
}

/// Every name, in order.
pub fn credential_names() -> &'static [CredentialName] {
    &NAMES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::check;

    #[test]
    fn the_table_holds_its_form() {
        let columns = [
            "name", "kind", "provider", "form", "shape", "named", "near", "alone", "setting",
            "source", "date",
        ];
        check(TEXT, &columns);
        let sure = ["candidate", "medium", "strong", "certain"];
        for (row, [_, kind, ..]) in credential_names().iter().zip(rows::<11>(TEXT)) {
            assert_eq!(row.credential.is_some(), !kind.is_empty(), "{row:?}");
            assert_eq!(row.credential.is_some(), !row.shape.is_empty(), "{row:?}");
            let steps = [row.named, row.near, row.alone];
            assert!(steps.iter().flatten().all(|step| sure.contains(step)), "{row:?}");
            assert!([None, Some("cookie"), Some("parameter"), Some("segment")].contains(&row.form));
            assert!([None, Some("text"), Some("recording")].contains(&row.setting));
        }
    }

    #[test]
    fn every_kind_that_is_told_by_its_name_is_in_the_catalog() {
        assert!(credential_names().iter().filter(|row| row.credential.is_some()).count() > 100);
    }
}
