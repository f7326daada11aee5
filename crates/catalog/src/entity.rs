//! Where an event says who, whom, where and when.

use std::sync::LazyLock;

use crate::Product;
use crate::table::rows;

const TEXT: &str = include_str!("../../../catalog/entities.tsv");

static ENTITIES: LazyLock<Vec<Entity>> = LazyLock::new(|| {
    rows(TEXT)
        .filter_map(|[product, role, types, paths, absent, _source, _date]| {
            let list = |cell: &'static str, by| cell.split(by).filter(|text| !text.is_empty());
            Some(Entity {
                product: Product::from_name(product)?,
                role: Role::from_name(role)?,
                types: list(types, ' ').collect(),
                paths: list(paths, ' ').map(EntityPath::parse).collect(),
                absent: list(absent, '|').collect(),
            })
        })
        .collect()
});

/// The places at which one product's events hold one role.
#[derive(Debug, PartialEq, Eq)]
pub struct Entity {
    /// Whose events.
    pub product: Product,
    /// What the places tell.
    pub role: Role,
    /// Event types for which these places stand in for the usual ones; empty when they are the usual ones.
    pub types: Vec<&'static str>,
    /// Places in order of preference. The first with a value counts. Empty when these types do not tell.
    pub paths: Vec<EntityPath>,
    /// Texts that mean none, such as `unknown`; they compare in any case. Null and the
    /// empty text mean none everywhere and are not listed.
    pub absent: Vec<&'static str>,
}

/// One place of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntityPath {
    /// Dotted path, such as `client.ipAddress` or `target[User]`.
    pub path: &'static str,
    /// Only what follows the last such character of the text counts, and nothing if there is none:
    /// an ARN ends in `/` and the name of the session.
    pub after: Option<char>,
}

impl EntityPath {
    fn parse(text: &'static str) -> Self {
        match text.split_once('#') {
            Some((path, mark)) => Self { path, after: mark.chars().next() },
            None => Self { path: text, after: None },
        }
    }
}

impl Entity {
    /// Whether the event type is one of those that the places are for.
    pub fn is_of(&self, event_type: &str) -> bool {
        self.types.iter().any(|known| known.eq_ignore_ascii_case(event_type))
    }

    /// Whether this text stands for no value.
    pub fn is_absent(&self, text: &str) -> bool {
        let means_none = |absent: &&str| absent.eq_ignore_ascii_case(text);
        text.is_empty() || self.absent.iter().any(means_none)
    }
}

/// Finds where the events of a product hold a role.
///
/// `None` when they do not: the tenant of an Okta event is known from its envelope, and the
/// outcome of an Auth0 event follows from its code.
pub fn entity_paths(product: Product, role: Role) -> Option<&'static Entity> {
    rows_of(product, role).find(|entity| entity.types.is_empty())
}

/// Finds where events of certain types hold a role, in place of [`entity_paths`].
pub fn entity_exceptions(
    product: Product,
    role: Role,
) -> impl Iterator<Item = &'static Entity> + Clone {
    rows_of(product, role).filter(|entity| !entity.types.is_empty())
}

fn rows_of(product: Product, role: Role) -> impl Iterator<Item = &'static Entity> + Clone {
    ENTITIES.iter().filter(move |entity| entity.product == product && entity.role == role)
}

/// The field that holds the type of a product's events, such as `eventType`.
///
/// `None` when no field does. Sign-ins of Entra have no type: its field is that of audit events.
pub fn type_field(product: Product) -> Option<&'static str> {
    Some(entity_paths(product, Role::Type)?.paths.first()?.path)
}

/// Declares [`Role`] with the name that each role has in data and output.
macro_rules! roles {
    ($($(#[$doc:meta])+ $role:ident = $name:literal,)+) => {
        /// What a part of an event tells about who, whom, where and when.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Role {
            $($(#[$doc])+ $role,)+
        }

        impl Role {
            /// Every role.
            pub const ALL: &'static [Self] = &[$(Self::$role),+];

            /// The name in snake case, as in `entities.tsv`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$role => $name,)+
                }
            }
        }
    };
}

roles! {
    /// When the provider says it happened.
    Time = "time",
    /// The provider's id of the event, unique within its log.
    Id = "id",
    /// The event type or log code.
    Type = "type",
    /// Stable id of who acted.
    ActorId = "actor_id",
    /// Sign-in name of who acted, usually an email address.
    ActorName = "actor_name",
    /// Kind of actor, such as `User` or `PublicClientApp`.
    ActorType = "actor_type",
    /// Name of who acted as people read it.
    ActorDisplay = "actor_display",
    /// Address from which the request came.
    Ip = "ip",
    /// User agent of the request.
    UserAgent = "user_agent",
    /// Operating system that the user agent names.
    Os = "os",
    /// Country of the address: a name where the log gives one, else a code.
    Country = "country",
    /// City of the address.
    City = "city",
    /// Latitude of the address, in degrees.
    Latitude = "latitude",
    /// Longitude of the address, in degrees.
    Longitude = "longitude",
    /// Autonomous system number of the address.
    Asn = "asn",
    /// Owner of the autonomous system.
    AsOrg = "as_org",
    /// Session of the request.
    Session = "session",
    /// Session from which that session derives.
    RootSession = "root_session",
    /// Id of the API token that authorized the request; never the token.
    Token = "token",
    /// Id of the client or application that made the request.
    Client = "client",
    /// Name of that client.
    ClientName = "client_name",
    /// Id of the device.
    Device = "device",
    /// Name of the device.
    DeviceName = "device_name",
    /// Hash of the cookie that marks a browser on a device.
    DeviceHash = "device_hash",
    /// What joins the events of one request.
    Request = "request",
    /// How it ended.
    Outcome = "outcome",
    /// Why it ended so.
    Reason = "reason",
    /// What was acted on: an array of objects.
    Target = "target",
    /// Stable ids of what was acted on.
    TargetId = "target_id",
    /// Kinds of what was acted on, such as `User` or `AppInstance`.
    TargetType = "target_type",
    /// Sign-in names or other second ids of what was acted on.
    TargetName = "target_name",
    /// Names of what was acted on as people read them.
    TargetDisplay = "target_display",
    /// The persons that were acted on: entries of [`Role::Target`], or the text of a login.
    TargetUser = "target_user",
    /// Stable id of such a person, where [`Role::TargetUser`] leads to a text.
    TargetUserId = "target_user_id",
    /// Id of the application that was signed in to or changed.
    App = "app",
    /// Name of that application.
    AppName = "app_name",
    /// What identifies the identity provider of a federated sign-in, or one that was changed.
    Idp = "idp",
    /// The tenant whose log this is.
    Tenant = "tenant",
    /// The organization within the tenant.
    Organization = "organization",
}

impl Role {
    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn one_field_tells_the_type() {
        assert_eq!(type_field(Product::Okta), Some("eventType"));
        assert_eq!(type_field(Product::Auth0), Some("data.type"));
        assert_eq!(type_field(Product::Aws), Some("eventName"));
        assert_eq!(type_field(Product::Entra), Some("activityDisplayName"));
        assert_eq!(type_field(Product::Github), Some("action"));
    }

    #[test]
    fn table_is_well_formed() {
        let columns = ["product", "role", "types", "paths", "absent", "source", "date"];
        crate::table::tests::check(TEXT, &columns);
        assert_eq!(ENTITIES.len(), rows::<7>(TEXT).count(), "unknown names");
        let keys: HashSet<_> = ENTITIES.iter().map(|e| (e.product, e.role, &e.types)).collect();
        assert_eq!(keys.len(), ENTITIES.len(), "a role twice");
        let blank = |entity: &&Entity| entity.paths.is_empty() && entity.types.is_empty();
        assert_eq!(ENTITIES.iter().find(blank), None);
        for place in ENTITIES.iter().flat_map(|entity| &entity.paths) {
            assert!(!place.path.is_empty() && !place.path.contains('#'), "{place:?}");
        }
    }

    #[test]
    fn every_role_is_found_somewhere() {
        for &role in Role::ALL {
            let mut places = Product::ALL.iter().map(|product| entity_paths(*product, role));
            assert!(places.any(|places| places.is_some()), "{}", role.name());
        }
    }

    #[test]
    fn each_product_has_time_id_and_type() {
        for product in Product::ALL {
            for role in [Role::Time, Role::Id, Role::Type, Role::ActorId, Role::Ip] {
                assert!(entity_paths(product, role).is_some());
            }
        }
    }

    #[test]
    fn some_types_have_places_of_their_own() {
        let mut rows = entity_exceptions(Product::Github, Role::ActorName);
        let removed = rows.next().unwrap();
        assert!(removed.is_of("Org.Remove_Member") && !removed.is_of("org.add_member"));
        let names =
            |entity: &Entity| entity.paths.iter().map(|place| place.path).collect::<Vec<_>>();
        assert_eq!(names(removed), ["actor"]);
        assert_eq!(rows.next(), None);
        let usual = entity_paths(Product::Github, Role::ActorName).unwrap();
        assert_eq!(names(usual)[0], "external_identity_nameid");
        assert!(!usual.is_of("org.remove_member"));
    }

    #[test]
    fn a_place_may_be_part_of_a_text() {
        let name = entity_paths(Product::Aws, Role::ActorName).unwrap();
        let arn = EntityPath { path: "userIdentity.arn", after: Some('/') };
        assert!(name.paths.contains(&arn));
    }

    #[test]
    fn unknown_sessions_are_none() {
        let session = entity_paths(Product::Okta, Role::Session).unwrap();
        assert!(session.is_absent("unknown"));
        assert!(session.is_absent("Unknown"));
        assert!(session.is_absent(""));
        assert!(!session.is_absent("102example"));
    }
}
