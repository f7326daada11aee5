#![allow(warnings)]
use leak::*;
use std::time::Instant;
fn main() {
    let rep = |s: &str, n: usize| s.repeat(n / s.len() + 1);
    let n = 10 << 20;
    let cases: Vec<(&str, String)> = vec![
        ("prose", rep("The quick brown fox jumps over the lazy dog. ", n)),
        ("okta words", rep("okta ", n)),
        ("okta=", rep("okta=", n)),
        ("okta_url=", rep("okta_url=", n)),
        ("okta_url:https:", rep("okta_url: https://x.y.z\n", n)),
        ("okta:{", rep("okta:{", n)),
        ("okta:nl", rep("okta:\n ", n)),
        ("<okta", rep("<okta ", n)),
        ("[okta]", rep("[okta]\n", n)),
        (".okta.com", rep(".okta.com", n)),
        ("a.okta.com ", rep("a.okta.com ", n)),
        ("example.okta.com ", rep("example.okta.com ", n)),
        ("a.a.a", rep(&format!("{}.okta.com ", rep("a.", 200)), n)),
        ("SSWS", rep("SSWS\n\n", n)),
        ("SSWS one line", rep("SSWS ", n)),
        ("host in SSWS", rep("host:a.b.example SSWS https://a.b.example/api/v1/ ", n)),
        (
            "log",
            rep(
                "2026-11-21T10:00:01Z GET https://acme.okta.com/api/v1/logs Authorization: SSWS x\n",
                n,
            ),
        ),
        ("variable", rep("variable \"okta_url\" {", n)),
        ("org_name", rep("okta_org_name=acme\n", n)),
        ("org and base", rep("okta_org_name=acme okta_base_url=okta.com\n", n)),
    ];
    for (name, text) in &cases {
        let at = Instant::now();
        let found = hosts(text.as_bytes());
        let s = at.elapsed().as_secs_f64();
        println!("{name:20} {:8.1} MB/s, {} hosts", text.len() as f64 / 1e6 / s, found.len());
    }
}
