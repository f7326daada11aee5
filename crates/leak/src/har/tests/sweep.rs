//! Values found again in every encoding.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use crate::har::found::{Cover, Found, What};
use crate::har::sweep::Sweep;
use crate::har::values::Values;
use crate::secret::Key;

fn values(values: &[&str]) -> Values {
    let mut gathered = Values::default();
    for value in values {
        let found = Found {
            span: 0..value.len(),
            hidden: 0..value.len(),
            value: (*value).to_owned(),
            what: What::Private("TOKEN"),
            cover: Cover::Plain,
            life: None,
        };
        gathered.add(&found, &Key::new(b"test"));
    }
    gathered
}

pub(crate) fn swept(text: &str, secrets: &[&str]) -> String {
    let sweep = Sweep::new(&values(secrets)).unwrap();
    let mut out = Vec::new();
    let mut at = 0;
    for edit in sweep.edits(text.as_bytes()) {
        out.extend_from_slice(&text.as_bytes()[at..edit.span.start]);
        out.extend_from_slice(&edit.with);
        at = edit.span.end;
    }
    out.extend_from_slice(&text.as_bytes()[at..]);
    String::from_utf8(out).unwrap()
}

/// A way to write text.
pub(crate) fn encode(text: &str, how: usize) -> String {
    let each = |write: &dyn Fn(char) -> String| text.chars().map(write).collect::<String>();
    let odd = |write: &dyn Fn(char) -> String| {
        each(&|c| if c.is_ascii_alphanumeric() { c.to_string() } else { write(c) })
    };
    match how {
        0 => text.to_owned(),
        1 => odd(&|c| format!("%{:02X}", u32::from(c))),
        2 => each(&|c| format!("%{:02x}", u32::from(c))),
        3 => odd(&|c| format!("&#x{:x};", u32::from(c))),
        4 => each(&|c| format!("&#{};", u32::from(c))),
        5 => odd(&|c| format!("\\u{:04x}", u32::from(c))),
        6 => odd(&|c| format!("\\x{:02X}", u32::from(c))),
        7 => serde_json::to_string(text).unwrap().trim_matches('"').to_owned(),
        8 => STANDARD.encode(text),
        9 => URL_SAFE_NO_PAD.encode(text),
        10 => STANDARD.encode(format!("x{text}y")),
        11 => STANDARD.encode(format!("{{\"t\":\"{text}\"}}")),
        12 => each(&|c| format!("{:02x}", u32::from(c))),
        _ => each(&|c| format!("{:02X}", u32::from(c))),
    }
}

pub(crate) const ENCODINGS: usize = 14;

#[test]
fn each_encoding_is_undone() {
    let secret = "a1-B2_c3.D4~e5+F6/g7=";
    for one in 0..ENCODINGS {
        for other in 0..ENCODINGS {
            let text = format!("before {} after", encode(&encode(secret, one), other));
            let copy = swept(&text, &[secret]);
            assert_ne!(text, copy, "{one} in {other}");
            assert_eq!(copy, swept(&copy, &[secret]), "{one} in {other}: {text} {copy}");
            assert!(copy.starts_with("before ") && copy.ends_with(" after"), "{copy}");
        }
    }
}

#[test]
fn base64_stays_base64_and_keeps_its_neighbors() {
    let secret = "20111sTEzXyW4vQ9aBcDeFgHiJkLmNoPqRsTuVwXyZ12";
    for before in 0..4 {
        let text = format!("{}{{\"a\":\"{secret}\",\"b\":1}}", "z".repeat(before));
        let copy = swept(&STANDARD.encode(&text), &[secret]);
        let decoded = String::from_utf8(STANDARD.decode(&copy).unwrap()).unwrap();
        assert!(
            decoded.starts_with(&text[..before + 6]) && decoded.ends_with("\",\"b\":1}"),
            "{decoded}"
        );
        assert!(decoded.contains("[TOKEN:") && !decoded.contains(secret));
    }
}

#[test]
fn short_values_are_words_and_common_ones_stay() {
    assert_eq!(swept("at 123456, not 1234567", &["123456"]).matches("[TOKEN:").count(), 1);
    assert_eq!(swept("a password, true, 12", &["password", "true", "12"]), "a password, true, 12");
}

proptest! {
    #[test]
    fn no_encoding_of_a_value_is_left(
        secret in "[A-Za-z0-9_-]{12}[0-9][a-z][A-Za-z0-9_-]{6,60}",
        hows in prop::collection::vec(0..ENCODINGS, 1..4),
        before in "[ -~]{0,12}",
        after in "[ -~]{0,12}",
    ) {
        let written = hows.iter().fold(secret.clone(), |text, how| encode(&text, *how));
        let text = format!("{before} {written} {after}");
        let copy = swept(&text, &[&secret]);
        prop_assert!(copy != text, "{hows:?}: {text}");
        prop_assert_eq!(swept(&copy, &[&secret]), copy);
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,80}", secret in "\\PC{0,20}") {
        swept(&text, &[&secret]);
    }
}
