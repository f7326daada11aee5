//! What a verification of a leaked credential would ask, and what the answers would mean.

use std::sync::LazyLock;

use crate::table::{compare, filled, rows};

const TEXT: &str = include_str!("../../../catalog/verification.tsv");

static CHECKS: LazyLock<Vec<Check>> = LazyLock::new(|| {
    rows(TEXT)
        .filter_map(
            |[kind, provider, mode, method, path, sends, answers, caution, source, date]| {
                Some(Check {
                    kind,
                    provider: filled(provider).filter(|name| *name != "any"),
                    mode: Mode::from_name(mode)?,
                    request: filled(method).map(|method| Request { method, path, sends }),
                    answers: answers.split("; ").filter_map(Answer::read).collect(),
                    caution: filled(caution),
                    source,
                    date,
                })
            },
        )
        .collect()
});

/// One step of a verification.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// The kind of credential; a provider's name for the proof of its hosts.
    pub kind: &'static str,
    /// Whose host it must be that is asked; `None` where nothing is asked or anybody's would do.
    pub provider: Option<&'static str>,
    /// What it takes.
    pub mode: Mode,
    /// What is sent; `None` for [`Mode::Offline`] and [`Mode::Never`].
    pub request: Option<Request>,
    /// What may be seen and what it means, the first that fits; empty for [`Mode::Never`].
    pub answers: Vec<Answer>,
    /// What to mind, as a fragment; for [`Mode::Never`] why not.
    pub caution: Option<&'static str>,
    /// Who says so.
    pub source: &'static str,
    /// When that was looked up, `YYYY-MM-DD`.
    pub date: &'static str,
}

/// What a step of a verification takes. Ordered as the steps are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// A look at the credential itself; nothing is sent.
    Offline,
    /// A request without a credential, which proves whose a host is.
    Proof,
    /// A request with the asker's own access, without the leaked value.
    Admin,
    /// A request with the leaked value.
    Live,
    /// A use of the leaked value that must not be tried.
    Never,
}

/// A request to the host of a tenant. Names in braces stand for what belongs to the credential, and
/// `{secret}` for its value.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    /// Such as `GET`.
    pub method: &'static str,
    /// Path and query.
    pub path: &'static str,
    /// The header or form fields that go with it beside those of the asker; may be empty.
    pub sends: &'static str,
}

/// What may be seen, and what it means.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// What is seen, as a fragment: a status with an error's code, a claim, a field.
    pub seen: &'static str,
    /// What it means.
    pub status: Status,
}

/// What a verification concludes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nothing yet: the next step may tell.
    GoOn,
    /// It works.
    Live,
    /// It works, though not for this or not from here.
    LiveRestricted,
    /// It does not work any more.
    Dead,
    /// It is none of this tenant's.
    WrongOrg,
    /// Its own time is over.
    Expired,
    /// Nobody knows: ask again after the time that the answer names.
    RateLimited,
    /// Nobody knows.
    NotChecked,
}

impl Mode {
    /// Every mode, in order.
    pub const ALL: [Self; 5] = [Self::Offline, Self::Proof, Self::Admin, Self::Live, Self::Never];

    /// The lower-case word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Proof => "proof",
            Self::Admin => "admin",
            Self::Live => "live",
            Self::Never => "never",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::GoOn,
        Self::Live,
        Self::LiveRestricted,
        Self::Dead,
        Self::WrongOrg,
        Self::Expired,
        Self::RateLimited,
        Self::NotChecked,
    ];

    /// The lower-case word, as in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GoOn => "go-on",
            Self::Live => "live",
            Self::LiveRestricted => "live-restricted",
            Self::Dead => "dead",
            Self::WrongOrg => "wrong-org",
            Self::Expired => "expired",
            Self::RateLimited => "rate-limited",
            Self::NotChecked => "not-checked",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

impl Answer {
    fn read(text: &'static str) -> Option<Self> {
        let (seen, status) = text.split_once(" => ")?;
        Some(Self { seen, status: Status::from_name(status)? })
    }
}

/// The steps for a kind of credential, in the order of asking; empty for what the catalog does not know.
pub fn verification(kind: &str) -> &'static [Check] {
    let begin = CHECKS.partition_point(|check| compare(check.kind, kind).is_lt());
    let end = CHECKS.partition_point(|check| compare(check.kind, kind).is_le());
    CHECKS.get(begin..end).unwrap_or_default()
}

/// The step that proves a host to be one of that provider's tenants. No credential is sent with it.
pub fn host_proof(provider: &str) -> Option<&'static Check> {
    verification(provider).first().filter(|check| check.mode == Mode::Proof)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{credentials, okta_event_type};

    #[test]
    fn table_is_well_formed() {
        let columns = [
            "kind", "provider", "mode", "method", "path", "sends", "answers", "caution", "source",
            "date",
        ];
        crate::table::tests::check(TEXT, &columns);
        assert_eq!(CHECKS.len(), rows::<10>(TEXT).count(), "unknown modes");
        let key = |check: &Check| (check.kind, check.mode);
        assert!(CHECKS.is_sorted_by_key(key));
        for [kind, provider, _, _, _, _, answers, ..] in rows::<10>(TEXT) {
            assert!(["okta", "auth0", "any"].contains(&provider), "{kind}");
            let n_answers = answers.split("; ").filter(|text| !text.is_empty()).count();
            let read = answers.split("; ").filter_map(Answer::read).count();
            assert_eq!(read, n_answers, "{kind}: {answers}");
        }
    }

    #[test]
    fn every_kind_says_how_it_is_tried_or_why_never() {
        for credential in credentials() {
            let checks = verification(credential.kind);
            let has = |mode| checks.iter().any(|check| check.mode == mode);
            assert!(has(Mode::Live) != has(Mode::Never), "{}", credential.kind);
            for check in checks {
                let is_own = credential.provider.is_none() || check.provider == credential.provider;
                assert!(is_own || check.provider.is_none(), "{}", credential.kind);
            }
        }
        let kinds: Vec<_> = credentials().iter().map(|credential| credential.kind).collect();
        let known = |kind| kinds.contains(&kind) || host_proof(kind).is_some();
        assert!(CHECKS.iter().all(|check| known(check.kind)));
    }

    /// The leaked value goes into live requests alone, and never into a path, which is logged on the way.
    #[test]
    fn the_value_is_sent_by_live_requests_alone() {
        for check in CHECKS.iter() {
            let kind = check.kind;
            let sends =
                check.request.as_ref().is_some_and(|request| request.sends.contains("{secret}"));
            assert_eq!(sends, check.mode == Mode::Live, "{kind}");
            let asks = matches!(check.mode, Mode::Proof | Mode::Admin | Mode::Live);
            assert_eq!(check.request.is_some(), asks, "{kind}");
            assert_eq!(check.answers.is_empty(), check.mode == Mode::Never, "{kind}");
            assert!(check.mode != Mode::Never || check.caution.is_some(), "{kind}");
            if let Some(Request { method, path, .. }) = &check.request {
                assert!(["GET", "POST"].contains(method), "{kind}");
                assert!(path.starts_with('/') && !path.contains("{secret}"), "{kind}");
            }
        }
    }

    /// Being refused is not being dead, and being slowed down is not knowing.
    #[test]
    fn refusals_and_rate_limits_are_told_from_death() {
        for check in CHECKS.iter().filter(|check| check.mode == Mode::Live) {
            let meaning = |seen: &str| {
                check
                    .answers
                    .iter()
                    .find(|answer| answer.seen.starts_with(seen))
                    .map(|it| it.status)
            };
            assert_eq!(meaning("429"), Some(Status::RateLimited), "{}", check.kind);
            assert_ne!(meaning("403"), Some(Status::Dead), "{}", check.kind);
        }
    }

    #[test]
    fn steps_are_found_by_kind() {
        let modes: Vec<_> =
            verification("Okta_API_Token").iter().map(|check| check.mode.name()).collect();
        assert_eq!(modes, ["admin", "live"]);
        assert!(verification("aws_access_key").is_empty());
        let proof = host_proof("okta").unwrap();
        assert_eq!(proof.request.as_ref().unwrap().path, "/.well-known/okta-organization");
        assert_eq!(host_proof("okta_api_token"), None);
        let secret = verification("okta_client_secret")[1].caution.unwrap();
        assert!(secret.split(' ').any(|word| okta_event_type(word).is_some()));
    }
}
