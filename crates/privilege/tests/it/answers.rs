//! What calls need, against what was worked out by hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use privilege::{
    Answer, AnsweredBy, Assumptions, Base, Collector, Form, Hint, OperationId, Plan, PlanKind,
    Usage, answers, demand, plans, read,
};

pub(crate) const INTEGRATION: &str = include_str!("../data/integration.tsv");

/// Everything that comes of lines of calls.
pub(crate) struct Asked {
    pub(crate) usage: Usage,
    pub(crate) answers: Vec<Answer>,
    pub(crate) plans: Vec<Plan>,
}

impl Asked {
    pub(crate) fn of(lines: &str, assumptions: &Assumptions) -> Self {
        let base = Base::builtin();
        let mut collector = Collector::new(base, Hint::default());
        read(Form::Lines, lines.as_bytes(), 1, base, &mut collector);
        let usage = collector.finish();
        let answers = answers(base, &usage, assumptions);
        let plans = plans(base, &usage, &answers);
        Self { usage, answers, plans }
    }

    /// The plan of that aim that does not do without anything.
    pub(crate) fn plan(&self, kind: PlanKind) -> &Plan {
        let is_it = |plan: &&Plan| plan.kind == kind && plan.without.is_empty();
        self.plans.iter().find(is_it).unwrap()
    }
}

pub(crate) fn id(operation: OperationId) -> &'static str {
    &Base::builtin().operation(operation).id
}

/// Names between `+`, or `-` if there is none.
pub(crate) fn names(reasons: &[privilege::Reason]) -> String {
    let names: Vec<_> = reasons.iter().map(|reason| reason.name.as_ref()).collect();
    if names.is_empty() { "-".to_owned() } else { names.join("+") }
}

fn given(pairs: &[(&str, &str)]) -> Assumptions {
    pairs.iter().map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned())).collect()
}

fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    let lines = INTEGRATION.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.map(|line| line.split('\t').collect())
}

#[test]
fn every_call_of_an_integration_is_answered() {
    let mut wrong = Vec::new();
    for row in rows() {
        let asked = Asked::of(row[0], &Vec::new());
        let [answer] = asked.answers.as_slice() else { panic!("{row:?}: {:?}", asked.answers) };
        let grants = |kind, of: fn(&Plan) -> &[privilege::Reason]| {
            let plan = asked.plans.iter().find(|plan| plan.kind == kind && plan.without.is_empty());
            plan.map_or_else(|| "-".to_owned(), |plan| names(of(plan)))
        };
        let told = [
            answer.verdict_name().into_owned(),
            answer.operation.map_or("-", id).to_owned(),
            grants(PlanKind::Narrowest, |plan| &plan.scopes),
            grants(PlanKind::Narrowest, |plan| &plan.permissions),
            answer.permission.level.name().to_owned(),
            grants(PlanKind::Standard, |plan| &plan.roles),
            answer.role.level.name().to_owned(),
        ];
        if told != row[1..] {
            wrong.push(format!("{}\n     is {told:?}\n should {:?}", row[0], &row[1..]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(rows().count(), 48);
}

/// Verdict, permissions and roles of one call, with assumptions.
fn told(line: &str, assumptions: &[(&str, &str)]) -> String {
    let asked = Asked::of(line, &given(assumptions));
    let plan = |kind| asked.plans.iter().find(|plan| plan.kind == kind);
    let custom = plan(PlanKind::Narrowest).map_or("-".into(), |plan| names(&plan.permissions));
    let standard = plan(PlanKind::Standard).map_or("-".into(), |plan| names(&plan.roles));
    let scopes = plan(PlanKind::Standard).map_or("-".into(), |plan| names(&plan.scopes));
    let verdict = asked.answers[0].verdict_name();
    format!("{verdict} | {scopes} | {custom} | {standard}")
}

#[test]
fn questions_are_answered_by_query_body_words_and_assumptions() {
    #[track_caller]
    fn check(line: &str, assumptions: &[(&str, &str)], by: Option<AnsweredBy>, expected: &str) {
        let asked = Asked::of(line, &given(assumptions));
        assert_eq!(asked.answers[0].questions[0].answered_by, by, "{line}");
        assert_eq!(told(line, assumptions), expected);
    }
    let recover = "POST /api/v1/authn/recovery/password";
    check(
        recover,
        &[],
        None,
        "token required if factorType absent | - | okta.users.manage | ORG_ADMIN",
    );
    check(
        "POST /api/v1/authn/recovery/password?factorType=EMAIL",
        &[],
        Some(AnsweredBy::Request),
        "no token needed | - | - | -",
    );
    check(
        recover,
        &[("recovery", "sent")],
        Some(AnsweredBy::Assumption),
        "no token needed | - | - | -",
    );
    check(
        "send code POST /api/v1/authn/recovery/password",
        &[],
        Some(AnsweredBy::Words),
        "no token if factorType sent | - | - | -",
    );
    check(
        "send code POST /api/v1/authn/recovery/password",
        &[("recovery", "absent")],
        Some(AnsweredBy::Assumption),
        "token required | - | okta.users.manage | ORG_ADMIN",
    );
    check(
        "PUT /api/v1/groups/{groupId}/users/{userId}",
        &[("privileged_group", "yes")],
        Some(AnsweredBy::Assumption),
        "ok | okta.groups.manage | - | SUPER_ADMIN",
    );
    check(
        "POST /api/v1/users",
        &[("create_groups", "yes")],
        Some(AnsweredBy::Assumption),
        "ok | okta.users.manage | okta.groups.members.manage+okta.users.create+okta.users.groupMembership.manage | USER_ADMIN",
    );
    check(
        "POST /api/v1/policies",
        &[("policy_type", "app")],
        Some(AnsweredBy::Assumption),
        "ok | okta.policies.manage | okta.policies.manage | APP_ADMIN",
    );
    check(
        "GET /api/v1/apps/{appId}",
        &[("app_secrets", "yes")],
        None,
        "ok | okta.apps.read | okta.apps.clientCredentials.read+okta.apps.read | READ_ONLY_ADMIN",
    );
}

#[test]
fn an_answer_that_nobody_gave_is_said() {
    let asked = Asked::of("POST /api/v1/authn/recovery/password", &Vec::new());
    for plan in &asked.plans {
        let rests = |warning: &&privilege::Text| warning.contains("rests on recovery=absent");
        assert_eq!(plan.warnings.iter().filter(rests).count(), 1, "{:?}", plan.warnings);
    }
    let asked = Asked::of("POST /api/v1/users/{id}", &Vec::new());
    let question = &asked.answers[0].questions[0];
    assert_eq!((&question.answer, &question.presumed), (&None, &None));
    assert!(asked.plans[0].warnings.iter().any(|one| one.contains("user_body is not answered")));
}

#[test]
fn an_assumption_that_is_no_answer_is_said() {
    for (line, name) in
        [("POST /api/v1/authn/recovery/unlock", "recovery"), ("GET /api/v2/logs", "scope")]
    {
        let asked = Asked::of(line, &given(&[(name, "perhaps")]));
        let [answer] = asked.answers.as_slice() else { panic!("{:?}", asked.answers) };
        assert_eq!(answer.questions[0].answer, None);
        assert!(answer.notes.iter().any(|note| note.contains("`perhaps`")), "{:?}", answer.notes);
    }
}

#[test]
fn scopes_of_auth0_depend_on_the_fields() {
    #[track_caller]
    fn check(line: &str, assumptions: &[(&str, &str)], expected: &str) {
        let asked = Asked::of(line, &given(assumptions));
        assert_eq!(names(&asked.plan(PlanKind::Scopes).scopes), expected, "{line}");
    }
    check("GET /api/v2/clients", &[], "read:client_summary");
    check("GET /api/v2/clients?fields=name,client_secret", &[], "read:client_keys");
    check("GET /api/v2/clients", &[("client_fields", "settings")], "read:clients");
    check("GET /api/v2/users/{id}", &[], "read:users");
    check(
        "GET /api/v2/users/{id}",
        &[("user_fields", "idp_tokens")],
        "read:user_idp_tokens+read:users",
    );
    check("GET /api/v2/logs", &[], "read:logs");
    check("GET /api/v2/logs", &[("scope", "read:logs_users")], "read:logs_users");
    check("POST /api/v2/users/{id}/roles", &[], "create:role_members+update:users");
    // The scope that another call needs anyway is enough.
    check(
        "GET /api/v2/clients\nPOST /api/v2/clients\nGET /api/v2/clients/{id}/connections",
        &[],
        "create:clients+read:client_summary",
    );
}

#[test]
fn what_is_known_too_little_is_not_known() {
    let mut asked = Asked::of("POST /api/v1/users/{userId}/factors", &Vec::new());
    demand(&mut asked.answers, catalog::Confidence::Supported);
    let base = Base::builtin();
    assert!(asked.answers[0].is_undetermined(base));
    let plans = plans(base, &asked.usage, &asked.answers);
    assert!(plans.iter().all(|plan| plan.covered.is_empty() && plan.uncovered.len() == 1));
    assert!(plans.iter().all(|plan| plan.permissions.is_empty() && plan.roles.is_empty()));
    let why = &plans[0].uncovered[0].1;
    assert!(why.contains("inferred only, supported is demanded"), "{why}");
}

#[test]
fn with_a_level_demanded_one_weak_edge_leaves_a_call_undetermined() {
    let base = Base::builtin();
    let mut weak = 0;
    for (_, operation) in base.operations() {
        let levels = [operation.scope.level, operation.permission.level, operation.role.level];
        let known = levels.iter().filter(|level| **level >= catalog::Confidence::Supported).count();
        if operation.product != catalog::Product::Okta || known != 2 || !operation.credentials.oauth
        {
            continue;
        }
        let line = format!("{} {}", operation.method.name(), operation.path);
        let mut asked = Asked::of(&line, &Vec::new());
        let is_undetermined = |asked: &Asked| asked.answers[0].is_undetermined(base);
        if asked.answers.len() != 1 || !asked.answers[0].questions.is_empty() {
            continue;
        }
        assert!(!is_undetermined(&asked), "{line}");
        demand(&mut asked.answers, catalog::Confidence::Supported);
        assert!(is_undetermined(&asked), "{line}");
        weak += 1;
        if weak == 20 {
            break;
        }
    }
    assert!(weak > 0);
}

#[test]
fn a_word_that_is_open_is_granted_for_every_word_that_fits() {
    let asked = Asked::of("POST /api/v1/groups/rules/{id}/lifecycle/${action}", &Vec::new());
    let called: Vec<_> = asked.answers.iter().filter_map(|one| one.operation.map(id)).collect();
    assert_eq!(called, ["activateGroupRule", "deactivateGroupRule"]);
    assert!(asked.answers.iter().all(|one| one.notes[0].starts_with("one of 2 operations")));
    let plan = asked.plan(PlanKind::Narrowest);
    assert_eq!(plan.covered.len(), 2);

    let said = given(&[("operation", "deactivateGroupRule")]);
    let asked = Asked::of("POST /api/v1/groups/rules/{id}/lifecycle/${action}", &said);
    let called: Vec<_> = asked.answers.iter().filter_map(|one| one.operation.map(id)).collect();
    assert_eq!(called, ["deactivateGroupRule"]);
    assert_eq!(asked.answers[0].questions[0].answered_by, Some(AnsweredBy::Assumption));
}

#[test]
fn a_path_of_two_products_is_granted_in_both() {
    let asked = Asked::of("GET /users/{id}", &Vec::new());
    let products: std::collections::BTreeSet<_> = asked
        .answers
        .iter()
        .filter_map(|one| one.operation.map(|id| Base::builtin().operation(id).product.name()))
        .collect();
    assert_eq!(products.into_iter().collect::<Vec<_>>(), ["auth0", "okta"]);
    let kinds: Vec<_> = asked.plans.iter().map(|plan| plan.kind).collect();
    assert!(kinds.contains(&PlanKind::Narrowest) && kinds.contains(&PlanKind::Scopes), "{kinds:?}");
}
