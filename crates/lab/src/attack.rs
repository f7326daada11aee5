//! Attacks to replay: what each is, what it should raise, and its events among the people of the organization.
//!
//! An attack is a file of `attacks/`: a title, where it is described, the rules that should raise it, and its steps. Each
//! step says in words what happens and lists the events of it. Nothing of that is code; what code knows is who plays which
//! part (`cast.rs`), and how a line of the list becomes an event (`deed.rs`). To add an attack, add its file to [`FILES`].

mod behind;
mod cast;
mod deed;
mod props;
mod script;
mod stage;

use std::sync::LazyLock;

use jiff::SignedDuration;

pub(crate) use crate::attack::behind::Behind;
use crate::attack::script::Script;
use crate::entry::Product;

/// An attack, as its file tells it.
#[derive(Debug)]
pub struct Attack {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it is, in one line.
    pub title: &'static str,
    /// Whose log it shows in.
    pub provider: Product,
    /// Where the technique is described: a document and its section.
    pub source: &'static str,
    /// Names of the rules that raise it behind any week of ordinary work, in alphabetical order. Where those concerned have
    /// enough of a past, more do.
    pub rules: Vec<&'static str>,
    /// How long it takes at its own pace, at least.
    pub length: SignedDuration,
    script: &'static Script,
}

/// One thing that happens, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Happening {
    /// Since the attack began.
    pub at: SignedDuration,
    /// In a sentence.
    pub says: &'static str,
}

impl Attack {
    /// What happens, in order.
    pub fn steps(&self) -> impl Iterator<Item = Happening> {
        self.script.steps.iter().map(|step| Happening { at: step.at, says: &step.says })
    }

    pub(crate) fn script(&self) -> &'static Script {
        self.script
    }
}

/// All attacks, in alphabetical order.
pub fn attacks() -> &'static [Attack] {
    &ATTACKS
}

/// The attack of that name.
pub fn attack(name: &str) -> Option<&'static Attack> {
    attacks().iter().find(|attack| attack.name == name)
}

/// Names and files, in alphabetical order.
const FILES: &[(&str, &str)] = &[
    ("api-explorer-token", include_str!("../attacks/api-explorer-token.toml")),
    ("blinding-the-defender", include_str!("../attacks/blinding-the-defender.toml")),
    ("client-secret-elsewhere", include_str!("../attacks/client-secret-elsewhere.toml")),
    ("credential-stuffing", include_str!("../attacks/credential-stuffing.toml")),
    ("cross-tenant-impersonation", include_str!("../attacks/cross-tenant-impersonation.toml")),
    ("federation-tampering", include_str!("../attacks/federation-tampering.toml")),
    ("policy-weakening", include_str!("../attacks/policy-weakening.toml")),
    ("push-fatigue", include_str!("../attacks/push-fatigue.toml")),
    ("rogue-oauth-app", include_str!("../attacks/rogue-oauth-app.toml")),
    ("session-theft", include_str!("../attacks/session-theft.toml")),
    ("token-leak", include_str!("../attacks/token-leak.toml")),
    ("token-persistence", include_str!("../attacks/token-persistence.toml")),
    ("token-theft", include_str!("../attacks/token-theft.toml")),
    ("workflow-exfiltration", include_str!("../attacks/workflow-exfiltration.toml")),
];

static SCRIPTS: LazyLock<Vec<(&str, Script)>> = LazyLock::new(|| {
    // INVARIANT: a test reads every file.
    FILES.iter().filter_map(|(name, text)| Some((*name, script::read(text).ok()?))).collect()
});

static ATTACKS: LazyLock<Vec<Attack>> = LazyLock::new(|| {
    let scripts: &'static [(&str, Script)] = &SCRIPTS;
    scripts.iter().map(|(name, script)| of(name, script)).collect()
});

fn of(name: &'static str, script: &'static Script) -> Attack {
    Attack {
        name,
        title: &script.title,
        provider: script.provider(),
        source: &script.source,
        rules: script.rules.iter().map(String::as_str).collect(),
        length: script.length(),
        script,
    }
}

#[cfg(test)]
mod tests;
