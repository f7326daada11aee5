use catalog::Confidence;
use proptest::prelude::*;

use super::value::Part;
use super::*;
use crate::{Method, OperationId, PlanKind, Reason, ResourceSet};

fn operation(method: Method, path: &str) -> OperationId {
    let found = Base::builtin()
        .operations()
        .find(|(_, operation)| operation.method == method && operation.path == path);
    found.map(|(id, _)| id).unwrap()
}

fn reason(name: &'static str, operations: &[(Method, &str)], level: Confidence) -> Reason {
    let operations = operations.iter().map(|(method, path)| operation(*method, path)).collect();
    Reason { name: name.into(), operations, level, limit: "".into() }
}

pub(crate) fn plan(kind: PlanKind) -> Plan {
    let read: &[_] = &[(Method::Get, "/api/v1/users/{id}"), (Method::Get, "/api/v1/users")];
    let add: &[_] = &[(Method::Put, "/api/v1/groups/{groupId}/users/{userId}")];
    let custom = kind != PlanKind::Standard;
    Plan {
        without: "".into(),
        kind,
        scopes: vec![
            reason("okta.users.read", read, Confidence::Documented),
            reason("okta.groups.manage", add, Confidence::Documented),
        ],
        permissions: if custom {
            vec![
                reason("okta.users.read", read, Confidence::Supported),
                reason("okta.groups.members.manage", add, Confidence::Supported),
                reason("okta.users.groupMembership.manage", add, Confidence::Inferred),
            ]
        } else {
            Vec::new()
        },
        roles: if custom {
            Vec::new()
        } else {
            vec![reason("USER_ADMIN", add, Confidence::Supported)]
        },
        resources: ResourceSet {
            paths: vec![
                "/api/v1/groups/00g1k2m3n4p5q6r7s8t9/users".to_owned(),
                "/api/v1/groups/00g1k2m3n4p5q6r7s8t9".to_owned(),
            ],
            orns: Vec::new(),
            notes: Vec::new(),
        },
        covered: vec![operation(Method::Get, "/api/v1/users/{id}")],
        uncovered: Vec::new(),
        level: Confidence::Inferred,
        warnings: Vec::new(),
    }
}

#[test]
fn a_service_app_with_a_role_of_its_own() {
    let from = ["198.51.100.0/24".to_owned(), "192.0.2.7/32".to_owned()];
    insta::assert_snapshot!(terraform(
        Base::builtin(),
        &plan(PlanKind::Narrowest),
        "Payroll sync",
        &from
    ));
}

/// The provider's data source nests the address; its examples leave `domains` out.
#[test]
fn the_address_of_the_organization_is_an_attribute_that_the_provider_has() {
    let text = terraform(Base::builtin(), &plan(PlanKind::Narrowest), "x", &[]);
    assert!(text.contains("org_url = data.okta_org_metadata.org.domains.organization\n"));
}

#[test]
fn standard_roles_have_targets_on_groups_only() {
    let text = terraform(Base::builtin(), &plan(PlanKind::Standard), "payroll", &[]);
    assert!(text.contains("resource \"okta_app_oauth_role_assignment\" \"payroll_user_admin\""));
    assert!(text.contains("see the API calls") && !text.contains("target_group_list"));
    let mut document = Terraform::default();
    let group = document.service_user("payroll");
    document.roles(Base::builtin(), &plan(PlanKind::Standard), "payroll", &Holder::Group(&group));
    assert!(document.text().contains("target_group_list = [\"00g1k2m3n4p5q6r7s8t9\"]"));
}

#[test]
fn what_the_calls_do_not_say_is_a_variable() {
    let mut plan = plan(PlanKind::Narrowest);
    plan.resources.paths.clear();
    let text = terraform(Base::builtin(), &plan, "x", &[]);
    assert!(
        text.contains("resources   = var.resources") && text.contains("variable \"resources\"")
    );
    plan.resources.orns.push("orn:okta:directory:{orgId}:users".to_owned());
    let text = terraform(Base::builtin(), &plan, "x", &[]);
    assert!(text.contains("[\"orn:okta:directory:${data.okta_org_metadata.org.id}:users\"]"));
    assert!(!text.contains("resources  "), "exactly one of the two");
}

#[test]
fn auth0_has_an_application_and_a_grant() {
    let read = reason("read:users", &[(Method::Get, "/api/v2/users")], Confidence::Inferred);
    let covered = vec![read.operations[0]];
    let plan = Plan { scopes: vec![read], covered, ..plan(PlanKind::Scopes) };
    insta::assert_snapshot!(terraform(Base::builtin(), &plan, "payroll", &[]));
}

#[test]
fn a_name_with_other_letters_becomes_no_other_word() {
    let check = |label: &str, expected: &str| assert_eq!(identifier(label), expected);
    check("ümlaut", "_mlaut");
    check("Café sync", "caf__sync");
    check("café", "caf_");
    check("日本", "__");
}

#[test]
fn names_are_letters_and_each_is_used_once() {
    let check = |label: &str, expected: &str| assert_eq!(identifier(label), expected);
    check("Payroll sync", "payroll_sync");
    check("  --ä--x ", "__x");
    check("2nd", "_2nd");
    check("\"}", "integration");
    check(&"x-".repeat(80), "x_".repeat(30).trim_end_matches('_'));
    let mut document = Terraform::default();
    let mut address = |kind, label| document.resource(kind, label, |block| block).address();
    assert_eq!(address("okta_group", "a b"), "okta_group.a_b");
    assert_eq!(address("okta_group", "a-b"), "okta_group.a_b_2");
    assert_eq!(address("okta_user", "A B"), "okta_user.a_b");
}

fn written(value: &Value) -> String {
    let mut out = String::new();
    value.write(0, &mut out);
    out
}

#[test]
fn text_stays_text() {
    let check = |text: &str, expected: &str| assert_eq!(written(&Value::text(text)), expected);
    check("plain", r#""plain""#);
    check("a\"b\\c", r#""a\"b\\c""#);
    check("${var.x} %{if true}", r#""$${var.x} %%{if true}""#);
    check("$${x}", r#""$$${x}""#);
    check("5 $ and 5%", r#""5 $ and 5\u0025""#);
    check("a\nb\t\u{1b}[0m", r#""a\nb\t\u001b[0m""#);
    check("\u{202e}x\u{e0041}", r#""\u202ex\U000e0041""#);
    let joined =
        Value::Template(vec![Part::Text("$".to_owned()), Part::Expression("x".to_owned())]);
    assert_eq!(written(&joined), r#""\u0024${x}""#);
}

#[test]
fn long_text_is_a_heredoc_where_that_can_hold_it() {
    let check = |text: &str, expected: &str| {
        assert_eq!(written(&Value::Lines(text.to_owned())), expected);
    };
    check("one\n${two}\n", "<<-EOT\n  one\n  $${two}\nEOT");
    check("one", "\"one\"");
    check("EOT\n", "\"EOT\\n\"");
    check("one\n\u{7}\n", "\"one\\n\\u0007\\n\"");
    check("", "\"\"");
}

/// What HCL reads in a quoted template: its text, and the expressions in it. Written from the
/// specification of the syntax, without a look at the writer.
fn unquote(quoted: &str) -> (String, Vec<String>) {
    let body: Vec<char> =
        quoted.strip_prefix('"').unwrap().strip_suffix('"').unwrap().chars().collect();
    let (mut text, mut expressions, mut at) = (String::new(), Vec::new(), 0);
    while at < body.len() {
        let rest = &body[at..];
        match rest {
            ['$', '$', '{', ..] => (text.push_str("${"), at += 3).1,
            ['%', '%', '{', ..] => (text.push_str("%{"), at += 3).1,
            ['$' | '%', '{', ..] => {
                let end = rest.iter().position(|c| *c == '}').unwrap();
                expressions.push(rest[2..end].iter().collect());
                at += end + 1;
            }
            ['\\', 'n', ..] => (text.push('\n'), at += 2).1,
            ['\\', 'r', ..] => (text.push('\r'), at += 2).1,
            ['\\', 't', ..] => (text.push('\t'), at += 2).1,
            ['\\', c @ ('"' | '\\'), ..] => (text.push(*c), at += 2).1,
            ['\\', size @ ('u' | 'U'), ..] => {
                let digits = if *size == 'u' { 4 } else { 8 };
                let code: String = rest[2..2 + digits].iter().collect();
                text.push(char::from_u32(u32::from_str_radix(&code, 16).unwrap()).unwrap());
                at += 2 + digits;
            }
            ['\\' | '"' | '\n', ..] => panic!("not a quoted template: {quoted}"),
            [c, ..] => (text.push(*c), at += 1).1,
            [] => unreachable!(),
        }
    }
    (text, expressions)
}

proptest! {
    #[test]
    fn any_text_is_read_as_it_was_written(text in "[a${}%\"\\\\\n\t é\u{202e}\u{e0041}]{0,12}|\\PC*") {
        prop_assert_eq!(unquote(&written(&Value::text(text.clone()))), (text.clone(), Vec::new()));
        let both = Value::Template(vec![
            Part::Text(text.clone()),
            Part::Expression("local.x".to_owned()),
            Part::Text(text.clone()),
        ]);
        let read = unquote(&written(&both));
        prop_assert_eq!(read, (text.repeat(2), vec!["local.x".to_owned()]));
    }

    #[test]
    fn names_of_an_integration_cannot_break_out(name in any::<String>()) {
        let text = terraform(Base::builtin(), &plan(PlanKind::Narrowest), &name, std::slice::from_ref(&name));
        let opened = |c: char| text.lines().filter(|line| line.trim_end().ends_with(c)).count();
        prop_assert_eq!(opened('{'), text.lines().filter(|line| line.trim() == "}").count());
        let harmless = text.lines().all(|line| line.chars().all(|c| !c.is_control()));
        prop_assert!(harmless);
        let blocks = text.lines().filter(|line| line.starts_with("resource \"okta_"));
        prop_assert_eq!(blocks.count(), 6);
    }
}
