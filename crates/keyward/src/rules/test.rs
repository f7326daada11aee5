//! `keyward rules test`: the cases beside each rule.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use detect::cases::{Case, Cases};
use detect::{Admins, Detector, Scope, Settings};
use indicatif::HumanCount;
use rule::{Lists, Rule, Severity};
use serde_json::{Value, json};

use super::{exit, say_faults, with_paths};
use crate::args::{ListFormat, Test};
use crate::console::Console;
use crate::exit::Exit;
use crate::output::Out;
use crate::render::write_json;
use crate::ruleset::files::RuleFile;
use crate::ruleset::{self, Loaded};
use crate::sanitize::visible;

/// Runs the cases and prints what went wrong.
pub(crate) fn run(args: Test, console: Console) -> anyhow::Result<Exit> {
    let loaded = ruleset::load(&with_paths(args.rules, args.paths))?;
    say_faults(&loaded, console);
    console.always(|out| loaded.write_errors(out));
    let mut verdicts = Vec::new();
    for file in loaded.rule_files() {
        judge_file(&loaded, file, args.samples.as_deref(), &mut verdicts);
    }

    let mut out = Out::open(args.print.output.output.as_deref(), console.color())?;
    match args.print.format {
        ListFormat::Text => write_text(&verdicts, &mut out)?,
        ListFormat::Json => write_object(&verdicts, &mut out)?,
        ListFormat::Jsonl => write_lines(&verdicts, &mut out)?,
    }
    out.flush()?;
    let failed = verdicts.iter().filter(|verdict| verdict.wrong.is_some()).count();
    Ok(exit(&loaded, loaded.unusable().len(), failed))
}

/// What became of one case.
struct Verdict {
    rule: String,
    /// The file of the cases; the rule's own when there is none.
    path: String,
    line: usize,
    /// The name of the case; `None` when the file itself is wrong.
    case: Option<String>,
    /// What was wrong; `None` when the case passed.
    wrong: Option<String>,
}

/// Judges the cases of one file of rules.
fn judge_file(
    loaded: &Loaded,
    (number, file): (usize, &RuleFile),
    samples: Option<&Path>,
    verdicts: &mut Vec<Verdict>,
) {
    let is_meant = |rule: &&Rule| rule.origin.file == number && rule.is_runnable();
    let rules: Vec<&Rule> = loaded.rules.iter().filter(is_meant).collect();
    let Some(first) = rules.first() else { return };
    let whole = |path: &str, line, wrong: String| Verdict {
        rule: first.name.clone(),
        path: path.to_owned(),
        line,
        case: None,
        wrong: Some(wrong),
    };
    let cases_file = match file.cases() {
        Some(Ok(cases)) => cases,
        Some(Err(fault)) => return verdicts.push(whole(&fault.path, 1, fault.why)),
        None => return verdicts.push(whole(&file.path, 1, "has no cases beside it".to_owned())),
    };
    let cases = Cases::load(&cases_file.text);
    let errors = cases.diagnostics.iter().filter(|one| one.severity == Severity::Error);
    verdicts.extend(errors.map(|one| {
        let line = one.span().place(&cases_file.text).line;
        whole(&cases_file.path, line, one.message.clone())
    }));
    let detector = detector(rules.iter().copied());
    for case in &cases.cases {
        let wrong = judge(loaded, file, case, &detector, samples).err();
        verdicts.push(Verdict {
            rule: first.name.clone(),
            path: cases_file.path.clone(),
            line: case.span.place(&cases_file.text).line,
            case: Some(case.name.clone()),
            wrong,
        });
    }
}

fn judge(
    loaded: &Loaded,
    file: &RuleFile,
    case: &Case,
    detector: &Arc<Detector>,
    samples: Option<&Path>,
) -> Result<(), String> {
    let sample = |base: &str| file.sample(base, samples).map_err(anyhow::Error::msg);
    let steps = case.events(sample).map_err(|error| error.to_string())?;
    let findings = if case.lists.is_empty() {
        detector.observe_steps(&steps, settings(&loaded.lists))
    } else {
        // The lists of a case change what its rule compiles to.
        let rules = loaded.reload(file, &case.lists);
        let lists = loaded.lists_with(&case.lists);
        self::detector(rules.iter()).observe_steps(&steps, settings(&lists))
    };
    case.judge(&findings).map_or(Ok(()), Err)
}

fn detector<'r>(rules: impl Iterator<Item = &'r Rule>) -> Arc<Detector> {
    let rules: Vec<Rule> = rules.cloned().collect();
    Arc::new(Detector::of(&rules, Scope::default()))
}

fn settings(lists: &Lists) -> Settings {
    Settings { admins: Admins::of(lists), ..Settings::default() }
}

fn write_text(verdicts: &[Verdict], out: &mut dyn Write) -> io::Result<()> {
    let mut failed = 0;
    for Verdict { path, line, case, wrong, .. } in verdicts {
        let Some(wrong) = wrong else { continue };
        failed += 1;
        let case = case.as_ref().map(|case| format!(" {case}:")).unwrap_or_default();
        writeln!(out, "{}", visible(&format!("{path}:{line}:{case} {wrong}")))?;
    }
    let passed = verdicts.len() as u64 - failed;
    writeln!(out, "{} passed, {} failed", HumanCount(passed), HumanCount(failed))
}

fn to_json(verdict: &Verdict) -> Value {
    let Verdict { rule, path, line, case, wrong } = verdict;
    json!({
        "rule": rule,
        "path": path,
        "line": line,
        "case": case,
        "passed": wrong.is_none(),
        "wrong": wrong,
    })
}

fn write_object(verdicts: &[Verdict], out: &mut dyn Write) -> io::Result<()> {
    let failed = verdicts.iter().filter(|verdict| verdict.wrong.is_some()).count();
    let object = json!({
        "schema": "keyward.tests/1",
        "cases": verdicts.iter().map(to_json).collect::<Vec<_>>(),
        "passed": verdicts.len() - failed,
        "failed": failed,
    });
    write_json(&object, out)?;
    writeln!(out)
}

fn write_lines(verdicts: &[Verdict], out: &mut dyn Write) -> io::Result<()> {
    for verdict in verdicts {
        write_json(&to_json(verdict), out)?;
        writeln!(out)?;
    }
    Ok(())
}
