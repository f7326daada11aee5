//! The store of findings.

use archive::{Filter, Findings, NewsEvent, Put, Whether};
use jiff::Timestamp;

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_793_610_000 + hour * 3600).unwrap()
}

fn finding(id: &str, state: &str, revision: u32, level: &str, replaces: &[&str]) -> String {
    let time = at(i64::from(revision));
    serde_json::json!({
        "schema": "keyward.finding/1", "id": id, "kind": "detection", "level": level,
        "rule": {"id": "r", "name": "some_rule"}, "time": time, "provider": "okta", "tenant": "acme",
        "state": state, "revision": revision, "replaces": replaces, "case": "c",
    })
    .to_string()
}

fn listed(store: &Findings, whether: Whether, now: i64) -> String {
    let found = store.list(&Filter { whether, ..Filter::default() }, at(now)).unwrap();
    found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_settled_finding_is_never_lost_to_an_older_one() {
    let store = Findings::in_memory().unwrap();
    let put = |state, revision| store.put(&finding("a", state, revision, "low", &[])).unwrap();
    assert_eq!(put("provisional", 1), Put::Added);
    assert_eq!(put("provisional", 3), Put::Revised);
    assert_eq!(put("settled", 1), Put::Revised);
    assert_eq!(put("settled", 1), Put::Kept);
    assert_eq!(put("provisional", 4), Put::Kept);
    assert_eq!(put("withdrawn", 5), Put::Kept);
    assert_eq!(put("settled", 2), Put::Revised);
    assert_eq!(put("settled", 1), Put::Kept);
    let json = store.get("a").unwrap().unwrap().json;
    assert_eq!(json, finding("a", "settled", 2, "low", &[]));
}

#[cfg(unix)]
#[test]
fn a_store_that_is_removed_or_replaced_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("findings.db");
    let store = Findings::open(&path).unwrap();
    let put = |id| store.put(&finding(id, "settled", 1, "low", &[]));
    assert_eq!(put("a").unwrap(), Put::Added);
    let away = folder.path().join("away");
    std::fs::rename(&path, &away).unwrap();
    let gone = |put| matches!(put, Err(archive::FindingsError::Gone { .. }));
    assert!(gone(put("b")));
    std::fs::write(&path, "another").unwrap();
    assert!(gone(put("c")));
    std::fs::rename(&away, &path).unwrap();
    assert_eq!(put("d").unwrap(), Put::Added);
}

#[test]
fn a_running_episode_that_gets_worse_after_it_settled_is_news_at_once() {
    let store = Findings::in_memory().unwrap();
    let put = |state, revision, level| {
        let put = store.put(&finding("a", state, revision, level, &[])).unwrap();
        let news = store.news(0, 99).unwrap();
        if let Some(last) = news.last() {
            store.forget_news(last.seq).unwrap();
        }
        assert_eq!(put == Put::Kept, news.is_empty());
        news.into_iter().map(|one| one.json).collect::<String>()
    };
    put("settled", 2, "medium");
    assert_eq!(put("provisional", 3, "medium"), "");
    let risen = finding("a", "provisional", 4, "critical", &[]);
    assert_eq!(put("provisional", 4, "critical"), risen);
    // What is told again after a crash is no news.
    assert_eq!(put("provisional", 4, "critical"), "");
    assert_eq!(put("provisional", 5, "critical"), "");
    // It did not hold: what settled is told once more.
    assert_eq!(put("settled", 2, "medium"), finding("a", "settled", 2, "medium", &[]));
    assert_eq!(put("settled", 2, "medium"), "");
    put("provisional", 4, "high");
    assert_eq!(put("settled", 4, "critical"), finding("a", "settled", 4, "critical", &[]));
    assert_eq!(put("provisional", 5, "critical"), "");
}

#[test]
fn a_closed_finding_that_gets_worse_before_it_settles_is_open_again() {
    let store = Findings::in_memory().unwrap();
    store.put(&finding("a", "settled", 1, "medium", &[])).unwrap();
    store.close("a", "known", "ada", at(0), None).unwrap();
    store.put(&finding("a", "provisional", 2, "critical", &[])).unwrap();
    assert_eq!(listed(&store, Whether::Open, 1), "a");
}

#[test]
fn what_was_replaced_or_withdrawn_is_not_listed() {
    let store = Findings::in_memory().unwrap();
    let all = [
        finding("b", "settled", 2, "low", &["a"]),
        finding("a", "provisional", 1, "low", &[]),
        finding("w", "provisional", 1, "low", &[]),
        finding("w", "withdrawn", 2, "low", &[]),
    ];
    store.put_all(&all).unwrap();
    assert_eq!(listed(&store, Whether::Open, 9), "b");
    assert_eq!(store.get("a").unwrap().unwrap().replaced_by.as_deref(), Some("b"));
    assert_eq!(store.ids("", 9).unwrap(), ["a", "b", "w"]);
    assert_eq!(store.ids("w", 9).unwrap(), ["w"]);
}

#[test]
fn closing_expires_and_does_not_outlive_a_higher_level() {
    let store = Findings::in_memory().unwrap();
    for id in ["a", "b", "c"] {
        store.put(&finding(id, "settled", 1, "medium", &[])).unwrap();
    }
    assert!(store.close("a", "known", "ada", at(0), Some(at(5))).unwrap());
    assert!(store.close("b", "known", "ada", at(0), None).unwrap());
    assert!(!store.close("z", "known", "ada", at(0), None).unwrap());
    assert_eq!(listed(&store, Whether::Open, 4), "c");
    assert_eq!(listed(&store, Whether::Closed, 4), "a b");
    assert_eq!(listed(&store, Whether::Open, 5), "a c");
    store.put(&finding("b", "settled", 2, "medium", &[])).unwrap();
    assert_eq!(listed(&store, Whether::Closed, 5), "b");
    store.put(&finding("b", "settled", 3, "high", &[])).unwrap();
    assert_eq!(listed(&store, Whether::Open, 5), "b a c");
    assert!(store.close("c", "known", "ada", at(1), None).unwrap());
    assert!(store.reopen("c", "not so", "bob", at(2)).unwrap());
    assert_eq!(listed(&store, Whether::Any, 5), "b a c");
    let told: Vec<_> = store.decisions("c").unwrap().into_iter().map(|one| one.because).collect();
    assert_eq!(told, ["known", "not so"]);
}

#[test]
fn findings_are_still_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("findings.db");
    Findings::open(&path).unwrap().put(&finding("a", "settled", 1, "low", &[])).unwrap();
    let store = Findings::open(&path).unwrap();
    assert_eq!(listed(&store, Whether::Open, 0), "a");
    assert!(store.put("{}").is_err());
    assert!(store.put(&finding("a", "settled", 1, "loud", &[])).is_err());
}

#[test]
fn what_happens_to_findings_is_news_once() {
    let store = Findings::in_memory().unwrap();
    let raised = finding("a", "provisional", 1, "low", &[]);
    let settled = finding("a", "settled", 1, "high", &[]);
    for json in [&raised, &raised, &settled, &raised] {
        store.put(json).unwrap();
    }
    let at = Timestamp::UNIX_EPOCH;
    store.close("a", "known", "ada", at, None).unwrap();
    store.reopen("a", "not known", "ada", at).unwrap();
    assert!(!store.close("b", "is not there", "ada", at, None).unwrap());
    let news = store.news(0, 9).unwrap();
    let told: Vec<_> = news.iter().map(|one| (one.seq, one.event)).collect();
    let (put, closed, reopened) = (NewsEvent::Put, NewsEvent::Closed, NewsEvent::Reopened);
    assert_eq!(told, [(1, put), (2, put), (3, closed), (4, reopened)]);
    assert_eq!([&news[0].json, &news[1].json, &news[2].json], [&raised, &settled, &settled]);
    assert_eq!(store.news(1, 1).unwrap(), news[1..2]);
    store.forget_news(4).unwrap();
    store.put(&finding("b", "settled", 1, "low", &[])).unwrap();
    assert_eq!(store.news(0, 9).unwrap()[0].seq, 5);
}

#[test]
fn a_store_made_anew_has_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str| Findings::open(&folder.path().join(name)).unwrap().name().unwrap();
    assert_eq!(open("a"), open("a"));
    assert_ne!(open("a"), open("b"));
}

#[test]
fn a_weak_setting_that_was_mended_is_withdrawn() {
    let store = Findings::in_memory().unwrap();
    let posture =
        |state, revision| finding("a", state, revision, "low", &[]).replace("detection", "posture");
    for (state, revision) in [("settled", 1), ("withdrawn", 2), ("settled", 3)] {
        assert_ne!(store.put(&posture(state, revision)).unwrap(), Put::Kept, "{revision}");
    }
}
