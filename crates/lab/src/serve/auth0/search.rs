//! `GET /api/v2/logs?q=…`: a search that ends at a thousand records.

use std::ops::ControlFlow;

use event::{End, Event, Form, Framer, Path, Place, Rejected, Sink, Value};
use jiff::Timestamp;
use serde_json::json;

use crate::serve::ask::Ask;
use crate::serve::auth0::logs::number;
use crate::serve::auth0::refusal::Refusal;
use crate::serve::clock::later;
use crate::serve::journal::Log;

/// Records that a search reaches. Source: Auth0 Management API, "Search log events", checked 2026-11-22.
const REACH: usize = 1000;

/// Searches. Records from before `kept` are gone.
pub(crate) fn search(
    log: &Log,
    ask: &Ask,
    kept: Timestamp,
    now: Timestamp,
) -> Result<String, Refusal> {
    let per_page = number("per_page", ask.parameter("per_page").as_deref(), 50)?;
    let page = ask.parameter("page").map_or(Some(0), |page| page.parse::<usize>().ok());
    let page = page.ok_or_else(|| Refusal::invalid("Query validation error: page"))?;
    let first = page.saturating_mul(per_page);
    if first + per_page > REACH {
        return Err(Refusal::invalid(format!(
            "You can only page through the first {REACH} records."
        )));
    }
    let terms = terms(&ask.parameter("q").unwrap_or_default())?;
    let numbers = log.between(kept, later(now, std::time::Duration::from_secs(1)));
    let newest_first = match ask.parameter("sort").as_deref() {
        None | Some("date:-1") => true,
        Some("date:1") => false,
        Some(_) => return Err(Refusal::invalid("Query validation error: sort")),
    };
    let found = found(log, numbers, newest_first, &terms);
    let on_page: Vec<&str> = found.iter().skip(first).take(per_page).map(String::as_str).collect();
    let records = format!("[{}]", on_page.join(","));
    if ask.parameter("include_totals").as_deref() == Some("true") {
        let about = json!({"start": first, "limit": per_page, "length": on_page.len(), "total": found.len()}).to_string();
        let about = about.trim_end_matches('}');
        return Ok(format!("{about},\"logs\":{records}}}"));
    }
    Ok(records)
}

fn found(log: &Log, numbers: &[u32], newest_first: bool, terms: &[Term]) -> Vec<String> {
    let mut reader = log.reader();
    let mut found = Vec::new();
    let mut place = 0;
    while found.len() < REACH && place < numbers.len() {
        let idx = if newest_first { numbers.len() - 1 - place } else { place };
        place += 1;
        let line = numbers.get(idx).and_then(|&number| {
            reader.with(number as usize, |line| holds(line, terms).then(|| line.to_owned()))
        });
        found.extend(line.flatten());
    }
    found
}

/// One part of a search; all must hold. Of Lucene's language this is what people use: `type:fp`, `user_id:"auth0|1"`,
/// `date:[2026-11-20 TO *]`, words, `AND`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    /// Anywhere in the record, in lower case.
    Word(String),
    /// The whole of a field, or its beginning where it ends in `*`.
    Field(String, String),
    /// Between two values, both included; `*` is no bound.
    Range(String, String, String),
}

fn terms(q: &str) -> Result<Vec<Term>, Refusal> {
    let mut terms = Vec::new();
    let mut rest = q.trim();
    while !rest.is_empty() {
        let (term, behind) = token(rest);
        rest = behind.trim_start();
        // Where everything is joined by AND, parentheses change nothing.
        let term = term.trim_start_matches('(').trim_end_matches(')');
        match term {
            "AND" | "" => {}
            "OR" | "NOT" => return Err(Refusal::invalid(format!("{term} is not served here"))),
            term => terms.push(Term::read(term)?),
        }
    }
    Ok(terms)
}

/// Cuts at the first blank outside quotes and brackets.
fn token(text: &str) -> (&str, &str) {
    let (mut is_quoted, mut depth) = (false, 0_u32);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'[' | b'{' if !is_quoted => depth += 1,
            b']' | b'}' if !is_quoted => depth = depth.saturating_sub(1),
            b' ' if !is_quoted && depth == 0 => return text.split_at(at),
            _ => {}
        }
    }
    (text, "")
}

impl Term {
    fn read(text: &str) -> Result<Self, Refusal> {
        let bare = |text: &str| text.trim_matches('"').to_owned();
        let Some((field, value)) = text.split_once(':') else {
            return Ok(Self::Word(bare(text).to_lowercase()));
        };
        let Some(range) = value.strip_prefix(['[', '{']) else {
            return Ok(Self::Field(field.to_owned(), bare(value)));
        };
        let ends = range.strip_suffix([']', '}']).and_then(|range| range.split_once(" TO "));
        let (from, until) =
            ends.ok_or_else(|| Refusal::invalid(format!("Invalid range in {text}")))?;
        Ok(Self::Range(field.to_owned(), bare(from), bare(until)))
    }

    fn holds(&self, event: &Event<'_>) -> bool {
        match self {
            Self::Word(word) => event.text().to_lowercase().contains(word),
            Self::Field(field, value) => any(event, field, |text| match value.strip_suffix('*') {
                Some(start) => text.starts_with(start),
                None => text.eq_ignore_ascii_case(value),
            }),
            Self::Range(field, from, until) => any(event, field, |text| {
                // A bound of a day means all of that day.
                let below =
                    until == "*" || text <= until.as_str() || text.starts_with(until.as_str());
                (from == "*" || text >= from.as_str()) && below
            }),
        }
    }
}

fn any(event: &Event<'_>, field: &str, is: impl Fn(&str) -> bool) -> bool {
    let mut holds = false;
    event.visit(&Path::parse(field), &mut |value: Value<'_>| {
        holds |= value.to_text().is_some_and(|text| is(&text));
        ControlFlow::Continue(())
    });
    holds
}

fn holds(line: &str, terms: &[Term]) -> bool {
    struct Judge<'t>(&'t [Term], bool);
    impl Sink for Judge<'_> {
        fn event(&mut self, event: Event<'_>, _: Place) {
            self.1 |= self.0.iter().all(|term| term.holds(&event));
        }
        fn rejected(&mut self, _: Rejected) {}
    }
    let mut judge = Judge(terms, false);
    Framer::new(Form::Lines).feed(line.as_bytes(), End::Here, &mut judge);
    judge.1
}
