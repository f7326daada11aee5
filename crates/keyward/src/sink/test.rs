//! `keyward sink test`.

use std::sync::Arc;

use anyhow::Context;
use finding::{Finding, Level, Occurrence, Rule, Subject};
use jiff::Timestamp;
use sink::{Alert, Delivery, Failure, Guide, Key, Outlet, Receipt, Turn};

use super::named;
use crate::args::SinkTest;
use crate::config::{self, Way};
use crate::connect;
use crate::console::Console;
use crate::exit::Exit;
use crate::sanitize::visible;

/// Sends a message that says it is a test. What pages somebody is told at once that it is over.
pub(super) fn run(args: &SinkTest, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let config = config::load(&args.named.config, console)?;
    let sink = named(&config, &args.name)?;
    let outbound = connect::outbound(&config.outbound)?;
    let outlet = connect::outlet(sink, &outbound)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("failed to begin")?;
    let mut delivery = delivery(&args.name, now);
    let where_to = outlet.channel.describe();
    console.note(|out| writeln!(out, "Telling {} …", visible(&where_to)));
    if let Some(text) = outlet.channel.shown(&delivery) {
        console.note(|out| writeln!(out, "It reads:\n\n{text}"));
    }
    let mut answer = runtime.block_on(send(&outlet, &delivery));
    if let (Ok(receipt), Way::PagerDuty { .. }) = (&answer, &sink.way) {
        delivery.turn = Turn::Closed;
        delivery.key = Key::of(&delivery.alert.finding, Turn::Closed);
        delivery.sent = Some(receipt.clone());
        answer = runtime.block_on(send(&outlet, &delivery));
    }
    Ok(match answer {
        Ok(receipt) => {
            console.note(|out| writeln!(out, "It was taken: {}", visible(&receipt.said)));
            Exit::Clean
        }
        Err(failure) => {
            let after = if matches!(failure, Failure::Refused { .. }) {
                "and would not be taken later"
            } else {
                "and may be taken later"
            };
            console.error(format_args!("it was not taken, {after}: {}", failure.why()));
            Exit::Partial
        }
    })
}

async fn send(outlet: &Outlet, delivery: &Delivery) -> Result<Receipt, Failure> {
    let deadline = outlet.patience.deadline;
    let answer = tokio::time::timeout(deadline, outlet.channel.deliver(delivery)).await;
    answer.unwrap_or_else(|_| {
        let why = format!("there was no answer within {} s", deadline.as_secs());
        Err(Failure::Later { after: None, why })
    })
}

/// A message that nobody can take for a finding, and never twice the same.
fn delivery(sink: &str, now: Timestamp) -> Delivery {
    let rule = Rule {
        id: "keyward_sink_test".to_owned(),
        name: "keyward_sink_test".to_owned(),
        title: format!("Test of the sink {sink}: nothing happened"),
        ..Rule::default()
    };
    let subject = Subject {
        user: Some("nobody@example.com".to_owned()),
        ip: Some("192.0.2.1".to_owned()),
        ..Subject::default()
    };
    let event =
        Occurrence { event_id: now.to_string(), time: Some(now), subject, ..Occurrence::default() };
    let finding = Finding::of_event(Arc::new(rule), Level::Informational, event);
    let guide = Guide {
        why: "Somebody ran `keyward sink test`. Whoever reads this is told of findings.".to_owned(),
        innocent: vec!["This is a test.".to_owned()],
        first: vec!["Nothing is to be done.".to_owned()],
        tactics: Vec::new(),
    };
    Delivery {
        key: Key::of(&finding, Turn::Raised),
        alert: Alert::new(finding, guide),
        turn: Turn::Raised,
        folded: Vec::new(),
        sent: None,
        n_attempt: 1,
    }
}
