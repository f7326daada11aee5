//! One object of an answer: what it is, told by its members, and what it adds.

use std::collections::BTreeSet;

use catalog::resources;
use serde_json::Value;

use super::{ApiToken, AssignedRole, Assignee, Assignment, Granted, ScopeGrant, Targets, text};
use crate::Place;

/// What an object says.
#[derive(Debug)]
pub(super) enum Record {
    Token {
        id: String,
        name: String,
        owner: String,
    },
    /// Scopes of one client.
    Scopes {
        client: String,
        scopes: Vec<String>,
        is_active: bool,
        audience: String,
        title: String,
    },
    Role(Assignment),
    CustomRole {
        id: String,
        label: String,
        permissions: Option<BTreeSet<String>>,
    },
    Permission {
        role: String,
        name: String,
        is_conditional: bool,
    },
    ResourceSet {
        id: String,
        label: String,
    },
    Resource {
        set: String,
        path: String,
    },
    /// Somebody who has a custom role on a resource set.
    Member {
        role: String,
        set: String,
        assignee: Assignee,
    },
    Setting(bool),
    Group {
        id: String,
        name: String,
    },
    /// It is understood and cannot be used.
    Untold(&'static str),
    /// It is understood and says nothing about what is granted.
    Nothing,
}

/// What is around an object: the list that holds it, and where that belongs.
#[derive(Debug, Default, Clone)]
pub(super) struct Around {
    list: &'static str,
    set: Option<String>,
    role: Option<String>,
}

impl Around {
    /// The surroundings of what is in a list with these links.
    pub(super) fn list(list: &'static str, links: &Value, outer: &Self) -> Self {
        let hrefs = ["resource-set", "binding", "role", "self"];
        let hrefs = || hrefs.iter().filter_map(|name| text(links, &[name, "href"]));
        Self {
            list,
            set: hrefs()
                .find_map(|href| behind(href, "resource-sets"))
                .or_else(|| outer.set.clone()),
            role: hrefs()
                .find_map(|href| behind(href, "bindings").or_else(|| behind(href, "roles")))
                .or_else(|| outer.role.clone()),
        }
    }
}

/// Shapes, each told by members that no shape before it has.
const SHAPES: [fn(&Value, &Around) -> Option<Record>; 12] = [
    setting,
    group,
    token,
    grant,
    client_grant,
    permission,
    resource,
    binding,
    member,
    assignment,
    custom_role,
    resource_set,
];

/// What an object is; `None` if it is nothing that is known.
pub(super) fn tell(value: &Value, around: &Around) -> Option<Record> {
    SHAPES.iter().find_map(|shape| shape(value, around))
}

fn setting(value: &Value, _: &Around) -> Option<Record> {
    value.get("clientPrivilegesSetting")?.as_bool().map(Record::Setting)
}

/// A group, as lists of groups have it: those of a user, or the targets of a role.
fn group(value: &Value, _: &Around) -> Option<Record> {
    let name = text(value, &["profile", "name"])?;
    let is_group =
        text(value, &["type"]).is_some_and(|kind| kind.ends_with("_GROUP") || kind == "BUILT_IN");
    let id = text(value, &["id"]).filter(|_| is_group)?;
    Some(Record::Group { id: id.to_owned(), name: name.to_owned() })
}

fn token(value: &Value, _: &Around) -> Option<Record> {
    let is_token = ["tokenWindow", "clientName"].iter().any(|key| value.get(key).is_some());
    let owner = text(value, &["userId"]).filter(|_| is_token)?;
    Some(Record::Token {
        id: owned(value, "id"),
        name: owned(value, "name"),
        owner: owner.to_owned(),
    })
}

/// A scope of an app, from `apps/{id}/grants`.
fn grant(value: &Value, _: &Around) -> Option<Record> {
    Some(Record::Scopes {
        scopes: vec![text(value, &["scopeId"])?.to_owned()],
        client: client_of(value),
        is_active: is_active(value),
        audience: String::new(),
        title: text(value, &["_links", "app", "title"]).unwrap_or_default().to_owned(),
    })
}

fn client_of(value: &Value) -> String {
    let linked = || text(value, &["_links", "app", "href"]).and_then(|href| behind(href, "apps"));
    let own = text(value, &["clientId"]).map(str::to_owned);
    own.or_else(linked).or_else(|| itself(value, "apps")).unwrap_or_default()
}

/// How the identifiers of Auth0's own APIs end; scopes of other APIs are not about Auth0.
const OF_AUTH0: [&str; 3] = ["/api/v2/", "/me/", "/my-org/"];

/// A client grant of Auth0.
fn client_grant(value: &Value, _: &Around) -> Option<Record> {
    if value.get("allow_all_scopes").and_then(Value::as_bool) == Some(true) {
        return Some(Record::Untold(
            "a client grant of all scopes, present and to come, cannot be compared",
        ));
    }
    let audience = text(value, &["audience"])?;
    if !OF_AUTH0.iter().any(|path| audience.ends_with(path)) {
        return Some(Record::Nothing);
    }
    let scopes = value.get("scope")?;
    let split = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let scopes = scopes.as_str().map_or_else(|| names(scopes), |text| Some(split(text)))?;
    Some(Record::Scopes {
        client: text(value, &["client_id"])?.to_owned(),
        audience: audience.to_owned(),
        scopes,
        is_active: true,
        title: String::new(),
    })
}

/// A permission of a custom role, from `iam/roles/{id}/permissions`.
fn permission(value: &Value, around: &Around) -> Option<Record> {
    let name = text(value, &["label"]).filter(|label| label.starts_with("okta."))?;
    let linked = text(value, &["_links", "role", "href"]).and_then(|href| behind(href, "roles"));
    let role = linked.or_else(|| itself(value, "roles")).or_else(|| around.role.clone());
    let is_conditional = value.get("conditions").is_some_and(|conditions| !conditions.is_null());
    Some(Record::Permission {
        role: role.unwrap_or_default(),
        name: name.to_owned(),
        is_conditional,
    })
}

/// A resource of a set. Of two forms the path says more to people.
fn resource(value: &Value, around: &Around) -> Option<Record> {
    let orn = text(value, &["orn"]).filter(|orn| orn.starts_with("orn:"));
    let linked = text(value, &["_links", "self", "href"]).filter(|_| around.list == "resources");
    let linked = linked.filter(|href| !href.contains("/iam/resource-sets/")).map(path);
    let path = linked.or_else(|| orn.filter(|_| around.list == "resources").map(path_of_orn))?;
    Some(Record::Resource { set: around.set.clone()?, path })
}

/// A role that is bound on a resource set; its members are a list of their own.
fn binding(value: &Value, around: &Around) -> Option<Record> {
    text(value, &["_links", "members", "href"])
        .filter(|_| around.list == "roles")
        .map(|_| Record::Nothing)
}

fn member(value: &Value, around: &Around) -> Option<Record> {
    let href = text(value, &["_links", "self", "href"]).filter(|_| around.list == "members")?;
    let (role, set) = (around.role.clone()?, around.set.clone()?);
    Some(Record::Member { role, set, assignee: assignee(href) })
}

/// A role that somebody has, from `users|groups/{id}/roles` or `clients/{id}/roles`.
fn assignment(value: &Value, _: &Around) -> Option<Record> {
    let kind = text(value, &["type"])?;
    let is_role =
        ["assignmentType", "status", "resource-set"].iter().any(|key| value.get(key).is_some())
            && value.get("profile").is_none();
    let role = match kind {
        "CUSTOM" => AssignedRole::Custom(owned(value, "role")),
        _ => AssignedRole::Standard(kind.to_owned()),
    };
    let linked = text(value, &["_links", "assignee", "href"])
        .or_else(|| text(value, &["_links", "self", "href"]));
    is_role.then(|| {
        Record::Role(Assignment {
            assignee: linked.map_or(Assignee::Unsaid, assignee),
            role,
            resource_set: resource_set_of(value),
            targets: targets(value),
            is_active: is_active(value),
            place: Place { path: String::new(), line: 0 },
        })
    })
}

fn resource_set_of(value: &Value) -> Option<String> {
    let linked = || text(value, &["_links", "resource-set", "href"]);
    let own = text(value, &["resource-set"]).map(str::to_owned);
    own.or_else(|| linked().and_then(|href| behind(href, "resource-sets")))
}

/// Targets that were asked for with the role (`expand=targets/groups`).
fn targets(value: &Value) -> Targets {
    let Some(embedded) = value.get("_embedded").and_then(|embedded| embedded.get("targets")) else {
        return Targets::Unsaid;
    };
    let ids = |key: &str| -> BTreeSet<String> {
        let list = embedded.get(key).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(|item| text(item, &["id"]).or_else(|| text(item, &["name"])))
            .map(str::to_owned)
            .collect()
    };
    let mut targets = Targets::All;
    targets.add(ids("groups"), ids("catalog").union(&ids("apps")).cloned().collect());
    targets
}

fn custom_role(value: &Value, _: &Around) -> Option<Record> {
    let linked = text(value, &["_links", "permissions", "href"]).is_some();
    let permissions = value.get("permissions").and_then(names);
    let id = text(value, &["id"]).filter(|_| linked || permissions.is_some())?;
    let permissions = permissions.map(|names| names.into_iter().collect());
    Some(Record::CustomRole { id: id.to_owned(), label: owned(value, "label"), permissions })
}

fn resource_set(value: &Value, around: &Around) -> Option<Record> {
    let linked =
        ["resources", "bindings"].iter().any(|key| text(value, &["_links", key, "href"]).is_some());
    let id = text(value, &["id"]).filter(|_| linked || around.list == "resource-sets")?;
    Some(Record::ResourceSet { id: id.to_owned(), label: owned(value, "label") })
}

/// Texts, or objects with a `label`.
fn names(value: &Value) -> Option<Vec<String>> {
    let name = |item: &Value| item.as_str().or_else(|| text(item, &["label"])).map(str::to_owned);
    value.as_array()?.iter().map(name).collect()
}

fn is_active(value: &Value) -> bool {
    text(value, &["status"]).is_none_or(|status| status.eq_ignore_ascii_case("ACTIVE"))
}

fn owned(value: &Value, key: &str) -> String {
    text(value, &[key]).unwrap_or_default().to_owned()
}

fn itself(value: &Value, collection: &str) -> Option<String> {
    text(value, &["_links", "self", "href"]).and_then(|href| behind(href, collection))
}

/// The id behind the name of a collection in a URL.
fn behind(href: &str, collection: &str) -> Option<String> {
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let mut segments = path.split('/').skip_while(|segment| *segment != collection);
    segments.nth(1).filter(|id| !id.is_empty()).map(str::to_owned)
}

fn assignee(href: &str) -> Assignee {
    let user = behind(href, "users").map(Assignee::User);
    let group = || behind(href, "groups").map(Assignee::Group);
    let client = || behind(href, "clients").or_else(|| behind(href, "apps")).map(Assignee::Client);
    user.or_else(group).or_else(client).unwrap_or(Assignee::Unsaid)
}

/// The path of a URL, with its query, for some resources are queries.
fn path(href: &str) -> String {
    let rest = href.split_once("://").map_or(href, |(_, rest)| rest);
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    path.trim_end_matches('/').to_owned()
}

/// The path of a resource that is a URL, a path or an ORN.
pub(super) fn path_of(resource: &str) -> String {
    if resource.starts_with("orn:") { path_of_orn(resource) } else { path(resource) }
}

/// The path that an ORN stands for, or the ORN where there is none.
fn path_of_orn(orn: &str) -> String {
    let path = resources().iter().find_map(|row| filled(row.path, row.orn, orn));
    path.unwrap_or_else(|| orn.to_owned())
}

/// A path with the ids of an ORN in it; `None` if the ORN is of another kind, or lacks what the path names.
fn filled(path: &str, template: &str, orn: &str) -> Option<String> {
    let (names, parts) = (template.split(':'), orn.split(':'));
    if path.is_empty() || names.clone().count() != parts.clone().count() {
        return None;
    }
    let mut path = path.to_owned();
    for (name, part) in names.zip(parts) {
        if name.starts_with('{') {
            path = path.replace(name, part);
        } else if name != part {
            return None;
        }
    }
    (!path.contains('{')).then_some(path)
}

/// Adds what an object says.
pub(super) fn add(granted: &mut Granted, record: Record, place: Place) {
    match record {
        Record::Token { id, name, owner } => {
            granted.tokens.push(ApiToken { id, name, owner, place });
        }
        Record::Scopes { client, scopes, is_active, audience, title } => {
            if !title.is_empty() {
                granted.labels.insert(client.clone(), title);
            }
            granted.scopes.extend(scopes.into_iter().map(|scope| ScopeGrant {
                client: client.clone(),
                scope,
                is_active,
                audience: audience.clone(),
                place: place.clone(),
            }));
        }
        Record::Role(assignment) => granted.assignments.push(Assignment { place, ..assignment }),
        Record::CustomRole { id, label, permissions } => {
            let role = granted.custom_roles.entry(id).or_default();
            role.label = label;
            if let Some(permissions) = permissions {
                role.permissions.get_or_insert_default().extend(permissions);
            }
        }
        Record::Permission { role, name, is_conditional } => {
            let role = granted.custom_roles.entry(role).or_default();
            role.permissions.get_or_insert_default().insert(name.clone());
            if is_conditional {
                role.conditional.insert(name);
            }
        }
        Record::ResourceSet { id, label } => {
            granted.resource_sets.entry(id).or_default().label = label;
        }
        Record::Resource { set, path } => {
            let set = granted.resource_sets.entry(set).or_default();
            set.paths.get_or_insert_default().insert(path);
        }
        Record::Member { role, set, assignee } => granted.assignments.push(Assignment {
            assignee,
            role: AssignedRole::Custom(role),
            resource_set: Some(set),
            targets: Targets::Unsaid,
            is_active: true,
            place,
        }),
        Record::Group { id, name } => {
            granted.groups.insert(id.clone());
            granted.labels.insert(id, name);
        }
        Record::Setting(on) => granted.public_client_app_admins = Some((on, place)),
        Record::Untold(why) => granted.fault(place, why),
        Record::Nothing => {}
    }
}
