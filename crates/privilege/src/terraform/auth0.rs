//! What an integration with Auth0 needs: an application and its grant. There are no roles for programs.

use super::okta::reasons;
use super::value::Value;
use super::{Block, Made, Terraform};
use crate::{Base, Plan};

impl Terraform {
    /// A machine-to-machine application with the scopes of a plan.
    pub(super) fn auth0_app(&mut self, base: &Base, plan: &Plan, name: &str) {
        self.provider("auth0", "auth0/auth0", "~> 1.0");
        let domain = Block::new("variable", &["auth0_domain"])
            .set("type", Value::reference("string"))
            .set("description", Value::text("The tenant's own domain, such as acme.us.auth0.com"));
        self.push(domain);
        let app = self.resource("auth0_client", name, |app| {
            app.set("name", Value::text(name))
                .set("description", Value::text(format!("What {name} needs, and no more")))
                .set("app_type", Value::text("non_interactive"))
                .set("grant_types", Value::texts(["client_credentials"]))
        });
        self.auth0_grant(base, plan, name, &app);
    }

    /// The scopes that an application may ask for.
    pub(super) fn auth0_grant(&mut self, base: &Base, plan: &Plan, name: &str, app: &Made) {
        if plan.scopes.is_empty() {
            return;
        }
        let audience = Value::reference("\"https://${var.auth0_domain}/api/v2/\"");
        self.resource("auth0_client_grant", name, |grant| {
            grant
                .set("client_id", app.attribute("id"))
                .set("audience", audience)
                .set("scopes", reasons(base, &plan.scopes))
        });
    }
}
