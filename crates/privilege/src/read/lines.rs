//! Text in which lines name a verb and a path: lists, documents, tickets, with prose between them.
//!
//! `- create user POST: /api/v1/users`, `label: GET: /path (remark)`, `VERB https://host/path`, rows of tables
//! with verb and path in any order. A path of the APIs without a verb is a call in a list or a table, and passed
//! over in prose and headings. Commands such as `curl` are calls, with the lines that continue them.

mod label;
mod target;
mod verb;

use std::ops::Range;

use super::framing::{self, Ends};
use super::{curl, masked};
use crate::{Asked, Body, EvidenceKind, Fault, Method, Sighting, Taker};

/// Longer texts of calls are told as verb and path alone.
const INPUT_BYTES_MAX: usize = 240;

/// Reads lines.
pub(super) fn read(bytes: &[u8], first_line: u64, taker: &mut dyn Taker) {
    let mut room = Room::default();
    framing::each_line(bytes, first_line, Ends::BehindCommands, taker, |line, taker| {
        let Some(text) = framing::text(line, taker) else { return };
        if !text.contains('/') {
            return tell_bare_verb(text, line.number, taker);
        }
        if !curl::read_commands(text, line.number, taker) {
            for (number, line) in (line.number..).zip(text.split('\n')) {
                read_line(line, number, &mut room, taker);
            }
        }
    });
}

/// Whether a line names a verb and a path.
pub(super) fn is_call(text: &str) -> bool {
    text.contains('/')
        && calls(label::Line::new(text).text).iter().any(|call| !call.verbs.is_empty())
}

/// Room that is used again for every line.
#[derive(Debug, Default)]
struct Room {
    target: String,
    input: String,
    label: String,
}

/// A call in a line.
#[derive(Debug)]
struct Call {
    verbs: Vec<Method>,
    /// The verbs and the target.
    span: Range<usize>,
    target: Range<usize>,
}

/// A verb alone in its line is a call whose path is missing.
fn tell_bare_verb(text: &str, first: u64, taker: &mut dyn Taker) {
    for (number, line) in (first..).zip(text.split('\n')) {
        let line = label::Line::new(line);
        let word = line.text.trim_matches(['`', '*', ':', '"', ' ']);
        let is_verb = Method::from_name(word).is_some_and(|method| method.name() == word);
        if is_verb && line.is_item_or_plain() {
            let what = format!("`{word}` without a path");
            taker.fault(Fault { line: number, what });
        }
    }
}

fn read_line(text: &str, number: u64, room: &mut Room, taker: &mut dyn Taker) {
    let line = label::Line::new(text);
    let calls = calls(line.text);
    let is_one = calls.len() == 1;
    let mut from = 0;
    for call in &calls {
        if call.verbs.is_empty() && !(is_one && line.is_call_without_verb(call)) {
            if target::is_of_an_api(&line.text[call.target.clone()]) {
                pass_over(&line.text[call.target.clone()], number, room, taker);
            }
            continue;
        }
        label::write(&line, from, call, is_one, &mut room.label);
        tell(&line, call, is_one, number, room, taker);
        from = call.span.end;
    }
}

/// Every target of a line, with the verbs beside it.
fn calls(text: &str) -> Vec<Call> {
    let targets: Vec<_> = target::find(text).filter(|at| !label::is_of_a_link(text, at)).collect();
    let mut calls = Vec::with_capacity(targets.len());
    let mut from = 0;
    for (index, target) in targets.iter().enumerate() {
        let end = label::end_of_link(text, target.end);
        let is_api = target::is_of_an_api(&text[target.clone()]);
        let mut found = verb::before(&text[from..target.start], is_api);
        found.start += from;
        let mut span = found.start..end;
        if found.verbs.is_empty() && index + 1 == targets.len() {
            found = verb::after(&text[end..]);
            span = target.start..end + found.start;
        }
        from = span.end;
        calls.push(Call { verbs: found.verbs, span, target: target.clone() });
    }
    calls
}

fn tell(
    line: &label::Line<'_>,
    call: &Call,
    is_one: bool,
    number: u64,
    room: &mut Room,
    taker: &mut dyn Taker,
) {
    let Room { target, input, label } = room;
    let target = masked::target(&line.text[call.target.clone()], target);
    let mut verbs: Vec<_> = call.verbs.iter().copied().map(Some).collect();
    if verbs.is_empty() {
        verbs.push(None);
    }
    let whole = is_one && verbs.len() == 1 && line.is_plain() && line.text.len() <= INPUT_BYTES_MAX;
    for method in verbs {
        input.clear();
        if whole {
            masked::words(label::without_version(line.text), input);
        } else {
            push_request(method, target, input);
        }
        taker.sighting(&Sighting {
            asked: Asked::Request { method, target },
            evidence: EvidenceKind::Declared,
            line: number,
            input,
            label,
            body: Body::Unknown,
            status: None,
            time: None,
            credential: None,
        });
    }
}

fn push_request(method: Option<Method>, target: &str, input: &mut String) {
    if let Some(method) = method {
        input.push_str(method.name());
        input.push(' ');
    }
    input.push_str(target);
}

fn pass_over(target: &str, number: u64, room: &mut Room, taker: &mut dyn Taker) {
    taker.passed_over(number, masked::target(target, &mut room.target));
}

#[cfg(test)]
mod tests;
