//! From requests to operations.

use privilege::{Base, Hint, Method, Misfit, Operation, Outcome, Resolved, Via};

/// What a request comes to, in words.
fn told(resolved: &Resolved<'_>) -> String {
    let base = Base::builtin();
    let id = |id| base.operation(id).id.clone();
    let ids = |list: &[_]| list.iter().map(|one| id(*one)).collect::<Vec<_>>().join(" ");
    match &resolved.outcome {
        Outcome::Operation(one, Via::Path) => id(*one).into_owned(),
        Outcome::Operation(one, Via::Alias(note)) => format!("{} alias: {note}", id(*one)),
        Outcome::Operation(one, Via::Legacy(note)) => format!("{} legacy: {note}", id(*one)),
        Outcome::Operation(one, Via::Risky(note)) => format!("{} risky: {note}", id(*one)),
        Outcome::Operation(one, Via::Name) => format!("{} by name", id(*one)),
        Outcome::Operation(_, Via::OneOf(list)) => format!("one of {}", ids(list)),
        Outcome::Misfit(misfit) => match misfit {
            Misfit::WrongVerb { allowed } => format!("wrong verb: {}", ids(allowed)),
            Misfit::NotDescribed { instead, .. } => format!("not described: {}", ids(instead)),
            Misfit::MissingSegment { nearest, segment } => {
                format!("missing {segment}: {}", id(*nearest))
            }
            Misfit::ExtraSegment { nearest, segment } => {
                format!("extra {segment}: {}", id(*nearest))
            }
            Misfit::UnknownPath { nearest: Some(one) } => format!("unknown, nearest {}", id(*one)),
            Misfit::UnknownPath { nearest: None } => "unknown".to_owned(),
            Misfit::NoVerb { candidates } => format!("no verb: {}", ids(candidates)),
            Misfit::Elsewhere => "elsewhere".to_owned(),
            Misfit::Unreadable(why) => format!("unreadable: {why}"),
        },
    }
}

/// `METHOD target` or `target` alone.
fn check(request: &str, expected: &str) {
    let (method, target) = request
        .split_once(' ')
        .and_then(|(verb, target)| Some((Some(Method::from_name(verb)?), target)))
        .unwrap_or((None, request));
    let resolved = Base::builtin().resolve(Hint::default(), method, target);
    assert_eq!(told(&resolved), expected, "{request}");
}

/// The path of an operation with something in place of its parameters.
fn filled(operation: &Operation, value: &str) -> String {
    let segments = operation.path.split('/').map(|segment| match segment.starts_with('{') {
        true => value,
        false => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

#[test]
fn every_operation_resolves_from_its_own_path() {
    let base = Base::builtin();
    for (id, operation) in base.operations() {
        for value in ["00uabcdefghijklmnop7", "{x}", ":x", "a%20b"] {
            let path = filled(operation, value);
            let resolved = base.resolve(Hint::default(), Some(operation.method), &path);
            let Outcome::Operation(found, _) = resolved.outcome else {
                panic!("{} {path}: {:?}", operation.method.name(), resolved.outcome);
            };
            assert_eq!(found, id, "{operation:?}");
            assert_eq!(resolved.params.len(), operation.path.matches('{').count(), "{path}");
            assert!(resolved.params.iter().all(|param| param.value == value));
        }
    }
}

#[test]
fn paths_and_urls() {
    check("GET /api/v1/users", "listUsers");
    check("get /api/v1/users/00u1?expand=blocks", "getUser");
    check("GET https://acme.okta.com/api/v1/users/00u1", "getUser");
    check("GET https://acme.okta.com:443/api/v1/users/00u1#x", "getUser");
    check("GET https://${yourOktaDomain}/api/v1/users/${userId}", "getUser");
    check("GET {{baseUrl}}/api/v1/users/{{userId}}", "getUser");
    check("GET acme.okta.com/api/v1/users", "listUsers");
    check("GET %s/api/v1/users/%s", "getUser");
    check("GET /api/v1/users/${user ? user.id : 'me/x'}/groups", "listUserGroups");
    check("GET https://api.github.com/users/octocat", "elsewhere");
    check("GET https://developer.okta.com/api/v1/users", "elsewhere");
    check("GET ftp://acme.okta.com/api/v1/users", "elsewhere");
    check("GET https://acme.us.auth0.com/api/v2/users", "get_users");
    check("GET /api/v2/apps", "listApplication");
    check("GET https://acme.us.auth0.com/api/v2/apps", "unknown");
    check("POST /oauth2/v1/token", "token");
    check("POST /oauth2/default/v1/token", "tokenCustomAS");
    check("", "unreadable: it is empty");
    check("/api/v1/users/{userId}/lifecycle/suspend", "suspendUser");
    check("/api/v1/users", "no verb: listUsers createUser");
}

#[test]
fn odd_spellings() {
    check("GET //api//v1/users", "listUsers alias: without the double slash");
    check("GET /api/v1/groups/../users", "listUsers alias: without `.` and `..`");
    check("GET /api/v1/groups/%2e%2E/users", "listUsers alias: without `.` and `..`");
    check("GET /../../api/v1/users", "listUsers alias: without `.` and `..`");
    check("GET /api/v1/us%65rs", "listUsers");
    check("GET /api/v1/users;a=b", "listUsers alias: without what follows `;`");
    check("GET /api/v1/users/", "listUsers alias: without the slash at the end");
    check("GET api/v1/users", "listUsers alias: with a slash at the beginning");
    check("GET /policies", "listPolicies alias: the beginning of the path is left out");
    check("DELETE /groups/{id}", "one of deleteGroup delete_group");
}

#[test]
fn verbs_that_do_not_fit() {
    check("PUT /api/v1/users/{userId}/lifecycle/reset_password", "wrong verb: resetPassword");
    check("PUT /api/v1/users/{u}/factors/{f}", "not described: getFactor unenrollFactor");
}
