//! An access log that never was: NCSA combined, a few operations often, all others sometimes, and some
//! requests that are none.

use std::fmt::Write as _;

use catalog::Product;
use privilege::{Base, Method};

use lab::random::Random;

/// What integrations call most.
const OFTEN: [&str; 12] = [
    "GET /api/v1/users",
    "GET /api/v1/users/{id}",
    "POST /api/v1/users/{id}",
    "GET /api/v1/users/{id}/groups",
    "GET /api/v1/groups",
    "GET /api/v1/groups/{groupId}/users",
    "PUT /api/v1/groups/{groupId}/users/{userId}",
    "GET /api/v1/logs",
    "GET /api/v1/apps",
    "GET /api/v1/apps/{appId}/users",
    "POST /oauth2/v1/token",
    "POST /oauth2/default/v1/introspect",
];

/// What is no operation.
const OTHERS: [&str; 5] = [
    "GET /login/login.htm",
    "GET /api/v1/user/{id}",
    "POST /api/v1/users/{id}/suspend",
    "PUT /api/v1/users/{id}/lifecycle/suspend",
    "GET /assets/js/sdk/okta-signin-widget/7.0.0/js/okta-sign-in.min.js",
];

const QUERIES: [&str; 4] = [
    "?limit=200",
    "?limit=200&after={id}",
    "?search=profile.email+eq+%22joe%40example.com%22",
    "?expand=user",
];

/// Ids that occur; more than are kept of a parameter.
const N_IDS: usize = 5_000;

/// So many lines.
pub(super) fn write(base: &Base, random: &mut Random, n_lines: usize) -> String {
    let okta = base.operations().filter(|(_, row)| row.product == Product::Okta);
    let all: Vec<String> =
        okta.map(|(_, row)| format!("{} {}", row.method.name(), row.path)).collect();
    let ids: Vec<String> = (0..N_IDS).map(|_| random.id("00u", 20, "")).collect();
    let mut log = String::with_capacity(n_lines * 210);
    for nth in 0..n_lines {
        let request = match random.below(100) {
            0..80 => *random.pick(&OFTEN),
            80..97 => random.pick(&all).as_str(),
            _ => *random.pick(&OTHERS),
        };
        let (verb, path) = request.split_once(' ').unwrap_or(("GET", request));
        let query = if verb == "GET" && random.chance(3_000) { *random.pick(&QUERIES) } else { "" };
        let path = filled(&format!("{path}{query}"), || random.pick(&ids));
        let status = if random.chance(200) { 403 } else { 200 };
        let (minute, second) = (nth / 60 % 60, nth % 60);
        // A `String` takes whatever is written to it.
        let _ = writeln!(
            log,
            "192.0.2.{} - - [22/Nov/2026:{:02}:{minute:02}:{second:02} +0000] \"{verb} {path} HTTP/1.1\" {status} {} \"-\" \
             \"okta-sdk-golang/5.0.6 golang/go1.23.4 linux/amd64\"",
            nth % 250,
            nth / 3_600 % 24,
            400 + nth % 5_000,
        );
    }
    log
}

/// The path with something in place of whatever stands in braces.
fn filled<'i>(path: &str, mut id: impl FnMut() -> &'i String) -> String {
    let mut filled = String::with_capacity(path.len() + 40);
    let mut rest = path;
    while let Some((before, name)) = rest.split_once('{') {
        filled.push_str(before);
        filled.push_str(id());
        rest = name.split_once('}').map_or("", |(_, behind)| behind);
    }
    filled + rest
}

/// Verb and target of every line.
pub(super) fn targets(log: &str) -> Vec<(Option<Method>, &str)> {
    let of_line = |line: &'_ str| -> Option<(Option<Method>, usize, usize)> {
        let begin = line.find('"')? + 1;
        let (verb, rest) = line[begin..].split_once(' ')?;
        let target = begin + verb.len() + 1;
        Some((Method::from_name(verb), target, target + rest.find(' ')?))
    };
    let found = log.lines().filter_map(|line| {
        let (verb, begin, end) = of_line(line)?;
        Some((verb, &line[begin..end]))
    });
    found.collect()
}
