//! One event to be written: what an activity says about it, everything else by default.

pub mod auth0;
mod debug;
mod id;
mod json;
pub mod kind;
pub mod render;

use std::borrow::Cow;

use crate::clock::Millis;
use crate::device::Device;
use crate::org::{App, Named, Person, Service};
use crate::place::Address;
use crate::record::kind::Kind;

/// Text that is mostly borrowed from the organization.
pub type Text<'a> = Cow<'a, str>;

/// An event before it is written.
#[derive(Debug)]
pub struct Record<'a> {
    /// Its type, and what always goes with it.
    pub kind: &'a Kind,
    /// `published`.
    pub at: Millis,
    /// Who did it.
    pub actor: Actor<'a>,
    /// What it was asked from.
    pub client: Client<'a>,
    /// `externalSessionId`; without one the event belongs to no session.
    pub session: Option<&'a str>,
    /// How the actor proved who they are.
    pub credential: Credential,
    /// Id of the identity provider that vouched for the actor.
    pub issuer: Option<&'a str>,
    /// `outcome.result`.
    pub result: &'static str,
    /// `outcome.reason`.
    pub reason: Option<&'a str>,
    /// What it was part of.
    pub transaction: Transaction<'a>,
    /// Path that was asked for; the URL is this and a question mark.
    pub uri: Text<'a>,
    /// Id of the request, where several events are of one; else each has its own.
    pub request: Option<Text<'a>>,
    /// What the behavior detection said, when it was asked.
    pub behavior: Option<Behavior>,
    /// Entries of `debugData` beside the usual ones.
    pub debug: Vec<(&'static str, Text<'a>)>,
    /// Those it was done to.
    pub targets: Vec<Target<'a>>,
}

/// Who did it.
#[derive(Debug)]
pub struct Actor<'a> {
    /// Okta's id.
    pub id: &'a str,
    /// `User`, `PublicClientApp`, `SystemPrincipal`, …
    pub kind: &'static str,
    /// Login of a person, id of a program.
    pub alternate_id: &'a str,
    /// Name of the person or program.
    pub display_name: &'a str,
}

/// What the request came from; a job of Okta's own has neither part.
#[derive(Debug, Default)]
pub struct Client<'a> {
    /// Id of the OAuth client, where one asks.
    pub id: Option<&'a str>,
    /// The address that Okta saw.
    pub address: Option<&'a Address>,
    /// The machine, with its browser or program.
    pub device: Option<&'a Device>,
    /// Whether the `device` object is filled in, as it is when Okta Verify was asked.
    pub attested: bool,
}

/// How the actor proved who they are.
#[derive(Debug, Default, Clone, Copy)]
pub struct Credential {
    /// `authenticationProvider`.
    pub provider: Option<&'static str>,
    /// `credentialProvider`.
    pub issued_by: Option<&'static str>,
    /// `credentialType`.
    pub kind: Option<&'static str>,
}

/// What the event was part of.
#[derive(Debug)]
pub enum Transaction<'a> {
    /// A request from outside, by a person or with the API token of that id.
    Web {
        /// Id of the API token, `00T…`.
        token: Option<&'a str>,
    },
    /// Work that Okta does on its own.
    Job,
}

/// What Okta's behavior detection made of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behavior {
    /// Nothing new.
    Usual,
    /// A new address in a known city.
    NewAddress,
    /// A known machine in a new country.
    Away,
    /// A new machine at a known address.
    NewDevice,
    /// New device, address, city, country.
    Stranger,
}

/// One of those it was done to.
#[derive(Debug)]
pub struct Target<'a> {
    /// Okta's id.
    pub id: Text<'a>,
    /// `User`, `AppInstance`, `PolicyEntity`, …
    pub kind: &'static str,
    /// A second name; `unknown` where there is none.
    pub alternate_id: Text<'a>,
    /// What people call it.
    pub display_name: Text<'a>,
    /// Members of `detailEntry`; null when there are none.
    pub detail: Vec<(&'static str, Text<'a>)>,
    /// What `changeDetails` says of before and after, as JSON; without it the member is missing.
    pub changes: Option<[String; 2]>,
}

impl<'a> Record<'a> {
    /// Something a person does in a browser.
    pub fn by_person(kind: &'a Kind, at: Millis, person: &'a Person) -> Self {
        Self::new(kind, at, Actor::person(person))
    }

    /// Something a program does with its own credentials.
    pub fn by_service(kind: &'a Kind, at: Millis, service: &'a Service) -> Self {
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
    pub fn by_platform(kind: &'a Kind, at: Millis) -> Self {
        let mut record = Self::new(kind, at, Actor::PLATFORM);
        record.transaction = Transaction::Job;
        record
    }

    /// Something that anybody else does.
    pub fn by_actor(kind: &'a Kind, at: Millis, actor: Actor<'a>) -> Self {
        Self::new(kind, at, actor)
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
            request: None,
            behavior: None,
            debug: Vec::with_capacity(6),
            targets: Vec::with_capacity(4),
        }
    }

    /// Sets how it ended.
    #[must_use]
    pub fn outcome(mut self, result: &'static str, reason: Option<&'a str>) -> Self {
        self.result = result;
        self.reason = reason;
        self
    }

    /// Sets the path that was asked for.
    #[must_use]
    pub fn uri(mut self, uri: impl Into<Text<'a>>) -> Self {
        self.uri = uri.into();
        self
    }

    /// Adds an entry of `debugData`.
    #[must_use]
    pub fn debug(mut self, key: &'static str, value: impl Into<Text<'a>>) -> Self {
        self.debug.push((key, value.into()));
        self
    }

    /// Adds one of those it was done to.
    #[must_use]
    pub fn on(mut self, target: Target<'a>) -> Self {
        self.targets.push(target);
        self
    }
}

impl<'a> Actor<'a> {
    /// Okta itself, as it signs its own work.
    pub const PLATFORM: Actor<'static> = Actor {
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
    /// A thing without a second name and details.
    pub fn new(
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
            changes: None,
        }
    }

    /// An account.
    pub fn user(person: &'a Person) -> Self {
        Self::account("User", person)
    }

    /// An account within an app.
    pub fn app_user(person: &'a Person) -> Self {
        Self::account("AppUser", person)
    }

    /// An app, with how people sign in to it.
    pub fn app(app: &'a App) -> Self {
        let mut target = Self::new("AppInstance", app.id.as_str(), app.name);
        target.alternate_id = Cow::Borrowed(app.name);
        target.detail("signOnModeType", app.sign_on)
    }

    /// Anything with an id and a name.
    pub fn named(kind: &'static str, thing: &'a Named) -> Self {
        Self::new(kind, thing.id.as_str(), thing.name)
    }

    /// Adds a member of `detailEntry`.
    #[must_use]
    pub fn detail(mut self, key: &'static str, value: impl Into<Text<'a>>) -> Self {
        self.detail.push((key, value.into()));
        self
    }

    fn account(kind: &'static str, person: &'a Person) -> Self {
        let mut target = Self::new(kind, person.id.as_str(), person.name.as_str());
        target.alternate_id = Cow::Borrowed(&person.login);
        target
    }
}
