//! Who somebody is, worked out from their number: nothing about anybody is kept.

use lab::clock::{DAY, HOUR, MINUTE, Millis, SECOND, published};
use lab::device::{Agent, COMPUTERS};
use lab::place::{ANONYMIZER, CLOUD, HOMES, Network, OFFICES};
use lab::record::render::{write_geography, write_security};

/// Who an event is about, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Guise {
    pub(super) published: Millis,
    pub(super) user: u32,
    pub(super) other: u32,
    /// Day and number of the person's session.
    pub(super) session: u32,
    /// Number of the network in [`NETWORKS`].
    pub(super) place: u8,
    /// What tells addresses of a network apart.
    pub(super) host: u32,
}

/// What is filled into the gaps of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    Id(Whose),
    Login(Whose),
    Name(Whose),
    Password(Whose),
    Verify(Whose),
    Agent,
    Machine,
    DeviceId,
    DtHash,
    Fingerprint,
    Session,
    Zone,
    Ip,
    Geography,
    Security,
    Hop,
    ServiceId,
    ServiceIp,
    TokenId,
    RequestId,
    Uuid,
    /// An id that nothing else has, with these first characters and of this length.
    Fresh([u8; 3], usize),
    /// So long after the event.
    Time(Millis),
}

/// Whose number is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Actor,
    Other,
}

/// The networks: two offices, five of homes, the one that strangers come from.
static NETWORKS: [&Network; 8] =
    [&OFFICES[0], &OFFICES[1], &HOMES[0], &HOMES[1], &HOMES[4], &HOMES[2], &HOMES[3], &ANONYMIZER];

/// The network of a person on a day: their office, or a home near it.
pub(super) fn place(user: u32, day: u16, is_stranger: bool) -> u8 {
    if is_stranger {
        return 7;
    }
    let luck = hash(u64::from(user), 2);
    let office = (luck % 2) as u8;
    if hash(u64::from(user) << 16 | u64::from(day), 3) % 10 < 6 {
        return office;
    }
    let home = luck / 2;
    if office == 0 { 2 + (home % 3) as u8 } else { 5 + (home % 2) as u8 }
}

/// A number that looks random: splitmix64 of a number and what it is for.
pub(super) fn hash(number: u64, purpose: u64) -> u64 {
    let mixed = number.wrapping_add(purpose.wrapping_mul(0xd1b5_4a32_d192_ed03));
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Texts that many events share.
#[derive(Debug)]
pub(super) struct Faces {
    agents: Vec<(String, String)>,
    places: Vec<Place>,
    /// Midnight, and its date as text.
    day: (Millis, String),
}

#[derive(Debug)]
struct Place {
    zone: &'static str,
    geography: String,
    security: String,
}

const HEX: &[u8; 16] = b"0123456789abcdef";
const LETTERS: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01";

const FIRST: [&str; 16] = [
    "Maren", "Tobias", "Ingrid", "Pieter", "Sanne", "Bram", "Femke", "Jonas", "Lotte", "Ruben",
    "Anouk", "Daan", "Eline", "Floris", "Greta", "Hugo",
];

impl Faces {
    pub(super) fn new() -> Self {
        let places = NETWORKS.map(|network| Place {
            zone: network.zone.unwrap_or("null"),
            geography: geography(network),
            security: security(network),
        });
        Self {
            agents: COMPUTERS
                .iter()
                .map(|agent| (agent_text(agent), machine_text(agent)))
                .collect(),
            places: places.into(),
            day: (Millis::MIN, String::new()),
        }
    }

    /// Appends what a gap holds in the event of that number.
    pub(super) fn fill(&mut self, gap: Gap, guise: &Guise, number: u64, out: &mut Vec<u8>) {
        let user = u64::from(guise.user);
        match gap {
            Gap::Id(whose) => id(*b"00u", guise.number_of(whose), 10, out),
            Gap::Login(whose) => login(guise.number_of(whose), out),
            Gap::Name(whose) => name(guise.number_of(whose), out),
            Gap::Password(whose) => id(*b"lae", guise.number_of(whose), 11, out),
            Gap::Verify(whose) => id(*b"pfd", guise.number_of(whose), 12, out),
            Gap::Agent => out.extend_from_slice(self.agent(user).0.as_bytes()),
            Gap::Machine => out.extend_from_slice(self.agent(user).1.as_bytes()),
            Gap::DeviceId => id(*b"guo", user, 13, out),
            Gap::DtHash => (14..18).for_each(|purpose| hex(hash(user, purpose), 16, out)),
            Gap::Fingerprint => (18..20).for_each(|purpose| hex(hash(user, purpose), 16, out)),
            Gap::Session => {
                out.extend_from_slice(b"idx");
                letters(hash(user << 32 | u64::from(guise.session), 20), 10, out);
                letters(hash(user << 32 | u64::from(guise.session), 21), 10, out);
                out.extend_from_slice(b"Q1");
            }
            Gap::Zone => out.extend_from_slice(self.place(guise).zone.as_bytes()),
            Gap::Ip => ip(guise, out),
            Gap::Geography => out.extend_from_slice(self.place(guise).geography.as_bytes()),
            Gap::Security => out.extend_from_slice(self.place(guise).security.as_bytes()),
            Gap::Hop => self.hop(guise, out),
            Gap::ServiceId => id(*b"0oa", user / 1_000, 22, out),
            Gap::ServiceIp => cloud(user / 1_000, out),
            Gap::TokenId => id(*b"00T", user, 23, out),
            Gap::RequestId => {
                out.push(b'Z');
                letters(hash(number, 24), 10, out);
                letters(hash(number, 25), 10, out);
                out.extend_from_slice(b"QAAAx4");
            }
            Gap::Uuid => uuid(number, out),
            Gap::Fresh(start, length) => fresh(start, length, number, out),
            Gap::Time(after) => self.time(guise.published + after, out),
        }
    }

    fn agent(&self, user: u64) -> &(String, String) {
        &self.agents[(hash(user, 26) % self.agents.len() as u64) as usize]
    }

    fn place(&self, guise: &Guise) -> &Place {
        &self.places[usize::from(guise.place)]
    }

    fn hop(&self, guise: &Guise, out: &mut Vec<u8>) {
        out.extend_from_slice(br#""ip":""#);
        ip(guise, out);
        out.extend_from_slice(br#"","geographicalContext":"#);
        out.extend_from_slice(self.place(guise).geography.as_bytes());
        let version = if is_home(guise) { br#","version":"V6""# } else { br#","version":"V4""# };
        out.extend_from_slice(version);
    }

    fn time(&mut self, at: Millis, out: &mut Vec<u8>) {
        let midnight = at - at.rem_euclid(DAY);
        if self.day.0 != midnight {
            let mut text = published(midnight);
            text.truncate("2026-11-17T".len());
            self.day = (midnight, text);
        }
        let within = (at - midnight).cast_unsigned();
        let [hour, minute, second] =
            [HOUR, MINUTE, SECOND].map(|unit| within / unit.cast_unsigned());
        out.extend_from_slice(self.day.1.as_bytes());
        digits(hour, 2, out);
        out.push(b':');
        digits(minute % 60, 2, out);
        out.push(b':');
        digits(second % 60, 2, out);
        out.push(b'.');
        digits(within % 1_000, 3, out);
        out.push(b'Z');
    }
}

impl Guise {
    fn number_of(&self, whose: Whose) -> u64 {
        u64::from(match whose {
            Whose::Actor => self.user,
            Whose::Other => self.other,
        })
    }
}

/// As the client of an event tells it.
pub(super) fn agent_text(agent: &Agent) -> String {
    let Agent { raw, os, browser, .. } = agent;
    format!(r#"{{"rawUserAgent":"{raw}","os":"{os}","browser":"{browser}"}}"#)
}

/// As Okta Verify tells it.
pub(super) fn machine_text(agent: &Agent) -> String {
    let Agent { model, platform, os_version, .. } = agent;
    format!(r#""name":"{model}","os_platform":"{platform}","os_version":"{os_version}""#)
}

pub(super) fn geography(network: &Network) -> String {
    let mut text = String::new();
    write_geography(Some(network), &mut text);
    text
}

pub(super) fn security(network: &Network) -> String {
    let mut text = String::new();
    write_security(Some(network), &mut text);
    text
}

fn is_home(guise: &Guise) -> bool {
    (2..7).contains(&guise.place)
}

/// An office has few addresses, every home one of its own: there are not enough IPv4 addresses kept for
/// documentation, so that homes have those of RFC 3849.
fn ip(guise: &Guise, out: &mut Vec<u8>) {
    if is_home(guise) {
        let luck = hash(u64::from(guise.host), 27);
        out.extend_from_slice(b"2001:db8:");
        hex(luck | 0x8000, 4, out);
        out.push(b':');
        hex(luck >> 16 | 0x8000, 4, out);
        out.extend_from_slice(b"::1");
        return;
    }
    let network = NETWORKS[usize::from(guise.place)];
    let (from, to) = network.hosts;
    let n_hosts = (to - from + 1).cast_unsigned();
    out.extend_from_slice(network.prefix.as_bytes());
    out.push(b'.');
    decimal(from.cast_unsigned() + u64::from(guise.host) % n_hosts, out);
}

fn cloud(number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(CLOUD.prefix.as_bytes());
    out.push(b'.');
    decimal(CLOUD.hosts.0.cast_unsigned() + number % 20, out);
}

fn login(number: u64, out: &mut Vec<u8>) {
    out.extend(FIRST[(number % 16) as usize].bytes().map(|byte| byte.to_ascii_lowercase()));
    digits(number, 7, out);
    out.extend_from_slice(b"@example.com");
}

fn name(number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(FIRST[(number % 16) as usize].as_bytes());
    out.push(b' ');
    digits(number, 7, out);
}

/// Twenty characters, as Okta's ids.
fn id(prefix: [u8; 3], number: u64, purpose: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(&prefix);
    letters(hash(number, purpose), 10, out);
    letters(hash(number, purpose + 100), 4, out);
    out.extend_from_slice(b"5d7");
}

fn fresh(start: [u8; 3], length: usize, number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(&start);
    let mut rest = length - start.len();
    let mut purpose = 30;
    while rest > 0 {
        let n = rest.min(10);
        letters(hash(number, purpose), n, out);
        rest -= n;
        purpose += 1;
    }
}

fn uuid(number: u64, out: &mut Vec<u8>) {
    let (high, low) = (hash(number, 28), hash(number, 29));
    hex(high >> 32, 8, out);
    out.push(b'-');
    hex(high >> 16, 4, out);
    out.extend_from_slice(b"-1");
    hex(high, 3, out);
    out.extend_from_slice(b"-a");
    hex(low >> 48, 3, out);
    out.push(b'-');
    hex(low, 12, out);
}

/// The lowest `n` hexadecimal digits.
fn hex(bits: u64, n: usize, out: &mut Vec<u8>) {
    let mut text = [0; 16];
    let mut rest = bits;
    for place in text[..n].iter_mut().rev() {
        *place = HEX[(rest & 15) as usize];
        rest >>= 4;
    }
    out.extend_from_slice(&text[..n]);
}

/// Up to ten letters and digits.
fn letters(bits: u64, n: usize, out: &mut Vec<u8>) {
    let mut text = [0; 10];
    let mut rest = bits;
    for place in &mut text[..n] {
        *place = LETTERS[(rest & 63) as usize];
        rest >>= 6;
    }
    out.extend_from_slice(&text[..n]);
}

/// The lowest `n` decimal digits.
fn digits(number: u64, n: usize, out: &mut Vec<u8>) {
    let mut text = [b'0'; 8];
    let mut rest = number;
    for place in text[..n].iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.extend_from_slice(&text[..n]);
}

fn decimal(number: u64, out: &mut Vec<u8>) {
    let n = number.checked_ilog10().unwrap_or(0) as usize + 1;
    digits(number, n, out);
}
