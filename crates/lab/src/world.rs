//! Who there is: the people of one organization with their habits, its machines, its tokens.

use crate::device::{Device, PROGRAMS};
use crate::habits::{BY_VPN, HIDDEN, MAIL_ON_PHONE};
use crate::org::{App, CELL, Org, Service};
use crate::place::{Address, CLOUD};
use crate::random::Random;
use crate::site::{SITES, Site, address};
use crate::tenant::Tenant;

/// Everybody and everything that a log can be about. The same seed and size make the same world.
#[derive(Debug)]
pub struct World {
    /// What it was drawn from.
    pub seed: u64,
    /// The Okta organization.
    pub org: Org,
    /// The habits of each of `org.people`, in the same order.
    pub staff: Vec<Staff>,
    /// API tokens that programs have used for long.
    pub tokens: Vec<ApiToken>,
    /// The Auth0 tenant.
    pub tenant: Tenant,
}

/// What somebody is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Works with apps, administers nothing.
    Employee,
    /// Helps people back into their accounts.
    HelpDesk,
    /// Administers apps and groups.
    AppAdmin,
    /// May do everything.
    SuperAdmin,
}

/// How somebody works.
#[derive(Debug)]
pub struct Staff {
    /// What they are there for.
    pub part: Part,
    /// Where they belong.
    pub site: &'static Site,
    /// Number of their line at home, in its network.
    pub household: u16,
    /// Usual beginning of the day, in minutes after midnight of their time zone.
    pub starts: i64,
    /// Out of 100 workdays, how many they come to the office.
    pub office: usize,
    /// Whether their computer goes through the corporate VPN when it is not in an office.
    pub vpn: bool,
    /// Whether they read mail on the phone.
    pub mobile: bool,
    /// Whether their phone hides its address.
    pub private: bool,
    /// The apps they open, most used first: positions in `org.apps`.
    pub apps: Vec<usize>,
}

/// An API token that a program works with.
#[derive(Debug)]
pub struct ApiToken {
    /// Okta's id, `00T…`.
    pub id: String,
    /// Whose it is: position in `org.people`.
    pub owner: usize,
    /// What the program calls itself, and where it runs.
    pub machine: Device,
    /// Its usual address.
    pub address: Address,
}

impl World {
    /// The world of that many people.
    pub fn new(seed: u64, users: u32) -> Self {
        let mut random = Random::new(seed);
        let mut org = Org::new(users as usize, &mut random);
        org.apps.extend(MORE_APPS.iter().map(|spec| app(spec, &mut random)));
        org.services.extend(MORE_SERVICES.iter().map(|spec| service(spec, &mut random)));
        let n_apps = org.apps.len();
        let mut staff = Vec::with_capacity(users as usize);
        for (number, person) in org.people.iter_mut().enumerate() {
            let one = Staff::new(part(number, users as usize), n_apps, &mut random);
            person.office = address(one.site.office, None, &mut random);
            let home = &one.site.homes[usize::from(one.household) % one.site.homes.len()];
            person.home = address(home, Some(one.household), &mut random);
            staff.push(one);
        }
        let tokens = (0..N_TOKENS).map(|number| token(number, &staff, &mut random)).collect();
        let tenant = Tenant::new(users as usize, &mut random);
        Self { seed, org, staff, tokens, tenant }
    }

    /// Those with this part, by their position in `org.people`.
    pub fn with(&self, part: Part) -> Vec<usize> {
        (0..self.staff.len()).filter(|number| self.staff[*number].part == part).collect()
    }
}

impl Staff {
    fn new(part: Part, n_apps: usize, random: &mut Random) -> Self {
        let mut apps: Vec<usize> = (0..n_apps).collect();
        random.shuffle(&mut apps);
        apps.truncate(5 + random.below(4));
        Self {
            part,
            site: site(random),
            household: 1 + random.below(65_000) as u16,
            starts: random.between(7 * 60 + 30, 9 * 60 + 45),
            office: *random.pick(&[0, 20, 40, 60, 60, 80, 90]),
            vpn: random.chance(BY_VPN),
            mobile: random.chance(MAIL_ON_PHONE),
            private: random.chance(HIDDEN),
            apps,
        }
    }
}

/// Long-used API tokens.
const N_TOKENS: usize = 4;

/// The first few administer, the next help, wherever they are.
fn part(number: usize, users: usize) -> Part {
    let supers = (users / 500).clamp(2, 6);
    let app_admins = supers + (users / 250).clamp(2, 12);
    let desk = app_admins + (users / 100).clamp(2, 40);
    match number {
        number if number < supers => Part::SuperAdmin,
        number if number < app_admins => Part::AppAdmin,
        number if number < desk => Part::HelpDesk,
        _ => Part::Employee,
    }
}

fn site(random: &mut Random) -> &'static Site {
    let mut lot = random.below(SITES.iter().map(|site| site.share).sum());
    for site in &SITES {
        if lot < site.share {
            return site;
        }
        lot -= site.share;
    }
    &SITES[0]
}

fn token(number: usize, staff: &[Staff], random: &mut Random) -> ApiToken {
    let admins = staff.iter().filter(|one| one.part == Part::SuperAdmin).count();
    ApiToken {
        id: random.id("00T", 20, CELL),
        owner: number % admins.max(1),
        machine: Device::new(&PROGRAMS[number % PROGRAMS.len()], false, random),
        address: CLOUD.address(random),
    }
}

fn app(spec: &(&'static str, &'static str, &'static str), random: &mut Random) -> App {
    App {
        id: random.id("0oa", 20, CELL),
        name: spec.0,
        sign_on: spec.1,
        slug: spec.2,
        policy: spec.0.len() % 3,
    }
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

const MORE_APPS: &[(&str, &str, &str)] = &[
    ("Design Board", "SAML_2_0", "example_design"),
    ("Customer Records", "SAML_2_0", "example_crm"),
    ("Service Desk", "SAML_2_0", "example_desk"),
    ("Learning", "SAML_2_0", "example_learning"),
    ("Build Server", "OPENID_CONNECT", "oidc_client"),
    ("Dashboards", "OPENID_CONNECT", "oidc_client"),
    ("Wiki", "SAML_2_0", "example_wiki"),
    ("Video Calls", "SAML_2_0", "example_video"),
    ("Recruiting", "SAML_2_0", "example_recruiting"),
    ("Survey Tool", "AUTO_LOGIN", "example_survey"),
    ("File Share", "SAML_2_0", "example_files"),
    ("On-call", "OPENID_CONNECT", "oidc_client"),
];

const MORE_SERVICES: &[(&str, &str, usize)] = &[
    ("Access Reviews", "okta.users.read okta.groups.read okta.apps.read", 0),
    ("Log Collector", "okta.logs.read", 2),
    ("Badge System", "okta.users.read", 2),
    ("Group Sync", "okta.groups.manage okta.users.read", 0),
    ("License Counter", "okta.apps.read okta.users.read", 2),
];

#[cfg(test)]
mod tests {
    use super::{Part, World};

    #[test]
    fn the_same_seed_makes_the_same_world() {
        let debug = |seed| format!("{:?}", World::new(seed, 60));
        assert_eq!(debug(1), debug(1));
        assert_ne!(debug(1), debug(2));
    }

    #[test]
    fn even_a_small_world_has_every_part() {
        let world = World::new(5, 20);
        for part in [Part::SuperAdmin, Part::AppAdmin, Part::HelpDesk, Part::Employee] {
            assert!(world.with(part).len() >= 2, "{part:?}");
        }
    }
}
