//! Clients, grants and streams of the tenant, and the records that changes leave.

use std::time::Duration;

use serde_json::{Value, json};

use super::auth0_log::authorization;
use super::client::Answer;
use super::{Served, serve};

const ACTOR: &str = "keywardlabactor00000000000000001";
const READER: &str = "keywardlabreader0000000000000001";

/// Requests of a client that may change things.
struct Actor {
    served: Served,
    bearer: String,
}

impl Actor {
    async fn new() -> Self {
        let served = serve(vec![], |_| {}).await;
        let bearer = authorization(&served, ACTOR).await;
        Self { served, bearer }
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let headers =
            [("authorization", self.bearer.as_str()), ("content-type", "application/json")];
        let path = format!("/api/v2/{path}");
        self.served.auth0.send(method, &path, &headers, &body.to_string()).await.unwrap()
    }

    /// Code, description and path of each record in the log.
    async fn log(&self) -> Vec<String> {
        let records = self.send("GET", "logs?take=100", &Value::Null).await.json();
        let records = records.as_array().unwrap().iter();
        let line = |record: &Value| {
            let members =
                [&record["type"], &record["description"], &record["details"]["request"]["path"]];
            members.map(|member| member.as_str().unwrap_or("")).join(" ")
        };
        records.map(line).collect()
    }
}

fn id<'v>(object: &'v Value, name: &str) -> &'v str {
    object[name].as_str().unwrap()
}

#[tokio::test]
async fn every_change_leaves_its_record_and_so_does_a_look_at_secrets() {
    let actor = Actor::new().await;
    let made = actor.send("POST", "clients", &json!({"name": "New"})).await.json();
    let client = id(&made, "client_id");
    let path = format!("clients/{client}");
    let rotated = actor.send("POST", &format!("{path}/rotate-secret"), &Value::Null).await.json();
    assert_ne!(rotated["client_secret"], made["client_secret"]);
    let read = actor.send("GET", &path, &Value::Null).await.json();
    assert_eq!(read["client_secret"], rotated["client_secret"]);
    let patched = actor.send("PATCH", &path, &json!({"description": "d"})).await;
    assert!(patched.status == 200 && patched.json()["description"] == "d");
    let grant = json!({"client_id": client, "audience": "https://acme.us.auth0.com/api/v2/", "scope": ["read:users"]});
    let granted = actor.send("POST", "client-grants", &grant).await.json();
    let grants =
        actor.send("GET", &format!("client-grants?client_id={client}"), &Value::Null).await.json();
    assert_eq!(grants, json!([granted]));
    for (path, status) in [
        (format!("client-grants/{}", id(&granted, "id")), 204),
        (path.clone(), 204),
        (path.clone(), 404),
    ] {
        assert_eq!(actor.send("DELETE", &path, &Value::Null).await.status, status, "{path}");
    }
    let short = |line: &String| line.replace(client, "C").replace(id(&granted, "id"), "G");
    let log: Vec<String> = actor.log().await.iter().map(short).collect();
    let expected = [
        "sapi Create a Client /api/v2/clients",
        "sapi Rotate a client secret /api/v2/clients/C/rotate-secret",
        "mgmt_api_read Get a client /api/v2/clients/C",
        "sapi Update a Client /api/v2/clients/C",
        "sapi Create client grant /api/v2/client-grants",
        "sapi Delete client grant /api/v2/client-grants/G",
        "sapi Delete a Client /api/v2/clients/C",
    ];
    assert_eq!(log, expected);
    let whole = actor.send("GET", "logs?take=100", &Value::Null).await;
    let whole = String::from_utf8_lossy(&whole.body).into_owned();
    assert!(
        !whole.contains(id(&made, "client_secret"))
            && !whole.contains(id(&rotated, "client_secret"))
    );
}

#[tokio::test]
async fn readers_see_no_secrets_and_change_nothing() {
    let actor = Actor::new().await;
    let bearer = authorization(&actor.served, READER).await;
    let headers = [("authorization", bearer.as_str())];
    let clients = actor.served.auth0.get("/api/v2/clients", &headers).await;
    assert_eq!(clients.status, 200);
    assert!(!String::from_utf8_lossy(&clients.body).contains("\"client_secret\":"));
    let refused =
        actor.served.auth0.send("DELETE", "/api/v2/clients/x", &headers, "").await.unwrap();
    assert_eq!(
        (refused.status, refused.json()["errorCode"].as_str()),
        (403, Some("insufficient_scope"))
    );
    let grants = actor.send("GET", "grants", &Value::Null).await.json();
    let user = id(&grants[0], "user_id").replace('|', "%7C");
    let gone = actor.send("DELETE", &format!("grants?user_id={user}"), &Value::Null).await;
    assert_eq!(gone.status, 204);
    let left = actor.send("GET", "grants", &Value::Null).await.json();
    assert_eq!(left.as_array().unwrap().len() + 1, grants.as_array().unwrap().len());
}

#[tokio::test]
async fn sessions_end_a_while_after_that_was_accepted() {
    let actor = Actor::new().await;
    let session = actor.send("GET", "sessions/labsession0000000000", &Value::Null).await.json();
    let user = format!("users/{}", id(&session, "user_id").replace('|', "%7C"));
    let count = async |list: &str, member: &str| {
        let listed = actor.send("GET", &format!("{user}/{list}"), &Value::Null).await;
        listed.json()[member].as_array().unwrap().len()
    };
    let status =
        async |method: &str, path: &str| actor.send(method, path, &Value::Null).await.status;
    assert_eq!(
        (count("sessions", "sessions").await, count("refresh-tokens", "tokens").await),
        (1, 1)
    );
    assert_eq!(status("DELETE", "sessions/labsession0000000000").await, 202);
    assert_eq!(status("GET", "sessions/labsession0000000000").await, 200, "not yet");
    actor.served.clock.advance(Duration::from_secs(1));
    assert_eq!(status("GET", "sessions/labsession0000000000").await, 404);
    assert_eq!(
        (count("sessions", "sessions").await, count("refresh-tokens", "tokens").await),
        (0, 1)
    );
    assert_eq!(status("DELETE", &format!("{user}/refresh-tokens")).await, 202);
    assert_eq!(status("DELETE", "refresh-tokens/labrefresh0000000001").await, 202);
    actor.served.clock.advance(Duration::from_secs(1));
    for path in ["refresh-tokens/labrefresh0000000000", "refresh-tokens/labrefresh0000000001"] {
        assert_eq!(status("GET", path).await, 404, "{path}");
    }
    assert_eq!(
        status("GET", "refresh-tokens/labrefresh0000000002").await,
        200,
        "of nobody asked for"
    );
    assert_eq!(status("GET", "users/nobody/sessions").await, 404);
    let log = actor.log().await;
    let log: Vec<_> = log.iter().filter_map(|line| line.split(" /").next()).collect();
    let expected = [
        "sapi Delete session",
        "sapi Delete refresh tokens for a user",
        "sapi Delete a refresh token",
    ];
    assert_eq!(log, expected);
}

#[tokio::test]
async fn streams_are_made_paused_and_deleted() {
    let actor = Actor::new().await;
    let body = |form: &str, url: &str| json!({"name": "s", "type": "http", "sink": {"httpEndpoint": url, "httpContentFormat": form, "httpAuthorization": "hidden"}});
    let made = actor.send("POST", "log-streams", &body("JSONARRAY", "http://127.0.0.1:9/")).await;
    assert!(made.status == 200 && !String::from_utf8_lossy(&made.body).contains("hidden"));
    let path = format!("log-streams/{}", id(&made.json(), "id"));
    let paused = actor.send("PATCH", &path, &json!({"status": "paused"})).await.json();
    assert_eq!(paused["status"], "paused");
    assert_eq!(actor.send("GET", "log-streams", &Value::Null).await.json(), json!([paused]));
    assert_eq!(actor.send("DELETE", &path, &Value::Null).await.status, 204);
    for (form, url) in
        [("CSV", "http://127.0.0.1:9/"), ("JSONARRAY", "https://receiver.example.com/")]
    {
        assert_eq!(
            actor.send("POST", "log-streams", &body(form, url)).await.status,
            400,
            "{form} {url}"
        );
    }
    let log = actor.log().await;
    assert_eq!(log.len(), 3, "{log:?}");
}
