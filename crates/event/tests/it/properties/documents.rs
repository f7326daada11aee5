//! Documents, paths into them, and bytes that look like some.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::oracle::Step;

/// Few names, so that paths hit; some differ in case only, and some could be indexes or whole paths.
const NAMES: [&str; 14] =
    ["a", "b", "c", "A", "B", "é", "É", "0", "1", "x y", "a.b", "A.b", "", "a\"\\b"];

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(&NAMES[..]).prop_map(str::to_owned)
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Eighths, because `serde_json` reads longer fractions only nearly.
        any::<i32>().prop_map(|number| (f64::from(number) / 8.0).into()),
        "\\PC{0,6}".prop_map(Value::from),
        "[\"\\\\{}\\[\\],:\n\té😀]{0,80}".prop_map(Value::from),
    ]
}

/// An object without repeated keys.
pub(super) fn document() -> impl Strategy<Value = Value> {
    let value =
        scalar().prop_recursive(5, 48, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                object(inner),
            ]
        });
    object(value)
}

/// The types of objects that say one.
const TYPES: [&str; 3] = ["U", "u", "É x"];

fn object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let members = prop::collection::vec((name(), value), 0..6);
    let kind = prop::option::of((
        prop::sample::select(&["type", "Type"][..]),
        prop::sample::select(&TYPES[..]),
    ));
    (members, kind).prop_map(|(members, kind)| {
        let kind = kind.map(|(key, word)| (key.to_owned(), Value::from(word)));
        Value::from(members.into_iter().chain(kind).collect::<Map<_, _>>())
    })
}

/// A path, as steps. It begins with a name, and dots separate names.
pub(super) fn path() -> impl Strategy<Value = Vec<Step>> {
    let plain: Vec<_> = NAMES.into_iter().filter(|n| !n.contains('.') && !n.is_empty()).collect();
    let name = prop::sample::select(plain).prop_map(|name| Step::Name(name.to_owned()));
    let step = prop_oneof![
        6 => name.clone(),
        2 => (0usize..4).prop_map(Step::Number),
        1 => (-3i64..4).prop_map(Step::Index),
        1 => Just(Step::Each),
        2 => prop::sample::select(&["u", "é X"][..]).prop_map(|word| Step::OfType(word.to_owned())),
    ];
    (name, prop::collection::vec(step, 0..4)).prop_map(|(first, rest)| {
        let mut steps = vec![first];
        steps.extend(rest);
        steps
    })
}

/// Writes a document with white space and escapes that the style picks.
pub(super) fn render(value: &Value, style: u64) -> String {
    let mut pen = Pen { text: String::new(), style };
    pen.value(value);
    pen.text
}

struct Pen {
    text: String,
    style: u64,
}

impl Pen {
    /// The next of a few choices.
    fn choose(&mut self, choices: u64) -> u64 {
        self.style = self.style.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.style >> 33) % choices
    }

    fn space(&mut self) {
        let choice = self.choose(8) as usize;
        self.text.push_str(["", "", "", "", " ", "\t", "  ", "\r"][choice]);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.string(text),
            Value::Array(elements) => self.list('[', elements, Self::value, ']'),
            Value::Object(members) => {
                let member = |pen: &mut Self, (name, value): (&String, &Value)| {
                    pen.string(name);
                    pen.space();
                    pen.text.push(':');
                    pen.space();
                    pen.value(value);
                };
                self.list('{', members, member, '}');
            }
            scalar => self.text.push_str(&scalar.to_string()),
        }
    }

    fn list<T>(
        &mut self,
        open: char,
        items: impl IntoIterator<Item = T>,
        write: impl Fn(&mut Self, T),
        close: char,
    ) {
        self.text.push(open);
        self.space();
        for (i, item) in items.into_iter().enumerate() {
            if i > 0 {
                self.text.push(',');
                self.space();
            }
            write(self, item);
            self.space();
        }
        self.text.push(close);
    }

    fn string(&mut self, text: &str) {
        if self.choose(4) > 0 {
            self.text.push_str(&Value::from(text).to_string());
            return;
        }
        self.text.push('"');
        for unit in text.encode_utf16() {
            let _ = write!(self.text, "\\u{unit:04x}");
        }
        self.text.push('"');
    }
}

/// Bytes with what the framer and the scan look for in them, in any order.
pub(super) fn json_like() -> impl Strategy<Value = Vec<u8>> {
    const TOKENS: [&[u8]; 52] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"",
        b"\\",
        b"\\\"",
        b"\\u00e9",
        b"\n",
        b"\r\n",
        b" ",
        b"\t",
        b"\0",
        b"\xff",
        b"\xc3",
        b"\xc3\xa9",
        b"\xef\xbb\xbf",
        b"\xef",
        b"1",
        b"-0.5e3",
        b"null",
        b"true",
        b"\"a\"",
        b"\"b\"",
        b"\"a.b\"",
        b"{\"a\":1}",
        b"{\"a\":1},\n",
        b"[{\"a\":{\"b\":",
        b"{\n \"a\":\n  {",
        b"\"eventType\":\"a.b\",\"uuid\":\"1\"",
        b"{\"eventType\":\"a.b\",\"uuid\":\"1\",\"target\":[",
        b"{\"log_id\":\"1\",\"data\":{\"type\":\"s\"",
        b"\"type\":\"s\",\"date\":\"2026-11-22\",\"_id\":1",
        b"{\"detail-type\":1,\"detail\":",
        b"{\"data\":{\"events\":[",
        b"\"eventTypeVersion\":1,",
        b"{\"_index\":1,\"_source\":",
        b"{\"time\":1,\"event\":",
        b"\"{\\\"eventType\\\":\\\"a.b\\\",\\\"uuid\\\":1}\"",
        b"\"message\":",
        b"\"_raw\":",
        b"{\"logs\":[",
        b"{\"Records\":[",
        b"\"debugContext\":{\"debugData\":{",
        b"\"risk\":\"{level=HIGH, reasons=x, y}\"",
        b"\"tunnels\":\"[{\\\"a\\\":1}]\"",
        b"event_type,uuid\n",
        b"a,b\n",
        b"\"a\n\",",
        b"\xff\xfe",
    ];
    let token = prop_oneof![
        20 => prop::sample::select(&TOKENS[..]).prop_map(<[u8]>::to_vec),
        1 => (1usize..150).prop_map(|len| vec![b'x'; len]),
        1 => (60usize..140).prop_map(|len| vec![b'['; len]),
    ];
    prop::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat())
}
