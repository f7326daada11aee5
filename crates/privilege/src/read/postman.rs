//! Collections of requests: of Postman (v1, v2), of Insomnia (v4 JSON, v5 YAML), and plain lists of objects with
//! `method` and `path` or `url`, JSON or YAML.

use super::document;
use super::masked;
use super::members::Members;
use crate::yaml::Node;
use crate::{Asked, EvidenceKind, Fault, Method, Sighting, Taker};

/// Where requests and folders stand.
const LISTS: [&str; 8] =
    ["item", "requests", "collection", "resources", "children", "calls", "operations", "endpoints"];

/// What names of requests are called.
const NAMES: [&str; 5] = ["name", "label", "summary", "description", "operation"];

/// Variables that are remembered.
const VARIABLES_MAX: usize = 200;

/// Longer URLs are not read.
const TARGET_BYTES_MAX: usize = 8_000;

/// Variables that stand for the beginning of a URL. Nothing else is kept: it may be a secret.
type Variables<'n> = Vec<(&'n str, &'n str)>;

/// Reads a collection.
pub(super) fn read(bytes: &[u8], first_line: u64, taker: &mut dyn Taker) {
    let Some(root) = document::tree(bytes, first_line, taker) else { return };
    let variables = variables(&root);
    let mut found = false;
    // The last on top, so that requests come in the order of the document.
    let mut open = vec![&root];
    while let Some(node) = open.pop() {
        if let Some(request) = Request::of(node) {
            found = true;
            request.tell(document::line_of(node, first_line), &variables, taker);
        }
        let below = LISTS.iter().rev().filter_map(|key| node.get(key)?.list());
        below.chain(node.list()).for_each(|list| open.extend(list.iter().rev()));
    }
    if !found {
        let what = "no request of a collection is in it".to_owned();
        taker.fault(Fault { line: first_line, what });
    }
}

/// A request of a collection.
struct Request<'n> {
    name: &'n str,
    /// As written; `None` where it is not said.
    method: Option<&'n str>,
    url: String,
    body: Members,
}

impl<'n> Request<'n> {
    /// The request that a node is; `None` for folders and all else.
    fn of(node: &'n Node) -> Option<Self> {
        let name = NAMES.iter().find_map(|key| node.get(key)?.text()).unwrap_or("");
        let request = node.get("request").unwrap_or(node);
        let method = request.get("method").or_else(|| request.get("verb")).and_then(Node::text);
        if method.is_none() && node.get("request").is_none() {
            return None;
        }
        let place = ["url", "path", "uri", "endpoint"].iter().find_map(|key| request.get(key));
        let url = url(place.unwrap_or(request))?;
        Some(Self { name, method, url, body: body(request) })
    }

    fn tell(self, line: u64, variables: &Variables<'_>, taker: &mut dyn Taker) {
        let url = expand(&self.url, variables);
        if url.len() > TARGET_BYTES_MAX {
            let what = "the URL is longer than 8,000 bytes and was not read".to_owned();
            return taker.fault(Fault { line, what });
        }
        let mut room = String::new();
        let target = masked::target(&url, &mut room);
        let verb = self.method.unwrap_or("GET");
        let Some(method) = Method::from_name(verb) else {
            return taker.passed_over(line, "a request with a verb that no API here has");
        };
        let names = self.body.names();
        taker.sighting(&Sighting {
            asked: Asked::Request { method: Some(method), target },
            evidence: EvidenceKind::Declared,
            line,
            input: &format!("{} {target}", method.name()),
            label: self.name.lines().next().unwrap_or(""),
            body: self.body.body(&names),
            status: None,
            time: None,
            credential: None,
        });
    }
}

/// A URL: text, or an object with the text at `raw`, or in parts.
fn url(node: &Node) -> Option<String> {
    if let Some(url) = node.text().or_else(|| node.get("raw")?.text()) {
        return Some(url.trim().to_owned()).filter(|url| !url.is_empty());
    }
    let joined = |key: &str, between: &str| match node.get(key) {
        Some(part) => match part.list() {
            Some(parts) => {
                Some(parts.iter().filter_map(Node::text).collect::<Vec<_>>().join(between))
            }
            None => part.text().map(str::to_owned),
        },
        None => None,
    };
    let path = joined("path", "/")?;
    let host = joined("host", ".").map(|host| format!("{host}/")).unwrap_or_default();
    Some(format!("{host}{}", path.trim_start_matches('/')))
}

fn body(request: &Node) -> Members {
    let raw = request.get("rawModeData").and_then(Node::text);
    let Some(body) = request.get("body").filter(|body| !body.is_null()) else {
        // Who lists calls by hand leaves bodies out.
        let none = if request.get("url").is_some() { Members::empty() } else { Members::unknown() };
        return raw.map_or(none, Members::of_text);
    };
    if let Some(text) = ["raw", "text"].iter().find_map(|key| body.get(key)?.text()) {
        return Members::of_text(text);
    }
    let pairs = ["urlencoded", "formdata", "params"].iter().find_map(|key| body.get(key)?.list());
    match pairs {
        Some(pairs) => {
            let name = |pair: &'_ Node| {
                pair.get("key").or_else(|| pair.get("name"))?.text().map(str::to_owned)
            };
            let names: Vec<String> = pairs.iter().filter_map(name).collect();
            Members::of_names(names.iter().map(String::as_str))
        }
        None if body.map().is_some_and(<[_]>::is_empty) => Members::empty(),
        None => Members::unknown(),
    }
}

fn variables(root: &Node) -> Variables<'_> {
    let mut variables = Vec::new();
    for variable in root.get("variable").and_then(Node::list).unwrap_or_default() {
        let text = |key: &str| variable.get(key).and_then(Node::text);
        variables.extend(text("key").or_else(|| text("id")).zip(text("value")));
    }
    let resources = root.get("resources").and_then(Node::list).unwrap_or_default();
    let environments = resources.iter().chain(root.get("environments"));
    for (name, value) in
        environments.filter_map(|environment| environment.get("data")?.map()).flatten()
    {
        variables.extend(name.text().zip(value.text()));
    }
    variables.retain(|(_, value)| is_address(value));
    variables.truncate(VARIABLES_MAX);
    variables
}

/// Whether it is an address without user, query or fragment.
fn is_address(value: &str) -> bool {
    let begins = value.starts_with("https://") || value.starts_with("http://");
    begins && value.len() <= 300 && !value.contains(['?', '@', '#', ' ', '{'])
}

/// The URL with variables replaced that are known: `{{name}}`, `{{ _.name }}`.
fn expand(url: &str, variables: &Variables<'_>) -> String {
    let mut done = String::with_capacity(url.len());
    let mut rest = url;
    while let Some((before, (inside, after))) =
        rest.split_once("{{").and_then(|(before, rest)| Some((before, rest.split_once("}}")?)))
    {
        done.push_str(before);
        let name = inside.trim().trim_start_matches("_.").trim();
        match variables.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => done.push_str(value.trim_end_matches('/')),
            None => done.extend(["{{", name, "}}"]),
        }
        rest = after;
    }
    done.push_str(rest);
    done
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
    fn collections_of_postman() {
        check(
            r#"{
 "info": {"name": "x", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
 "variable": [{"key": "base", "value": "https://acme.okta.com/api/v1"}, {"key": "token", "value": "00secret"}],
 "item": [
  {"name": "Users", "item": [
   {"name": "Read users", "request": {"method": "GET", "url": {"raw": "{{base}}/users?limit=5&q={{token}}", "path": ["users"]}}},
   {"name": "Create user", "request": {"method": "POST", "url": "{{url}}/api/v1/users",
     "body": {"mode": "raw", "raw": "{\"profile\":{\"login\":\"a\"}}"}}, "response": []}]},
  {"name": "Apps", "request": "https://acme.okta.com/api/v1/apps"},
  {"name": "Parts", "request": {"method": "PUT", "url": {"host": ["{{url}}"], "path": ["api", "v1", "groups", ":id"]}}}
 ]
}"#,
            r#"
6 GET https://acme.okta.com/api/v1/users?limit=5&q={{token}} no body | Read users
7 POST {{url}}/api/v1/users body ["profile.login"] | Create user
9 GET https://acme.okta.com/api/v1/apps | Apps
10 PUT {{url}}/api/v1/groups/:id no body | Parts"#
                .trim_start(),
        );
        check("{\"item\": []}", "1 fault: no request of a collection is in it");
    }

    #[test]
    fn plain_lists() {
        check(
            "- name: Create user\n  method: POST\n  path: /api/v1/users\n- verb: get\n  endpoint: /api/v1/users/{id}\n",
            "1 POST /api/v1/users | Create user\n4 GET /api/v1/users/{id}",
        );
        check(
            "[\n {\"method\": \"GET\", \"path\": \"/api/v1/apps\"},\n {\"method\": \"FETCH\", \"path\": \"/x\"}]",
            "2 GET /api/v1/apps\n3 passed over: a request with a verb that no API here has",
        );
        check("calls:\n- {method: GET, url: /api/v1/apps}\n", "2 GET /api/v1/apps no body");
    }

    #[test]
    fn collections_of_insomnia() {
        check(
            r#"{"_type":"export","__export_format":4,"resources":[
{"_type":"request","name":"Read","method":"GET","url":"{{ _.base_url }}/api/v1/users","body":{}},
{"_type":"request_group","name":"Folder"},
{"_type":"environment","data":{"base_url":"https://acme.okta.com"}}]}"#,
            "2 GET https://acme.okta.com/api/v1/users no body | Read",
        );
        check(
            "type: collection.insomnia.rest/5.0\ncollection:\n- name: f\n  children:\n  - url: \"{{base}}/api/v1/apps\"\n    name: Apps\n    method: POST\n    body: {params: [{name: a, value: b}]}\n",
            "5 POST {{base}}/api/v1/apps body [\"a\"] | Apps",
        );
    }
}
