//! `examples/takeover.jsonl`: two weeks at a company, and the attack hidden in them.
//!
//! `example/workday.rs` is what 40 people, a help desk, two administrators and
//! four programs do anyway: nine workdays of which the log has little, enough to
//! know who administers from where, and two that are whole. `example/takeover.rs`
//! is the attack, stage by stage.
//! Both only choose times and people and leave the events to
//! [`lab::activity`]. To extend the story, add a stage there: lines are
//! sorted by time when they are written, so a stage may begin whenever it likes.

mod takeover;
mod workday;

use std::io::{self, Write};

use crate::corpus::tail;
use lab::clock::{DAY, Millis, midnight};
use lab::org::{CELL, Org, Person};
use lab::random::Random;
use lab::record::render::{KeyOrder, Length};
use lab::scene::Scene;

const SEED: u64 = 2026;
const N_PEOPLE: usize = 40;

/// A Wednesday.
const FIRST_DAY: Millis = midnight(2026, 11, 4);

/// Workdays with little in the log, counted from the first day.
const QUIET_DAYS: &[i64] = &[0, 1, 2, 5, 6, 7, 8, 9, 12];

/// Workdays with all there is; the attack is on the last.
const BUSY_DAYS: &[i64] = &[13, 14];

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
    /// Id of the second administrator's API token, which provisioning works with.
    pub(crate) token: String,
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
        contractor: &people[37],
        victims: [&people[9], &people[18], &people[27]],
        token: random.id("00T", 20, CELL),
    };
    let mut scene = Scene::new(&org, random, Length::Natural, KeyOrder::Api);
    let tail = tail::table();
    for (number, day) in QUIET_DAYS.iter().enumerate() {
        workday::stage_little(&mut scene, &cast, number, FIRST_DAY + day * DAY);
    }
    for (number, day) in BUSY_DAYS.iter().enumerate() {
        workday::stage(&mut scene, &cast, &tail, number, FIRST_DAY + day * DAY);
    }
    takeover::stage(&mut scene, &cast);
    while let Some(line) = scene.next_before(Millis::MAX) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::write_takeover;

    /// What the attack does and nothing else in the log, in this order.
    const STAGES: &[&str] = &[
        "user.mfa.factor.reset_all",
        "device.enrollment.create",
        "user.account.privilege.grant",
        "system.api_token.create",
        "system.org.rate_limit.warning",
        "system.org.rate_limit.warning",
        "system.idp.lifecycle.create",
        "system.idp.lifecycle.activate",
        "directory.mapping.update",
        "application.user_membership.change_username",
        "user.session.clear",
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
    fn the_work_around_it_is_two_weeks_of_a_company() {
        let events = example();
        assert!((700..1_000).contains(&events.len()), "{} events", events.len());
        let proxied = events.iter().filter(|event| event["securityContext"]["isProxy"] == true);
        assert!(proxied.count() * 8 < events.len(), "the attack is not hidden");
        let refused = events.iter().filter(|event| event["outcome"]["result"] == "FAILURE");
        assert!(refused.count() > 3, "nobody mistyped a password");
        let days: BTreeSet<&str> =
            events.iter().map(|event| &event["published"].as_str().unwrap()[..10]).collect();
        assert_eq!(days.len(), 11);
    }

    /// The token of the attack works from elsewhere, and after its owner was thrown out.
    #[test]
    fn the_token_outlives_the_sessions() {
        let events = example();
        let created = events.iter().find(|event| event["eventType"] == "system.api_token.create");
        let token = &created.unwrap()["target"][0]["id"];
        let number = |event: &Value| event["securityContext"]["asNumber"].as_u64().unwrap();
        let uses: Vec<usize> = (0..events.len())
            .filter(|at| &events[*at]["transaction"]["detail"]["requestApiTokenId"] == token)
            .collect();
        assert!(uses.iter().all(|at| number(&events[*at]) != number(created.unwrap())));
        let cleared =
            events.iter().position(|event| event["eventType"] == "user.session.clear").unwrap();
        assert!(uses.iter().any(|at| *at < cleared) && uses.iter().any(|at| *at > cleared));
    }
}
