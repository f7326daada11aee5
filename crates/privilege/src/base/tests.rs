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
