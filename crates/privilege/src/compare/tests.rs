use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::{
    Asked, Body, Collector, Granted, Hint, Method, Sighting, Taker, answers, read_exclusions,
};

/// Calls, one a line: `METHOD path`; `403` behind it says that it was refused.
fn usage(kind: EvidenceKind, calls: &str) -> Usage {
    let mut collector = Collector::new(Base::builtin(), Hint::default());
    see(&mut collector, kind, calls);
    collector.finish()
}

fn see(collector: &mut Collector<'_>, evidence: EvidenceKind, calls: &str) {
    collector.begin("calls");
    for (line, call) in (1..).zip(calls.lines()) {
        let words: Vec<_> = call.split_whitespace().collect();
        collector.sighting(&Sighting {
            asked: Asked::Request {
                method: words.first().and_then(|name| Method::from_name(name)),
                target: words[1],
            },
            evidence,
            line,
            input: call,
            label: "",
            body: Body::Unknown,
            status: words.get(2).and_then(|status| status.parse().ok()),
            time: "2026-11-20T09:00:00Z".parse().ok(),
            credential: None,
        });
    }
}

fn compared(usage: &Usage, page: &str) -> Comparison {
    let base = Base::builtin();
    let mut granted = Granted::default();
    granted.read("granted", page);
    assert_eq!(granted.faults, []);
    let grants = granted.of(None).unwrap();
    compare(base, usage, &answers(base, usage, &Vec::new()), &grants)
}

/// One difference a line: verdict, layer, name, how well known, why, what instead, how much beyond.
fn told(comparison: &Comparison) -> String {
    let difference = |one: &Difference| {
        let how = match one.verdict {
            Standing::Excess(certainty) => certainty.name(),
            other => other.name(),
        };
        let instead = if one.instead.is_empty() {
            String::new()
        } else {
            format!(
                " INSTEAD {}",
                one.instead.iter().map(|names| names.join(" + ")).collect::<Vec<_>>().join(" | ")
            )
        };
        let beyond = one
            .beyond
            .as_ref()
            .map(|beyond| format!(" BEYOND {} ({} writes)", beyond.n_operations, beyond.n_writes));
        format!(
            "{how} {} {} [{}, {}] x{}: {}{instead}{}",
            one.layer.name(),
            one.name,
            one.severity,
            one.level.name(),
            one.count,
            one.why,
            beyond.unwrap_or_default()
        )
    };
    let mut lines: Vec<_> = comparison.differences.iter().map(difference).collect();
    let Comparison { n_operations, n_allowed, level, .. } = comparison;
    lines.push(format!(
        "{n_allowed} of {n_operations} allowed, {}",
        level.map_or("none", Confidence::name)
    ));
    lines.extend(comparison.contradictions.iter().map(|(place, what)| format!("{place}: {what}")));
    lines.join("\n")
}

fn check(kind: EvidenceKind, calls: &str, page: &str) -> String {
    told(&compared(&usage(kind, calls), page))
}

const READS: &str = "GET /api/v1/users\nGET /api/v1/users/00u1";

#[test]
fn what_is_granted_as_needed_is_no_difference() {
    assert_snapshot!(check(EvidenceKind::Declared, READS, "scopes: [okta.users.read]\ncustom_roles: [{label: R, permissions: [okta.users.read], resources: [/api/v1/users]}]"), @"2 of 2 allowed, supported");
    assert_snapshot!(check(EvidenceKind::Declared, READS, "kind: token\nroles: []"), @r"
    missing permission okta.users.read [low, supported] x2: nothing that is held allows these operations INSTEAD READ_ONLY_ADMIN | GROUP_MEMBERSHIP_ADMIN | HELP_DESK_ADMIN | USER_ADMIN | API_ACCESS_MANAGEMENT_ADMIN | APP_ADMIN | ORG_ADMIN
    0 of 2 allowed, none
    ");
}

#[test]
fn super_admin_is_excess_although_a_question_is_open_when_every_answer_needs_less() {
    let calls = "GET /api/v1/users\nPOST /api/v1/authn/recovery/password";
    assert_snapshot!(check(EvidenceKind::Declared, calls, "scopes: [okta.users.read]\nroles: [SUPER_ADMIN]"), @r"
    unused-as-declared role SUPER_ADMIN [critical, supported] x2: what is called would do with less INSTEAD okta.users.manage | ORG_ADMIN BEYOND 935 (546 writes)
    2 of 2 allowed, supported
    ");
    let calls = "POST /api/v1/authn/recovery/password";
    assert_snapshot!(check(EvidenceKind::Declared, calls, "kind: token\nroles: [ORG_ADMIN]"), @r"
    unused-as-declared role ORG_ADMIN [critical, documented] x1: what is called would do with less INSTEAD okta.users.manage BEYOND 354 (193 writes)
    1 of 1 allowed, documented
    ");
    // Nothing less would do for the one answer, and nothing at all is needed for the other.
    assert_snapshot!(check(EvidenceKind::Declared, calls, "kind: token\ncustom_roles: [{label: R, permissions: [okta.users.manage], resources: [/api/v1/users]}]"), @r"
    cannot_tell permission okta.users.manage [high, unknown] x0: no operation that is called asks for it; operations of which it is not known whether they need it: 1 BEYOND 70 (44 writes)
    1 of 1 allowed, documented
    ");
}

#[test]
fn names_that_do_not_exist_allow_nothing() {
    let page = "kind: token\nroles: [BOGUS, USER_ADMNI]\ncustom_roles: [{label: R, permissions: [okta.nonsense, okta.user.read], resources: [/api/v1/users]}]";
    assert_snapshot!(check(EvidenceKind::Declared, READS, page), @r"
    missing permission okta.users.read [low, supported] x2: nothing that is held allows these operations INSTEAD READ_ONLY_ADMIN | GROUP_MEMBERSHIP_ADMIN | HELP_DESK_ADMIN | USER_ADMIN | API_ACCESS_MANAGEMENT_ADMIN | APP_ADMIN | ORG_ADMIN
    0 of 2 allowed, none
    granted:2: BOGUS is no standard role that is known, so it allows nothing here
    granted:2: USER_ADMNI is no standard role that is known, so it allows nothing here; did you mean USER_ADMIN?
    granted:3: okta.nonsense is no permission that is known, so it allows nothing here
    granted:3: okta.user.read is no permission that is known, so it allows nothing here; did you mean okta.users.read?
    ");
    let page = "kind: token\nroles: [BOGUS, READ_ONLY_ADMIN, SUPER_ADMIN]";
    assert_snapshot!(check(EvidenceKind::Declared, READS, page), @r"
    unused-as-declared role SUPER_ADMIN [critical, supported] x2: everything that is called is allowed without it, by READ_ONLY_ADMIN BEYOND 935 (547 writes)
    unused-as-declared role READ_ONLY_ADMIN [medium, supported] x2: what is called would do with less INSTEAD okta.users.read BEYOND 178 (2 writes)
    2 of 2 allowed, supported
    granted:2: BOGUS is no standard role that is known, so it allows nothing here
    ");
}

#[test]
fn scopes_are_exact() {
    assert_snapshot!(check(EvidenceKind::Declared, READS, "scopes: [okta.users.manage]"), @r"
    missing permission okta.users.read [low, supported] x2: nothing that is held allows these operations INSTEAD READ_ONLY_ADMIN | GROUP_MEMBERSHIP_ADMIN | HELP_DESK_ADMIN | USER_ADMIN | API_ACCESS_MANAGEMENT_ADMIN | APP_ADMIN | ORG_ADMIN
    unused-as-declared scope okta.users.manage [high, documented] x2: the operations that are called only read INSTEAD okta.users.read BEYOND 69 (45 writes)
    0 of 2 allowed, none
    ");
    assert_snapshot!(check(EvidenceKind::Declared, READS, "scopes: [okta.users.manage, okta.users.read, okta.apps.read]"), @r"
    missing permission okta.users.read [low, supported] x2: nothing that is held allows these operations INSTEAD READ_ONLY_ADMIN | GROUP_MEMBERSHIP_ADMIN | HELP_DESK_ADMIN | USER_ADMIN | API_ACCESS_MANAGEMENT_ADMIN | APP_ADMIN | ORG_ADMIN
    unused-as-declared scope okta.users.manage [high, documented] x2: everything that is called works without it BEYOND 69 (45 writes)
    unused-as-declared scope okta.apps.read [low, documented] x0: no operation that is called takes it BEYOND 28 (0 writes)
    0 of 2 allowed, none
    ");
    assert_snapshot!(check(EvidenceKind::Declared, "POST /api/v1/users\nGET /api/v1/users", "scopes: [okta.users.manage, okta.users.read]"), @r"
    missing permission okta.users.create [low, supported] x1: nothing that is held allows these operations INSTEAD USER_ADMIN | ORG_ADMIN
    missing permission okta.users.read [low, supported] x1: nothing that is held allows these operations INSTEAD READ_ONLY_ADMIN | GROUP_MEMBERSHIP_ADMIN | HELP_DESK_ADMIN | USER_ADMIN | API_ACCESS_MANAGEMENT_ADMIN | APP_ADMIN | ORG_ADMIN
    unused-certain scope okta.users.read [informational, documented] x1: it comes with okta.users.manage
    0 of 2 allowed, none
    ");
    assert_snapshot!(check(EvidenceKind::Declared, "POST /api/v1/users", "scopes: [okta.users.read]"), @r"
    missing scope okta.users.manage [low, documented] x1: operations that are called need it
    missing permission okta.users.create [low, supported] x1: nothing that is held allows these operations INSTEAD USER_ADMIN | ORG_ADMIN
    unused-as-declared scope okta.users.read [low, documented] x0: no operation that is called takes it BEYOND 26 (0 writes)
    0 of 1 allowed, none
    ");
}

#[test]
fn granting_scopes_takes_a_scope_of_its_own() {
    let page = "scopes: [okta.apps.manage]\nroles: [SUPER_ADMIN]\npublic_client_app_admins: false";
    assert_snapshot!(check(EvidenceKind::AccessLog, "POST /api/v1/apps/0oa1/grants 403", page), @r"
    missing scope okta.appGrants.manage [medium, documented] x1: operations that are called need it; refused: 1 of 1
    unused-in-window scope okta.apps.manage [high, documented] x0: no operation that is called takes it BEYOND 71 (43 writes)
    0 of 1 allowed, none
    ");
}

#[test]
fn synchronizing_organizations_takes_one_of_two_roles() {
    let page = "scopes: [okta.users.manage, okta.groups.manage]\nroles: [USER_ADMIN, GROUP_MEMBERSHIP_ADMIN]";
    let calls = "POST /api/v1/users\nPOST /api/v1/users/00u1\nPOST /api/v1/groups\nPUT /api/v1/groups/00g1/users/00u1";
    assert_snapshot!(check(EvidenceKind::Declared, calls, page), @r"
    missing permission okta.groups.create [low, supported] x1: nothing that is held allows these operations INSTEAD ORG_ADMIN
    unused-as-declared role USER_ADMIN [high, supported] x3: what is called would do with less INSTEAD okta.users.create + okta.users.userprofile.manage BEYOND 71 (40 writes)
    unused-as-declared role GROUP_MEMBERSHIP_ADMIN [medium, supported] x1: what is called would do with less INSTEAD okta.groups.members.manage + okta.users.groupMembership.manage BEYOND 34 (3 writes)
    3 of 4 allowed, supported
    ");
}

#[test]
fn two_scopes_are_needed_together() {
    assert_snapshot!(check(EvidenceKind::Declared, "GET /api/v1/apps/0oa1/group-push/mappings", "scopes: [okta.apps.read]"), @r"
    missing scope okta.groups.read [low, documented] x1: operations that are called need it
    missing permission okta.apps.read [low, inferred] x1: nothing that is held allows these operations INSTEAD READ_ONLY_ADMIN | APP_ADMIN
    unused-as-declared scope okta.apps.read [low, documented] x0: no operation that is called takes it BEYOND 27 (0 writes)
    0 of 1 allowed, none
    ");
}

#[test]
fn a_scope_that_does_not_exist_is_told_with_what_was_meant() {
    assert_snapshot!(check(EvidenceKind::Declared, READS, "scopes: [okta.users.read, okta.factors.read, okta.user.manage]"), @r"
    missing permission okta.users.read [low, supported] x2: nothing that is held allows these operations INSTEAD READ_ONLY_ADMIN | GROUP_MEMBERSHIP_ADMIN | HELP_DESK_ADMIN | USER_ADMIN | API_ACCESS_MANAGEMENT_ADMIN | APP_ADMIN | ORG_ADMIN
    0 of 2 allowed, none
    granted:1: no operation is known to take the scope okta.factors.read; did you mean okta.users.read?
    granted:1: no operation is known to take the scope okta.user.manage; did you mean okta.users.manage?
    ");
}

#[test]
fn the_audit_log_never_makes_a_read_unused() {
    assert_snapshot!(check(EvidenceKind::AuditLog, "POST /api/v1/groups/00g1/lifecycle/x\nPOST /api/v1/users", "scopes: [okta.users.manage, okta.groups.read, okta.apps.manage, okta.groups.manage]"), @r"
    unused-in-window scope okta.apps.manage [high, documented] x0: no operation that is called takes it; of its 43 writes 19 leave an event that is known, its reads none INSTEAD okta.apps.read BEYOND 71 (43 writes)
    unused-in-window scope okta.groups.manage [high, documented] x0: no operation that is called takes it; of its 15 writes 5 leave an event that is known, its reads none INSTEAD okta.groups.read BEYOND 24 (15 writes)
    cannot_tell scope okta.groups.read [low, documented] x0: the audit log shows no reads, so whether it is used cannot be told BEYOND 9 (0 writes)
    cannot_tell permission okta.users.create [low, supported] x1: nothing that is held allows these operations; yet 1 of 1 went through: the dumps do not hold everything that is granted, or another credential made them INSTEAD USER_ADMIN | ORG_ADMIN
    0 of 1 allowed, none
    ");
    assert_snapshot!(check(EvidenceKind::AuditLog, "POST /api/v1/users", "roles: [READ_ONLY_ADMIN, USER_ADMIN]"), @r"
    cannot_tell role USER_ADMIN [high, supported] x1: what is called would do with less; of the 43 writes that it allows 26 leave an event that is known, reads leave none INSTEAD okta.users.create BEYOND 73 (42 writes)
    cannot_tell role READ_ONLY_ADMIN [medium, supported] x0: no operation that is called asks for it; of the 2 writes that it allows 2 leave an event that is known, reads leave none BEYOND 180 (2 writes)
    1 of 1 allowed, supported
    ");
    assert_snapshot!(check(EvidenceKind::AuditLog, "POST /api/v1/users", "custom_roles: [{label: R, permissions: [okta.users.create, okta.groups.read, okta.apps.manage], resources: [/api/v1/users, /api/v1/apps]}]"), @r"
    unused-in-window permission okta.apps.manage [high, supported] x0: no operation that is called asks for it; of the 45 writes that it allows 18 leave an event that is known, reads leave none INSTEAD okta.apps.read BEYOND 78 (45 writes)
    cannot_tell permission okta.groups.read [low, supported] x0: no operation that is called asks for it, but the audit log shows no reads BEYOND 7 (0 writes)
    cannot_tell resource /api/v1/apps [low, documented] x0: no call touches apps, and the audit log shows no reads
    1 of 1 allowed, supported
    ");
}

#[test]
fn a_log_speaks_of_its_window_only() {
    assert_snapshot!(check(EvidenceKind::AccessLog, READS, "scopes: [okta.users.read, okta.apps.read]"), @r"
    unused-in-window scope okta.apps.read [low, documented] x0: no operation that is called takes it BEYOND 28 (0 writes)
    cannot_tell permission okta.users.read [low, supported] x2: nothing that is held allows these operations; yet 2 of 2 went through: the dumps do not hold everything that is granted, or another credential made them INSTEAD READ_ONLY_ADMIN | GROUP_MEMBERSHIP_ADMIN | HELP_DESK_ADMIN | USER_ADMIN | API_ACCESS_MANAGEMENT_ADMIN | APP_ADMIN | ORG_ADMIN
    0 of 2 allowed, none
    ");
    let mut collector = Collector::new(Base::builtin(), Hint::default());
    see(&mut collector, EvidenceKind::AccessLog, READS);
    see(&mut collector, EvidenceKind::Declared, READS);
    assert_snapshot!(told(&compared(&collector.finish(), "scopes: [okta.users.read, okta.apps.read]")), @r"
    unused-certain scope okta.apps.read [low, documented] x0: no operation that is called takes it BEYOND 28 (0 writes)
    cannot_tell permission okta.users.read [low, supported] x4: nothing that is held allows these operations; yet 2 of 4 went through: the dumps do not hold everything that is granted, or another credential made them INSTEAD READ_ONLY_ADMIN | GROUP_MEMBERSHIP_ADMIN | HELP_DESK_ADMIN | USER_ADMIN | API_ACCESS_MANAGEMENT_ADMIN | APP_ADMIN | ORG_ADMIN
    0 of 2 allowed, none
    ");
}

#[test]
fn roles_that_are_wider_than_needed() {
    assert_snapshot!(check(EvidenceKind::Declared, READS, "roles: [SUPER_ADMIN]"), @r"
    unused-as-declared role SUPER_ADMIN [critical, supported] x2: what is called would do with less INSTEAD okta.users.read | READ_ONLY_ADMIN BEYOND 935 (547 writes)
    2 of 2 allowed, supported
    ");
    assert_snapshot!(check(EvidenceKind::Declared, READS, "roles: [SUPER_ADMIN, READ_ONLY_ADMIN]"), @r"
    unused-as-declared role SUPER_ADMIN [critical, supported] x2: everything that is called is allowed without it, by READ_ONLY_ADMIN BEYOND 935 (547 writes)
    unused-as-declared role READ_ONLY_ADMIN [medium, supported] x2: what is called would do with less INSTEAD okta.users.read BEYOND 178 (2 writes)
    2 of 2 allowed, supported
    ");
    assert_snapshot!(check(EvidenceKind::Declared, "POST /api/v1/apps/0oa1/grants", "roles: [SUPER_ADMIN]"), @"1 of 1 allowed, documented");
}

#[test]
fn permissions_include_others() {
    let page =
        "custom_roles: [{label: R, permissions: [okta.users.manage], resources: [/api/v1/users]}]";
    assert_snapshot!(check(EvidenceKind::Declared, "POST /api/v1/users/00u1/lifecycle/suspend", page), @r"
    unused-as-declared permission okta.users.manage [high, supported] x1: what is called would do with less INSTEAD okta.users.lifecycle.suspend BEYOND 70 (44 writes)
    1 of 1 allowed, supported
    ");
    let page = "custom_roles: [{label: R, permissions: [okta.users.lifecycle.suspend, okta.users.lifecycle.manage], resources: [/api/v1/users]}]";
    assert_snapshot!(check(EvidenceKind::Declared, "POST /api/v1/users/00u1/lifecycle/suspend", page), @r"
    unused-as-declared permission okta.users.lifecycle.manage [medium, supported] x1: everything that is called is allowed without it, by okta.users.lifecycle.suspend BEYOND 13 (13 writes)
    1 of 1 allowed, supported
    ");
}

#[test]
fn what_no_one_says_cannot_be_told() {
    assert_snapshot!(check(EvidenceKind::Declared, "GET /api/v1/logs", "custom_roles: [{label: R, permissions: [okta.users.read], resources: [/api/v1/users]}]"), @r"
    missing role REPORT_ADMIN [low, supported] x1: nothing that is held allows these operations INSTEAD READ_ONLY_ADMIN | API_ACCESS_MANAGEMENT_ADMIN | APP_ADMIN | ORG_ADMIN
    unused-as-declared permission okta.users.read [low, documented] x0: no operation that is called asks for it BEYOND 24 (0 writes)
    0 of 1 allowed, none
    ");
    let page =
        "custom_roles: [{label: R, permissions: [okta.logs.read], resources: [/api/v1/users]}]";
    assert_snapshot!(check(EvidenceKind::Declared, "GET /api/v1/logs", page), @r"
    cannot_tell role a role or permission [low, unknown] x1: no source says whether what is held allows these operations; `privilege probe` finds out
    cannot_tell permission okta.logs.read [low, unknown] x0: no operation that is called asks for it; operations of which it is not known whether they need it: 1 BEYOND 0 (0 writes)
    0 of 1 allowed, none
    ");
    assert_snapshot!(check(EvidenceKind::Declared, "GET /api/v1/authenticators", "roles: [HELP_DESK_ADMIN]"), @r"
    missing role READ_ONLY_ADMIN [low, supported] x1: nothing that is held allows these operations INSTEAD ORG_ADMIN
    unused-as-declared role HELP_DESK_ADMIN [high, documented] x0: no operation that is called asks for it BEYOND 44 (15 writes)
    0 of 1 allowed, none
    ");
    assert_snapshot!(check(EvidenceKind::Declared, "GET /nothing/there", "roles: [HELP_DESK_ADMIN]"), @r"
    cannot_tell role HELP_DESK_ADMIN [high, documented] x0: no operation that is called asks for it BEYOND 44 (15 writes)
    0 of 0 allowed, none
    ");
}

#[test]
fn what_only_one_of_several_fitting_operations_lacks_cannot_be_told() {
    let page = "custom_roles: [{label: R, permissions: [okta.users.lifecycle.suspend], resources: [/api/v1/users]}]\nscopes: [okta.users.manage]";
    let calls = "POST /api/v1/users/{userId}/lifecycle/${action}";
    let told = check(EvidenceKind::Declared, calls, page);
    let (differences, allowed) = told.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(allowed, "1 of 10 allowed, supported");
    for one in differences.lines() {
        assert!(one.starts_with("cannot_tell ") && one.contains("`--assume operation=…`"), "{one}");
    }
    let certain =
        check(EvidenceKind::Declared, "POST /api/v1/users/{userId}/lifecycle/unsuspend", page);
    assert!(certain.starts_with("missing permission okta.users.lifecycle.unsuspend"), "{certain}");
}

#[test]
fn what_a_question_decides_cannot_be_told() {
    let page = "kind: token\nroles: [HELP_DESK_ADMIN]";
    assert_snapshot!(check(EvidenceKind::Declared, "POST /api/v1/authn/recovery/password", page), @r"
    unused-as-declared role HELP_DESK_ADMIN [high, documented] x0: no operation that is called asks for it BEYOND 44 (15 writes)
    cannot_tell credential a token of an administrator [low, unknown] x1: whether it takes one depends on `recovery`, which `--assume recovery=…` answers
    0 of 1 allowed, none
    ");
    let page =
        "custom_roles: [{label: R, permissions: [okta.users.manage], resources: [/api/v1/users]}]";
    assert_snapshot!(check(EvidenceKind::Declared, "POST /api/v1/authn/recovery/password", page), @r"
    cannot_tell permission okta.users.manage [high, unknown] x0: no operation that is called asks for it; operations of which it is not known whether they need it: 1 BEYOND 70 (44 writes)
    1 of 1 allowed, documented
    ");
    let usage = usage(EvidenceKind::Declared, "POST /api/v1/users");
    assert_snapshot!(compared(&usage, page).blind_spots.join("\n"), @r"
    a list is complete only for what it declares
    `create_groups` is taken to be `no`, which `--assume create_groups=…` changes: Does the body put the new user into groups (`groupIds`)?
    an API token can do what its owner can, at any time; it is narrowed by narrowing its owner alone
    ");
}

#[test]
fn what_the_dumps_leave_out_is_not_missing() {
    let token = r#"[{"id": "00T1", "name": "t", "userId": "00u1", "tokenWindow": "P30D"}]"#;
    assert_snapshot!(check(EvidenceKind::Declared, READS, token), @r"
    cannot_tell permission okta.users.read [low, supported] x2: nothing that is held allows these operations, but which are held is not in the dumps INSTEAD READ_ONLY_ADMIN | GROUP_MEMBERSHIP_ADMIN | HELP_DESK_ADMIN | USER_ADMIN | API_ACCESS_MANAGEMENT_ADMIN | APP_ADMIN | ORG_ADMIN
    0 of 2 allowed, none
    ");
}

#[test]
fn the_setting_makes_service_apps_super_administrators() {
    assert_snapshot!(check(EvidenceKind::Declared, READS, "scopes: [okta.users.read]\npublic_client_app_admins: true"), @r"
    unused-as-declared role SUPER_ADMIN [critical, supported] x2: what is called would do with less; it is held by the setting Public client app admins INSTEAD okta.users.read | READ_ONLY_ADMIN BEYOND 935 (547 writes)
    2 of 2 allowed, supported
    ");
}

#[test]
fn some_operations_take_one_kind_of_credential() {
    assert_snapshot!(check(EvidenceKind::Declared, "DELETE /api/v1/api-tokens/current", "scopes: []\nroles: [SUPER_ADMIN]"), @r"
    missing credential an API token [low, documented] x1: no access token may call it, whatever its scopes: it takes an API token
    unused-as-declared role SUPER_ADMIN [critical, documented] x0: no operation that is called asks for it BEYOND 936 (546 writes)
    0 of 1 allowed, none
    ");
    assert_snapshot!(check(EvidenceKind::Declared, "PUT /api/v1/users/a/linkedObjects/b/c", "roles: []"), @r"
    missing credential an access token [low, documented] x1: no API token may call it, only a service app with its scope
    missing permission okta.users.manage [low, inferred] x1: nothing that is held allows these operations INSTEAD ORG_ADMIN
    0 of 1 allowed, none
    ");
}

#[test]
fn refusals_and_successes_are_evidence() {
    assert_snapshot!(check(EvidenceKind::AccessLog, "POST /api/v1/users 403\nPOST /api/v1/users 403", "roles: [HELP_DESK_ADMIN]"), @r"
    missing permission okta.users.create [medium, supported] x2: nothing that is held allows these operations; refused: 2 of 2 INSTEAD USER_ADMIN | ORG_ADMIN
    unused-in-window role HELP_DESK_ADMIN [high, documented] x0: no operation that is called asks for it BEYOND 44 (15 writes)
    0 of 1 allowed, none
    ");
    assert_snapshot!(check(EvidenceKind::AccessLog, "POST /api/v1/users 200", "roles: [HELP_DESK_ADMIN]"), @r"
    unused-in-window role HELP_DESK_ADMIN [high, documented] x0: no operation that is called asks for it BEYOND 44 (15 writes)
    cannot_tell permission okta.users.create [low, supported] x1: nothing that is held allows these operations; yet 1 of 1 went through: the dumps do not hold everything that is granted, or another credential made them INSTEAD USER_ADMIN | ORG_ADMIN
    0 of 1 allowed, none
    ");
}

#[test]
fn users_outside_the_resource_set_are_not_taken_for_reached() {
    let page = |resources: &str| {
        format!(
            "custom_roles: [{{label: R, permissions: [okta.users.read], resources: [{resources}]}}]"
        )
    };
    let calls = "GET /api/v1/users/00u1\nGET /api/v1/users/00u1/factors";
    assert_snapshot!(check(EvidenceKind::Declared, calls, &page("/api/v1/groups/00g9")), @r"
    missing resource /api/v1/users/00u1 [low, documented] x2: the resource set does not reach what is called; single objects are refused, lists come back shorter
    unused-as-declared resource /api/v1/groups/00g9 [low, documented] x0: no call touches groups
    0 of 2 allowed, none
    ");
    assert_snapshot!(check(EvidenceKind::Declared, calls, &page("/api/v1/groups/00g9/users")), @r"
    cannot_tell resource /api/v1/users/00u1 [low, documented] x2: only members of groups are reached (/api/v1/groups/00g9/users), and who they are is not in the dumps
    0 of 2 allowed, none
    ");
    let orn = "/api/v1/groups/00g9, 'orn:okta:idp:00o1:customizations'";
    assert_snapshot!(check(EvidenceKind::Declared, calls, &page(orn)), @r"
    unused-as-declared resource /api/v1/groups/00g9 [low, documented] x0: no call touches groups
    cannot_tell resource /api/v1/users/00u1 [low, documented] x2: the resource set names none of these, but has orn:okta:idp:00o1:customizations, of which it is not known what it holds
    0 of 2 allowed, none
    ");
}

#[test]
fn resource_sets_are_held_against_ids() {
    let page = "custom_roles: [{label: R, permissions: [okta.groups.manage], resources: [/api/v1/groups]}]";
    assert_snapshot!(check(EvidenceKind::Declared, "GET /api/v1/groups/00g1\nPUT /api/v1/groups/00g2", page), @r"
    unused-as-declared resource /api/v1/groups [low, documented] x2: the calls name 2 of them only INSTEAD /api/v1/groups/00g1 + /api/v1/groups/00g2
    2 of 2 allowed, supported
    ");
    let page = "custom_roles: [{label: R, permissions: [okta.groups.manage], resources: [/api/v1/groups/00g1, /api/v1/groups/00g9, /api/v1/apps]}]";
    assert_snapshot!(check(EvidenceKind::Declared, "GET /api/v1/groups/00g1\nPUT /api/v1/groups/00g2", page), @r"
    missing resource /api/v1/groups/00g2 [low, documented] x1: the resource set does not reach what is called; single objects are refused, lists come back shorter
    unused-as-declared resource /api/v1/apps [low, documented] x0: no call touches apps
    unused-as-declared resource /api/v1/groups/00g9 [low, documented] x2: no call names it
    1 of 2 allowed, supported
    ");
}

#[test]
fn applications_of_auth0_have_scopes_alone() {
    assert_snapshot!(check(EvidenceKind::Declared, "GET https://acme.us.auth0.com/api/v2/users\nPATCH https://acme.us.auth0.com/api/v2/users/x", "kind: m2m\nscopes: [read:users, delete:users, create:client_grants, read:user]"), @r"
    missing scope update:users [low, inferred] x1: operations that are called need it
    unused-as-declared scope create:client_grants [critical, documented] x0: no operation that is called takes it BEYOND 1 (1 writes)
    unused-as-declared scope delete:users [high, documented] x0: no operation that is called takes it BEYOND 2 (2 writes)
    1 of 2 allowed, inferred
    granted:2: no operation is known to take the scope read:user; did you mean read:users?
    ");
}

#[test]
fn exclusions_hold_until_their_last_day() {
    let file = "- {grant: okta.apps.*, layer: scope, reason: wanted, until: 2026-11-22}\n- {grant: okta.none, reason: old, until: 2027-01-01}";
    let exclusions = read_exclusions("x.yml", file).unwrap();
    let check = |day: &str| {
        let mut comparison = compared(
            &usage(EvidenceKind::Declared, READS),
            "scopes: [okta.users.read, okta.apps.read]\nroles: [READ_ONLY_ADMIN]",
        );
        let excluded = comparison.exclude(&exclusions, day.parse().unwrap());
        let n = comparison.differences.iter().filter(|one| one.exclusion.is_some()).count();
        (n, excluded.expired.len(), excluded.idle.len())
    };
    assert_eq!(check("2026-11-22"), (1, 0, 1));
    assert_eq!(check("2026-11-23"), (0, 1, 1));
}

#[test]
fn mistakes_in_exclusions_have_places() {
    let mistakes = |text: &str| {
        let mistakes = read_exclusions("x.yml", text).unwrap_err();
        mistakes
            .iter()
            .map(|(place, what)| format!("{place}: {what}"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_snapshot!(mistakes("- grant: a\n- grant: b\n  reason: c\n  until: soon\n  layer: nothing\n  why: x\n"), @r"
    x.yml:1: an exclusion needs `reason`
    x.yml:1: an exclusion needs `until`
    x.yml:6: unknown key, expected one of grant, layer, reason, until
    x.yml:4: `until` must be a day such as 2027-01-31
    x.yml:5: `layer` must be scope, role, permission, resource or credential
    ");
    assert_snapshot!(mistakes("- {grant: '*', reason: c, until: 2099-01-01}"), @r"x.yml:1: `grant` must say more than `*`, which would accept everything: at least how the names begin, as in `okta.apps.*`");
    assert_snapshot!(mistakes("- {grant: ' ** ', layer: scope, reason: c, until: 2099-01-01}"), @r"x.yml:1: `grant` must say more than `*`, which would accept everything: at least how the names begin, as in `okta.apps.*`");
    assert_snapshot!(mistakes("a: [b"), @"x.yml:2: while parsing a flow sequence, expected ',' or ']'");
    assert_snapshot!(mistakes("a: b"), @"x.yml:1: expected a list of exclusions, found a mapping");
}

/// Grants of roles, permissions and scopes by name.
fn grants(names: &BTreeSet<String>) -> Grants {
    let place = || Place { path: "g".into(), line: 1 };
    let is_role = |name: &&String| catalog::admin_role(name).is_some();
    let held = |name: &String| crate::Held { name: name.clone(), place: place() };
    let role = |name: &String| crate::HeldRole {
        name: name.clone(),
        targets: crate::Targets::All,
        via: String::new(),
        place: place(),
    };
    let permissions =
        names.iter().filter(|name| catalog::permission(name).is_some()).cloned().collect();
    Grants {
        principal: crate::Principal {
            kind: PrincipalKind::ServiceApp,
            ..crate::Principal::default()
        },
        scopes: names.iter().filter(|name| !is_role(name)).map(held).collect(),
        roles: names.iter().filter(is_role).map(role).collect(),
        custom: vec![crate::HeldPermissions {
            name: "R".into(),
            permissions: Some(permissions),
            resources: None,
            resource_set: String::new(),
            via: String::new(),
            place: place(),
        }],
        ..Grants::default()
    }
}

fn names(difference: &Difference) -> Vec<String> {
    difference.instead.first().cloned().unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whoever does what is said of excess loses nothing.
    #[test]
    fn excess_can_be_taken_away(
        called in proptest::collection::btree_set(0usize..760, 1..12),
        held in proptest::collection::btree_set(0usize..220, 1..10),
    ) {
        let base = Base::builtin();
        let all: Vec<_> = base.operations().filter(|(_, one)| one.api == "management").map(|(_, one)| one).collect();
        let calls: Vec<_> = called.iter().map(|at| all[at % all.len()]).map(|one| format!("{} {}", one.method.name(), one.path)).collect();
        let usage = usage(EvidenceKind::Declared, &calls.join("\n"));
        let answers = answers(base, &usage, &Vec::new());
        // Only what is a permission and a scope at once, or a role: one name, one place to take it from.
        let roles = catalog::admin_roles().iter().map(|row| row.name);
        let known: Vec<_> = roles.chain(catalog::permissions().iter().map(|row| row.name)).collect();
        let held: BTreeSet<String> = held.iter().map(|at| known[at % known.len()].to_owned()).collect();
        let mut grants = grants(&held);
        let before = compare(base, &usage, &answers, &grants);
        for one in before.differences.iter().filter(|one| matches!(one.verdict, Standing::Excess(_)) && one.severity > Level::Informational) {
            let instead = names(one);
            if one.layer == Layer::Scope {
                grants.scopes.retain(|held| held.name != one.name);
                let place = || Place { path: "g".into(), line: 1 };
                grants.scopes.extend(instead.into_iter().map(|name| crate::Held { name, place: place() }));
                continue;
            }
            grants.roles.retain(|held| one.layer != Layer::Role || held.name != one.name);
            let custom = grants.custom[0].permissions.as_mut().unwrap();
            if one.layer == Layer::Permission {
                custom.remove(&one.name);
            }
            let (roles, permissions): (Vec<_>, Vec<_>) =
                instead.into_iter().partition(|name| catalog::admin_role(name).is_some());
            custom.extend(permissions);
            grants.roles.extend(self::grants(&roles.into_iter().collect()).roles);
        }
        let after = compare(base, &usage, &answers, &grants);
        let lacking = |comparison: &Comparison| {
            let missing = comparison.differences.iter().filter(|one| one.verdict == Standing::Missing);
            missing.flat_map(|one| one.operations.iter().map(|id| (one.layer, *id))).collect::<BTreeSet<_>>()
        };
        prop_assert!(lacking(&after).is_subset(&lacking(&before)), "{}\n{}", told(&before), told(&after));
        prop_assert!(after.n_allowed >= before.n_allowed, "{}\n{}", told(&before), told(&after));
    }
}

proptest! {
    #[test]
    fn no_file_of_exclusions_makes_it_panic(text in "[-:{}\\[\\]&*a-z0-9 \n\"'|>#,]{0,120}", day in ".{0,12}") {
        let _ = read_exclusions("x.yml", &text);
        let _ = read_exclusions("x.yml", &format!("- grant: a\n  reason: b\n  until: {day}\n"));
    }
}
