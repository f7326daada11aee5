//! The Auth0 tenant of the organization: customers of its portal, and programs.

use crate::device::{COMPUTERS, Device, PHONES, PROGRAMS};
use crate::place::{Address, CLOUD};
use crate::random::Random;
use crate::record::auth0::Connection;
use crate::site::{SITES, address};

/// Who and what the tenant knows.
#[derive(Debug)]
pub struct Tenant {
    /// People with an account in the portal.
    pub customers: Vec<Customer>,
    /// Programs with credentials of their own.
    pub machines: Vec<Client>,
    /// The portal that customers sign in to.
    pub portal: Client,
    /// Where their passwords are checked.
    pub connection: Connection,
}

/// Somebody with an account in the portal.
#[derive(Debug)]
pub struct Customer {
    /// `auth0|…`.
    pub id: String,
    /// Mail address.
    pub name: String,
    /// What they sign in with.
    pub device: Device,
    /// Where they live.
    pub home: Address,
}

/// An application, and where it runs if it is a program.
#[derive(Debug)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// `client_name`.
    pub name: &'static str,
    /// What it asks for, where it asks for itself.
    pub audience: &'static str,
    /// The scopes that it gets.
    pub scope: &'static str,
    /// Its machine.
    pub machine: Device,
    /// Its usual address.
    pub address: Address,
}

/// One customer for so many people of the organization: the tenant is the smaller part of the log.
const PEOPLE_FOR_ONE_CUSTOMER: usize = 4;

impl Tenant {
    /// The tenant of an organization of that many people.
    pub(crate) fn new(people: usize, random: &mut Random) -> Self {
        let n_customers = (people / PEOPLE_FOR_ONE_CUSTOMER).max(10);
        Self {
            customers: (0..n_customers).map(|number| customer(number, random)).collect(),
            machines: MACHINES.iter().map(|spec| client(spec, random)).collect(),
            portal: client(&("Customer Portal", "", "openid profile email offline_access"), random),
            connection: Connection {
                id: random.id("con_", 20, ""),
                name: "Customers".to_owned(),
                strategy: "auth0",
                strategy_type: "database",
            },
        }
    }
}

fn customer(number: usize, random: &mut Random) -> Customer {
    let site = &SITES[random.below(SITES.len())];
    let network = &site.homes[random.below(site.homes.len())];
    let household = 1 + random.below(65_000) as u16;
    let agents = if random.chance(5_500) { COMPUTERS } else { PHONES };
    Customer {
        id: format!("auth0|{}", random.hex(24)),
        name: format!("customer{number}@example.com"),
        device: Device::new(random.pick(agents), false, random),
        home: address(network, Some(household), random),
    }
}

fn client(spec: &(&'static str, &'static str, &'static str), random: &mut Random) -> Client {
    Client {
        id: random.id("", 32, ""),
        name: spec.0,
        audience: spec.1,
        scope: spec.2,
        machine: Device::new(&PROGRAMS[2], false, random),
        address: CLOUD.address(random),
    }
}

const MACHINES: &[(&str, &str, &str)] = &[
    ("Order Service", "https://orders.example.com/", "read:orders write:orders"),
    ("Billing Job", "https://billing.example.com/", "read:invoices"),
    ("Nightly Report", "https://acme.us.auth0.com/api/v2/", "read:users read:stats"),
    ("Log Collector", "https://acme.us.auth0.com/api/v2/", "read:logs"),
];
