//! What a change through the served interfaces leaves in the log.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::device::{Device, PROGRAMS};
use crate::entry::{Entry, Product};
use crate::place::{Address, CLOUD};
use crate::random::Random;
use crate::record::auth0::{Application, Log};
use crate::record::kind::Kind;
use crate::record::render::{Ids, KeyOrder, Length, Renderer};
use crate::record::{Actor, Client, Record, Target, Transaction};

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

    #[expect(dead_code, reason = "for the interfaces that follow")]
    /// A record of Auth0 about a call to the Management API.
    pub(crate) fn record(
        &mut self,
        description: &str,
        client: (&str, &str),
        details: serde_json::Value,
        now: Timestamp,
    ) -> Entry {
        let client = Application { id: client.0, name: client.1 };
        let log = Log::new("sapi", description, now.as_millisecond())
            .from(&self.machine, &self.address)
            .through(client)
            .details(details);
        self.n_logs += 1;
        let (id, json) = log.line(self.n_logs);
        Entry { product: Product::Auth0, time: now, written: now, id, json }
    }
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
