//! The file: appended to, moved away, cut short.

use std::fs;
use std::io::Write as _;

use serde_json::Value;
use sink::{Failure, File, Turn};

use crate::receiver::{deliver, delivery};
use crate::stage::finding;

fn users(text: &str) -> Vec<String> {
    let read = |line: &str| serde_json::from_str::<Value>(line).ok();
    let user =
        |value: Value| value["finding"]["subject"]["user"].as_str().unwrap_or("?").to_owned();
    text.lines().map(|line| read(line).map_or_else(|| "cut".to_owned(), user)).collect()
}

#[tokio::test]
async fn each_message_is_a_line_wherever_the_file_went() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alerts.jsonl");
    let channel = File::new(&path);
    let send = async |user: &str| {
        deliver(&channel, &delivery(&finding("r", user, user), Turn::Raised)).await.unwrap();
    };
    send("a").await;
    send("b").await;
    fs::rename(&path, folder.path().join("alerts.jsonl.1")).unwrap();
    send("c").await;
    // A write that was cut short.
    fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"schema\":").unwrap();
    send("d").await;
    let old = fs::read_to_string(folder.path().join("alerts.jsonl.1")).unwrap();
    assert_eq!(users(&old), ["a", "b"]);
    assert_eq!(users(&fs::read_to_string(&path).unwrap()), ["c", "cut", "d"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alerts.jsonl");
    deliver(&File::new(&path), &delivery(&finding("r", "a", "a"), Turn::Raised)).await.unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_folder_that_is_missing_may_be_made_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing").join("alerts.jsonl");
    let told = delivery(&finding("r", "a", "a"), Turn::Raised);
    let failure = deliver(&File::new(&path), &told).await.unwrap_err();
    assert!(matches!(failure, Failure::Later { .. }), "{failure}");
}
