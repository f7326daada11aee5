//! Descriptions of an API, whole or in part: every operation in them is a call.

use super::{document, masked};
use crate::yaml::Node;
use crate::{Asked, Body, EvidenceKind, Fault, Method, Sighting, Taker};

/// Longer URLs of servers, and paths, are not read.
const TARGET_BYTES_MAX: usize = 2_000;

/// Reads a description: of `OpenAPI` 3, or of Swagger 2; nothing but `paths` is asked for.
pub(super) fn read(bytes: &[u8], first_line: u64, taker: &mut dyn Taker) {
    let Some(root) = document::tree(bytes, first_line, taker) else { return };
    let Some(paths) = root.get("paths").and_then(Node::map) else {
        let what = "no `paths` of a description of an API are in it".to_owned();
        return taker.fault(Fault { line: first_line, what });
    };
    let server = server(&root);
    for (path, item) in paths {
        let line = document::line_of(path, first_line);
        let (Some(path), Some(entries)) = (path.text(), item.map()) else {
            fail(line, "this path has no operations that can be read", taker);
            continue;
        };
        if item.get("$ref").is_some() {
            fail(line, "the operations of this path stand in another file", taker);
        }
        let server = self::server(item).or_else(|| server.clone()).unwrap_or_default();
        for (verb, operation) in entries {
            let Some(method) = verb.text().and_then(Method::from_name) else { continue };
            let line = document::line_of(verb, first_line);
            tell(method, &format!("{server}{path}"), operation, line, taker);
        }
    }
}

fn fail(line: u64, what: &str, taker: &mut dyn Taker) {
    taker.fault(Fault { line, what: what.to_owned() });
}

fn tell(method: Method, target: &str, operation: &Node, line: u64, taker: &mut dyn Taker) {
    if target.len() > TARGET_BYTES_MAX {
        return fail(line, "the path is longer than 2,000 bytes", taker);
    }
    let mut room = String::new();
    let target = masked::target(target, &mut room);
    let text = |key: &str| operation.get(key).and_then(Node::text);
    let label = text("summary").or_else(|| text("operationId")).unwrap_or("");
    taker.sighting(&Sighting {
        asked: Asked::Request { method: Some(method), target },
        evidence: EvidenceKind::Source,
        line,
        input: &format!("{} {target}", method.name()),
        label: label.lines().next().unwrap_or(""),
        body: Body::Unknown,
        status: None,
        time: None,
        credential: None,
    });
}

/// What paths stand behind: the first server's URL, or Swagger's `host` and `basePath`.
fn server(node: &Node) -> Option<String> {
    let url = node
        .get("servers")
        .and_then(Node::list)
        .and_then(|servers| servers.first()?.get("url")?.text());
    let base = || {
        let base = node.get("basePath").and_then(Node::text)?;
        Some(match node.get("host").and_then(Node::text) {
            Some(host) => format!("https://{host}{base}"),
            None => base.to_owned(),
        })
    };
    let url = url.map(str::to_owned).or_else(base)?;
    Some(url.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::seen;

    fn check(text: &str, expected: &str) {
        let shown = seen::show(|taker| read(text.as_bytes(), 1, taker));
        assert_eq!(shown.trim_end(), expected.trim_end(), "{text}");
    }

    #[test]
    fn operations_of_yaml_and_json() {
        check(
            "openapi: 3.0.3\nservers:\n- url: https://{tenant}/api/v2/\npaths:\n  /users:\n    parameters: []\n    get:\n      summary: Read users\n    post: {operationId: create}\n",
            "7 GET https://{tenant}/api/v2/users | Read users\n9 POST https://{tenant}/api/v2/users | create",
        );
        check(
            "{\n\t\"paths\": {\n\t\t\"/api/v1/apps\": {\n\t\t\t\"get\": {}\n\t\t}\n\t}\n}",
            "4 GET /api/v1/apps",
        );
        check(
            "swagger: '2.0'\nbasePath: /api/v1\npaths: {/users: {get: {}}}",
            "3 GET /api/v1/users",
        );
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_line() {
        check(
            "openapi: 3.0.3\ninfo: {}\n",
            "1 fault: no `paths` of a description of an API are in it",
        );
        check(
            "{\"paths\": {\n\"/x\": {",
            "2 fault: the document breaks off here, at byte 7 of the line",
        );
        check(
            "paths:\n  /a: {$ref: a.yml}\n  /b: 1\n",
            "2 fault: the operations of this path stand in another file\n3 fault: this path has no operations that can be read",
        );
    }
}
