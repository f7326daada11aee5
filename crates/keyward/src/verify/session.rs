//! Sessions that a recording gives away: what was done in them after it was made, and from where.

use std::collections::BTreeMap;

use finding::Exposure;
use idp::Provider;
use inventory::Whose;
use leak::har::Session;
use serde_json::{Value, json};

use super::asker::Asker;
use super::exposed::{self, Watch};
use super::{Account, Verifier};
use crate::render::exposure_lines;

/// What was done in one session, or by a user whose session has no id in the recording.
#[derive(Debug)]
pub(crate) struct SessionUse {
    host: String,
    /// The id of the session, or of the user.
    id: String,
    is_user: bool,
    exposure: Exposure,
}

/// By host, id, and whether that is a user's.
type Key = (String, String, bool);

impl Verifier<'_> {
    /// Looks in the log for what was done in sessions after they were recorded. Of hosts that are none of ours nothing is known,
    /// unless logs were given.
    pub(crate) fn follow(&self, sessions: &[Session]) -> (Vec<SessionUse>, Account) {
        let mut asker = Asker::new(self);
        let told = self.runtime.block_on(async {
            let is_okta = |one: &Session| one.provider == Some(Provider::Okta.as_str());
            if sessions.iter().any(is_okta) {
                asker.prove_all(Provider::Okta).await;
            }
            let watches = watches(&mut asker, sessions);
            exposed::read(&mut asker, watches).await
        });
        let uses = told.into_iter().map(|((host, id, is_user), exposure)| SessionUse {
            host,
            id,
            is_user,
            exposure,
        });
        (uses.collect(), asker.into_account())
    }
}

fn watches(asker: &mut Asker<'_>, sessions: &[Session]) -> BTreeMap<Key, Watch> {
    let has_logs = !asker.verifier.args.logs.is_empty();
    let mut watches = BTreeMap::new();
    for session in sessions {
        let ours = asker.watched.iter().find(|one| one.is_at(&session.host));
        let is_okta = session.provider == Some(Provider::Okta.as_str());
        let Some(since) = session.first.filter(|_| is_okta && (ours.is_some() || has_logs)) else {
            let note = format!(
                "Not followed: sessions at {}, which is no tenant of Okta in the configuration, or has no time.",
                session.host
            );
            asker.account.note(note);
            continue;
        };
        let tenant = ours.map(|one| one.name.clone());
        let mut add = |id: &String, is_user: bool| {
            let whose = if is_user { Whose::User(id.clone()) } else { Whose::Session(id.clone()) };
            let watch = Watch::new(vec![whose], (since, "its recording"), tenant.clone());
            watches.insert((session.host.clone(), id.clone(), is_user), watch);
        };
        session.ids.iter().for_each(|id| add(id, false));
        if session.ids.is_empty() {
            session.users.keys().for_each(|id| add(id, true));
        }
    }
    watches
}

impl SessionUse {
    /// For people, line by line.
    pub(crate) fn lines(&self) -> Vec<String> {
        let Self { host, id, is_user, exposure } = self;
        let what = if *is_user { "User" } else { "Session" };
        let mut lines = exposure_lines(exposure).into_iter();
        let first = lines.next().map(|(_, text)| format!("{what} {id} at {host}: {text}"));
        let rest = lines.map(|(word, text)| format!("  {word} {text}"));
        first.into_iter().chain(rest).collect()
    }

    /// For programs.
    pub(crate) fn to_json(&self) -> Value {
        let Self { host, id, is_user, exposure } = self;
        let what = if *is_user { "user" } else { "session" };
        json!({"host": host, what: id, "exposure": exposure})
    }
}
