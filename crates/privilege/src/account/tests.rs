use std::collections::BTreeSet;

use catalog::{Confidence, RoleTargets, admin_roles};

use super::*;
use crate::terraform::test_plan as plan;
use crate::{PlanKind, Reason};

fn make(plans: &[Plan], from: &[&str]) -> Account<'static> {
    let plans: &'static [Plan] = Box::leak(plans.to_vec().into_boxed_slice());
    let from: Vec<_> = from.iter().map(|from| (*from).to_owned()).collect();
    account(Base::builtin(), plans, &[], "payroll", &from).unwrap()
}

fn with_permission(name: &'static str) -> Plan {
    let reason = Reason {
        name: name.into(),
        operations: Vec::new(),
        level: Confidence::Supported,
        limit: "".into(),
    };
    Plan { permissions: vec![reason], ..plan(PlanKind::Narrowest) }
}

fn with_role(name: &'static str) -> Plan {
    let mut plan = plan(PlanKind::Standard);
    plan.roles[0].name = name.into();
    plan
}

#[test]
fn who_can_create_the_token_depends_on_the_role() {
    let check = |plan: Plan, creator: Creator| {
        let made = make(&[plan], &[]);
        assert_eq!(made.creator, creator);
        let told = made.advice.iter().filter(|row| row.when.ends_with("-token"));
        assert!(told.clone().all(|row| row.when == creator.name()) && told.count() > 0);
    };
    check(with_permission("okta.users.manage"), Creator::Permission);
    check(with_permission("okta.users.apitokens.manage"), Creator::Lent);
    check(with_permission("okta.users.read"), Creator::Lent);
    check(with_role("USER_ADMIN"), Creator::Role);
    check(with_role("HELP_DESK_ADMIN"), Creator::Lent);
    check(with_role("APP_ADMIN"), Creator::Lent);
}

#[test]
fn steps_and_terraform_lend_a_role_where_the_owner_cannot_create_the_token() {
    let check = |plan: Plan, is_lent: bool| {
        let made = make(&[plan], &[]);
        let steps = made.advice.iter().filter(|row| row.part == "step");
        let named = steps.filter(|row| row.text.contains("READ_ONLY_ADMIN")).count();
        assert_eq!(named, if is_lent { 2 } else { 0 });
        assert_eq!(made.terraform.matches("READ_ONLY_ADMIN").count(), named);
    };
    check(with_permission("okta.users.manage"), false);
    check(with_permission("okta.users.read"), true);
    check(with_role("HELP_DESK_ADMIN"), true);
}

#[test]
fn the_owner_is_a_member_of_one_group_that_holds_the_role() {
    let text = make(&[plan(PlanKind::Narrowest)], &["198.51.100.0/24"]).terraform;
    for kind in [
        "okta_user",
        "okta_group",
        "okta_group_memberships",
        "okta_admin_role_custom",
        "okta_resource_set",
        "okta_admin_role_custom_assignments",
        "okta_network_zone",
        "okta_api_token",
    ] {
        assert_eq!(text.matches(&format!("resource \"{kind}\" \"payroll\"")).count(), 1, "{kind}");
    }
    assert!(!text.contains("okta_app_oauth"));
    insta::assert_snapshot!(text);
    let text = make(&[plan(PlanKind::Standard)], &[]).terraform;
    assert!(text.contains("resource \"okta_group_role\"") && !text.contains("okta_network_zone"));
    assert!(text.contains("target_group_list = [\"00g1k2m3n4p5q6r7s8t9\"]"));
}

#[test]
fn every_call_is_an_operation_of_the_api() {
    for kind in [PlanKind::Narrowest, PlanKind::Standard] {
        let made = make(&[plan(kind)], &["198.51.100.0/24"]);
        migrate::tests::check_calls(&made.calls);
        let paths: BTreeSet<_> = made.calls.iter().map(|call| call.path.as_str()).collect();
        assert_eq!(paths.contains("/api/v1/iam/roles"), kind == PlanKind::Narrowest);
    }
}

#[test]
fn every_role_with_targets_gets_them_by_calls() {
    for role in admin_roles().iter().filter(|role| role.is_current) {
        let made = make(&[with_role(role.name)], &[]);
        let targets = made.calls.iter().filter(|call| call.path.contains("/targets/")).count();
        assert_eq!(targets > 0, role.targets == RoleTargets::Groups, "{}", role.name);
    }
}

#[test]
fn no_account_is_made_for_nothing_or_for_auth0() {
    let nothing = Plan { permissions: Vec::new(), ..plan(PlanKind::Narrowest) };
    assert!(account(Base::builtin(), &[nothing], &[], "x", &[]).is_none());
    assert!(account(Base::builtin(), &[], &[], "x", &[]).is_none());
}
