//! Programs: service apps, API tokens, imports, agents.

use super::kinds;
use super::stage::Stage;
use crate::activity;
use crate::clock::{MINUTE, Millis, SECOND};
use crate::habits::MOVED_TO_REGION;
use crate::org::{CELL, Service};
use crate::place::{Address, CLOUD};
use crate::record::kind::{IMPORT_COMPLETE, IMPORT_START, RATE_LIMIT_WARNING};
use crate::record::{Actor, Client, Record, Target};
use crate::site::{CLOUD_WEST, address};
use crate::world::Part;

/// People that a directory import changes.
const IMPORTED: usize = 20;

impl Stage<'_> {
    /// A service app fetches its token, from where it is now.
    pub(crate) fn fetch(&mut self, number: usize, at: Millis) {
        let service = &self.world.org.services[number];
        match self.life.moved.get(&number).cloned() {
            Some(address) => {
                let moved = Service {
                    id: service.id.clone(),
                    name: service.name,
                    scopes: service.scopes,
                    machine: service.machine.clone(),
                    address,
                };
                activity::call_api(&mut self.scene, &moved, at);
            }
            None => {
                activity::call_api(&mut self.scene, service, at);
            }
        }
    }

    /// A program works with one of the tokens it has had for long.
    pub(crate) fn use_token(&mut self, number: usize, at: Millis) {
        let token = &self.world.tokens[number];
        let key = self.world.org.services.len() + number;
        let address = self.life.moved.get(&key).unwrap_or(&token.address).clone();
        self.write_with(&token.id, token.owner, &token.machine, &address, at);
    }

    /// A program goes on at another address: of the same range, now and then of another region.
    pub(crate) fn move_program(&mut self, _at: Millis) {
        let n_services = self.world.org.services.len();
        let number = self.scene.random.below(n_services + self.world.tokens.len());
        let network = if self.scene.random.chance(MOVED_TO_REGION) { &CLOUD_WEST } else { &CLOUD };
        let address: Address = address(network, None, &mut self.scene.random);
        self.life.moved.insert(number, address);
    }

    /// The directory is read, and those changed whose entries are not as they were.
    pub(crate) fn import(&mut self, at: Millis) {
        let app = &self.world.org.apps[0];
        let n_changed = self.world.staff.len().min(IMPORTED);
        let ends = at + MINUTE;
        for (kind, at) in [(IMPORT_START, at), (IMPORT_COMPLETE, ends)] {
            let record = Record::by_platform(kind, at)
                .debug("importType", "Incremental")
                .debug("importTrigger", "Schedule")
                .on(Target::app(app));
            self.scene.emit(&record);
        }
        for (number, _) in (0..).zip(0..n_changed) {
            let who = self.some(Part::Employee);
            let person = &self.world.org.people[who];
            let at = at + (15 + number) * SECOND;
            let record = Record::by_platform(kinds::IMPORT_UPDATE, at).on(Target::user(person));
            self.scene.emit(&record.on(Target::app(app)));
        }
    }

    pub(crate) fn near_limit(&mut self, at: Millis) {
        let service = &self.world.org.services[4];
        let record = Record::by_service(RATE_LIMIT_WARNING, at, service)
            .debug("threshold", "60")
            .on(Target::new("URL Pattern", "/api/v1/users", "/api/v1/users"));
        self.scene.emit(&record);
    }

    /// A directory agent comes back from an update of its machine.
    pub(crate) fn restart_agent(&mut self, at: Millis) {
        let agent = &self.world.org.services[2];
        let id = format!("a53{}{CELL}", &agent.id[3..agent.id.len() - CELL.len()]);
        for (kind, at) in [(kinds::AD_START, at), (kinds::AGENT_CONNECT, at + MINUTE / 4)] {
            let mut record = Record::by_service(kind, at, agent);
            record.actor = Actor {
                id: &id,
                kind: "SystemPrincipal",
                alternate_id: "system@okta.com",
                display_name: "Okta System",
            };
            record.client = Client {
                id: None,
                address: Some(&agent.address),
                device: Some(&agent.machine),
                attested: false,
            };
            self.scene.emit(&record.on(Target::new(
                "AD Agent",
                id.as_str(),
                "dc1.corp.example.com",
            )));
        }
    }
}
