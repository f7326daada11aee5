//! By what forms are told.

use memchr::memmem;

use super::Form;
use crate::read::{is_command, is_document, is_line_of_access_log, is_loose_line};

/// Endings of names.
const ENDINGS: [(&str, Form); 50] = [
    ("har", Form::Har),
    ("http", Form::Lines),
    ("rest", Form::Lines),
    ("md", Form::Lines),
    ("bash", Form::Curl),
    ("bat", Form::Curl),
    ("cmd", Form::Curl),
    ("ps1", Form::Curl),
    ("sh", Form::Curl),
    ("zsh", Form::Curl),
    ("c", Form::Code),
    ("cc", Form::Code),
    ("cjs", Form::Code),
    ("clj", Form::Code),
    ("cpp", Form::Code),
    ("cs", Form::Code),
    ("cts", Form::Code),
    ("dart", Form::Code),
    ("ex", Form::Code),
    ("exs", Form::Code),
    ("fs", Form::Code),
    ("go", Form::Code),
    ("groovy", Form::Code),
    ("h", Form::Code),
    ("hpp", Form::Code),
    ("java", Form::Code),
    ("js", Form::Code),
    ("jsx", Form::Code),
    ("kt", Form::Code),
    ("kts", Form::Code),
    ("lua", Form::Code),
    ("m", Form::Code),
    ("mjs", Form::Code),
    ("mts", Form::Code),
    ("php", Form::Code),
    ("pl", Form::Code),
    ("pm", Form::Code),
    ("psm1", Form::Code),
    ("py", Form::Code),
    ("pyi", Form::Code),
    ("rb", Form::Code),
    ("rs", Form::Code),
    ("scala", Form::Code),
    ("svelte", Form::Code),
    ("swift", Form::Code),
    ("tf", Form::Code),
    ("ts", Form::Code),
    ("tsx", Form::Code),
    ("vb", Form::Code),
    ("vue", Form::Code),
];

/// Lines of text that are looked at.
const LINES_MAX: usize = 40;

/// The form of files of that name, if the name tells.
pub(super) fn by_name(name: &str) -> Option<Form> {
    let name = name.to_ascii_lowercase();
    let name = [".gz", ".zst"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    let (_, ending) = name.rsplit_once('.')?;
    ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, form)| *form)
}

/// The form of what begins with these bytes.
pub(super) fn by_content(head: &[u8]) -> Option<Form> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match head {
        [b'{' | b'[', ..] => json(head).or_else(|| text(head)),
        _ => yaml(head).or_else(|| table(head)).or_else(|| text(head)),
    }
}

fn json(head: &[u8]) -> Option<Form> {
    let has = |name: &str| memmem::find(head, format!("\"{name}\"").as_bytes()).is_some();
    let is_har = first_key(head) == b"log" && (has("entries") || has("creator"));
    let is_terraform = has("terraform_version") || has("resource_changes") || has("planned_values");
    let is_okta = has("eventType") && (has("published") || has("actor") || has("debugContext"));
    let is_auth0 =
        has("log_id") || (has("date") && has("type") && has("user_agent") && has("client_id"));
    if is_har || has("http_interactions") || has("interactions") {
        Some(Form::Har)
    } else if is_terraform {
        Some(Form::Terraform)
    } else if has("_postman_id")
        || contains(head, b"schema.getpostman.com")
        || has("__export_format")
    {
        Some(Form::Postman)
    } else if first_key(head) == b"paths" || has("openapi") || has("swagger") {
        Some(Form::OpenApi)
    } else if is_okta || is_auth0 {
        Some(Form::AuditLog)
    } else if is_list(head) {
        Some(Form::Postman)
    } else if is_access_log(head) {
        Some(Form::AccessLog)
    } else {
        None
    }
}

/// Whether a document of JSON lists requests that were not made yet: nothing says when, or how it ended.
fn is_list(head: &[u8]) -> bool {
    let has = |name: &str| contains(head, format!("\"{name}\"").as_bytes());
    let has_time = ["time", "timestamp", "@timestamp", "ts", "date", "start_time", "startTime"];
    let is_made =
        ["status", "statusCode", "status_code", "httpRequest"].iter().any(|name| has(name));
    is_document(head)
        && (has("method") || has("verb"))
        && ["path", "url", "uri", "endpoint"].iter().any(|name| has(name))
        && !is_made
        && !has_time.iter().any(|name| has(name))
}

/// Whether objects of JSON are requests: the first line is one, or names that requests have are there.
fn is_access_log(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
    let has_target = ["rl\"", "ri\"", "ath\""].iter().any(|end| contains(head, end.as_bytes()));
    is_line_of_access_log(line)
        || (contains(head, b"ethod\"") && has_target)
        || (contains(head, b"\"log\"") && contains(head, b" HTTP/"))
}

fn yaml(head: &[u8]) -> Option<Form> {
    let marks = [
        ("openapi:", Form::OpenApi),
        ("swagger:", Form::OpenApi),
        ("paths:", Form::OpenApi),
        ("http_interactions:", Form::Har),
        ("interactions:", Form::Har),
        ("type: collection.insomnia", Form::Postman),
        ("_type: export", Form::Postman),
    ];
    let lines = || head.split(|byte| *byte == b'\n').take(LINES_MAX);
    let has = |key: &str| lines().any(|line| bare(line).starts_with(key.as_bytes()));
    let is_list = (has("method:") || has("verb:"))
        && ["path:", "url:", "uri:", "endpoint:"].iter().any(|key| has(key));
    let found = lines().find_map(|line| {
        marks.iter().find(|(mark, _)| line.starts_with(mark.as_bytes())).map(|(_, form)| *form)
    });
    found.or(is_list.then_some(Form::Postman))
}

/// A line of YAML without what stands before its key.
fn bare(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii();
    line.strip_prefix(b"-").unwrap_or(line).trim_ascii_start()
}

/// An audit log as a table: its first line names fields of events.
fn table(head: &[u8]) -> Option<Form> {
    let line = head.split(|byte| *byte == b'\n').next()?;
    let names = ["eventtype", "event_type", "event type", "event.type", "log_id"];
    let line = line.to_ascii_lowercase();
    let names_events = names.iter().any(|name| contains(&line, name.as_bytes()));
    (contains(&line, b",") && names_events).then_some(Form::AuditLog)
}

/// By what most of the first lines are.
fn text(head: &[u8]) -> Option<Form> {
    let (mut n_lines, mut n_log, mut n_loose, mut n_commands) = (0, 0, 0, 0);
    if head.starts_with(b"#!") {
        return Some(script(head));
    }
    for line in head.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        n_lines += 1;
        if is_line_of_access_log(line) {
            n_log += 1;
        } else if let Ok(line) = std::str::from_utf8(line) {
            if is_command(line.trim_end_matches(['\\', '`'])) {
                n_commands += 1;
            } else if is_loose_line(line) {
                n_loose += 1;
            }
        }
        if n_lines == LINES_MAX {
            break;
        }
    }
    if n_log > n_loose && n_log * 3 >= n_lines {
        Some(Form::AccessLog)
    } else if n_commands > n_loose {
        Some(Form::Curl)
    } else {
        None
    }
}

/// A script by its first line: of a shell, or of another program.
fn script(head: &[u8]) -> Form {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
    let is_shell = line.trim_ascii_end().ends_with(b"sh");
    if is_shell { Form::Curl } else { Form::Code }
}

/// The first key of an object, or of the first object of an array.
fn first_key(head: &[u8]) -> &[u8] {
    let rest = head.trim_ascii_start();
    let rest = rest.strip_prefix(b"[").unwrap_or(rest).trim_ascii_start();
    let Some(rest) = rest.strip_prefix(b"{") else { return b"" };
    let Some(rest) = rest.trim_ascii_start().strip_prefix(b"\"") else { return b"" };
    let end = memchr::memchr(b'"', rest).unwrap_or(rest.len());
    &rest[..end]
}

fn contains(head: &[u8], needle: &[u8]) -> bool {
    memmem::find(head, needle).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, head: &str, expected: Form) {
        assert_eq!(Form::recognize(name, head.as_bytes()), expected, "{name} {head}");
    }

    #[test]
    fn by_names() {
        check("src/sync.py", "GET /x", Form::Code);
        check("a.HAR.gz", "", Form::Har);
        check("deploy.sh", "", Form::Curl);
        check("calls.md", "", Form::Lines);
        check("-", "", Form::Lines);
    }

    #[test]
    fn documents_by_their_keys() {
        check("a.json", r#"{"log": {"version": "1.2", "creator": {}, "entries": []}}"#, Form::Har);
        check("a", r#"{"info":{"_postman_id":"x"}}"#, Form::Postman);
        check("a", r#"{"_type":"export","__export_format":4}"#, Form::Postman);
        check("a", r#"{"openapi":"3.0.3"}"#, Form::OpenApi);
        check("a", "# x\nopenapi: 3.0.3\n", Form::OpenApi);
        check("a", r#"{"format_version":"1.2","terraform_version":"1.9"}"#, Form::Terraform);
        check("a", r#"[{"actor":{},"eventType":"user.session.start"}]"#, Form::AuditLog);
        check("a", "published,eventType,actor.id\n", Form::AuditLog);
        check("a", "---\nhttp_interactions:\n- request:\n", Form::Har);
        check("a", r#"{"name":"x","version":"1"}"#, Form::Lines);
        check("a", "- method: GET\n  path: /api/v1/users\n", Form::Postman);
        check("a", "[{\"method\":\"GET\",\"path\":\"/api/v1/users\"}]", Form::Postman);
    }

    #[test]
    fn logs_by_most_of_their_lines() {
        let line =
            "192.0.2.1 - - [22/Nov/2026:09:35:24 +0000] \"GET /api/v1/users HTTP/1.1\" 200 12\n";
        check("access.log", line, Form::AccessLog);
        check("access.log", &format!("cut off\" 200\n{line}{line}"), Form::AccessLog);
        check("a", r#"{"method":"GET","uri":"/api/v1/users"}"#, Form::AccessLog);
        check("a", "[\n {\"requestMethod\": \"GET\", \"requestUrl\": \"/x\"}]", Form::AccessLog);
        check("calls.txt", "GET /api/v1/users\nPOST /api/v1/users\n", Form::Lines);
        check("calls.txt", "- \"GET /api/v1/users\"\n", Form::Lines);
        check(
            "history.txt",
            " 12  curl -s https://acme.okta.com/api/v1/users \\\n -o x\n",
            Form::Curl,
        );
        check("sync", "#!/bin/bash\nset -e\n", Form::Curl);
        check("sync", "#!/usr/bin/env python3\n", Form::Code);
        check("a.txt", "We call these:\n- create user POST: /api/v1/users\n", Form::Lines);
    }
}
