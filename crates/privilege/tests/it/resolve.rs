//! From requests to operations.

use catalog::Product;
use privilege::{Base, Hint, Method, Misfit, Operation, Outcome, Resolved, Via};
use proptest::prelude::*;

/// What a request comes to, in words.
fn told(resolved: &Resolved<'_>) -> String {
    told_outcome(&resolved.outcome)
}

pub(crate) fn told_outcome(outcome: &Outcome) -> String {
    let base = Base::builtin();
    let id = |id| base.operation(id).id.clone();
    let ids = |list: &[_]| list.iter().map(|one| id(*one)).collect::<Vec<_>>().join(" ");
    match outcome {
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
            Misfit::UnknownHost { host, like } => format!("unknown host {host}: {}", id(*like)),
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
    let segments = operation
        .path
        .split('/')
        .map(|segment| if segment.starts_with('{') { value } else { segment });
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
    check("GET ${base}/policies", "listPolicies alias: the beginning of the path is left out");
    check("DELETE /groups/{id}", "one of deleteGroup delete_group");
}

#[test]
fn verbs_that_do_not_fit() {
    check("PUT /api/v1/users/{userId}/lifecycle/reset_password", "wrong verb: resetPassword");
    check("DELETE /api/v1/users/{userId}/lifecycle/suspend", "wrong verb: suspendUser");
    check(
        "PUT /api/v1/users/{u}/factors/{f}",
        "not described: unenrollFactor enrollFactor changeRecoveryQuestion",
    );
    check("PATCH /api/v1/groups/{groupId}", "wrong verb: replaceGroup getGroup deleteGroup");
    check("HEAD /api/v1/users", "listUsers alias: HEAD is answered as GET is, without a body");
}

#[test]
fn segments_too_few_or_too_many() {
    check("POST /api/v1/users/credentials/change_password", "missing {userId}: changePassword");
    check("GET /api/v1/users/factors", "missing {userId}: listFactors");
    check("PUT /api/v1/groups/{groupId}/users", "missing {userId}: assignUserToGroup");
    check("PUT /api/v1/groups/users/{userId}", "missing {groupId}: assignUserToGroup");
    check("POST /api/v1/users/{userId}/suspend", "missing lifecycle: suspendUser");
    check("POST /api/v1/users/{userId}?activate=false", "extra {userId}: createUser");
    check("POST /api/v1/users/{userId}?strict=true", "updateUser");
    check("GET /api/v1/logs/{id}", "extra {id}: listLogEvents");
}

#[test]
fn paths_that_are_written_otherwise() {
    check("GET /api/v1/user/{id}", "unknown, nearest getUser");
    check("POST /api/v1/users/{id}/lifecycle/suspended", "unknown, nearest suspendUser");
    check("GET https://acme.okta.com/api/v2/users", "unknown, nearest listUsers");
    check("GET /api/v1/users/{id}/nonsense", "unknown, nearest getUser");
    check("GET /api/v1/nonsense", "unknown");
    check("GET /API/V1/Users", "listUsers alias: capitals and small letters as in `/api/v1/users`");
    check("GET /okta/api/v1/users", "listUsers alias: behind `/okta`");
    check("GET /{basePath}/api/v1/users", "listUsers");
}

#[test]
fn placeholders_for_words() {
    check(
        "POST /api/v1/users/${id}/lifecycle/${action}",
        "one of activateUser deactivateUser expirePassword expirePasswordWithTempPassword reactivateUser resetFactors \
         resetPassword suspendUser unlockUser unsuspendUser",
    );
    check("POST /api/v1/groups/{id}", "wrong verb: replaceGroup getGroup deleteGroup");
    check("GET /api/v1/{collection}", "unknown");
}

#[test]
fn what_stands_for_an_id() {
    check("GET /api/v1/users/me", "getUser alias: `me` stands for whoever the token belongs to");
    let login = "a login stands for the id; it must be percent-encoded";
    for id in ["{loginId}", "joe@example.com", "joe%40example.com", "{email}"] {
        check(&format!("GET /api/v1/users/{id}"), &format!("getUser alias: {login}"));
        check(&format!("GET /api/v1/users/{id}/groups"), &format!("listUserGroups alias: {login}"));
    }
    check("GET /api/v1/users/{userId}", "getUser");
}

#[test]
fn older_forms_and_surprises() {
    let legacy = "expirePasswordWithTempPassword legacy: `tempPassword` is no parameter of it any more; \
        POST /api/v1/users/{userId}/lifecycle/expire_password_with_temp_password is current";
    check("POST /api/v1/users/{userId}/lifecycle/expire_password?tempPassword=true", legacy);
    check(
        "POST /api/v1/users/{userId}/lifecycle/expire_password?tempPassword=false",
        "expirePassword",
    );
    check(
        "GET /api/v1/events?since=x",
        "listLogEvents legacy: the Events API is retired; GET /api/v1/logs is current",
    );
    check(
        "PUT /api/v1/users/{userId}",
        "replaceUser risky: replaces the whole user: properties that are not sent are emptied; POST on the \
         same path changes only what is sent",
    );
}

#[test]
fn a_custom_domain_needs_the_product() {
    let base = Base::builtin();
    let target = "https://login.acme.io/api/v1/users";
    let told_with = |product| told(&base.resolve(Hint { product }, Some(Method::Get), target));
    assert_eq!(told_with(None), "unknown host login.acme.io: listUsers");
    assert_eq!(told_with(Some(Product::Okta)), "listUsers");
    assert_eq!(told_with(Some(Product::Auth0)), "unknown, nearest get_users");
}

#[test]
fn a_host_of_nobody_known_is_told_where_the_path_is_theirs() {
    check("PUT https://sso.acme.io/api/v1/users/00u1", "unknown host sso.acme.io: replaceUser");
    check("GET https://sso.acme.io:8443/api/v2/clients", "unknown host sso.acme.io: get_clients");
    for (request, expected) in [
        ("GET https://sso.acme.io/index.html", "elsewhere"),
        ("POST https://sso.acme.io/oauth/token", "elsewhere"),
        ("GET https://sso.acme.io/api/v1/invoices/7", "elsewhere"),
    ] {
        check(request, expected);
    }
}

proptest! {
    #[test]
    fn nothing_panics(method in 0..8_usize, target in "\\PC{0,80}") {
        let method = Method::ALL.get(method).copied();
        let _ = Base::builtin().resolve(Hint::default(), method, &target);
    }

    /// Paths of parts that mean something, in any order.
    #[test]
    fn nothing_panics_on_parts(
        method in 0..8_usize,
        parts in prop::collection::vec(prop::sample::select(PARTS), 0..12),
    ) {
        let method = Method::ALL.get(method).copied();
        let target = parts.concat();
        for product in [None, Some(Product::Okta), Some(Product::Auth0)] {
            let resolved = Base::builtin().resolve(Hint { product }, method, &target);
            if let Outcome::Operation(id, Via::Path) = resolved.outcome {
                let operation = Base::builtin().operation(id);
                prop_assert!(method.is_none_or(|method| method == operation.method));
                prop_assert!(product.is_none_or(|product| product == operation.product) || target.contains("okta") || target.contains("auth0"));
            }
        }
    }

    /// An operation's path, spelled otherwise, is still that operation.
    #[test]
    fn spelling_does_not_matter(nth in 0..1700_usize, host in 0..3_usize, id in "00[ugo][a-zA-Z0-9]{17}") {
        let base = Base::builtin();
        let (expected, operation) = base.operations().nth(nth).unwrap();
        let okta = ["", "https://acme.okta.com", "HTTPS://joe:pw@acme.oktapreview.com:443"];
        let auth0 = ["", "https://acme.us.auth0.com", "//acme.auth0.com"];
        let host = if operation.product == Product::Okta { okta[host] } else { auth0[host] };
        let path = filled(operation, &id);
        let encoded = path.replace('s', "%73");
        let doubled = path.replace('/', "//");
        let dotted = format!("/x/..{}", path.replacen("/a", "/./a", 1));
        for path in [path, encoded, dotted, if host.is_empty() { String::new() } else { doubled }] {
            if path.is_empty() { continue }
            let target = format!("{host}{path}?limit=1#top");
            let resolved = base.resolve(Hint::default(), Some(operation.method), &target);
            let is_it = matches!(
                resolved.outcome,
                Outcome::Operation(id, _) | Outcome::Misfit(Misfit::ExtraSegment { nearest: id, .. }) if id == expected
            );
            prop_assert!(is_it, "{target}: {:?}", told(&resolved));
        }
    }
}

/// What targets are put together from.
const PARTS: &[&str] = &[
    "/",
    "//",
    "/api/v1",
    "/api/v2",
    "/users",
    "/groups",
    "/me",
    "/{userId}",
    "/00u1",
    "?",
    "&",
    "#",
    "=",
    "activate",
    "/lifecycle",
    "/suspend",
    "{",
    "}",
    "${",
    "%",
    "%2f",
    "%2e%2e",
    "..",
    "/..",
    "/.",
    ";",
    "https://",
    "acme.okta.com",
    "acme.auth0.com",
    "/factors",
    "/oauth2",
    "/v1",
    "/token",
    "a@b",
    ":",
    "ä",
    " ",
    "<id>",
    "[",
    "]",
    "/default",
    "/clients",
    "/authn",
];

/// A parameter left out is missed, unless what is left is an operation too.
#[test]
fn what_is_left_out_is_missed() {
    let base = Base::builtin();
    let (mut n_found, mut n_other) = (0, Vec::new());
    for (id, operation) in base.operations() {
        let segments: Vec<_> = operation.path.split('/').collect();
        let places = (0..segments.len() - 1).filter(|at| segments[*at].starts_with('{'));
        for at in places {
            let mut rest = segments.clone();
            rest.remove(at);
            let path = rest.join("/");
            let hint = Hint { product: Some(operation.product) };
            match base.resolve(hint, Some(operation.method), &path).outcome {
                Outcome::Misfit(Misfit::MissingSegment { nearest, segment })
                    if nearest == id && segment == segments[at] =>
                {
                    n_found += 1;
                }
                Outcome::Operation(..) => {}
                other @ Outcome::Misfit(_) => {
                    n_other.push(format!("{} {path}: {other:?}", operation.method.name()));
                }
            }
        }
    }
    // Where two parameters follow each other, or a word may be either, the neighbor is another one.
    assert!(n_found > 900 && n_other.len() <= 15, "{n_found}, not {n_other:#?}");
}

/// A request without host and hint is of one product only. Were there one of both, it would have to be said.
#[test]
fn no_request_is_of_both_products() {
    let base = Base::builtin();
    for (_, operation) in base.operations() {
        let path = filled(operation, "00uabcdefghijklmnop7");
        for other in [Product::Okta, Product::Auth0] {
            let hint = Hint { product: Some(other) };
            let outcome = base.resolve(hint, Some(operation.method), &path).outcome;
            let is_it = matches!(outcome, Outcome::Operation(_, Via::Path | Via::Risky(_)));
            assert_eq!(is_it, other == operation.product, "{operation:?} {outcome:?}");
        }
    }
}
