//! Copies of recordings with random values in random places, written in random ways.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::har::tests::copied;
use crate::har::tests::sweep::{ENCODINGS, encode};
use crate::har::{Redactor, scan};
use crate::scanner::Scanner;
use crate::secret::Key;

/// Places that tell that a value is a secret.
const TELLING: usize = 12;

/// Places that do not.
const SILENT: usize = 9;

/// An entry with a value where its place says that it is a secret.
fn telling(place: usize, value: &str) -> Json {
    let mut entry = blank();
    let request = &mut entry["request"];
    match place {
        0 => header(request, "cookie", &format!("a=b; session={value}; theme=dark")),
        1 => header(request, "authorization", &format!("Bearer {value}")),
        2 => header(&mut entry["response"], "set-cookie", &format!("s={value}; Path=/; HttpOnly")),
        3 => request["cookies"] = json!([{"value": value, "name": "sid"}]),
        4 => request["url"] = json!(format!("https://acme.okta.com/cb?x=1&code={value}#top")),
        5 => request["queryString"] = json!([{"name": "sessionToken", "value": value}]),
        6 => body(request, &json!({"a": {"password": value, "n": 1}}).to_string()),
        7 => body(request, &format!("user=ada&password={}&go=1", encode(value, 1))),
        8 => content(&mut entry["response"], &json!({"access_token": value}).to_string(), None),
        9 => {
            let page = format!("<input name='token' value='{}'>", encode(value, 3));
            content(&mut entry["response"], &STANDARD.encode(page), Some("base64"));
        }
        10 => {
            let basic = STANDARD.encode(format!("ada:{value}"));
            header(request, "Authorization", &format!("Basic {basic}"));
        }
        _ => {
            let data = json!({"auth": {"sessionToken": value}}).to_string();
            entry["_webSocketMessages"] = json!([{"type": "send", "data": data}]);
        }
    }
    entry
}

/// An entry with a text in a place that says nothing.
fn silent(place: usize, text: &str) -> Json {
    let mut entry = blank();
    match place {
        0 => entry["comment"] = json!(text),
        1 => header(&mut entry["request"], "x-note", text),
        2 => content(&mut entry["response"], &format!("<p>see {text} there</p>"), None),
        3 => content(&mut entry["response"], &json!({"note": [text, 1]}).to_string(), None),
        4 => content(&mut entry["response"], &STANDARD.encode(text), Some("base64")),
        5 => {
            entry["request"]["url"] = json!(format!("https://app.example.com/{}", encode(text, 2)));
        }
        6 => entry["_extra"] = json!({"deep": [[{"er": text}]]}),
        7 => {
            let inner = json!({"inner": json!({"note": text}).to_string()}).to_string();
            body(&mut entry["request"], &inner);
        }
        _ => entry["_named"] = json!({text: true}),
    }
    entry
}

fn blank() -> Json {
    json!({
        "startedDateTime": "2026-11-21T09:30:00.000Z",
        "request": {"method": "GET", "url": "https://app.example.com/home?page=2", "headers": [
            {"name": "accept", "value": "text/html, */*; q=0.8"},
        ], "cookies": []},
        "response": {"status": 200, "headers": [], "content": {"mimeType": "text/html", "text": "<p>ok</p>"}},
        "pageref": "page_1",
    })
}

fn header(part: &mut Json, name: &str, value: &str) {
    let header = json!({"name": name, "value": value});
    part["headers"].as_array_mut().unwrap().push(header);
}

fn body(request: &mut Json, text: &str) {
    request["postData"] = json!({"mimeType": "application/octet-stream", "text": text});
}

fn content(response: &mut Json, text: &str, encoding: Option<&str>) {
    response["content"] = json!({"mimeType": "text/plain", "text": text});
    if let Some(encoding) = encoding {
        response["content"]["encoding"] = json!(encoding);
    }
}

fn recording(entries: &[Json]) -> Vec<u8> {
    serde_json::to_vec_pretty(&json!({"log": {"version": "1.2", "entries": entries}})).unwrap()
}

/// A value that no chance makes and that is no word: what a server draws at random.
fn secret() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_-]{10}[0-9][a-z][A-Z][A-Za-z0-9_-]{8,40}[A-Za-z0-9]"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_value_is_left_wherever_and_however_it_recurs(
        secrets in prop::collection::vec((secret(), 0..TELLING), 1..4),
        recurring in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..SILENT, prop::collection::vec(0..ENCODINGS, 0..3)),
            0..6,
        ),
        seed in any::<u32>(),
    ) {
        let mut entries = vec![blank()];
        entries.extend(secrets.iter().map(|(value, place)| telling(*place, value)));
        for (which, place, hows) in &recurring {
            let (value, _) = &secrets[which.index(secrets.len())];
            let text = hows.iter().fold(value.clone(), |text, how| encode(&text, *how));
            entries.push(silent(*place, &text));
        }
        let last = entries.len() - 1;
        entries.swap(1, 1 + seed as usize % last);
        let original = recording(&entries);
        let copy = copied(&original);

        let text = String::from_utf8(copy.clone()).unwrap();
        for (value, _) in &secrets {
            for how in 0..ENCODINGS {
                let written = encode(value, how);
                prop_assert!(!text.contains(&written), "{how}: {written} in {text}");
            }
        }
        let parsed: Json = serde_json::from_slice(&copy).unwrap();
        let of = |entry: &Json| entry["log"]["entries"].as_array().unwrap().clone();
        let before: Json = serde_json::from_slice(&original).unwrap();
        prop_assert_eq!(of(&parsed).len(), entries.len());
        for (old, new) in of(&before).iter().zip(of(&parsed)) {
            prop_assert_eq!(&old["response"]["status"], &new["response"]["status"]);
            prop_assert_eq!(&old["request"]["headers"][0], &new["request"]["headers"][0]);
            prop_assert_eq!(&old["startedDateTime"], &new["startedDateTime"]);
        }
        prop_assert_eq!(&of(&before)[0], &of(&parsed)[0]);
        prop_assert!(copied(&copy) == copy, "not the same again");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_panics_on_what_is_broken(
        place in 0..TELLING,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end in any::<prop::sample::Index>(),
    ) {
        let mut text = recording(&[telling(place, "t0kenT0kenT0kenT0ken"), silent(place % SILENT, "x")]);
        for (at, byte) in changes {
            let at = at.index(text.len());
            text[at] = byte;
        }
        for text in [&text[..], &text[..end.index(text.len())]] {
            let (scanner, key) = (Scanner::new(), Key::new(b"test"));
            let mut len = 0;
            let read = scan(&scanner, &mut &*text, &mut |leak| len = len.max(leak.leak.span.end));
            prop_assert!(len <= text.len());
            prop_assert!(read.is_err() || read.unwrap().bytes <= text.len() as u64);
            let Ok(redactor) = Redactor::gather(&scanner, &key, &mut &*text) else { continue };
            let mut copy = Vec::new();
            redactor.rewrite(&mut &*text, &mut copy).unwrap();
            let is_json = |text: &[u8]| serde_json::from_slice::<Json>(text).is_ok();
            prop_assert!(!is_json(text) || is_json(&copy));
        }
    }
}

#[test]
fn what_is_no_secret_stays_as_it_is_written() {
    let text = r#"{"log" : {"entries":[ {"request": {"url":"https:\/\/app.example.com\/a?b=1", "headers":[{"value":"a=tok3nTok3nTok3n9; b=1","name":"Cookie"}]},
        "response":{"content":{"text":"caf\u00e9 \ud83d\ude00 tok3nTok3nTok3n9"}}, "n":1.50e3, "ok":true} ]}}  "#;
    let copy = String::from_utf8(copied(text.as_bytes())).unwrap();
    let label = copy.find("[COOKIE:").map(|at| copy[at..at + 17].to_owned()).unwrap();
    let one = copy.rfind("; b=[").map_or("1", |at| &copy[at + 4..at + 21]);
    let expected = text.replace("tok3nTok3nTok3n9", &label).replace("; b=1", &format!("; b={one}"));
    assert_eq!(copy, expected);
}

#[test]
fn numbers_and_short_values_are_hidden_where_they_stand() {
    let body = r#"{"passCode":482913,"answer":"blue","password":"x","n":482913}"#;
    let mut entry = blank();
    entry["request"]["postData"] = json!({"mimeType": "application/json", "text": body});
    let copy: Json = serde_json::from_slice(&copied(&recording(&[entry]))).unwrap();
    let text = copy["log"]["entries"][0]["request"]["postData"]["text"].as_str().unwrap();
    let body: Json = serde_json::from_str(text).unwrap();
    for name in ["passCode", "answer", "password"] {
        assert!(body[name].as_str().is_some_and(|text| text.starts_with('[')), "{text}");
    }
}
