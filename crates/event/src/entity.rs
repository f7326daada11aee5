//! Who, whom, where and when: what everything later is keyed by, for any product alike.
//!
//! The places are data of `catalog`. An event of unknown product tells nothing here but its time.

mod outcome;
mod person;
mod place;
mod target;
mod tenant;
mod time;

use catalog::Role;
use jiff::Timestamp;

pub use self::outcome::Outcome;
pub(crate) use self::person::{Who, visit_person};
pub(crate) use self::target::visit_resource;
use crate::event::Event;

/// One that acts or is acted on. What the log leaves out or calls unknown is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entity {
    /// The provider's stable id, such as `00u…` or `auth0|…`.
    pub id: Option<String>,
    /// What it is in the provider's word, such as `User` or `AppInstance`; Auth0 says it of
    /// targets only, as the collection of its Management API (`users`).
    pub kind: Option<String>,
    /// Sign-in name, usually an email address, or another second id.
    pub name: Option<String>,
    /// Name as people read it.
    pub display: Option<String>,
}

impl Event<'_> {
    /// What the event tells about a role, such as the id of its session. The first place with a
    /// value counts; texts that the product uses for none (`unknown`) are none.
    pub fn entity(&self, role: Role) -> Option<String> {
        let mut found = None;
        self.tell(role, &mut |text| found = Some(text.to_owned()));
        found
    }

    /// The provider's id of the event, unique within its log.
    pub fn id(&self) -> Option<String> {
        self.entity(Role::Id)
    }

    /// The event type or log code, such as `user.session.start` or `fp`.
    pub fn kind(&self) -> Option<String> {
        self.entity(Role::Type)
    }

    /// When the provider says it happened. `None` when it does not say, in no form that is known
    /// (`docs/events.md`), or before 2000 or after 2099, when nobody's clock was right.
    pub fn time(&self) -> Option<Timestamp> {
        time::of(self)
    }

    /// [`Self::time`] in milliseconds since 1970; smaller parts are cut off.
    pub fn time_millis(&self) -> Option<i64> {
        time::of(self).map(Timestamp::as_millisecond)
    }

    /// Who acted. `None` when nothing is known of them; a program without a user is [`Self::client`].
    pub fn actor(&self) -> Option<Entity> {
        let actor = Entity {
            id: self.entity(Role::ActorId),
            kind: self.entity(Role::ActorType),
            name: self.entity(Role::ActorName),
            display: self.entity(Role::ActorDisplay),
        };
        (actor != Entity::default()).then_some(actor)
    }

    /// What was acted on, in the order of the log, which means nothing.
    pub fn targets(&self) -> Vec<Entity> {
        target::of(self)
    }

    /// How it ended; `None` when the event tells of no end.
    pub fn outcome(&self) -> Option<Outcome> {
        outcome::of(self)
    }

    /// Address from which the request came. Auth0 sometimes logs text here that is no address.
    pub fn ip(&self) -> Option<String> {
        self.entity(Role::Ip)
    }

    /// The provider's id of the session of the request.
    pub fn session(&self) -> Option<String> {
        self.entity(Role::Session)
    }

    /// The id of the token that authorized the request; never the token.
    pub fn token(&self) -> Option<String> {
        self.entity(Role::Token)
    }

    /// The id of the client or application that made the request.
    pub fn client(&self) -> Option<String> {
        self.entity(Role::Client)
    }

    /// The provider's id of the device.
    pub fn device(&self) -> Option<String> {
        self.entity(Role::Device)
    }

    /// The tenant whose log this is, as the record or its envelope names it. A bare Okta event
    /// does not say.
    pub fn tenant(&self) -> Option<String> {
        let mut found = None;
        self.tell_tenant(&mut |tenant| found = Some(tenant.to_owned()));
        found
    }

    /// Calls `sink` with [`Self::tenant`].
    pub(crate) fn tell_tenant(&self, sink: &mut dyn FnMut(&str)) {
        tenant::visit(self, sink);
    }
}

#[cfg(test)]
mod tests;
