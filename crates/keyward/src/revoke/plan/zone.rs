//! The network zone that a token is to be bound to, and whom it lets in.

use std::net::IpAddr;

use anyhow::bail;
use inventory::Roll;
use serde_json::Value;

use super::super::desk::Desk;
use super::place::url_encoded;
use super::{Fact, NoSuch, there};

/// Addresses that are named of those that are cut off.
const NAMED: usize = 10;

/// A network zone, as the provider says it.
pub(crate) struct Zone {
    name: String,
    kind: String,
    gateways: Vec<String>,
}

impl Zone {
    /// Reads it. `None`, and a gap, if it cannot be read; fails if it is not there or is switched off.
    pub(super) async fn look_up(
        id: &str,
        desk: &Desk,
        gaps: &mut Vec<String>,
    ) -> anyhow::Result<Option<Self>> {
        let path = format!("/api/v1/zones/{}", url_encoded(id));
        let zone = match desk.see(&path, "okta.networkZones.read").await.map(there) {
            Ok(Some(zone)) => zone,
            Ok(None) => {
                let tenant = &desk.tenant.name;
                let says = format!("no such zone: `{tenant}` has no network zone `{id}`");
                return Err(NoSuch(says).into());
            }
            Err(error) => {
                gaps.push(format!(
                    "whether network zone `{id}` is there, and whom it lets in, could not be read ({error})"
                ));
                return Ok(None);
            }
        };
        let text = |name: &str| zone.get(name).and_then(Value::as_str).unwrap_or("?").to_owned();
        let (name, status) = (text("name"), text("status"));
        if status != "ACTIVE" {
            bail!("network zone `{id}` ({name}) is {status}: switch it on, or name another");
        }
        let gateways = zone.get("gateways").and_then(Value::as_array).into_iter().flatten();
        let gateways = gateways.filter_map(|one| Some(one.get("value")?.as_str()?.to_owned()));
        Ok(Some(Self { name, kind: text("type"), gateways: gateways.collect() }))
    }

    /// For people.
    pub(super) fn fact(&self) -> Fact {
        let from = match self.gateways.as_slice() {
            [] => "no addresses of its own".to_owned(),
            gateways => gateways.join(", "),
        };
        Fact { name: "zone", value: format!("{} ({}, ACTIVE): {from}", self.name, self.kind) }
    }

    /// Which of those that called are cut off, in words.
    pub(crate) fn cut_off(&self, addresses: &Roll) -> String {
        if self.kind != "IP" {
            return format!(
                "whom zone {} cuts off is not known: zones of type {} hold no list of addresses",
                self.name, self.kind
            );
        }
        let ranked = addresses.ranked();
        let out = ranked.iter().filter(|(address, _)| !self.holds(address));
        let out: Vec<_> =
            out.map(|(address, seen)| format!("{address} ({})", seen.count)).collect();
        match out.len() {
            0 => format!("zone {} holds all addresses that are known", self.name),
            n => {
                let named = out.get(..NAMED).unwrap_or(&out).join(", ");
                let more = n.saturating_sub(NAMED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("cut off by zone {}: {named}{more}", self.name)
            }
        }
    }

    fn holds(&self, address: &str) -> bool {
        let Ok(address) = address.parse::<IpAddr>() else { return false };
        self.gateways.iter().any(|gateway| within(gateway, address))
    }
}

/// Whether a gateway, a net or a range, holds an address.
fn within(gateway: &str, address: IpAddr) -> bool {
    let number = |address: IpAddr| match address {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    };
    let parsed = |text: &str| {
        let end = text.trim().parse::<IpAddr>().ok()?;
        (end.is_ipv4() == address.is_ipv4()).then(|| number(end))
    };
    let own = number(address);
    if let Some((from, until)) = gateway.split_once('-') {
        return parsed(from).is_some_and(|from| from <= own)
            && parsed(until).is_some_and(|until| own <= until);
    }
    let width: u32 = if address.is_ipv4() { 32 } else { 128 };
    let (net, length) = gateway.split_once('/').unwrap_or((gateway, ""));
    let length = length.parse::<u32>().unwrap_or(width).min(width);
    let cut = |number: u128| number.checked_shr(width - length).unwrap_or(0);
    parsed(net).is_some_and(|net| cut(net) == cut(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(gateway: &str, address: &str, expected: bool) {
        assert_eq!(within(gateway, address.parse().unwrap()), expected, "{gateway} {address}");
    }

    #[test]
    fn a_gateway_holds_the_addresses_of_its_net_or_range_and_no_others() {
        check("203.0.113.0/24", "203.0.113.255", true);
        check("203.0.113.0/24", "203.0.114.0", false);
        check("203.0.113.9", "203.0.113.9", true);
        check("203.0.113.9", "203.0.113.8", false);
        check("203.0.113.5-203.0.113.9", "203.0.113.7", true);
        check("203.0.113.5-203.0.113.9", "203.0.113.10", false);
        check("0.0.0.0/0", "198.51.100.1", true);
        check("2001:db8::/32", "2001:db8:1::1", true);
        check("::/0", "198.51.100.1", false);
        check("nonsense", "198.51.100.1", false);
    }
}
