//! `GET /api/v1/logs`.

use std::time::Duration;

use super::client::Answer;
use super::{Served, event, faults, serve};
use crate::serve::Limits;

async fn get(served: &Served, path: &str) -> Answer {
    let authorization = format!("SSWS {}", served.keys.okta_api_token);
    served.okta.get(path, &[("authorization", &authorization)]).await
}

/// Follows `next` until a page is short, as one who polls does.
async fn poll(served: &Served, mut path: String, limit: usize) -> (Vec<String>, String) {
    let mut ids = Vec::new();
    loop {
        let page = get(served, &path).await;
        assert_eq!(page.status, 200, "{path}");
        let on_page = page.ids();
        let is_last = on_page.len() < limit;
        ids.extend(on_page);
        path = page.link("next").expect("polling never ends");
        if is_last {
            return (ids, path);
        }
    }
}

fn ids(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers.into_iter().map(|number| format!("e{number}")).collect()
}

#[tokio::test]
async fn polling_follows_the_order_of_writing_without_end() {
    // The third is written after the fourth, and the last has not happened.
    let entries = vec![
        event(1, -50, -50),
        event(2, -40, -40),
        event(3, -30, 5),
        event(4, -20, -20),
        event(5, 8, 9),
    ];
    let served = serve(entries, |_| {}).await;
    let (seen, next) = poll(&served, "/api/v1/logs?limit=2".to_owned(), 2).await;
    assert_eq!(seen, ids([1, 2, 4]));
    let (seen, next) = poll(&served, next, 2).await;
    assert_eq!(seen, ids([]));
    served.clock.advance(Duration::from_secs(10));
    let (seen, _) = poll(&served, next, 2).await;
    assert_eq!(seen, ids([3, 5]), "late, and not lost");
}

#[tokio::test]
async fn bounded_queries_follow_the_time_of_events_and_end() {
    let entries = (0..7)
        .map(|n| event(n, -100 + i64::from(n), -100 + i64::from(n)))
        .chain([event(7, -94, 5)]);
    let served = serve(entries.collect(), |_| {}).await;
    let window = "since=2026-11-22T11:58:21Z&until=2026-11-22T11:59:00Z";
    let mut path = format!("/api/v1/logs?{window}&limit=3");
    let mut seen = Vec::new();
    let mut pages = 0;
    loop {
        let page = get(&served, &path).await;
        seen.extend(page.ids());
        pages += 1;
        let Some(next) = page.link("next") else { break };
        path = next;
    }
    assert_eq!(
        (seen, pages),
        (ids(1..7), 2),
        "what is late is missing, and the last page has no next"
    );
    served.clock.advance(Duration::from_secs(10));
    let again = get(&served, &format!("/api/v1/logs?{window}&limit=1000")).await;
    assert_eq!(again.ids(), ids([1, 2, 3, 4, 5, 6, 7]));
    let newest = get(&served, &format!("/api/v1/logs?{window}&limit=2&sortOrder=DESCENDING")).await;
    assert_eq!(newest.ids(), ids([7, 6]));
    let older = get(&served, &newest.link("next").unwrap()).await;
    assert_eq!(older.ids(), ids([5, 4]));
}

#[tokio::test]
async fn links_stand_on_lines_of_their_own_with_commas_in_their_addresses() {
    let served = serve(vec![event(1, -5, -5)], |_| {}).await;
    let path = "/api/v1/logs?filter=eventType%20in%20%5B%22a%22,%22b%22%5D";
    let page = get(&served, path).await;
    assert_eq!(page.headers.iter().filter(|(name, _)| name == "link").count(), 2);
    assert_eq!(page.link("self").unwrap(), format!("{}{path}", served.okta.base()));
    let next = page.link("next").unwrap();
    assert_eq!(next.matches(',').count(), 2, "{next}");
    assert_eq!(get(&served, &next).await.status, 200);
}

#[tokio::test]
async fn cursors_die_and_lead_nowhere_else() {
    let served =
        serve(vec![event(1, -5, -5)], |options| options.cursor_life = Duration::from_mins(10))
            .await;
    let next = get(&served, "/api/v1/logs").await.link("next").unwrap();
    for (after, code) in [("1_1,1", "E0000001"), ("x", "E0000001"), ("99_7,69219e40", "E0000001")] {
        let page = get(&served, &format!("/api/v1/logs?after={after}")).await;
        assert_eq!((page.status, page.code().as_str()), (400, code), "{after}");
    }
    served.clock.advance(Duration::from_secs(601));
    let page = get(&served, &next).await;
    assert_eq!((page.status, page.code().as_str()), (400, "E0000001"));
}

/// What is answered to a request with those parameters: its ids, or its code.
async fn check(served: &Served, query: &str, expected: &[&str]) {
    let page = get(served, &format!("/api/v1/logs?{query}")).await;
    let seen = if page.status == 200 { page.ids() } else { vec![page.code()] };
    assert_eq!(seen, expected, "{query}");
}

#[tokio::test]
async fn parameters_say_which_events() {
    let day = 86_400;
    let entries = vec![
        event(1, -100 * day, -100 * day),
        event(2, -80 * day, -80 * day),
        event(3, -60, -60),
        event(4, -50, -50),
    ];
    let served = serve(entries, |_| {}).await;
    check(&served, "", &["e3", "e4"]).await;
    check(&served, "since=2026-06-01T00:00:00Z", &["e2", "e3", "e4"]).await;
    check(&served, "since=2026-05-01T00:00:00Z", &["E0000053"]).await;
    check(&served, "limit=1", &["e3"]).await;
    check(&served, "limit=0", &[]).await;
    check(&served, "limit=1001", &["E0000001"]).await;
    check(&served, "since=yesterday", &["E0000001"]).await;
    check(&served, "sortOrder=UP", &["E0000001"]).await;
    check(&served, "filter=eventType%20sw%20%22system.%22", &["e3"]).await;
    check(
        &served,
        "filter=eventType+eq+%22user.session.start%22+and+outcome.result+eq+%22SUCCESS%22",
        &["e4"],
    )
    .await;
    check(&served, "filter=eventTypo+eq+%22x%22", &["E0000053"]).await;
    check(&served, "filter=eventType+is+%22x%22", &["E0000053"]).await;
    check(&served, "filter=published+gt+%222026%22", &["E0000031"]).await;
    check(&served, "filter=debugContext.debugData.requestUri+co+%22x%22", &["E0000031"]).await;
    check(&served, "q=ADA+token", &["e3"]).await;
    check(&served, "q=1+2+3+4+5+6+7+8+9+10+11", &["E0000001"]).await;
    check(&served, "since=2026-11-22T00:00:00Z&after=1_1,1", &["E0000001"]).await;
}

#[tokio::test]
async fn half_of_the_limit_is_for_one_client() {
    let served = serve(vec![], |options| {
        options.limits = Limits { logs_per_minute: 4, ..Limits::default() }
    })
    .await;
    for remaining in ["1", "0"] {
        let page = get(&served, "/api/v1/logs").await;
        assert_eq!((page.status, page.header("x-rate-limit-remaining")), (200, Some(remaining)));
        assert_eq!(page.header("x-rate-limit-limit"), Some("2"));
    }
    let page = get(&served, "/api/v1/logs").await;
    assert_eq!((page.status, page.code().as_str()), (429, "E0000047"));
    assert_eq!(page.header("date"), Some("Sun, 22 Nov 2026 12:00:00 GMT"));
    assert_eq!(page.header("x-rate-limit-reset"), Some("1795348860"));
    assert_eq!(get(&served, "/api/v1/logs").await.status, 429);
    served.clock.advance(Duration::from_mins(1));
    let page = get(&served, "/api/v1/logs").await.json();
    let kinds: Vec<_> = page.as_array().unwrap().iter().map(|event| &event["eventType"]).collect();
    assert_eq!(kinds, ["system.org.rate_limit.violation"], "once in a window");
}

#[tokio::test]
async fn faults_strike_as_often_as_told() {
    let served = serve(vec![], |options| options.faults = faults("busy=1")).await;
    let page = get(&served, "/api/v1/logs").await;
    assert_eq!((page.status, page.header("x-rate-limit-limit")), (429, Some("0")));
    let served = serve(vec![], |options| options.faults = faults("5xx=1")).await;
    assert!(get(&served, "/api/v1/logs").await.status >= 500);
    let served =
        serve(vec![event(1, -9, -9)], |options| options.faults = faults("duplicate=1")).await;
    served.clock.advance(Duration::from_mins(1));
    assert_eq!(get(&served, "/api/v1/logs").await.ids(), ids([1, 1]));
    let served = serve(vec![], |options| options.faults = faults("skew=-90s")).await;
    let date = get(&served, "/api/v1/logs").await;
    assert_eq!(date.header("date"), Some("Sun, 22 Nov 2026 11:58:30 GMT"));
    let served = serve(vec![], |options| options.faults = faults("revoke=1m")).await;
    assert_eq!(get(&served, "/api/v1/logs").await.status, 200);
    served.clock.advance(Duration::from_mins(1));
    assert_eq!(get(&served, "/api/v1/logs").await.code(), "E0000011");
    let served = serve(vec![], |options| options.faults = faults("slow=500")).await;
    for (limit, status, code) in [(500, 200, ""), (501, 500, "E0000009")] {
        let page = get(&served, &format!("/api/v1/logs?limit={limit}")).await;
        assert_eq!((page.status, page.code().as_str()), (status, code), "{limit}");
    }
    let served = serve(vec![], |options| options.faults = faults("stray=1")).await;
    let next = get(&served, "/api/v1/logs").await.link("next").unwrap();
    assert!(next.starts_with("https://stranger.example.com/api/v1/logs?after="), "{next}");
    let served = serve(vec![], |options| options.faults = faults("cut=1")).await;
    assert!(served.okta.send("GET", "/api/v1/logs", &[], "").await.is_none());
}

#[tokio::test]
async fn whoever_polls_through_faults_misses_nothing() {
    let entries = (0..400).map(|n| event(n, i64::from(n) / 8, i64::from(n) / 8)).collect();
    let served = serve(entries, |options| {
        for flag in
            ["5xx=0.2", "busy=0.1", "cut=0.1", "delay=0.1:20s", "duplicate=0.1", "reorder=0.3"]
        {
            options.faults.add(flag).unwrap();
        }
    })
    .await;
    let authorization = format!("SSWS {}", served.keys.okta_api_token);
    let headers = [("authorization", authorization.as_str())];
    let (mut path, mut seen) = ("/api/v1/logs?limit=7".to_owned(), Vec::new());
    for _ in 0..120 {
        served.clock.advance(Duration::from_secs(1));
        loop {
            let page = served.okta.send("GET", &path, &headers, "").await;
            let Some(page) = page.filter(|page| page.status == 200) else { continue };
            path = page.link("next").unwrap();
            let on_page = page.ids();
            seen.extend_from_slice(&on_page);
            if on_page.len() < 7 {
                break;
            }
        }
    }
    let n_seen = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 400);
    assert!((410..480).contains(&n_seen), "{n_seen} with repeats");
}
