//! `keyward rules list`

use std::io::{self, Write};

use rule::Rule;
use rule::Syntax;
use rule::sigma::{Bound, From};
use serde_json::{Value, json};

use super::{exit, say_faults};
use crate::args::{List, ListFormat};
use crate::console::Console;
use crate::exit::Exit;
use crate::output::Out;
use crate::render::{level_style, plural, write_json};
use crate::ruleset::{self, Loaded};
use crate::sanitize::visible;

/// Prints the rules that are asked for.
pub(crate) fn run(args: &List, console: Console) -> anyhow::Result<Exit> {
    let loaded = ruleset::load(&args.rules)?;
    say_faults(&loaded, console);
    console.always(|out| loaded.write_errors(out));
    let mut out = Out::open(args.print.output.output.as_deref(), console.color())?;
    match args.print.format {
        ListFormat::Text => write_text(&loaded.rules, &mut out)?,
        ListFormat::Json => write_object(&loaded, &mut out)?,
        ListFormat::Jsonl => write_lines(&loaded.rules, &mut out)?,
    }
    out.flush()?;
    Ok(exit(&loaded, loaded.unusable().len(), 0))
}

fn write_text(rules: &[Rule], out: &mut dyn Write) -> io::Result<()> {
    let width = rules.iter().map(|rule| rule.name.chars().count()).max().unwrap_or(0);
    for rule in rules {
        let (style, level) = (level_style(detect::level(rule.level)), rule.level.as_str());
        let status = rule.status.map_or("", rule::Status::as_str);
        let (name, title) = (visible(&rule.name), visible(&rule.title));
        writeln!(out, "{style}{level:<13}{style:#}  {status:<12}  {name:<width$}  {title}")?;
        for remark in remarks(rule) {
            writeln!(out, "{:29}{}", "", visible(&remark))?;
        }
    }
    writeln!(out, "{}", plural(rules.len() as u64, "rule"))
}

/// What one should know before relying on the rule.
pub(super) fn remarks(rule: &Rule) -> Vec<String> {
    let mut remarks = Vec::new();
    remarks.extend(rule.not_runnable.as_ref().map(|why| format!("cannot be run: {why}")));
    if !rule.portable {
        remarks.push("other tools do not read it".to_owned());
    }
    remarks.extend(
        rule.empty_lists().map(|name| {
            format!("the list `{name}` is empty: what is compared with it never matches")
        }),
    );
    if !rule.filters.is_empty() {
        remarks.push(format!("narrowed by {}", rule.filters.join(", ")));
    }
    remarks
}

fn write_object(loaded: &Loaded, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{{\"schema\":\"keyward.rules/1\",\"rules\":[")?;
    for (number, rule) in loaded.rules.iter().enumerate() {
        write_json(&to_json(rule), out)?;
        let is_last = number + 1 == loaded.rules.len();
        writeln!(out, "{}", if is_last { "" } else { "," })?;
    }
    write!(out, "],\"faults\":")?;
    write_json(&loaded.unusable(), out)?;
    writeln!(out, "}}")
}

fn write_lines(rules: &[Rule], out: &mut dyn Write) -> io::Result<()> {
    for rule in rules {
        let mut object = json!({"schema": "keyward.rule/1"});
        if let (Value::Object(object), Value::Object(rule)) = (&mut object, to_json(rule)) {
            object.extend(rule);
        }
        write_json(&object, out)?;
        writeln!(out)?;
    }
    Ok(())
}

/// A rule as an entry of `keyward.rules/1`.
pub(super) fn to_json(rule: &Rule) -> Value {
    let language = match rule.syntax {
        Syntax::Sigma(_) => "sigma",
        Syntax::Filter(_) => "okta-filter",
        Syntax::Correlation => "correlation",
    };
    json!({
        "id": rule.id,
        "name": rule.name,
        "title": rule.title,
        "level": rule.level.as_str(),
        "status": rule.status.map(rule::Status::as_str),
        "path": rule.origin.path,
        "product": rule.log_source.product,
        "service": rule.log_source.service,
        "category": rule.log_source.category,
        "language": language,
        "tactics": rule.attack.tactics,
        "attack": rule.attack.techniques,
        "tags": rule.about.tags,
        "author": rule.about.author,
        "date": rule.about.date,
        "modified": rule.about.modified,
        "portable": rule.portable,
        "runnable": rule.is_runnable(),
        "reason": rule.not_runnable,
        "placeholders": rule.placeholders.iter().map(placeholder).collect::<Vec<_>>(),
        "filters": rule.filters,
        "notes": rule.notes,
    })
}

fn placeholder(bound: &Bound) -> Value {
    let from = match bound.from {
        From::Lists => "lists",
        From::Rule => "rule",
    };
    json!({"name": bound.name, "from": from, "values": bound.n_values})
}
