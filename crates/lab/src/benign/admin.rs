//! What administrators do on purpose.

use super::kinds;
use super::life::NewToken;
use super::plan::{Doing, Step};
use super::stage::Stage;
use crate::activity;
use crate::clock::{HOUR, MINUTE, Millis, SECOND};
use crate::device::{Device, PROGRAMS};
use crate::habits::ASSIGNED_BY_HAND;
use crate::org::{App, CELL};
use crate::place::CLOUD;
use crate::record::kind::{
    API_TOKEN_CREATE, APP_ASSIGN, GROUP_ADD, Kind, PRIVILEGE_GRANT, PUSH_PROFILE,
};
use crate::record::{Client, Record, Target, Text, Transaction};
use crate::world::Part;

impl Stage<'_> {
    /// One change in the Admin Console; returns when.
    fn change(
        &mut self,
        who: usize,
        kind: &Kind,
        at: Millis,
        debug: Vec<(&'static str, Text)>,
        targets: Vec<Target>,
    ) -> Millis {
        let (sitting, device, at) = self.console(who, at);
        let seat = sitting.seat(self.world, who, &device);
        let mut record = seat.does(kind, at);
        (record.debug, record.targets) = (debug, targets);
        self.scene.emit(&record);
        at
    }

    pub(crate) fn create_token(&mut self, who: usize, at: Millis) {
        let random = &mut self.scene.random;
        let id = random.id("00T", 20, CELL);
        let machine = Device::new(random.pick(PROGRAMS), false, random);
        let address = CLOUD.address(random);
        let name =
            format!("{}-{}", random.pick(&["reporting", "export", "cleanup"]), random.hex(4));
        let target = Target::new("Token", id.clone(), name);
        let zone = vec![("networkConnection", "ZONE".into())];
        let at = self.change(who, API_TOKEN_CREATE, at, zone, vec![target]);
        let number = self.life.tokens.len() as u8;
        self.life.tokens.push(NewToken { id, owner: who, machine, address });
        let later = at + self.scene.random.between(20 * MINUTE, 3 * HOUR);
        self.plan(later, who, Doing::Follow(Step::NewToken(number)));
    }

    /// The program that the token is for begins its work, and goes on every hour.
    pub(crate) fn use_new_token(&mut self, number: usize, at: Millis) {
        let Some(token) = self.life.tokens.get(number).cloned() else { return };
        self.write_with(&token.id, token.owner, &token.machine, &token.address, at);
        let step = Step::NewToken(number as u8);
        self.plan(at + HOUR, token.owner, Doing::Follow(step));
    }

    pub(crate) fn revoke_token(&mut self, who: usize, at: Millis) {
        let id = self.scene.random.id("00T", 20, CELL);
        let target = Target::new("Token", id, "retired-job");
        self.change(who, kinds::TOKEN_REVOKE, at, vec![], vec![target]);
    }

    pub(crate) fn create_app(&mut self, who: usize, at: Millis) {
        let random = &mut self.scene.random;
        let app = App {
            id: random.id("0oa", 20, CELL),
            name: NEW_APPS[random.below(NEW_APPS.len())],
            sign_on: if random.chance(6_000) { "SAML_2_0" } else { "OPENID_CONNECT" },
            slug: "example_new",
            policy: 0,
        };
        let group = self.scene.random.pick(&self.world.org.groups);
        let at = self.change(who, kinds::APP_CREATE, at, vec![], vec![Target::app(&app)]);
        let at = self.change(who, kinds::APP_ACTIVATE, at, vec![], vec![Target::app(&app)]);
        let targets = vec![Target::named("UserGroup", group), Target::app(&app)];
        self.change(who, kinds::APP_GROUP, at, vec![], targets);
    }

    pub(crate) fn change_app(&mut self, who: usize, at: Millis) {
        let app = self.scene.random.pick(&self.world.org.apps);
        self.change(who, kinds::APP_UPDATE, at, vec![], vec![Target::app(app)]);
    }

    pub(crate) fn assign_app(&mut self, who: usize, at: Millis) {
        let subject = self.some(Part::Employee);
        let person = &self.world.org.people[subject];
        let app = self.scene.random.pick(&self.world.org.apps);
        let at = if self.scene.random.chance(ASSIGNED_BY_HAND) {
            let targets = vec![Target::app_user(person), Target::app(app), Target::user(person)];
            self.change(who, APP_ASSIGN, at, vec![], targets)
        } else {
            let record = Record::by_service(APP_ASSIGN, at, &self.world.org.services[0])
                .on(Target::app_user(person))
                .on(Target::app(app))
                .on(Target::user(person));
            self.scene.emit(&record);
            at
        };
        let pushed = Record::by_platform(PUSH_PROFILE, at + 2 * SECOND)
            .on(Target::app_user(person))
            .on(Target::app(app));
        self.scene.emit(&pushed);
    }

    pub(crate) fn add_to_group(&mut self, who: usize, at: Millis) {
        let subject = self.some(Part::Employee);
        let (sitting, device, at) = self.console(who, at);
        let seat = sitting.seat(self.world, who, &device);
        let group = self.scene.random.pick(&self.world.org.groups);
        let person = &self.world.org.people[subject];
        activity::join_group(&mut self.scene, Some(&seat), person, group, at);
    }

    pub(crate) fn create_group(&mut self, who: usize, at: Millis) {
        let id = self.scene.random.id("00g", 20, CELL);
        let name = format!("Project {}", self.scene.random.below(900) + 100);
        let target = Target::new("UserGroup", id, name);
        self.change(who, kinds::GROUP_CREATE, at, vec![], vec![target]);
    }

    pub(crate) fn edit_policy(&mut self, who: usize, at: Millis) {
        let number = self.scene.random.below(self.world.org.policies.len());
        let policy = &self.world.org.policies[number];
        let rule = &self.world.org.rules[number];
        let kind = match self.scene.random.below(10) {
            0..7 => kinds::POLICY_RULE_UPDATE,
            7 => kinds::POLICY_RULE_ADD,
            _ => kinds::POLICY_UPDATE,
        };
        let mut targets =
            vec![Target::named("PolicyEntity", policy).detail("policyType", "ACCESS_POLICY")];
        let mut debug: Vec<(&str, Text)> = Vec::new();
        if kind != kinds::POLICY_UPDATE {
            targets.push(Target::named("PolicyRule", rule));
            let keys = ["oldPolicyRuleRequirementsJson", "newPolicyRuleRequirementsJson"];
            debug.extend(keys.map(|key| (key, Text::from(REQUIREMENTS))));
        }
        self.change(who, kind, at, debug, targets);
    }

    pub(crate) fn grant_role(&mut self, who: usize, at: Millis) {
        let subject = self.some(Part::Employee);
        let person = &self.world.org.people[subject];
        let role = *self.scene.random.pick(&["Read only admin", "Report admin"]);
        let granted = vec![("privilegeGranted", role.into())];
        self.change(who, PRIVILEGE_GRANT, at, granted, vec![Target::user(person)]);
    }

    pub(crate) fn rotate_certificate(&mut self, who: usize, at: Millis) {
        let app = &self.world.org.apps[1];
        let kid = self.scene.random.id("", 43, "");
        let debug = vec![("kid", Text::from(kid)), ("expirationYears", "10".into())];
        let at = self.change(who, kinds::KEY_GENERATE, at, debug, vec![Target::app(app)]);
        self.change(who, kinds::APP_UPDATE, at, vec![], vec![Target::app(app)]);
    }

    pub(crate) fn rotate_secret(&mut self, who: usize, at: Millis) {
        let app = &self.world.org.apps[3];
        let id = self.scene.random.id("ocs", 20, CELL);
        let targets = vec![Target::app(app), Target::new("ClientSecret", id, "client secret")];
        self.change(who, kinds::CREDENTIAL_CREATE, at, vec![], targets);
    }

    pub(crate) fn edit_zone(&mut self, who: usize, at: Millis) {
        let id = self.scene.random.id("nzo", 20, CELL);
        let target = Target::new("NetworkZone", id, "Offices");
        self.change(who, kinds::ZONE_UPDATE, at, vec![], vec![target]);
    }

    pub(crate) fn export_report(&mut self, who: usize, at: Millis) {
        let person = &self.world.org.people[who];
        let job = self.scene.random.id("", 12, "");
        for kind in [kinds::REPORT_REQUEST, kinds::REPORT_DOWNLOAD] {
            let debug = vec![("jobId", Text::from(job.clone()))];
            self.change(who, kind, at, debug, vec![Target::user(person)]);
        }
    }

    pub(crate) fn edit_workflow(&mut self, who: usize, at: Millis) {
        let target = Target::new("Flow", "1042", "Welcome new starters");
        self.change(who, kinds::WORKFLOW_SAVE, at, vec![], vec![target]);
    }

    /// Something written with an API token: somebody joins a group.
    pub(crate) fn write_with(
        &mut self,
        token: &str,
        owner: usize,
        machine: &Device,
        address: &crate::place::Address,
        at: Millis,
    ) {
        let subject = self.some(Part::Employee);
        let person = &self.world.org.people[subject];
        let group = self.scene.random.pick(&self.world.org.groups);
        let mut record = Record::by_person(GROUP_ADD, at, &self.world.org.people[owner]);
        record.client =
            Client { id: None, address: Some(address), device: Some(machine), attested: false };
        record.transaction = Transaction::Web { token: Some(token) };
        let uri = format!("/api/v1/groups/{}/users/{}", group.id, person.id);
        let record = record.uri(uri).on(Target::user(person)).on(Target::named("UserGroup", group));
        self.scene.emit(&record);
    }
}

/// What a rule of a policy asks for, before and after an edit that changes when it applies.
const REQUIREMENTS: &str =
    r#"{"verificationMethod":{"factorMode":"2FA","type":"ASSURANCE","reauthenticateIn":"PT12H"}}"#;

const NEW_APPS: &[&str] =
    &["Team Planner", "Supplier Portal", "Time Sheets", "Incident Board", "Data Catalog", "Quotes"];
