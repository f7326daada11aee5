//! Sessions that recordings give away, and the calls that end them.

use leak::har::Session;
use serde_json::{Value, json};

use crate::render::plural;

/// What to do about the sessions of one host, line by line.
pub(crate) fn ends(session: &Session) -> Vec<String> {
    let Session { host, cookies, users, sent_to, .. } = session;
    let people: Vec<String> = users
        .iter()
        .map(|(id, login)| {
            login.as_ref().map_or_else(|| id.clone(), |login| format!("{login} ({id})"))
        })
        .collect();
    let whose =
        if people.is_empty() { String::new() } else { format!(" of {}", people.join(", ")) };
    let cookies = plural(*cookies, "session cookie");
    let calls = session.calls();
    let sent: Vec<String> = sent_to.iter().map(|host| format!("  also sent to {host}")).collect();
    if calls.is_empty() {
        let first =
            format!("Sessions to end at {host}: {cookies}; the recording does not say whose.");
        let query = session.query().map(|query| format!("  who signed in: {query}"));
        return std::iter::once(first).chain(sent).chain(query).collect();
    }
    let calls = calls.into_iter().map(|call| format!("  {call}"));
    let first = format!("Sessions to end at {host}: {cookies}{whose}.");
    std::iter::once(first).chain(sent).chain(calls).collect()
}

/// The sessions of one host for programs.
pub(crate) fn to_json(session: &Session) -> Value {
    let Session { host, provider, cookies, ids, users, sent_to, .. } = session;
    let users: Vec<_> = users.iter().map(|(id, login)| json!({"id": id, "login": login})).collect();
    json!({
        "host": host,
        "provider": provider,
        "cookies": cookies,
        "ids": ids,
        "users": users,
        "sent_to": sent_to,
        "query": session.query(),
        "calls": session.calls(),
    })
}
