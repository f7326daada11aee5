//! What a name stands for.

use ::privilege::{Base, Hint, Method, Misfit, OperationId, Outcome, ScopeFacts};
use catalog::{AdminRole, OktaEventType, Permission, Product};

/// Something that a name stands for.
pub(super) enum Found {
    /// An operation.
    Operation(OperationId),
    /// A scope.
    Scope(ScopeFacts),
    /// A permission of a custom role.
    Permission(&'static Permission),
    /// A standard role.
    Role(&'static AdminRole),
    /// An event of the System Log.
    Event(&'static OktaEventType),
}

/// Everything that a name stands for: operations by name, or by verb and path, then scopes, permissions, roles, events.
/// A name may stand for several; empty if it is not known.
pub(super) fn find(base: &Base, name: &str) -> Vec<Found> {
    let name = name.trim();
    let mut found: Vec<_> = operations(base, name).into_iter().map(Found::Operation).collect();
    found.extend(base.scope(name).map(Found::Scope));
    found.extend(catalog::permission(name).map(Found::Permission));
    found.extend(role(name).map(Found::Role));
    found.extend(catalog::okta_event_type(name).map(Found::Event));
    found
}

fn operations(base: &Base, name: &str) -> Vec<OperationId> {
    let named = base.by_id(name);
    if !named.is_empty() {
        return named.to_vec();
    }
    let (method, target) = split(name);
    if !is_path(target) {
        return Vec::new();
    }
    match base.resolve(Hint::default(), method, target).outcome {
        Outcome::Operation(id, _) => vec![id],
        Outcome::Misfit(Misfit::NoVerb { candidates }) => candidates,
        Outcome::Misfit(_) => Vec::new(),
    }
}

/// Verb and path of `GET /api/v1/users`; without the verb if there is none.
fn split(name: &str) -> (Option<Method>, &str) {
    let parts = name.split_once(char::is_whitespace);
    let called = parts.and_then(|(verb, path)| Some((Method::from_name(verb)?, path.trim())));
    called.map_or((None, name), |(method, path)| (Some(method), path))
}

fn is_path(text: &str) -> bool {
    text.starts_with('/') || text.contains("://")
}

/// By the API's name, or the console's title.
fn role(name: &str) -> Option<&'static AdminRole> {
    let titled = || catalog::admin_roles().iter().find(|row| row.title.eq_ignore_ascii_case(name));
    catalog::admin_role(name).or_else(titled)
}

/// What was probably meant by a name that is not known, in a form that `find` finds.
pub(super) fn meant(base: &Base, name: &str) -> Option<String> {
    let name = name.trim();
    let (method, target) = split(name);
    if is_path(target) {
        return nearest_call(base, method, target);
    }
    let moved = catalog::scope_family(name).is_some_and(|family| !family.instead.is_empty());
    let scope = base.nearest_scope(name);
    if moved {
        return scope.map(str::to_owned);
    }
    let guesses = [
        scope,
        catalog::nearest_permission(name),
        catalog::nearest_admin_role(name),
        base.nearest_id(name),
        catalog::nearest_event_type(Product::Okta, name),
    ];
    let guesses = guesses.into_iter().flatten();
    guesses.min_by_key(|guess| strsim::osa_distance(guess, name)).map(str::to_owned)
}

fn nearest_call(base: &Base, method: Option<Method>, target: &str) -> Option<String> {
    let nearest = match base.resolve(Hint::default(), method, target).outcome {
        Outcome::Operation(id, _) => Some(id),
        Outcome::Misfit(Misfit::WrongVerb { allowed }) => allowed.first().copied(),
        Outcome::Misfit(Misfit::NotDescribed { instead, .. }) => instead.first().copied(),
        Outcome::Misfit(
            Misfit::MissingSegment { nearest, .. } | Misfit::ExtraSegment { nearest, .. },
        ) => Some(nearest),
        Outcome::Misfit(Misfit::UnknownPath { nearest }) => nearest,
        Outcome::Misfit(Misfit::NoVerb { candidates }) => candidates.first().copied(),
        Outcome::Misfit(Misfit::UnknownHost { .. } | Misfit::Elsewhere | Misfit::Unreadable(_)) => {
            None
        }
    };
    let operation = base.operation(nearest?);
    Some(format!("{} {}", operation.method.name(), operation.path))
}

/// That a name is not known, and what was probably meant.
pub(super) fn unknown(base: &Base, name: &str) -> String {
    match meant(base, name) {
        Some(meant) => format!("`{name}` is not known; did you mean `{meant}`?"),
        None => format!(
            "`{name}` is not known: no operation, scope, permission, role or event has that name"
        ),
    }
}
