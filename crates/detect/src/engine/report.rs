//! From what was concluded to a finding.

use finding::{Evidence, Finding, Fingerprint, Kind, Occurrence, Place, Position, State, Subject};
use jiff::Timestamp;
use rule::correlation::Memory;

use super::episode::Episode;
use super::{Emit, Engine, Ground, Out, Raised};
use crate::excerpt::{self, Excerpt, Slot, TIMELESS};
use crate::memory::Kept;
use crate::program::{Node, Program, common};

impl Engine {
    /// The finding of a rule without memory.
    pub(super) fn report_event(
        &mut self,
        leaf: usize,
        excerpt: &Excerpt<'_>,
        is_late: bool,
        out: Out<'_>,
    ) {
        let detector = std::sync::Arc::clone(&self.detector);
        let Some(watch) = detector.watches().get(leaf) else { return };
        let (level, is_unsure) = self.level_of(watch.level, &watch.levels, excerpt);
        let Some(level) = level else { return };
        let mut evidence = Evidence::default();
        excerpt.evidence(leaf).for_each(|(field, text)| evidence.add(field, text));
        if is_unsure {
            note_unsure(&mut evidence);
        }
        let occurrence = Occurrence {
            event_id: excerpt.id.to_owned(),
            time: timestamp(excerpt.time),
            provider: provider(excerpt.product),
            tenant: detector.tenant_of(excerpt.tenant),
            subject: subject(excerpt),
            evidence,
            place: self.place(excerpt),
        };
        let rule = std::sync::Arc::clone(&watch.rule);
        let mut finding = Finding { late: is_late, ..Finding::of_event(rule, level, occurrence) };
        let ground = if watch.levels.is_empty() && watch.asks.is_empty() {
            Ground::Event
        } else {
            Ground::Known
        };
        match (self.emit, ground) {
            // It went out when it came.
            (Emit::Settling, Ground::Event) if !is_late && finding.time.is_some() => return,
            (Emit::Arriving, Ground::Known) => finding.state = State::Provisional,
            _ => {}
        }
        out(Raised { finding, ground });
    }

    /// The finding of an episode as far as it has come; `None` if it raises none.
    pub(super) fn finding(&self, program: &Program, episode: &Episode) -> Option<Finding> {
        let node = program.nodes.get(usize::from(episode.node))?;
        let level = episode.level.filter(|_| node.alerts && !episode.is_quiet)?;
        let begin = Excerpt::read(&episode.begin.event);
        let events: Vec<Excerpt<'_>> =
            episode.events.iter().map(|kept| Excerpt::read(&kept.event)).collect();
        let subject = subject_of(node, episode, &events);
        let occurrence = Occurrence {
            event_id: begin.id.to_owned(),
            time: timestamp(episode.begin.time),
            provider: provider(begin.product),
            tenant: self.detector.tenant_of(begin.tenant),
            subject,
            evidence: evidence(program, node, episode, &events),
            place: self.place(&begin),
        };
        let rule = std::sync::Arc::clone(&node.rule);
        let mut finding = Finding::of_event(rule, level, occurrence);
        finding.id = id(node, episode);
        finding.kind = Kind::Detection;
        let is_arriving = self.emit == Emit::Arriving;
        finding.state = if is_arriving { State::Provisional } else { State::Settled };
        finding.revision = episode.revision;
        (finding.first, finding.last) = (timestamp(episode.span.0), timestamp(episode.span.1));
        finding.event_count = episode.n_events;
        finding.events = events.iter().map(|event| event.id.to_owned()).collect();
        Some(finding)
    }

    /// Where an event stands, if it is from an input of this run.
    fn place(&self, excerpt: &Excerpt<'_>) -> Option<Place> {
        let at = usize::try_from(excerpt.input.checked_sub(self.state.n_inputs)?).ok()?;
        let path = self.inputs.get(at)?.clone();
        Some(Place::new(path, Position::Line(excerpt.line)))
    }
}

/// The id of the finding of an episode.
pub(super) fn id(node: &Node, episode: &Episode) -> Fingerprint {
    let group = episode.values.join("\u{1f}");
    let begin = excerpt::id(&episode.begin.event).unwrap_or_default();
    Fingerprint::of_finding(&node.rule.id, &group, begin)
}

/// Who a finding is about: what its group names, and what all its events agree on.
fn subject_of(node: &Node, episode: &Episode, events: &[Excerpt<'_>]) -> Subject {
    let agreed = |slot: Slot| {
        let mut values = events.iter().filter_map(|event| event.first(slot));
        let first = values.next()?;
        values.all(|other| other == first).then(|| first.to_owned())
    };
    let named = |name: &str| {
        let at = node.names.iter().position(|other| other == name)?;
        episode.values.get(at).cloned()
    };
    let begin = Excerpt::read(&episode.begin.event);
    let user = named("entity.user").or_else(|| agreed(common::USER));
    let target = named("entity.target_user").or_else(|| agreed(common::TARGET_USER));
    // Somebody has to be asked: if nobody is in all events and the group names nothing else, it is who made the rule hold.
    let is_of_another = node.names.iter().any(|name| SUBJECTS.contains(&name.as_str()));
    let user = user.or_else(|| {
        let last = begin.first(common::USER).filter(|_| !is_of_another);
        last.map(str::to_owned)
    });
    Subject {
        target: target.filter(|target| Some(target) != user.as_ref()),
        user,
        user_id: agreed(common::USER_ID),
        ip: named("entity.ip").or_else(|| agreed(common::IP)),
        session: named("entity.session").or_else(|| agreed(common::SESSION)),
        token: named("entity.token").or_else(|| agreed(common::TOKEN)),
        client: named("entity.client").or_else(|| agreed(common::CLIENT)),
        device: named("entity.device").or_else(|| agreed(common::DEVICE)),
    }
}

/// What made a rule with memory hold.
fn evidence(program: &Program, node: &Node, episode: &Episode, events: &[Excerpt<'_>]) -> Evidence {
    let mut evidence = Evidence::default();
    for (name, value) in node.names.iter().zip(&episode.values) {
        evidence.add(name, value);
    }
    for (kept, event) in episode.events.iter().zip(events) {
        add_matched(&mut evidence, node, kept, event);
        for slot in [common::TYPE, common::USER, common::IP] {
            if let (Some(asked), Some(text)) =
                (program.slots.get(usize::from(slot)), event.first(slot))
            {
                evidence.add(&asked.name, text);
            }
        }
    }
    evidence.add("measured", &number(episode.measure));
    if episode.is_unsure && !node.levels.is_empty() {
        note_unsure(&mut evidence);
    }
    if episode.is_cut {
        evidence.add("incomplete", "some of what this rests on was forgotten for want of room");
    }
    evidence
}

/// Parts of a group key by which a finding is about something else than its last user.
const SUBJECTS: [&str; 5] =
    ["entity.ip", "entity.session", "entity.token", "entity.client", "entity.device"];

fn add_matched(evidence: &mut Evidence, node: &Node, kept: &Kept, event: &Excerpt<'_>) {
    let Some(source) = node.sources.get(usize::from(kept.source)) else { return };
    let is_counted = matches!(
        node.test,
        Memory::Count(_) | Memory::Distinct { .. } | Memory::Aggregate { .. } | Memory::Ratio(_)
    );
    match timestamp(event.time).filter(|_| !is_counted) {
        Some(time) => {
            evidence.add("matched", &format!("{} {}", finding::rfc3339(time), source.name));
        }
        None => evidence.add("matched", &source.name),
    }
    let Some((_, reads)) = source.reads.first() else { return };
    for (name, slot) in node.columns.iter().zip(&reads.columns) {
        if let Some(text) = slot.and_then(|slot| event.first(slot)) {
            evidence.add(name, text);
        }
    }
}

fn note_unsure(evidence: &mut Evidence) {
    evidence.add("admin", "not known whether the user is an administrator");
}

fn number(number: f64) -> String {
    if number.fract() == 0.0 { format!("{number:.0}") } else { format!("{number:.2}") }
}

/// Who an event is about, as a finding names it.
fn subject(excerpt: &Excerpt<'_>) -> Subject {
    let text = |slot| excerpt.first(slot).map(str::to_owned);
    let user = text(common::USER);
    Subject {
        target: text(common::TARGET_USER).filter(|target| Some(target) != user.as_ref()),
        user,
        user_id: text(common::USER_ID),
        ip: text(common::IP),
        session: text(common::SESSION),
        token: text(common::TOKEN),
        client: text(common::CLIENT),
        device: text(common::DEVICE),
    }
}

/// A time of an excerpt.
pub(super) fn timestamp(time: i64) -> Option<Timestamp> {
    (time != TIMELESS).then(|| Timestamp::from_microsecond(time).ok()).flatten()
}

/// The name of a product by its number in excerpts.
fn provider(number: u8) -> Option<String> {
    let product = catalog::Product::ALL.get(usize::from(number).checked_sub(1)?)?;
    Some(product.name().to_owned())
}
