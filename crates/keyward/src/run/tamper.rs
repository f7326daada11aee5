//! Changes of the ways by which a tenant pushes its events, told at once and without rules: whoever switches them off wants
//! not to be seen. Rules of the pack report them as findings as well, with who did it.

use archive::Record;
use memchr::memmem;

/// Event types that say so. Source: Okta event catalogue 2026.08.1, checked 2026-11-22.
const TYPES: [&str; 6] = [
    "system.log_stream.lifecycle.deactivate",
    "system.log_stream.lifecycle.delete",
    "system.log_stream.lifecycle.update",
    "event_hook.deactivated",
    "event_hook.deleted",
    "event_hook.updated",
];

/// The path of Auth0's interface that changes its streams. Source: Auth0 Management API, checked 2026-11-22.
const STREAMS: &[u8] = b"/v2/log-streams/";

/// Tells of each such change among some events, and counts them.
pub(super) fn watch(tenant: &str, records: &[Record]) -> u64 {
    let mut n = 0;
    for record in records {
        let Some(change) = change(&record.bytes) else { continue };
        n += 1;
        let (event_id, time) = (&*record.id, record.time.map(|time| time.to_string()));
        tracing::error!(
            tenant,
            change,
            event_id,
            time,
            "a way by which events are pushed was changed"
        );
    }
    n
}

/// What was changed, if the event is about that.
fn change(event: &[u8]) -> Option<&'static str> {
    let has = |text: &[u8]| memmem::find(event, text).is_some();
    let named = TYPES.into_iter().find(|name| has(format!("\"{name}\"").as_bytes()));
    // Auth0 logs whatever is done through its interface as `sapi`, with the request; reading is logged under another code.
    let is_stream = || has(b"\"sapi\"") && has(STREAMS);
    named.or_else(|| is_stream().then_some("log stream"))
}

#[cfg(test)]
mod tests {
    use super::change;

    #[test]
    fn what_cuts_the_log_off_is_seen() {
        let types = [
            (r#"{"eventType": "event_hook.deactivated"}"#, Some("event_hook.deactivated")),
            (r#"{"eventType":"event_hook.created"}"#, None),
            (
                r#"{"data":{"type":"sapi","details":{"request":{"path":"/api/v2/log-streams/lst_1"}}}}"#,
                Some("log stream"),
            ),
            (r#"{"data":{"type":"s"}}"#, None),
        ];
        for (event, expected) in types {
            assert_eq!(change(event.as_bytes()), expected, "{event}");
        }
    }
}
