//! `keyward rules check`: every mistake in rules and in their cases, with its place.

use std::collections::HashSet;
use std::io::{self, Write};

use detect::cases::{Case, Cases};
use rule::{Code, Diagnostic, Severity, lint};
use serde_json::{Value, json};

use super::{exit, say_faults, with_paths};
use crate::args::{Check, ListFormat};
use crate::console::Console;
use crate::exit::Exit;
use crate::output::Out;
use crate::render::{diagnostic_to_json, plural, write_diagnostic, write_json};
use crate::ruleset::files::RuleFile;
use crate::ruleset::{self, Loaded};

/// Prints the diagnostics of all rules that are asked for.
pub(crate) fn run(args: Check, console: Console) -> anyhow::Result<Exit> {
    let loaded = ruleset::load(&with_paths(args.rules, args.paths))?;
    say_faults(&loaded, console);
    let mut report = Report::default();
    report.add_rules(&loaded);
    report.add_cases(&loaded);

    let least_shown = if console.is_verbose() { Severity::Note } else { Severity::Warning };
    let mut out = Out::open(args.print.output.output.as_deref(), console.color())?;
    match args.print.format {
        ListFormat::Text => report.write_text(&loaded, least_shown, &mut out)?,
        ListFormat::Json => report.write_object(&loaded, &mut out)?,
        ListFormat::Jsonl => report.write_lines(&mut out)?,
    }
    out.flush()?;
    let least = if args.strict { Severity::Warning } else { Severity::Error };
    let wrong = report.entries.iter().filter(|entry| entry.diagnostic.severity >= least).count();
    Ok(exit(&loaded, loaded.faults.len(), wrong))
}

/// What is to be said, file by file.
#[derive(Default)]
struct Report {
    entries: Vec<Entry>,
}

struct Entry {
    path: String,
    text: String,
    diagnostic: Diagnostic,
}

/// The samples of a case that are not there, each once.
fn missing_samples(file: &RuleFile, case: &Case) -> Vec<Diagnostic> {
    let mut named = HashSet::new();
    let missing =
        case.bases().filter(|(base, _)| named.insert(*base)).filter_map(|(base, span)| {
            let why = file.sample(base, None).err()?;
            Some(Diagnostic::error(Code::MissingSample, span, why))
        });
    missing.collect()
}

impl Report {
    fn add(&mut self, file: (&str, &str), diagnostic: &Diagnostic) {
        let (path, text) = (file.0.to_owned(), file.1.to_owned());
        self.entries.push(Entry { path, text, diagnostic: diagnostic.clone() });
    }

    /// What loading said, and what lints have to say about what was loaded, by place.
    fn add_rules(&mut self, loaded: &Loaded) {
        let mut all = loaded.diagnostics.clone();
        for rule in &loaded.rules {
            all.extend(lint(rule).into_iter().map(|advice| (rule.origin.file, advice)));
        }
        all.sort_by_key(|(number, diagnostic)| (*number, diagnostic.span(), diagnostic.code));
        for (number, diagnostic) in &all {
            self.add(loaded.file(*number), diagnostic);
        }
    }

    /// What is wrong with the cases beside the rules.
    fn add_cases(&mut self, loaded: &Loaded) {
        for (_, file) in loaded.rule_files() {
            let Some(Ok(RuleFile { path, text })) = file.cases() else { continue };
            let Cases { cases, mut diagnostics } = Cases::load(&text);
            diagnostics.extend(cases.iter().flat_map(|case| missing_samples(file, case)));
            for diagnostic in &diagnostics {
                self.add((&path, &text), diagnostic);
            }
        }
    }

    fn count(&self, severity: Severity) -> usize {
        self.entries.iter().filter(|entry| entry.diagnostic.severity == severity).count()
    }

    fn write_text(
        &self,
        loaded: &Loaded,
        least_shown: Severity,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let shown = self.entries.iter().filter(|entry| entry.diagnostic.severity >= least_shown);
        for Entry { path, text, diagnostic } in shown {
            write_diagnostic(path, text, diagnostic, out)?;
        }
        let (errors, warnings) = (self.count(Severity::Error), self.count(Severity::Warning));
        let notes = self.count(Severity::Note);
        let count = |count: usize, noun| plural(count as u64, noun);
        let (rules, files) = (count(loaded.rules.len(), "rule"), count(loaded.files.len(), "file"));
        let (errors, warnings) = (count(errors, "error"), count(warnings, "warning"));
        let hidden =
            if notes > 0 && least_shown > Severity::Note { " (`-v` shows them)" } else { "" };
        let notes = count(notes, "note");
        writeln!(out, "{rules} in {files}: {errors}, {warnings}, {notes}{hidden}")
    }

    fn values(&self) -> impl Iterator<Item = Value> {
        self.entries
            .iter()
            .map(|entry| diagnostic_to_json(&entry.path, &entry.text, &entry.diagnostic))
    }

    fn write_object(&self, loaded: &Loaded, out: &mut dyn Write) -> io::Result<()> {
        let object = json!({
            "schema": "keyward.diagnostics/1",
            "diagnostics": self.values().collect::<Vec<_>>(),
            "files": loaded.files.len(),
            "rules": loaded.rules.len(),
            "errors": self.count(Severity::Error),
            "warnings": self.count(Severity::Warning),
            "faults": loaded.faults,
        });
        write_json(&object, out)?;
        writeln!(out)
    }

    fn write_lines(&self, out: &mut dyn Write) -> io::Result<()> {
        for value in self.values() {
            write_json(&value, out)?;
            writeln!(out)?;
        }
        Ok(())
    }
}
