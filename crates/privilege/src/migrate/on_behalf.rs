//! Calls on behalf of people who are signed in: a public client, the authorization code with PKCE, no secret.

use std::fmt::Write;

use catalog::{Advice, Product, advice};

use super::calls::{Subject, roles_calls, scope_calls};
use super::{Found, of_calls, of_others};
use crate::terraform::{product, terraform_on_behalf};
use crate::{Answer, ApiCall, Base, Method, Plan};

/// How an app calls on behalf of people.
#[derive(Debug, Clone)]
pub struct OnBehalf<'p> {
    /// What the app is granted (scopes) and what the people need (roles).
    pub plan: &'p Plan,
    /// Other plans for the people's roles.
    pub others: Vec<&'p Plan>,
    /// App, grants, trusted origin, and the people's role, as Terraform.
    pub terraform: String,
    /// The same as calls of the API.
    pub calls: Vec<ApiCall>,
    /// The requests of the sign-in, to follow by hand.
    pub flow: String,
    /// What was found in the calls, worst first.
    pub found: Vec<Found>,
    /// What fits this case.
    pub advice: Vec<&'static Advice>,
}

/// The app for the first plan of Okta; `None` where there is none.
pub fn on_behalf<'p>(
    base: &Base,
    plans: &'p [Plan],
    answers: &[Answer],
    name: &str,
) -> Option<OnBehalf<'p>> {
    let mut found = of_calls(base, answers);
    found.extend(of_others(base, plans, Product::Okta));
    found.sort_by_key(|found| found.weight);
    let mut plans = plans.iter().filter(|plan| product(base, plan) == Product::Okta);
    let plan = plans.next()?;
    let mut calls = vec![app_call(name), origin_call(name)];
    calls.extend(scope_calls(&plan.scopes));
    calls.extend(roles_calls(plan, name, Subject::Group));
    Some(OnBehalf {
        plan,
        others: plans.collect(),
        terraform: terraform_on_behalf(base, plan, name),
        calls,
        flow: flow(plan),
        found,
        advice: advice("on-behalf").collect(),
    })
}

fn app_call(name: &str) -> ApiCall {
    let app = serde_json::json!({
        "name": "oidc_client",
        "label": name,
        "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "none", "pkce_required": true}},
        "settings": {"oauthClient": {
            "application_type": "browser",
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "redirect_uris": ["{redirectUri}"],
        }},
    });
    ApiCall::with(Method::Post, "/api/v1/apps", "the app: public, no secret, PKCE required", app)
}

fn origin_call(name: &str) -> ApiCall {
    let origin =
        serde_json::json!({"name": name, "origin": "{origin}", "scopes": [{"type": "CORS"}]});
    ApiCall::with(
        Method::Post,
        "/api/v1/trustedOrigins",
        "let the browser call from the app's origin",
        origin,
    )
}

/// The three requests of a sign-in: authorize, token, a call.
fn flow(plan: &Plan) -> String {
    let scopes = plan.scopes.iter().map(|reason| reason.name.as_ref());
    let scopes: Vec<_> = std::iter::once("openid").chain(scopes).collect();
    let mut flow = String::new();
    let _ = write!(
        flow,
        "# 1. In the browser; code_verifier is random, 43 to 128 characters, and stays there\n\
         GET https://{{yourOktaDomain}}/oauth2/v1/authorize\n  \
         ?client_id={{clientId}}\n  &response_type=code\n  &scope={}\n  \
         &redirect_uri={{redirectUri}}\n  &state={{random}}\n  \
         &code_challenge={{base64url(sha256(code_verifier))}}\n  &code_challenge_method=S256\n\n\
         # 2. From the browser too: client_id in the body, no Authorization header\n\
         POST https://{{yourOktaDomain}}/oauth2/v1/token\n\
         Content-Type: application/x-www-form-urlencoded\n\n\
         grant_type=authorization_code&client_id={{clientId}}&code={{code}}&redirect_uri={{redirectUri}}&code_verifier={{codeVerifier}}\n\n\
         # 3. The person's access token; lists hold what the person's role reaches\n\
         GET https://{{yourOktaDomain}}/api/v1/users\n\
         Authorization: Bearer {{accessToken}}\n",
        scopes.join("%20")
    );
    flow
}
