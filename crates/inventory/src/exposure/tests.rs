use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use proptest::prelude::*;

use super::*;

struct Feed<'a>(&'a mut Exposing);

impl Sink for Feed<'_> {
    fn event(&mut self, event: Event<'_>, _: Place) {
        self.0.observe(&event);
    }

    fn rejected(&mut self, rejected: Rejected) {
        panic!("{rejected:?}");
    }
}

const SINCE: &str = "2026-11-20T12:00:00Z";

/// `hour type ip network`, one use of the token a line.
fn line(text: &str) -> String {
    let mut words = text.split(' ');
    let mut word = || words.next().unwrap_or_default();
    let (time, kind, ip, asn, token) = (word(), word(), word(), word(), word());
    let token = if token.is_empty() { "00Ttoken" } else { token };
    format!(
        r#"{{"uuid":"{time}","published":"2026-11-{time}:00:00.000Z","eventType":"{kind}","client":{{"ipAddress":"{ip}"}},"securityContext":{{"asNumber":{asn},"asOrg":"Carrier"}},"outcome":{{"result":"SUCCESS"}},"transaction":{{"detail":{{"requestApiTokenId":"{token}"}}}}}}"#
    )
}

fn exposure<'a>(lines: impl IntoIterator<Item = &'a str>) -> Exposure {
    let whose = vec![Whose::Token("00Ttoken".to_owned())];
    let mut exposing = Exposing::new(whose, SINCE.parse().unwrap());
    let text: String = lines.into_iter().map(|text| line(text) + "\n").collect();
    Framer::new(Form::Lines).feed(text.as_bytes(), End::Here, &mut Feed(&mut exposing));
    exposing.finish("the first commit that held it", true, "the log")
}

const LOG: [&str; 8] = [
    "19T08 user.lifecycle.suspend 192.0.2.1 64496",
    "19T09 user.lifecycle.suspend 192.0.2.2 64496",
    "20T13 user.lifecycle.suspend 192.0.2.1 64496",
    "20T14 user.account.privilege.grant 198.51.100.7 64511",
    "20T15 user.authentication.auth_via_mfa 198.51.100.7 64511",
    "20T16 user.lifecycle.suspend 192.0.2.9 64496",
    "20T17 user.lifecycle.suspend 203.0.113.5 64500 00Tanother",
    "21T01 user.lifecycle.activate 198.51.100.7 64511",
];

#[test]
fn what_was_done_from_where_it_never_was_before_is_told() {
    let told = exposure(LOG);
    insta::assert_snapshot!(serde_json::to_string_pretty(&told).unwrap(), @r#"
    {
      "since": "2026-11-20T12:00:00.000Z",
      "begins": "the first commit that held it",
      "events": 5,
      "writes": 4,
      "last": "2026-11-21T01:00:00.000Z",
      "types": {
        "user.account.privilege.grant": 1,
        "user.authentication.auth_via_mfa": 1,
        "user.lifecycle.activate": 1,
        "user.lifecycle.suspend": 2
      },
      "known_addresses": 2,
      "addresses": [
        {
          "ip": "198.51.100.7",
          "network": "AS64511 Carrier",
          "new_network": true,
          "first": "2026-11-20T14:00:00.000Z",
          "last": "2026-11-21T01:00:00.000Z",
          "events": 3,
          "writes": 2
        },
        {
          "ip": "192.0.2.9",
          "network": "AS64496 Carrier",
          "new_network": false,
          "first": "2026-11-20T16:00:00.000Z",
          "last": "2026-11-20T16:00:00.000Z",
          "events": 1,
          "writes": 1
        }
      ],
      "first_foreign": {
        "time": "2026-11-20T14:00:00.000Z",
        "type": "user.account.privilege.grant",
        "ip": "198.51.100.7",
        "id": "20T14"
      },
      "complete": true,
      "why": "the log"
    }
    "#);
}

#[test]
fn a_log_that_begins_later_knows_no_address_before() {
    let told = exposure(["21T01 user.lifecycle.activate 198.51.100.7 64511"]);
    assert_eq!((told.known_addresses, told.addresses.len()), (0, 1));
    assert_eq!(told.addresses[0].new_network, Some(true));
    let told = exposure(["20T17 user.lifecycle.suspend 203.0.113.5 64500 00Tanother"]);
    assert_eq!((told.events, told.first_foreign, told.last), (0, None, None));
}

#[test]
fn a_failure_is_a_use_and_no_change() {
    let failed = line(LOG[3]).replace("SUCCESS", "FAILURE");
    let whose = vec![Whose::Token("00Ttoken".to_owned())];
    let mut exposing = Exposing::new(whose, SINCE.parse().unwrap());
    Framer::new(Form::Lines).feed(failed.as_bytes(), End::Here, &mut Feed(&mut exposing));
    assert!(exposing.begins().is_some());
    let told = exposing.finish("", false, "");
    assert_eq!((told.events, told.writes), (1, 0));
}

#[test]
fn what_is_named_is_bounded_and_the_rest_counted() {
    let many: Vec<String> =
        (0..120).map(|n| format!("20T13 a.type.{n} 198.51.100.{n} 64511")).collect();
    let told = exposure(many.iter().map(String::as_str));
    assert_eq!((told.addresses.len(), told.addresses_beyond), (ADDRESSES_MAX, 70));
    assert_eq!((told.types.len(), told.events), (TYPES_MAX, 120));
}

proptest! {
    #[test]
    fn the_order_of_reading_does_not_matter(order in Just(LOG.to_vec()).prop_shuffle()) {
        prop_assert_eq!(exposure(order), exposure(LOG));
    }
}
