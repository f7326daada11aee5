//! Credentials that are to be verified, each once, however many places hold it.

use std::collections::BTreeMap;

use finding::{Finding, Fingerprint};
use jiff::Timestamp;
use leak::{Companion, Leak, Nearness, Tenant};

/// Hosts that are kept of one credential, the nearest. Of more of them none can be told to be its own by a refusal.
const HOSTS_MAX: usize = 16;

/// Things beside a credential that are kept.
const COMPANIONS_MAX: usize = 64;

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
    /// The hosts that stand near it at any of its places, each once, the nearest first.
    pub(crate) hosts: Vec<Tenant>,
    /// Whether there are more hosts than are kept.
    pub(crate) is_crowded: bool,
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
        let hosts = leak.tenant.iter().cloned().collect();
        Self { leak, name, held, author, hosts, is_crowded: false }
    }

    /// The hosts that it may be at home at, the nearest first: where it names one itself, that one alone.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = &str> {
        let names_its_own = self.names_its_own();
        let may_be = move |one: &&Tenant| !names_its_own || one.nearness == Nearness::Same;
        self.hosts.iter().filter(may_be).map(|one| one.host.as_str())
    }

    /// Whether the credential itself says whose it is, as a token's issuer does.
    pub(crate) fn names_its_own(&self) -> bool {
        self.hosts.iter().any(|one| one.nearness == Nearness::Same)
    }

    /// Takes in another place of the same credential: the earliest counts, and every host.
    fn add(&mut self, other: Self) {
        if other.held.is_some_and(|(since, _)| self.held.is_none_or(|(own, _)| since < own)) {
            (self.held, self.author) = (other.held, other.author);
        }
        for host in other.hosts {
            self.add_host(host);
        }
        self.is_crowded |= other.is_crowded;
        let Leak { companions, claims, .. } = other.leak;
        for companion in companions {
            self.add_companion(companion);
        }
        self.leak.claims = self.leak.claims.take().or(claims);
    }

    fn add_host(&mut self, host: Tenant) {
        match self.hosts.iter_mut().find(|one| one.host.eq_ignore_ascii_case(&host.host)) {
            Some(known) if host.nearness < known.nearness => *known = host,
            Some(_) => {}
            None => self.hosts.push(host),
        }
        self.hosts.sort_by_key(|one| one.nearness);
        self.is_crowded |= self.hosts.len() > HOSTS_MAX;
        self.hosts.truncate(HOSTS_MAX);
        self.leak.tenant = self.hosts.first().cloned();
    }

    fn add_companion(&mut self, companion: Companion) {
        let is_it = |one: &Companion| one.what == companion.what && one.value == companion.value;
        let companions = &mut self.leak.companions;
        if companions.len() < COMPANIONS_MAX && !companions.iter().any(is_it) {
            companions.push(companion);
        }
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
