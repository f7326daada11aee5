use std::fmt::Write;

use catalog::{Confidence, Product};
use proptest::prelude::*;

use super::*;
use crate::{Base, PermissionRule, RoleRule};

const OKTA: &str = r"openapi: 3.0.3
info: {title: Okta Admin Management, version: 2027.01.0}
servers:
  - url: https://{yourOktaDomain}
paths:
  /api/v1/users:
    get:
      operationId: listUsers
      tags: [User]
      security: [{apiToken: []}, {oauth2: [okta.users.read]}]
    post:
      operationId: createUser
      tags: [User]
      security: [{oauth2: [okta.users.create]}]
      x-okta-lifecycle: {lifecycle: GA}
  /api/v1/users/{id}/cards:
    parameters: []
    get:
      operationId: listCards
      security: [{apiToken: []}, {oauth2: [okta.cards.read, okta.users.read]}]
      x-okta-iam-permissions: [okta.cards.read]
      x-okta-iam-admin-roles: [ORG_ADMIN]
    put: [1]
  /api/v1/more:
    $ref: more.yaml
  /api/v1/open:
    get: {operationId: open, security: []}
components:
  securitySchemes:
    apiToken: {type: apiKey, in: header, name: Authorization}
    oauth2: {type: oauth2}
";

fn outline(spec: &Spec) -> String {
    let mut out = format!("{} ({})\n", spec.name, spec.product.name());
    for row in &spec.operations {
        let (method, path, id) = (row.method.name(), &row.path, &row.id);
        writeln!(out, "{method} {path} {id} {:?} {:?}", row.scope, row.credentials).unwrap();
    }
    for fault in &spec.faults {
        writeln!(out, "{}: {}", fault.line, fault.what).unwrap();
    }
    out
}

#[test]
fn operations_are_read_and_what_cannot_be_read_is_said() {
    insta::assert_snapshot!(outline(&Spec::parse(OKTA).unwrap()), @r#"
    Okta Admin Management 2027.01.0 (okta)
    GET /api/v1/users listUsers AllOf(["okta.users.read"]) Credentials { oauth: true, token: true, none: false, other: false }
    POST /api/v1/users createUser AllOf(["okta.users.create"]) Credentials { oauth: true, token: false, none: false, other: false }
    GET /api/v1/users/{id}/cards listCards AllOf(["okta.cards.read", "okta.users.read"]) Credentials { oauth: true, token: true, none: false, other: false }
    GET /api/v1/open open Open Credentials { oauth: false, token: false, none: true, other: false }
    23: `PUT /api/v1/users/{id}/cards`: must be a mapping, not a list
    25: `/api/v1/more` stands in another file: bundle the description first
    "#);
}

#[test]
fn json_says_the_same_as_yaml() {
    let json = yaml::parse(OKTA).unwrap().to_json();
    let (one, other) = (Spec::parse(&json.to_string()).unwrap(), Spec::parse(OKTA).unwrap());
    assert_eq!(one.operations, other.operations);
    assert_eq!(one.faults.len(), other.faults.len());
}

#[test]
fn what_no_name_or_path_looks_like_is_refused_with_its_line() {
    let long = "x".repeat(201);
    let changes = [
        ("/users/{id}/cards:", "/users/{id}/c ards:"),
        ("/users/{id}/cards:", "/users/x{id}/cards:"),
        ("/users/{id}/cards:", "/users/{id/cards?x=1:"),
        ("operationId: listCards", "operationId: 'list$Cards'"),
        ("operationId: listCards", "operationId: \"list\\eCards\""),
        ("operationId: listCards", &format!("operationId: {long}")),
        ("tags: [User]", "tags: [\"a\\\"b\"]"),
        ("[okta.cards.read, ", "['okta.cards read', "),
        ("[okta.cards.read]\n", "['okta.\"cards']\n"),
    ];
    let mut told = String::new();
    for (from, to) in changes {
        let text = OKTA.replacen(from, to, 1);
        assert_ne!(text, OKTA);
        let spec = Spec::parse(&text).unwrap();
        let fault = spec.faults.iter().find(|fault| fault.line < 23).unwrap();
        let what = fault.what.replace(&long, "x…");
        writeln!(told, "{}: {}, {} kept", fault.line, what.escape_debug(), spec.operations.len())
            .unwrap();
    }
    insta::assert_snapshot!(told, @r"
    16: `GET /api/v1/users/{id}/c ards`: no path has a segment such as `c ards`, 3 kept
    16: `GET /api/v1/users/x{id}/cards`: no path has a segment such as `x{id}`, 3 kept
    16: `GET /api/v1/users/{id/cards?x=1`: no path has a segment such as `{id`, 3 kept
    18: `GET /api/v1/users/{id}/cards`: operationId has a blank, a quote, `$` or another mark that no name has, 3 kept
    18: `GET /api/v1/users/{id}/cards`: operationId has a blank, a quote, `$` or another mark that no name has, 3 kept
    18: `GET /api/v1/users/{id}/cards`: operationId is longer than 200 characters, 3 kept
    7: `GET /api/v1/users`: its tag has a quote, `$`, a control character or another mark that no title has, 3 kept
    18: `GET /api/v1/users/{id}/cards`: a scope has a blank, a quote, `$` or another mark that no name has, 3 kept
    18: `GET /api/v1/users/{id}/cards`: x-okta-iam-permissions has a blank, a quote, `$` or another mark that no name has, 3 kept
    ");
    let title = OKTA.replace("Okta Admin Management", "\"Okta\\e[2J\"");
    assert_eq!(
        Spec::parse(&title).unwrap_err().to_string(),
        "line 2, column 15: its title has a quote, `$`, a control character or another mark that no title has"
    );
}

#[test]
fn faults_in_json_have_their_lines() {
    let text = "{\"openapi\": \"3.0.3\", \"info\": {\"title\": \"Okta\"},\n \"paths\": {\n  \"/api/v1/a b\": {\n   \"get\": {}}}}";
    let spec = Spec::parse(text).unwrap();
    assert_eq!(spec.faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [3]);
}

#[test]
fn paths_begin_at_the_server_and_a_bearer_token_is_no_scope() {
    let text = r#"{"openapi": "3.1.0", "info": {"title": "Auth0 Management API", "version": "2.0"},
        "servers": [{"url": "https://{tenantDomain}/api/v2/"}],
        "security": [{"bearerAuth": []}],
        "paths": {"/clients": {"get": {"operationId": "get_clients",
            "x-operation-group": "clients", "x-operation-name": "list",
            "security": [{"bearerAuth": []}, {"oAuth2": ["read:clients", "read:client_keys"]}]},
          "post": {}}},
        "components": {"securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"},
            "oAuth2": {"type": "oauth2"}}}}"#;
    insta::assert_snapshot!(outline(&Spec::parse(text).unwrap()), @r#"
    Auth0 Management API 2.0 (auth0)
    GET /api/v2/clients get_clients AnyOf(["read:clients", "read:client_keys"]) Credentials { oauth: true, token: false, none: false, other: false }
    POST /api/v2/clients  Unreachable Credentials { oauth: true, token: false, none: false, other: false }
    "#);
    let spec = Spec::parse(text).unwrap();
    assert_eq!(spec.operations[0].sdk, "clients.list");
}

#[test]
fn a_file_that_is_no_description_is_refused_with_its_place() {
    fn check(text: &str, expected: &str) {
        assert_eq!(Spec::parse(text).unwrap_err().to_string(), expected, "{text}");
    }
    check("", "line 1, column 1: not a description of OpenAPI: it has no `openapi`");
    check(
        "openapi: 3.0.3\ninfo: [\n",
        "line 3, column 1: while parsing a node, did not find expected node content",
    );
    check("{\"openapi\": \"3.0.3\",\n \"paths\": {]}", "line 2, column 12: key must be a string");
    check(
        "swagger: '2.0'\n",
        "line 1, column 1: a description of Swagger 2: only OpenAPI 3 is read",
    );
    check("openapi: 4.0.0\n", "line 1, column 1: only descriptions of OpenAPI 3 are read");
    check("openapi: 3.0.0\n", "line 1, column 1: it has no `paths`");
    check(
        "openapi: 3.0.0\npaths: 7\n",
        "line 2, column 8: `paths` must be a mapping, not a number",
    );
    check(
        "openapi: 3.0.0\npaths: {/pets: {}}\n",
        "line 1, column 1: neither its title nor its servers name Okta or Auth0",
    );
    check(
        "openapi: 3.0.0\npaths: {}\npaths: {}\n",
        "line 3, column 1: the key `paths` stands here twice",
    );
}

#[test]
fn laid_over_the_base_only_what_differs_changes() {
    let (old, spec) = (Base::builtin(), Spec::parse(OKTA).unwrap());
    let new = old.with_spec(&spec, "2027-01-31");
    let mut changed = Vec::new();
    for (id, operation) in new.operations() {
        let before = old.operations().find(|(other, _)| *other == id).map(|(_, row)| row);
        if before != Some(operation) {
            changed.push(format!("{} {}", operation.method.name(), operation.path));
        }
    }
    let expected = ["POST /api/v1/users", "GET /api/v1/users/{id}/cards", "GET /api/v1/open"];
    assert_eq!(changed, expected);
    let create = new.operation(new.by_path(Product::Okta, Method::Post, "/api/v1/users").unwrap());
    assert_eq!(create.scope.rule, ScopeRule::AllOf(vec!["okta.users.create".into()]));
    assert_eq!(create.scope.source, "Okta Admin Management 2027.01.0");
    assert_eq!(create.scope.date, "2027-01-31");
    assert!(!create.credentials.token);
    let before = old.operation(old.by_path(Product::Okta, Method::Post, "/api/v1/users").unwrap());
    assert_eq!((&create.permission, &create.role), (&before.permission, &before.role));
    let cards = new.operation(new.by_id("listCards")[0]);
    let named = PermissionRule::AnyOf(vec![vec!["okta.cards.read".into()]]);
    assert_eq!((&cards.permission.rule, cards.permission.level), (&named, Confidence::Documented));
    assert_eq!(cards.role.level, Confidence::Documented);
    let open = new.operation(new.by_id("open")[0]);
    assert_eq!((&open.scope.rule, open.role.level), (&ScopeRule::Open, Confidence::Unknown));
    assert_eq!(open.role.rule, RoleRule::Unknown);
    assert_eq!(new.release().specs, ["Okta Admin Management 2027.01.0"]);
}

/// A description that says what is built in changes nothing.
#[test]
fn the_base_laid_over_itself_stays_as_it_is() {
    let base = Base::builtin();
    for (product, apis) in [
        (Product::Okta, &["management", "governance", "oauth", "myaccount"][..]),
        (Product::Auth0, &["management", "authentication"][..]),
    ] {
        let operations = base.described(product, &apis.iter().copied().collect());
        assert!(operations.len() > 400);
        let spec = Spec { name: "same".to_owned(), product, operations, faults: Vec::new() };
        let same = base.with_spec(&spec, "2027-01-31");
        assert!(same.operations().eq(base.operations()));
        assert!(apis.iter().all(|api| base.apis_of(&spec).contains(api)));
        let diff = api_diff(&spec.operations, &base.described(product, &base.apis_of(&spec)));
        assert!(diff.is_empty(), "{diff:?}");
    }
}

#[test]
fn differences_are_told_by_verb_and_path() {
    let old = Spec::parse(OKTA).unwrap().operations;
    let text = OKTA
        .replace("[okta.cards.read, okta.users.read]", "[okta.users.manage]")
        .replace("{apiToken: []}, {oauth2: [okta.users.read]}", "{oauth2: [okta.users.read]}")
        .replace("/api/v1/open", "/api/v1/shut")
        .replace("{id}", "{userId}");
    let diff = api_diff(&old, &Spec::parse(&text).unwrap().operations);
    let paths =
        |rows: &[SpecOperation]| rows.iter().map(|row| row.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&diff.added), ["/api/v1/shut"]);
    assert_eq!(paths(&diff.removed), ["/api/v1/open"]);
    assert_eq!(diff.n_common, 3);
    let changes: Vec<_> = diff
        .changed
        .iter()
        .map(|row| {
            (row.new.id.as_str(), row.has_scopes(), row.has_credentials(), row.missing.len())
        })
        .collect();
    assert_eq!(changes, [("listUsers", false, true, 0), ("listCards", true, false, 1)]);
    assert_eq!(diff.new_scopes.iter().collect::<Vec<_>>(), ["okta.users.manage"]);
    assert_eq!(diff.gone_scopes.iter().collect::<Vec<_>>(), ["okta.cards.read"]);
    assert!(api_diff(&old, &old).is_empty());
}

/// Whoever may manage may read: Okta grants nothing anew where `read` takes the place of `manage`.
#[test]
fn a_scope_that_includes_another_leaves_nothing_missing() {
    let old = Spec::parse(&OKTA.replace("[okta.users.read]", "[okta.users.manage]")).unwrap();
    let diff = api_diff(&old.operations, &Spec::parse(OKTA).unwrap().operations);
    assert!(diff.changed[0].has_scopes() && diff.changed[0].missing.is_empty(), "{diff:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_bytes_make_it_panic(noise in any::<String>(), at in 0..OKTA.len(), cut in 0..40_usize) {
        let _ = Spec::parse(&noise);
        let begin = OKTA.get(..at).unwrap_or_default();
        let end = OKTA.get((at + cut).min(OKTA.len())..).unwrap_or_default();
        for text in [format!("{begin}{noise}{end}"), format!("{{{noise}")] {
            if let Ok(spec) = Spec::parse(&text) {
                let base = Base::builtin().with_spec(&spec, "2027-01-31");
                prop_assert!(base.operations().count() >= Base::builtin().operations().count());
            }
        }
    }
}
