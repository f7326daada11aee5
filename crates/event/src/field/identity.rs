//! What an event tells about an identity, whatever its product.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use catalog::{Product, Role};

use super::Key;
use super::short::{formatted, lower_case};
use crate::entity::{Who, visit_person, visit_resource};
use crate::event::Event;

/// Receives a text.
type Told<'s> = &'s mut dyn FnMut(&str);

impl Key {
    /// Calls `sink` with the one value, if there is any.
    pub(super) fn visit(self, event: &Event<'_>, sink: Told<'_>) {
        match self {
            Self::User => user(event, sink),
            Self::UserDomain => user(event, &mut |login| {
                if let Some((_, domain)) = login.rsplit_once('@')
                    && !domain.is_empty()
                {
                    sink(domain);
                }
            }),
            Self::TargetUser => {
                visit_person(event, Who::Name, &mut |login| lower_case(login, sink));
            }
            Self::TargetUserId => visit_person(event, Who::Id, sink),
            Self::Network => network(event, sink),
            Self::RootSession => {
                if !event.tell(Role::RootSession, sink) {
                    event.tell(Role::Session, sink);
                }
            }
            Self::App => app(event, sink),
            Self::Idp => idp(event, sink),
            Self::AppName => {
                event.tell(Role::AppName, sink);
            }
            Self::Provider => {
                if let Some(product) = event.product() {
                    sink(product.name());
                }
            }
            Self::Outcome => {
                if let Some(outcome) = event.outcome() {
                    lower_case(outcome.name(), sink);
                }
            }
            Self::Role(Role::Type) => {
                if let Some(kind) = event.kind_text().filter(|kind| !kind.is_empty()) {
                    sink(&kind);
                }
            }
            Self::Role(Role::Tenant) => event.tell_tenant(sink),
            Self::Role(role) => {
                event.tell(role, sink);
            }
        }
    }
}

fn user(event: &Event<'_>, sink: Told<'_>) {
    if !event.tell(Role::ActorName, &mut |login| lower_case(login, sink)) {
        event.tell(Role::ActorId, sink);
    }
}

/// The autonomous system, else the part of the address that one site or customer usually has.
fn network(event: &Event<'_>, sink: Told<'_>) {
    let is_known = event.tell(Role::Asn, &mut |number| {
        let number = number.strip_prefix("AS").unwrap_or(number);
        formatted(format_args!("AS{number}"), sink);
    });
    if is_known {
        return;
    }
    event.tell(Role::Ip, &mut |address| {
        let with_port = || Some(address.parse::<SocketAddr>().ok()?.ip());
        match address.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
        {
            Some(IpAddr::V4(address)) => {
                let [a, b, c, _] = address.octets();
                formatted(format_args!("{a}.{b}.{c}.0/24"), sink);
            }
            Some(IpAddr::V6(address)) => {
                let [a, b, c, ..] = address.segments();
                let start = Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0);
                formatted(format_args!("{start}/48"), sink);
            }
            None => {}
        }
    });
}

/// What a call of Auth0's Management API changes, if its path names one of that collection.
fn of_call(event: &Event<'_>, collection: &str, sink: Told<'_>) -> Call {
    let mut call = Call::None;
    if event.product() == Some(Product::Auth0) {
        visit_resource(event, &mut |kind, id| {
            call = match id {
                Some(id) if kind == collection => {
                    sink(id);
                    Call::Told
                }
                None if kind == collection => Call::Making,
                _ => Call::Other,
            }
        });
    }
    call
}

/// What a call is about, as far as one collection is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    /// There is no call.
    None,
    /// One of the collection, and it was passed on.
    Told,
    /// The collection: what is made has its id in the answer.
    Making,
    /// Something else.
    Other,
}

fn app(event: &Event<'_>, sink: Told<'_>) {
    // Grants and keys of a client name it in the answer as well.
    if of_call(event, "clients", sink) != Call::Told {
        event.tell(Role::App, sink);
    }
}

fn idp(event: &Event<'_>, sink: Told<'_>) {
    if matches!(of_call(event, "connections", sink), Call::None | Call::Making) {
        event.tell(Role::Idp, sink);
    }
}
