//! The finding and all that belongs to it as one JSON object, for programs.

use finding::Finding;
use serde::Serialize;

use crate::{Delivery, Folded, Guide, Message, Turn};

/// The name of the shape.
pub const SCHEMA: &str = "keyward.alert/1";

/// `keyward.alert/1`: the same each time a message is sent.
#[derive(Serialize)]
struct Envelope<'a> {
    schema: &'static str,
    /// Also the header `Idempotency-Key`.
    key: &'a str,
    turn: Turn,
    headline: String,
    finding: &'a Finding,
    guide: &'a Guide,
    /// Other findings that this message stands for.
    folded: &'a [Folded],
}

/// A delivery as JSON on one line.
pub(super) fn envelope(delivery: &Delivery) -> String {
    write(delivery, &delivery.alert.finding, &delivery.alert.guide, &delivery.folded)
}

/// The same in at most so many bytes, as far as that goes: advice is left out first, then folded findings, events and
/// evidence, all but what says who, what and when.
pub(super) fn envelope_within(delivery: &Delivery, most: usize) -> String {
    let finding = &delivery.alert.finding;
    let bare = Guide::default();
    let cut = Finding { events: Vec::new(), ..finding.clone() };
    let least = Finding {
        evidence: finding::Evidence::default(),
        place: None,
        credential: None,
        ..cut.clone()
    };
    let forms = [
        write(delivery, finding, &delivery.alert.guide, &delivery.folded),
        write(delivery, finding, &bare, &delivery.folded),
        write(delivery, &cut, &bare, &[]),
        write(delivery, &least, &bare, &[]),
    ];
    let fits = forms.iter().position(|form| form.len() <= most).unwrap_or(forms.len() - 1);
    forms.into_iter().nth(fits).unwrap_or_default()
}

fn write(delivery: &Delivery, finding: &Finding, guide: &Guide, folded: &[Folded]) -> String {
    let envelope = Envelope {
        schema: SCHEMA,
        key: delivery.key.as_str(),
        turn: delivery.turn,
        headline: Message::of(delivery).headline,
        finding,
        guide,
        folded,
    };
    // All of it is text, numbers and lists: there is nothing that JSON cannot say.
    serde_json::to_string(&envelope).unwrap_or_default()
}
