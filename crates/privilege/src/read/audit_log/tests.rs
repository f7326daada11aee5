use super::read;
use crate::Base;
use crate::read::seen::show;

fn notes(log: &str) -> String {
    show(|taker| read(log.as_bytes(), 1, Base::builtin(), taker))
}

/// An event of Okta; `more` is members of the record, each with a comma behind it.
fn okta(kind: &str, transaction: &str, uri: &str, more: &str) -> String {
    format!(
        r#"{{"uuid":"{kind}{transaction}","published":"2026-11-20T08:00:00.000Z","eventType":"{kind}",{more}"transaction":{{"type":"WEB","id":"{transaction}","detail":{{"requestApiTokenId":"00TdozfkGV6QHWeAL5d7"}}}},"debugContext":{{"debugData":{{{uri}}}}}}}
"#
    )
}

fn uri(path: &str) -> String {
    format!(r#""requestUri":"{path}""#)
}

const TARGETS: &str = r#""target":[{"id":"00usUim8oAv6cwCWs5d7","type":"User"},{"id":"00guTJAtzHcmrtGM95d7","type":"UserGroup"}],"#;

#[test]
fn an_event_type_stands_for_its_operation() {
    let log = okta("user.lifecycle.suspend", "a", "", TARGETS);
    insta::assert_snapshot!(notes(&log), @r#"1 ["management:suspendUser"] [("id", "00usUim8oAv6cwCWs5d7")] at 2026-11-20T08:00:00Z by 00TdozfkGV6QHWeAL5d7 | user.lifecycle.suspend"#);
}

#[test]
fn what_one_request_caused_is_one_call() {
    let log = okta("application.user_membership.add", "a", "", "")
        + &okta("group.user_membership.add", "a", "", TARGETS)
        + &okta("user.lifecycle.create", "a", "", TARGETS)
        + &okta("user.lifecycle.create", "b", "", TARGETS);
    insta::assert_snapshot!(notes(&log), @r#"
    3 ["management:createUser"] [] at 2026-11-20T08:00:00Z by 00TdozfkGV6QHWeAL5d7 | user.lifecycle.create
    4 ["management:createUser"] [] at 2026-11-20T08:00:00Z by 00TdozfkGV6QHWeAL5d7 | user.lifecycle.create
    "#);
}

#[test]
fn a_path_tells_which_of_several_was_called() {
    let log = okta("group.user_membership.add", "a", &uri("/api/v1/users"), TARGETS)
        + &okta("user.account.update_profile", "b", &uri("/api/v1/users/00usUim8oAv6cwCWs5d7"), "")
        + &okta("user.account.update_profile", "c", "", TARGETS);
    insta::assert_snapshot!(notes(&log), @r#"
    1 POST /api/v1/users at 2026-11-20T08:00:00Z by 00TdozfkGV6QHWeAL5d7 | group.user_membership.add
    2 ["management:updateUser", "management:replaceUser"] [("id", "00usUim8oAv6cwCWs5d7")] at 2026-11-20T08:00:00Z by 00TdozfkGV6QHWeAL5d7 | user.account.update_profile
    3 ["management:updateUser", "management:replaceUser"] [("id", "00usUim8oAv6cwCWs5d7")] at 2026-11-20T08:00:00Z by 00TdozfkGV6QHWeAL5d7 | user.account.update_profile
    "#);
}

#[test]
fn the_path_of_an_event_without_operation_tells_a_write() {
    let log = okta("some.new.create", "a", &uri("/api/v1/eventHooks"), "")
        + &okta("some.new.event", "f", &uri("/api/v1/eventHooks"), "")
        + &okta("some.new.event", "b", &uri("/api/v1/logs"), "")
        + &okta("some.new.event", "c", "", "")
        + &okta("system.org.rate_limit.warning", "e", &uri("/api/v1/users"), "")
        + &okta("app.oauth2.token.grant.access_token", "d", &uri("/oauth2/v1/token"), "");
    insta::assert_snapshot!(notes(&log), @r"
    5 passed over: system.org.rate_limit.warning (/api/v1/users): no single operation leaves it
    1 POST /api/v1/eventHooks at 2026-11-20T08:00:00Z by 00TdozfkGV6QHWeAL5d7 | some.new.create
    2 passed over: some.new.event (/api/v1/eventHooks): no operation is known for it
    3 GET /api/v1/logs at 2026-11-20T08:00:00Z by 00TdozfkGV6QHWeAL5d7 | some.new.event
    4 passed over: some.new.event (no path): no operation is known for it
    ");
}

#[test]
fn calls_of_pages_jobs_and_okta_itself_are_passed_over() {
    let without = |more: &str| {
        okta("user.lifecycle.suspend", "a", "", more).replace("requestApiTokenId", "x")
    };
    let page = okta("user.lifecycle.suspend", "b", &uri("/admin/user/suspend"), "");
    let log = without(r#""actor":{"type":"SystemPrincipal"},"#)
        + &without(r#""client":{"id":"okta.b58d5b75-07d4-5f25-bf59-368a1261a405"},"#)
        + &without("").replace("WEB", "JOB")
        + &page.replace("requestApiTokenId", "x")
        + &page
        + &without(r#""client":{"id":"0oa89aynRCstfOTwM5d7"},"#).replace("\"a\"", "\"c\"")
        + &okta("user.session.start", "d", "", "").replace("requestApiTokenId", "x");
    insta::assert_snapshot!(notes(&log), @r#"
    1 passed over: user.lifecycle.suspend by Okta itself
    2 passed over: user.lifecycle.suspend in a page of Okta
    3 passed over: user.lifecycle.suspend in a job of Okta
    4 passed over: user.lifecycle.suspend in a page of Okta
    5 ["management:suspendUser"] [] at 2026-11-20T08:00:00Z by 00TdozfkGV6QHWeAL5d7 | user.lifecycle.suspend
    6 ["management:suspendUser"] [] at 2026-11-20T08:00:00Z by 0oa89aynRCstfOTwM5d7 | user.lifecycle.suspend
    "#);
}

#[test]
fn refusals_and_credentials_are_kept() {
    let app = r#""actor":{"id":"0oa89aynRCstfOTwM5d7","type":"PublicClientAppEntity"},"outcome":{"result":"DENY"},"#;
    let log = okta("user.lifecycle.suspend", "a", "", app).replace("requestApiTokenId", "x");
    insta::assert_snapshot!(notes(&log), @r#"1 ["management:suspendUser"] [] -> 403 at 2026-11-20T08:00:00Z by 0oa89aynRCstfOTwM5d7 | user.lifecycle.suspend"#);
}

#[test]
fn records_of_auth0_say_method_and_path() {
    let record = |method: &str, path: &str, more: &str| {
        format!(
            r#"{{"log_id":"1","data":{{"date":"2026-11-18T09:20:20.740Z","type":"sapi","description":"Create a role","client_id":"exampleReportClient0000000000001","details":{{"request":{{"method":"{method}","path":"{path}"{more}}},"response":{{"statusCode":201}}}}}}}}
"#
        )
    };
    let query = r#","query":{"fields":"name,app_type","token":"abc"},"body":{"name":"Billing","app":{"a":1}},"channel":"api""#;
    let log = record("post", "/api/v2/roles", query)
        + &record("get", "/api/v2/clients/exampleCustomerPortal00000000001", "")
        + &record("patch", "/api/v2/tenants/settings", r#","channel":"https://manage.auth0.com/""#);
    insta::assert_snapshot!(notes(&log), @r#"
    1 POST /api/v2/roles?fields=name,app_type&token=… body ["name", "app", "app.a"] -> 201 at 2026-11-18T09:20:20.74Z by exampleReportClient0000000000001 | Create a role
    2 GET /api/v2/clients/exampleCustomerPortal00000000001 -> 201 at 2026-11-18T09:20:20.74Z by exampleReportClient0000000000001 | Create a role
    3 passed over: PATCH /api/v2/tenants/settings in the dashboard
    "#);
}

#[test]
fn what_is_no_event_is_said_and_the_rest_is_read() {
    let log = format!(
        "{{\"a\":1}}\nnot json\n{}{{\"uuid\":",
        okta("user.lifecycle.suspend", "a", "", "")
    );
    insta::assert_snapshot!(notes(&log), @r#"
    2 fault: is no JSON object
    4 fault: the input ends inside the record
    3 ["management:suspendUser"] [] at 2026-11-20T08:00:00Z by 00TdozfkGV6QHWeAL5d7 | user.lifecycle.suspend
    1 fault: 1 records are no events of Okta or Auth0, this is the first
    "#);
}

#[test]
fn exports_of_the_console_are_read_as_well() {
    let log = "timestamp,event_type,uuid,actor.id,actor.type,transaction.id,transaction.type,\
debug_context.debug_data.request_uri,target0.id,target0.type,system.transaction.request.apiTokenId\n\
2026-11-20T08:00:00.000Z,group.user_membership.add,1,00uAda,User,a,WEB,\
/api/v1/groups/00guTJAtzHcmrtGM95d7/users/00usUim8oAv6cwCWs5d7,00usUim8oAv6cwCWs5d7,User,00TdozfkGV6QHWeAL5d7\n\
2026-11-20T08:00:01.000Z,user.session.start,2,00uAda,User,b,WEB,/login,00uAda,User,\n";
    insta::assert_snapshot!(notes(log), @r"
    1 fault: the table has no column `severity`, `display_message`, `outcome.result`, `outcome.reason`, `actor.alternate_id`, `actor.display_name`, `authentication_context.external_session_id`, `client.ip_address`, `client.user_agent.raw_user_agent`, `client.geographical_context.country`, `target0.alternate_id`
    2 PUT /api/v1/groups/00guTJAtzHcmrtGM95d7/users/00usUim8oAv6cwCWs5d7 at 2026-11-20T08:00:00Z by 00TdozfkGV6QHWeAL5d7 | group.user_membership.add
    ");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the samples are files")]
fn every_sample_is_read_without_a_fault() {
    for product in ["okta", "auth0"] {
        let folder =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/samples/").to_owned() + product;
        let files = std::fs::read_dir(folder).unwrap();
        let log: String =
            files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
        let told = notes(&log);
        let count = |mark| told.matches(mark).count();
        assert_eq!(count(" fault: "), 0, "{told}");
        assert!(count(" passed over: ") > 9 && told.lines().count() > 9 + count(" passed over: "));
    }
}

#[test]
fn open_transactions_are_bounded() {
    let log: String =
        (0..10_050).map(|n| okta("user.lifecycle.suspend", &n.to_string(), "", "")).collect();
    assert_eq!(notes(&log).lines().count(), 10_050);
}

proptest::proptest! {
    #[test]
    fn no_bytes_end_the_reading(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        show(|taker| read(&bytes, 1, Base::builtin(), taker));
    }

    #[test]
    fn no_values_end_the_reading(kind in "\\PC{0,20}", path in "\\PC{0,40}") {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let log = okta("user.lifecycle.suspend", "a", &format!("\"requestUri\":{}", quoted(&path)), "")
            .replace("\"user.lifecycle.suspend\"", &quoted(&kind));
        notes(&log);
    }
}
