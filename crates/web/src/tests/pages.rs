//! Pages about the program.

use std::collections::BTreeSet;

use super::house::{House, Mood, hook, request, settings};
use crate::secret::SecretText;
use crate::settings::Settings;

async fn get(house: &House, path: &str, headers: &[&str]) -> String {
    house.answer(&request(&format!("GET {path}"), headers, b"")).await
}

fn open_to_others(page_secrets: &[&str]) -> Settings {
    let mut settings = settings();
    settings.listen = "192.0.2.10:8484".parse().unwrap();
    settings.allow_plain = true;
    settings.page_secrets = page_secrets.iter().map(|&text| SecretText::new(text)).collect();
    settings
}

#[tokio::test]
async fn life_and_readiness() {
    let house = House::saying(&settings(), Mood::Well, Err("acme lags by 2 h".to_owned()));
    assert_eq!(get(&house, "/health", &[]).await, "200\nalive\n");
    assert_eq!(get(&house, "/ready", &[]).await, "503\nacme lags by 2 h\n");
    let ready = House::new(&settings(), Mood::Well);
    assert_eq!(get(&ready, "/ready", &[]).await, "200\nready\n");
}

#[tokio::test]
async fn a_name_that_was_pointed_here_reads_no_page() {
    let ask = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: evil.example.com\r\n\r\n");
    let house = House::new(&settings(), Mood::Well);
    for path in ["/metrics", "/status", "/ready", "/health", "/"] {
        let answer = house.answer(ask(path).as_bytes()).await;
        assert!(answer.starts_with("421"), "{path}: {answer}");
    }
    let named = House::new(
        &Settings { page_hosts: vec!["evil.example.com".to_owned()], ..settings() },
        Mood::Well,
    );
    assert!(named.answer(ask("/metrics").as_bytes()).await.starts_with("200"));
    let house = House::new(&open_to_others(&["page"]), Mood::Well);
    let shown = ask("/metrics").replace("\r\n\r\n", "\r\nauthorization: Bearer page\r\n\r\n");
    assert!(house.answer(shown.as_bytes()).await.starts_with("200"));
    assert!(house.answer(ask("/metrics").as_bytes()).await.starts_with("421"));
}

#[tokio::test]
async fn the_account_comes_in_the_form_that_is_asked_for() {
    let house = House::new(&settings(), Mood::Well);
    for (path, headers, expected) in [
        ("/status", &[][..], "Html"),
        ("/status", &["accept: */*"], "Html"),
        ("/status", &["accept: text/html,application/json;q=0.9"], "Html"),
        ("/status", &["accept: application/json"], "Json"),
        ("/status?format=json", &["accept: text/html"], "Json"),
        ("/status?format=html", &["accept: application/json"], "Html"),
    ] {
        assert_eq!(
            get(&house, path, headers).await,
            format!("200\n{expected}"),
            "{path} {headers:?}"
        );
    }
}

#[tokio::test]
async fn numbers_tell_of_posts_and_no_secret() {
    let house = House::new(&settings(), Mood::Well);
    house.answer(&hook("{\"uuid\":\"1\",\"eventType\":\"a.b\"}\n{")).await;
    house.answer(&request("POST /hooks/acme", &["authorization: canary"], b"{}")).await;
    let text = get(&house, "/metrics", &[]).await;
    for line in [
        "keyward_up 1",
        "keyward_receiver_posts_total{path=\"/hooks/acme\",outcome=\"Kept\"} 1",
        "keyward_receiver_posts_total{path=\"/hooks/acme\",outcome=\"WrongSecret\"} 1",
        "keyward_receiver_events_total{path=\"/hooks/acme\"} 1",
        "keyward_receiver_rejected_total{path=\"/hooks/acme\"} 1",
        "keyward_receiver_answer_seconds_count{path=\"/hooks/acme\"} 2",
    ] {
        assert!(text.lines().any(|it| it == line), "{line} is not in {text}");
    }
    assert!(text.ends_with("# EOF\n"), "{text}");
    assert!(!text.contains("canary") && !text.contains("hook of acme"), "{text}");
}

#[tokio::test]
async fn other_machines_read_pages_with_a_secret_alone() {
    let closed = House::saying(&open_to_others(&[]), Mood::Well, Err("why".to_owned()));
    assert_eq!(get(&closed, "/health", &[]).await, "200\nalive\n");
    assert_eq!(get(&closed, "/ready", &[]).await, "503\nnot ready\n");
    assert!(get(&closed, "/metrics", &[]).await.starts_with("404"));
    assert!(get(&closed, "/metrics", &["authorization: Bearer "]).await.starts_with("404"));

    let house = House::saying(&open_to_others(&["page"]), Mood::Well, Err("why".to_owned()));
    assert!(get(&house, "/metrics", &[]).await.starts_with("401"));
    assert!(get(&house, "/status", &[]).await.starts_with("401"));
    assert_eq!(get(&house, "/status", &["authorization: Bearer page"]).await, "200\nHtml");
    assert!(get(&house, "/metrics", &["authorization: Bearer pag"]).await.starts_with("401"));
    assert!(get(&house, "/metrics", &["authorization: Bearer page"]).await.starts_with("200"));
    assert_eq!(get(&house, "/ready", &["authorization: Bearer page"]).await, "503\nwhy\n");
}

#[tokio::test]
async fn every_number_is_documented_and_every_documented_number_is_told() {
    let house = House::new(&settings(), Mood::Well);
    house.desk.meters.parted(crate::meters::Parting::Full);
    house.answer(&hook("{\"uuid\":\"1\",\"eventType\":\"a.b\"}")).await;
    let text = get(&house, "/metrics", &[]).await;
    let ours = |name: &&str| name.starts_with("keyward_receiver_");
    let told: BTreeSet<_> = text
        .lines()
        .filter_map(|line| line.split(['{', ' ']).next())
        .map(|name| name.strip_suffix("_bucket").unwrap_or(name))
        .filter(|name| !name.ends_with("_sum") && !name.ends_with("_count"))
        .filter(ours)
        .collect();
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/receivers.md");
    let page = std::fs::read_to_string(page).unwrap();
    let names = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(told, names.filter(ours).collect());
}
