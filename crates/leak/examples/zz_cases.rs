#![allow(warnings)]
use leak::*;
fn main() {
    let dir = std::env::args().nth(1).unwrap();
    let now = Some("2026-11-22T07:00:00Z".parse().unwrap());
    let cases: serde_json::Value =
        serde_json::from_slice(&std::fs::read(format!("{dir}/cases.json")).unwrap()).unwrap();
    let scanner = Scanner::new();
    for case in cases.as_array().unwrap() {
        let s = |n: &str| case[n].as_str().unwrap_or("").to_owned();
        let bytes = std::fs::read(format!("{dir}/{}/{}", s("id"), s("file"))).unwrap();
        let scan = scanner.scan(Document { bytes: &bytes, path: &s("file"), now });
        let ok = if case["expect"].as_bool().unwrap() {
            scan.leaks
                .iter()
                .any(|l| l.secret.expose().contains(&s("secret")) && l.kind.kind == s("kind"))
        } else {
            scan.leaks.iter().all(|l| l.level <= finding::Level::Low)
        };
        let leaks: Vec<String> = scan
            .leaks
            .iter()
            .map(|l| {
                format!(
                    "{} {:?} {:?} {:?}",
                    l.kind.kind,
                    l.confidence,
                    l.level,
                    l.tenant.as_ref().map(|t| format!("{}: {}", t.host, t.why))
                )
            })
            .collect();
        println!(
            "{} {} {:?} hosts {:?}",
            if ok { "ok  " } else { "BAD " },
            s("id"),
            leaks,
            scan.hosts.iter().map(|h| &h.name).collect::<Vec<_>>()
        );
    }
}
