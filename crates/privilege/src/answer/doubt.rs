//! Taking what is known less well than demanded for unknown.

use catalog::Confidence;

use crate::Edge;

/// Replaces the rule of an edge below `least`; what it would have said stays in its note.
pub(super) fn doubt<R>(edge: &mut Edge<R>, unknown: R, least: Confidence) {
    if edge.level >= least || edge.level == Confidence::Unknown {
        return;
    }
    let note = format!("{} only, {} is demanded", edge.level.name(), least.name());
    edge.note = if edge.note.is_empty() { note } else { format!("{note}: {}", edge.note) }.into();
    edge.rule = unknown;
    edge.level = Confidence::Unknown;
}
