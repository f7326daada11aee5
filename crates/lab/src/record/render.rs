//! An event as one line of JSON, in the order of keys that the System Log API has.

use super::json::{write_object, write_text};
use super::{debug, id};
use crate::clock::published;
use crate::place::Network;
use crate::random::Random;
use crate::record::{Record, Target, Transaction};

/// In which order the top-level keys of an event stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOrder {
    /// As the API writes them: `eventType` at about a third of the line.
    Api,
    /// Another order in every line.
    Shuffled,
}

/// How long lines are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Only what the event has to say.
    Natural,
    /// Diagnostic entries are added, up to a number of bytes drawn from this range.
    Padded {
        /// The least and the most.
        bytes: (usize, usize),
    },
}

/// The keys of an event and the order in which the API writes them.
const KEYS: [&str; 17] = [
    "actor",
    "client",
    "device",
    "authenticationContext",
    "displayMessage",
    "eventType",
    "outcome",
    "published",
    "securityContext",
    "severity",
    "debugContext",
    "legacyEventType",
    "transaction",
    "uuid",
    "version",
    "request",
    "target",
];
const DEBUG_CONTEXT: usize = 10;

/// How the ids of events are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ids {
    /// By lot alone.
    Drawn,
    /// Of the time, as Okta makes them.
    Timed,
}

/// Writes events; keeps its buffers from one to the next.
#[derive(Debug)]
pub struct Renderer {
    length: Length,
    order: KeyOrder,
    ids: Ids,
    /// Apart from the scene's own, so that both orders tell of the same events.
    shuffler: Random,
    /// The value of each key.
    values: [String; KEYS.len()],
}

impl Renderer {
    /// A writer of lines of that length and order.
    pub fn new(length: Length, order: KeyOrder, ids: Ids) -> Self {
        Self { length, order, ids, shuffler: Random::new(17), values: Default::default() }
    }

    /// The event's id, and the event as one line, without the line break.
    pub fn line(&mut self, record: &Record, random: &mut Random) -> (String, String) {
        let drawn = random.id("Z", 27, "AAAx4");
        let request_id = record.request.as_deref().unwrap_or(&drawn);
        let uuid = match self.ids {
            Ids::Drawn => random.uuid('1'),
            Ids::Timed => id::uuid(record.at, random),
        };
        for (key, value) in self.values.iter_mut().enumerate() {
            value.clear();
            if key != DEBUG_CONTEXT {
                write_value(KEYS[key], record, [request_id, &uuid], value);
            }
        }
        let frame: usize = KEYS.iter().map(|key| key.len() + r#""":,"#.len()).sum();
        let others = frame + self.values.iter().map(String::len).sum::<usize>();
        let room = match self.length {
            Length::Natural => None,
            Length::Padded { bytes: (from, to) } => {
                let bytes = from + random.below(to - from + 1);
                Some(bytes.saturating_sub(others))
            }
        };
        debug::write_context(record, request_id, room, random, &mut self.values[DEBUG_CONTEXT]);
        (uuid, self.assemble())
    }

    fn assemble(&mut self) -> String {
        let mut keys: [usize; KEYS.len()] = std::array::from_fn(|key| key);
        if self.order == KeyOrder::Shuffled {
            self.shuffler.shuffle(&mut keys);
        }
        let mut line = String::with_capacity(2_560);
        write_object(&mut line, |object| {
            for key in keys {
                object.raw(KEYS[key], &self.values[key]);
            }
        });
        line
    }
}

fn write_value(key: &str, record: &Record, [request_id, uuid]: [&str; 2], out: &mut String) {
    match key {
        "actor" => write_actor(record, out),
        "client" => write_client(record, out),
        "device" => write_device(record, out),
        "authenticationContext" => write_authentication(record, out),
        "displayMessage" => write_text(out, Some(record.kind.display_message)),
        "eventType" => write_text(out, Some(record.kind.event_type)),
        "outcome" => write_object(out, |outcome| {
            outcome.text("result", record.result).maybe("reason", record.reason);
        }),
        "published" => write_text(out, Some(&published(record.at))),
        "securityContext" => {
            write_security(record.client.address.map(|address| address.network), out);
        }
        "severity" => write_text(out, Some(record.kind.severity)),
        "legacyEventType" => write_text(out, record.kind.legacy_of(record.result)),
        "transaction" => write_transaction(record, request_id, out),
        "uuid" => write_text(out, Some(uuid)),
        "version" => write_text(out, Some("0")),
        "request" => write_request(record, out),
        "target" => write_targets(&record.targets, out),
        _ => debug_assert!(key == "debugContext", "a key that nobody writes: {key}"),
    }
}

fn write_actor(record: &Record, out: &mut String) {
    let actor = &record.actor;
    write_object(out, |object| {
        object
            .text("id", actor.id)
            .text("type", actor.kind)
            .text("alternateId", actor.alternate_id)
            .text("displayName", actor.display_name)
            .raw("detailEntry", "null");
    });
}

fn write_client(record: &Record, out: &mut String) {
    let client = &record.client;
    let network = client.address.map(|address| address.network);
    write_object(out, |object| {
        match client.device {
            Some(device) => object.object("userAgent", |agent| {
                agent
                    .text("rawUserAgent", device.agent.raw)
                    .text("os", device.agent.os)
                    .text("browser", device.agent.browser);
            }),
            None => object.raw("userAgent", "null"),
        };
        // Okta writes the word, not the value, for a request from no zone.
        object.text("zone", network.and_then(|network| network.zone).unwrap_or("null"));
        object.maybe("device", client.device.map(|device| device.agent.device));
        object.maybe("id", client.id);
        object.maybe("ipAddress", client.address.map(|address| address.ip.as_str()));
        object.value("geographicalContext", |out| write_geography(network, out));
    });
}

/// Appends where a network is.
pub fn write_geography(network: Option<&Network>, out: &mut String) {
    let Some(network) = network else {
        out.push_str("null");
        return;
    };
    write_object(out, |object| {
        object
            .text("city", network.city)
            .text("state", network.state)
            .text("country", network.country)
            .text("postalCode", network.postal_code)
            .object("geolocation", |point| {
                point.raw("lat", network.lat).raw("lon", network.lon);
            });
    });
}

fn write_device(record: &Record, out: &mut String) {
    let Some(device) = record.client.device.filter(|_| record.client.attested) else {
        out.push_str("null");
        return;
    };
    let managed = if device.managed { "true" } else { "false" };
    write_object(out, |object| {
        object
            .text("id", &device.id)
            .text("name", device.agent.model)
            .text("os_platform", device.agent.platform)
            .text("os_version", device.agent.os_version)
            .raw("managed", managed)
            .raw("registered", "true")
            .raw("device_integrator", "null")
            .text("disk_encryption_type", "ALL_INTERNAL_VOLUMES")
            .text("screen_lock_type", "BIOMETRIC")
            .raw("jailbreak", "null")
            .raw("secure_hardware_present", "true");
    });
}

fn write_authentication(record: &Record, out: &mut String) {
    let credential = record.credential;
    write_object(out, |object| {
        object
            .maybe("authenticationProvider", credential.provider)
            .maybe("credentialProvider", credential.issued_by)
            .maybe("credentialType", credential.kind)
            .value("issuer", |out| match record.issuer {
                Some(id) => write_object(out, |issuer| {
                    issuer.text("id", id).text("type", "SAML2");
                }),
                None => out.push_str("null"),
            })
            .raw("interface", "null")
            .raw("authenticationStep", "0");
        if let Some(session) = record.session {
            object.text("rootSessionId", session);
        }
        object.text("externalSessionId", record.session.unwrap_or("unknown"));
    });
}

/// Appends what is known of the network that a request came from.
pub fn write_security(network: Option<&Network>, out: &mut String) {
    let Some(network) = network else {
        out.push_str(r#"{"asNumber":null,"asOrg":null,"isp":null,"domain":null,"isProxy":null}"#);
        return;
    };
    let proxy = if network.anonymizer.is_some() { "true" } else { "false" };
    let number = network.as_number.to_string();
    write_object(out, |object| {
        object
            .raw("asNumber", &number)
            .text("asOrg", network.as_org)
            .text("isp", network.as_org)
            .text("domain", network.domain)
            .raw("isProxy", proxy);
        if let Some(operator) = network.anonymizer {
            object.object("ipDetails", |details| {
                details.raw("asNumber", &number);
                details.value("ipServiceCategories", |out| {
                    out.push('[');
                    write_object(out, |category| {
                        category.text("operator", operator).text("type", "VPN");
                        category.raw("isAnonymous", "true");
                    });
                    out.push(']');
                });
            });
        }
    });
}

fn write_transaction(record: &Record, request_id: &str, out: &mut String) {
    write_object(out, |object| match record.transaction {
        Transaction::Web { token } => {
            object.text("type", "WEB").text("id", request_id).object("detail", |detail| {
                if let Some(token) = token {
                    detail.text("requestApiTokenId", token);
                }
            });
        }
        Transaction::Job => {
            object.text("type", "JOB").text("id", request_id).raw("detail", "{}");
        }
    });
}

fn write_request(record: &Record, out: &mut String) {
    write_object(out, |object| {
        object.value("ipChain", |out| {
            out.push('[');
            if let Some(address) = record.client.address {
                write_object(out, |hop| {
                    hop.text("ip", &address.ip);
                    hop.value("geographicalContext", |out| {
                        write_geography(Some(address.network), out);
                    });
                    let version = if address.ip.contains(':') { "V6" } else { "V4" };
                    hop.text("version", version).raw("source", "null");
                });
            }
            out.push(']');
        });
    });
}

fn write_targets(targets: &[Target], out: &mut String) {
    if targets.is_empty() {
        out.push_str("null");
        return;
    }
    for (position, target) in targets.iter().enumerate() {
        out.push(if position == 0 { '[' } else { ',' });
        write_object(out, |object| {
            object
                .text("id", &target.id)
                .text("type", target.kind)
                .text("alternateId", &target.alternate_id)
                .text("displayName", &target.display_name);
            if target.detail.is_empty() {
                object.raw("detailEntry", "null");
            } else {
                object.object("detailEntry", |entry| {
                    for (key, value) in &target.detail {
                        entry.text(key, value);
                    }
                });
            }
            if let Some([from, to]) = &target.changes {
                object.object("changeDetails", |changes| {
                    changes.raw("from", from).raw("to", to);
                });
            }
        });
    }
    out.push(']');
}
