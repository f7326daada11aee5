//! What readers saw, as text, for tests.

use std::fmt::Write as _;

use crate::{Asked, Body, Fault, Sighting, Taker};

/// What `read` gives, one line each.
pub(super) fn show(read: impl FnOnce(&mut dyn Taker)) -> String {
    let mut shown = Shown::default();
    read(&mut shown);
    shown.0
}

#[derive(Default)]
struct Shown(String);

impl Taker for Shown {
    fn sighting(&mut self, sighting: &Sighting<'_>) {
        let out = &mut self.0;
        let _ = write!(out, "{}", sighting.line);
        let _ = match &sighting.asked {
            Asked::Request { method, target } => {
                write!(out, " {} {target}", method.map_or("?", crate::Method::name))
            }
            Asked::Named { names, ids } => write!(out, " {names:?} {ids:?}"),
        };
        if let Body::Members(members) = sighting.body {
            let _ = write!(out, " body {members:?}");
        }
        if sighting.body == Body::Empty {
            out.push_str(" no body");
        }
        if let Some(status) = sighting.status {
            let _ = write!(out, " -> {status}");
        }
        if let Some(time) = sighting.time {
            let _ = write!(out, " at {time}");
        }
        if let Some(credential) = sighting.credential {
            let _ = write!(out, " by {credential}");
        }
        if !sighting.label.is_empty() {
            let _ = write!(out, " | {}", sighting.label);
        }
        out.push('\n');
    }

    fn fault(&mut self, fault: Fault) {
        let _ = writeln!(self.0, "{} fault: {}", fault.line, fault.what);
    }

    fn passed_over(&mut self, line: u64, text: &str) {
        let _ = writeln!(self.0, "{line} passed over: {text}");
    }
}
