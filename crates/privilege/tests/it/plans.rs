//! Plans for whole sets of calls.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeSet;

use catalog::{Confidence, Product, permission, permission_includes};
use privilege::{
    Base, Operation, OperationId, PermissionRule, Plan, PlanKind, RoleGrant, RoleRule, ScopeRule,
    Verdict,
};
use proptest::prelude::*;

use crate::answers::{Asked, INTEGRATION, id, names};

/// A plan in a few lines: what is granted, on what it is weakest, and what it leaves out.
fn told(plan: &Plan) -> String {
    let mut text = format!("{} ({})", plan.kind.name(), plan.level.name());
    if !plan.without.is_empty() {
        text += " without ";
        text += &plan.without;
    }
    for (what, reasons) in
        [("scopes", &plan.scopes), ("permissions", &plan.permissions), ("roles", &plan.roles)]
    {
        if !reasons.is_empty() {
            text += &["\n  ", what, " ", &names(reasons).replace('+', " ")].concat();
        }
    }
    for (operation, why) in &plan.uncovered {
        text += &["\n  not ", id(*operation), ": ", why].concat();
    }
    text
}

#[test]
fn plans_of_an_integration() {
    let lines = INTEGRATION.lines().filter(|line| !line.starts_with('#')).skip(1);
    let calls: Vec<_> = lines.filter_map(|line| line.split('\t').next()).collect();
    let asked = Asked::of(&calls.join("\n"), &Vec::new());
    let plans: Vec<_> = asked.plans.iter().map(told).collect();
    insta::assert_snapshot!(plans.join("\n"), @r"
    narrowest (inferred)
      scopes okta.groups.manage okta.users.manage
      permissions okta.groups.members.manage okta.users.groupMembership.manage okta.users.manage
    fewest (inferred)
      scopes okta.groups.manage okta.users.manage
      permissions okta.groups.members.manage okta.users.groupMembership.manage okta.users.manage
    standard (inferred)
      scopes okta.groups.manage okta.users.manage
      roles ORG_ADMIN
    narrowest (inferred) without okta.users.manage
      scopes okta.groups.manage okta.users.manage
      permissions okta.groups.members.manage okta.users.create okta.users.credentials.manage okta.users.groupMembership.manage okta.users.lifecycle.activate okta.users.lifecycle.suspend okta.users.lifecycle.unlock okta.users.lifecycle.unsuspend okta.users.read okta.users.userprofile.manage
      not updateUser: left out, for it takes okta.users.manage (with user_body=credentials)
      not replaceUser: left out, for it takes okta.users.manage (with user_body=credentials)
      not authnRecoverPassword: left out, for it takes okta.users.manage (with recovery=absent)
    standard (inferred) without ORG_ADMIN
      scopes okta.groups.manage okta.users.manage
      roles USER_ADMIN
      not authnRecoverPassword: left out, for it takes ORG_ADMIN (with recovery=absent)
    ");
}

fn operation(method: &str, path: &str) -> (OperationId, &'static Operation) {
    let is_it = |operation: &Operation| operation.method.name() == method && operation.path == path;
    Base::builtin().operations().find(|(_, operation)| is_it(operation)).unwrap()
}

/// Whether these permissions let a custom role do the operation, as far as is known.
fn allows(granted: &[&str], method: &str, path: &str) -> bool {
    match &operation(method, path).1.permission.rule {
        PermissionRule::NotNeeded => true,
        PermissionRule::AnyOf(bundles) => bundles.iter().any(|bundle| {
            bundle.iter().all(|needed| granted.iter().any(|held| permission_includes(held, needed)))
        }),
        _ => false,
    }
}

fn has_role(role: &str, method: &str, path: &str) -> bool {
    match &operation(method, path).1.role.rule {
        RoleRule::AnyOf(grants) => grants.iter().any(|grant| grant.role == role),
        _ => false,
    }
}

fn scopes(operation: &Operation) -> Vec<&str> {
    match &operation.scope.rule {
        ScopeRule::AllOf(scopes) | ScopeRule::AnyOf(scopes) => {
            scopes.iter().map(AsRef::as_ref).collect()
        }
        _ => Vec::new(),
    }
}

fn management() -> impl Iterator<Item = &'static Operation> {
    let all = Base::builtin().operations().map(|(_, operation)| operation);
    all.filter(|operation| operation.product == Product::Okta && operation.api == "management")
}

#[test]
fn reads_read_and_writes_manage_with_four_exceptions() {
    let is_odd = |operation: &&Operation| {
        let scopes = scopes(operation);
        let expected = if operation.method.is_read() { ".read" } else { ".manage" };
        !scopes.is_empty() && !scopes.iter().all(|scope| scope.ends_with(expected))
    };
    let odd = management().filter(is_odd);
    let told: Vec<_> = odd.map(|one| format!("{} {}", one.id, scopes(one).join(" "))).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    sendTestEmail okta.templates.read
    submitGroupAttributeQuery okta.directories.groups.read
    getAerialConsent okta.orgs.manage
    createPolicySimulation okta.policies.read
    ");
}

#[test]
fn five_operations_take_two_scopes() {
    let two: Vec<_> = management().filter(|operation| scopes(operation).len() > 1).collect();
    assert_eq!(two.len(), 5);
    for operation in two {
        assert!(operation.path.starts_with("/api/v1/apps/{appId}/group-push/mappings"));
        let asked = Asked::of(&format!("{} {}", operation.method.name(), operation.path), &vec![]);
        assert_eq!(asked.plan(PlanKind::Narrowest).scopes.len(), 2, "{operation:?}");
    }
}

#[test]
fn what_permissions_do_not_allow_by_the_release_notes() {
    let factors = "/api/v1/users/{userId}/factors";
    assert!(!allows(&["okta.users.credentials.resetFactors"], "POST", factors));
    let app = "/api/v1/apps/{appId}";
    let import = ["okta.apps.read", "okta.profilesources.import.run"];
    assert!(!allows(&import, "POST", "/api/v1/apps/{appId}/lifecycle/deactivate"));
    assert!(!allows(&["okta.users.appAssignment.manage"], "GET", app));
    assert!(!allows(&["okta.groups.appAssignment.manage"], "GET", app));
    assert!(!has_role("REPORT_ADMIN", "POST", "/api/v1/mappings/{mappingId}"));
    let limits = "/api/v1/principal-rate-limits/{principalRateLimitId}";
    assert!(!has_role("READ_ONLY_ADMIN", "PUT", limits));
}

#[test]
fn what_permissions_allow_by_the_release_notes() {
    let secrets = "/api/v1/apps/{appId}/credentials/secrets";
    assert!(allows(&["okta.apps.read", "okta.apps.clientCredentials.read"], "GET", secrets));
    assert!(!allows(&["okta.apps.read"], "GET", secrets));
    assert!(has_role("READ_ONLY_ADMIN", "GET", "/api/v1/users/{userId}/factors/{factorId}"));
    assert!(allows(&["okta.eventhooks.manage"], "POST", "/api/v1/eventHooks"));
}

#[test]
fn the_scope_that_grants_scopes_is_not_that_of_apps() {
    let asked = Asked::of("POST /api/v1/apps/{appId}/grants", &Vec::new());
    let standard = asked.plan(PlanKind::Standard);
    assert_eq!(names(&standard.scopes), "okta.appGrants.manage");
    assert_eq!(names(&standard.roles), "SUPER_ADMIN");
    assert_eq!(standard.level, Confidence::Documented);
    let custom = asked.plan(PlanKind::Narrowest);
    assert!(custom.covered.is_empty() && custom.permissions.is_empty());
}

#[test]
fn provisioning_from_another_organization() {
    let asked = Asked::of(
        "GET /api/v1/users\nPOST /api/v1/users\nPOST /api/v1/users/{id}\n\
         POST /api/v1/users/{id}/lifecycle/deactivate\nGET /api/v1/groups\n\
         PUT /api/v1/groups/{groupId}/users/{userId}\nDELETE /api/v1/groups/{groupId}/users/{userId}",
        &Vec::new(),
    );
    let standard = asked.plan(PlanKind::Standard);
    assert_eq!(names(&standard.scopes), "okta.groups.manage+okta.users.manage");
    // Okta's guide assigns the membership administrator beside it, whose tasks this one has as well.
    assert_eq!(names(&standard.roles), "USER_ADMIN");
}

#[test]
fn what_one_kind_of_credential_cannot_do() {
    let line = |one: &Operation| format!("{} {}\n", one.method.name(), one.path);
    let asked = Asked::of(&management().map(line).collect::<String>(), &Vec::new());
    let of = |wanted| {
        let answers = asked.answers.iter().filter(move |answer| answer.verdict == wanted);
        answers.map(|answer| id(answer.operation.unwrap())).collect::<Vec<_>>()
    };
    let token_only = ["revokeCurrentApiToken", "listSupportedSecurityQuestions"];
    assert_eq!(of(Verdict::TokenOnly), token_only);
    assert_eq!(of(Verdict::OauthOnly).len(), 15);
    assert_eq!(of(Verdict::NoToken).len(), 7);
}

#[test]
fn the_role_that_can_do_all_is_needed_only_where_a_document_says_so() {
    let is_said = |one: &&Operation| one.role.level >= Confidence::Documented;
    let (said, unsaid): (Vec<_>, Vec<_>) = management().partition(is_said);
    let named = |operations: &[&Operation]| {
        let line = |one: &&Operation| format!("{} {}\n", one.method.name(), one.path);
        let asked = Asked::of(&operations.iter().map(line).collect::<String>(), &Vec::new());
        let mut roles = asked.plans.iter().flat_map(|plan| &plan.roles);
        roles.find(|reason| reason.name == "SUPER_ADMIN").map(|reason| reason.level)
    };
    assert_eq!(named(&unsaid), None);
    assert_eq!(named(&said), Some(Confidence::Documented));
    assert!(unsaid.len() > 600);
}

#[test]
fn new_users_do_not_silently_widen_what_other_calls_need() {
    let lines = "POST /api/v1/users\n\
                 DELETE /api/v1/groups/00gabc0000000000g5d7/users/00uabc0000000000g5d7";
    let bound = |answer: &str| {
        let given = [("create_groups", answer), ("privileged_group", "no")]
            .map(|(name, answer)| (name.to_owned(), answer.to_owned()));
        let set = Asked::of(lines, &given.to_vec()).plan(PlanKind::Narrowest).resources.clone();
        (set.paths, set.notes.join("\n"))
    };
    let (paths, notes) = bound("yes");
    assert_eq!(paths, ["/api/v1/users", "/api/v1/groups/00gabc0000000000g5d7"]);
    assert!(notes.contains("groupIds"), "{notes}");
    let (paths, notes) = bound("no");
    assert_eq!(paths, ["/api/v1/users", "/api/v1/groups"]);
    for said in [
        "all of /api/v1/groups is for okta.users.create",
        "okta.groups.members.manage could be bound to /api/v1/groups/00gabc0000000000g5d7 in a second",
        "unless create_groups=yes",
    ] {
        assert!(notes.contains(said), "{said}: {notes}");
    }
}

#[test]
fn roles_are_bound_to_what_the_calls_name() {
    #[track_caller]
    fn check(lines: &str, kind: PlanKind, expected: &[&str]) {
        let asked = Asked::of(lines, &Vec::new());
        assert_eq!(asked.plan(kind).resources.paths, expected);
    }
    let leave = "DELETE /api/v1/groups/00gabc0000000000g5d7/users/00uabc0000000000g5d7";
    check(leave, PlanKind::Narrowest, &["/api/v1/users", "/api/v1/groups/00gabc0000000000g5d7"]);
    check(leave, PlanKind::Standard, &["/api/v1/groups/00gabc0000000000g5d7"]);
    check(
        "GET /api/v1/groups/00gabc0000000000g5d7\nPOST /api/v1/users/00uabc0000000000g5d7/lifecycle/suspend",
        PlanKind::Narrowest,
        &["/api/v1/groups/00gabc0000000000g5d7", "/api/v1/groups/00gabc0000000000g5d7/users"],
    );
    check("GET /api/v1/groups/{groupId}", PlanKind::Narrowest, &["/api/v1/groups"]);
    check("GET /api/v1/groups", PlanKind::Narrowest, &["/api/v1/groups"]);
    check(
        "GET /api/v1/apps/0oaabc0000000000g5d7",
        PlanKind::Fewest,
        &["/api/v1/apps/0oaabc0000000000g5d7"],
    );
    check(
        "GET /api/v1/authorizationServers/default",
        PlanKind::Narrowest,
        &["/api/v1/authorizationServers/default"],
    );
    check(
        "GET /api/v1/users/{id}\nGET /api/v1/apps\nGET /api/v1/apps/0oaabc0000000000g5d7",
        PlanKind::Narrowest,
        &["/api/v1/users", "/api/v1/apps"],
    );
}

/// What a need asks in the terms of a plan's kind: any one of these sets of grants; none if nothing.
fn demands(plan: &Plan, answer: &privilege::Answer) -> Vec<Vec<String>> {
    let owned = |bundle: &[privilege::Text]| bundle.iter().map(ToString::to_string).collect();
    match (&answer.permission.rule, &answer.role.rule) {
        (PermissionRule::AnyOf(bundles), _) if plan.kind != PlanKind::Standard => {
            bundles.iter().map(|bundle| owned(bundle)).collect()
        }
        (_, RoleRule::AnyOf(grants)) if plan.kind == PlanKind::Standard => roles(grants),
        _ => Vec::new(),
    }
}

/// Roles with a limit of their own count only where there is none without, beside the one for everything.
fn roles(grants: &[RoleGrant]) -> Vec<Vec<String>> {
    let is_free = |grant: &&RoleGrant| grant.limit.is_empty() && grant.role != "SUPER_ADMIN";
    let counts = |grant: &&RoleGrant| {
        grant.role == "SUPER_ADMIN"
            || grant.limit.is_empty()
            || !grants.iter().any(|one| is_free(&one))
    };
    let mut sets: Vec<_> =
        grants.iter().filter(counts).map(|grant| vec![grant.role.to_string()]).collect();
    sets.push(vec!["SUPER_ADMIN".to_owned()]);
    sets
}

/// All that comes with a grant.
fn brings(grant: &str) -> BTreeSet<String> {
    let mut included = vec![grant.to_owned()];
    let mut at = 0;
    while let Some(known) = included.get(at).map(|name| permission(name)) {
        // A plan rests on no inclusion that is inferred only.
        let sure = known.filter(|one| one.inclusion >= Confidence::Supported);
        let new = sure.into_iter().flat_map(catalog::Permission::includes).map(ToOwned::to_owned);
        included.extend(new);
        at += 1;
    }
    let family = grant.strip_prefix("okta.").and_then(|rest| rest.strip_suffix(".manage"));
    let read = family.map(|family| format!("okta.{family}.read"));
    included.into_iter().chain(read).collect()
}

/// Whether grants, with all that comes with them, meet any of some sets.
fn meets(granted: &[&BTreeSet<String>], sets: &[Vec<String>]) -> bool {
    let has = |needed: &String| granted.iter().any(|brought| brought.contains(needed));
    sets.is_empty() || sets.iter().any(|set| set.iter().all(has))
}

/// The grants of a plan meet every answer that it covers, and none of them can be spared.
fn check(asked: &Asked) -> Result<(), TestCaseError> {
    for plan in &asked.plans {
        let is_covered =
            |answer: &&privilege::Answer| plan.covered.contains(&answer.operation.unwrap());
        let covered: Vec<_> = asked.answers.iter().filter(is_covered).collect();
        for answer in &asked.answers {
            let id = answer.operation.unwrap();
            let is_okta = Base::builtin().operation(id).product == Product::Okta;
            let is_told =
                plan.covered.contains(&id) || plan.uncovered.iter().any(|(one, _)| *one == id);
            prop_assert_eq!(is_told, is_okta == (plan.kind != PlanKind::Scopes));
        }
        let grants: Vec<_> = [&plan.permissions, &plan.roles]
            .iter()
            .flat_map(|all| all.iter().map(|one| one.name.as_ref()))
            .collect();
        let needs: BTreeSet<_> = covered.iter().map(|answer| demands(plan, answer)).collect();
        check_grants(&grants, &needs)?;
        let scopes: Vec<_> = plan.scopes.iter().map(|one| one.name.as_ref()).collect();
        let needs: BTreeSet<_> =
            covered.iter().map(|answer| scope_sets(&answer.scope.rule)).collect();
        check_grants(&scopes, &needs)?;
    }
    Ok(())
}

fn scope_sets(rule: &ScopeRule) -> Vec<Vec<String>> {
    match rule {
        ScopeRule::AllOf(scopes) => vec![scopes.iter().map(ToString::to_string).collect()],
        ScopeRule::AnyOf(scopes) => scopes.iter().map(|scope| vec![scope.to_string()]).collect(),
        _ => Vec::new(),
    }
}

fn check_grants(grants: &[&str], needs: &BTreeSet<Vec<Vec<String>>>) -> Result<(), TestCaseError> {
    let brought: Vec<_> = grants.iter().map(|grant| brings(grant)).collect();
    let all: Vec<_> = brought.iter().collect();
    for sets in needs {
        prop_assert!(meets(&all, sets), "{:?} do not meet {:?}", grants, sets);
    }
    for (at, spared) in grants.iter().enumerate() {
        let rest: Vec<_> = [&all[..at], &all[at + 1..]].concat();
        prop_assert!(needs.iter().any(|sets| !meets(&rest, sets)), "{} can be spared", spared);
    }
    Ok(())
}

fn calls(numbers: &[usize]) -> String {
    let all: Vec<_> = Base::builtin().operations().map(|(_, operation)| operation).collect();
    let line = |number: &usize| {
        let operation = all[number % all.len()];
        let host =
            if operation.product == Product::Okta { "acme.okta.com" } else { "acme.us.auth0.com" };
        format!("{} https://{host}{}", operation.method.name(), operation.path)
    };
    numbers.iter().map(line).collect::<Vec<_>>().join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_grants_enough_and_nothing_to_spare(
        numbers in prop::collection::vec(any::<prop::sample::Index>(), 1..25),
    ) {
        let n = Base::builtin().operations().count();
        let numbers: Vec<_> = numbers.iter().map(|index| index.index(n)).collect();
        check(&Asked::of(&calls(&numbers), &Vec::new()))?;
    }
}

#[test]
fn a_plan_for_every_operation_grants_enough_and_nothing_to_spare() {
    let n = Base::builtin().operations().count();
    let asked = Asked::of(&calls(&(0..n).collect::<Vec<_>>()), &Vec::new());
    check(&asked).unwrap();
    let cut_short = |plan: &&Plan| plan.warnings.iter().any(|one| one.contains("cut short"));
    assert_eq!(asked.plans.iter().filter(cut_short).count(), 0);
}
