//! Whatever a `Link` header holds: nothing panics, targets stand in it in their order, and links that are written are read.

#![no_main]

// The crate would bring everything that speaks TLS with it.
#[path = "../../crates/idp/src/link.rs"]
mod link;

use libfuzzer_sys::fuzz_target;

use self::link::links;

fuzz_target!(|line: &str| {
    let mut rest = line;
    let mut written = Vec::new();
    for link in links(line) {
        let at = rest.find(link.target).expect("a target stands in the line");
        rest = &rest[at + link.target.len()..];
        assert!(!link.target.contains('>'), "a target ends at its bracket");
        assert!(link.rel.split_ascii_whitespace().all(|word| link.is(word)));
        let rel = link.rel.replace(['\\', '"'], " ");
        written.push((link.target.to_owned(), rel));
    }
    let again: Vec<_> = written
        .iter()
        .map(|(target, rel)| format!("<{target}>; x=\",<\"; rel=\"{rel}\""))
        .collect();
    let again = again.join(", ");
    // What is too long is not read at all.
    if again.len() <= line.len() {
        let read: Vec<_> =
            links(&again).into_iter().map(|one| (one.target.to_owned(), one.rel)).collect();
        assert_eq!(read, written);
    }
});
