use catalog::{Confidence, Product, event_operations};

use super::*;
use crate::{PermissionRule, ScopeRule};

fn operation(method: Method, template: &str) -> &'static Operation {
    let id = Base::builtin().by_path(Product::Okta, method, template);
    Base::builtin().operation(id.unwrap())
}

#[test]
fn every_operation_is_found_by_its_names_and_by_its_path() {
    let base = Base::builtin();
    for (id, operation) in base.operations() {
        let name = operation.id.to_uppercase();
        assert!(name.is_empty() || base.by_id(&name).contains(&id), "{operation:?}");
        assert!(operation.sdk.is_empty() || base.by_id(&operation.sdk).contains(&id));
        let found = base.by_path(operation.product, operation.method, &operation.path);
        assert_eq!(found, Some(id), "{operation:?}");
    }
    assert_eq!(base.operations().count(), 1223 + 23 + 558);
    assert_eq!(base.by_id("noSuchOperation"), []);
    assert_eq!(base.by_id(""), []);
}

#[test]
fn parameters_may_have_other_names() {
    let base = Base::builtin();
    let found = base.by_path(Product::Okta, Method::Get, "/api/v1/users/{whoever}/factors/{f}");
    assert_eq!(base.operation(found.unwrap()).id, "getFactor");
    assert_eq!(base.by_path(Product::Okta, Method::Get, "/api/v1/users/{a}/factors/{"), None);
    assert_eq!(base.by_path(Product::Auth0, Method::Get, "/api/v1/users"), None);
}

#[test]
fn the_authentication_api_takes_no_scope_and_mostly_no_token() {
    let verify = operation(Method::Post, "/api/v1/authn/factors/{factorId}/verify");
    assert!(verify.credentials.none && !verify.credentials.token);
    assert_eq!(verify.scope.rule, ScopeRule::Open);
    assert_eq!(verify.permission.rule, PermissionRule::NotNeeded);
    let recover = operation(Method::Post, "/api/v1/authn/recovery/password");
    assert!(recover.credentials.none && recover.credentials.token);
    assert_eq!(recover.scope.rule, ScopeRule::Unreachable);
    let manage = PermissionRule::AnyOf(vec![vec!["okta.users.manage".into()]]);
    assert_eq!(
        (&recover.permission.rule, recover.permission.level),
        (&manage, Confidence::Documented)
    );
    assert!(recover.permission.source.contains("Okta support"));
}

#[test]
fn every_event_leads_to_the_operations_it_names() {
    for row in event_operations() {
        let found = Base::builtin().event(&row.event.to_uppercase()).unwrap();
        assert_eq!(found.operations.len(), row.operations().count(), "{row:?}");
    }
    assert!(Base::builtin().event("user.session.start").is_none());
}

#[test]
fn scopes_lead_back_to_operations() {
    let base = Base::builtin();
    let read = base.scope("OKTA.users.read").unwrap();
    assert_eq!(
        (read.name.as_str(), &read.included_in[..]),
        ("okta.users.read", &["okta.users.manage".to_owned()][..])
    );
    let ids: Vec<_> = read.operations.iter().map(|id| base.operation(*id).id.as_ref()).collect();
    assert!(ids.contains(&"listUsers") && ids.contains(&"getUser") && !ids.contains(&"createUser"));
    assert_eq!(base.scope("okta.users.manage").unwrap().includes, ["okta.users.read"]);
    assert!(base.scope("okta.logs.read").unwrap().included_in.is_empty());
    let servers = base.scope("okta.authorizationServers.read").unwrap();
    assert_eq!(servers.family.unwrap().permissions, "okta.authzServers");
    assert_eq!(base.scope("read:clients").unwrap().family, None);
    assert_eq!(base.scope("okta.factors.read"), None);
    assert_eq!(base.nearest_scope("okta.factors.read"), Some("okta.users.read"));
    assert_eq!(base.nearest_scope("okta.user.manage"), Some("okta.users.manage"));
}

#[test]
fn permissions_and_roles_lead_back_to_operations() {
    let base = Base::builtin();
    let names = |ids: Vec<OperationId>| -> Vec<_> {
        ids.into_iter().map(|id| base.operation(id).id.as_ref()).collect()
    };
    assert_eq!(names(base.with_permission("okta.users.lifecycle.suspend")), ["suspendUser"]);
    let membership = names(base.with_permission("okta.users.groupMembership.manage"));
    assert_eq!(membership, ["unassignUserFromGroup", "assignUserToGroup"]);
    assert!(names(base.with_role("help_desk_admin")).contains(&"unlockUser"));
    assert!(!names(base.with_role("HELP_DESK_ADMIN")).contains(&"createUser"));
    assert!(base.with_permission("okta.nothing").is_empty());
}

/// Who can do everything is not named as needed where no source does.
#[test]
fn what_is_not_known_names_nobody() {
    for (_, operation) in Base::builtin().operations() {
        let unknown = operation.role.level == Confidence::Unknown;
        assert_eq!(unknown, operation.role.rule == crate::RoleRule::Unknown, "{operation:?}");
        let unknown = operation.permission.level == Confidence::Unknown;
        assert_eq!(unknown, operation.permission.rule == PermissionRule::Unknown, "{operation:?}");
        assert!(!operation.scope.source.is_empty() && !operation.scope.date.is_empty());
    }
}

mod evidence {
    use super::*;
    use crate::read_evidence;

    fn trial(operation: &str, permissions: &str, roles: &str, status: u16) -> String {
        let error = if status == 403 { "E0000006" } else { "" };
        format!(
            r#"{{"org":"acme.okta.com","date":"2026-12-01","operation":"{operation}","permissions":{permissions},"roles":{roles},"status":{status},"error":"{error}"}}"#
        )
    }

    fn after(trials: &[String]) -> Base {
        let (evidence, faults) = read_evidence(&trials.join("\n"));
        assert_eq!(faults, []);
        Base::builtin().with_evidence(&evidence)
    }

    const VERIFY: &str = "POST /api/v1/users/{userId}/factors/{factorId}/verify";

    fn verify(base: &Base) -> &Operation {
        base.operation(base.by_id("verifyFactor")[0])
    }

    #[test]
    fn what_sufficed_is_confirmed() {
        let base = after(&[
            trial(VERIFY, r#"["okta.users.credentials.manage"]"#, "[]", 200),
            trial(VERIFY, "[]", r#"["HELP_DESK_ADMIN"]"#, 200),
        ]);
        let verify = verify(&base);
        let bundle = vec!["okta.users.credentials.manage".into()];
        assert_eq!(verify.permission.rule, PermissionRule::AnyOf(vec![bundle]));
        assert_eq!(verify.permission.level, Confidence::Confirmed);
        assert_eq!(
            (verify.permission.source.as_ref(), verify.permission.date.as_ref()),
            ("tried out in acme.okta.com", "2026-12-01")
        );
        assert_eq!(verify.role.level, Confidence::Confirmed);
        assert_eq!(base.release().evidence, ["acme.okta.com 2026-12-01"]);
        let same = base.operations().zip(Base::builtin().operations());
        assert_eq!(same.filter(|(one, other)| one != other).count(), 1);
    }

    #[test]
    fn what_was_refused_is_an_alternative_no_more() {
        let narrow = trial(VERIFY, r#"["okta.users.credentials.manage"]"#, "[]", 403);
        let base = after(std::slice::from_ref(&narrow));
        let wide = vec!["okta.users.manage".into()];
        assert_eq!(verify(&base).permission.rule, PermissionRule::AnyOf(vec![wide]));
        assert_eq!(verify(&base).permission.level, Confidence::Inferred);
        let base = after(&[narrow, trial(VERIFY, r#"["okta.users.manage"]"#, "[]", 403)]);
        assert_eq!(verify(&base).permission.rule, PermissionRule::Unknown);
        assert_eq!(verify(&base).permission.level, Confidence::Unknown);
    }

    #[test]
    fn what_shows_nothing_changes_nothing() {
        let base = after(&[
            trial(VERIFY, r#"["okta.users.read"]"#, "[]", 403),
            trial(VERIFY, r#"["okta.users.manage"]"#, "[]", 429),
            trial("GET /api/v1/no/such", r#"["okta.users.manage"]"#, "[]", 200),
        ]);
        assert!(base.operations().eq(Base::builtin().operations()));
    }
}

#[test]
fn what_could_not_be_laid_over_is_remembered() {
    let base = Base::builtin().clone().with_faults(["new.yaml:3: odd".to_owned()]);
    assert_eq!(base.release().faults, ["new.yaml:3: odd"]);
    assert!(Base::builtin().release().faults.is_empty());
}

#[test]
fn what_is_known_less_well_than_asked_for_counts_as_unknown() {
    let base = Base::builtin().at_least(Confidence::Supported);
    let verify = base.operation(base.by_id("verifyFactor")[0]);
    assert_eq!(verify.permission.rule, PermissionRule::Unknown);
    assert!(verify.permission.note.starts_with("Known less well than asked for: inferred."));
    assert_eq!(verify.scope.level, Confidence::Documented);
    let same = Base::builtin().at_least(Confidence::Unknown);
    assert!(same.operations().eq(Base::builtin().operations()));
}
