//! Each weakness by itself, on a tenant that has none.

use jiff::{SignedDuration, Timestamp};

use super::posture;
use crate::{
    Admin, Card, CardKind, Change, Console, ConsoleRule, Creation, Factor, Gap, Grant, Known,
    Network, Owner, Provider, Role, SecretRow, Seen, Snapshot,
};

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn ago(days: i64) -> Timestamp {
    now() - SignedDuration::from_hours(days * 24)
}

fn role(kind: &str) -> Role {
    Role { kind: kind.to_owned(), ..Role::default() }
}

fn factor(kind: &str) -> Factor {
    Factor { kind: kind.to_owned(), vendor: String::new(), status: "ACTIVE".to_owned() }
}

fn seen(count: u64, days: i64) -> Seen {
    Seen { count, first: ago(days), last: ago(days) }
}

/// Something of each kind, and nothing weak about it.
fn sound(provider: Provider) -> Snapshot {
    let mut snapshot = Snapshot::new(provider, "acme", "acme.example.com", now());
    snapshot.log.provider = Some(provider);
    (snapshot.log.since, snapshot.log.until) = (Some(ago(100)), Some(now()));
    let kinds = match provider {
        Provider::Okta => vec![CardKind::ApiToken, CardKind::ServiceApp],
        Provider::Auth0 => vec![CardKind::MachineClient],
    };
    for kind in kinds {
        let mut card = Card::new(provider, "acme", kind, kind.as_str());
        card.last_use = Some(Known::by_log(ago(1)));
        card.network = Network::Zones { include: vec!["nzo1".into()], exclude: Vec::new() };
        card.secrets = vec![SecretRow { status: "ACTIVE".into(), ..SecretRow::default() }];
        card.created =
            Some(Known::by_api(Creation { at: ago(40), by: None, by_id: None, ip: None }));
        card.use_.count = 1;
        snapshot.cards.push(card);
    }
    if provider == Provider::Okta {
        snapshot.cards[1].created.as_mut().unwrap().value.by_id = Some("00u2".into());
        let token = &mut snapshot.cards[0];
        token.expires = Some(Known::by_api(now() + SignedDuration::from_hours(20 * 24)));
        token.owner = Some(Owner { status: Some("ACTIVE".into()), ..Owner::default() });
        let rule = ConsoleRule {
            is_active: true,
            allows: true,
            factor_mode: "2FA".into(),
            phishing_resistant: Some(true),
            ..ConsoleRule::default()
        };
        snapshot.console = Some(Console { rules: vec![rule], ..Console::default() });
        snapshot.settings.public_client_app_admins = Some(false);
        snapshot.admins = vec![
            Admin {
                id: "00u1".into(),
                status: Some("ACTIVE".into()),
                roles: vec![role("HELP_DESK_ADMIN")],
                factors: Some(vec![factor("push"), factor("webauthn")]),
                ..Admin::default()
            },
            // No administrator any more, and known all the same.
            Admin { id: "00u2".into(), status: Some("ACTIVE".into()), ..Admin::default() },
        ];
    } else {
        let settings = &mut snapshot.settings;
        settings.management_audience = Some("https://acme/api/v2/".into());
        settings.management_scopes = vec!["read:users".into(), "update:users".into()];
        settings.management_lifetime_s = Some(86_400);
    }
    snapshot
}

/// What is weak after a change, as level and name.
#[track_caller]
fn check(provider: Provider, change: impl FnOnce(&mut Snapshot), expected: &[&str]) {
    let mut snapshot = sound(provider);
    change(&mut snapshot);
    let posture = posture(&snapshot, now());
    let name = |finding: &finding::Finding| {
        format!("{} {}", finding.level, finding.rule.name.replace("posture_", ""))
    };
    let found: Vec<String> = posture.findings.iter().map(name).collect();
    assert_eq!(found, expected, "{:?}", posture.unexamined);
}

fn okta(change: impl FnOnce(&mut Snapshot), expected: &[&str]) {
    check(Provider::Okta, change, expected);
}

fn auth0(change: impl FnOnce(&mut Snapshot), expected: &[&str]) {
    check(Provider::Auth0, change, expected);
}

#[test]
fn nothing_is_weak_about_what_is_sound_and_everything_was_looked_at() {
    for provider in [Provider::Okta, Provider::Auth0] {
        let posture = posture(&sound(provider), now());
        assert_eq!((posture.findings, posture.unexamined), (Vec::new(), Vec::new()));
    }
}

#[test]
fn tokens_are_weak_by_where_they_work_and_what_they_may() {
    okta(|all| all.cards[0].network = Network::Any, &["medium unbound"]);
    okta(|all| all.cards[0].network = Network::Unsaid, &[]);
    let give = |all: &mut Snapshot, kind: &str| {
        all.cards[0].owner.as_mut().unwrap().roles = vec![role(kind)];
    };
    okta(|all| give(all, "READ_ONLY_ADMIN"), &[]);
    okta(|all| give(all, "ORG_ADMIN"), &["low broader"]);
    okta(
        |all| {
            give(all, "ORG_ADMIN");
            all.cards[0].use_.writes = 1;
        },
        &[],
    );
    okta(
        |all| {
            give(all, "SUPER_ADMIN");
            all.cards[0].network = Network::Any;
        },
        &["high super_admin", "high unbound", "low broader"],
    );
    okta(|all| all.cards[1].roles = vec![role("SUPER_ADMIN")], &["high super_admin"]);
}

#[test]
fn dead_credentials_are_not_weak() {
    okta(
        |all| {
            all.cards[0].network = Network::Any;
            all.cards[0].expires = Some(Known::by_api(ago(1)));
            all.cards[1].roles = vec![role("SUPER_ADMIN")];
            all.cards[1].status = "INACTIVE".into();
        },
        &[],
    );
}

#[test]
fn tokens_are_weak_by_who_stands_behind_them() {
    let status = |all: &mut Snapshot, status: &str| {
        all.cards[0].owner.as_mut().unwrap().status = Some(status.to_owned());
    };
    okta(|all| status(all, "DEPROVISIONED"), &["medium creator_deactivated"]);
    okta(|all| status(all, "LOCKED_OUT"), &[]);
    okta(
        |all| {
            all.admins[0].status = Some("SUSPENDED".into());
            let made = &mut all.cards[1].created.as_mut().unwrap().value;
            made.by_id = Some("00u1".into());
        },
        &["medium creator_deactivated"],
    );
}

#[test]
fn tokens_are_weak_by_when_they_are_used_and_end() {
    okta(|all| all.cards[0].last_use = Some(Known::inferred(ago(15), "x")), &["low dormant"]);
    okta(|all| all.cards[1].last_use = Some(Known::by_log(ago(15))), &[]);
    okta(|all| all.cards[1].last_use = None, &["low dormant"]);
    okta(
        |all| {
            all.cards[1].last_use = None;
            all.cards[1].created.as_mut().unwrap().value.at = ago(5);
        },
        &[],
    );
    // Seen too little of the log to say so.
    okta(
        |all| {
            all.cards[1].last_use = None;
            all.log.since = Some(ago(5));
        },
        &[],
    );
    let soon = now() + SignedDuration::from_hours(6 * 24);
    okta(|all| all.cards[0].expires = Some(Known::by_api(soon)), &["low expiring"]);
}

#[test]
fn shared_is_what_several_programs_or_networks_use() {
    let used = |all: &mut Snapshot, agents: &[(&str, u64, i64)]| {
        for (agent, count, days) in agents {
            all.cards[0].use_.user_agents.seen.insert((*agent).into(), seen(*count, *days));
        }
    };
    okta(|all| used(all, &[("curl/8.1", 9, 1), ("sync/2.0", 9, 1)]), &["medium shared"]);
    okta(|all| used(all, &[("sync/1.9", 9, 1), ("sync/2.0", 9, 1)]), &[]);
    okta(|all| used(all, &[("curl/8.1", 1, 1), ("sync/2.0", 9, 1)]), &[]);
    okta(|all| used(all, &[("curl/8.1", 9, 40), ("sync/2.0", 9, 1)]), &[]);
    let (mac, safari, windows, newer) = (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0 Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 (KHTML, like Gecko) Version/17.0 Safari/605.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:120.0) Gecko/20100101 Firefox/120.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
    );
    okta(|all| used(all, &[(mac, 9, 1), (windows, 9, 1)]), &["medium shared"]);
    okta(|all| used(all, &[(mac, 9, 1), (safari, 9, 1)]), &["medium shared"]);
    okta(|all| used(all, &[(mac, 9, 1), (newer, 9, 1)]), &[]);
}

#[test]
fn apps_are_weak_by_scopes_and_secrets() {
    let grant = |all: &mut Snapshot, scopes: &[&str]| {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        all.cards[1].grants = vec![Grant { scopes, ..Grant::default() }];
    };
    okta(|all| grant(all, &["okta.users.read"]), &[]);
    okta(|all| grant(all, &["okta.users.manage"]), &["low broader"]);
    okta(
        |all| {
            grant(all, &["okta.users.manage"]);
            let events = &mut all.cards[1].use_.event_types.seen;
            events.insert("user.lifecycle.suspend".into(), seen(1, 1));
        },
        &[],
    );
    let secret = SecretRow { status: "ACTIVE".into(), ..SecretRow::default() };
    okta(|all| all.cards[1].secrets.push(secret.clone()), &["medium several_secrets"]);
    let old = SecretRow { status: "INACTIVE".into(), ..SecretRow::default() };
    okta(|all| all.cards[1].secrets.push(old), &[]);
}

#[test]
fn administrators_and_the_console_are_weak_by_factors() {
    okta(
        |all| all.settings.public_client_app_admins = Some(true),
        &["high public_client_app_admins"],
    );
    let enroll = |all: &mut Snapshot, kinds: &[&str]| {
        all.admins[0].factors = Some(kinds.iter().map(|kind| factor(kind)).collect());
    };
    okta(|all| enroll(all, &["question"]), &["high admin_one_factor"]);
    okta(|all| enroll(all, &["push"]), &["medium admin_phishable"]);
    okta(
        |all| {
            enroll(all, &[]);
            all.admins[0].roles = vec![role("SUPER_ADMIN")];
        },
        &["critical admin_one_factor"],
    );
    okta(
        |all| {
            enroll(all, &[]);
            all.admins[0].status = Some("DEPROVISIONED".into());
        },
        &[],
    );
    let rule = |all: &mut Snapshot, change: fn(&mut ConsoleRule)| {
        change(&mut all.console.as_mut().unwrap().rules[0]);
    };
    okta(|all| rule(all, |rule| rule.factor_mode = "1FA".into()), &["high console_policy"]);
    okta(|all| rule(all, |rule| rule.phishing_resistant = Some(false)), &["medium console_policy"]);
    okta(
        |all| {
            rule(all, |rule| {
                rule.factor_mode = "1FA".into();
                rule.allows = false;
            });
        },
        &[],
    );
}

#[test]
fn clients_of_auth0_are_weak_by_scopes_lifetimes_and_secrets() {
    let grant = |all: &mut Snapshot, scopes: &[&str]| {
        let audience = "https://acme/api/v2/".to_owned();
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        all.cards[0].grants = vec![Grant { audience, scopes, ..Grant::default() }];
    };
    auth0(|all| grant(all, &["read:users"]), &[]);
    auth0(|all| grant(all, &["update:users"]), &["medium grants_wider"]);
    auth0(
        |all| {
            grant(all, &["update:users"]);
            all.cards[0].use_.operations.seen.insert("patch_users_by_id".into(), seen(1, 1));
        },
        &[],
    );
    auth0(
        |all| {
            grant(all, &["read:users", "update:users"]);
            all.cards[0].name = "API Explorer Application".into();
        },
        &[
            "high explorer_all_scopes",
            "medium grants_wider",
            "medium explorer_exists",
            "medium explorer_long_tokens",
        ],
    );
    let old = Creation { at: ago(95), by: None, by_id: None, ip: None };
    auth0(
        |all| all.cards[0].created = Some(Known::by_log(old.clone())),
        &["low secret_not_rotated"],
    );
    auth0(
        |all| {
            all.cards[0].created = Some(Known::by_log(old.clone()));
            all.cards[0].use_.changes.push(Change {
                at: ago(10),
                event: "e".into(),
                what: "secret rotated".into(),
                event_type: "sapi".into(),
                by: None,
                by_id: None,
                ip: None,
            });
        },
        &[],
    );
}

#[test]
fn what_was_not_read_is_not_sound() {
    let mut snapshot = sound(Provider::Okta);
    snapshot.cards.clear();
    snapshot.gaps.push(Gap { what: "api tokens".into(), why: "no answer".into(), scope: None });
    let posture = posture(&snapshot, now());
    let checks: Vec<&str> = posture.unexamined.iter().map(|one| one.check).collect();
    assert_eq!(
        checks,
        [
            "broader",
            "creator_deactivated",
            "dormant",
            "expiring",
            "shared",
            "super_admin",
            "unbound"
        ]
    );
}

/// What was not looked at after a change.
fn unexamined(provider: Provider, change: impl FnOnce(&mut Snapshot)) -> Vec<&'static str> {
    let mut snapshot = sound(provider);
    change(&mut snapshot);
    posture(&snapshot, now()).unexamined.into_iter().map(|one| one.check).collect()
}

#[test]
fn a_log_that_ended_long_ago_says_nothing_of_today() {
    let ended = |all: &mut Snapshot| {
        (all.log.since, all.log.until) = (Some(ago(200)), Some(ago(60)));
        for card in &mut all.cards {
            card.last_use = Some(Known::by_log(ago(61)));
            card.created = Some(Known::by_log(Creation {
                at: ago(150),
                by: None,
                by_id: Some("00u1".into()),
                ip: None,
            }));
            card.expires = None;
        }
    };
    okta(ended, &[]);
    assert_eq!(unexamined(Provider::Okta, ended), ["broader", "dormant", "shared"]);
    auth0(ended, &[]);
    let checks = ["dormant", "grants_wider", "secret_not_rotated", "shared"];
    assert_eq!(unexamined(Provider::Auth0, ended), checks);
}

#[test]
fn shared_is_not_looked_at_without_a_log() {
    let checks = unexamined(Provider::Okta, |all| all.log = crate::Coverage::default());
    assert_eq!(checks, ["broader", "shared"]);
}

#[test]
fn a_maker_whom_nobody_knows_is_not_taken_for_one_who_is_there() {
    let made_by = |all: &mut Snapshot, who: Option<&str>| {
        all.cards[1].created.as_mut().unwrap().value.by_id = who.map(str::to_owned);
    };
    let gone = unexamined(Provider::Okta, |all| made_by(all, Some("00uGone")));
    assert_eq!(gone, ["creator_deactivated"]);
    assert_eq!(unexamined(Provider::Okta, |all| made_by(all, None)), ["creator_deactivated"]);
    assert!(unexamined(Provider::Okta, |all| made_by(all, Some("00u1"))).is_empty());
}

#[test]
fn every_check_has_its_page_and_every_page_its_check() {
    let checks: std::collections::BTreeSet<&str> =
        super::CHECKS.iter().map(|check| check.name).collect();
    let pages = catalog::postures().iter().map(|page| page.name).collect();
    assert_eq!(checks, pages);
}
