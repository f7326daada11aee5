//! The organization that the events are about: its people, apps, groups, policies.

use crate::device::{Device, PHONES, PROGRAMS};
use crate::place::{Address, CLOUD, HOMES, OFFICES};
use crate::random::Random;

/// The tenant's host name.
pub const TENANT: &str = "acme.okta.com";

/// What ends each id of this tenant; Okta ids carry their cell so.
pub const CELL: &str = "5d7";

/// Somebody with an account.
#[derive(Debug)]
pub struct Person {
    /// `00u…`.
    pub id: String,
    /// Sign-in name and mail address in one.
    pub login: String,
    /// First and last name.
    pub name: String,
    /// What the person works on.
    pub computer: Device,
    /// Where pushes go.
    pub phone: Device,
    /// The address at work.
    pub office: Address,
    /// The address at home.
    pub home: Address,
    /// Ids of what the person enrolled: the password and Okta Verify.
    pub password: String,
    /// Enrollment of Okta Verify, `pfd…`.
    pub verify: String,
}

/// A program with an account of its own: a service app and where it runs.
#[derive(Debug)]
pub struct Service {
    /// Id of the app, which is its client id, `0oa…`.
    pub id: String,
    /// Name of the app.
    pub name: &'static str,
    /// Scopes it asks for, separated by spaces.
    pub scopes: &'static str,
    /// The program that runs.
    pub machine: Device,
    /// Where it runs.
    pub address: Address,
}

/// An app that people sign in to.
#[derive(Debug)]
pub struct App {
    /// `0oa…`.
    pub id: String,
    /// Label of the app.
    pub name: &'static str,
    /// How Okta signs people in, as `signOnModeType` says it.
    pub sign_on: &'static str,
    /// The part of its address that names the integration.
    pub slug: &'static str,
    /// Which of the organization's authentication policies guards it.
    pub policy: usize,
}

impl App {
    /// Whether tokens are issued for it.
    pub fn is_openid(&self) -> bool {
        self.sign_on == "OPENID_CONNECT"
    }
}

/// Anything else with an id and a name.
#[derive(Debug)]
pub struct Named {
    /// Id of the thing; the first three characters say its kind.
    pub id: String,
    /// What people call it.
    pub name: &'static str,
}

/// All of it.
#[derive(Debug)]
pub struct Org {
    /// Everybody with an account.
    pub people: Vec<Person>,
    /// Programs with accounts.
    pub services: Vec<Service>,
    /// Apps that people open.
    pub apps: Vec<App>,
    /// Groups of people.
    pub groups: Vec<Named>,
    /// Authentication policies, and as many rules of theirs.
    pub policies: Vec<Named>,
    /// One rule a policy.
    pub rules: Vec<Named>,
    /// Okta's own page of apps.
    pub dashboard: App,
    /// Okta's own app for administrators.
    pub admin_console: App,
}

impl Org {
    /// An organization of that many people, drawn from `random`.
    pub fn new(n_people: usize, random: &mut Random) -> Self {
        Self {
            people: (0..n_people).map(|number| person(number, random)).collect(),
            services: SERVICES.iter().map(|spec| service(spec, random)).collect(),
            apps: APPS.iter().map(|spec| app(spec, random)).collect(),
            groups: named(GROUPS, "00g", random),
            policies: named(POLICIES, "rst", random),
            rules: named(RULES, "0pr", random),
            dashboard: app(&("Okta Dashboard", "OPENID_CONNECT", "okta_enduser"), random),
            admin_console: app(&("Okta Admin Console", "OPENID_CONNECT", "saasure"), random),
        }
    }
}

/// People are numbered; the first 900 have names of their own, then initials tell them apart.
fn person(number: usize, random: &mut Random) -> Person {
    let first = FIRST_NAMES[number % FIRST_NAMES.len()];
    let last = LAST_NAMES[(number / FIRST_NAMES.len() + number) % LAST_NAMES.len()];
    let round = number / (FIRST_NAMES.len() * LAST_NAMES.len());
    let initial = if round == 0 { String::new() } else { format!("{}.", initial(round)) };
    let login = format!("{first}.{initial}{last}@example.com").to_lowercase();
    Person {
        id: random.id("00u", 20, CELL),
        login,
        name: format!("{first} {}{last}", initial.replace('.', ". ").to_uppercase()),
        computer: Device::of_employee(random),
        phone: Device::new(random.pick(PHONES), true, random),
        office: random.pick(OFFICES).address(random),
        home: random.pick(HOMES).address(random),
        password: random.id("lae", 20, CELL),
        verify: random.id("pfd", 20, CELL),
    }
}

fn initial(round: usize) -> char {
    char::from(b'a' + (round - 1).min(25) as u8)
}

fn service(spec: &(&'static str, &'static str, usize), random: &mut Random) -> Service {
    Service {
        id: random.id("0oa", 20, CELL),
        name: spec.0,
        scopes: spec.1,
        machine: Device::new(&PROGRAMS[spec.2], false, random),
        address: CLOUD.address(random),
    }
}

fn app(spec: &(&'static str, &'static str, &'static str), random: &mut Random) -> App {
    let policy = spec.0.len() % POLICIES.len();
    App { id: random.id("0oa", 20, CELL), name: spec.0, sign_on: spec.1, slug: spec.2, policy }
}

fn named(names: &[&'static str], prefix: &str, random: &mut Random) -> Vec<Named> {
    names.iter().map(|name| Named { id: random.id(prefix, 20, CELL), name }).collect()
}

const APPS: &[(&str, &str, &str)] = &[
    ("Mail and Calendar", "SAML_2_0", "example_mail"),
    ("Payroll", "SAML_2_0", "example_payroll"),
    ("Cloud Console", "SAML_2_0", "example_cloud"),
    ("Source Control", "OPENID_CONNECT", "oidc_client"),
    ("Tickets", "OPENID_CONNECT", "oidc_client"),
    ("Team Chat", "SAML_2_0", "example_chat"),
    ("Expenses", "AUTO_LOGIN", "example_expenses"),
    ("Warehouse Reports", "OPENID_CONNECT", "oidc_client"),
    ("Travel Booking", "BROWSER_PLUGIN", "example_travel"),
    ("Contracts", "SAML_2_0", "example_contracts"),
];

const SERVICES: &[(&str, &str, usize)] = &[
    ("Provisioning", "okta.users.manage okta.groups.read", 2),
    ("Asset Inventory", "okta.users.read okta.devices.read", 0),
    ("Directory Agent", "okta.agentPools.read", 1),
];

const GROUPS: &[&str] = &[
    "Everyone in Sales",
    "Engineering",
    "Finance",
    "Warehouse",
    "Contractors",
    "Support",
    "Travel Booking Users",
    "Source Control Users",
    "Managers",
    "New Starters",
];

const POLICIES: &[&str] = &["Any two factors", "Okta Dashboard", "Finance apps", "Default Policy"];

const RULES: &[&str] = &["Known devices", "Two factors", "Managed devices", "Catch-all Rule"];

const FIRST_NAMES: &[&str] = &[
    "Maren", "Tobias", "Ingrid", "Pieter", "Sanne", "Bram", "Femke", "Jonas", "Lotte", "Ruben",
    "Anouk", "Daan", "Eline", "Floris", "Greta", "Hugo", "Imke", "Joris", "Karin", "Lars", "Mila",
    "Niels", "Olga", "Paul", "Quirine", "Rosa", "Stijn", "Thea", "Ursula", "Willem",
];

const LAST_NAMES: &[&str] = &[
    "Holt",
    "Brandt",
    "Visser",
    "Okafor",
    "Lindqvist",
    "Moreau",
    "Hartley",
    "Vik",
    "Nakamura",
    "Doyle",
    "Ferreira",
    "Kowalski",
    "Baptiste",
    "Haddad",
    "Iversen",
    "Jansen",
    "Kaplan",
    "Larsen",
    "Mertens",
    "Novak",
    "Osei",
    "Petrov",
    "Quist",
    "Rossi",
    "Stewart",
    "Tanaka",
    "Usman",
    "Vermeer",
    "Whitaker",
    "Zhang",
];
