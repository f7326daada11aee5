//! What a tenant lists, read with as much as the two credentials together may see.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use inventory::Snapshot;

use crate::revoke::Desk;

/// How often it is tried with more scopes: what one list names opens further lists.
const ROUNDS: usize = 4;

/// Reads with the credential that reads. Where that lacks scopes, again with the one that acts, signed in for those alone; what shows the
/// most counts.
pub(super) async fn widest<E>(
    desk: &Desk,
    ask: impl AsyncFn(&idp::Tenant) -> Result<Snapshot, E>,
) -> Result<Snapshot, E> {
    let mut best = ask(&desk.reader).await?;
    let mut scopes = lacking(&best);
    for _ in 0..ROUNDS {
        let asked: Vec<&str> = scopes.iter().map(String::as_str).collect();
        let actor = desk.second(&asked).ok().filter(|_| !asked.is_empty());
        let Some(actor) = actor else { break };
        let Ok(seen) = ask(&actor).await else { break };
        let more = lacking(&seen);
        if shown(&seen) > shown(&best) {
            best = seen;
        }
        if more.is_subset(&scopes) {
            break;
        }
        scopes.extend(more);
    }
    Ok(best)
}

/// The scopes that would have opened more.
fn lacking(snapshot: &Snapshot) -> BTreeSet<String> {
    snapshot.gaps.iter().filter_map(|gap| gap.scope.clone()).collect()
}

/// How much a reading shows: more objects, then fewer gaps.
fn shown(snapshot: &Snapshot) -> (usize, Reverse<usize>) {
    let n_gaps = snapshot.cards.iter().map(|card| card.gaps.len()).sum::<usize>();
    (snapshot.cards.len() + snapshot.admins.len(), Reverse(n_gaps + snapshot.gaps.len()))
}
