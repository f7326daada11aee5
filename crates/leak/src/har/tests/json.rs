//! The lexer and the walk against `serde_json`.

use std::io::{self, Read};
use std::ops::Range;

use proptest::prelude::*;
use serde_json::Value as Json;

use crate::har::lexer::{Broken, Lexer, PART_BYTES, whole_escapes};
use crate::har::text;
use crate::har::walk::{Edit, Run, Step, Value, Visit, Window, walk};

/// Gives a few bytes at a time.
struct Trickle<'t>(&'t [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.1.min(buffer.len()).min(self.0.len());
        buffer[..len].copy_from_slice(&self.0[..len]);
        self.0 = &self.0[len..];
        Ok(len)
    }
}

/// Every leaf with its path, and the bytes of long strings up to where they settle.
#[derive(Default)]
struct Leaves {
    read: Vec<(String, String)>,
    long: Vec<u8>,
    edits: Vec<Range<usize>>,
}

fn dotted(path: &[Step], name: Option<&str>) -> String {
    let steps = path.iter().map(|step| match step {
        Step::Key(key) => key.clone(),
        Step::Element(number) => number.to_string(),
    });
    steps.chain(name.map(str::to_owned)).collect::<Vec<_>>().join("/")
}

impl Visit for Leaves {
    fn run(&mut self, run: Run<'_>) -> Vec<Edit> {
        for member in run.members {
            let raw = run.bytes(&member.span);
            let leaf = match member.value {
                Value::String => format!("{:?}", String::from_utf8_lossy(&text::json(raw).bytes)),
                Value::Scalar => String::from_utf8_lossy(raw).into_owned(),
                Value::Holder => continue,
            };
            self.read.push((dotted(run.path, member.name.as_deref()), leaf));
        }
        Vec::new()
    }

    fn window(&mut self, window: Window<'_>) -> Vec<Edit> {
        self.long.extend_from_slice(&window.raw[..window.settled - window.offset]);
        let edits = self.edits.iter().filter(|span| {
            span.start >= window.offset && span.end <= window.offset + window.raw.len()
        });
        edits.map(|span| Edit { span: span.clone(), with: b"X".to_vec() }).collect()
    }
}

fn leaves_of(value: &Json, path: &str, leaves: &mut Vec<(String, String)>) {
    let below = |name: &str| {
        if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
    };
    match value {
        Json::Object(members) => {
            members.iter().for_each(|(name, value)| leaves_of(value, &below(name), leaves));
        }
        // The number of an element is told for holders alone.
        Json::Array(elements) => elements.iter().enumerate().for_each(|(number, value)| {
            let is_leaf = !value.is_object() && !value.is_array();
            let path = if is_leaf { path.to_owned() } else { below(&number.to_string()) };
            leaves_of(value, &path, leaves);
        }),
        Json::String(text) => leaves.push((path.to_owned(), format!("{text:?}"))),
        other => leaves.push((path.to_owned(), other.to_string())),
    }
}

fn read(text: &[u8], at_once: usize) -> Result<Vec<(String, String)>, Broken> {
    let mut leaves = Leaves::default();
    walk(Lexer::new(&mut Trickle(text, at_once)), &mut leaves, None)?;
    Ok(leaves.read)
}

fn document() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        "\\PC{0,20}".prop_map(Json::from),
        any::<String>().prop_map(Json::from),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::hash_map("[a-zé\"\\\\]{1,8}", inner, 0..6)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_leaf_is_read_in_whatever_pieces_it_comes(
        value in document(),
        is_pretty in any::<bool>(),
        at_once in 1_usize..40,
    ) {
        let text = if is_pretty {
            serde_json::to_vec_pretty(&value).unwrap()
        } else {
            serde_json::to_vec(&value).unwrap()
        };
        let mut expected = Vec::new();
        leaves_of(&value, "", &mut expected);
        prop_assert_eq!(read(&text, at_once).unwrap(), expected);
    }

    #[test]
    fn what_another_reader_takes_is_taken(
        value in document(),
        at in any::<prop::sample::Index>(),
        byte in prop::sample::select(b"{}[]:,\"\\ 0-1.eEtfnul\n\xff".to_vec()),
    ) {
        let mut text = serde_json::to_vec(&value).unwrap();
        let at = at.index(text.len());
        text[at] = byte;
        let other: Result<Json, _> = serde_json::from_slice(&text);
        let ours = read(&text, 7);
        if other.is_ok() {
            prop_assert!(ours.is_ok(), "{}", String::from_utf8_lossy(&text));
        }
    }

    #[test]
    fn nothing_panics(text in prop::collection::vec(any::<u8>(), 0..200), at_once in 1_usize..9) {
        let _ = read(&text, at_once);
    }

    #[test]
    fn escapes_are_never_split(text in "([a-z]|\\\\\\\\|\\\\n|\\\\u00e9|\\\\ud83d\\\\ude00){0,30}", limit in 0_usize..60) {
        let bytes = text.as_bytes();
        let len = whole_escapes(bytes, limit);
        prop_assert!(len <= limit.min(bytes.len()));
        let (head, tail) = (text::json(&bytes[..len]), text::json(&bytes[len..]));
        let joined = [head.bytes.into_owned(), tail.bytes.into_owned()].concat();
        prop_assert_eq!(joined, text::json(bytes).bytes.into_owned());
    }

    #[test]
    fn decoded_bytes_lead_back(text in "([a-z]|%2[0-9a-f]|&#x2d;|&amp;|\\\\n|\\\\x41|\\\\u00e9){0,30}") {
        let decoded = text::any(text.as_bytes());
        let mut end = 0;
        for at in 0..decoded.bytes.len() {
            let span = decoded.origin(at..at + 1);
            prop_assert!(span.start >= end || decoded.bytes[at] >= 0x80);
            end = span.end;
        }
        prop_assert_eq!(decoded.origin(0..decoded.bytes.len()), 0..text.len());
    }
}

#[test]
fn a_long_string_comes_whole_and_is_edited_in_place() {
    let long = "abcd".repeat(PART_BYTES);
    let text = format!("{{\"a\":1,\"b\":\"{long}\",\"c\":[2]}}");
    let first = text.find("abcd").unwrap();
    let spans = [0, PART_BYTES - 2, PART_BYTES * 2, long.len() - 4];
    let edits = spans.iter().map(|at| first + at..first + at + 4).collect();
    let mut leaves = Leaves { edits, ..Leaves::default() };
    let mut out = Vec::new();
    let len = walk(Lexer::new(&mut text.as_bytes()), &mut leaves, Some(&mut out)).unwrap();
    assert_eq!(len, text.len());
    let mut expected = text.clone().into_bytes();
    for at in spans.iter().rev() {
        expected.splice(first + at..first + at + 4, *b"X");
    }
    assert!(leaves.long == long.as_bytes(), "{} of {} bytes", leaves.long.len(), long.len());
    assert_eq!(leaves.read, [("a".to_owned(), "1".to_owned()), ("c".to_owned(), "2".to_owned())]);
    assert!(out == expected, "{} of {} bytes", out.len(), expected.len());
}
