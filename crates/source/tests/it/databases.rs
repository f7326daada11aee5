//! Databases: rows by table and column, what deleted rows left, and broken files.

use std::io::Read as _;

use source::{Limits, Why};

use crate::gathered::{self, Outcome, limits};
use crate::pack::{Entry, gzip, tar, zip};

fn unpacked(gz: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(gz).read_to_end(&mut bytes).unwrap();
    bytes
}

/// Pages of 512 bytes; see `data/make.sql`.
fn utf8() -> Vec<u8> {
    unpacked(include_bytes!("../data/utf8.db.gz"))
}

fn utf16() -> Vec<u8> {
    unpacked(include_bytes!("../data/utf16.db.gz"))
}

/// Some of what the database holds, whichever way it came.
#[track_caller]
fn check_rows(outcome: &Outcome, at: &str) {
    let text = |below: &str| outcome.text(&format!("{at}!/{below}"));
    assert_eq!(
        text("accounts/1"),
        "url: https://acme.okta.com\napi token: token-of-acme\nn: 7\nratio: 0.5\n"
    );
    // Rows without ids are numbered, and keep their key first.
    assert_eq!(text("settings/1"), "name: org\nvalue: acme.okta.com\n");
    assert_eq!(text("settings/2"), "name: theme\nvalue: light\n");
    for n in 1..=200 {
        assert_eq!(text(&format!("log/{n}")), format!("line: entry {n} of the log\n"));
    }
    let words = |n| (1..n).map(|i| format!("word {i}\n")).collect::<String>();
    assert_eq!(text("long/1"), format!("text: {}\nmore: short\n", words(200)));
    assert_eq!(text("long/2"), "more: short\n");
    assert_eq!(text("long/text/2"), words(1_800));
    assert!(outcome.paths().iter().any(|path| path.ends_with("sqlite_schema/1")));
    assert_eq!(outcome.unread(), Vec::<String>::new());
}

#[test]
fn rows_are_handed_over_with_the_names_of_their_columns() {
    check_rows(&gathered::bytes(&utf8(), &limits()), "a");
    check_rows(&gathered::stream(&utf8(), &limits()), "a");
    check_rows(&gathered::bytes(&utf16(), &limits()), "a");
    let outcome = gathered::bytes(&utf8(), &limits());
    let row = &outcome.contents["a!/accounts/-3"];
    assert!(row.ends_with(b"note: \x00\xffA\n"), "{row:?}");
}

#[test]
fn a_database_in_an_archive_is_read() {
    check_rows(
        &gathered::bytes(&zip(&[Entry::deflated("x/y.db", &utf8())]), &limits()),
        "a!/x/y.db",
    );
    check_rows(&gathered::bytes(&gzip(&tar(&[("y.db", &utf8())])), &limits()), "a!/y.db");
    check_rows(&gathered::stream(&gzip(&utf8()), &limits()), "a");
    let small = Limits { held_bytes: 10_000, ..limits() };
    let outcome = gathered::bytes(&tar(&[("y.db", &utf8())]), &small);
    assert_eq!(outcome.unread(), ["a!/y.db: too large"]);
}

/// What was handed over of no table.
fn free(outcome: &Outcome) -> Vec<&str> {
    let is_free = |path: &str| path.starts_with("a!/free/");
    let texts = outcome.contents.iter().filter(|(path, _)| is_free(path));
    texts.filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok()).collect()
}

#[test]
fn deleted_rows_are_rows_as_far_as_they_are_there() {
    let outcome = gathered::bytes(&utf8(), &limits());
    let free = free(&outcome);
    // The last row of a page: all of it is there.
    let row =
        "url: https://acme.oktapreview.com\napi token: token-deleted\nn: 1\nratio: 1\nnote: x\n";
    assert!(free.contains(&row), "{free:?}");
    // Pages of a table that was dropped.
    for n in 1..=100 {
        let row = format!("column0: dropped with its page {n}\n");
        assert!(free.iter().any(|text| *text == row), "{n}");
    }
    // Indexes repeat what tables hold.
    assert!(!free.iter().any(|text| text.contains("entry 7 of the log")));
}

#[test]
fn deleted_rows_are_rows_again_without_their_first_bytes() {
    let outcome = gathered::bytes(&unpacked(include_bytes!("../data/deleted.db.gz")), &limits());
    let free = free(&outcome);
    for row in [
        "name: okta_api_token\nvalue: short\n".to_owned(),
        format!("name: okta_api_token\nvalue: {}\n", "long".repeat(40)),
        "name: with an id of two bytes\nvalue: v\n".to_owned(),
        format!("name: {}\nvalue: v\n", "long name ".repeat(10)),
    ] {
        assert!(free.contains(&row.as_str()), "{row}: {free:?}");
    }
}

#[test]
fn a_broken_database_is_said_and_read_as_far_as_it_goes() {
    let whole = utf8();
    // Cut short: pages are missing.
    let outcome = gathered::bytes(&whole[..whole.len() / 2], &limits());
    assert_eq!(outcome.unread(), ["a: broken"]);
    assert!(outcome.text("a!/accounts/1").contains("token-of-acme"));
    // A size of pages that cannot be: the bytes are handed over as they are.
    let mut broken = whole.clone();
    broken[16] = 0x7f;
    let outcome = gathered::bytes(&broken, &limits());
    assert_eq!((outcome.unread(), outcome.paths()), (vec!["a: broken".to_owned()], vec!["a"]));
    // The first page of the schema is none.
    let mut broken = whole;
    broken[100] = 0;
    let outcome = gathered::bytes(&broken, &limits());
    assert_eq!(outcome.unread(), ["a: broken"]);
    assert!(outcome.contents.contains_key("a!/free/2"));
}

#[test]
fn whatever_byte_is_wrong_everything_is_handed_over_or_said() {
    let whole = utf8();
    let fine = gathered::bytes(&whole, &limits()).account.files;
    let mut said = 0;
    for at in (16..whole.len()).step_by(97) {
        let mut broken = whole.clone();
        broken[at] ^= 0xff;
        let outcome = gathered::bytes(&broken, &limits());
        said += u64::from(outcome.account.unread_count > 0);
        assert!(outcome.account.files < fine + 1_000, "{at}");
        assert!(outcome.account.unread.iter().all(|unread| unread.why == Why::Corrupt), "{at}");
    }
    assert!(said > 10, "{said}");
}

#[test]
fn a_tree_that_goes_in_circles_ends() {
    let mut broken = utf8();
    // Every inner page of a table leads back to the first page.
    for page in broken.chunks_mut(512).skip(1).filter(|page| page[0] == 5) {
        page[8..12].copy_from_slice(&1u32.to_be_bytes());
    }
    assert_eq!(gathered::bytes(&broken, &limits()).unread(), ["a: broken"]);
}
