//! Texts that are made to take long: each would, if anything were read twice for every byte.

use std::io::Read;

use crate::har::reader::Reader;
use crate::har::tests::sweep::swept;
use crate::har::{Break, Redactor, scan};
use crate::scanner::Scanner;
use crate::secret::Key;

/// Bytes of each text. A walk of the square of that would not end.
const LEN: usize = 60_000;

fn repeated(text: &str) -> String {
    text.repeat(LEN / text.len())
}

#[test]
fn a_body_takes_no_longer_than_its_length() {
    let scanner = Scanner::new();
    let pieces = [
        "{}",
        "[",
        "{\"a\":",
        "<input ",
        "<input a=b",
        "=\"",
        "a='",
        "eyJ",
        "eyJ.",
        "/",
        "/aaaaaaaaaaaaaaaaaaaa",
        "--\n",
        "data:\n",
        "data:{}\n",
        "a=b&",
        "a=%3D&",
        "&#x3c;",
        "\\u002d",
        "%25",
        "%",
        "\\",
        "[OKTA:12345678]",
        "https://a@",
        "a(\"",
        "\"\\\"",
        "{\"value\":1,\"value\":2,",
        "AAAA",
        "-----BEGIN ",
        "{\"kty\":1,\"d\":\"a\"}",
        "SSWS 00",
    ];
    for piece in pieces {
        let text = repeated(piece);
        for text in [
            text.clone(),
            format!("{{\"a\":\"{text}"),
            format!("x=\"{text}"),
            format!("https://a/{text}"),
        ] {
            for one in Reader::new(&scanner).body(text.as_bytes(), false) {
                assert!(one.span.end <= text.len(), "{piece}");
            }
        }
    }
}

#[test]
fn a_sweep_takes_no_longer_than_its_length() {
    let secret = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0";
    for piece in [secret, "QUJD", "IGlp", "41424344", "%2541", "&amp;#x41;", "\\\\u0041", "VWXYZ4"]
    {
        swept(&repeated(piece), &[secret, "414243444546", "aaaaaaaaaaaaaaaaaaaaaaaa1"]);
    }
}

/// A string without end.
struct Endless(usize);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let len = self.0.min(buffer.len());
        let head = b"{\"log\":{\"entries\":[{\"comment\":\"";
        buffer[..len].fill(b'a');
        if self.0 == Self::LEN && len >= head.len() {
            buffer[..head.len()].copy_from_slice(head);
        }
        self.0 -= len;
        Ok(len)
    }
}

impl Endless {
    const LEN: usize = 20 << 20;
}

#[test]
fn a_string_that_does_not_end_is_said_and_no_copy_is_made() {
    let (scanner, key) = (Scanner::new(), Key::new(b"test"));
    let account = scan(&scanner, &mut Endless(Endless::LEN), &mut |_| {}).unwrap();
    assert_eq!(account.broken, Some((Endless::LEN as u64, Break::CutShort)));
    assert_eq!(account.entries, 1);
    let error = Redactor::gather(&scanner, &key, &mut Endless(Endless::LEN)).unwrap_err();
    assert!(error.to_string().ends_with("it is cut short"), "{error}");
}

#[test]
fn what_nests_too_deep_is_said() {
    let text = "[".repeat(200);
    let account = scan(&Scanner::new(), &mut text.as_bytes(), &mut |_| {}).unwrap();
    assert_eq!(account.broken, Some((128, Break::TooDeep)));
    let error = scan(&Scanner::new(), &mut &b"<html>"[..], &mut |_| {}).unwrap_err();
    assert_eq!(error.to_string(), "cannot be read beyond byte 0: it is no JSON from there on");
}
