//! Text for people: a block a credential, the worst first, with all it says and where it is.

use std::collections::HashSet;
use std::io::{self, Write};

use finding::{Finding, Level};

use super::super::Renderer;
use super::super::account::plural;
use super::super::text::{BOLD, DIM, level_style};
use super::{Group, Groups, facts, first_step, place_line, tally, value};
use crate::exit::Exit;
use crate::sanitize::visible;
use crate::scan::Summary;

/// Credentials that are shown, the worst; the other formats have all.
const CREDENTIALS_MAX: usize = 200;

/// Places of one credential that are shown.
const PLACES_MAX: usize = 8;

/// Holds what will be shown until the end.
#[derive(Debug, Default)]
pub(super) struct Text {
    groups: Groups,
}

impl Renderer<Summary> for Text {
    fn finding(&mut self, finding: Finding, _: &mut dyn Write) -> io::Result<()> {
        self.groups.add(finding);
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, _: Exit, out: &mut dyn Write) -> io::Result<()> {
        let groups = self.groups.sorted();
        let mut advised = HashSet::new();
        for group in groups.iter().take(CREDENTIALS_MAX) {
            write_group(group, out)?;
            write_advice(group, &mut advised, out)?;
            writeln!(out)?;
        }
        let beyond = groups.len().saturating_sub(CREDENTIALS_MAX) as u64;
        if beyond > 0 {
            let beyond = plural(beyond, "lesser credential");
            writeln!(out, "{beyond} not shown; `--format jsonl` has all.\n")?;
        }
        writeln!(out, "{BOLD}{}{BOLD:#}", tally(summary))?;
        if summary.findings.total > 0 {
            writeln!(
                out,
                "{DIM}`keyward scan --explain TYPE` says what a type can do, and all steps.{DIM:#}"
            )?;
        }
        summary.write(out)
    }
}

fn write_group(group: &Group, out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = group.first() else { return Ok(()) };
    let Some(credential) = first.credential.as_deref() else { return Ok(()) };
    let (style, level, title) = (level_style(first.level), first.level, &first.rule.title);
    writeln!(out, "{style}{level}{style:#}  {BOLD}{}{BOLD:#}", visible(title))?;
    let told = format!(
        "{} · {} · {} · {}",
        value(credential),
        plural(credential.length as u64, "byte"),
        credential.confidence,
        credential.kind
    );
    writeln!(out, "  {}", visible(&told))?;
    let places = group.findings.iter().take(PLACES_MAX);
    for line in places.filter_map(|finding| finding.place.as_ref()).map(place_line) {
        write_fact("at", &line, out)?;
    }
    let beyond = group.findings.len().saturating_sub(PLACES_MAX) as u64;
    if beyond > 0 {
        write_fact("", &format!("and {}", plural(beyond, "more place")), out)?;
    }
    for (word, text) in facts(first) {
        write_fact(word, &text, out)?;
    }
    Ok(())
}

/// What to do first, once a kind, for what is worth a look.
fn write_advice(
    group: &Group,
    advised: &mut HashSet<String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let first = group.first().filter(|first| first.level >= Level::Medium);
    let Some((first, step)) = first.and_then(|first| Some((first, first_step(first)?))) else {
        return Ok(());
    };
    if advised.insert(first.rule.id.clone()) { write_fact("first", &step, out) } else { Ok(()) }
}

fn write_fact(word: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  {DIM}{word:<8}{DIM:#}  {}", visible(text))
}
