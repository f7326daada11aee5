//! Settings that are refused.

use super::house::{receiver, settings};
use crate::secret::SecretText;
use crate::settings::{Kind, Settings};

fn check(change: impl FnOnce(&mut Settings), expected: &str) {
    let mut settings = settings();
    change(&mut settings);
    let told = settings.check().map_or_else(|err| err.to_string(), |()| "fine".to_owned());
    assert_eq!(told, expected);
}

#[test]
fn other_machines_are_answered_over_tls_unless_told() {
    let open = "0.0.0.0:8484".parse().unwrap();
    check(
        |it| it.listen = open,
        "0.0.0.0:8484 is open to other machines: set up TLS, or allow plain HTTP if a proxy ends TLS",
    );
    check(|it| (it.listen, it.allow_plain) = (open, true), "fine");
    check(|it| it.listen = "[::1]:8484".parse().unwrap(), "fine");
}

#[test]
fn a_path_is_one_that_nobody_rewrites() {
    for (path, why) in [
        ("hooks", "must begin with a slash and not end with one"),
        ("/", "must begin with a slash and not end with one"),
        ("/hooks/", "must begin with a slash and not end with one"),
        ("/a b", "too long, or with a character that needs escaping"),
        ("/a?b", "too long, or with a character that needs escaping"),
        ("/a%20b", "too long, or with a character that needs escaping"),
        ("/a//b", "empty and dotted parts are taken away by proxies"),
        ("/a/../b", "empty and dotted parts are taken away by proxies"),
        ("/metrics", "taken by a page"),
        ("/services/collector", "used for two kinds"),
    ] {
        check(
            |it| it.receivers.push(receiver(path, Kind::Hook, "acme", &["secret"])),
            &format!("receiver `{path}`: {why}"),
        );
    }
}

#[test]
fn secrets_are_one_or_two_and_tell_receivers_apart() {
    for (secrets, why) in [
        (&[][..], "there is none"),
        (&["a", "b", "c"], "more than two"),
        (&[""], "empty, or not what a header can hold"),
        (&["a\nb"], "empty, or not what a header can hold"),
        (&[" a"], "empty, or not what a header can hold"),
    ] {
        check(
            |it| it.receivers.push(receiver("/new", Kind::Hook, "acme", secrets)),
            &format!("secrets of receiver `/new`: {why}"),
        );
    }
    check(
        |it| it.receivers[1] = receiver("/hooks/acme", Kind::Hook, "other", &["next of acme"]),
        "secrets of receiver `/hooks/acme`: one of them opens another receiver of this path",
    );
    check(|it| it.receivers[1] = receiver("/hooks/acme", Kind::Hook, "other", &["third"]), "fine");
}

#[test]
fn limits_let_something_through() {
    check(|it| it.limits.connections = 0, "limits: no connection fits");
    check(|it| it.limits.pending_bytes = 1, "limits: what waits cannot hold one body");
    check(|it| it.limits.header_bytes = 100, "limits: headers need 8 KiB at least");
}

#[test]
fn settings_print_no_secret() {
    let mut settings = settings();
    settings.page_secrets.push(SecretText::new("canary"));
    let told = format!("{settings:?}");
    assert!(!told.contains("canary") && !told.contains("hook of acme"), "{told}");
}
