//! Inputs of every form, damaged: pieces read like the whole, and everything is counted.

use privilege::{Base, Collector, Feed, Form, Hint, Usage};
use proptest::prelude::*;

/// One small input of each form that is told apart by its bytes.
const INPUTS: &[&str] = &[
    "/api/v1/users/\n- create user POST: /api/v1/users/{userId}?activate=false\n- get user GET: /api/v1/users/{u}\n",
    "curl -X PUT \"https://acme.okta.com/api/v1/groups/00g1/users/00u1\" \\\n -H \"Authorization: SSWS x\"\n",
    r#"{"log":{"version":"1.2","entries":[{"request":{"method":"GET","url":"https://acme.okta.com/api/v1/users?limit=2"},"response":{"status":200}}]}}"#,
    "192.0.2.1 - - [22/Nov/2026:10:00:00 +0000] \"GET /api/v1/users/00u1 HTTP/1.1\" 403 12 \"-\" \"x\"\n{\"method\":\"GET\",\"path\":\"/api/v1/groups\",\"status\":200}\n",
    r#"{"info":{"schema":"https://schema.getpostman.com/json/collection/v2.1.0/"},"item":[{"name":"a","request":{"method":"GET","url":"{{url}}/api/v1/users"}}]}"#,
    r#"{"openapi":"3.0.3","paths":{"/api/v1/users":{"get":{"operationId":"listUsers"}}}}"#,
    r#"{"eventType":"user.lifecycle.suspend","published":"2026-11-20T08:00:00Z","target":[{"id":"00u1","type":"User"}],"outcome":{"result":"SUCCESS"}}"#,
    r#"{"format_version":"1.2","resource_changes":[{"address":"okta_group.a","type":"okta_group","change":{"actions":["create"]}}]}"#,
    "from okta.client import Client\nawait client.get_user('00u1')\nrequests.post('https://acme.okta.com/api/v1/users')\n",
];

fn read(form: Form, input: &[u8], piece: usize) -> Usage {
    let base = Base::builtin();
    let mut collector = Collector::new(base, Hint::default());
    collector.begin("input");
    let mut feed = Feed::new(form, base);
    for bytes in input.chunks(piece) {
        feed.push(bytes, &mut collector);
    }
    feed.finish(&mut collector);
    let n_taken = collector.n_taken();
    let usage = collector.finish();
    let n_counted: u64 = usage.entries.iter().map(|entry| entry.count).sum();
    assert_eq!(n_counted + usage.n_faults, n_taken, "{form:?}");
    usage
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pieces_read_like_the_whole(
        form in 0..Form::ALL.len(),
        inputs in prop::collection::vec(prop::sample::select(INPUTS), 1..3),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        piece in 1..80_usize,
    ) {
        let mut input = inputs.concat().into_bytes();
        for (at, byte) in damage {
            let at = at.index(input.len());
            input[at] = byte;
        }
        let form = Form::ALL[form];
        let whole = read(form, &input, input.len());
        let pieces = read(form, &input, piece);
        prop_assert_eq!(format!("{whole:?}"), format!("{pieces:?}"));
    }
}
