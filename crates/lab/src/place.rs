//! Where requests come from: invented networks on addresses kept for documentation.
//!
//! Addresses are those of RFC 5737, AS numbers those of RFC 5398, names belong
//! to nobody; only the cities exist, so that distances between them are real.

use crate::random::Random;

/// A network that one organization announces, and the city its users are in.
#[derive(Debug)]
pub struct Network {
    /// The first three octets of its addresses.
    pub prefix: &'static str,
    /// The last octets that belong to it, both ends included.
    pub hosts: (i64, i64),
    /// Number of the autonomous system; one kept for documentation.
    pub as_number: u32,
    /// `securityContext.asOrg`, and its `isp`.
    pub as_org: &'static str,
    /// `securityContext.domain`.
    pub domain: &'static str,
    /// `geographicalContext.city`.
    pub city: &'static str,
    /// `geographicalContext.state`.
    pub state: &'static str,
    /// `geographicalContext.country`.
    pub country: &'static str,
    /// `geographicalContext.postalCode`.
    pub postal_code: &'static str,
    /// Latitude in degrees, as JSON.
    pub lat: &'static str,
    /// Longitude in degrees, as JSON.
    pub lon: &'static str,
    /// Name of the network zone that the organization put it into.
    pub zone: Option<&'static str>,
    /// Who runs it, when it hides its users: Okta calls it a proxy then.
    pub anonymizer: Option<&'static str>,
}

/// One address on a network.
#[derive(Debug, Clone)]
pub struct Address {
    /// In its usual notation.
    pub ip: String,
    /// The network that it is on.
    pub network: &'static Network,
}

impl Network {
    /// Some address of this network.
    pub fn address(&'static self, random: &mut Random) -> Address {
        let host = random.between(self.hosts.0, self.hosts.1);
        Address { ip: format!("{}.{host}", self.prefix), network: self }
    }
}

/// Offices of the organization.
pub const OFFICES: &[Network] = &[
    Network {
        prefix: "198.51.100",
        hosts: (10, 13),
        as_number: 64_496,
        as_org: "example corp",
        domain: "example.com",
        city: "Rotterdam",
        state: "South Holland",
        country: "Netherlands",
        postal_code: "3011",
        lat: "51.9225",
        lon: "4.4792",
        zone: Some("Offices"),
        anonymizer: None,
    },
    Network {
        prefix: "198.51.100",
        hosts: (20, 22),
        as_number: 64_496,
        as_org: "example corp",
        domain: "example.com",
        city: "Leeds",
        state: "England",
        country: "United Kingdom",
        postal_code: "LS1",
        lat: "53.7997",
        lon: "-1.5492",
        zone: Some("Offices"),
        anonymizer: None,
    },
];

/// Where people work from home.
pub const HOMES: &[Network] = &[
    home(10, 59, 64_500, "example broadband", "Rotterdam", "South Holland", "Netherlands"),
    home(60, 99, 64_501, "example cable", "Utrecht", "Utrecht", "Netherlands"),
    home(100, 139, 64_502, "example telecom", "Leeds", "England", "United Kingdom"),
    home(140, 169, 64_503, "example fibre", "Manchester", "England", "United Kingdom"),
    home(170, 199, 64_504, "example mobile", "Antwerp", "Flanders", "Belgium"),
];

/// Where machines of the organization run.
pub const CLOUD: Network = Network {
    prefix: "192.0.2",
    hosts: (10, 29),
    as_number: 64_505,
    as_org: "example cloud",
    domain: "example.net",
    city: "Frankfurt am Main",
    state: "Hesse",
    country: "Germany",
    postal_code: "60313",
    lat: "50.1188",
    lon: "8.6843",
    zone: None,
    anonymizer: None,
};

/// An anonymizing service, far from everybody.
pub const ANONYMIZER: Network = Network {
    prefix: "192.0.2",
    hosts: (200, 239),
    as_number: 64_511,
    as_org: "example vpn",
    domain: "example.org",
    city: "Reykjavik",
    state: "Capital",
    country: "Iceland",
    postal_code: "101",
    lat: "64.1355",
    lon: "-21.8954",
    zone: None,
    anonymizer: Some("EXAMPLE_VPN"),
};

/// Rented servers, where a script may run for an hour.
pub const HOSTING: Network = Network {
    prefix: "192.0.2",
    hosts: (120, 139),
    as_number: 64_510,
    as_org: "example hosting",
    domain: "example.org",
    city: "Bucharest",
    state: "Bucharest",
    country: "Romania",
    postal_code: "010011",
    lat: "44.4268",
    lon: "26.1025",
    zone: None,
    anonymizer: None,
};

const fn home(
    from: i64,
    to: i64,
    as_number: u32,
    as_org: &'static str,
    city: &'static str,
    state: &'static str,
    country: &'static str,
) -> Network {
    // A home connection is placed in its city, no closer.
    let (postal_code, lat, lon) = match city.as_bytes() {
        b"Rotterdam" => ("3021", "51.9244", "4.4777"),
        b"Utrecht" => ("3511", "52.0908", "5.1222"),
        b"Leeds" => ("LS6", "53.8008", "-1.5491"),
        b"Manchester" => ("M4", "53.4839", "-2.2446"),
        _ => ("2000", "51.2205", "4.4003"),
    };
    Network {
        prefix: "203.0.113",
        hosts: (from, to),
        as_number,
        as_org,
        domain: "example.net",
        city,
        state,
        country,
        postal_code,
        lat,
        lon,
        zone: None,
        anonymizer: None,
    }
}
