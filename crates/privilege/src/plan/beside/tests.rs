use catalog::Product;

use super::applicable;
use crate::{
    Asked, Base, Body, Collector, EvidenceKind, Hint, Method, Plan, Sighting, Taker, answers,
    caveats, plans, remarks, terraform,
};

/// The Terraform for requests, with what stands at its head, and the plan of it.
fn made(requests: &[(Method, &str)]) -> (String, Plan) {
    let base = Base::builtin();
    let mut collector = Collector::new(base, Hint { product: Some(Product::Okta) });
    collector.begin("calls.txt");
    for (line, (method, target)) in (1..).zip(requests) {
        collector.sighting(&Sighting {
            asked: Asked::Request { method: Some(*method), target },
            evidence: EvidenceKind::Declared,
            line,
            input: target,
            label: "",
            body: Body::Unknown,
            status: None,
            time: None,
            credential: None,
        });
    }
    let usage = collector.finish();
    let answers = answers(base, &usage, &Vec::new());
    let plans = applicable(base, &usage, &answers, plans(base, &usage, &answers));
    let told = caveats(base, &usage, &answers, &plans[0]);
    let text = remarks("Before:", &told, &terraform(base, &plans[0], "x", &[]));
    (text, plans.into_iter().next().unwrap())
}

#[test]
fn terraform_for_a_call_that_no_custom_role_allows_has_its_scope_and_its_role() {
    let (text, _) = made(&[(Method::Get, "/api/v1/logs")]);
    assert!(text.contains("\"okta.logs.read\", #"), "{text}");
    assert!(text.contains("= \"REPORT_ADMIN\"\n"), "{text}");
    assert!(!text.contains("okta_admin_role_custom"));
}

#[test]
fn terraform_has_a_standard_role_beside_the_custom_one_for_what_that_leaves_out() {
    let (text, plan) = made(&[(Method::Get, "/api/v1/logs"), (Method::Get, "/api/v1/users")]);
    assert!(plan.uncovered.is_empty() && plan.covered.len() == 2);
    for part in
        ["\"okta_admin_role_custom\"", "\"REPORT_ADMIN\"", "okta.logs.read", "okta.users.read"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn terraform_says_at_its_head_what_it_does_not_grant_and_what_it_rests_on() {
    let (text, plan) = made(&[
        (Method::Get, "/api/v1/users"),
        (Method::Post, "/api/v1/users"),
        (Method::Post, "/api/v1/nothing/like/it\n}"),
        (Method::Post, "/api/v1/policies"),
    ]);
    let head = text.split("\n\n").next().unwrap();
    assert!(head.lines().all(|line| line.starts_with("# ")), "{head}");
    assert!(head.contains("# - not determined: calls.txt:3: "), "{head}");
    for (id, _) in &plan.uncovered {
        assert!(head.contains(Base::builtin().operation(*id).path.as_ref()), "{head}");
    }
    for warning in &plan.warnings {
        assert!(head.contains(warning.as_ref()), "{warning}: {head}");
    }
    assert!(!plan.warnings.is_empty());
}
