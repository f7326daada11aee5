//! From a leak to what lists are searched for.

use catalog::{Mode, verification};
use idp::Wanted;
use inventory::{Clue, Sort};
use leak::Leak;
use outbound::Secret;

use super::suspect::Suspect;

/// What the lists are searched for; `None` for what no list names.
pub(super) fn clue(suspect: &Suspect) -> Option<Clue> {
    let leak = &suspect.leak;
    let sort = sort(leak)?;
    let half =
        (sort == Sort::Key).then(|| idp::public_half(&Secret::new(leak.secret.expose()))).flatten();
    let kid = half.as_ref().and_then(|half| half.kid.clone());
    Some(Clue {
        sort,
        id: beside(leak, "token_id"),
        client: client(leak),
        user: beside(leak, "user_id"),
        author: suspect.author.clone(),
        held: suspect.held.map(|(since, _)| since),
        kid: kid.or_else(|| beside(leak, "key_id")),
        public: half.map(|half| half.part),
        absent: false,
    })
}

/// What has to be read to search for it.
pub(super) fn want(clue: &Clue, wanted: &mut Wanted) {
    match (clue.sort, &clue.client) {
        (Sort::ApiToken, _) => (wanted.tokens, wanted.owners) = (true, true),
        (_, Some(client)) => drop(wanted.clients.insert(client.clone())),
        (Sort::Key, None) => wanted.keys = true,
        (Sort::Secret | Sort::Issued, None) => {}
    }
}

/// The client that a credential is of, by its own word or by what stands beside it.
pub(super) fn client(leak: &Leak) -> Option<String> {
    let claimed = leak.claims.as_ref().and_then(|claims| claims.client.clone());
    claimed.or_else(|| beside(leak, "client_id"))
}

pub(super) fn beside(leak: &Leak, what: &str) -> Option<String> {
    let mut companions = leak.companions.iter();
    companions.find(|companion| companion.what == what).map(|companion| companion.value.clone())
}

/// What a credential is, by the list in which the catalog has it looked up.
fn sort(leak: &Leak) -> Option<Sort> {
    let checks = verification(leak.kind.kind).iter();
    let mut paths = checks
        .filter(|check| check.mode == Mode::Admin)
        .filter_map(|check| check.request.as_ref().map(|request| request.path));
    let sort = paths.find_map(|path| match path.rsplit('/').next() {
        Some("api-tokens") => Some(Sort::ApiToken),
        Some("secrets") => Some(Sort::Secret),
        Some("jwks" | "credentials") => Some(Sort::Key),
        Some("{client_id}") if path.contains("/clients/") => Some(Sort::Secret),
        _ => None,
    });
    sort.or_else(|| leak.claims.as_ref()?.client.as_ref().map(|_| Sort::Issued))
}
