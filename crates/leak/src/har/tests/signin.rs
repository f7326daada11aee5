//! A recording of a sign-in that was written for the tests, with a credential wherever one can be.

use std::collections::BTreeSet;

use crate::har::tests::copied;
use crate::har::{HarAccount, HarLeak, scan};
use crate::scanner::Scanner;

const RECORDING: &[u8] = include_bytes!("../../../testdata/okta_signin.har");
const PLACES: &str = include_str!("../../../testdata/okta_signin.places.txt");
const PLANTED: &str = include_str!("../../../testdata/okta_signin.tsv");

/// Kinds, any of which is right, and the value.
fn planted() -> Vec<(Vec<&'static str>, String)> {
    let rows = PLANTED.lines().skip(2).filter_map(|line| line.split_once('\t'));
    rows.map(|(kinds, value)| (kinds.split('|').collect(), serde_json::from_str(value).unwrap()))
        .collect()
}

fn scanned(recording: &[u8]) -> (Vec<HarLeak>, HarAccount) {
    let mut leaks = Vec::new();
    let account = scan(&Scanner::new(), &mut &*recording, &mut |leak| leaks.push(leak)).unwrap();
    (leaks, account)
}

#[test]
fn every_credential_is_typed() {
    let (leaks, account) = scanned(RECORDING);
    let seen: BTreeSet<(&str, &str)> =
        leaks.iter().map(|one| (one.leak.secret.expose(), one.leak.kind.kind)).collect();
    let missing: Vec<_> = planted()
        .into_iter()
        .filter(|(kinds, value)| {
            let is_typed = kinds.iter().any(|kind| seen.contains(&(value.as_str(), *kind)));
            !is_typed && kinds != &["-"]
        })
        .map(|(kinds, value)| {
            let as_what: Vec<_> =
                seen.iter().filter(|one| one.0 == value).map(|one| one.1).collect();
            (kinds, value, as_what)
        })
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
    assert_eq!(account.broken, None);
    let values: BTreeSet<String> = planted().into_iter().map(|(_, value)| value).collect();
    let others: Vec<_> = leaks
        .iter()
        .filter(|one| !values.contains(one.leak.secret.expose()))
        .map(|one| {
            (one.leak.kind.kind, one.leak.secret.expose(), one.part.as_str(), one.leak.why.clone())
        })
        .collect();
    assert!(others.is_empty(), "{others:#?}");
}

#[test]
fn a_place_tells_who_sent_it_and_whether_it_was_valid() {
    let (leaks, _) = scanned(RECORDING);
    // Cookies are copied from request to request, and their lists repeat the header.
    let shown = leaks.iter().filter(|one| !one.part.contains("cookie") || one.entry == Some(4));
    let lines: Vec<String> = shown
        .map(|one| {
            let valid = one.valid_at_capture.map_or("?", |valid| if valid { "yes" } else { "no" });
            let entry = one.entry.unwrap_or_default();
            format!("{entry} {} {} {valid}", one.leak.kind.kind, one.part)
        })
        .collect();
    assert_eq!(lines.join("\n"), PLACES.trim());
}

#[test]
fn nothing_of_it_is_left_in_a_copy() {
    let copy = copied(RECORDING);
    let text = String::from_utf8(copy).unwrap();
    let left: Vec<_> = planted()
        .into_iter()
        .filter(|(_, value)| text.contains(crate::har::tests::hidden(value)))
        .collect();
    assert!(left.is_empty(), "{left:#?}");
}
