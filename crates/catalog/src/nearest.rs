//! Suggestions: what somebody may have meant by a name that the catalog lacks.
//!
//! A guess is only ever shown to a person; nothing matches or resolves by it.

use crate::{Product, auth0_log_types, event_alias, okta_event_types};

/// Words that people use for the same act. Only the spelling in the catalog is right.
const SYNONYMS: &[&[&str]] = &[
    &["create", "created", "add", "added", "new", "insert"],
    &["update", "updated", "modify", "modified", "change", "changed", "edit"],
    &["delete", "deleted", "remove", "removed", "destroy"],
    &["activate", "activated", "enable", "enabled"],
    &["deactivate", "deactivated", "disable", "disabled"],
    &["start", "started", "login", "signin", "begin"],
    &["end", "ended", "logout", "signout", "stop"],
    &["grant", "granted", "assign", "assigned"],
    &["revoke", "revoked", "unassign", "unassigned"],
    &["app", "application"],
    &["mfa", "2fa"],
];

/// How much of a name must agree before it is worth suggesting, from 0 to 1.
const ENOUGH: f64 = 0.7;

/// A code this short resembles too many others for a suggestion to mean anything.
const SHORTEST: usize = 3;

/// The event type or log code that was probably meant; `None` when nothing comes close.
///
/// Names known to be in use for others come first (see [`event_alias`]), then likeness of
/// spelling, word by word. Costs some milliseconds, for it looks at every name.
pub fn nearest_event_type(product: Product, text: &str) -> Option<&'static str> {
    let alias = event_alias(product, text).and_then(|alias| alias.replacements.first().copied());
    alias.or_else(|| match product {
        Product::Auth0 => nearest(auth0_log_types().iter().map(|row| row.code), text),
        Product::Okta => nearest(okta_event_types().iter().map(|row| row.id), text),
        Product::Aws | Product::Entra | Product::Github => None,
    })
}

/// The candidate most like `text`, the first of equals; `None` when none is like it.
pub(crate) fn nearest<'c>(
    candidates: impl Iterator<Item = &'c str>,
    text: &str,
) -> Option<&'c str> {
    let text = text.trim();
    if text.len() < SHORTEST || text.len() > 200 {
        return None;
    }
    let wanted = Name::parse(text);
    let mut best = None;
    let mut most = ENOUGH;
    for candidate in candidates {
        let likeness = wanted.likeness(candidate, most);
        if likeness > most {
            most = likeness;
            best = Some(candidate);
        }
    }
    best
}

/// The shortest candidate that has every word of `text` and as many segments.
pub(crate) fn nearest_longer(
    candidates: impl Iterator<Item = &'static str>,
    text: &str,
) -> Option<&'static str> {
    let wanted = Name::parse(text);
    let n_segments = |name: &str| name.split('.').count();
    let is_longer = |candidate: &&'static str| {
        let words = Name::parse(candidate).words;
        n_segments(candidate) == n_segments(text)
            && wanted.words.iter().all(|word| words.contains(word))
    };
    let worth_it = wanted.words.len() > 1;
    candidates
        .filter(|candidate| worth_it && is_longer(candidate))
        .min_by_key(|candidate| candidate.len())
}

/// A name in lower case, whole and cut into words.
struct Name {
    whole: String,
    words: Vec<String>,
}

impl Name {
    fn parse(text: &str) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut after_lower = false;
        for letter in text.chars() {
            let separates = !letter.is_alphanumeric();
            if words.is_empty() || separates || (after_lower && letter.is_uppercase()) {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut()
                && !separates
            {
                word.extend(letter.to_lowercase());
            }
            after_lower = letter.is_lowercase();
        }
        words.retain(|word| !word.is_empty());
        Self { whole: text.to_lowercase(), words }
    }

    /// From 0 to 1: half the spelling of the whole, half the words, whatever their order.
    /// May answer 0 when the likeness cannot exceed `floor`.
    fn likeness(&self, candidate: &str, floor: f64) -> f64 {
        let whole = spelling(&self.whole, &candidate.to_lowercase());
        let at_best = f64::midpoint(whole, 1.0);
        if at_best <= floor {
            return 0.0;
        }
        let other = Self::parse(candidate);
        let words = f64::midpoint(self.covered_by(&other), other.covered_by(self));
        f64::midpoint(whole, words)
    }

    /// How well the words of the other name account for ours, on average.
    fn covered_by(&self, other: &Self) -> f64 {
        let best_match = |word: &String| {
            let likeness = other.words.iter().map(|candidate| meaning(word, candidate));
            likeness.fold(0.0, f64::max)
        };
        let n_words = u32::try_from(self.words.len()).unwrap_or(u32::MAX).max(1);
        self.words.iter().map(best_match).sum::<f64>() / f64::from(n_words)
    }
}

/// Likeness of two words, synonyms being nearly equal.
fn meaning(one: &str, other: &str) -> f64 {
    let both = |group: &&&[&str]| group.contains(&one) && group.contains(&other);
    if one != other && SYNONYMS.iter().any(|group| both(&group)) {
        return 0.9;
    }
    spelling(one, other)
}

/// One less the share of letters to add, drop, change or swap.
fn spelling(one: &str, other: &str) -> f64 {
    let longest = one.chars().count().max(other.chars().count()).max(1);
    let distance = strsim::osa_distance(one, other);
    let share = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    1.0 - share(distance) / share(longest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn okta_names_are_guessed() {
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(nearest_event_type(Product::Okta, text), expected, "{text}");
        }
        check("user.lifecycle.suspended", Some("user.lifecycle.suspend"));
        check("policy.rule.modify", Some("policy.rule.update"));
        check("policy.rule.remove", Some("policy.rule.delete"));
        check("group.user_membership.create", Some("group.user_membership.add"));
        check("app.lifecycle.delete", Some("application.lifecycle.delete"));
        check("system.apitoken.create", Some("system.api_token.create"));
        check("system.api_token.created", Some("system.api_token.create"));
        check("user.session.login", Some("user.session.start"));
        check("user.authentication.auth_via_idp ", Some("user.authentication.auth_via_IDP"));
        check("user.mfa.factor.resetall", Some("user.mfa.factor.reset_all"));
        check("user.mfa.factor.update ", Some("user.mfa.factor.update"));
        check("zone.created", Some("zone.create"));
        check("sytem.idp.lifecyle.craete", Some("system.idp.lifecycle.create"));
        check("idp.lifecycle.create", Some("system.idp.lifecycle.create"));
        check("security.threat.detection", Some("security.threat.detected"));
        check("logStream.lifecycle.deactivate", Some("system.log_stream.lifecycle.deactivate"));
        check("process_creation", None);
        check("AssumeRoleWithSAML", None);
        check("", None);
    }

    #[test]
    fn auth0_codes_are_guessed() {
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(nearest_event_type(Product::Auth0, text), expected, "{text}");
        }
        check("seraft", Some("sertft"));
        check("gd_unenrol", Some("gd_unenroll"));
        check("limit-wc", Some("limit_wc"));
        check("mgmt_api_reads", Some("mgmt_api_read"));
        check("u", None);
        check("user.session.start", None);
    }

    proptest! {
        // A guess compares more than a thousand names, slowly in a debug build.
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn guessing_never_panics(text in "\\PC*") {
            for product in Product::ALL {
                let _ = nearest_event_type(product, &text);
            }
        }

        /// One slip of the finger in a real name leads back to it, or to one as near.
        #[test]
        fn a_slip_is_undone(idx in 0..1274_usize, at in 0..8_usize) {
            let id = okta_event_types()[idx].id;
            let mut slip: Vec<char> = id.chars().collect();
            slip.remove(at % slip.len());
            let slip: String = slip.into_iter().collect();
            let guess = nearest_event_type(Product::Okta, &slip).unwrap();
            prop_assert!(strsim::osa_distance(guess, &slip) <= 2, "{slip}: {guess}");
        }
    }
}
