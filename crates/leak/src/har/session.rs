//! Sessions that a recording gives away, and the calls that end them.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;

use jiff::Timestamp;
use rustc_hash::FxBuildHasher;
use serde_json::Value;

use crate::har::found::Found;

/// Largest answer that is read for who signed in.
const ANSWER_BYTES: usize = 1 << 20;

/// Hosts and users that are told; a recording has few.
const SESSIONS_MAX: usize = 1_000;

/// What a recording gives away of sessions at one host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    /// The host, such as `acme.okta.com`.
    pub host: String,
    /// `okta` or `auth0`; `None` for a host that is known for neither.
    pub provider: Option<&'static str>,
    /// How many different session cookies there are.
    pub cookies: u64,
    /// Ids of sessions, as the API and the System Log call them.
    pub ids: BTreeSet<String>,
    /// Ids of users, with what they sign in as where that is known.
    pub users: BTreeMap<String, Option<String>>,
    /// Other hosts to which these cookies went.
    pub sent_to: BTreeSet<String>,
    /// When the first of them was recorded.
    pub first: Option<Timestamp>,
}

impl Session {
    /// The calls that end these sessions, ready to be made.
    pub fn calls(&self) -> Vec<String> {
        let host = &self.host;
        let users = self.users.keys();
        if self.provider == Some("auth0") {
            let call = |id: &String| {
                format!("DELETE https://{host}/api/v2/users/{}/sessions", encoded(id))
            };
            return users.map(call).collect();
        }
        let call =
            |id| format!("DELETE https://{host}/api/v1/users/{id}/sessions?oauthTokens=true");
        let calls: Vec<String> = users.map(call).collect();
        if calls.is_empty() {
            let call = |id: &String| format!("DELETE https://{host}/api/v1/sessions/{id}");
            return self.ids.iter().map(call).collect();
        }
        calls
    }

    /// Where nothing says whose sessions these are: the query of the System Log that tells who signed in before.
    /// `None` where [`Session::calls`] has something, and for hosts that are not Okta's.
    pub fn query(&self) -> Option<String> {
        let host = &self.host;
        if self.provider != Some("okta") || !self.calls().is_empty() {
            return None;
        }
        let filter = "filter=eventType%20eq%20%22user.session.start%22";
        let until = self.first.map(|time| format!("&until={time}")).unwrap_or_default();
        Some(format!("GET https://{host}/api/v1/logs?{filter}{until}&sortOrder=DESCENDING"))
    }
}

/// `auth0|abc` as part of an address.
fn encoded(id: &str) -> String {
    id.replace('%', "%25").replace('|', "%7C")
}

/// Sessions by host, as they are gathered.
#[derive(Debug, Default)]
pub(crate) struct Sessions(BTreeMap<String, Gathered>);

#[derive(Debug, Default)]
struct Gathered {
    session: Session,
    /// By hash, and whether this is a host to which it belongs: it was a cookie there.
    values: BTreeMap<u64, bool>,
}

impl Sessions {
    fn at(&mut self, host: &str, provider: Option<&'static str>) -> Option<&mut Gathered> {
        if !self.0.contains_key(host) && self.0.len() >= SESSIONS_MAX {
            return None;
        }
        let gathered = self.0.entry(host.to_owned()).or_default();
        host.clone_into(&mut gathered.session.host);
        gathered.session.provider = gathered.session.provider.or(provider);
        Some(gathered)
    }

    /// Notes a session cookie, or the user that a token names.
    pub(crate) fn see(&mut self, at: Place<'_>, found: &Found) {
        let Place { host, provider, is_cookie, time } = at;
        let Some(leak) = found.leak() else { return };
        let user = leak.claims.as_ref().and_then(|claims| claims.user.clone());
        let is_session =
            leak.kind.family == "session" && !leak.kind.kind.ends_with("device_cookie");
        if !is_session && user.is_none() {
            return;
        }
        let Some(gathered) = self.at(host, leak.kind.provider.or(provider)) else { return };
        if is_session && gathered.values.len() < SESSIONS_MAX {
            *gathered.values.entry(hash(&found.value)).or_default() |= is_cookie;
            gathered.session.first = gathered.session.first.or(time);
        }
        if let Some(user) = user.filter(|user| user.starts_with("00u")) {
            gathered.session.users.entry(user).or_default();
        }
    }

    /// Reads an answer for who signed in.
    pub(crate) fn read(&mut self, host: &str, provider: Option<&'static str>, body: &[u8]) {
        let worth = body.len() <= ANSWER_BYTES && memchr::memmem::find(body, b"\"00u").is_some();
        let answer = worth.then(|| serde_json::from_slice::<Value>(body).ok()).flatten();
        let Some(answer) = answer else { return };
        let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str);
        let people = [
            ("/userId", "/login"),
            ("/_embedded/user/id", "/_embedded/user/profile/login"),
            ("/user/value/id", "/user/value/identifier"),
            ("/id", "/profile/login"),
            ("/sub", "/preferred_username"),
        ];
        let Some(gathered) = self.at(host, provider) else { return };
        for (id, login) in people {
            let Some(id) = text(id).filter(|id| id.starts_with("00u") && id.len() == 20) else {
                continue;
            };
            let known = gathered.session.users.entry(id.to_owned()).or_default();
            *known = known.take().or_else(|| text(login).map(str::to_owned));
        }
        let is_session = |id: &&str| id.starts_with("102") || id.starts_with("idx");
        if text("/userId").is_some() {
            gathered.session.ids.extend(text("/id").filter(is_session).map(str::to_owned));
        }
    }

    /// The hosts with session cookies.
    pub(crate) fn all(mut self) -> Vec<Session> {
        self.bring_home();
        let gathered = self.0.into_values().filter(|one| !one.values.is_empty());
        gathered.map(|one| Session { cookies: one.values.len() as u64, ..one.session }).collect()
    }
}

/// Where in a recording something is seen.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    /// The host that was asked.
    pub(crate) host: &'p str,
    /// Whose host that is.
    pub(crate) provider: Option<&'static str>,
    /// Whether it is a cookie there.
    pub(crate) is_cookie: bool,
    /// When.
    pub(crate) time: Option<Timestamp>,
}

impl Sessions {
    /// Takes what is a cookie of one host from the other hosts that it was sent to.
    fn bring_home(&mut self) {
        let cookies = |(host, one): (&String, &Gathered)| {
            let own = one.values.iter().filter(|(_, is_cookie)| **is_cookie);
            own.map(|(value, _)| (*value, host.clone())).collect::<Vec<_>>()
        };
        let homes: BTreeMap<u64, String> = self.0.iter().flat_map(cookies).collect();
        let mut sent = Vec::new();
        for (host, one) in &mut self.0 {
            one.values.retain(|value, is_cookie| match homes.get(value) {
                Some(home) if !*is_cookie => {
                    sent.push((home.clone(), host.clone()));
                    false
                }
                _ => true,
            });
        }
        for (home, host) in sent {
            if let Some(one) = self.0.get_mut(&home) {
                one.session.sent_to.insert(host);
            }
        }
    }
}

fn hash(value: &str) -> u64 {
    FxBuildHasher.hash_one(value)
}
