//! The store of what is known of credentials.

use archive::{Cards, Position};
use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use inventory::{Card, CardKind, Provider, Snapshot, Tally};

struct Count<'t>(&'t mut Tally);

impl Sink for Count<'_> {
    fn event(&mut self, event: Event<'_>, _place: Place) {
        self.0.observe("acme", &event);
    }

    fn rejected(&mut self, rejected: Rejected) {
        unreachable!("{rejected:?}");
    }
}

/// One use of a token at each second.
fn tally(seconds: &[u32], address: &str) -> Tally {
    let mut tally = Tally::new();
    for second in seconds {
        let line = format!(
            r#"{{"uuid":"u{second}","eventType":"user.lifecycle.suspend","published":"2026-11-22T10:00:{second:02}Z",
            "outcome":{{"result":"SUCCESS"}},"client":{{"ipAddress":"{address}"}},
            "transaction":{{"detail":{{"requestApiTokenId":"00T1aaaaaaaaaaaaaaaa"}}}}}}"#
        );
        let mut count = Count(&mut tally);
        Framer::new(Form::recognize(line.as_bytes())).feed(line.as_bytes(), End::Here, &mut count);
    }
    tally
}

fn listed() -> Snapshot {
    let at = "2026-11-22T11:00:00Z".parse().unwrap();
    let mut snapshot = Snapshot::new(Provider::Okta, "acme", "acme.okta.com", at);
    for id in ["00T1aaaaaaaaaaaaaaaa", "00T2aaaaaaaaaaaaaaaa"] {
        snapshot.cards.push(Card::new(Provider::Okta, "acme", CardKind::ApiToken, id));
    }
    snapshot
}

#[test]
fn pieces_add_up_to_what_one_look_would_have_seen() {
    let store = Cards::in_memory().unwrap();
    store.absorb(tally(&[3, 1], "192.0.2.1"), Position(1)).unwrap();
    store.absorb(tally(&[2], "192.0.2.2"), Position(2)).unwrap();
    store.put_snapshot(&listed()).unwrap();
    assert_eq!(store.position().unwrap(), Some(Position(2)));
    let snapshot = store.tenant("acme").unwrap().unwrap();
    let mut whole = tally(&[1, 3], "192.0.2.1");
    whole.merge(tally(&[2], "192.0.2.2"));
    let mut expected = listed();
    let whole = whole.tenants.remove("acme").unwrap();
    expected.join(whole.coverage, whole.uses);
    assert_eq!(snapshot, expected);
    assert_eq!((snapshot.cards[0].use_.count, snapshot.cards[0].use_.writes), (3, 3));
    assert_eq!(snapshot.cards[1].use_.count, 0);
    assert_eq!(snapshot.log.events, 3);
}

#[test]
fn a_token_that_is_not_listed_any_more_is_gone_and_keeps_its_story() {
    let store = Cards::in_memory().unwrap();
    store.absorb(tally(&[1], "192.0.2.1"), Position(1)).unwrap();
    let of_log = store.tenant("acme").unwrap().unwrap();
    assert_eq!((of_log.cards[0].status.as_str(), of_log.cards[0].gaps.len()), ("", 1));
    let mut snapshot = listed();
    snapshot.cards.clear();
    store.put_snapshot(&snapshot).unwrap();
    let card = &store.tenant("acme").unwrap().unwrap().cards[0];
    assert_eq!((card.status.as_str(), card.use_.count), (inventory::GONE, 1));
    store.forget_uses().unwrap();
    assert!(store.tenant("acme").unwrap().unwrap().cards.is_empty());
    assert_eq!(store.tenant("nobody").unwrap(), None);
}

#[test]
fn a_token_that_was_revoked_keeps_its_name_and_owner() {
    let store = Cards::in_memory().unwrap();
    let first = listed();
    store.put_snapshot(&first).unwrap();
    let mut later = first.clone();
    let gone = later.cards.remove(0);
    for _ in 0..2 {
        later.at += jiff::SignedDuration::from_hours(1);
        store.put_snapshot(&later).unwrap();
        let kept = store.tenant("acme").unwrap().unwrap();
        let card = kept.card(&gone.id).unwrap();
        assert_eq!((card.status.as_str(), card.last_listed), (inventory::GONE, Some(first.at)));
        assert_eq!((&card.name, &card.owner), (&gone.name, &gone.owner));
    }
    store.put_snapshot(&first).unwrap();
    assert_eq!(store.tenant("acme").unwrap().unwrap().card(&gone.id), Some(&gone));
}

#[test]
fn what_was_added_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inventory.db");
    Cards::open(&path).unwrap().absorb(tally(&[1], "192.0.2.1"), Position(7)).unwrap();
    let store = Cards::open(&path).unwrap();
    assert_eq!(store.position().unwrap(), Some(Position(7)));
    assert_eq!(store.tenants().unwrap(), ["acme"]);
}
