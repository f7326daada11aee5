use event::{End, Event, Form, Framer, Place, Rejected, Sink};

use super::*;

struct Matches<'e>(&'e Expr, Vec<bool>);

impl Sink for Matches<'_> {
    fn event(&mut self, event: Event<'_>, _: Place) {
        self.1.push(self.0.matches(&event));
    }
    fn rejected(&mut self, rejected: Rejected) {
        panic!("{}", rejected.why);
    }
}

/// Whether the event, a JSON object, fulfils the expression.
pub(super) fn holds(expr: &Expr, event: &str) -> bool {
    let mut matches = Matches(expr, Vec::new());
    let mut framer = Framer::new(Form::recognize(event.as_bytes()));
    framer.feed(event.as_bytes(), End::Here, &mut matches);
    let [holds] = matches.1[..] else { panic!("one event in {event}") };
    holds
}

/// Each expression with the events it holds for and those it does not.
fn check(text: &str, yes: &[&str], no: &[&str]) {
    let (expr, diagnostics) = parse_filter(text);
    let expr = expr.unwrap_or_else(|| panic!("{text}: {diagnostics:?}"));
    for event in yes {
        assert!(holds(&expr, event), "{text} must hold for {event}");
    }
    for event in no {
        assert!(!holds(&expr, event), "{text} must not hold for {event}");
    }
}

#[test]
fn equality() {
    check(
        r#"a eq "Ünder""#,
        &[
            r#"{"a":"ünder"}"#,
            r#"{"A":"ÜNDER"}"#,
            r#"{"a":["x","under","ünder"]}"#,
            r#"{"a":"\u00dcnder"}"#,
        ],
        &[
            r#"{"a":"ünders"}"#,
            r#"{"b":"ünder"}"#,
            r#"{"a":null}"#,
            r#"{"a":[]}"#,
            r#"{"a":{"ünder":1}}"#,
        ],
    );
    check(r#"a eq "1""#, &[r#"{"a":1}"#, r#"{"a":"1"}"#], &[r#"{"a":1.0}"#, r#"{"a":"01"}"#]);
    check(
        "a eq 1",
        &[r#"{"a":1}"#, r#"{"a":1.0}"#, r#"{"a":" 1e0 "}"#],
        &[r#"{"a":"x"}"#, r#"{"a":true}"#],
    );
    check(
        "a eq true",
        &[r#"{"a":true}"#, r#"{"a":"True"}"#],
        &[r#"{"a":1}"#, r#"{"a":false}"#, "{}"],
    );
    check(r#"a eq "true""#, &[r#"{"a":true}"#, r#"{"a":"True"}"#], &[r#"{"a":"tru"}"#]);
    check(
        "a eq null",
        &["{}", r#"{"a":null}"#, r#"{"a":[1,null]}"#],
        &[r#"{"a":""}"#, r#"{"a":[]}"#, r#"{"a":"null"}"#],
    );
    check("a ne null", &[r#"{"a":""}"#], &["{}", r#"{"a":null}"#]);
    check(
        r#"a ne "x""#,
        &["{}", r#"{"a":null}"#, r#"{"a":"y"}"#, r#"{"a":[]}"#],
        &[r#"{"a":"X"}"#, r#"{"a":["y","x"]}"#],
    );
    check(
        r#"a in ["x", 2, null]"#,
        &["{}", r#"{"a":"X"}"#, r#"{"a":["y","2.0"]}"#],
        &[r#"{"a":"y"}"#],
    );
    check(r#"not a in ["x", "y"]"#, &["{}", r#"{"a":"z"}"#], &[r#"{"a":["z","y"]}"#]);
    check(r#"a eq ("x" or "y")"#, &[r#"{"a":"Y"}"#], &[r#"{"a":"z"}"#]);
}

#[test]
fn paths() {
    check(
        r#"a.b eq "x""#,
        &[r#"{"a":{"b":"x"}}"#, r#"{"a":[{"b":"y"},{"b":"x"}]}"#],
        &[r#"{"a":"x"}"#],
    );
    check("a eq 1", &[r#"{"A":2,"a":1}"#], &[r#"{"A":1,"a":2}"#]);
    check(
        "t[0].id eq 1 and t.1.id eq 2",
        &[r#"{"t":[{"id":1},{"id":2}]}"#],
        &[r#"{"t":[{"id":2},{"id":1}]}"#],
    );
    check(
        r#"target.type eq "User" and target.id eq "2""#,
        &[r#"{"target":[{"type":"User","id":"1"},{"type":"App","id":"2"}]}"#],
        &[r#"{"target":null}"#],
    );
    check(
        r#""okta.behaviors.New Device" eq "POSITIVE""#,
        &[
            r#"{"eventType":"user.session.start","uuid":"1","debugContext":{"debugData":{"behaviors":"{New Device=POSITIVE}"}}}"#,
        ],
        &[r#"{"eventType":"user.session.start","uuid":"1"}"#],
    );
    check(
        r#"okta.risk.level eq "high""#,
        &[
            r#"{"eventType":"user.session.start","uuid":"1","debugContext":{"debugData":{"risk":"{reasons=A, level=HIGH}"}}}"#,
        ],
        &[r#"{"eventType":"user.session.start","uuid":"1"}"#],
    );
}

#[test]
fn presence() {
    check(
        "a pr",
        &[r#"{"a":0}"#, r#"{"a":false}"#, r#"{"a":" "}"#, r#"{"a":{}}"#, r#"{"a":["",1]}"#],
        &["{}", r#"{"a":null}"#, r#"{"a":""}"#, r#"{"a":[]}"#, r#"{"a":[null,""]}"#],
    );
}

#[test]
fn text() {
    check(
        r#"a sw "Ab""#,
        &[r#"{"a":"abc"}"#, r#"{"a":"AB"}"#],
        &[r#"{"a":"a"}"#, r#"{"a":"xab"}"#, "{}"],
    );
    check(r#"a ew "Bc""#, &[r#"{"a":"aBC"}"#], &[r#"{"a":"bcd"}"#]);
    check(r#"a co "b=C""#, &[r#"{"a":"{x=1, b=c}"}"#], &[r#"{"a":"bc"}"#, r#"{"a":{"b":"b=c"}}"#]);
    check(r#"a co "1""#, &[r#"{"a":21}"#], &[r#"{"a":2}"#]);
    check(r#"a co "\"k\":1""#, &[r#"{"a":"{\"k\":1}"}"#], &[r#"{"a":{"k":1}}"#]);
    check(r#"a co ("x" or "y")"#, &[r#"{"a":"-y-"}"#], &[r#"{"a":"z"}"#]);
}

#[test]
fn order() {
    check(
        "a gt 9",
        &[r#"{"a":10}"#, r#"{"a":"10"}"#, r#"{"a":[1,9.5]}"#],
        &[r#"{"a":9}"#, r#"{"a":"x"}"#, "{}"],
    );
    check("a ge 9", &[r#"{"a":9.0}"#], &[r#"{"a":8}"#]);
    check("a lt 9", &[r#"{"a":-10}"#], &[r#"{"a":9}"#, r#"{"a":null}"#]);
    check("a le 9", &[r#"{"a":9}"#], &[r#"{"a":10}"#]);
    check(r#"a gt "9""#, &[r#"{"a":10}"#, r#"{"a":"10"}"#], &[r#"{"a":"x"}"#]);
    check(
        r#"a gt "2026-01-01T01:00:00+01:00""#,
        &[r#"{"a":"2026-01-01T00:00:00.001Z"}"#],
        &[
            r#"{"a":"2026-01-01T00:00:00.000Z"}"#,
            r#"{"a":"2025-12-31T23:00:00-00:30"}"#,
            r#"{"a":"2026"}"#,
        ],
    );
    check(
        r#"a le "2026-01""#,
        &[r#"{"a":"2025-12-31T00:00:00Z"}"#],
        &[r#"{"a":"2026-01-01T00:00:00Z"}"#],
    );
    check(r#"a gt "b""#, &[r#"{"a":"c"}"#, r#"{"a":"bb"}"#], &[r#"{"a":"b"}"#, r#"{"a":"C"}"#]);
}

#[test]
fn precedence() {
    let yes = |names: &str| {
        let members: Vec<_> = names.chars().map(|name| format!("\"{name}\":1")).collect();
        format!("{{{}}}", members.join(","))
    };
    let check = |text: &str, expected: &str| {
        let subsets = ["", "a", "b", "c", "ab", "ac", "bc", "abc"];
        let expr = parse_filter(text).0.unwrap();
        let held = subsets.into_iter().filter(|names| holds(&expr, &yes(names)));
        assert_eq!(held.collect::<Vec<_>>().join(" "), expected, "{text}");
    };
    check("a pr or b pr and c pr", "a ab ac bc abc");
    check("(a pr or b pr) and c pr", "ac bc abc");
    check("a pr and b pr or c pr", "c ab ac bc abc");
    check("not a pr and b pr", "b bc");
    check("not (a pr and b pr)", " a b c ac bc");
    check("not a pr or b pr and not c pr", " b c ab bc");
    check("not not a pr", "a ab ac abc");
}
