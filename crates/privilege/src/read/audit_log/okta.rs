//! The System Log of Okta: event types lead to operations, and where the path of the request is told,
//! that tells more.

use std::sync::LazyLock;

use catalog::Role;
use event::{Event, Path};

use super::transaction::{Cause, Transactions};
use crate::read::masked;
use crate::{Base, Hint, Misfit, OperationId, Outcome, Taker, Via};

/// How the ids begin that Okta's own pages have as clients.
const OWN_CLIENT: &str = "okta.";

static FIELDS: LazyLock<Fields> = LazyLock::new(|| Fields {
    uri: Path::parse("debugContext.debugData.requestUri"),
    url: Path::parse("debugContext.debugData.url"),
    job: Path::parse("transaction.type"),
});

struct Fields {
    uri: Path,
    url: Path,
    job: Path,
}

/// Adds what an event tells of a request to the transactions.
pub(super) fn read(
    event: &Event<'_>,
    line: u64,
    base: &Base,
    open: &mut Transactions,
    taker: &mut dyn Taker,
) {
    let Some(kind) = event.kind_text() else { return };
    let named = base.event(&kind);
    let credential = credential(event);
    if named.is_none() && credential.is_none() {
        return;
    }
    let target = target(event);
    if credential.is_none()
        && let Some(why) = no_call(event, target.as_deref(), base)
    {
        taker.passed_over(line, &format!("{kind} {why}"));
        return;
    }
    if named.as_ref().is_some_and(|named| named.operations.is_empty()) {
        let target = target.as_deref().unwrap_or("no path");
        taker.passed_over(line, &format!("{kind} ({target}): no single operation leaves it"));
        return;
    }
    let by_path = target.as_deref().map(|target| by_path(base, target)).unwrap_or_default();
    if named.is_none() && !by_path.is_empty() && by_path.iter().all(|&id| !is_granted(base, id)) {
        // A client fetched a token, or the like.
        return;
    }
    let cause = Cause {
        line,
        time: event.time(),
        is_exact: named.as_ref().is_some_and(|named| named.operations.len() == 1),
        operations: named.map(|named| named.operations).unwrap_or_default(),
        by_path,
        target,
        kind: kind.into_owned(),
        credential,
        is_denied: event.entity(Role::Outcome).is_some_and(|result| result == "DENY"),
        objects: objects(event),
    };
    open.add(event.entity(Role::Request), cause, base, taker);
}

/// The id of the API token, or of the app, that made the request; `None` for people with a session.
fn credential(event: &Event<'_>) -> Option<String> {
    event.token().or_else(|| {
        let actor =
            event.actor().filter(|actor| actor.kind.as_deref() == Some("PublicClientAppEntity"));
        actor
            .and_then(|actor| actor.id)
            .or_else(|| event.client().filter(|id| catalog::is_okta_client_id(id)))
    })
}

/// Path and query of the request. Okta promises neither field.
fn target(event: &Event<'_>) -> Option<String> {
    let uri = event.text_at(&FIELDS.uri);
    let url = event.text_at(&FIELDS.url);
    let path_of = |text: &str| text.split('?').next().unwrap_or_default().to_owned();
    let target = match (uri, url) {
        (Some(uri), Some(url)) if path_of(&url) == path_of(&uri) => url,
        (Some(uri), _) => uri,
        (None, url) => url?,
    };
    let mut room = String::new();
    Some(masked::target(target.trim_end_matches('?'), &mut room).to_owned())
}

/// Why no program made the request, where no credential is told; `None` if one may have.
fn no_call(event: &Event<'_>, target: Option<&str>, base: &Base) -> Option<&'static str> {
    let is_job = event.text_at(&FIELDS.job).is_some_and(|kind| kind == "JOB");
    let is_of_okta =
        event.actor().is_some_and(|actor| actor.kind.as_deref() == Some("SystemPrincipal"));
    let is_own_client = event.client().is_some_and(|id| id.starts_with(OWN_CLIENT));
    if is_job {
        Some("in a job of Okta")
    } else if is_of_okta {
        Some("by Okta itself")
    } else if is_own_client || target.is_some_and(|target| by_path(base, target).is_empty()) {
        Some("in a page of Okta")
    } else {
        None
    }
}

/// The operations that have this path.
fn by_path(base: &Base, target: &str) -> Vec<OperationId> {
    let hint = Hint { product: Some(catalog::Product::Okta) };
    match base.resolve(hint, None, target).outcome {
        Outcome::Operation(_, Via::OneOf(several)) => several,
        Outcome::Operation(id, _) => vec![id],
        Outcome::Misfit(Misfit::NoVerb { candidates }) => candidates,
        Outcome::Misfit(_) => Vec::new(),
    }
}

/// Whether it takes a credential to which something is granted. Fetching a token does not: a client
/// does that with its own secret.
fn is_granted(base: &Base, id: OperationId) -> bool {
    let accepts = base.operation(id).credentials;
    accepts.oauth || accepts.token
}

/// What was acted upon: kinds in the log's words, and ids.
fn objects(event: &Event<'_>) -> Vec<(String, String)> {
    let mut objects = Vec::new();
    for target in event.targets() {
        if let (Some(kind), Some(id)) = (target.kind, target.id) {
            objects.push((kind, id));
        }
    }
    objects.truncate(MAX_OBJECTS);
    objects
}

/// Objects of one event that are kept.
const MAX_OBJECTS: usize = 16;
