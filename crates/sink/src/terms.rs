//! Which findings are meant: by level, kind, tenant, rule and subject.

use std::fmt;
use std::str::FromStr;

use finding::{Finding, Kind, Level, Subject};
use glob::{MatchOptions, Pattern};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// A name in which `*` stands for anything and `?` for one character, whatever the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(Pattern);

/// Why a text is no [`Glob`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("is no name with `*` and `?`: {why}")]
pub struct BadGlob {
    /// What is wrong.
    why: &'static str,
}

impl Glob {
    /// Whether it is a name.
    pub fn is(&self, name: &str) -> bool {
        let options = MatchOptions { case_sensitive: false, ..MatchOptions::default() };
        self.0.matches_with(name, options)
    }
}

impl FromStr for Glob {
    type Err = BadGlob;

    fn from_str(text: &str) -> Result<Self, BadGlob> {
        Pattern::new(text).map(Self).map_err(|error| BadGlob { why: error.msg })
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.as_str())
    }
}

impl Serialize for Glob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for Glob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Findings to which all of it applies; a list applies if one of it does, and an empty one to everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The least level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The highest level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Level>,
    /// Kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// Names of tenants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenants: Vec<Glob>,
    /// Names or ids of rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Glob>,
    /// Who it is about, or to whom it was done: any identity of the subject.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<Glob>,
}

impl Terms {
    /// Whether a finding is meant.
    pub fn mean(&self, finding: &Finding) -> bool {
        let Finding { level, kind, tenant, rule, subject, .. } = finding;
        self.level.is_none_or(|least| *level >= least)
            && self.up_to.is_none_or(|most| *level <= most)
            && (self.kinds.is_empty() || self.kinds.contains(kind))
            && one_is(&self.tenants, tenant.as_deref())
            && one_is(&self.rules, [rule.name.as_str(), rule.id.as_str()])
            && one_is(&self.subjects, identities(subject))
    }

    /// Whether they mean every finding.
    pub fn are_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn one_is<'a>(globs: &[Glob], names: impl IntoIterator<Item = &'a str>) -> bool {
    globs.is_empty() || names.into_iter().any(|name| globs.iter().any(|glob| glob.is(name)))
}

fn identities(subject: &Subject) -> impl Iterator<Item = &str> {
    let Subject { user, user_id, target, ip, session, token, client, device } = subject;
    [user, user_id, target, ip, session, token, client, device]
        .into_iter()
        .filter_map(Option::as_deref)
}

impl fmt::Display for Terms {
    /// Such as `rule okta_api_*, up to medium`; `everything` if they are empty.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |what: &str, globs: &[Glob]| {
            let names: Vec<_> = globs.iter().map(ToString::to_string).collect();
            (!names.is_empty()).then(|| format!("{what} {}", names.join(" or ")))
        };
        let kinds: Vec<_> = self.kinds.iter().map(|kind| kind.name()).collect();
        let parts = [
            self.level.map(|level| format!("from {level}")),
            self.up_to.map(|level| format!("up to {level}")),
            (!kinds.is_empty()).then(|| format!("kind {}", kinds.join(" or "))),
            list("tenant", &self.tenants),
            list("rule", &self.rules),
            list("subject", &self.subjects),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        f.pad(&if parts.is_empty() { "everything".to_owned() } else { parts.join(", ") })
    }
}
