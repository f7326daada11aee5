//! Whether it worked, by what can be seen afterward.

mod dead;
mod told;

use std::time::{Duration, Instant};

use catalog::Product;
use idp::{Expected, Look, Looked};
use jiff::Timestamp;
use serde_json::{Value, json};

pub(crate) use self::told::events_of;
use super::desk::Desk;
use super::execute::Made;
use super::list;
use super::order::Target;

/// The status of a change that is still to come.
const ACCEPTED: u16 = 202;

/// Between two looks at an object that is still to change.
const BETWEEN: Duration = Duration::from_secs(1);

/// What is seen of one claim.
pub(crate) struct Proof {
    /// What was looked at.
    pub(crate) what: What,
    /// What it shows.
    pub(crate) verdict: Verdict,
    /// In words, a fragment.
    pub(crate) says: String,
    /// The event, as the provider wrote it.
    pub(crate) event: Option<Value>,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// The object, in the provider's interface.
    Object,
    /// The event of the change, in the log.
    Event,
    /// The credential itself.
    Credential,
}

/// What something shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It worked.
    Proven,
    /// It could not be found out.
    Unknown,
    /// It did not work.
    Contradicted,
}

impl What {
    /// As in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Event => "event",
            Self::Credential => "credential",
        }
    }
}

impl Verdict {
    /// As in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Unknown => "unknown",
            Self::Contradicted => "contradicted",
        }
    }
}

impl Proof {
    /// As in evidence and JSON.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "what": self.what.name(), "verdict": self.verdict.name(), "says": self.says,
            "event": self.event,
        })
    }
}

/// Looks at everything that can be looked at: the objects, the log, the credential.
///
/// A call of which no event is known has its object's state for a proof. One whose event names only what the object belongs to
/// takes both. One that had nothing to do, before another call to the same object, is proven by that one.
pub(crate) async fn prove(
    (target, made): (&Target, &[Made]),
    desk: &Desk,
    wait: Duration,
    begun: Timestamp,
) -> Vec<Proof> {
    let mut seen = Vec::new();
    for (at, one) in made.iter().enumerate() {
        // What a later call removes is not there to be looked at any more.
        let is_last = !made.iter().skip(at + 1).any(|later| is_later(made, at, later));
        seen.push(if is_last { object(one, desk, wait).await } else { None });
    }
    let mut events = Vec::new();
    for (at, one) in made.iter().enumerate() {
        let own = seen.get(at).and_then(Option::as_ref);
        let mut after = made.iter().zip(&seen).skip(at + 1).rev();
        let later = after.find(|(later, _)| is_later(made, at, later));
        if one.seq.is_none() && later.is_some_and(|(later, _)| later.seq.is_some()) {
            continue;
        }
        let shown = own.or(later.and_then(|(_, proof)| proof.as_ref()));
        let shown = shown.map(|proof| proof.verdict);
        events.extend(told::event((one, shown), desk, wait, begun).await);
    }
    let mut proofs: Vec<Proof> = seen.into_iter().flatten().chain(events).collect();
    proofs.extend(dead::credential(desk, target).await);
    proofs
}

/// Whether such a credential can be tried, if it is at hand.
pub(super) fn is_tried(target: &Target, provider: Product) -> bool {
    dead::kind(target, provider).is_some()
}

/// Whether a later call is about the same object.
fn is_later(made: &[Made], at: usize, later: &Made) -> bool {
    let path = |one: &Made| one.action.look().map(|look| look.path);
    let own = made.get(at).and_then(path);
    // Of what is absent from a list, each has to be looked at by itself.
    let is_in_list = |one: &Made| {
        one.action.look().is_some_and(|look| matches!(look.expected, Expected::Absent(_)))
    };
    own.is_some() && own == path(later) && !is_in_list(later)
}

/// Looks at the object; for as long as `wait` says at one whose change the provider has only accepted (202).
async fn object(made: &Made, desk: &Desk, wait: Duration) -> Option<Proof> {
    let look = made.action.look()?;
    let is_accepted = made.status == Some(ACCEPTED);
    let until = Instant::now() + wait;
    loop {
        let seen = list::look(desk, &look).await;
        let verdict = seen.as_ref().map(|seen| judge(&look.expected, seen));
        let is_late = Instant::now() + BETWEEN >= until;
        if is_accepted && matches!(verdict, Ok(Verdict::Contradicted)) && !is_late {
            tokio::time::sleep(BETWEEN).await;
            continue;
        }
        let (verdict, says) = match verdict {
            Ok(verdict) => told_as(&look, verdict, (is_accepted, wait)),
            Err(error) => {
                (Verdict::Unknown, format!("`GET {}` could not be read: {error}", look.path))
            }
        };
        let alone = made.action.row().event.is_none().then_some("; no event is known of it");
        let says = says + alone.unwrap_or_default();
        return Some(Proof { what: What::Object, verdict, says, event: None });
    }
}

/// What an object shows, in words. That a change is still to come is no sign against it before it was waited for.
fn told_as(
    look: &Look,
    verdict: Verdict,
    (is_accepted, wait): (bool, Duration),
) -> (Verdict, String) {
    let (path, expected) = (&look.path, told_of(&look.expected));
    match verdict {
        Verdict::Proven => (verdict, format!("`GET {path}` shows {expected}")),
        _ if is_accepted && wait.is_zero() => {
            let says = format!(
                "the provider has accepted it (202), and `GET {path}` does not show {expected} yet; it was not waited for"
            );
            (Verdict::Unknown, says)
        }
        _ => (verdict, format!("`GET {path}` does not show {expected}")),
    }
}

/// What is to be seen, in words.
pub(super) fn told_of(expected: &Expected) -> String {
    match expected {
        Expected::Gone => "that nothing of that id is there (404)".to_owned(),
        Expected::Absent(id) => format!("a list without `{id}`"),
        Expected::Empty => "an empty list".to_owned(),
        Expected::Status(word) => format!("the status {word}"),
        Expected::Zone(id) => format!("that it works from zone `{id}` alone"),
    }
}

/// Whether what was seen is what is expected.
pub(super) fn judge(expected: &Expected, seen: &Looked) -> Verdict {
    let Looked::There(value) = seen else {
        let is_meant = matches!(expected, Expected::Gone | Expected::Absent(_) | Expected::Empty);
        return if is_meant { Verdict::Proven } else { Verdict::Contradicted };
    };
    let is_so = match expected {
        Expected::Gone => false,
        Expected::Empty => items(value).is_some_and(<[Value]>::is_empty),
        Expected::Absent(id) => {
            items(value).is_some_and(|items| items.iter().all(|item| item["id"] != **id))
        }
        Expected::Status(word) => value["status"] == **word,
        Expected::Zone(id) => {
            let network = &value["network"];
            network["connection"] == "ZONE" && network["include"] == json!([id])
        }
    };
    if is_so { Verdict::Proven } else { Verdict::Contradicted }
}

/// The objects of a list. Auth0 puts some lists into a member.
fn items(value: &Value) -> Option<&[Value]> {
    let members = || value.as_object()?.values().find_map(Value::as_array);
    value.as_array().or_else(members).map(Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: &Expected, seen: Option<Value>, verdict: Verdict) {
        let seen = seen.map_or(Looked::Gone, Looked::There);
        assert_eq!(judge(expected, &seen), verdict, "{expected:?} {seen:?}");
    }

    #[test]
    fn only_what_is_expected_is_a_proof() {
        use Verdict::{Contradicted, Proven};
        check(&Expected::Gone, None, Proven);
        check(&Expected::Gone, Some(json!({"id": "x"})), Contradicted);
        check(&Expected::Status("INACTIVE"), Some(json!({"status": "INACTIVE"})), Proven);
        check(&Expected::Status("INACTIVE"), Some(json!({"status": "ACTIVE"})), Contradicted);
        check(&Expected::Status("INACTIVE"), None, Contradicted);
        check(&Expected::Empty, Some(json!([])), Proven);
        check(&Expected::Empty, Some(json!({"sessions": [{"id": 1}]})), Contradicted);
        check(&Expected::Empty, Some(json!({"error": "x"})), Contradicted);
        check(&Expected::Absent("a".into()), Some(json!([{"id": "b"}])), Proven);
        check(&Expected::Absent("a".into()), Some(json!([{"id": "a"}])), Contradicted);
        let zone = |include: Value| json!({"network": {"connection": "ZONE", "include": include}});
        check(&Expected::Zone("z".into()), Some(zone(json!(["z"]))), Proven);
        check(&Expected::Zone("z".into()), Some(zone(json!(["z", "y"]))), Contradicted);
    }
}
