//! Secrets in texts of no form of their own, and in places that say little: none stays in a copy.

use serde_json::{Value as Json, json};

use crate::har::tests::copied;
use crate::har::{HarLeak, scan};
use crate::scanner::Scanner;

const SECRET: &str = "Zq7wKp3VtY9mB2xL";

fn recording(entry: &Json) -> Vec<u8> {
    serde_json::to_vec(&json!({"log": {"entries": [entry]}})).unwrap()
}

fn entry(url: &str, headers: &Json, body: &str, answer: &str) -> Json {
    json!({
        "startedDateTime": "2026-11-21T09:30:00.000Z",
        "request": {"method": "POST", "url": url, "headers": headers, "postData": {"text": body}},
        "response": {"status": 200, "headers": [], "content": {"text": answer}},
    })
}

/// A secret must not be left, and all that stands around it must.
fn gone(entry: &Json, what: &str) {
    let original = recording(entry);
    let copy = String::from_utf8(copied(&original)).unwrap();
    assert!(!copy.contains(SECRET), "{what}: {copy}");
    assert_eq!(copied(copy.as_bytes()), copy.as_bytes(), "{what}: not the same again");
}

#[test]
fn no_secret_stays_in_a_body_of_any_form() {
    let bodies = [
        "<login><user>ada</user><password>V</password></login>",
        "<s:Envelope><o:Password Type='#PasswordText'>V</o:Password></s:Envelope>",
        "<a><client_secret><![CDATA[V]]></client_secret></a>",
        "<plist><dict><key>password</key><string>V</string></dict></plist>",
        "user: ada\npassword: V\n",
        "app:\n  client_secret: V\n",
        "- password: |\n    V\n",
        "Authorization: Bearer V",
        "GET / HTTP/1.1\r\nHost: app.example.com\r\nCookie: other=V\r\n\r\n",
        "sent Bearer V to it",
        "log: password=V ok",
        "2026-11-21 login {user=ada, password=V, ok=true}",
        "user,password\nada,V\n",
        "\"user\";\"api_key\"\n\"ada\";\"V\"\n",
        "<form><input type=\"password\" value=\"V\"></form>",
        "<input name='q' type=password value=V>",
        "<configuration><add key=\"ClientSecret\" value=\"V\"/></configuration>",
        "[\"a\",\"set-cookie: foo=V; Path=/\"]",
        "id: 1\npassword: V\n",
    ];
    for body in bodies {
        let body = body.replace('V', SECRET);
        let url = "https://app.example.com/a";
        gone(&entry(url, &json!([]), &body, ""), &format!("sent: {body}"));
        gone(&entry(url, &json!([]), "", &body), &format!("answered: {body}"));
    }
}

#[test]
fn no_secret_stays_in_an_address_a_header_or_a_field_of_a_vendor() {
    let url = |rest: &str| entry(&format!("https://app.example.com{rest}"), &json!([]), "", "");
    let addresses = [
        "/app;jsessionid=V?x=1",
        "/email/verify/x/VVV",
        "/hook/00VVV/z",
        "/authorize?client_id=a&request=VVV",
    ];
    for address in addresses {
        gone(&url(&address.replace('V', SECRET)), address);
    }
    let header = json!([{"name": "Sec-WebSocket-Protocol", "value": format!("bearer, {SECRET}")}]);
    gone(&entry("https://app.example.com/", &header, "", ""), "sec-websocket-protocol");
    for name in ["headersText", "_requestHeadersText"] {
        let mut one = url("/");
        let lines = format!("GET / HTTP/1.1\r\nCookie: other={SECRET}\r\nAccept: a/b\r\n");
        one["request"][name] = json!(lines);
        gone(&one, name);
        one["request"][name] = json!(format!("Authorization: Bearer {SECRET}\r\n"));
        gone(&one, name);
    }
    let log = json!({"log": {"comment": format!("password: {SECRET}"), "entries": [url("/")]}});
    let copy = copied(&serde_json::to_vec(&log).unwrap());
    assert!(!String::from_utf8(copy).unwrap().contains(SECRET));
}

#[test]
fn what_is_no_secret_stays() {
    let bodies = [
        "<p>Forgot your password? Password: required</p>",
        "function f(e){e.token=n8.decode(t12345);if(e.password==a1)return{password:e.p1,sid:t.s2}}",
        "password: at least 8 characters\n",
        "name,code,total\nUS,840,12\n",
        "https://app.example.com/users/550e8400-e29b-41d4-a716-446655440000/x",
        "https://acme.okta.com/api/v1/apps/0oa1a2b3c4d5e6f7g8h9/how-to-reset-2026-with-words",
        "<code>E0000011</code><token_type>Bearer</token_type>",
    ];
    for body in bodies {
        let original = recording(&entry("https://app.example.com/a", &json!([]), "", body));
        let (copy, original) = (copied(&original), String::from_utf8(original).unwrap());
        assert_eq!(String::from_utf8(copy).unwrap(), original);
    }
}

#[test]
fn an_address_is_shown_without_what_looks_drawn() {
    let token = "00pLIqVtY9mB2xLZq7wKp3VtY9mB2xLZq7wKp3Vt_Y";
    let asked = format!("https://x.example/hook/{token}/z?a={token}&b=2#{token}");
    let cookie = json!([{"name": "cookie", "value": "sid=102kR3vQ8dLmN0pZxWcYtBaSe"}]);
    let mut leaks: Vec<HarLeak> = Vec::new();
    let text = recording(&entry(&asked, &cookie, "", ""));
    scan(&Scanner::new(), &mut text.as_slice(), &mut |leak| leaks.push(leak)).unwrap();
    assert!(!leaks.is_empty());
    for leak in leaks {
        assert_eq!(leak.url, "https://x.example/hook/…/z?a=…&b=2#…");
    }
}

#[test]
fn an_answer_to_a_question_is_no_code() {
    let body = r#"{"answer":"My first pet Rex","passCode":"482913"}"#;
    let text = recording(&entry("https://acme.okta.com/api/v1/authn", &json!([]), body, ""));
    let mut kinds = Vec::new();
    scan(&Scanner::new(), &mut text.as_slice(), &mut |leak| kinds.push(leak.leak.kind.kind))
        .unwrap();
    assert_eq!(kinds, ["okta_password", "okta_one_time_code"]);
}

#[test]
fn a_session_is_told_at_the_host_whose_cookie_it_is() {
    let cookie = "102kR3vQ8dLmN0pZxWcYtBaSe";
    let header = json!([{"name": "cookie", "value": format!("sid={cookie}")}]);
    let body = json!({ "sid": cookie }).to_string();
    let entries = [
        entry("https://collector.example.com/", &json!([]), &body, ""),
        entry("https://acme.okta.com/", &header, "", ""),
        entry("https://collector.example.com/", &json!([]), &body, ""),
    ];
    let text = serde_json::to_vec(&json!({"log": {"entries": entries}})).unwrap();
    let account = scan(&Scanner::new(), &mut text.as_slice(), &mut |_| {}).unwrap();
    let [session] = &account.sessions[..] else { panic!("{:?}", account.sessions) };
    assert_eq!((session.host.as_str(), session.cookies), ("acme.okta.com", 1));
    assert_eq!(session.sent_to.iter().collect::<Vec<_>>(), ["collector.example.com"]);
    let expected = "GET https://acme.okta.com/api/v1/logs?filter=eventType%20eq%20%22user.session.start%22\
        &until=2026-11-21T09:30:00Z&sortOrder=DESCENDING";
    assert_eq!(session.query().as_deref(), Some(expected));
}

#[test]
fn a_recording_may_be_empty() {
    for (text, expected) in [(r#"{"log":{"entries":[]}}"#, true), (r#"{"log":{}}"#, false)] {
        let account = scan(&Scanner::new(), &mut text.as_bytes(), &mut |_| {}).unwrap();
        assert_eq!((account.is_recording, account.entries), (expected, 0), "{text}");
        assert_eq!(copied(text.as_bytes()), text.as_bytes());
    }
}
