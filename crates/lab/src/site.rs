//! Where the people of the organization live and work, and the networks that they use there.

use crate::place::{Address, Network};
use crate::random::Random;

/// A city with an office.
#[derive(Debug)]
pub struct Site {
    /// Its time zone, as the IANA names it.
    pub zone: &'static str,
    /// How many of 100 people work there.
    pub share: usize,
    /// The office's own egress: few addresses, shared by everybody in it.
    pub office: &'static Network,
    /// Where the corporate VPN lets people of this site out.
    pub vpn: &'static Network,
    /// Access networks of homes; those with a prefix of IPv6 give each household its own.
    pub homes: &'static [Network],
    /// The mobile carrier, which hands out another address at each connection.
    pub carrier: &'static Network,
}

/// The offices, the largest first.
pub static SITES: [Site; 5] = [
    Site {
        zone: "Europe/Amsterdam",
        share: 36,
        office: &office("198.51.100", (10, 13), ROTTERDAM),
        vpn: &VPN_EUROPE,
        homes: &[
            access("203.0.113", (10, 49), 64_500, "example broadband", ROTTERDAM),
            access("2001:db8:1100", SIX, 64_500, "example broadband", ROTTERDAM),
            access("2001:db8:1200", SIX, 64_501, "example cable", UTRECHT),
        ],
        carrier: &access("2001:db8:1f00", SIX, 65_536, "example mobile", AMSTERDAM),
    },
    Site {
        zone: "America/Chicago",
        share: 22,
        office: &office("198.51.100", (30, 32), AUSTIN),
        vpn: &VPN_AMERICA,
        homes: &[
            access("203.0.113", (50, 79), 65_540, "example fiber", AUSTIN),
            access("2001:db8:2100", SIX, 65_540, "example fiber", AUSTIN),
            access("2001:db8:2200", SIX, 65_541, "example coax", AUSTIN),
        ],
        carrier: &access("203.0.113", (200, 219), 65_537, "example wireless", DALLAS),
    },
    Site {
        zone: "Europe/London",
        share: 20,
        office: &office("198.51.100", (20, 22), LEEDS),
        vpn: &VPN_EUROPE,
        homes: &[
            access("203.0.113", (100, 129), 64_502, "example telecom", LEEDS),
            access("2001:db8:3100", SIX, 64_502, "example telecom", LEEDS),
            access("2001:db8:3200", SIX, 64_503, "example fibre", MANCHESTER),
        ],
        carrier: &access("2001:db8:3f00", SIX, 65_538, "example cellular", LONDON),
    },
    Site {
        zone: "Asia/Kolkata",
        share: 14,
        office: &office("198.51.100", (40, 42), BENGALURU),
        vpn: &VPN_EUROPE,
        homes: &[
            access("203.0.113", (140, 159), 65_542, "example networks", BENGALURU),
            access("2001:db8:4100", SIX, 65_543, "example online", BENGALURU),
        ],
        carrier: &access("2001:db8:4f00", SIX, 65_539, "example telephony", BENGALURU),
    },
    Site {
        zone: "America/Toronto",
        share: 8,
        office: &office("198.51.100", (50, 51), TORONTO),
        vpn: &VPN_AMERICA,
        homes: &[
            access("203.0.113", (160, 169), 65_544, "example internet", TORONTO),
            access("2001:db8:5100", SIX, 65_544, "example internet", TORONTO),
        ],
        carrier: &access("203.0.113", (220, 229), 65_545, "example mobility", TORONTO),
    },
];

/// Where people stay when they travel: hotels and rented flats.
pub static AWAY: [Network; 6] = [
    access("198.51.100", (150, 159), 65_546, "example hotels", LISBON),
    access("198.51.100", (160, 169), 65_546, "example hotels", BERLIN),
    access("198.51.100", (170, 179), 65_547, "example hospitality", NEW_YORK),
    access("198.51.100", (180, 189), 65_547, "example hospitality", CHICAGO),
    access("198.51.100", (190, 199), 65_548, "example stays", SINGAPORE),
    access("198.51.100", (200, 209), 65_548, "example stays", MUMBAI),
];

/// A service that a few people hide their address with, for reasons of their own.
pub static PRIVACY: Network = Network {
    anonymizer: Some("EXAMPLE_PRIVACY"),
    ..access("192.0.2", (210, 229), 64_511, "example privacy", AMSTERDAM)
};

/// The other region of the cloud that machines of the organization run in.
pub static CLOUD_WEST: Network = access("192.0.2", (30, 39), 64_505, "example cloud", DUBLIN);

/// How `hosts` of a network of IPv6 are given: numbers of households.
const SIX: (i64, i64) = (1, 65_535);

static VPN_EUROPE: Network = office("198.51.100", (60, 61), ROTTERDAM);
static VPN_AMERICA: Network = office("198.51.100", (64, 65), AUSTIN);

/// Some address of a network: of IPv6, one of a household.
pub fn address(network: &'static Network, household: Option<u16>, random: &mut Random) -> Address {
    if !network.prefix.contains(':') {
        return match household {
            // A home keeps its address as long as its line is up: for the weeks of a log, always.
            Some(household) => {
                let (from, to) = network.hosts;
                let host = from + i64::from(household) % (to - from + 1);
                Address { ip: format!("{}.{host}", network.prefix), network }
            }
            None => network.address(random),
        };
    }
    let household = household.unwrap_or_else(|| 1 + random.below(65_000) as u16);
    let [a, b, c, d] = std::array::from_fn(|_| random.between(1, 0xffff));
    Address { ip: format!("{}:{household:x}:{a:x}:{b:x}:{c:x}:{d:x}", network.prefix), network }
}

/// City, state, country, postal code, latitude and longitude.
type City = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const ROTTERDAM: City = ("Rotterdam", "South Holland", "Netherlands", "3011", "51.9225", "4.4792");
const UTRECHT: City = ("Utrecht", "Utrecht", "Netherlands", "3511", "52.0908", "5.1222");
const AMSTERDAM: City = ("Amsterdam", "North Holland", "Netherlands", "1012", "52.3728", "4.8936");
const LEEDS: City = ("Leeds", "England", "United Kingdom", "LS1", "53.7997", "-1.5492");
const MANCHESTER: City = ("Manchester", "England", "United Kingdom", "M4", "53.4839", "-2.2446");
const LONDON: City = ("London", "England", "United Kingdom", "EC1A", "51.5174", "-0.1002");
const AUSTIN: City = ("Austin", "Texas", "United States", "78701", "30.2672", "-97.7431");
const DALLAS: City = ("Dallas", "Texas", "United States", "75201", "32.7767", "-96.7970");
const BENGALURU: City = ("Bengaluru", "Karnataka", "India", "560001", "12.9716", "77.5946");
const MUMBAI: City = ("Mumbai", "Maharashtra", "India", "400001", "18.9388", "72.8354");
const TORONTO: City = ("Toronto", "Ontario", "Canada", "M5H", "43.6532", "-79.3832");
const LISBON: City = ("Lisbon", "Lisbon", "Portugal", "1100", "38.7223", "-9.1393");
const BERLIN: City = ("Berlin", "Berlin", "Germany", "10117", "52.5200", "13.4050");
const DUBLIN: City = ("Dublin", "Leinster", "Ireland", "D02", "53.3498", "-6.2603");
const NEW_YORK: City = ("New York", "New York", "United States", "10001", "40.7128", "-74.0060");
const CHICAGO: City = ("Chicago", "Illinois", "United States", "60601", "41.8781", "-87.6298");
const SINGAPORE: City = ("Singapore", "Singapore", "Singapore", "018989", "1.2897", "103.8501");

const fn office(prefix: &'static str, hosts: (i64, i64), city: City) -> Network {
    Network {
        domain: "example.com",
        zone: Some("Offices"),
        ..access(prefix, hosts, 64_496, "example corp", city)
    }
}

const fn access(
    prefix: &'static str,
    hosts: (i64, i64),
    as_number: u32,
    as_org: &'static str,
    city: City,
) -> Network {
    Network {
        prefix,
        hosts,
        as_number,
        as_org,
        domain: "example.net",
        city: city.0,
        state: city.1,
        country: city.2,
        postal_code: city.3,
        lat: city.4,
        lon: city.5,
        zone: None,
        anonymizer: None,
    }
}

#[cfg(test)]
mod tests {
    use super::{SITES, address};
    use crate::random::Random;

    #[test]
    fn everybody_has_a_site() {
        assert_eq!(SITES.iter().map(|site| site.share).sum::<usize>(), 100);
    }

    #[test]
    fn addresses_are_those_of_the_documentation() {
        let mut random = Random::new(3);
        for network in SITES.iter().flat_map(|site| site.homes) {
            let ip: std::net::IpAddr =
                address(network, Some(40_000), &mut random).ip.parse().unwrap();
            match ip {
                std::net::IpAddr::V4(ip) => assert_eq!(ip.octets()[..3], [203, 0, 113]),
                std::net::IpAddr::V6(ip) => assert_eq!(ip.segments()[..2], [0x2001, 0xdb8]),
            }
        }
    }
}
