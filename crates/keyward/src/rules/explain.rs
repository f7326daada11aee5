//! `keyward rules explain`: a rule taken apart into stages, predicates and indicators.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anstyle::Style;
use anyhow::bail;
use rule::Rule;
use serde_json::{Value, json};

use super::indicator::{self, Corpus, Indicator};
use super::list;
use super::part::{Part, Predicate, Stage, stages};
use crate::args::{Explain, ListFormat};
use crate::console::Console;
use crate::exit::Exit;
use crate::output::Out;
use crate::pack::BUILTIN;
use crate::render::write_json;
use crate::ruleset::{self, Loaded};
use crate::sanitize::visible;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Prints what a rule is made of.
pub(crate) fn run(mut args: Explain, console: Console) -> anyhow::Result<Exit> {
    let path = Path::new(&args.rule);
    if path.is_file() {
        add_file(&mut args.rules.rules, path);
    }
    let loaded = ruleset::load(&args.rules)?;
    let Some(rule) = find(&loaded, &args.rule) else {
        console.always(|out| loaded.write_errors(out));
        let suggestion = loaded.suggestion(&args.rule);
        let way_out = if suggestion.is_empty() { "; `keyward rules list` names them" } else { "" };
        bail!("no rule is called `{}`{suggestion}{way_out}", args.rule);
    };
    let corpus = Corpus::of(&loaded.rules);
    let explained = Explained { rule, counted: counted(&loaded, rule) };
    let mut indicators: Vec<(usize, Indicator)> = Vec::new();
    for one in explained.rules().flat_map(indicator::of_rule) {
        if !indicators.iter().any(|(_, known)| *known == one) {
            indicators.push((corpus.others(&one), one));
        }
    }
    let mut out = Out::open(args.print.output.output.as_deref(), console.color())?;
    match args.print.format {
        ListFormat::Text => write_text(&explained, &indicators, &mut out)?,
        ListFormat::Json | ListFormat::Jsonl => {
            write_json(&to_json(&explained, &indicators), &mut out)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(Exit::Clean)
}

/// Adds the file to the rules that it is compared with.
fn add_file(rules: &mut Vec<PathBuf>, path: &Path) {
    if rules.is_empty() {
        rules.push(BUILTIN.into());
    }
    rules.push(path.to_owned());
}

fn find<'l>(loaded: &'l Loaded, key: &str) -> Option<&'l Rule> {
    loaded.rules.iter().find(|rule| rule.is_called(key) || rule.origin.path == key)
}

/// The rules that a rule with memory counts, down to those without, each once.
fn counted<'l>(loaded: &'l Loaded, rule: &'l Rule) -> Vec<&'l Rule> {
    let mut found: Vec<&Rule> = Vec::new();
    let mut open = vec![rule];
    while let Some(outer) = open.pop() {
        let sources = outer.correlation.iter().flat_map(|correlation| &correlation.sources);
        let inner = sources.filter_map(|source| loaded.rules.iter().find(|r| r.id == source.id));
        let new: Vec<_> =
            inner.filter(|rule| !found.iter().any(|known| known.id == rule.id)).collect();
        found.extend(&new);
        open.extend(new.iter().rev());
    }
    found
}

/// A rule with those that it counts.
struct Explained<'l> {
    rule: &'l Rule,
    counted: Vec<&'l Rule>,
}

impl<'l> Explained<'l> {
    fn rules(&self) -> impl Iterator<Item = &'l Rule> {
        std::iter::once(self.rule).chain(self.counted.iter().copied())
    }
}

fn counted_to_json(rule: &Rule) -> Value {
    let stages: Vec<_> = stages(rule).iter().map(Stage::to_json).collect();
    json!({"id": rule.id, "name": rule.name, "title": rule.title, "stages": stages})
}

fn case_to_json(case: &rule::LevelCase) -> Value {
    json!({"when": case.text, "level": case.level.map(rule::Level::as_str)})
}

/// The level for each case, and the one for all others; nothing where there are no cases.
fn levels(rule: &Rule) -> Vec<String> {
    let name = |level: Option<rule::Level>| level.map_or("no finding", rule::Level::as_str);
    let cases = rule.levels.iter();
    let mut lines: Vec<_> =
        cases.map(|case| format!("- {} where {}", name(case.level), case.text)).collect();
    if !lines.is_empty() {
        lines.push(format!("- {} otherwise", rule.level));
    }
    lines
}

fn to_json(explained: &Explained<'_>, indicators: &[(usize, Indicator)]) -> Value {
    let rule = explained.rule;
    let about = &rule.about;
    json!({
        "schema": "keyward.explanation/1",
        "rule": list::to_json(rule),
        "description": about.description,
        "explanation": about.explanation,
        "falsepositives": about.falsepositives,
        "response": about.response,
        "prevention": about.prevention,
        "references": about.references,
        "levels": rule.levels.iter().map(case_to_json).collect::<Vec<_>>(),
        "stages": stages(rule).iter().map(Stage::to_json).collect::<Vec<_>>(),
        "counts": explained.counted.iter().map(|rule| counted_to_json(rule)).collect::<Vec<_>>(),
        "indicators": indicators.iter().map(|(others, one)| one.to_json(*others)).collect::<Vec<_>>(),
    })
}

fn write_text(
    explained: &Explained<'_>,
    indicators: &[(usize, Indicator)],
    out: &mut dyn Write,
) -> io::Result<()> {
    let rule = explained.rule;
    write_head(rule, out)?;
    let about = &rule.about;
    let paragraph = |text: &Option<String>| {
        text.iter().flat_map(|text| text.lines()).map(str::to_owned).collect()
    };
    let items = |lines: &[String]| lines.iter().map(|line| format!("- {line}")).collect();
    section("What happened", paragraph(&about.description), out)?;
    section("Why it matters", paragraph(&about.explanation), out)?;
    section("What is innocent", items(&about.falsepositives), out)?;
    section("What to do first", items(&about.response), out)?;
    section("How to prevent it", items(&about.prevention), out)?;
    section("How much it matters", levels(rule), out)?;
    section(
        "What to know",
        list::remarks(rule).into_iter().chain(rule.notes.clone()).collect(),
        out,
    )?;
    writeln!(out, "{BOLD}Stages{BOLD:#}")?;
    for (number, stage) in stages(rule).iter().enumerate() {
        write_stage(number, stage, out)?;
    }
    for counted in &explained.counted {
        writeln!(out, "\n{BOLD}{}{BOLD:#} {DIM}{}{DIM:#}", visible(&counted.title), counted.name)?;
        for (number, stage) in stages(counted).iter().enumerate() {
            write_stage(number, stage, out)?;
        }
    }
    write_indicators(indicators, out)
}

fn write_head(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    let techniques = rule.attack.techniques.iter().map(|id| {
        let known = catalog::technique(id);
        known.map_or_else(|| id.clone(), |technique| format!("{id} {}", technique.name))
    });
    let status = rule.status.map(|status| status.as_str().to_owned());
    let words = [rule.name.clone(), rule.level.as_str().to_owned()];
    let line: Vec<_> = words.into_iter().chain(status).chain(techniques).collect();
    writeln!(out, "{BOLD}{}{BOLD:#}", visible(&rule.title))?;
    writeln!(out, "{}", visible(&line.join(" · ")))?;
    writeln!(out, "{DIM}{} · {}{DIM:#}\n", visible(&rule.origin.path), visible(&rule.id))
}

fn section(title: &str, lines: Vec<String>, out: &mut dyn Write) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "{BOLD}{title}{BOLD:#}")?;
    for line in lines {
        writeln!(out, "  {}", visible(&line))?;
    }
    writeln!(out)
}

fn write_stage(number: usize, stage: &Stage, out: &mut dyn Write) -> io::Result<()> {
    let text = stage.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let head = format!("{number}  {}  {text}", stage.name);
    writeln!(out, "  {}", visible(head.trim_end()))?;
    stage.part.as_ref().map_or(Ok(()), |part| write_part(part, 5, out))
}

fn write_part(part: &Part, indent: usize, out: &mut dyn Write) -> io::Result<()> {
    match part {
        Part::All(parts) | Part::Tests(parts) => {
            parts.iter().try_for_each(|part| write_part(part, indent, out))
        }
        Part::Any(parts) => {
            writeln!(out, "{:indent$}any of", "")?;
            parts.iter().try_for_each(|part| write_choice(part, indent + 2, out))
        }
        Part::Predicate(predicate) => {
            writeln!(out, "{:indent$}{}", "", visible(&in_words(predicate)))
        }
        Part::Elements(array, each, inner) => {
            writeln!(out, "{:indent$}{}[{each}]", "", visible(array))?;
            write_part(inner, indent + 2, out)
        }
        Part::Stages(stages) => stages.iter().try_for_each(|stage| {
            let text = format!("{} {}", stage.name, stage.text);
            writeln!(out, "{:indent$}{}", "", visible(text.trim_end()))?;
            stage.part.as_ref().map_or(Ok(()), |part| write_part(part, indent + 2, out))
        }),
    }
}

/// One of several: what it consists of stands together.
fn write_choice(part: &Part, indent: usize, out: &mut dyn Write) -> io::Result<()> {
    match part {
        Part::All(parts) if parts.len() > 1 => {
            writeln!(out, "{:indent$}all of", "")?;
            write_part(part, indent + 2, out)
        }
        _ => write_part(part, indent, out),
    }
}

fn in_words(predicate: &Predicate) -> String {
    let field = predicate.field.as_deref().unwrap_or("any field");
    let field = if field.is_empty() { "the element" } else { field };
    let join = if predicate.all { " and " } else { ", " };
    let case = if predicate.cased { " (case matters)" } else { "" };
    let values = match predicate.values.as_slice() {
        [] if predicate.operator != "pr" => "(no values)".to_owned(),
        values => values.iter().map(|value| legible(value)).collect::<Vec<_>>().join(join),
    };
    let line = format!("{field} {} {values}", predicate.operator);
    format!("{}{case}", line.trim_end())
}

/// The value, in quotes where its beginning or end could not be seen without them.
fn legible(value: &str) -> Cow<'_, str> {
    if value.is_empty() || value.trim() != value {
        Cow::Owned(format!("\"{value}\""))
    } else {
        Cow::Borrowed(value)
    }
}

fn write_indicators(indicators: &[(usize, Indicator)], out: &mut dyn Write) -> io::Result<()> {
    let width = |of: fn(&Indicator) -> &str, least: usize| {
        indicators.iter().map(|(_, one)| of(one).chars().count()).max().unwrap_or(0).max(least)
    };
    let field = width(|one| &one.field, "FIELD".len());
    let operator = width(|one| &one.operator, "OPERATOR".len());
    writeln!(out, "\n{BOLD}Indicators{BOLD:#}")?;
    let (a, b, c, d) = ("FIELD", "OPERATOR", "OTHER RULES", "VALUE");
    writeln!(out, "  {DIM}{a:<field$}  {b:<operator$}  {c}  {d}{DIM:#}")?;
    for (others, one) in indicators {
        let line = format!(
            "  {:<field$}  {:<operator$}  {others:>11}  {}",
            one.field,
            one.operator,
            one.value.as_deref().map(legible).unwrap_or_default()
        );
        writeln!(out, "{}", visible(line.trim_end()))?;
    }
    Ok(())
}
