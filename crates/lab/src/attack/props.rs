//! What an attack is carried out with: machines, sessions, ids, and the words that its file has for them.

use std::collections::BTreeMap;

use super::Attack;
use super::cast::Cast;
use super::script::{Post, Step};
use crate::device::{Device, SCRIPT, STRANGER};
use crate::entry::Product;
use crate::org::{CELL, Person};
use crate::place::{ANONYMIZER, Address, HOSTING, Network};
use crate::random::Random;
use crate::record::Behavior;
use crate::scene::Seat;
use crate::site::address;
use crate::world::World;

/// Rented servers once more, by addresses that share no prefix with the organization's: Auth0 names no system.
static RENTED: Network = Network { prefix: "2001:db8:f100", ..HOSTING };

/// What an attack is carried out with.
#[derive(Debug)]
pub(crate) struct Props<'a> {
    pub(crate) world: &'a World,
    pub(crate) cast: Cast<'a>,
    /// What the attack makes, by the names that its file uses.
    ids: BTreeMap<&'static str, String>,
    /// Sessions by part and post.
    sessions: BTreeMap<(&'static str, Post), String>,
    machine: (Device, Address),
    /// The machine and the address of the copy of a stolen browser.
    replica: (Device, Address),
    server: (Device, Address),
}

/// An id of Okta's form, or of a client of Auth0.
fn id(prefix: &str, provider: Product, random: &mut Random) -> String {
    match provider {
        Product::Auth0 => random.id(prefix, 32, ""),
        _ => random.id(prefix, 20, CELL),
    }
}

impl<'a> Props<'a> {
    pub(crate) fn new(attack: &Attack, world: &'a World, random: &mut Random) -> Self {
        let script = attack.script();
        let ids = script.ids.iter();
        let posts = script.steps.iter().map(|step| (step.who.as_str(), step.from));
        Self {
            world,
            cast: Cast::of(world),
            ids: ids
                .map(|(name, prefix)| (name.as_str(), id(prefix, attack.provider, random)))
                .collect(),
            sessions: posts.map(|post| (post, random.id("idx", 25, ""))).collect(),
            machine: (Device::new(&STRANGER, false, random), ANONYMIZER.address(random)),
            replica: (Device::new(&STRANGER, false, random), HOSTING.address(random)),
            server: (Device::new(&SCRIPT, false, random), address(&RENTED, None, random)),
        }
    }

    /// The machine and the address that a person has at a post.
    pub(crate) fn machine(&self, person: &Person, post: Post) -> (Device, Address) {
        match post {
            Post::Office => (person.computer.clone(), person.office.clone()),
            Post::Home => (person.computer.clone(), person.home.clone()),
            Post::Attacker => self.machine.clone(),
            Post::Server => self.server.clone(),
            Post::Replica => {
                let (mut device, address) = self.replica.clone();
                device.dt_hash.clone_from(&person.computer.dt_hash);
                (device, address)
            }
        }
    }

    /// Somebody at a post, in the session of the step.
    pub(crate) fn seat<'s>(
        &self,
        person: &'s Person,
        (device, address): &'s (Device, Address),
        step: &'static Step,
    ) -> Seat<'s> {
        let usual = matches!(step.from, Post::Office | Post::Home);
        let behavior = if usual { Behavior::Usual } else { Behavior::Stranger };
        Seat { person, device, address, session: self.session(step), behavior }
    }

    fn session(&self, step: &'static Step) -> String {
        let other = step.session.as_deref().and_then(|session| session.split_once(' '));
        let found = match other {
            Some((who, post)) => self.sessions.iter().find(|((part, at), _)| {
                *part == who && format!("{at:?}").eq_ignore_ascii_case(post)
            }),
            None => self.sessions.get_key_value(&(step.who.as_str(), step.from)),
        };
        found.map(|(_, session)| session.clone()).unwrap_or_default()
    }

    /// The text with what stands in angle brackets replaced: `<token>`, `<admin.login>`, `<Payroll.id>`.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            filled.push_str(before);
            let named =
                after.split_once('>').and_then(|(name, rest)| Some((self.named(name)?, rest)));
            if let Some((value, after)) = named {
                filled.push_str(&value);
                rest = after;
            } else {
                filled.push('<');
                rest = after;
            }
        }
        filled.push_str(rest);
        filled
    }

    fn named(&self, name: &str) -> Option<String> {
        if let Some(id) = self.ids.get(name) {
            return Some(id.clone());
        }
        let (whose, what) = name.rsplit_once('.')?;
        let person = self.cast.person(whose).and_then(|person| self.of_person(whose, person, what));
        person
            .or_else(|| self.of_customer(whose, what))
            .or_else(|| self.id(whose).filter(|_| what == "id"))
    }

    fn of_person(&self, part: &str, person: &Person, what: &str) -> Option<String> {
        match what {
            "id" => Some(person.id.clone()),
            "login" => Some(person.login.clone()),
            "name" => Some(person.name.clone()),
            // As whom the dashboard of Auth0 knows them.
            "google" => Some(format!("google-oauth2|{:021}", self.cast.number(part)?)),
            "ip" => Some(person.office.ip.clone()),
            _ => None,
        }
    }

    /// `customer.7`: any number is one of the customers.
    fn of_customer(&self, whose: &str, what: &str) -> Option<String> {
        let customers = &self.world.tenant.customers;
        let number: usize = whose.strip_prefix("customer.")?.parse().ok()?;
        let customer = customers.get(number % customers.len())?;
        Some(if what == "id" { customer.id.clone() } else { customer.name.clone() })
    }

    /// The id of an app, a group, a policy, a service app, a program of Auth0, or of a token that was there before.
    fn id(&self, name: &str) -> Option<String> {
        let (org, tenant) = (&self.world.org, &self.world.tenant);
        let apps = org.apps.iter().map(|app| (app.name, &app.id));
        let things = org.groups.iter().chain(&org.policies).chain(&org.rules);
        let things = things.map(|thing| (thing.name, &thing.id));
        let services = org.services.iter().map(|service| (service.name, &service.id));
        let machines = tenant.machines.iter().chain([&tenant.portal]);
        let machines = machines.map(|client| (client.name, &client.id));
        let token = self.world.tokens.first().map(|token| ("old token", &token.id));
        let mut all = apps.chain(things).chain(services).chain(machines).chain(token);
        all.find(|(named, _)| *named == name).map(|(_, id)| id.clone())
    }
}
