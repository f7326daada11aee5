//! The rules of a run: read, loaded, adjusted, and what is wrong with them.

pub(crate) mod files;
pub(crate) mod watched;

use std::collections::HashSet;
use std::io;
use std::path::PathBuf;

use anyhow::bail;
use finding::Level;
use rule::okta::misspellings;
use rule::{Code, Diagnostic, Expr, Lists, Rule, Severity, parse_filter};

use crate::args::{Relevel, RuleSet};
use crate::console::Console;
use crate::render::{Page, Rulebook, write_diagnostic};
use crate::ruleset::files::{RuleFile, read_text};
use crate::summary::{Fault, Rules};

/// How much of a name must agree before it is worth suggesting, from 0 to 1.
const ENOUGH: f64 = 0.85;

/// Rules as they were loaded.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// Files with rules, then with filters, then with lists; diagnostics count in them.
    pub(crate) files: Vec<RuleFile>,
    /// How many of the files are there for their filters, behind those with rules.
    n_filters: usize,
    n_rule_files: usize,
    /// What could not be read.
    pub(crate) faults: Vec<Fault>,
    /// In the order of the files, without those that are disabled, levels adjusted.
    pub(crate) rules: Vec<Rule>,
    /// Everything worth saying, by number of the file and place.
    pub(crate) diagnostics: Vec<(usize, Diagnostic)>,
    /// The lists that placeholders were filled from.
    pub(crate) lists: Lists,
    /// Names of the lists that no rule asks for.
    idle_lists: Vec<String>,
}

/// Loads what the flags ask for. Fails when a rule that is to be adjusted is not there.
pub(crate) fn load(args: &RuleSet) -> anyhow::Result<Loaded> {
    load_with(args, &[])
}

/// The same with what files of lists held before, in place of those that cannot be read.
pub(crate) fn load_with(args: &RuleSet, kept: &[(PathBuf, String)]) -> anyhow::Result<Loaded> {
    let mut loaded = Loaded::default();
    let (lists, mistakes) = loaded.read_lists(&args.lists, kept);
    loaded.add_files(files::read(&args.rules));
    if !args.filters.is_empty() {
        let n_rules = loaded.files.len();
        loaded.add_files(files::read(&args.filters));
        loaded.n_filters = loaded.files.len() - n_rules;
    }
    loaded.n_rule_files = loaded.files.len() - loaded.n_filters;
    let sources: Vec<_> = loaded.files.iter().map(RuleFile::source).collect();
    let rule::Loaded { rules, diagnostics, .. } = rule::load(&sources, &lists);
    (loaded.rules, loaded.diagnostics, loaded.lists) = (rules, diagnostics, lists);
    loaded.refuse_rules_among_filters();
    loaded.idle_lists = loaded.lists_without_rules();
    for (file, diagnostics) in mistakes {
        let number = loaded.files.len();
        loaded.files.push(file);
        loaded.diagnostics.extend(diagnostics.into_iter().map(|one| (number, one)));
    }
    loaded.relevel(&args.level)?;
    loaded.disable(&args.disable)?;
    Ok(loaded)
}

impl Loaded {
    fn add_files(&mut self, more: files::RuleFiles) {
        self.files.extend(more.files);
        self.faults.extend(more.faults);
    }

    /// Lists of all files, later ones in place of earlier, and what is wrong in each.
    fn read_lists(
        &mut self,
        paths: &[PathBuf],
        kept: &[(PathBuf, String)],
    ) -> (Lists, Vec<(RuleFile, Vec<Diagnostic>)>) {
        let (mut all, mut mistakes) = (Lists::default(), Vec::new());
        for path in paths {
            let name = path.display().to_string();
            let known = kept.iter().find(|(known, _)| known == path).map(|(_, text)| text.clone());
            match read_text(path).or_else(|why| known.ok_or(why)) {
                Ok(text) => {
                    let (lists, diagnostics) = Lists::parse_file(&name, &text);
                    for name in lists.names() {
                        all.insert(name, lists.values(name).unwrap_or_default().to_vec());
                    }
                    mistakes.push((RuleFile { path: name, text }, diagnostics));
                }
                Err(why) => self.faults.push(Fault { path: name, why }),
            }
        }
        (all, mistakes)
    }

    /// The files of lists as they were given, with what they held.
    pub(crate) fn list_texts(&self) -> Vec<(PathBuf, String)> {
        let lists = self.files.iter().skip(self.n_rule_files + self.n_filters);
        lists.map(|file| (PathBuf::from(&file.path), file.text.clone())).collect()
    }

    /// Leaves out rules in files that were given for their filters.
    fn refuse_rules_among_filters(&mut self) {
        let first = self.n_rule_files;
        for rule in self.rules.extract_if(.., |rule| rule.origin.file >= first) {
            let why = "is a rule, not a filter; `--rules` runs it".to_owned();
            self.faults.push(Fault { path: rule.origin.path, why });
        }
    }

    fn lists_without_rules(&self) -> Vec<String> {
        let asked: HashSet<_> = self
            .rules
            .iter()
            .flat_map(|rule| &rule.placeholders)
            .map(|bound| &*bound.name)
            .collect();
        self.lists.names().filter(|name| !asked.contains(name)).map(str::to_owned).collect()
    }

    /// The lists that were given and that no rule asks for.
    pub(crate) fn idle_lists(&self) -> impl Iterator<Item = &str> {
        self.idle_lists.iter().map(String::as_str)
    }

    fn disable(&mut self, keys: &[String]) -> anyhow::Result<()> {
        for key in keys {
            if !self.rules.iter().any(|rule| rule.is_called(key)) {
                bail!("no rule is called `{key}`{}", self.suggestion(key));
            }
        }
        self.rules.retain(|rule| !keys.iter().any(|key| rule.is_called(key)));
        Ok(())
    }

    fn relevel(&mut self, levels: &[Relevel]) -> anyhow::Result<()> {
        for Relevel { rule: key, level } in levels {
            let suggestion = self.suggestion(key);
            let mut meant = self.rules.iter_mut().filter(|rule| rule.is_called(key)).peekable();
            if meant.peek().is_none() {
                bail!("no rule is called `{key}`{suggestion}");
            }
            meant.for_each(|rule| rule.level = rule_level(*level));
        }
        Ok(())
    }

    /// `, did you mean …?` when a rule has nearly that name.
    pub(crate) fn suggestion(&self, key: &str) -> String {
        let likeness = |rule: &Rule| strsim::jaro_winkler(&rule.name, &key.to_lowercase());
        let scored = self.rules.iter().map(|rule| (likeness(rule), &rule.name));
        match scored.max_by(|one, other| one.0.total_cmp(&other.0)) {
            Some((score, name)) if score > ENOUGH => format!(", did you mean `{name}`?"),
            _ => String::new(),
        }
    }

    /// The text of a file, by its number.
    pub(crate) fn file(&self, number: usize) -> (&str, &str) {
        self.files.get(number).map_or(("", ""), |file| (&file.path, &file.text))
    }

    /// The files that are there for their rules, with their numbers.
    pub(crate) fn rule_files(&self) -> impl Iterator<Item = (usize, &RuleFile)> {
        self.files.iter().take(self.n_rule_files).enumerate()
    }

    /// The lists with others in their place.
    pub(crate) fn lists_with(&self, lists: &[(String, Vec<String>)]) -> Lists {
        let mut all = self.lists.clone();
        for (name, values) in lists {
            all.insert(name, values.clone());
        }
        all
    }

    /// The rules of one file as they are with other lists, filters applied.
    pub(crate) fn reload(&self, file: &RuleFile, lists: &[(String, Vec<String>)]) -> Vec<Rule> {
        let all = self.lists_with(lists);
        let filters = self.files.iter().skip(self.n_rule_files).take(self.n_filters);
        let files = std::iter::once(file).chain(filters);
        let sources: Vec<_> = files.map(RuleFile::source).collect();
        let rules = rule::load(&sources, &all).rules;
        rules.into_iter().filter(|rule| rule.origin.file == 0).collect()
    }

    /// The files that cannot be used as they are, each with its first mistake.
    pub(crate) fn unusable(&self) -> Vec<Fault> {
        let mut faults = self.faults.clone();
        let mut last = None;
        for (number, diagnostic) in self.errors() {
            if last != Some(number) {
                let (path, text) = self.file(number);
                let line = diagnostic.span().place(text).line;
                let path = format!("{path}:{line}");
                faults.push(Fault { path, why: diagnostic.message.clone() });
            }
            last = Some(number);
        }
        faults
    }

    fn errors(&self) -> impl Iterator<Item = (usize, &Diagnostic)> {
        let errors = self.diagnostics.iter().filter(|(_, one)| one.severity == Severity::Error);
        errors.map(|(number, one)| (*number, one))
    }

    /// Draws the mistakes that keep rules from being run.
    pub(crate) fn write_errors(&self, out: &mut dyn io::Write) -> io::Result<()> {
        for (number, diagnostic) in self.errors() {
            let (path, text) = self.file(number);
            write_diagnostic(path, text, diagnostic, out)?;
        }
        Ok(())
    }

    /// Draws what keeps filters from narrowing a rule that they name.
    pub(crate) fn write_idle_filters(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let is_idle = |code| matches!(code, Code::FilterUnknownRule | Code::FilterLogSource);
        for (number, diagnostic) in self.diagnostics.iter().filter(|(_, one)| is_idle(one.code)) {
            let (path, text) = self.file(*number);
            write_diagnostic(path, text, diagnostic, out)?;
        }
        Ok(())
    }

    /// What the rules say to the readers of their findings.
    pub(crate) fn pages(&self) -> Rulebook {
        self.rules.iter().map(|rule| (rule.id.clone(), page(rule))).collect()
    }

    /// What there is to say about the rules in the account of a run.
    pub(crate) fn account(&self) -> Rules {
        let mut rules = Rules::default();
        for rule in &self.rules {
            match &rule.not_runnable {
                // Rules that only serve others are part of those.
                None => rules.loaded += u64::from(rule.alerts),
                Some(why) => {
                    let path = rule.origin.path.clone();
                    rules.not_runnable.add(Fault { path, why: why.clone() });
                }
            }
        }
        self.unusable().into_iter().for_each(|fault| rules.faults.add(fault));
        rules
    }
}

fn page(rule: &Rule) -> Page {
    let about = &rule.about;
    Page {
        description: about.description.clone().unwrap_or_default(),
        explanation: about.explanation.clone().unwrap_or_default(),
        falsepositives: about.falsepositives.clone(),
        response: about.response.clone(),
        references: about.references.clone(),
        tags: once_each(&about.tags),
        tactics: rule.attack.tactics.clone(),
    }
}

/// The texts in their order, repetitions left out: SARIF wants tags to be unique.
fn once_each(texts: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    texts.iter().filter(|text| seen.insert(*text)).cloned().collect()
}

fn rule_level(level: Level) -> rule::Level {
    match level {
        Level::Informational => rule::Level::Informational,
        Level::Low => rule::Level::Low,
        Level::Medium => rule::Level::Medium,
        Level::High => rule::Level::High,
        Level::Critical => rule::Level::Critical,
    }
}

/// Reads an Okta filter expression from the command line; `None` when it has mistakes,
/// which are then drawn on standard error, as are names that are probably misspelled.
pub(crate) fn expression(text: &str, console: Console) -> Option<Expr> {
    let (expr, diagnostics) = parse_filter(text);
    for diagnostic in diagnostics.iter().filter(|one| one.severity == Severity::Error) {
        console.always(|out| write_diagnostic("EXPR", text, diagnostic, out));
    }
    for doubt in misspellings(text) {
        console.doubt(|out| write_diagnostic("EXPR", text, &doubt, out));
    }
    expr
}
