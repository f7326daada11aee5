//! The account that makes an API token which can do no more than the calls need.

use catalog::{Advice, Product, advice};
use serde_json::json;

use crate::migrate::{self, Subject, roles_calls};
use crate::terraform::{Holder, Terraform, product};
use crate::{Answer, ApiCall, Base, Method, Operation, OperationId, Plan, Verdict};

/// How to make the account, and what to know.
#[derive(Debug, Clone)]
pub struct Account<'p> {
    /// What the owner is granted.
    pub plan: &'p Plan,
    /// Other plans that would do, for whoever prefers standard roles.
    pub others: Vec<&'p Plan>,
    /// Who can create the token.
    pub creator: Creator,
    /// The whole as Terraform.
    pub terraform: String,
    /// The whole as calls of the API, up to the token itself.
    pub calls: Vec<ApiCall>,
    /// What fits this case.
    pub advice: Vec<&'static Advice>,
    /// Operations that take no API token.
    pub impossible: Vec<OperationId>,
    /// Operations that need no token in any of their calls.
    pub open: Vec<OperationId>,
}

/// Who can create the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Creator {
    /// The owner, by a permission of the custom role.
    Permission,
    /// The owner, by the standard role.
    Role,
    /// The owner, once another role is lent to it.
    Lent,
}

impl Creator {
    /// The name in reports and in the table of advice.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Permission => "self-token",
            Self::Role => "role-token",
            Self::Lent => "no-self-token",
        }
    }

    fn of(plan: &Plan) -> Self {
        // Source: Okta support article on minimum rights for custom roles to create API tokens, checked 2026-11-22.
        let may = |name: &str| name == "okta.users.manage";
        let makes = |name: &str| catalog::admin_role(name).is_some_and(|role| role.makes_tokens);
        if plan.permissions.iter().any(|reason| may(&reason.name)) {
            Self::Permission
        } else if plan.roles.iter().any(|reason| makes(&reason.name)) {
            Self::Role
        } else {
            Self::Lent
        }
    }
}

/// The account for the first plan of Okta that has a role; `None` where no plan has one, and for Auth0,
/// which has no such tokens.
pub fn account<'p>(
    base: &Base,
    plans: &'p [Plan],
    answers: &[Answer],
    name: &str,
    from: &[String],
) -> Option<Account<'p>> {
    let has_role = |plan: &&Plan| {
        product(base, plan) == Product::Okta
            && !(plan.permissions.is_empty() && plan.roles.is_empty())
    };
    let mut fitting = plans.iter().filter(has_role);
    let plan = fitting.next()?;
    let creator = Creator::of(plan);
    let zone = if from.is_empty() { "no-zone" } else { "zone" };
    let cases = ["", creator.name(), zone, migrate::shape(plan)];
    let verdict = |wanted: &[Verdict]| {
        let fits = |answer: &&Answer| wanted.contains(&answer.verdict);
        migrate::operations(answers.iter().filter(fits).filter_map(|answer| answer.operation))
    };
    let needed = verdict(&[Verdict::TokenRequired, Verdict::TokenUnless]);
    let mut open = verdict(&[Verdict::NoToken, Verdict::NoTokenIf]);
    open.retain(|id| !needed.contains(id));
    Some(Account {
        plan,
        others: fitting.collect(),
        creator,
        terraform: terraform(base, plan, name, from),
        calls: calls(plan, name, from),
        advice: advice("account").filter(|row| cases.contains(&row.when)).collect(),
        impossible: verdict(&[Verdict::OauthOnly]),
        open,
    })
}

impl Account<'_> {
    /// An operation that must work with the token and one that must be refused, to try it.
    pub fn trials<'b>(&self, base: &'b Base) -> (Option<&'b Operation>, Option<&'b Operation>) {
        let covered = self.plan.covered.iter().map(|id| base.operation(*id));
        let works = covered.into_iter().find(|operation| operation.method == Method::Get);
        let refused =
            base.by_id("listLogEvents").first().or(base.by_id("listApplications").first());
        let refused = refused.filter(|id| !self.plan.covered.contains(id));
        (works, refused.map(|id| base.operation(*id)))
    }
}

fn terraform(base: &Base, plan: &Plan, name: &str, from: &[String]) -> String {
    let mut document = Terraform::default();
    document.okta_org();
    let zone = document.network_zone(name, from);
    let group = document.service_user(name);
    document.roles(base, plan, name, &Holder::Group(&group));
    document.api_token(name, zone.as_ref(), Creator::of(plan) == Creator::Lent);
    document.text()
}

fn calls(plan: &Plan, name: &str, from: &[String]) -> Vec<ApiCall> {
    let mut calls = vec![
        ApiCall::with(
            Method::Post,
            "/api/v1/groups",
            "the group that holds the role",
            json!({"profile": {"name": format!("{name} service account"), "description": format!("Holds the admin role of {name}; one member")}}),
        ),
        ApiCall::with(
            Method::Post,
            "/api/v1/users?activate=true",
            "the service user, in that group; the mailbox gets the activation",
            json!({"profile": {"firstName": name, "lastName": "service account", "login": "{serviceLogin}", "email": "{serviceLogin}"}, "groupIds": ["{groupId}"]}),
        ),
    ];
    calls.extend(roles_calls(plan, name, Subject::Group));
    calls.extend(migrate::zone_call(name, from));
    if !from.is_empty() {
        calls.push(ApiCall::with(
            Method::Put,
            "/api/v1/api-tokens/{apiTokenId}",
            "bind the token to the zone, once the service user has created it",
            json!({"name": name, "userId": "{userId}", "network": {"connection": "ZONE", "include": ["{zoneId}"]}}),
        ));
    }
    calls
}

#[cfg(test)]
mod tests;
