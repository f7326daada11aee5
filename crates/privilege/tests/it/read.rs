//! Readers from outside: any bytes, in any pieces.

use privilege::{Asked, Base, Fault, Feed, Form, Sighting, Taker, read};
use proptest::prelude::*;

/// Everything a reader says, as text. Texts of programs are masked where they are counted.
struct Said(Form, Vec<String>);

impl Taker for Said {
    fn sighting(&mut self, sighting: &Sighting<'_>) {
        let Sighting { asked, line, input, label, body, status, time, credential, .. } = sighting;
        let is_masked = |text: &str| self.0 == Form::Code || !text.contains("s3cr3t");
        if let Asked::Request { target, .. } = asked {
            assert!(is_masked(target), "{target}");
        }
        assert!(is_masked(input) && is_masked(label), "{input} {label}");
        self.1.push(format!(
            "{line} {asked:?} {input} {label} {body:?} {status:?} {time:?} {credential:?}"
        ));
    }

    fn fault(&mut self, fault: Fault) {
        self.1.push(format!("{} {}", fault.line, fault.what));
    }

    fn passed_over(&mut self, line: u64, text: &str) {
        assert!(self.0 == Form::Code || !text.contains("s3cr3t"), "{text}");
        self.1.push(format!("{line} {text}"));
    }
}

fn whole(form: Form, bytes: &[u8]) -> Vec<String> {
    let mut said = Said(form, Vec::new());
    read(form, bytes, 1, Base::builtin(), &mut said);
    said.1
}

fn in_pieces(form: Form, bytes: &[u8], cuts: &[usize]) -> Vec<String> {
    let mut said = Said(form, Vec::new());
    let mut feed = Feed::new(form, Base::builtin());
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.extend([0, bytes.len()]);
    cuts.sort_unstable();
    cuts.windows(2).for_each(|pair| feed.push(&bytes[pair[0]..pair[1]], &mut said));
    feed.finish(&mut said);
    said.1
}

/// Bytes that look like what is read, broken anywhere.
fn likely() -> impl Strategy<Value = Vec<u8>> {
    let parts = prop::sample::select(vec![
        "192.0.2.1 - - [22/Nov/2026:09:35:24 +0000] \"GET /api/v1/users?token=s3cr3t HTTP/1.1\" 200 12\n",
        "{\"method\":\"GET\",\"url\":\"/api/v1/users?sessionToken=s3cr3t\",\"status\":200}\n",
        "- create user POST: /api/v1/users?activate=false (remark)\n",
        "| read | GET | `/api/v1/users/{id}` |\r\n",
        "curl -X POST -d '{\"a\":\"s3cr3t\"}' https://x:s3cr3t@acme.okta.com/api/v1/users \\\n",
        "  -H 'Authorization: SSWS s3cr3t1'\n",
        "{\"log\":{\"entries\":[{\"request\":{\"method\":\"GET\",\"url\":\"/api/v1/apps\"}},",
        "]}}",
        "{",
        "[\n",
        "\"",
        "'",
        "\\\n",
        "\n",
        "é…\u{0}",
        "curl -d '{\n",
        "}' https://acme.okta.com/api/v1/users\n",
        "curl \"https://acme.okta.com/api/v1/apps",
        "irm -Uri $u/api/v1/apps `\n",
        "$(",
        ") | ",
        "openapi: 3.0.0\npaths:\n  /api/v1/users:\n    get: {operationId: x}\n",
        "GET",
        " /api/v1/users",
        "${",
        "<",
    ]);
    prop::collection::vec(parts, 0..24).prop_map(|parts| parts.concat().into_bytes())
}

proptest! {
    #[test]
    fn no_bytes_of_any_form_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), text in likely()) {
        for form in Form::ALL {
            whole(form, &bytes);
            whole(form, &text);
        }
        Form::recognize("x", &bytes);
        Form::recognize("x", &text);
    }

    #[test]
    fn pieces_say_what_the_whole_says(text in likely(), cuts in prop::collection::vec(any::<usize>(), 0..6)) {
        prop_assume!(!text.is_empty());
        for form in Form::ALL {
            prop_assert_eq!(in_pieces(form, &text, &cuts), whole(form, &text), "{:?}", form);
        }
    }
}

#[test]
fn lines_that_are_too_long_are_said_and_the_rest_is_read() {
    let long = "x/".repeat(1 << 20);
    let text = format!("GET /api/v1/a\n{long}\nGET /api/v1/b\n{long}");
    for form in [Form::Lines, Form::AccessLog] {
        let whole = whole(form, text.as_bytes());
        assert_eq!(whole.iter().filter(|said| said.contains("longer than 1 MiB")).count(), 2);
        let cuts: Vec<usize> = (0..40).map(|number| number * 100_000).collect();
        assert_eq!(in_pieces(form, text.as_bytes(), &cuts), whole);
    }
}

#[test]
fn audit_logs_of_any_size_come_in_pieces() {
    let event = |number: usize| {
        format!(
            r#"{{"eventType":"group.user_membership.add","published":"2026-11-22T09:35:24.000Z","actor":{{"id":"00u1","type":"User"}},"outcome":{{"result":"SUCCESS"}},"transaction":{{"id":"t{number}","type":"WEB"}},"target":[{{"id":"00g1","type":"UserGroup"}}],"uuid":"{number}"}}"#
        )
    };
    let events: Vec<String> = (0..900).map(event).collect();
    for text in [events.join("\n"), format!("[{}]", events.join(",\n"))] {
        assert!(text.len() > 150_000);
        let whole = whole(Form::AuditLog, text.as_bytes());
        let cuts: Vec<usize> = (0..220).map(|number| number * 997).collect();
        assert_eq!(in_pieces(Form::AuditLog, text.as_bytes(), &cuts), whole);
        assert!(whole.len() >= 900, "{}", whole.len());
    }
}

#[test]
fn hostile_lines_take_no_longer_than_others() {
    for part in [
        "{",
        "<",
        "/a<",
        "{/",
        "\"",
        " GET /",
        "curl '",
        "curl $(\n",
        "http ",
        "curl x\n",
        "a.b/api/v",
        "| /api/v1/",
    ] {
        let text = part.repeat((1 << 17) / part.len());
        for form in [Form::Lines, Form::AccessLog, Form::Curl] {
            whole(form, text.as_bytes());
        }
    }
}
