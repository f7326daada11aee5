//! One audit record: framing, lazy field access over raw bytes, who, whom, where and when.
//!
//! ```text
//!  bytes ──Frames──▶ one JSON object ──scan──▶ Marks ──open──▶ Event ──visit(path)──▶ Value
//!            └──── Rejected {offset, why}, counted, never dropped in silence
//! ```
//!
//! *Invariants.* No clock, no files, no network. Nothing builds a tree: a look-up walks over the marks
//! of the scan. No walk recurses deeper than `MAX_DEPTH`. What cannot be read is counted with its
//! place. Unknown values stay text; absent and null are told apart.
//!
//! *Source.* RFC 8259 for JSON; Okta System Log API and Auth0 tenant logs for shapes, by way of `catalog`.

mod csv;
mod doc;
mod encoded;
mod entity;
mod event;
mod field;
mod frame;
mod open;
mod path;
mod scan;
mod value;

pub use crate::csv::Columns;
pub use crate::doc::{Elements, Fault, Member, Members, Node};
pub use crate::entity::{Entity, Outcome};
pub use crate::event::{Event, Memory};
pub use crate::frame::{End, Form, Framer, Place, Rejected, Sink, Tally, Why};
pub use crate::path::Path;
pub use crate::scan::{Break, MAX_DEPTH, Marks, Newlines, Scan, Scanner};
pub use crate::value::{Number, Text, Value};

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;

    struct Show(Path, Vec<String>);

    impl Sink for Show {
        fn event(&mut self, event: Event<'_>, place: Place) {
            let mut values = Vec::new();
            let present = event.visit(&self.0, &mut |value| {
                values.push(value.to_text().map_or("-".into(), std::borrow::Cow::into_owned));
                ControlFlow::Continue(())
            });
            self.1.push(format!(
                "{}:{present}:{}:{:?}",
                place.line,
                values.join("|"),
                event.product()
            ));
        }
        fn rejected(&mut self, rejected: Rejected) {
            self.1.push(format!("{}:{}", rejected.place.line, rejected.why));
        }
    }

    fn check(input: &str, path: &str, expected: &[&str]) {
        let mut show = Show(Path::parse(path), Vec::new());
        let mut framer = Framer::new(Form::recognize(input.as_bytes()));
        let used = framer.feed(input.as_bytes(), End::Here, &mut show);
        assert_eq!(used, input.len());
        assert_eq!(show.1, expected, "{input}");
    }

    #[test]
    fn fields_are_found_in_every_form() {
        check(
            r#"{"eventType":"user.session.start","actor":{"id":"a"}}"#,
            "actor.id",
            &["1:true:a:Some(Okta)"],
        );
        check(
            "{\"a\":[{\"b\":1},{\"B\":\"x\\n\"}]}\n{\"a\":null}",
            "a.b",
            &["1:true:1|x\n:None", "2:false::None"],
        );
        check(
            "[{\"a\":{\"b\":[]}},\n{\"a.b\":true}\n]",
            "a.b",
            &["1:true::None", "2:true:true:None"],
        );
        check(
            "{\n \"a\": [\n {\"x\":1},{\"x\":2}]}\n{\"a\":3}",
            "a.1.x",
            &["1:true:2:None", "4:false::None"],
        );
        check(
            "{\"a\":1\n{\"a\":2}\nxyz\n{\"a\":3",
            "a",
            &[
                "1:the line ends inside the record",
                "2:true:2:None",
                "3:is no JSON object",
                "4:the input ends inside the record",
            ],
        );
    }

    #[test]
    fn encoded_strings_read_like_objects() {
        let event = |debug: &str| {
            format!(
                r#"{{"eventType":"user.session.start","uuid":"1","debugContext":{{"debugData":{debug}}}}}"#
            )
        };
        let map = event(
            r#"{"behaviors":"{New Geo-Location=NEGATIVE, New Device=POSITIVE}","risk":"{reasons=Anomalous Device, New City, level=HIGH}"}"#,
        );
        check(&map, "okta.behaviors.New Device", &["1:true:POSITIVE:Some(Okta)"]);
        check(&map, "okta.risk.level", &["1:true:HIGH:Some(Okta)"]);
        check(&map, "okta.risk.reasons", &["1:true:Anomalous Device, New City:Some(Okta)"]);
        let json = event(
            r#"{"logOnlySecurityData":"{\"risk\":{\"level\":\"LOW\"},\"behaviors\":{\"New IP\":\"POSITIVE\"}}"}"#,
        );
        check(&json, "okta.behaviors.New IP", &["1:true:POSITIVE:Some(Okta)"]);
        check(&json, "okta.log_only.risk.level", &["1:true:LOW:Some(Okta)"]);
    }

    #[test]
    fn envelopes_are_opened() {
        check(
            r#"{"eventType":"com.okta.event_hook","eventTypeVersion":"1.0","data":{"events":[{"eventType":"a.b","uuid":"1"},{"eventType":"a.c","uuid":"2"}]}}"#,
            "eventType",
            &["1:true:a.b:Some(Okta)", "1:true:a.c:Some(Okta)"],
        );
        check(
            r#"{"detail-type":"x","detail":{"log_id":"1","data":{"type":"s"}}}"#,
            "data.type",
            &["1:true:s:Some(Auth0)"],
        );
        check(r#"{"type":"s","date":"x","_id":"1"}"#, "data.type", &["1:true:s:Some(Auth0)"]);
        check(r#"{"log_id":"1","data":{"type":"s"}}"#, "type", &["1:true:s:Some(Auth0)"]);
        check(
            r#"{"_index":"i","_source":{"event":{"eventType":"a.b","uuid":"1"},"time":1}}"#,
            "uuid",
            &["1:true:1:Some(Okta)"],
        );
    }
}
