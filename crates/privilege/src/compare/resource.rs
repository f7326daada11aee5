//! What roles are bound to: the resource sets of custom roles, against the ids that are called.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Confidence;
use finding::Level;

use super::need::{Need, difference};
use super::privilege::{Allowed, Hold};
use super::{Compared, Difference, Layer, Standing};
use crate::{PermissionRule, Targets};

/// Ids that are named in one difference; the others are counted.
const NAMED_MAX: usize = 10;

/// What one collection is called with.
#[derive(Default)]
struct Called<'c> {
    ids: BTreeSet<&'c str>,
    /// Some call names no id, or more than are kept.
    is_open: bool,
    needs: Vec<&'c Need<'c>>,
}

pub(super) fn compare(compared: &Compared<'_>, differences: &mut Vec<Difference>) {
    let Some(reached) = reached(compared) else {
        return;
    };
    let called = called(compared);
    missing(&reached, &called, differences);
    for path in &reached.paths {
        differences.extend(surplus(compared, path, &called));
    }
}

/// What roles are bound to.
struct Reached {
    /// Collections, their objects, and the members of groups: `/api/v1/groups/{id}/users`.
    paths: BTreeSet<String>,
    /// Resources of which it is not known what they hold: queries, and ORNs without a path.
    unclear: BTreeSet<String>,
}

/// Everything that custom roles and targeted roles reach; `None` if some role is not bound, and so reaches everything.
fn reached(compared: &Compared<'_>) -> Option<Reached> {
    let grants = compared.grants;
    let mut paths = BTreeSet::new();
    for held in grants.roles.iter().filter(|held| compared.reach.is_role(&held.name)) {
        let Targets::Only { groups, apps } = &held.targets else {
            return None;
        };
        paths.extend(
            groups.iter().flat_map(|id| {
                [format!("/api/v1/groups/{id}"), format!("/api/v1/groups/{id}/users")]
            }),
        );
        paths.extend(apps.iter().map(|id| format!("/api/v1/apps/{id}")));
    }
    for held in &grants.custom {
        paths.extend(held.resources.as_ref()?.iter().cloned());
    }
    let is_path = |path: &String| path.starts_with("/api/v1/") && !path.contains('?');
    let (paths, unclear): (BTreeSet<_>, BTreeSet<_>) = paths.into_iter().partition(is_path);
    (!paths.is_empty() || !unclear.is_empty()).then_some(Reached { paths, unclear })
}

/// By collection, such as `groups`: what is called with which ids.
fn called<'c>(compared: &'c Compared<'_>) -> BTreeMap<&'c str, Called<'c>> {
    let mut collections: BTreeMap<&str, Called<'_>> = BTreeMap::new();
    let hold = Hold::of(compared);
    for need in
        compared.needs.all.iter().filter(|need| matches!(hold.allows(need), Allowed::Yes(_)))
    {
        let path = need.operation.path.as_ref();
        let mut segments = path.trim_start_matches("/api/v1/").split('/').peekable();
        let mut is_first = true;
        while let Some(collection) = segments.next() {
            let parameter =
                segments.peek().and_then(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
            let is_own = is_first || matches!(collection, "users" | "groups" | "apps");
            is_first = false;
            if !is_own || collection.starts_with('{') {
                continue;
            }
            let called = collections.entry(collection).or_default();
            called.needs.push(need);
            let parameter = parameter.map(|name| kept_name(collection, name));
            for entry in &need.entries {
                let ids = parameter.and_then(|parameter| entry.ids.get(parameter));
                let is_open = parameter.is_some_and(|parameter| entry.ids_open.contains(parameter));
                called.is_open |= ids.is_none_or(BTreeSet::is_empty) || is_open;
                called.ids.extend(ids.into_iter().flatten().map(String::as_str));
            }
        }
    }
    collections
}

/// The name under which ids of a parameter are kept: a user's is `userId`, however the vendor calls it.
fn kept_name<'n>(collection: &str, name: &'n str) -> &'n str {
    if collection == "users" && matches!(name, "id" | "userIdOrLogin") { "userId" } else { name }
}

/// Whether a path stands for the members of a group.
fn is_of_members(path: &str) -> bool {
    path.ends_with("/users") && path.matches('/').count() > 3
}

/// Whether what the paths do not name is out of reach, and if that cannot be told, why.
fn verdict(reached: &Reached, collection: &str) -> (Standing, String) {
    let members = reached.paths.iter().find(|path| is_of_members(path));
    if let Some(members) = members.filter(|_| collection == "users") {
        let why = format!(
            "only members of groups are reached ({members}), and who they are is not in the dumps"
        );
        return (Standing::CannotTell, why);
    }
    if let Some(unclear) = reached.unclear.first() {
        let why = format!(
            "the resource set names none of these, but has {unclear}, of which it is not known what it holds"
        );
        return (Standing::CannotTell, why);
    }
    let why = "the resource set does not reach what is called; single objects are refused, lists come back shorter";
    (Standing::Missing, why.to_owned())
}

fn missing(
    reached: &Reached,
    called: &BTreeMap<&str, Called<'_>>,
    differences: &mut Vec<Difference>,
) {
    for (collection, called) in called {
        let all = format!("/api/v1/{collection}");
        if reached.paths.contains(&all) {
            continue;
        }
        let is_lacking = |id: &&&str| !reached.paths.contains(&format!("{all}/{id}"));
        let lacking: Vec<_> = called.ids.iter().filter(is_lacking).collect();
        if lacking.is_empty() {
            continue;
        }
        let lacks = |need: &&&Need<'_>| {
            let ids = need.entries.iter().flat_map(|entry| entry.ids.values().flatten());
            ids.into_iter().any(|id| lacking.iter().any(|lacking| **lacking == id.as_str()))
        };
        let names: Vec<_> =
            lacking.iter().map(|id| format!("{all}/{id}")).take(NAMED_MAX).collect();
        let more = lacking.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let (standing, why) = verdict(reached, collection);
        differences.push(Difference {
            why,
            level: Confidence::Documented,
            ..difference(
                standing,
                Layer::Resource,
                format!("{}{more}", names.join(", ")),
                called.needs.iter().filter(lacks).copied(),
            )
        });
    }
}

/// A resource that no call touches, or that is wider than the calls.
fn surplus(
    compared: &Compared<'_>,
    path: &str,
    called: &BTreeMap<&str, Called<'_>>,
) -> Option<Difference> {
    let mut segments = path.trim_start_matches("/api/v1/").split('/');
    let (collection, id, inner) = (segments.next()?, segments.next(), segments.next());
    let touched = called.get(inner.unwrap_or(collection));
    let (why, instead) = match (touched, id, inner) {
        (None, ..) if is_acted_upon(compared, inner.unwrap_or(collection)) => return None,
        (None, ..) => (format!("no call touches {}", inner.unwrap_or(collection)), Vec::new()),
        (Some(touched), Some(id), None) if !touched.is_open && !touched.ids.contains(id) => {
            ("no call names it".to_owned(), Vec::new())
        }
        (Some(touched), None, None) if !touched.is_open && collection != "users" => {
            let ids = touched.ids.iter().take(NAMED_MAX).map(|id| format!("{path}/{id}")).collect();
            (format!("the calls name {} of them only", touched.ids.len()), vec![ids])
        }
        _ => return None,
    };
    let users: Vec<&Need<'_>> = touched.map(|touched| touched.needs.clone()).unwrap_or_default();
    let verdict = compared.certainty.map_or(Standing::CannotTell, Standing::Excess);
    let is_blind = super::witness::is_audit_log_alone(compared.needs);
    let place = compared
        .grants
        .custom
        .iter()
        .find(|held| held.resources.iter().flatten().any(|one| one == path));
    Some(Difference {
        why: if is_blind { format!("{why}, and the audit log shows no reads") } else { why },
        instead,
        severity: Level::Low,
        level: Confidence::Documented,
        place: place.map(|held| held.place.clone()),
        ..difference(
            if is_blind { Standing::CannotTell } else { verdict },
            Layer::Resource,
            path,
            users,
        )
    })
}

/// Whether an operation whose path does not say so acts upon a collection, as its permissions tell.
fn is_acted_upon(compared: &Compared<'_>, collection: &str) -> bool {
    let prefix = format!("okta.{collection}.");
    compared.needs.all.iter().any(|need| match &need.answer.permission.rule {
        PermissionRule::AnyOf(bundles) => {
            bundles.iter().flatten().any(|name| name.starts_with(&prefix))
        }
        PermissionRule::Unknown => true,
        PermissionRule::NotNeeded | PermissionRule::Ungrantable => false,
    })
}
