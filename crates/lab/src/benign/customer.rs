//! The Auth0 tenant: customers of the portal, programs, the dashboard now and then.

use serde_json::json;

use super::stage::Stage;
use crate::clock::{HOUR, MINUTE, Millis, SECOND};
use crate::habits::{CUSTOMER_MISTYPED, CUSTOMER_SIGNS_OUT};
use crate::place::Address;
use crate::record::auth0::{Application, Log, TENANT};
use crate::tenant::{Client, Customer};
use crate::world::Part;

impl Stage<'_> {
    /// A visit to the portal: signing in, tokens, a refresh now and then.
    pub(crate) fn customer(&mut self, number: usize, at: Millis) {
        let tenant = &self.world.tenant;
        let customer = &tenant.customers[number];
        let mut at = at;
        if self.scene.random.chance(CUSTOMER_MISTYPED) {
            self.visit(customer, "fp", "Wrong email or password.", at);
            at += 12 * SECOND;
        }
        self.visit(customer, "s", "Successful login", at);
        let exchanged = "Authorization Code for Access Token";
        self.visit(customer, "seacft", exchanged, at + SECOND);
        for number in 0..self.scene.random.between(0, 3) {
            let later = at + (number + 1) * HOUR + self.scene.random.between(0, 30 * MINUTE);
            self.visit(customer, "sertft", "Refresh Token for Access Token", later);
        }
        if self.scene.random.chance(CUSTOMER_SIGNS_OUT) {
            let later = at + self.scene.random.between(2 * MINUTE, 40 * MINUTE);
            self.visit(customer, "slo", "User successfully logged out", later);
        }
    }

    fn visit(&mut self, customer: &Customer, code: &'static str, what: &'static str, at: Millis) {
        let tenant = &self.world.tenant;
        let session = self.scene.random.id("", 32, "");
        let mut log = Log::new(code, what, at)
            .from(&customer.device, &customer.home)
            .of(&customer.id, &customer.name)
            .through(application(&tenant.portal))
            .details(json!({ "session_id": session }));
        log.connection = Some(&tenant.connection);
        self.scene.log(&log);
    }

    /// A program fetches its access token.
    pub(crate) fn machine(&mut self, number: usize, at: Millis) {
        let client = &self.world.tenant.machines[number];
        let jti = self.scene.random.id("", 22, "");
        let log = Log::new("seccft", "Client Credentials for Access Token", at)
            .from(&client.machine, &client.address)
            .through(application(client))
            .with("audience", client.audience)
            .with("scope", client.scope)
            .details(json!({ "access_token_jti": jti }));
        self.scene.log(&log);
    }

    pub(crate) fn customer_password(&mut self, at: Millis) {
        let customer = self.scene.random.pick(&self.world.tenant.customers);
        self.visit(customer, "fp", "Wrong email or password.", at);
        self.visit(customer, "scpr", "Change Password Request", at + MINUTE);
        self.visit(customer, "scp", "Successful Password Change", at + 4 * MINUTE);
        self.visit(customer, "s", "Successful login", at + 5 * MINUTE);
    }

    pub(crate) fn sign_up(&mut self, at: Millis) {
        let customer = self.scene.random.pick(&self.world.tenant.customers);
        self.visit(customer, "ss", "Successful signup", at);
        self.visit(customer, "s", "Successful login", at + 2 * SECOND);
        self.visit(customer, "sv", "Successful verification email", at + 3 * MINUTE);
    }

    /// An administrator changes an application, from where they usually are.
    pub(crate) fn edit_in_dashboard(&mut self, at: Millis) {
        let who = self.some(Part::SuperAdmin);
        let place = self.whereabouts(who, at);
        let address = self.address(who, place, at);
        let person = &self.world.org.people[who];
        let client = self.scene.random.pick(&self.world.tenant.machines);
        let details = edit(client, &address, &person.login);
        let id = format!("google-oauth2|{who:021}");
        let log = Log::new("sapi", "Update a Client", at)
            .from(&person.computer, &address)
            .of(&id, &person.login)
            .details(details);
        self.scene.log(&log);
    }
}

fn application(client: &Client) -> Application<'_> {
    Application { id: &client.id, name: client.name }
}

fn edit(client: &Client, address: &Address, login: &str) -> serde_json::Value {
    let path = format!("/api/v2/clients/{}", client.id);
    json!({
        "request": {
            "method": "patch",
            "path": path,
            "channel": "https://manage.auth0.com/",
            "ip": address.ip,
            "auth": { "strategy": "jwt", "user": { "email": login }, "credentials": { "scopes": ["update:clients"] } },
            "body": { "description": "Reads orders once an hour" },
        },
        "response": {
            "statusCode": 200,
            "body": { "client_id": client.id, "name": client.name, "tenant": TENANT },
        },
    })
}
