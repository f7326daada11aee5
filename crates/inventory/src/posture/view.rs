//! What checks look at, and the words that they share.

use finding::{Evidence, Subject, Weakness, rfc3339};
use jiff::{SignedDuration, Timestamp};

use crate::{Admin, Card, CardKind, GONE, Snapshot};

/// How long a tenant may be silent before the log counts as one that ended: a long weekend.
const SILENCE: SignedDuration = SignedDuration::from_hours(4 * 24);

/// A snapshot at a time.
pub(super) struct View<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) now: Timestamp,
}

impl<'s> View<'s> {
    /// The credentials that still work, or may.
    pub(super) fn cards(&self) -> impl Iterator<Item = &'s Card> {
        let is_dead = |card: &&Card| matches!(card.status.as_str(), "INACTIVE" | "DELETED" | GONE);
        let ended =
            |card: &&Card| card.expires.as_ref().is_some_and(|expires| expires.value <= self.now);
        self.snapshot.cards.iter().filter(move |card| !is_dead(card) && !ended(card))
    }

    /// The administrators who may sign in.
    pub(super) fn admins(&self) -> impl Iterator<Item = &'s Admin> {
        let is_out = |status: &str| is_out(status);
        self.snapshot.admins.iter().filter(move |admin| {
            !admin.roles.is_empty() && !admin.status.as_deref().is_some_and(is_out)
        })
    }

    /// Whether the log was seen for all of a time up to now.
    pub(super) fn saw(&self, span: SignedDuration) -> bool {
        self.sees() && self.snapshot.log.since.is_some_and(|since| since <= self.now - span)
    }

    /// Whether the log was seen up to now, as far as its last event tells.
    pub(super) fn sees(&self) -> bool {
        self.snapshot.log.until.is_some_and(|until| until >= self.now - SILENCE)
    }

    /// Why something was not looked at that takes so much of the log.
    pub(super) fn too_short(&self, span: SignedDuration) -> String {
        let days = span.as_hours() / 24;
        let log = &self.snapshot.log;
        match (log.since, log.until) {
            (Some(_), Some(until)) if !self.sees() => {
                format!("the log was seen until {} only", rfc3339(until))
            }
            (Some(since), _) => {
                let since = rfc3339(since);
                format!("the log was seen since {since} only, which is less than {days} days")
            }
            (None, _) => "the log was not seen".to_owned(),
        }
    }

    /// A weakness of a credential.
    pub(super) fn of_card(&self, card: &Card, evidence: Evidence) -> Weakness {
        let is_token = card.kind == CardKind::ApiToken;
        let subject = Subject {
            token: is_token.then(|| card.id.clone()),
            client: (!is_token).then(|| card.id.clone()),
            ..Subject::default()
        };
        let mut evidence = evidence;
        if !card.name.is_empty() {
            evidence.add("name", &card.name);
        }
        // Not the subject: it is the credential that is weak, whoever owns it.
        if let Some(owner) = &card.owner {
            evidence.add("owner", owner.login.as_ref().unwrap_or(&owner.id));
        }
        Weakness { subject, ..self.of(&card.id, evidence) }
    }

    /// A weakness of an administrator's account.
    pub(super) fn of_admin(&self, admin: &Admin, evidence: Evidence) -> Weakness {
        let subject = Subject {
            user: admin.login.clone(),
            user_id: Some(admin.id.clone()),
            ..Subject::default()
        };
        Weakness { subject, ..self.of(&admin.id, evidence) }
    }

    /// A weakness of the whole tenant.
    pub(super) fn of_tenant(&self, evidence: Evidence) -> Weakness {
        let Snapshot { host, tenant, .. } = self.snapshot;
        self.of(if host.is_empty() { tenant } else { host }, evidence)
    }

    fn of(&self, about: &str, evidence: Evidence) -> Weakness {
        Weakness {
            about: about.to_owned(),
            provider: Some(self.snapshot.provider.as_str().to_owned()),
            tenant: Some(self.snapshot.tenant.clone()),
            subject: Subject::default(),
            evidence,
            seen: Some(self.snapshot.at),
        }
    }
}

/// Whether an account of that status cannot be used.
pub(super) fn is_out(status: &str) -> bool {
    matches!(status, "DEPROVISIONED" | "SUSPENDED" | "DELETED")
}
