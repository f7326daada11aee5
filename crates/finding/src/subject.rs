//! Who a finding is about.

use serde::{Deserialize, Serialize};

use crate::evidence::{TEXT_MAX, cut};
use crate::fingerprint::Fingerprint;

/// The identities of an event that one may act on. What is unknown is left out of JSON.
///
/// In a finding none is longer than [`TEXT_MAX`] characters and a mark of its length: an event may
/// hold megabytes where a name should be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Who acted: the login if there is one, else the provider's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The provider's id of who acted, such as `00u…` or `auth0|…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// To whom it was done, when that is somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Where the request came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// The provider's id of the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The id of the API or access token that was used; never its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The OAuth client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The provider's id of the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

/// The one identity by which a subject is told from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key<'a> {
    /// The name of the subject's field that holds it, such as `user`.
    pub field: &'static str,
    /// What that field holds.
    pub value: &'a str,
}

impl Subject {
    /// The strongest identity that is known: a person before a program, a program before
    /// a session, all before an address. `None` when nothing is known.
    pub fn key(&self) -> Option<Key<'_>> {
        let known = [
            ("user", &self.user),
            ("user", &self.user_id),
            ("client", &self.client),
            ("token", &self.token),
            ("session", &self.session),
            ("device", &self.device),
            ("ip", &self.ip),
            ("target", &self.target),
        ];
        known.into_iter().find_map(|(field, value)| Some(Key { field, value: value.as_deref()? }))
    }

    /// The same with texts that are too long cut.
    pub(crate) fn cut(mut self) -> Self {
        let Self { user, user_id, target, ip, session, token, client, device } = &mut self;
        for text in [user, user_id, target, ip, session, token, client, device] {
            if let Some(text) = text.as_mut().filter(|text| text.len() > TEXT_MAX) {
                *text = cut(text);
            }
        }
        self
    }

    /// The case of findings about this subject whatever their time; a subject without any identity is a
    /// case of its own, named by `otherwise`.
    pub(crate) fn case(&self, log: [Option<&str>; 2], otherwise: &str) -> Fingerprint {
        let [provider, tenant] = log.map(Option::unwrap_or_default);
        match self.key() {
            Some(key) => {
                let value = key.value.to_lowercase();
                Fingerprint::of_case(&[provider, tenant, key.field, &value])
            }
            None => Fingerprint::of_case(&[provider, tenant, "", otherwise]),
        }
    }

    /// The case of a run of findings about this subject that begins with the finding of that id.
    pub(crate) fn run(&self, log: [Option<&str>; 2], first: &str) -> Fingerprint {
        let [provider, tenant] = log.map(Option::unwrap_or_default);
        let value = self.key().map(|key| key.value.to_lowercase()).unwrap_or_default();
        let field = self.key().map(|key| key.field).unwrap_or_default();
        Fingerprint::of_case(&[provider, tenant, field, &value, first])
    }
}
