//! `examples/takeover.jsonl`: two days at a company, and the attack hidden in them.
//!
//! `example/workday.rs` is what 120 people, a help desk, two administrators and
//! three programs do anyway; `example/takeover.rs` is the attack, stage by stage.
//! Both only choose times and people and leave the events to
//! [`crate::corpus::activity`]. To extend the story, add a stage there: lines are
//! sorted by time when they are written, so a stage may begin whenever it likes.

mod takeover;
mod workday;

use std::io::{self, Write};

use crate::corpus::clock::{Millis, midnight};
use crate::corpus::org::{Org, Person};
use crate::corpus::random::Random;
use crate::corpus::render::{KeyOrder, Length};
use crate::corpus::scene::Scene;
use crate::corpus::tail;

const SEED: u64 = 2026;
const N_PEOPLE: usize = 120;

/// A Tuesday.
const FIRST_DAY: Millis = midnight(2026, 11, 17);
const N_DAYS: i64 = 2;

/// Who has which part in the company.
pub(crate) struct Cast<'a> {
    /// The super administrator whose account is taken over.
    pub(crate) admin: &'a Person,
    /// The other one, who notices nothing.
    pub(crate) second_admin: &'a Person,
    pub(crate) help_desk: &'a [Person],
    /// A contractor whose account nobody looks at.
    pub(crate) contractor: &'a Person,
    /// Those who are impersonated in the end.
    pub(crate) victims: [&'a Person; 3],
}

/// Writes the example; the same bytes every time.
pub(crate) fn write_takeover(out: &mut dyn Write) -> io::Result<()> {
    let mut random = Random::new(SEED);
    let mut org = Org::new(N_PEOPLE, &mut random);
    // Administrators work under accounts of their own, named so.
    for admin in &mut org.people[..2] {
        admin.login = admin.login.replace('@', ".adm@");
    }
    let people = &org.people;
    let cast = Cast {
        admin: &people[0],
        second_admin: &people[1],
        help_desk: &people[2..6],
        contractor: &people[111],
        victims: [&people[23], &people[57], &people[88]],
    };
    let mut scene = Scene::new(&org, random, Length::Natural, KeyOrder::Api);
    let tail = tail::table();
    for day in 0..N_DAYS {
        workday::stage(&mut scene, &cast, &tail, day);
    }
    takeover::stage(&mut scene, &cast);
    while let Some(line) = scene.next_before(Millis::MAX) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::write_takeover;

    /// What the attack does and nothing else in the log, in this order.
    const STAGES: &[&str] = &[
        "user.mfa.factor.reset_all",
        "device.enrollment.create",
        "user.account.privilege.grant",
        "system.api_token.create",
        "system.idp.lifecycle.create",
        "system.idp.lifecycle.activate",
        "directory.mapping.update",
        "application.user_membership.change_username",
        "system.log_stream.lifecycle.deactivate",
    ];

    fn example() -> Vec<Value> {
        let mut out = Vec::new();
        write_takeover(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn the_attack_is_there_stage_by_stage_and_once() {
        let events = example();
        let kinds = events.iter().map(|event| event["eventType"].as_str().unwrap());
        let seen: Vec<&str> = kinds.filter(|kind| STAGES.contains(kind)).collect();
        assert_eq!(seen, STAGES);
    }

    #[test]
    fn every_event_type_is_one_that_okta_has() {
        for event in example() {
            let event_type = event["eventType"].as_str().unwrap();
            assert!(catalog::okta_event_type(event_type).is_some(), "{event_type}");
        }
    }

    #[test]
    fn the_work_around_it_is_two_days_of_a_company() {
        let events = example();
        assert!((2_500..4_000).contains(&events.len()), "{} events", events.len());
        let proxied = events.iter().filter(|event| event["securityContext"]["isProxy"] == true);
        assert!(proxied.count() * 40 < events.len(), "the attack is not hidden");
        let refused = events.iter().filter(|event| event["outcome"]["result"] == "FAILURE");
        assert!(refused.count() > 10, "nobody mistyped a password");
    }
}
