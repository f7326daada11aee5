//! Messages as people read them, and what they make of text that means harm.

use std::collections::BTreeMap;
use std::sync::Arc;

use finding::{
    Address, BlastRadius, Credential, Discovery, Exposure, Finding, Level, Occurrence, Place,
    Position, Rule, State, Subject, is_unsafe,
};
use insta::assert_snapshot;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value;

use super::{Message, blocks, card, html, line, mrkdwn, text};
use crate::{Alert, Delivery, Folded, Guide, Key, Template, Turn};

fn at(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

fn rule(title: &str) -> Arc<Rule> {
    Arc::new(Rule {
        id: "6f3c2f0a-6a0f-4f6e-9f0b-2d7a3f1c9b55".into(),
        name: "okta_api_token_created".into(),
        title: title.into(),
        status: None,
        attack: vec!["T1098.001".into()],
    })
}

fn finding() -> Finding {
    let mut evidence = finding::Evidence::default();
    evidence.add("eventType", "system.api_token.create");
    evidence.add("client.geographicalContext.country", "Norway");
    let event = Occurrence {
        event_id: "e1".into(),
        time: at("2026-11-20T08:15:30Z"),
        provider: Some("okta".into()),
        tenant: Some("acme.okta.com".into()),
        subject: Subject {
            user: Some("mallory@example.com".into()),
            user_id: Some("00u1".into()),
            target: Some("00Tnew".into()),
            ip: Some("203.0.113.7".into()),
            ..Subject::default()
        },
        evidence,
        place: None,
    };
    let found = Finding::of_event(rule("Okta API Token Created"), Level::High, event);
    Finding { last: at("2026-11-20T08:45:00Z"), event_count: 6, ..found }
}

fn delivery(finding: Finding, turn: Turn) -> Delivery {
    let guide = Guide {
        why: "A token can do all that its owner can,\nand outlives the session.".into(),
        innocent: vec!["A planned integration".into(), "  ".into()],
        first: vec!["Ask its owner".into(), "Revoke the token".into()],
        tactics: Vec::new(),
    };
    let key = Key::of(&finding, turn);
    let alert = Alert::new(finding, guide);
    Delivery { alert, key, turn, folded: Vec::new(), sent: None, n_attempt: 1 }
}

fn told(delivery: &Delivery) -> String {
    text(&Message::of(delivery))
}

#[test]
fn a_message_can_be_acted_upon_without_anything_else() {
    assert_snapshot!(told(&delivery(finding(), Turn::Raised)));
}

#[test]
fn a_change_says_what_it_is_and_what_it_stands_for() {
    let found = finding();
    let fold = |minute| Folded {
        id: found.id.clone(),
        level: Level::Critical,
        time: at(&format!("2026-11-20T08:{minute}:00Z")),
        title: found.rule.title.clone(),
    };
    let changed = Finding { revision: 3, state: State::Provisional, late: true, ..found.clone() };
    let mut changed = delivery(changed, Turn::Changed);
    changed.folded = [16, 40, 22].map(fold).to_vec();
    assert_snapshot!(told(&changed).lines().take(5).collect::<Vec<_>>().join("\n"));
}

#[test]
fn what_goes_with_another_message_is_named_there() {
    let found = finding();
    let weak = |title: &str| {
        let (id, level, title) = (found.id.clone(), Level::Medium, title.to_owned());
        Folded { id, level, time: None, title }
    };
    let mut told = delivery(found.clone(), Turn::Raised);
    told.folded = ["A token", "An\nadmin", "A token"].map(weak).to_vec();
    let notice = Message::of(&told).notices;
    assert_eq!(notice, ["And 3 more, at most medium: A token (2), An admin (1)."]);
}

#[test]
fn what_is_over_asks_nothing_of_anybody() {
    for (turn, said) in [(Turn::Closed, "Closed: High"), (Turn::Withdrawn, "Withdrawn: High")] {
        let over = Message::of(&delivery(finding(), turn));
        assert!(over.headline.starts_with(said) && over.parts.is_empty(), "{over:?}");
    }
}

const OWN: &str = "Call {target} if {address} is {{known}}.
Device: {device}
	{seen}
{device} / {subject}

# Why
{why}

# First
{first}

# Perhaps
{innocent}
";

fn told_as(template: &str, delivery: &Delivery) -> Message {
    Message::told(delivery, Some(&Template::parse(template).unwrap()))
}

#[test]
fn a_body_can_be_in_a_users_own_words() {
    assert_snapshot!(text(&told_as(OWN, &delivery(finding(), Turn::Raised))), @r"
    High: Okta API Token Created: mallory@example.com from 203.0.113.7

    Call 00Tnew if 203.0.113.7 is {known}.
        client.geographicalContext.country: Norway
        eventType: system.api_token.create
    (not known) / mallory@example.com (00u1)

    Why
    A token can do all that its owner can, and outlives the session.

    First
    1. Ask its owner
    2. Revoke the token

    Perhaps
    - A planned integration
    ");
    let over = text(&told_as(OWN, &delivery(finding(), Turn::Closed)));
    assert_snapshot!(over, @r"
    Closed: High: Okta API Token Created: mallory@example.com from 203.0.113.7
    Closed by a person: nothing is left to do.

    Call 00Tnew if 203.0.113.7 is {known}.
        client.geographicalContext.country: Norway
        eventType: system.api_token.create
    (not known) / mallory@example.com (00u1)
    ");
}

#[test]
fn a_template_of_which_nothing_is_left_says_what_is_usual() {
    let usual = told(&delivery(finding(), Turn::Closed));
    assert_eq!(text(&told_as("# First\n{first}\n", &delivery(finding(), Turn::Closed))), usual);
}

fn exposure() -> Exposure {
    let address = Address {
        ip: "203.0.113.7".into(),
        network: Some("Example Hosting".into()),
        new_network: Some(true),
        first: at("2026-11-20T08:15:30Z").unwrap(),
        last: at("2026-11-20T08:45:00Z").unwrap(),
        events: 6,
        writes: 2,
    };
    Exposure {
        since: at("2026-11-18T00:00:00Z").unwrap(),
        begins: "the first commit that held it".into(),
        events: 40,
        writes: 2,
        last: None,
        types: BTreeMap::new(),
        known_addresses: 1,
        addresses: vec![address],
        addresses_beyond: 3,
        first_foreign: None,
        complete: false,
        why: "the log begins later".into(),
    }
}

#[test]
fn a_leak_says_where_it_lies_and_never_the_value() {
    let credential = Credential {
        kind: "okta_api_token".into(),
        mask: "00ab…MN".into(),
        confidence: "certain".into(),
        secret: Some(finding::Shown::new("hunter2hunter2")),
        blast_radius: Some(BlastRadius {
            roles: vec!["Super Administrator".into()],
            allows: vec!["makes API tokens".into()],
            gaps: vec!["group memberships".into()],
            ..BlastRadius::default()
        }),
        exposure: Some(exposure()),
        ..Credential::default()
    };
    let discovery = Discovery {
        credential,
        place: Place::new("app/deploy.sh", Position::Line(3)),
        time: None,
        provider: Some("okta".into()),
        subject: Subject::default(),
        count: 1,
    };
    let leak = Finding::of_leak(rule("Okta API token"), Level::Critical, discovery);
    let told = delivery(leak, Turn::Raised);
    let all = format!("{}{}", self::told(&told), serde_json::to_string(&told.alert).unwrap());
    assert!(!all.contains("hunter2"));
    assert_snapshot!(self::told(&told).lines().skip(2).take(7).collect::<Vec<_>>().join("\n"));
}

#[test]
fn lines_are_cut_between_characters() {
    assert_eq!(line("a  b\r\nc\u{202e}", 99), r"a b c\u{202e}");
    assert_eq!(line("日本語", 2), "日本…");
}

/// Every text of a JSON value under a key of that name.
fn texts<'a>(value: &'a Value, under: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(object) => {
            found.extend(object.get(under).and_then(Value::as_str));
            object.values().for_each(|value| texts(value, under, found));
        }
        Value::Array(values) => values.iter().for_each(|value| texts(value, under, found)),
        _ => {}
    }
}

fn hostile() -> impl Strategy<Value = String> {
    let bad = [
        "<!channel>",
        "&lt;",
        "\r\n",
        "\u{202e}",
        "[x](y)",
        "<b>",
        "\"'",
        "\u{1b}[2J",
        "`*_~",
        "\0",
    ];
    let piece = prop_oneof![
        Just(String::new()),
        "\\PC{0,9}",
        prop::sample::select(bad.to_vec()).prop_map(str::to_owned)
    ];
    prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_in_an_event_does_anything_in_any_medium(title in hostile(), user in hostile(), seen in hostile(), why in hostile(), is_own: bool) {
        let mut event = Occurrence::default();
        event.subject.user = Some(user);
        event.evidence.add(&title, &seen);
        let found = Finding::of_event(rule(&title), Level::Low, event);
        let mut delivery = delivery(found, Turn::Raised);
        delivery.alert.guide.why = why;
        let message = if is_own { told_as(OWN, &delivery) } else { Message::of(&delivery) };

        let plain = text(&message);
        prop_assert!(!plain.replace('\n', "").contains(is_unsafe));
        let n_lines = 7 + message.facts.len() + message.seen.len() + message.own.len()
            + message.parts.iter().map(|part| 2 + part.body.lines().len()).sum::<usize>();
        prop_assert!(plain.lines().count() <= n_lines, "{plain}");

        let markup = html(&message);
        let tags: Vec<_> = markup.split('<').skip(1).map(|tag| tag.split(['>', ' ']).next().unwrap_or_default()).collect();
        let known = "!doctype html head meta /head body /body /html h2 /h2 h3 /h3 p /p em /em table /table tr /tr th /th td /td \
            ul /ul ol /ol li /li code /code";
        prop_assert!(tags.iter().all(|tag| known.split_whitespace().any(|one| one == *tag)), "{tags:?}");
        prop_assert!(!mrkdwn(&message.headline).contains(['<', '>']));

        for (value, under) in [(blocks(&message), "text"), (card(&message), "text")] {
            let mut all = Vec::new();
            texts(&value, under, &mut all);
            prop_assert!(all.iter().all(|text| !text.replace('\n', "").contains(is_unsafe)));
            prop_assert!(all.iter().all(|text| !text.is_empty()));
        }
    }

    #[test]
    fn a_template_never_fails_and_what_it_says_fits(own in "([a-z {}#\n]|\\{(why|seen|first)\\}){0,400}", most in 400usize..9_000) {
        let Ok(template) = Template::parse(&own) else { return Ok(()) };
        let written = Message::told(&delivery(finding(), Turn::Raised), Some(&template)).within(most, text, String::len);
        prop_assert!(written.len() <= most.max(1_000), "{written}");
    }

    #[test]
    fn a_message_fits_and_keeps_who_and_what_to_do(why in "\\PC{0,900}", most in 3_000usize..30_000) {
        let mut delivery = delivery(finding(), Turn::Raised);
        delivery.alert.guide.why = why;
        for n in 0..20 {
            delivery.alert.finding.evidence.add(&n.to_string(), &"x".repeat(300));
        }
        let written = Message::of(&delivery).within(most, text, String::len);
        prop_assert!(written.len() <= most);
        prop_assert!(written.contains("mallory@example.com") && written.contains("Revoke the token"));
    }
}
