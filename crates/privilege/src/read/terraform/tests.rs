use super::read;
use crate::Base;
use crate::read::seen::show;

fn notes(document: &str) -> String {
    show(|taker| read(document.as_bytes(), 1, Base::builtin(), taker))
}

/// A plan of one resource.
fn plan(kind: &str, actions: &str, before: &str) -> String {
    format!(
        r#"{{"format_version":"1.2","terraform_version":"1.9.0",
"resource_changes":[
{{"address":"{kind}.one","mode":"managed","type":"{kind}","name":"one","change":{{"actions":{actions},"before":{before},"after":null}}}}
]}}"#
    )
}

#[test]
fn a_plan_calls_what_its_actions_need() {
    let group = r#"{"id":"00guTJAtzHcmrtGM95d7","name":"Staff"}"#;
    insta::assert_snapshot!(notes(&plan("okta_group", r#"["create"]"#, "null")), @r#"
    3 ["management:getGroup"] [("groupId", "{groupId}")] | read okta_group (inferred from names)
    3 ["management:addGroup"] [] | create okta_group (inferred from names)
    "#);
    insta::assert_snapshot!(notes(&plan("okta_group", r#"["no-op"]"#, group)), @r#"3 ["management:getGroup"] [("groupId", "00guTJAtzHcmrtGM95d7")] | read okta_group (inferred from names)"#);
    insta::assert_snapshot!(notes(&plan("okta_group", r#"["delete","create"]"#, group)), @r#"
    3 ["management:getGroup"] [("groupId", "00guTJAtzHcmrtGM95d7")] | read okta_group (inferred from names)
    3 ["management:addGroup"] [] | create okta_group (inferred from names)
    3 ["management:deleteGroup"] [("groupId", "00guTJAtzHcmrtGM95d7")] | delete okta_group (inferred from names)
    "#);
    insta::assert_snapshot!(notes(&plan("okta_group", r#"["update"]"#, group)), @r#"
    3 ["management:getGroup"] [("groupId", "00guTJAtzHcmrtGM95d7")] | read okta_group (inferred from names)
    3 ["management:replaceGroup"] [("groupId", "00guTJAtzHcmrtGM95d7")] | update okta_group (inferred from names)
    "#);
    insta::assert_snapshot!(notes(&plan("auth0_role", r#"["update"]"#, r#"{"id":"rol_1"}"#)), @r#"
    3 ["management:get_roles_by_id"] [("id", "rol_1")] | read auth0_role (inferred from names)
    3 ["management:patch_roles_by_id"] [("id", "rol_1")] | update auth0_role (inferred from names)
    "#);
}

#[test]
fn data_sources_of_a_plan_are_read() {
    let document = r#"{"resource_changes":[],"prior_state":{"values":{"root_module":{
"resources":[{"address":"okta_group.a","mode":"managed","type":"okta_group","values":{"id":"00g1"}}],
"child_modules":[{"resources":[
{"address":"module.x.data.okta_user.b","mode":"data","type":"okta_user","values":{"user_id":"00u1"}}]}]}}}}"#;
    insta::assert_snapshot!(notes(document), @r#"
    4 ["management:listUsers"] [] | read okta_user (inferred from names)
    4 ["management:getUser"] [("id", "00u1")] | read okta_user (inferred from names)
    "#);
}

#[test]
fn a_state_is_managed_in_every_way() {
    let document = r#"{"values":{"root_module":{"resources":[
{"address":"okta_trusted_origin.a[\"x\"]","mode":"managed","type":"okta_trusted_origin","values":{"id":"tos1"}},
{"address":"okta_trusted_origin.a[\"y\"]","mode":"managed","type":"okta_trusted_origin","values":{"id":"tos2"}}]}}}"#;
    insta::assert_snapshot!(notes(document), @r#"
    2 ["management:getTrustedOrigin"] [("trustedOriginId", "tos1"), ("trustedOriginId", "tos2")] | read okta_trusted_origin (inferred from names)
    2 ["management:createTrustedOrigin"] [] | create okta_trusted_origin (inferred from names)
    2 ["management:replaceTrustedOrigin"] [("trustedOriginId", "tos1"), ("trustedOriginId", "tos2")] | update okta_trusted_origin (inferred from names)
    2 ["management:activateTrustedOrigin"] [("trustedOriginId", "tos1"), ("trustedOriginId", "tos2")] | update okta_trusted_origin (inferred from names)
    2 ["management:deactivateTrustedOrigin"] [("trustedOriginId", "tos1"), ("trustedOriginId", "tos2")] | update okta_trusted_origin (inferred from names)
    2 ["management:deleteTrustedOrigin"] [("trustedOriginId", "tos1"), ("trustedOriginId", "tos2")] | delete okta_trusted_origin (inferred from names)
    "#);
}

#[test]
fn a_state_file_is_read_as_well() {
    let document = r#"{"version":4,"resources":[{"mode":"data","type":"okta_groups","name":"all","instances":[{"attributes":{"id":"x","secret":"s"}}]},
{"module":"module.m","mode":"managed","type":"aws_s3_bucket","name":"b","instances":[{"attributes":{}}]}]}"#;
    insta::assert_snapshot!(notes(document), @r#"1 ["management:listGroups"] [] | read okta_groups (inferred from names)"#);
}

#[test]
fn what_is_not_known_is_said() {
    insta::assert_snapshot!(notes(&plan("okta_teapot", r#"["create"]"#, "null")), @"3 fault: okta_teapot: what such resources call is not known, 1 of them");
    insta::assert_snapshot!(notes(&plan("okta_group", r#"["brew"]"#, "null")), @"3 fault: okta_group.one: `brew` is no known action");
    insta::assert_snapshot!(notes(&plan("aws_iam_role", r#"["brew"]"#, "null")), @"");
    insta::assert_snapshot!(notes("{}"), @"1 fault: holds neither changes nor resources of terraform show -json");
    insta::assert_snapshot!(notes("{\"values\":\n 7}"), @"2 fault: no output of terraform show -json: invalid type: integer `7`, expected struct Values at line 2 column 2");
}

#[test]
fn nothing_nests_without_end() {
    let deep = r#"{"values":{"root_module":"#.to_owned() + &r#"{"child_modules":["#.repeat(100_000);
    assert!(notes(&deep).contains("fault"));
}

proptest::proptest! {
    #[test]
    fn no_document_ends_the_reading(kind in "(okta|auth0)_[a-z_]{0,20}", action in "\\PC{0,8}", id in "\\PC{0,12}") {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        notes(&plan(&kind, &format!("[{}]", quoted(&action)), &format!("{{\"id\":{}}}", quoted(&id))));
    }

    #[test]
    fn no_bytes_end_the_reading(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        show(|taker| read(&bytes, 1, Base::builtin(), taker));
    }
}
