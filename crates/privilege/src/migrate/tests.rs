use super::*;
use crate::terraform::test_plan;
use crate::{Hint, Outcome, Place};

/// Every call must be one that the vendor's description has.
pub(crate) fn check_calls(calls: &[ApiCall]) {
    assert!(!calls.is_empty());
    for call in calls {
        let hint = Hint { product: Some(Product::Okta) };
        let found = Base::builtin().resolve(hint, Some(call.method), &call.path).outcome;
        assert!(
            matches!(found, Outcome::Operation(..)),
            "{} {}: {found:?}",
            call.method.name(),
            call.path
        );
        assert!(!call.what.is_empty());
    }
}

fn found_in(granted: &Granted, tokens: &[TokenLife]) -> Vec<(Weight, String)> {
    let (usage, plans) = (Usage::default(), [test_plan(PlanKind::Narrowest)]);
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    let known = Known { usage: &usage, answers: &[], granted, tokens, now };
    let way = migration(Base::builtin(), &plans, known, "payroll", &[]).unwrap();
    way.found.into_iter().map(|found| (found.weight, found.about.into_owned())).collect()
}

fn granted(text: &str) -> Granted {
    let mut granted = Granted::default();
    granted.read("dump.json", text);
    granted
}

#[test]
fn every_call_is_an_operation_of_the_api() {
    let (usage, granted) = (Usage::default(), Granted::default());
    let now = Timestamp::UNIX_EPOCH;
    for kind in [PlanKind::Narrowest, PlanKind::Fewest, PlanKind::Standard] {
        let known = Known { usage: &usage, answers: &[], granted: &granted, tokens: &[], now };
        let plans = [test_plan(kind)];
        let from = ["198.51.100.0/24".to_owned()];
        let way = migration(Base::builtin(), &plans, known, "payroll", &from).unwrap();
        check_calls(&way.calls);
        assert_eq!(way.calls[0].path, "/api/v1/org/settings/clientPrivilegesSetting");
        let scopes = way.calls.iter().filter(|call| call.path.ends_with("/grants"));
        assert_eq!(scopes.count(), way.plan.scopes.len());
        check_calls(&on_behalf(Base::builtin(), &plans, &[], "payroll").unwrap().calls);
    }
}

#[test]
fn the_setting_that_makes_super_admins_blocks() {
    let on = granted(r#"{"clientPrivilegesSetting": true}"#);
    assert_eq!(found_in(&on, &[]), [(Weight::Blocks, "Public client app admins".to_owned())]);
    let off = granted(r#"{"clientPrivilegesSetting": false}"#);
    assert_eq!(found_in(&off, &[]), [(Weight::Tells, "Public client app admins".to_owned())]);
    assert_eq!(found_in(&Granted::default(), &[]), []);
}

#[test]
fn tokens_that_die_are_told_by_day() {
    let tokens = read_tokens(
        r#"[{"id":"00T1k2m3n4p5q6r7s8t9","userId":"00u1","expiresAt":"2026-11-25T12:00:00.000Z","tokenWindow":"P30D"},
            {"id":"00T2k2m3n4p5q6r7s8t9","userId":"00u1","expiresAt":"2026-12-20T12:00:00.000Z","network":{"connection":"ZONE"}},
            {"id":"00T3k2m3n4p5q6r7s8t9","userId":"00u1","expiresAt":"2026-11-01T12:00:00.000Z"}]
           {"id":"00g1k2m3n4p5q6r7s8t9","userId":"x"} {"id":"00T4<","userId":"x"}"#,
    );
    assert_eq!(tokens.len(), 3);
    assert_eq!(tokens[1].has_zone, Some(true));
    let found = found_in(&Granted::default(), &tokens);
    assert_eq!(found, vec![(Weight::Warns, "life of the token".to_owned()); 2]);
    assert_eq!(read_tokens("[{\"id\":"), []);
}

#[test]
fn an_owner_who_is_super_admin_is_named() {
    let mut dump = Granted::default();
    dump.tokens.push(crate::ApiToken {
        id: "00T1k2m3n4p5q6r7s8t9".to_owned(),
        name: "old".to_owned(),
        owner: "00u1k2m3n4p5q6r7s8t9".to_owned(),
        place: Place { path: "dump.json".to_owned(), line: 1 },
    });
    dump.read("roles.json", r#"[{"id":"ra1","type":"SUPER_ADMIN","status":"ACTIVE","assignmentType":"USER","_links":{"assignee":{"href":"https://acme.okta.com/api/v1/users/00u1k2m3n4p5q6r7s8t9"}}}]"#);
    assert_eq!(found_in(&dump, &[]), [(Weight::Warns, "owner of the token".to_owned())]);
}

#[test]
fn a_browser_app_has_no_secret() {
    let plans = [test_plan(PlanKind::Narrowest)];
    let app = on_behalf(Base::builtin(), &plans, &[], "portal").unwrap();
    insta::assert_snapshot!(app.terraform);
    assert!(app.flow.contains("&scope=openid%20okta.users.read%20okta.groups.manage\n"));
    assert!(!app.flow.contains("client_secret") && app.flow.contains("code_challenge_method=S256"));
}

#[test]
fn calls_of_the_other_vendor_are_not_dropped_in_silence() {
    let id = Base::builtin().by_id("get_clients")[0];
    let auth0 = Plan { covered: vec![id], ..test_plan(PlanKind::Scopes) };
    let plans = [test_plan(PlanKind::Narrowest), auth0];
    let app = on_behalf(Base::builtin(), &plans, &[], "portal").unwrap();
    assert_eq!(app.found[0].operations, [id]);
    let (usage, granted) = (Usage::default(), Granted::default());
    let known = Known {
        usage: &usage,
        answers: &[],
        granted: &granted,
        tokens: &[],
        now: Timestamp::UNIX_EPOCH,
    };
    let way = migration(Base::builtin(), &plans, known, "portal", &[]).unwrap();
    assert_eq!(way.found[0].operations, [id]);
    assert!(way.others.is_empty());
}
