use super::*;
use crate::{Basis, Creation, Gap, KeyRow, Known, Owner, Provider, SecretRow};

fn time(text: &str) -> Timestamp {
    format!("2026-11-{text}T00:00:00Z").parse().unwrap()
}

fn token(id: &str, owner: &str, day: &str) -> Card {
    let login = Some(format!("{owner}@example.com"));
    let creation = Creation { at: time(day), by: None, by_id: None, ip: None };
    Card {
        name: format!("token {id}"),
        owner: Some(Owner { id: format!("00u{owner}"), login, ..Owner::default() }),
        created: Some(Known { value: creation, basis: Basis::Api }),
        expires: Some(Known { value: time("30"), basis: Basis::Api }),
        ..Card::new(Provider::Okta, "acme", CardKind::ApiToken, id)
    }
}

fn app(id: &str) -> Card {
    let secret = |id: &str, day: &str, status: &str| SecretRow {
        id: id.to_owned(),
        created: Some(time(day)),
        status: status.to_owned(),
        hash: None,
    };
    let key = |id: &str, public: &str, status: &str| KeyRow {
        id: id.to_owned(),
        status: status.to_owned(),
        public: Some(public.to_owned()),
        ..KeyRow::default()
    };
    Card {
        secrets: vec![
            secret("ocs1", "01", "ACTIVE"),
            secret("ocs2", "05", "INACTIVE"),
            secret("ocs3", "12", "ACTIVE"),
        ],
        keys: vec![key("pks1", "nnn", "ACTIVE"), key("pks2", "mmm", "INACTIVE")],
        ..Card::new(Provider::Okta, "acme", CardKind::ServiceApp, id)
    }
}

fn tenant() -> Snapshot {
    let mut snapshot = Snapshot::new(Provider::Okta, "acme", "acme.okta.com", time("22"));
    snapshot.cards = vec![
        token("00T1", "ada", "01"),
        token("00T2", "ada", "15"),
        token("00T3", "bob", "02"),
        app("0oa1"),
    ];
    snapshot
}

/// What is concluded, in a line.
fn check(clue: &Clue, snapshot: &Snapshot, expected: &str) {
    let found = clue.look(snapshot);
    let one = found.token.as_ref().map(|one| {
        let sure = if one.certain { "is" } else { "inferred" };
        format!("{sure} {} of {}", one.id, one.owner.as_deref().unwrap_or("-"))
    });
    let others: Vec<_> = found.candidates.iter().map(|one| one.id.as_str()).collect();
    let told =
        format!("{} | {} | {}", found.status.name(), one.unwrap_or_default(), others.join(" "));
    assert_eq!(told, expected, "{clue:?}: {}", found.why);
}

#[test]
fn tokens_are_told_by_id_age_and_owner() {
    let held = Some(time("10"));
    let user = |id: &str| Some(format!("00u{id}"));
    let author = |name: &str| Some(format!("{name}@EXAMPLE.com"));
    let acme = tenant();
    check(
        &Clue { id: Some("00T2".into()), ..Clue::default() },
        &acme,
        "not-checked | is 00T2 of ada@example.com | ",
    );
    check(&Clue { held, ..Clue::default() }, &acme, "not-checked |  | 00T3 00T1");
    check(
        &Clue { held, author: author("ada"), ..Clue::default() },
        &acme,
        "not-checked | inferred 00T1 of ada@example.com | ",
    );
    check(
        &Clue { held, author: author("eve"), ..Clue::default() },
        &acme,
        "not-checked |  | 00T3 00T1",
    );
    check(
        &Clue { user: user("bob"), ..Clue::default() },
        &acme,
        "not-checked | inferred 00T3 of bob@example.com | ",
    );
    check(&Clue { user: user("ada"), ..Clue::default() }, &acme, "not-checked |  | 00T2 00T1");
    check(&Clue { user: user("eve"), ..Clue::default() }, &acme, "dead |  | ");
    let early = Some(time("01") - jiff::SignedDuration::from_hours(1));
    check(&Clue { held: early, ..Clue::default() }, &acme, "dead |  | ");
}

#[test]
fn a_token_that_ended_before_the_commit_or_is_not_listed_is_none_of_the_others() {
    let mut acme = tenant();
    let ended = Clue { held: Some(time("10")), ..Clue::default() };
    check(&ended, &acme, "not-checked |  | 00T3 00T1");
    acme.cards[0].expires = Some(Known { value: time("09"), basis: Basis::Api });
    check(&ended, &acme, "not-checked | inferred 00T3 of bob@example.com | ");
    let gone = Clue { id: Some("00Tgone0000000000001".into()), ..ended };
    check(&gone, &acme, "not-checked |  | ");
}

#[test]
fn a_list_that_could_not_be_read_proves_nothing() {
    let mut acme = tenant();
    acme.cards.clear();
    check(&Clue::default(), &acme, "dead |  | ");
    acme.gaps.push(Gap {
        what: "api tokens".into(),
        why: "not granted".into(),
        scope: Some("okta.apiTokens.read".into()),
    });
    acme.gaps.push(Gap { what: "apps".into(), why: "not granted".into(), scope: None });
    check(&Clue::default(), &acme, "not-checked |  | ");
    let client = Some("0oa1".to_owned());
    for sort in [Sort::Secret, Sort::Key, Sort::Issued] {
        let public = Some("nnn".to_owned());
        check(
            &Clue { sort, client: client.clone(), public, ..Clue::default() },
            &acme,
            "not-checked |  | ",
        );
    }
    let why = Clue::default().look(&acme).why;
    assert_eq!(why, "api tokens: not granted; it takes `okta.apiTokens.read`");
    let mut partly = tenant();
    partly.gaps = acme.gaps;
    check(&Clue { user: Some("00ueve".into()), ..Clue::default() }, &partly, "not-checked |  | ");
}

#[test]
fn secrets_are_told_by_client_and_age() {
    let client = Some("0oa1".to_owned());
    let secret = |day: &str| Clue {
        sort: Sort::Secret,
        client: client.clone(),
        held: Some(time(day)),
        ..Clue::default()
    };
    let acme = tenant();
    check(&secret("10"), &acme, "not-checked | inferred ocs1 of 0oa1 | ");
    check(&secret("20"), &acme, "not-checked |  | ocs3 ocs1");
    let early =
        Clue { held: Some(time("01") - jiff::SignedDuration::from_hours(1)), ..secret("10") };
    check(&early, &acme, "dead | is 0oa1 of 0oa1 | ");
    check(
        &Clue { client: Some("0oa9".into()), absent: true, ..secret("10") },
        &acme,
        "wrong-org |  | ",
    );
    check(&Clue { client: None, ..secret("10") }, &acme, "not-checked |  | ");
}

#[test]
fn keys_are_told_by_their_public_halves() {
    let key = |public: &str, client: Option<&str>| Clue {
        sort: Sort::Key,
        public: Some(public.to_owned()),
        client: client.map(str::to_owned),
        ..Clue::default()
    };
    let mut acme = tenant();
    check(&key("nnn", None), &acme, "live | is pks1 of 0oa1 | ");
    check(&key("mmm", Some("0oa1")), &acme, "dead | is pks2 of 0oa1 | ");
    check(&key("ooo", Some("0oa1")), &acme, "dead | is 0oa1 of 0oa1 | ");
    let absent = Clue { absent: true, ..key("ooo", Some("0oa9")) };
    check(&absent, &acme, "wrong-org |  | ");
    check(&key("ooo", Some("0oa9")), &acme, "not-checked |  | ");
    check(&key("ooo", None), &acme, "not-checked |  | ");
    acme.cards.push(app("0oa2"));
    check(&key("nnn", Some("0oa2")), &acme, "live | is pks1 of 0oa2 | pks1");
    let hidden = Clue { public: None, ..key("", Some("0oa1")) };
    check(&hidden, &acme, "not-checked |  | ");
}

#[test]
fn what_a_client_got_is_told_by_the_client_that_it_names() {
    let issued = |client: Option<&str>| Clue {
        sort: Sort::Issued,
        client: client.map(str::to_owned),
        ..Clue::default()
    };
    check(&issued(Some("0oa1")), &tenant(), "not-checked | is 0oa1 of 0oa1 | ");
    let absent = Clue { absent: true, ..issued(Some("0oa9")) };
    check(&absent, &tenant(), "wrong-org |  | ");
    check(&issued(Some("0oa9")), &tenant(), "not-checked |  | ");
    check(&issued(None), &tenant(), "not-checked |  | ");
}

#[test]
fn the_one_that_moved_is_the_one_that_was_tried() {
    let (before, mut after) = (tenant(), tenant());
    assert_eq!(Clue::moved("00uada", &before, &after), None);
    let later =
        Some(Known { value: time("30") + jiff::SignedDuration::from_hours(9), basis: Basis::Api });
    after.cards[0].expires = later.clone();
    let one = Clue::moved("00uada", &before, &after).unwrap();
    assert_eq!((one.id.as_str(), one.certain), ("00T1", true));
    assert_eq!(Clue::moved("00ubob", &before, &after), None);
    after.cards[1].expires = later;
    assert_eq!(Clue::moved("00uada", &before, &after), None, "two moved");
}
