//! One event to be written: what an activity says about it, everything else by default.

use std::borrow::Cow;

use super::clock::Millis;
use super::device::Device;
use super::kind::Kind;
use super::org::{App, Named, Person, Service};
use super::place::Address;

/// Text that is mostly borrowed from the organization.
pub(crate) type Text<'a> = Cow<'a, str>;

/// An event before it is written.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) kind: &'a Kind,
    pub(crate) at: Millis,
    pub(crate) actor: Actor<'a>,
    pub(crate) client: Client<'a>,
    /// `externalSessionId`; without one the event belongs to no session.
    pub(crate) session: Option<&'a str>,
    pub(crate) credential: Credential,
    /// Id of the identity provider that vouched for the actor.
    pub(crate) issuer: Option<&'a str>,
    pub(crate) result: &'static str,
    pub(crate) reason: Option<&'a str>,
    pub(crate) transaction: Transaction<'a>,
    /// Path that was asked for; the URL is this and a question mark.
    pub(crate) uri: Text<'a>,
    /// What the behavior detection said, when it was asked.
    pub(crate) behavior: Option<Behavior>,
    /// Entries of `debugData` beside the usual ones.
    pub(crate) debug: Vec<(&'static str, Text<'a>)>,
    pub(crate) targets: Vec<Target<'a>>,
}

/// Who did it.
#[derive(Debug)]
pub(crate) struct Actor<'a> {
    pub(crate) id: &'a str,
    pub(crate) kind: &'static str,
    pub(crate) alternate_id: &'a str,
    pub(crate) display_name: &'a str,
}

/// What the request came from; a job of Okta's own has neither part.
#[derive(Debug, Default)]
pub(crate) struct Client<'a> {
    pub(crate) id: Option<&'a str>,
    pub(crate) address: Option<&'a Address>,
    pub(crate) device: Option<&'a Device>,
    /// Whether the `device` object is filled in, as it is when Okta Verify was asked.
    pub(crate) attested: bool,
}

/// How the actor proved who they are.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Credential {
    pub(crate) provider: Option<&'static str>,
    pub(crate) issued_by: Option<&'static str>,
    pub(crate) kind: Option<&'static str>,
}

/// What the event was part of.
#[derive(Debug)]
pub(crate) enum Transaction<'a> {
    /// A request from outside, by a person or with the API token of that id.
    Web { token: Option<&'a str> },
    /// Work that Okta does on its own.
    Job,
}

/// What Okta's behavior detection made of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behavior {
    /// Nothing new.
    Usual,
    /// A new address in a known city.
    NewAddress,
    /// New device, address, city, country.
    Stranger,
}

/// One of those it was done to.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) id: Text<'a>,
    pub(crate) kind: &'static str,
    pub(crate) alternate_id: Text<'a>,
    pub(crate) display_name: Text<'a>,
    /// Members of `detailEntry`; null when there are none.
    pub(crate) detail: Vec<(&'static str, Text<'a>)>,
}

impl<'a> Record<'a> {
    /// Something a person does in a browser.
    pub(crate) fn by_person(kind: &'a Kind, at: Millis, person: &'a Person) -> Self {
        Self::new(kind, at, Actor::person(person))
    }

    /// Something a program does with its own credentials.
    pub(crate) fn by_service(kind: &'a Kind, at: Millis, service: &'a Service) -> Self {
        let mut record = Self::new(kind, at, Actor::service(service));
        record.client = Client {
            id: Some(&service.id),
            address: Some(&service.address),
            device: Some(&service.machine),
            attested: false,
        };
        record
    }

    /// Something that Okta does by itself.
    pub(crate) fn by_platform(kind: &'a Kind, at: Millis) -> Self {
        let mut record = Self::new(kind, at, Actor::PLATFORM);
        record.transaction = Transaction::Job;
        record
    }

    fn new(kind: &'a Kind, at: Millis, actor: Actor<'a>) -> Self {
        Self {
            kind,
            at,
            actor,
            client: Client::default(),
            session: None,
            credential: Credential::default(),
            issuer: None,
            result: "SUCCESS",
            reason: None,
            transaction: Transaction::Web { token: None },
            uri: Cow::Borrowed(kind.uri),
            behavior: None,
            debug: Vec::with_capacity(6),
            targets: Vec::with_capacity(4),
        }
    }

    pub(crate) fn outcome(mut self, result: &'static str, reason: Option<&'a str>) -> Self {
        self.result = result;
        self.reason = reason;
        self
    }

    pub(crate) fn uri(mut self, uri: impl Into<Text<'a>>) -> Self {
        self.uri = uri.into();
        self
    }

    pub(crate) fn debug(mut self, key: &'static str, value: impl Into<Text<'a>>) -> Self {
        self.debug.push((key, value.into()));
        self
    }

    pub(crate) fn on(mut self, target: Target<'a>) -> Self {
        self.targets.push(target);
        self
    }
}

impl<'a> Actor<'a> {
    /// Okta itself, as it signs its own work.
    pub(crate) const PLATFORM: Actor<'static> = Actor {
        id: "00u1platform0000005d7",
        kind: "SystemPrincipal",
        alternate_id: "system@okta.com",
        display_name: "Okta System",
    };

    fn person(person: &'a Person) -> Self {
        Self {
            id: &person.id,
            kind: "User",
            alternate_id: &person.login,
            display_name: &person.name,
        }
    }

    fn service(service: &'a Service) -> Self {
        Self {
            id: &service.id,
            kind: "PublicClientApp",
            alternate_id: &service.id,
            display_name: service.name,
        }
    }
}

impl<'a> Target<'a> {
    pub(crate) fn new(
        kind: &'static str,
        id: impl Into<Text<'a>>,
        display_name: impl Into<Text<'a>>,
    ) -> Self {
        Self {
            id: id.into(),
            kind,
            alternate_id: Cow::Borrowed("unknown"),
            display_name: display_name.into(),
            detail: Vec::new(),
        }
    }

    pub(crate) fn user(person: &'a Person) -> Self {
        Self::account("User", person)
    }

    pub(crate) fn app_user(person: &'a Person) -> Self {
        Self::account("AppUser", person)
    }

    pub(crate) fn app(app: &'a App) -> Self {
        let mut target = Self::new("AppInstance", app.id.as_str(), app.name);
        target.alternate_id = Cow::Borrowed(app.name);
        target.detail("signOnModeType", app.sign_on)
    }

    pub(crate) fn named(kind: &'static str, thing: &'a Named) -> Self {
        Self::new(kind, thing.id.as_str(), thing.name)
    }

    /// Adds a member of `detailEntry`.
    pub(crate) fn detail(mut self, key: &'static str, value: impl Into<Text<'a>>) -> Self {
        self.detail.push((key, value.into()));
        self
    }

    fn account(kind: &'static str, person: &'a Person) -> Self {
        let mut target = Self::new(kind, person.id.as_str(), person.name.as_str());
        target.alternate_id = Cow::Borrowed(&person.login);
        target
    }
}
