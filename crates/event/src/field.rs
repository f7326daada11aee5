//! What rules with memory read from an event: a path, an identity whatever the product, or a part of the time.

use std::fmt;
use std::ops::ControlFlow;

use catalog::Role;

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
    /// The first target that is a person other than the actor: the login in lower case, else the id.
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
    /// What the catalog says of the role.
    Role(Role),
}

/// A part of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// 0 to 23.
    Hour,
    /// `mon` to `sun`.
    Weekday,
    /// `mon-09`.
    HourOfWeek,
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
const ENTITIES: [(&str, Key); 26] = [
    ("user", Key::User),
    ("user_id", Key::Role(Role::ActorId)),
    ("target_user", Key::TargetUser),
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
    ("outcome", Key::Role(Role::Outcome)),
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

    /// Calls `sink` with each value as text until it breaks. Null, the empty text, objects, and texts by
    /// which a product means none are no values.
    pub fn visit(&self, event: &Event<'_>, sink: &mut dyn FnMut(&str) -> ControlFlow<()>) {
        match self {
            Self::Path(path) => {
                event.visit(path, &mut |value| match value.to_text() {
                    Some(text) if !text.is_empty() => sink(&text),
                    _ => ControlFlow::Continue(()),
                });
            }
            Self::Entity(key) => visit_entity(*key, event, sink),
            Self::Time(part) => {
                if let Some(time) = event.time() {
                    let _ = sink(&part.of(time));
                }
            }
        }
    }
}

fn visit_entity(key: Key, event: &Event<'_>, sink: &mut dyn FnMut(&str) -> ControlFlow<()>) {
    let text = match key {
        Key::User => {
            let name = event.entity(Role::ActorName).map(|name| name.to_lowercase());
            name.or_else(|| event.entity(Role::ActorId))
        }
        Key::RootSession => event.entity(Role::RootSession).or_else(|| event.entity(Role::Session)),
        Key::Provider => event.product().map(|product| product.name().to_owned()),
        Key::Role(Role::Tenant) => event.tenant(),
        Key::Role(role) => event.entity(role),
        Key::Network => event.entity(Role::Asn).map(|asn| format!("AS{asn}")),
        Key::TargetUser | Key::TargetUserId | Key::App | Key::AppName | Key::Idp => None,
    };
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        let _ = sink(&text);
    }
}

impl Part {
    /// The part of a time, in UTC.
    pub fn of(self, time: jiff::Timestamp) -> String {
        let civil = time.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        let day = || match civil.weekday() {
            jiff::civil::Weekday::Monday => "mon",
            jiff::civil::Weekday::Tuesday => "tue",
            jiff::civil::Weekday::Wednesday => "wed",
            jiff::civil::Weekday::Thursday => "thu",
            jiff::civil::Weekday::Friday => "fri",
            jiff::civil::Weekday::Saturday => "sat",
            jiff::civil::Weekday::Sunday => "sun",
        };
        match self {
            Self::Hour => civil.hour().to_string(),
            Self::Weekday => day().to_owned(),
            Self::HourOfWeek => format!("{}-{:02}", day(), civil.hour()),
        }
    }
}
