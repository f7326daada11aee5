//! What may be asked for and changed beside the log, and the events that changes leave.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::Answer;
use super::{Served, serve};

/// An administrator's requests.
struct Admin {
    served: Served,
    authorization: String,
}

impl Admin {
    async fn new() -> Self {
        let served = serve(vec![], |_| {}).await;
        let authorization = format!("SSWS {}", served.keys.okta_api_token);
        Self { served, authorization }
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let headers =
            [("authorization", self.authorization.as_str()), ("content-type", "application/json")];
        self.served.okta.send(method, path, &headers, &body.to_string()).await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.send("GET", path, &Value::Null).await;
        assert_eq!(answer.status, 200, "{path}");
        answer.json()
    }

    /// Types and first targets of the events in the log, since the last time that the clock moved.
    async fn log(&self) -> Vec<(String, String)> {
        let events = self.get("/api/v1/logs?limit=1000&since=2026-11-22T11:00:00Z").await;
        let of = |event: &Value| (text(&event["eventType"]), text(&event["target"][0]["id"]));
        events.as_array().unwrap().iter().map(of).collect()
    }

    /// Makes one change; the status, and the type of the event that it left.
    async fn change(&self, method: &str, path: &str, body: Value) -> (u16, Option<String>) {
        let before = self.log().await.len();
        let answer = self.send(method, path, &body).await;
        let log = self.log().await;
        assert!(log.len() <= before + 1, "{path}");
        (answer.status, log.get(before).map(|(kind, _)| kind.clone()))
    }

    /// The id of the first object of a list.
    async fn first(&self, path: &str) -> String {
        text(&self.get(path).await[0]["id"])
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("").to_owned()
}

/// Verb, path below the host, body, status, and the type of the event that is left; empty for none. In order: what is
/// switched off by one can be deleted by the next.
const CHANGES: &[(&str, &str, &str, u16, &str)] = &[
    ("POST", "/api/v1/users/{user}/lifecycle/suspend", "", 200, "user.lifecycle.suspend"),
    ("POST", "/api/v1/users/{user}/lifecycle/unsuspend", "", 200, "user.lifecycle.unsuspend"),
    ("POST", "/api/v1/users/{user}/lifecycle/reset_factors", "", 200, "user.mfa.factor.reset_all"),
    (
        "POST",
        "/api/v1/users/{user}/roles",
        r#"{"type": "ORG_ADMIN"}"#,
        201,
        "user.account.privilege.grant",
    ),
    ("DELETE", "/api/v1/users/{user}/sessions", "", 204, "user.session.clear"),
    ("DELETE", "/api/v1/groups/{group}/users/{user}", "", 204, "group.user_membership.remove"),
    ("PUT", "/api/v1/groups/{group}/users/{user}", "", 204, "group.user_membership.add"),
    ("DELETE", "/api/v1/apps/{app}", "", 403, ""),
    (
        "POST",
        "/api/v1/apps/{app}/lifecycle/deactivate",
        "",
        200,
        "application.lifecycle.deactivate",
    ),
    ("DELETE", "/api/v1/apps/{app}", "", 204, "application.lifecycle.delete"),
    ("POST", "/api/v1/apps", r#"{"label": "New"}"#, 201, "application.lifecycle.create"),
    (
        "POST",
        "{reader}/grants",
        r#"{"scopeId": "okta.users.manage"}"#,
        201,
        "app.oauth2.admin.consent.grant",
    ),
    ("POST", "{reader}/grants", "{}", 400, ""),
    ("DELETE", "{reader}/grants/{grant}", "", 204, "app.oauth2.admin.consent.revoke"),
    ("POST", "{reader}/credentials/secrets", "{}", 201, "app.oauth2.credentials.lifecycle.create"),
    ("POST", "{reader}/credentials/secrets", "{}", 400, ""),
    (
        "POST",
        "{reader}/credentials/secrets/{secret}/lifecycle/deactivate",
        "",
        200,
        "app.oauth2.credentials.lifecycle.deactivate",
    ),
    (
        "DELETE",
        "{reader}/credentials/secrets/{secret}",
        "",
        204,
        "app.oauth2.credentials.lifecycle.delete",
    ),
    ("POST", "{reader}/credentials/jwks", r#"{"kty": "none"}"#, 400, ""),
    (
        "POST",
        "{reader}/credentials/jwks/{key}/lifecycle/deactivate",
        "",
        200,
        "app.oauth2.credentials.lifecycle.deactivate",
    ),
    (
        "DELETE",
        "/oauth2/v1/clients/0oalabreader00000001/roles/{role}",
        "",
        204,
        "app.oauth2.client.privilege.revoke",
    ),
    (
        "PUT",
        "/api/v1/api-tokens/{token}",
        r#"{"network": {"connection": "ANYWHERE"}}"#,
        200,
        "system.api_token.update",
    ),
    ("DELETE", "/api/v1/api-tokens/{token}", "", 204, "system.api_token.revoke"),
    ("DELETE", "/api/v1/api-tokens/{token}", "", 404, ""),
    ("PATCH", "/api/v1/users", "", 405, ""),
    ("GET", "/api/v1/nothing", "", 404, ""),
];

#[tokio::test]
async fn every_change_leaves_its_event() {
    let admin = Admin::new().await;
    let users = admin.get("/api/v1/users").await;
    let reader = "/api/v1/apps/0oalabreader00000001";
    let mut names = vec![("{user}", text(&users[9]["id"])), ("{reader}", reader.to_owned())];
    for (name, list) in [
        ("{group}", "/api/v1/groups".to_owned()),
        ("{app}", "/api/v1/apps".to_owned()),
        ("{key}", format!("{reader}/credentials/jwks")),
        ("{secret}", format!("{reader}/credentials/secrets")),
        ("{grant}", format!("{reader}/grants")),
        ("{role}", "/oauth2/v1/clients/0oalabreader00000001/roles".to_owned()),
        ("{token}", "/api/v1/api-tokens".to_owned()),
    ] {
        names.push((name, admin.first(&list).await));
    }
    for (method, path, body, status, kind) in CHANGES {
        let path = names.iter().fold((*path).to_owned(), |path, (name, id)| path.replace(name, id));
        let body = serde_json::from_str(body).unwrap_or(Value::Null);
        let (seen, left) = admin.change(method, &path, body).await;
        assert_eq!((seen, left.unwrap_or_default().as_str()), (*status, *kind), "{method} {path}");
    }
    assert_eq!(admin.log().await[0], ("user.lifecycle.suspend".to_owned(), text(&users[9]["id"])));
}

#[tokio::test]
async fn what_is_changed_is_so() {
    let admin = Admin::new().await;
    let users = admin.get("/api/v1/users?limit=5").await;
    assert_eq!(users.as_array().unwrap().len(), 5);
    let page = admin.send("GET", "/api/v1/users?limit=5", &Value::Null).await;
    let second = admin
        .get(page.link("next").unwrap().strip_prefix(&admin.served.okta.base()).unwrap())
        .await;
    assert_ne!(second[0]["id"], users[4]["id"]);
    let (user, login) = (text(&users[4]["id"]), text(&users[4]["profile"]["login"]));
    assert_eq!(text(&admin.get(&format!("/api/v1/users/{login}")).await["id"]), user);
    let groups = admin.get(&format!("/api/v1/users/{user}/groups")).await;
    let group = text(&groups[0]["id"]);
    admin.change("DELETE", &format!("/api/v1/groups/{group}/users/{user}"), Value::Null).await;
    let left = admin.get(&format!("/api/v1/users/{user}/groups")).await;
    assert_eq!(left.as_array().unwrap().len() + 1, groups.as_array().unwrap().len());
    let made = admin
        .send("POST", "/api/v1/apps/0oalabreader00000001/credentials/secrets", &json!({}))
        .await
        .json();
    assert!(text(&made["client_secret"]).len() > 30, "shown once");
    let kept = admin.get("/api/v1/apps/0oalabreader00000001/credentials/secrets").await;
    assert!(kept.as_array().unwrap().iter().all(|secret| secret.get("client_secret").is_none()));
    let me = admin.get("/api/v1/users/me/roles").await;
    assert_eq!(me[0]["type"], "SUPER_ADMIN");
}

/// Which event that leaves is not known, so that none is left.
#[tokio::test]
async fn refresh_tokens_of_an_app_are_revoked_one_by_one_by_person_and_all() {
    let admin = Admin::new().await;
    let apps = admin.get("/api/v1/apps?q=openid_connect").await;
    let mut apps = apps.as_array().unwrap().iter().map(|app| text(&app["id"]));
    let mut paths = Vec::new();
    for _ in 0..3 {
        let app = apps.next().unwrap();
        let tokens = admin.get(&format!("/api/v1/apps/{app}/tokens")).await;
        let (id, user) = (text(&tokens[0]["id"]), text(&tokens[0]["userId"]));
        assert_eq!(tokens.as_array().unwrap().len(), 2);
        paths.push((app, id, user));
    }
    let left = async |app: &str| {
        admin.get(&format!("/api/v1/apps/{app}/tokens")).await.as_array().unwrap().len()
    };
    let [(one, id, _), (own, _, user), (all, ..)] = paths.as_slice() else { panic!("{paths:?}") };
    for (path, app, n_left) in [
        (format!("/api/v1/apps/{one}/tokens/{id}"), one, 1),
        (format!("/api/v1/users/{user}/clients/{own}/tokens"), own, 1),
        (format!("/api/v1/apps/{all}/tokens"), all, 0),
    ] {
        assert_eq!(admin.change("DELETE", &path, Value::Null).await, (204, None), "{path}");
        assert_eq!(left(app).await, n_left, "{path}");
    }
}

#[tokio::test]
async fn tokens_live_by_their_use_their_owner_and_their_network() {
    let admin = Admin::new().await;
    let status = async |authorization: &str, from: &str| {
        let headers = [("authorization", authorization), ("x-forwarded-for", from)];
        admin.served.okta.get("/api/v1/logs?limit=1", &headers).await.status
    };
    let old = format!("SSWS {}", admin.served.keys.okta_expired_token);
    assert_eq!(status(&old, "").await, 401, "31 days without use");
    let program = format!("SSWS {}", admin.served.keys.okta_program_token);
    assert_eq!(status(&program, "192.0.2.1").await, 200);
    for _ in 0..2 {
        admin.served.clock.advance(Duration::from_hours(29 * 24));
        assert_eq!(status(&admin.authorization, "").await, 200, "each use begins its life anew");
    }
    let zone = json!({"network": {"connection": "ZONE", "include": ["nzolab00000000000001"]}});
    admin.change("PUT", "/api/v1/api-tokens/00Tlabtoken000000001", zone).await;
    assert_eq!(status(&admin.authorization, "198.51.100.9").await, 200);
    assert_eq!(status(&admin.authorization, "192.0.2.1").await, 403);
    let events = admin.get("/api/v1/logs?filter=eventType%20eq%20%22system.api_token.request_outside_allowed_range%22").await;
    assert_eq!(events.as_array().unwrap().len(), 1);
    let owner = text(&admin.get("/api/v1/api-tokens/00Tlabtoken000000001").await["userId"]);
    admin.change("DELETE", &format!("/api/v1/users/{owner}/sessions"), Value::Null).await;
    assert_eq!(status(&admin.authorization, "").await, 200, "alive after its owner's sessions");
    let suspend = format!("/api/v1/users/{owner}/lifecycle/deactivate");
    assert_eq!(admin.send("POST", &suspend, &Value::Null).await.status, 200);
    assert_eq!(status(&admin.authorization, "").await, 401, "not after its owner");
}

#[tokio::test]
async fn event_hooks_begin_with_their_verification() {
    let admin = Admin::new().await;
    let body = |item: &str| {
        json!({"name": "h", "events": {"type": "EVENT_TYPE", "items": [item]},
            "channel": {"type": "HTTP", "version": "1.0.0", "config": {"uri": "http://127.0.0.1:9/x",
                "authScheme": {"type": "HEADER", "key": "Authorization", "value": "hidden"}}}})
    };
    let refused = admin.send("POST", "/api/v1/eventHooks", &body("policy.evaluate_sign_on")).await;
    assert_eq!(refused.status, 400, "not eligible");
    let made = admin.send("POST", "/api/v1/eventHooks", &body("user.session.start")).await;
    assert!(!String::from_utf8_lossy(&made.body).contains("hidden"));
    let made = made.json();
    assert_eq!(
        (&made["status"], &made["verificationStatus"]),
        (&json!("ACTIVE"), &json!("UNVERIFIED"))
    );
    let path = format!("/api/v1/eventHooks/{}", text(&made["id"]));
    let verify = admin.send("POST", &format!("{path}/lifecycle/verify"), &Value::Null).await;
    assert_eq!(verify.status, 400, "nobody listens");
    assert_eq!(admin.send("DELETE", &path, &Value::Null).await.status, 403, "still active");
    let off = admin.change("POST", &format!("{path}/lifecycle/deactivate"), Value::Null).await;
    assert_eq!(off, (200, Some("event_hook.deactivated".to_owned())));
    let gone = admin.change("DELETE", &path, Value::Null).await;
    assert_eq!(gone, (204, Some("event_hook.deleted".to_owned())));
    let stream = json!({"type": "splunk_cloud_logstreaming", "name": "s", "settings": {"host": "127.0.0.1:9", "token": "t"}});
    for (status, kind) in [(200, "create"), (200, "create"), (400, "")] {
        let (seen, left) = admin.change("POST", "/api/v1/logStreams", stream.clone()).await;
        let left = left.unwrap_or_default();
        assert_eq!((seen, left.rsplit('.').next().unwrap()), (status, kind), "two at most");
    }
}

#[tokio::test]
async fn a_token_ends_itself() {
    let admin = Admin::new().await;
    let path = "/api/v1/api-tokens/current";
    let ended = admin.send("DELETE", path, &Value::Null).await;
    assert_eq!(ended.status, 204);
    let after = admin.send("GET", "/api/v1/users/me", &Value::Null).await;
    assert_eq!((after.status, after.code().as_str()), (401, "E0000011"));
}
