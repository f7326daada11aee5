//! What a change through the served interfaces leaves in the log.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::device::{Device, PROGRAMS};
use crate::entry::{Entry, Product};
use crate::place::{Address, CLOUD};
use crate::random::Random;
use crate::record::auth0::{Application, Log};
use crate::record::kind::Kind;
use crate::record::render::{Ids, KeyOrder, Length, Renderer};
use crate::record::{Actor, Client, Record, Target, Transaction};

/// A change that was made and is to be written.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    /// Its type.
    pub(crate) kind: &'static Kind,
    /// Who made it.
    pub(crate) author: Author,
    /// What it is about.
    pub(crate) about: Vec<About>,
    /// How it ended, and why so.
    pub(crate) outcome: (&'static str, Option<&'static str>),
}

/// Who made a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Author {
    /// Okta's id.
    pub(crate) id: String,
    /// `User`, `PublicClientApp`, `SystemPrincipal`.
    pub(crate) kind: &'static str,
    /// Login of a person, id of a program.
    pub(crate) alternate_id: String,
    /// Name of the person or program.
    pub(crate) name: String,
    /// Id of the API token that was used.
    pub(crate) token: Option<String>,
}

impl Author {
    /// The platform itself.
    pub(crate) fn platform() -> Self {
        let Actor { id, kind, alternate_id, display_name } = Actor::PLATFORM;
        Self {
            id: id.to_owned(),
            kind,
            alternate_id: alternate_id.to_owned(),
            name: display_name.to_owned(),
            token: None,
        }
    }
}

/// One of those that a change is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About {
    /// `User`, `AppInstance`, `Token`, …
    pub(crate) kind: &'static str,
    /// Its id.
    pub(crate) id: String,
    /// Its login or second name; empty for none.
    pub(crate) alternate_id: String,
    /// Its name.
    pub(crate) name: String,
}

impl About {
    /// A thing with a name.
    pub(crate) fn new(kind: &'static str, id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind, id: id.into(), alternate_id: String::new(), name: name.into() }
    }

    fn target(&self) -> Target<'_> {
        let mut target = Target::new(self.kind, self.id.as_str(), self.name.as_str());
        if !self.alternate_id.is_empty() {
            target.alternate_id = Cow::Borrowed(&self.alternate_id);
        }
        target
    }
}

/// Writes the events of changes.
pub(crate) struct Scribe {
    renderer: Renderer,
    random: Random,
    /// What all programs that change something run on.
    machine: Device,
    address: Address,
    n_logs: u64,
}

/// Numbers of records begin here, so that they are not those of the days that are played.
const FIRST: u64 = 1 << 40;

impl Scribe {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed ^ 0x5c71_be00);
        Self {
            renderer: Renderer::new(Length::Natural, KeyOrder::Api, Ids::Timed),
            machine: Device::new(&PROGRAMS[0], false, &mut random),
            address: CLOUD.address(&mut random),
            random,
            n_logs: FIRST,
        }
    }

    /// An event of Okta.
    pub(crate) fn event(
        &mut self,
        kind: &'static Kind,
        author: &Author,
        about: &[About],
        (result, reason): (&'static str, Option<&str>),
        now: Timestamp,
    ) -> Entry {
        let actor = Actor {
            id: &author.id,
            kind: author.kind,
            alternate_id: &author.alternate_id,
            display_name: &author.name,
        };
        let mut record = Record::by_actor(kind, now.as_millisecond(), actor);
        record.result = result;
        record.reason = reason;
        if author.kind == "SystemPrincipal" {
            record.transaction = Transaction::Job;
        } else {
            record.transaction = Transaction::Web { token: author.token.as_deref() };
            record.client = Client {
                id: (author.kind == "PublicClientApp").then_some(author.id.as_str()),
                address: Some(&self.address),
                device: Some(&self.machine),
                attested: false,
            };
        }
        record.targets = about.iter().map(About::target).collect();
        let (id, json) = self.renderer.line(&record, &mut self.random);
        Entry { product: Product::Okta, time: now, written: now, id, json }
    }

    /// A record of Auth0 about a call to the Management API.
    pub(crate) fn record(&mut self, code: &'static str, call: &Call<'_>, now: Timestamp) -> Entry {
        let mut details = json!({
            "request": {
                "method": call.method, "path": call.path, "query": {}, "body": call.body, "channel": "api",
                "ip": self.address.ip, "userAgent": self.machine.agent.raw,
                "auth": {"strategy": "jwt", "user": {}, "credentials": {"scopes": call.scopes}},
            },
            "response": {"statusCode": call.status, "body": call.answer},
        });
        if code == "mgmt_api_read" {
            details["accessedSecrets"] = json!(["client_secret"]);
        }
        let client = Application { id: call.client_id, name: call.client_name };
        let log = Log::new(code, call.description, now.as_millisecond())
            .from(&self.machine, &self.address)
            .through(client)
            .details(details);
        self.n_logs += 1;
        let (id, json) = log.line(self.n_logs);
        Entry { product: Product::Auth0, time: now, written: now, id, json }
    }
}

/// A call to Auth0's Management API, as its record tells of it. Neither body holds a secret.
#[derive(Debug)]
pub(crate) struct Call<'c> {
    /// What it does, in Auth0's words.
    pub(crate) description: &'c str,
    /// The verb, in lower case.
    pub(crate) method: &'c str,
    /// The path.
    pub(crate) path: &'c str,
    /// What was sent.
    pub(crate) body: &'c Value,
    /// The status of the answer.
    pub(crate) status: u16,
    /// What was answered.
    pub(crate) answer: &'c Value,
    /// Who called.
    pub(crate) client_id: &'c str,
    /// Its name.
    pub(crate) client_name: &'c str,
    /// What its token opens.
    pub(crate) scopes: &'c [String],
}

/// Types of the events that changes leave, with the words Okta has for each. Source: Okta event catalogue 2026.08.1,
/// checked 2026-11-22.
pub(crate) mod kinds {
    use crate::record::kind::Kind;

    macro_rules! kinds {
        ($($name:ident = $kind:literal, $message:literal, $uri:literal;)*) => {
            $(pub(crate) static $name: Kind = Kind::new($kind, $message, "", $uri);)*
            #[cfg(test)]
            pub(crate) const ALL: &[&Kind] = &[$(&$name),*];
        };
    }

    kinds! {
        USER_ACTIVATE = "user.lifecycle.activate", "Activate Okta user", "/api/v1/users";
        USER_DEACTIVATE = "user.lifecycle.deactivate", "Deactivate Okta user", "/api/v1/users";
        USER_SUSPEND = "user.lifecycle.suspend", "Suspend Okta user", "/api/v1/users";
        USER_UNSUSPEND = "user.lifecycle.unsuspend", "Unsuspend Okta user", "/api/v1/users";
        USER_UNLOCK = "user.account.unlock_by_admin", "Unlock user account by an administrator", "/api/v1/users";
        PASSWORD_EXPIRE = "user.account.expire_password", "Expire user password", "/api/v1/users";
        FACTORS_RESET = "user.mfa.factor.reset_all", "Reset all factors for user", "/api/v1/users";
        SESSIONS_CLEAR = "user.session.clear", "Clear user session", "/api/v1/users";
        SESSION_END = "user.session.end", "User logout from Okta", "/api/v1/sessions";
        ROLE_GRANT = "user.account.privilege.grant", "Grant user privilege", "/api/v1/users";
        ROLE_REVOKE = "user.account.privilege.revoke", "Revoke user privilege", "/api/v1/users";
        CLIENT_ROLE_GRANT = "app.oauth2.client.privilege.grant", "Grant privilege to OAuth 2.0 client", "/oauth2/v1/clients";
        CLIENT_ROLE_REVOKE = "app.oauth2.client.privilege.revoke", "Revoke privilege from OAuth 2.0 client", "/oauth2/v1/clients";
        CLIENT_DELETE = "app.oauth2.client.lifecycle.delete", "Delete OAuth client", "/oauth2/v1/clients";
        TOKEN_END = "app.oauth2.token.revoke", "OAuth 2.0 token revocation request", "/oauth2/v1/revoke";
        GROUP_JOIN = "group.user_membership.add", "Add user to group membership", "/api/v1/groups";
        GROUP_LEAVE = "group.user_membership.remove", "Remove user from group membership", "/api/v1/groups";
        APP_CREATE = "application.lifecycle.create", "Create application", "/api/v1/apps";
        APP_UPDATE = "application.lifecycle.update", "Update application", "/api/v1/apps";
        APP_DELETE = "application.lifecycle.delete", "Delete application", "/api/v1/apps";
        APP_ACTIVATE = "application.lifecycle.activate", "Activate application", "/api/v1/apps";
        APP_DEACTIVATE = "application.lifecycle.deactivate", "Deactivate application", "/api/v1/apps";
        CONSENT_GRANT = "app.oauth2.admin.consent.grant", "Grant OAuth 2.0 consent to a scope", "/api/v1/apps";
        CONSENT_REVOKE = "app.oauth2.admin.consent.revoke", "Revoke OAuth 2.0 consent to a scope", "/api/v1/apps";
        CREDENTIAL_CREATE = "app.oauth2.credentials.lifecycle.create", "Create client credential", "/api/v1/apps";
        CREDENTIAL_ACTIVATE = "app.oauth2.credentials.lifecycle.activate", "Activate client credential", "/api/v1/apps";
        CREDENTIAL_DEACTIVATE = "app.oauth2.credentials.lifecycle.deactivate", "Deactivate client credential", "/api/v1/apps";
        CREDENTIAL_DELETE = "app.oauth2.credentials.lifecycle.delete", "Delete client credential", "/api/v1/apps";
        TOKEN_UPDATE = "system.api_token.update", "Update API token", "/api/v1/api-tokens";
        TOKEN_REVOKE = "system.api_token.revoke", "Revoke API token", "/api/v1/api-tokens";
        TOKEN_OUTSIDE = "system.api_token.request_outside_allowed_range", "API token used from outside its network", "/api/v1";
        HOOK_CREATE = "event_hook.created", "Create event hook", "/api/v1/eventHooks";
        HOOK_VERIFY = "event_hook.verified", "Verify event hook", "/api/v1/eventHooks";
        HOOK_ACTIVATE = "event_hook.activated", "Activate event hook", "/api/v1/eventHooks";
        HOOK_DEACTIVATE = "event_hook.deactivated", "Deactivate event hook", "/api/v1/eventHooks";
        HOOK_DELETE = "event_hook.deleted", "Delete event hook", "/api/v1/eventHooks";
        STREAM_CREATE = "system.log_stream.lifecycle.create", "Create log stream", "/api/v1/logStreams";
        STREAM_ON = "system.log_stream.lifecycle.activate", "Activate log stream", "/api/v1/logStreams";
        STREAM_DELETE = "system.log_stream.lifecycle.delete", "Delete log stream", "/api/v1/logStreams";
        RATE_VIOLATION = "system.org.rate_limit.violation", "Rate limit violation", "/api/v1/logs";
        HOOK_FAILED = "event_hook.delivery", "Event hook delivery", "/api/v1/eventHooks";
        STREAM_OFF = "system.log_stream.lifecycle.deactivate", "Deactivate log stream", "/api/v1/logStreams";
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_type_is_one_of_the_catalogue() {
        for kind in super::kinds::ALL {
            assert!(catalog::okta_event_type(kind.event_type).is_some(), "{}", kind.event_type);
        }
    }
}
