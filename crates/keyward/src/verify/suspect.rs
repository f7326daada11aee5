//! Credentials that are to be verified, each once, however many places hold it.

use std::collections::BTreeMap;

use finding::{Finding, Fingerprint};
use jiff::Timestamp;
use leak::Leak;

/// By case, which is the value, and kind.
pub(crate) type Suspects = BTreeMap<(Fingerprint, String), Suspect>;

/// A credential with its value, and what its places say of it.
#[derive(Debug, Clone)]
pub(crate) struct Suspect {
    /// All that is known of it, the value included.
    pub(crate) leak: Leak,
    /// What to call it: title and mask.
    pub(crate) name: String,
    /// Since when it is known to lie open, and what happened then.
    pub(crate) held: Option<(Timestamp, &'static str)>,
    /// Who brought it, as an email address.
    pub(crate) author: Option<String>,
}

impl Suspect {
    /// What a finding says of a leak.
    pub(crate) fn new(leak: Leak, finding: &Finding) -> Self {
        let mask = finding.credential.as_ref().map_or("", |one| one.mask.as_str());
        let name = format!("{} {mask}", finding.rule.title);
        let place = finding.place.as_ref();
        let history = place.and_then(|place| place.history.as_deref());
        let recording = place.and_then(|place| place.recording.as_deref());
        let begins = match (history, recording) {
            (Some(_), _) => "the first commit that held it",
            (None, Some(_)) => "its recording",
            (None, None) => "the place that held it",
        };
        let held = finding.first.map(|since| (since, begins));
        let author = history.and_then(|history| history.commit.as_ref()).and_then(|commit| {
            let (_, rest) = commit.author.rsplit_once('<')?;
            Some(rest.trim_end_matches('>').to_owned())
        });
        Self { leak, name, held, author }
    }

    /// Takes in another place of the same credential: the earliest counts, and the host that stood nearest.
    fn add(&mut self, other: Self) {
        if other.held.is_some_and(|(since, _)| self.held.is_none_or(|(own, _)| since < own)) {
            (self.held, self.author) = (other.held, other.author);
        }
        let Leak { tenant, companions, claims, .. } = other.leak;
        let nearness = |tenant: &Option<leak::Tenant>| tenant.as_ref().map(|one| one.nearness);
        let is_nearer = match (nearness(&tenant), nearness(&self.leak.tenant)) {
            (Some(theirs), Some(own)) => theirs < own,
            (theirs, None) => theirs.is_some(),
            (None, Some(_)) => false,
        };
        if is_nearer {
            self.leak.tenant = tenant;
        }
        if self.leak.companions.is_empty() {
            self.leak.companions = companions;
        }
        self.leak.claims = self.leak.claims.take().or(claims);
    }
}

/// Keeps a credential.
pub(crate) fn add(suspects: &mut Suspects, finding: &Finding, leak: Leak) {
    let suspect = Suspect::new(leak, finding);
    let key = (finding.case.clone(), finding.rule.id.clone());
    match suspects.get_mut(&key) {
        Some(known) => known.add(suspect),
        None => drop(suspects.insert(key, suspect)),
    }
}
