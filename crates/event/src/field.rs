//! What rules with memory read from an event: a path, an identity whatever the product, or a part of the time.

mod identity;
mod part;
mod short;

use std::fmt;
use std::ops::ControlFlow;

use catalog::Role;

pub use self::part::Part;
use crate::event::Event;
use crate::path::Path;

/// Something to be read from events as text.
#[derive(Debug, Clone)]
pub enum Field {
    /// The values at a path.
    Path(Path),
    /// An identity, by the same name for every product.
    Entity(Key),
    /// A part of the time of the event, in UTC.
    Time(Part),
}

/// An identity that events of several products hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// Who acted: the login in lower case, else the id.
    User,
    /// What follows the last `@` of the actor's login; no value where there is none.
    UserDomain,
    /// The first target that is a person other than the actor, else the actor if it is the only person
    /// acted on: the login in lower case, else the id.
    TargetUser,
    /// Its id.
    TargetUserId,
    /// `AS64500`; where the network is not known, the /24 or /48 around the address.
    Network,
    /// The first session of those that derive from each other.
    RootSession,
    /// The application that was signed in to or changed: its id.
    App,
    /// Its name.
    AppName,
    /// The identity provider of a federated sign-in, or that was changed: its id.
    Idp,
    /// The product, such as `okta`.
    Provider,
    /// How it ended: `success`, `failure`, `warning` or the product's own word.
    Outcome,
    /// What the catalog says of the role.
    Role(Role),
}

/// A name under `entity.` or `time.` that means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownField {
    /// The name as it was written.
    pub name: String,
}

impl fmt::Display for UnknownField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown field `{}`", self.name)
    }
}

impl std::error::Error for UnknownField {}

/// The names under `entity.`.
const ENTITIES: [(&str, Key); 27] = [
    ("user", Key::User),
    ("user_id", Key::Role(Role::ActorId)),
    ("target_user", Key::TargetUser),
    ("user_domain", Key::UserDomain),
    ("target_user_id", Key::TargetUserId),
    ("ip", Key::Role(Role::Ip)),
    ("network", Key::Network),
    ("asn", Key::Role(Role::Asn)),
    ("as_org", Key::Role(Role::AsOrg)),
    ("country", Key::Role(Role::Country)),
    ("city", Key::Role(Role::City)),
    ("latitude", Key::Role(Role::Latitude)),
    ("longitude", Key::Role(Role::Longitude)),
    ("os", Key::Role(Role::Os)),
    ("user_agent", Key::Role(Role::UserAgent)),
    ("session", Key::Role(Role::Session)),
    ("root_session", Key::RootSession),
    ("token", Key::Role(Role::Token)),
    ("client", Key::Role(Role::Client)),
    ("app", Key::App),
    ("app_name", Key::AppName),
    ("device", Key::Role(Role::Device)),
    ("tenant", Key::Role(Role::Tenant)),
    ("type", Key::Role(Role::Type)),
    ("idp", Key::Idp),
    ("outcome", Key::Outcome),
    ("provider", Key::Provider),
];

const PARTS: [(&str, Part); 3] =
    [("hour", Part::Hour), ("weekday", Part::Weekday), ("hour_of_week", Part::HourOfWeek)];

impl Field {
    /// Reads a field's name.
    ///
    /// # Errors
    /// When it begins with `entity.` or `time.` and is none of those known.
    pub fn parse(name: &str) -> Result<Self, UnknownField> {
        let unknown = || UnknownField { name: name.to_owned() };
        if let Some(rest) = name.strip_prefix("entity.") {
            let found = ENTITIES.iter().find(|(known, _)| *known == rest);
            return found.map(|(_, key)| Self::Entity(*key)).ok_or_else(unknown);
        }
        if let Some(rest) = name.strip_prefix("time.") {
            let found = PARTS.iter().find(|(known, _)| *known == rest);
            return found.map(|(_, part)| Self::Time(*part)).ok_or_else(unknown);
        }
        Ok(Self::Path(Path::parse(name)))
    }

    /// The name by which rules call it.
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => path.as_str().to_owned(),
            Self::Entity(key) => {
                let found = ENTITIES.iter().find(|(_, known)| known == key);
                format!("entity.{}", found.map_or("", |(name, _)| name))
            }
            Self::Time(part) => {
                let found = PARTS.iter().find(|(_, known)| known == part);
                format!("time.{}", found.map_or("", |(name, _)| name))
            }
        }
    }

    /// Calls `sink` with each value as text until it breaks. Null, the empty text, objects, and texts by
    /// which a product means none are no values. An identity has one value at most.
    pub fn visit(&self, event: &Event<'_>, sink: &mut dyn FnMut(&str) -> ControlFlow<()>) {
        match self {
            Self::Path(path) => {
                event.visit(path, &mut |value| match value.to_text() {
                    Some(text) if !text.is_empty() => sink(&text),
                    _ => ControlFlow::Continue(()),
                });
            }
            Self::Entity(key) => key.visit(event, &mut |text| {
                let _ = sink(text);
            }),
            Self::Time(part) => {
                if let Some(time) = event.time_millis() {
                    part.visit(time, &mut |text| {
                        let _ = sink(text);
                    });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
