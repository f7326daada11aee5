//! One credential in one place, however many ways it was read there.

use std::cmp::Reverse;

use crate::layer::Encoding;
use crate::leak::Leak;

/// Readings of overlapping places that are compared with each other; a compressed stretch can hold thousands.
const COMPARED_MAX: usize = 256;

/// In order of place. Of readings that overlap the surest stays, and of those the one with the fewest encodings.
pub(super) fn merge(mut leaks: Vec<Leak>) -> Vec<Leak> {
    leaks.sort_by_key(|leak| (leak.span.start, leak.span.end));
    let mut merged = Vec::new();
    let mut cluster: Vec<Leak> = Vec::new();
    let mut end = 0;
    for leak in leaks {
        if leak.span.start >= end {
            settle(&mut cluster, &mut merged);
        }
        end = end.max(leak.span.end);
        cluster.push(leak);
    }
    settle(&mut cluster, &mut merged);
    merged.sort_by_key(|leak| (leak.span.start, leak.span.end));
    merged
}

/// Moves what stays of readings whose places overlap.
fn settle(cluster: &mut Vec<Leak>, merged: &mut Vec<Leak>) {
    cluster.sort_by_key(order);
    let from = merged.len();
    for leak in cluster.drain(..) {
        let kept = &merged[from..];
        let compared = &kept[kept.len().saturating_sub(COMPARED_MAX)..];
        if !compared.iter().any(|other| is_same(other, &leak)) {
            merged.push(leak);
        }
    }
}

/// The surest first, then those with the fewest encodings, then the longest.
fn order(leak: &Leak) -> impl Ord + use<> {
    let (sure, longest) = (Reverse(leak.confidence), Reverse(leak.secret.len()));
    (sure, leak.layers.len(), longest, leak.span.start)
}

/// Whether two readings are of one credential: they overlap, and one value holds the other. Several
/// credentials of one compressed stretch share a span and hold nothing of each other.
fn is_same(one: &Leak, other: &Leak) -> bool {
    let overlap = one.span.start < other.span.end && other.span.start < one.span.end;
    if !overlap {
        return false;
    }
    let (one_value, other_value) = (one.secret.expose(), other.secret.expose());
    let holds = one_value.contains(other_value) || other_value.contains(one_value);
    holds || one.layers == other.layers && !shares_a_stretch(one)
}

/// Whether its place is that of a whole compressed stretch.
fn shares_a_stretch(leak: &Leak) -> bool {
    leak.layers.contains(&Encoding::Gzip)
}
