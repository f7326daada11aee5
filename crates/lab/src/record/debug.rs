//! `debugContext.debugData`: flat, all strings, and the part of an event that varies most.

use super::json::{Object, write_object};
use crate::org::TENANT;
use crate::random::Random;
use crate::record::{Behavior, Record};

/// The behaviors that Okta detects by default, in the order in which it prints them.
const BEHAVIORS: [&str; 7] = [
    "New Geo-Location",
    "New Device",
    "New IP",
    "New State",
    "New Country",
    "Velocity",
    "New City",
];

impl Behavior {
    fn is_positive(self, behavior: &str) -> bool {
        match self {
            Self::Usual => false,
            Self::NewAddress => behavior == "New IP",
            Self::Away => behavior != "Velocity" && behavior != "New Device",
            Self::NewDevice => behavior == "New Device",
            Self::Stranger => behavior != "Velocity",
        }
    }

    fn result(self, behavior: &str) -> &'static str {
        if self.is_positive(behavior) { "POSITIVE" } else { "NEGATIVE" }
    }

    fn level(self) -> &'static str {
        match self {
            Self::Usual | Self::NewAddress => "LOW",
            Self::Away | Self::NewDevice => "MEDIUM",
            Self::Stranger => "HIGH",
        }
    }

    fn reasons(self) -> Option<&'static str> {
        match self {
            Self::Usual | Self::NewAddress => None,
            Self::Away => Some("Anomalous Geo-Distance"),
            Self::NewDevice | Self::Stranger => Some("Anomalous Device"),
        }
    }
}

/// Writes the context of an event; with `room`, fills that many bytes with diagnostics.
pub(crate) fn write_context(
    record: &Record,
    request_id: &str,
    room: Option<usize>,
    random: &mut Random,
    out: &mut String,
) {
    write_object(out, |context| {
        context.object("debugData", |data| {
            write_request(record, request_id, data);
            for (key, value) in &record.debug {
                data.text(key, value);
            }
            if let Some(behavior) = record.behavior {
                data.text("behaviors", &java_map(behavior)).text("risk", &risk(behavior));
                if room.is_none() {
                    data.text("logOnlySecurityData", &log_only(behavior));
                }
            }
            if let Some(room) = room {
                fill(record, room.saturating_sub("}}".len()), random, data);
            }
        });
    });
}

fn write_request(record: &Record, request_id: &str, data: &mut Object) {
    data.text("requestId", request_id);
    // Okta Verify answers by itself, without the cookie that the browser keeps.
    let by_browser = record.session.is_some() && !record.client.attested;
    if let Some(device) = record.client.device.filter(|_| by_browser) {
        data.text("dtHash", &device.dt_hash);
    }
    if let Some(network) = record.client.address.map(|address| address.network)
        && let Some(operator) = network.anonymizer
    {
        let tunnels = format!(r#"[{{"anonymous":true,"operator":"{operator}","type":"VPN"}}]"#);
        data.text("tunnels", &tunnels);
    }
    data.text("requestUri", &record.uri).text("threatSuspected", "false");
    data.text("url", &format!("{}?", record.uri));
}

/// `{New Geo-Location=NEGATIVE, New Device=POSITIVE, …}`: how Java prints a map.
fn java_map(behavior: Behavior) -> String {
    let entries = BEHAVIORS.map(|name| format!("{name}={}", behavior.result(name)));
    format!("{{{}}}", entries.join(", "))
}

fn risk(behavior: Behavior) -> String {
    match behavior.reasons() {
        Some(reasons) => format!("{{reasons={reasons}, level={}}}", behavior.level()),
        None => format!("{{level={}}}", behavior.level()),
    }
}

/// The same once more, as JSON inside a string.
fn log_only(behavior: Behavior) -> String {
    let mut json = String::with_capacity(256);
    write_object(&mut json, |object| {
        object.object("risk", |risk| {
            if let Some(reasons) = behavior.reasons() {
                risk.text("reasons", reasons);
            }
            risk.text("level", behavior.level());
        });
        object.object("behaviors", |behaviors| {
            for name in BEHAVIORS {
                behaviors.text(name, behavior.result(name));
            }
        });
    });
    json
}

/// Adds diagnostics, the longest first, while they fit.
fn fill(record: &Record, room: usize, random: &mut Random, data: &mut Object) {
    let behavior = record.behavior.unwrap_or(Behavior::Usual);
    add(data, room, "logOnlySecurityData", || log_only(behavior));
    if record.behavior.is_none() {
        add(data, room, "behaviors", || java_map(Behavior::Usual));
    }
    add(data, room, "oktaUserAgentExtended", || {
        "okta-auth-js/7.14.0 okta-signin-widget-7.37.0".to_owned()
    });
    add(data, room, "traceId", || random.uuid('4'));
    if let Some(device) = record.client.device {
        add(data, room, "deviceFingerprint", || device.fingerprint.clone());
    }
    add(data, room, "authnRequestId", || random.id("Z", 27, "AAAx4"));
    add(data, room, "ja4", || format!("t13d1516h2_{}_{}", random.hex(12), random.hex(12)));
    add(data, room, "ja3", || random.hex(32));
    add(data, room, "origin", || format!("https://{TENANT}"));
    add(data, room, "oagApp", || "false".to_owned());
}

/// Adds one entry, unless the text would then be longer than `room`.
fn add(data: &mut Object, room: usize, key: &str, value: impl FnOnce() -> String) {
    if data.written() >= room {
        return;
    }
    let value = value();
    // Quotes inside the JSON of `logOnlySecurityData` take two bytes each.
    let quotes = value.bytes().filter(|byte| *byte == b'"').count();
    let entry = r#","":"""#.len() + key.len() + value.len() + quotes;
    if data.written() + entry <= room {
        data.text(key, &value);
    }
}
