//! Events: most fields may be missing, null, of any type, or in arrays.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::encoded::{code, command};
use super::vocabulary::{nullable, scalar, text};

/// Times of rules' fields, all in UTC or without a zone: rsigma-eval converts others.
const TIMES: [&str; 8] = [
    "2026-11-22T10:15:30Z",
    "2026-11-22T10:15:30.123Z",
    "2024-02-29T23:59:59Z",
    "2026-01-01T00:00:00.000Z",
    "2027-01-01T12:00:00Z",
    "2026-06-30T04:05:06",
    "2026-06-30 04:05:06",
    "no time",
];

const ADDRESSES: [&str; 8] = [
    "192.0.2.7",
    "198.51.100.200",
    "203.0.113.1",
    "2001:db8::1",
    "2001:DB8:0::ff",
    "::1",
    "192.0.2",
    "no address",
];

const NOTES: [&str; 6] =
    ["one\ntwo", "ONE\r\nTWO\nthree", "alice\nBob", "tab\tBob", "Émile\n", "two"];

/// An event.
pub(crate) fn event() -> impl Strategy<Value = Value> {
    let parts = (always(), actor(), lists(), sometimes(), decoys());
    parts.prop_map(|(always, actor, lists, sometimes, decoys)| {
        // Fields that differ only in case stand first, so that order cannot decide.
        let all = decoys.into_iter().chain(sometimes).chain(lists).chain(actor).chain(always);
        Value::Object(all.collect())
    })
}

type Members = Vec<(String, Value)>;

fn always() -> impl Strategy<Value = Members> {
    let note = select(&NOTES[..]).prop_map(Value::from);
    (nullable(), outcome(), tags(), times(), address(), (note, code(), command())).prop_map(
        |(kind, outcome, tags, at, ip, (note, code, command))| {
            let names = ["kind", "outcome", "tags", "at", "ip", "note", "code", "command"];
            let values = [kind, outcome, tags, at, ip, note, code, command];
            names.into_iter().map(str::to_owned).zip(values).collect()
        },
    )
}

fn outcome() -> impl Strategy<Value = Value> {
    (nullable(), of(nullable()), of(scalar())).prop_map(|(result, reason, decoy)| {
        object([("RESULT", decoy), ("result", Some(result)), ("reason", reason)])
    })
}

/// The actor, or fields under dotted names where nothing begins their paths.
fn actor() -> impl Strategy<Value = Members> {
    let inside = (of(scalar()), of(scalar()));
    let inside = inside.prop_map(|(id, name)| object([("id", id), ("displayName", name)]));
    let actor = prop_oneof![3 => inside, 1 => scalar()];
    prop_oneof![
        3 => actor.prop_map(|actor| members([("actor", Some(actor))])),
        1 => of(scalar()).prop_map(|id| members([("actor.id", id)])),
    ]
}

fn tags() -> impl Strategy<Value = Value> {
    let nested = vec(scalar(), 0..3).prop_map(Value::from);
    let tag = prop_oneof![5 => scalar(), 1 => nested];
    prop_oneof![4 => vec(tag, 0..4).prop_map(Value::from), 1 => scalar()]
}

fn lists() -> impl Strategy<Value = Members> {
    let group = of(scalar()).prop_map(|id| object([("id", id)]));
    let groups = vec(vec(group, 0..3), 0..3).prop_map(Value::from);
    (of(targets()), of(groups))
        .prop_map(|(target, groups)| members([("target", target), ("groups", groups)]))
}

fn targets() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => Just(Value::Null),
        2 => target(),
        6 => vec(target(), 0..4).prop_map(Value::from),
    ]
}

fn target() -> impl Strategy<Value = Value> {
    let detail = prop_oneof![
        1 => scalar(),
        3 => of(scalar()).prop_map(|name| object([("name", name)])),
    ];
    (of(scalar()), of(scalar()), of(detail))
        .prop_map(|(kind, id, detail)| object([("type", kind), ("id", id), ("detail", detail)]))
}

fn times() -> impl Strategy<Value = Value> {
    let time = || select(&TIMES[..]);
    prop_oneof![time().prop_map(Value::from), vec(time(), 0..3).prop_map(Value::from)]
}

fn address() -> impl Strategy<Value = Value> {
    let address = || select(&ADDRESSES[..]);
    prop_oneof![address().prop_map(Value::from), vec(address(), 0..3).prop_map(Value::from)]
}

/// Among others the type, by which Keyward chooses the rules that can match.
fn sometimes() -> impl Strategy<Value = Members> {
    let types = vec!["user.session.start", "policy.lifecycle.update", "User.Session.Start"];
    let kind = prop_oneof![3 => select(types).prop_map(Value::from), 1 => nullable()];
    let ip = select(&ADDRESSES[..]).prop_map(Value::from);
    (of(kind), of(nullable()), of((ip, any::<bool>()))).prop_map(|(kind, session, ip)| {
        let mut all = members([("eventType", kind), ("session", session)]);
        match ip {
            Some((ip, true)) => all.push(("client.ip".to_owned(), ip)),
            Some((ip, false)) => all.push(("client".to_owned(), json!({ "ip": ip }))),
            None => {}
        }
        all
    })
}

/// Fields that are named like one of every event but for case.
fn decoys() -> impl Strategy<Value = Members> {
    (of(text()), of(text())).prop_map(|(kind, tags)| {
        members([("Kind", kind.map(Value::from)), ("TAGS", tags.map(Value::from))])
    })
}

fn members<const N: usize>(all: [(&str, Option<Value>); N]) -> Members {
    let present = all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    present.collect()
}

fn object<const N: usize>(all: [(&str, Option<Value>); N]) -> Value {
    Value::Object(members(all).into_iter().collect::<Map<_, _>>())
}
