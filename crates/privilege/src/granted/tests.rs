use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

const USER_ROLES: &str = r#"[
  {"id": "JBCUYUC7IRCVGS27IFCE2SKO", "label": "Help Desk Administrator", "type": "HELP_DESK_ADMIN", "status": "ACTIVE",
   "assignmentType": "USER", "_links": {"assignee": {"href": "https://acme.okta.com/api/v1/users/00u1"}},
   "_embedded": {"targets": {"groups": [{"id": "00g1", "profile": {"name": "Staff"}}]}}},
  {"id": "irb1", "role": "cr01", "label": "Joiner", "type": "CUSTOM", "status": "ACTIVE", "resource-set": "iam1",
   "_links": {"assignee": {"href": "https://acme.okta.com/api/v1/users/00u1"},
              "resource-set": {"href": "https://acme.okta.com/api/v1/iam/resource-sets/iam1"}}}
]"#;

const TOKENS: &str = r#"[{"id": "00T1", "name": "payroll", "userId": "00u1", "tokenWindow": "P30D", "clientName": "Okta API",
  "network": {"connection": "ANYWHERE"}, "_link": {"self": {"href": "https://acme.okta.com/api/v1/api-tokens/00T1"}}},
 {"id": "00T2", "name": "other", "userId": "00u2", "tokenWindow": "P30D", "clientName": "Okta API"}]"#;

const PERMISSIONS: &str = r#"{"permissions": [
  {"label": "okta.users.create", "conditions": null, "_links": {"role": {"href": "https://acme.okta.com/api/v1/iam/roles/cr01"}}},
  {"label": "okta.users.read", "conditions": {"exclude": {"okta:ResourceAttribute/User/Profile": ["city"]}},
   "_links": {"self": {"href": "https://acme.okta.com/api/v1/iam/roles/cr01/permissions/okta.users.read"}}}]}"#;

const ROLES: &str = r#"{"roles": [{"id": "cr01", "label": "Joiner", "description": "…",
  "_links": {"permissions": {"href": "https://acme.okta.com/api/v1/iam/roles/cr01/permissions"}}}], "_links": {}}"#;

const SETS: &str = r#"{"resource-sets": [{"id": "iam1", "label": "Joiners",
  "_links": {"resources": {"href": "https://acme.okta.com/api/v1/iam/resource-sets/iam1/resources"}}}]}"#;

const RESOURCES: &str = r#"{"resources": [
  {"id": "ire1", "orn": "orn:okta:directory:00o1:groups:00g1", "_links": {"self": {"href": "https://acme.okta.com/api/v1/groups/00g1"}}},
  {"id": "ire2", "orn": "orn:okta:directory:00o1:groups:00g1:contained_resources"},
  {"id": "ire3", "orn": "orn:okta:workflow:00o1:flows"}],
  "_links": {"resource-set": {"href": "https://acme.okta.com/api/v1/iam/resource-sets/iam1"}}}"#;

const MEMBERS: &str = r#"{"members": [{"id": "irb2", "_links": {"self": {"href": "https://acme.okta.com/api/v1/groups/00g7"}}}],
  "_links": {"binding": {"href": "https://acme.okta.com/api/v1/iam/resource-sets/iam1/bindings/cr01"}}}"#;

const GRANTS: &str = r#"[
  {"id": "oag1", "status": "ACTIVE", "issuer": "https://acme.okta.com", "clientId": "0oa1", "scopeId": "okta.users.read",
   "source": "ADMIN", "_links": {"app": {"href": "https://acme.okta.com/api/v1/apps/0oa1", "title": "Payroll sync"}}},
  {"id": "oag2", "status": "ACTIVE", "clientId": "0oa1", "scopeId": "okta.groups.manage"},
  {"id": "oag3", "status": "REVOKED", "clientId": "0oa1", "scopeId": "okta.groups.manage"},
  {"id": "oag4", "status": "REVOKED", "clientId": "0oa1", "scopeId": "okta.apps.manage"}]"#;

const CLIENT_ROLES: &str = r#"[{"id": "RA1", "type": "USER_ADMIN", "status": "ACTIVE", "assignmentType": "CLIENT",
  "_links": {"assignee": {"href": "https://acme.okta.com/oauth2/v1/clients/0oa1"}}}]"#;

const AUTH0: &str = r#"{"start": 0, "limit": 50, "total": 1, "client_grants": [{"id": "cgr_1", "client_id": "c1",
  "audience": "https://acme.us.auth0.com/api/v2/", "scope": ["read:users", "update:users"]}]}"#;

fn granted(texts: &[&str]) -> Granted {
    let mut granted = Granted::default();
    for (number, text) in texts.iter().enumerate() {
        granted.read(&format!("f{number}.json"), text);
    }
    granted
}

/// Everything that a credential holds, one thing a line.
fn held(texts: &[&str], credential: Option<&str>) -> String {
    let granted = granted(texts);
    let faults = granted.faults.iter().map(|(place, what)| format!("fault {place}: {what}"));
    let faults: Vec<_> = faults.collect();
    let grants = match granted.of(credential) {
        Ok(grants) => grants,
        Err(error) => return format!("{}\n{error}", faults.join("\n")),
    };
    let Principal { kind, id, label } = &grants.principal;
    let mut lines = vec![format!("{} {id} {label}", kind.name())];
    lines.extend(grants.scopes.iter().map(|held| format!("scope {} {}", held.name, held.place)));
    lines.extend(
        grants.roles.iter().map(|held| {
            format!("role {} {:?} {} {}", held.name, held.targets, held.via, held.place)
        }),
    );
    lines.extend(grants.custom.iter().map(|held| {
        format!(
            "custom {} {:?} on {} {:?} {}",
            held.name, held.permissions, held.resource_set, held.resources, held.via
        )
    }));
    lines.extend(grants.gaps.iter().map(|gap| format!("gap {gap}")));
    lines.extend(grants.remarks.iter().map(|remark| format!("remark {remark}")));
    lines.extend(
        grants.contradictions.iter().map(|(place, what)| format!("contradiction {place}: {what}")),
    );
    lines.extend(faults);
    lines.join("\n")
}

#[test]
fn a_token_holds_what_its_owner_holds() {
    let all = [USER_ROLES, TOKENS, PERMISSIONS, ROLES, SETS, RESOURCES];
    assert_snapshot!(held(&all, Some("00T1")), @r#"
    token 00T1 payroll
    role HELP_DESK_ADMIN Only { groups: {"00g1"}, apps: {} }  f0.json:2
    custom Joiner Some({"okta.users.create", "okta.users.read"}) on Joiners Some({"/api/v1/groups/00g1", "/api/v1/groups/00g1/users", "orn:okta:workflow:00o1:flows"}) 
    gap roles that the owner has by a group are not in the dumps, for a user's own list has direct ones only (GET /api/v1/users/{userId}/groups, and GET /api/v1/groups/{groupId}/roles for each of them)
    remark an API token can do what its owner can, at any time; it is narrowed by narrowing its owner alone
    remark okta.users.read in custom role Joiner is limited to some attributes of profiles
    "#);
    assert_snapshot!(held(&[USER_ROLES], None), @r#"
    token 00u1 
    role HELP_DESK_ADMIN Only { groups: {"00g1"}, apps: {} }  f0.json:2
    custom cr01 None on iam1 None 
    gap the permissions of custom role cr01 are not in the dumps (GET /api/v1/iam/roles/{roleId}/permissions)
    gap what resource set iam1 holds is not in the dumps (GET /api/v1/iam/resource-sets/iam1/resources)
    gap roles that the owner has by a group are not in the dumps, for a user's own list has direct ones only (GET /api/v1/users/{userId}/groups, and GET /api/v1/groups/{groupId}/roles for each of them)
    remark an API token can do what its owner can, at any time; it is narrowed by narrowing its owner alone
    "#);
}

#[test]
fn what_no_dump_tells_is_not_granted_and_not_missing() {
    assert_snapshot!(held(&[TOKENS], Some("00T1")), @r"
    token 00T1 payroll
    gap roles that the owner has by a group are not in the dumps, for a user's own list has direct ones only (GET /api/v1/users/{userId}/groups, and GET /api/v1/groups/{groupId}/roles for each of them)
    gap no role of 00u1 is in the dumps (GET /api/v1/users/00u1/roles)
    remark an API token can do what its owner can, at any time; it is narrowed by narrowing its owner alone
    ");
    assert_snapshot!(held(&[CLIENT_ROLES], None), @r"
    service_app 0oa1 
    role USER_ADMIN Unsaid  f0.json:1
    gap whether Public client app admins is on is not said; if it is, every service app is a super administrator (GET /api/v1/org/settings/clientPrivilegesSetting)
    gap no scope of 0oa1 is in the dumps (GET /api/v1/apps/{appId}/grants)
    remark whether USER_ADMIN is limited to some groups is not in the dumps (ask for the roles with expand=targets/groups, or .../targets/groups)
    ");
}

#[test]
fn what_is_assigned_and_not_there_is_told() {
    let other = r#"{"roles": [{"id": "cr09", "label": "Other", "permissions": []}]}
        {"resource-sets": [{"id": "iam9", "label": "Others"}]}"#;
    assert_snapshot!(held(&[USER_ROLES, other], None), @r#"
    token 00u1 
    role HELP_DESK_ADMIN Only { groups: {"00g1"}, apps: {} }  f0.json:2
    custom cr01 None on iam1 None 
    gap roles that the owner has by a group are not in the dumps, for a user's own list has direct ones only (GET /api/v1/users/{userId}/groups, and GET /api/v1/groups/{groupId}/roles for each of them)
    remark an API token can do what its owner can, at any time; it is narrowed by narrowing its owner alone
    contradiction f0.json:5: custom role cr01 is assigned, and no role of that id is in the dumps
    contradiction f0.json:5: custom role cr01 is bound to resource set iam1, which is not in the dumps
    "#);
}

#[test]
fn roles_by_a_group_count() {
    assert_snapshot!(held(&[&all_in_one(), MEMBERS], Some("payroll")), @r#"
    token 00T1 payroll
    role HELP_DESK_ADMIN Only { groups: {"00g1"}, apps: {} }  f0.json:2
    custom Joiner Some({"okta.users.create", "okta.users.read"}) on Joiners Some({"/api/v1/groups/00g1", "/api/v1/groups/00g1/users", "orn:okta:workflow:00o1:flows"}) 
    custom Joiner Some({"okta.users.create", "okta.users.read"}) on Joiners Some({"/api/v1/groups/00g1", "/api/v1/groups/00g1/users", "orn:okta:workflow:00o1:flows"}) group 00g7
    remark an API token can do what its owner can, at any time; it is narrowed by narrowing its owner alone
    remark okta.users.read in custom role Joiner is limited to some attributes of profiles
    remark okta.users.read in custom role Joiner is limited to some attributes of profiles
    "#);
}

#[test]
fn groups_without_roles_are_asked_for_as_well() {
    let groups = r#"[{"id": "00g1", "type": "OKTA_GROUP", "profile": {"name": "Staff"}},
        {"id": "00g0", "type": "BUILT_IN", "profile": {"name": "Everyone"}}]"#;
    assert_snapshot!(held(&[USER_ROLES, groups, "[]"], None), @r#"
    token 00u1 
    role HELP_DESK_ADMIN Only { groups: {"00g1"}, apps: {} }  f0.json:2
    custom cr01 None on iam1 None 
    gap the permissions of custom role cr01 are not in the dumps (GET /api/v1/iam/roles/{roleId}/permissions)
    gap what resource set iam1 holds is not in the dumps (GET /api/v1/iam/resource-sets/iam1/resources)
    gap roles that the owner has by a group are not in the dumps, for a user's own list has direct ones only (GET /api/v1/users/{userId}/groups, and GET /api/v1/groups/{groupId}/roles for each of them)
    remark an API token can do what its owner can, at any time; it is narrowed by narrowing its owner alone
    "#);
    assert_snapshot!(held(&[USER_ROLES, groups, "[]\n[]"], None), @r#"
    token 00u1 
    role HELP_DESK_ADMIN Only { groups: {"00g1"}, apps: {} }  f0.json:2
    custom cr01 None on iam1 None 
    gap the permissions of custom role cr01 are not in the dumps (GET /api/v1/iam/roles/{roleId}/permissions)
    gap what resource set iam1 holds is not in the dumps (GET /api/v1/iam/resource-sets/iam1/resources)
    remark an API token can do what its owner can, at any time; it is narrowed by narrowing its owner alone
    "#);
}

#[test]
fn a_page_by_hand_tells_everything() {
    let page = "principal: payroll\nscopes: [okta.users.read]\nroles:\n  - READ_ONLY_ADMIN\n  - role: USER_ADMIN\n    groups: [00g1]\n\
        custom_roles:\n  - label: Joiner\n    permissions: [okta.users.create]\n    resources: ['https://acme.okta.com/api/v1/groups/00g1', 'orn:okta:directory:00o1:users']\n  - label: Idle\n    permissions: []\n";
    assert_snapshot!(held(&[page], None), @r#"
    service_app payroll 
    scope okta.users.read f0.json:2
    role READ_ONLY_ADMIN All  f0.json:4
    role USER_ADMIN Only { groups: {"00g1"}, apps: {} }  f0.json:5
    custom Idle Some({}) on  None 
    custom Joiner Some({"okta.users.create"}) on Joiner Some({"/api/v1/groups/00g1", "/api/v1/users"}) 
    remark what custom role Idle is bound to is not said
    remark whether Public client app admins is on is not said; if it is, every service app is a super administrator (GET /api/v1/org/settings/clientPrivilegesSetting)
    "#);
    assert_snapshot!(held(&["kind: token\nprincipal: 00T1\n"], None), @r"
    token 00T1 
    remark an API token can do what its owner can, at any time; it is narrowed by narrowing its owner alone
    ");
    assert_snapshot!(held(&["- {principal: a, scopes: [x]}\n- {principal: b, kind: m2m, scopes: [y]}"], Some("b")), @r"
    m2m b 
    scope y f0.json:2
    ");
}

#[test]
fn scopes_of_a_token_are_said() {
    assert_snapshot!(held(&["kind: token\nprincipal: 00T1\nscopes: [okta.users.read]\n"], None), @r"
    token 00T1 
    remark an API token can do what its owner can, at any time; it is narrowed by narrowing its owner alone
    fault f0.json:3: a token has no scopes, its owner's roles decide: they are not counted
    ");
}

#[test]
fn the_id_of_an_owner_is_not_taken_for_a_token() {
    let is_owner = |texts: &[&str], id| granted(texts).of(id).unwrap().is_owner;
    assert!(is_owner(&[USER_ROLES], None));
    assert!(is_owner(&["kind: token\nprincipal: 00u1\n"], None));
    assert!(!is_owner(&["kind: token\nprincipal: payroll\n"], None));
    assert!(!is_owner(&[TOKENS], Some("00T1")));
    assert!(!is_owner(&[GRANTS], None));
}

#[test]
fn mistakes_in_a_page_have_places() {
    assert_snapshot!(held(&["principal: a\nkind: robot\nscope: [x]\nscopes:\n  - {a: b}\nroles: USER_ADMIN\ncustom_roles:\n  - R\n", "just words", "a: [b\n", "public_client_app_admins: maybe\nroles:\n  - groups: [x]"], Some("a")), @r"
    service_app a 
    remark whether Public client app admins is on is not said; if it is, every service app is a super administrator (GET /api/v1/org/settings/clientPrivilegesSetting)
    fault f0.json:3: unknown key `scope`, expected one of principal, kind, scopes, roles, custom_roles, public_client_app_admins, audience
    fault f0.json:5: scopes must be names, found a mapping
    fault f0.json:2: kind must be token, service_app or m2m
    fault f0.json:6: roles must be a list, found text
    fault f0.json:8: a custom role needs `label`, `permissions` and `resources`
    fault f1.json:1: expected a mapping with principal, scopes, roles, found text
    fault f2.json:2: while parsing a flow sequence, expected ',' or ']'
    fault f3.json:3: a role needs its name, as in `- HELP_DESK_ADMIN` or `- role: HELP_DESK_ADMIN`
    fault f3.json:1: public_client_app_admins must be true or false
    ");
}

fn all_in_one() -> String {
    [USER_ROLES, TOKENS, PERMISSIONS, ROLES, SETS, RESOURCES].join("\n")
}

#[test]
fn a_service_app_holds_scopes_and_roles() {
    assert_snapshot!(held(&[GRANTS, CLIENT_ROLES], None), @r"
    service_app 0oa1 Payroll sync
    scope okta.groups.manage f0.json:4
    scope okta.users.read f0.json:2
    role USER_ADMIN Unsaid  f1.json:1
    gap whether Public client app admins is on is not said; if it is, every service app is a super administrator (GET /api/v1/org/settings/clientPrivilegesSetting)
    remark whether USER_ADMIN is limited to some groups is not in the dumps (ask for the roles with expand=targets/groups, or .../targets/groups)
    contradiction f0.json:4: okta.groups.manage is granted and revoked; it is taken for granted
    ");
    assert_snapshot!(held(&[GRANTS, r#"{"clientPrivilegesSetting": true}"#], None), @r"
    service_app 0oa1 Payroll sync
    scope okta.groups.manage f0.json:4
    scope okta.users.read f0.json:2
    role SUPER_ADMIN All the setting Public client app admins f1.json:1
    gap no role of 0oa1 is in the dumps (GET /oauth2/v1/clients/0oa1/roles)
    contradiction f0.json:4: okta.groups.manage is granted and revoked; it is taken for granted
    ");
}

#[test]
fn an_application_of_auth0_holds_scopes() {
    assert_snapshot!(held(&[AUTH0], None), @r"
    m2m c1 
    scope read:users f0.json:1
    scope update:users f0.json:1
    ");
}

#[test]
fn grants_of_other_apis_are_not_about_auth0() {
    let other =
        r#"{"client_id": "c1", "audience": "https://api.example.com", "scope": ["read:users"]}"#;
    let all = r#"{"client_id": "c1", "audience": "https://acme.us.auth0.com/api/v2/", "scope": [], "allow_all_scopes": true}"#;
    assert_snapshot!(held(&[AUTH0, other, all], None), @r"
    m2m c1 
    scope read:users f0.json:1
    scope update:users f0.json:1
    fault f2.json:1: a client grant of all scopes, present and to come, cannot be compared
    ");
}

#[test]
fn of_several_principals_one_must_be_chosen() {
    assert_snapshot!(held(&[GRANTS, AUTH0, USER_ROLES], None), @"grants of 3 principals were read, one must be chosen: 00u1, 0oa1, c1");
    assert_snapshot!(held(&[GRANTS], Some("0oa9")), @"nothing is granted to `0oa9`, only to 0oa1");
    assert_snapshot!(held(&[], None), @"no grant of a token, a service app or an application was read");
}

#[test]
fn what_is_no_grant_has_a_place() {
    assert_snapshot!(held(&[GRANTS, "[\n{\"errorCode\": \"E0000006\", \"errorSummary\": \"…\"},\n{},\n{\"id\": 1, \"x\": 2}, 7]"], None), @r"
    service_app 0oa1 Payroll sync
    scope okta.groups.manage f0.json:4
    scope okta.users.read f0.json:2
    gap whether Public client app admins is on is not said; if it is, every service app is a super administrator (GET /api/v1/org/settings/clientPrivilegesSetting)
    gap no role of 0oa1 is in the dumps (GET /oauth2/v1/clients/0oa1/roles)
    contradiction f0.json:4: okta.groups.manage is granted and revoked; it is taken for granted
    fault f1.json:2: no grant: the API refused to answer (E0000006)
    fault f1.json:3: no grant: an empty object
    fault f1.json:4: no grant: an object with id, x
    fault f1.json:4: neither a list nor an object
    ");
    assert_snapshot!(held(&["[1", "", "{\"a\":\n tru}"], None), @r"
    fault f0.json:1: no JSON, and what follows is not read: EOF while parsing a list
    fault f1.json: empty
    fault f2.json:2: no JSON, and what follows is not read: expected ident
    no grant of a token, a service app or an application was read
    ");
}

#[test]
fn lines_are_those_of_the_records() {
    let granted = granted(&[
        "[\n{\"clientId\": \"c\", \"scopeId\": \"a\"},\n\n{\"clientId\": \"c\", \"scopeId\": \"b\"}]\n[{\"clientId\": \"c\", \"scopeId\": \"c\"}]",
    ]);
    let lines: Vec<_> = granted.scopes.iter().map(|scope| scope.place.line).collect();
    assert_eq!(lines, [2, 4, 5]);
}

#[test]
fn depth_is_bounded() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(granted(&[&deep]).n_faults, 1);
    let deep =
        format!("{{\"scopeId\": \"a\", \"x\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(granted(&[&deep]).n_faults, 1);
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(text in ".{0,200}", cut in 0usize..600) {
        granted(&[&text]);
        let page = "principal: a\nkind: token\nscopes: [b]\nroles: [{role: c, groups: [d]}]\ncustom_roles: [{label: e, permissions: [f], resources: [g]}]\npublic_client_app_admins: true\n";
        for whole in [USER_ROLES, RESOURCES, GRANTS, AUTH0, page] {
            if let Some(part) = whole.get(..cut.min(whole.len())) {
                let granted = granted(&[part, &text]);
                let _ = granted.of(None);
                prop_assert!(granted.faults.len() <= FAULTS_MAX);
            }
        }
    }
}

#[test]
fn every_orn_that_has_a_path_is_read_as_that_path() {
    let ids = |text: &str| text.replace("{partition}", "okta").replace(['{', '}'], "");
    for row in catalog::resources() {
        let is_plain = !row.path.is_empty() && !row.path.contains("target");
        let expected = if is_plain { ids(row.path) } else { ids(row.orn) };
        assert_eq!(record::path_of(&ids(row.orn)), expected, "{row:?}");
    }
}

/// Names of members in answers of the API.
const KEYS: &[&str] = &[
    "id",
    "type",
    "label",
    "status",
    "assignmentType",
    "_links",
    "self",
    "href",
    "role",
    "assignee",
    "members",
    "bindings",
    "resources",
    "roles",
    "permissions",
    "resource-sets",
    "resource-set",
    "client_grants",
    "scopeId",
    "clientId",
    "userId",
    "tokenWindow",
    "orn",
    "scope",
    "audience",
    "client_id",
    "profile",
    "name",
    "_embedded",
    "targets",
    "groups",
    "conditions",
    "clientPrivilegesSetting",
    "allow_all_scopes",
];

/// Texts in answers of the API, and some that are none.
const TEXTS: &[&str] = &[
    "CUSTOM",
    "USER_ADMIN",
    "ACTIVE",
    "INACTIVE",
    "okta.users.manage",
    "okta.x",
    "00u1",
    "0oa1",
    "cr01",
    "iam1",
    "OKTA_GROUP",
    "",
    "https://acme.okta.com/api/v1/users/00u1",
    "https://acme.okta.com/api/v1/iam/resource-sets/iam1/bindings/cr01",
    "https://acme.okta.com/oauth2/v1/clients/0oa1",
    "/api/v1/iam/roles/cr01/permissions",
    "orn:okta:directory:o:groups:g",
    "https://acme.us.auth0.com/api/v2/",
    "orn:",
    "//",
    "users/",
    "?",
    "\u{1b}[2J",
];

/// Anything that has the members of answers, in any combination.
fn answers() -> impl Strategy<Value = Value> {
    let key = proptest::sample::select(KEYS);
    let text = proptest::sample::select(TEXTS);
    let leaf = prop_oneof![
        text.prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((key.clone(), inner), 0..7).prop_map(|all| {
                let members = all.into_iter().map(|(key, value)| (key.to_owned(), value));
                members.collect::<Value>()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_answers_look_like_every_principal_can_be_compared(values in proptest::collection::vec(answers(), 1..6)) {
        let text: Vec<_> = values.iter().map(ToString::to_string).collect();
        let granted = granted(&[&text.join("\n")]);
        let Err(ambiguous) = granted.of(Some("nobody at all")) else { return Ok(()) };
        for principal in ambiguous.principals {
            let grants = granted.of(Some(&principal.id)).unwrap();
            prop_assert!(grants.scopes.len() <= granted.scopes.len());
            prop_assert!(grants.roles.len() + grants.custom.len() <= granted.assignments.len() + 1);
            prop_assert!(grants.principal.kind == principal.kind);
        }
    }
}
