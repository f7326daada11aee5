//! A table of the file, read key by key, so that a key nobody asks for is a mistake.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::form::Form;
use super::mistake::{Code, Mistake};

/// How much of a name must agree before it is worth suggesting, from 0 to 1.
const ENOUGH: f64 = 0.75;

/// What is learned while a file is read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// What is wrong.
    pub(super) mistakes: RefCell<Vec<Mistake>>,
    /// Every key that was asked for, once.
    pub(super) keys: RefCell<Vec<Key>>,
}

/// A key that may stand in a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// With the tables it lies in, such as `tenant.poll.interval`.
    pub(crate) path: String,
    /// What its value is, such as `span`.
    pub(crate) form: &'static str,
    /// What holds without it, as TOML; `None` if nothing does.
    pub(crate) default: Option<&'static str>,
    /// Whether there must be one.
    pub(crate) is_needed: bool,
}

/// One table of the file; an absent one is empty.
pub(super) struct Section<'t> {
    notes: &'t Notes,
    /// Such as `tenant.poll`; empty for the file itself.
    path: String,
    table: Option<&'t DeTable<'t>>,
    /// Where it is, for what is missing in it.
    pub(super) at: Range<usize>,
    asked: Vec<&'static str>,
}

impl<'t> Section<'t> {
    pub(super) fn file(notes: &'t Notes, table: &'t DeTable<'t>) -> Self {
        Self { notes, path: String::new(), table: Some(table), at: 0..0, asked: Vec::new() }
    }

    /// Whether there is anything in it.
    pub(super) fn is_there(&self) -> bool {
        self.table.is_some()
    }

    /// Writes a mistake down.
    pub(super) fn mistake(&self, mistake: Mistake) {
        self.notes.mistakes.borrow_mut().push(mistake);
    }

    /// The value of a key, if there is one that can be read.
    pub(super) fn value<T: Form>(&mut self, key: &'static str) -> Option<T> {
        self.ask(key);
        self.note(Key { path: self.path_of(key), form: T::WHAT, default: None, is_needed: false });
        self.read(key)
    }

    /// The value of a key, or what holds without it, as TOML.
    pub(super) fn or<T: Form>(&mut self, key: &'static str, default: &'static str) -> T {
        self.ask(key);
        let path = self.path_of(key);
        self.note(Key { path, form: T::WHAT, default: Some(default), is_needed: false });
        self.read(key).unwrap_or_else(|| built_in(default))
    }

    /// The value of a key that must be there. Without it there is a mistake more.
    pub(super) fn need<T: Form>(&mut self, key: &'static str) -> Option<T> {
        self.ask(key);
        self.note(Key { path: self.path_of(key), form: T::WHAT, default: None, is_needed: true });
        if self.find(key).is_none() {
            let name = if self.path.is_empty() { "the file" } else { self.path.as_str() };
            let message = format!("`{key}` is missing in `{name}`");
            let help = format!("add `{key} = …`, {}", T::WHAT);
            self.mistake(Mistake::new(Code::Missing, self.at.clone(), message).help(help));
            return None;
        }
        self.read(key)
    }

    /// Where the value of a key is; the table if there is none.
    pub(super) fn place(&self, key: &str) -> Range<usize> {
        self.find(key).map_or(self.at.clone(), Spanned::span)
    }

    /// Whether a key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// The table below a key.
    pub(super) fn section(&mut self, key: &'static str) -> Section<'t> {
        self.ask(key);
        let found = self.find(key);
        let table = found.and_then(|value| self.table_of(key, value));
        let at = found.map_or(self.at.clone(), Spanned::span);
        let path = self.path_of(key);
        Section { notes: self.notes, path, table, at, asked: Vec::new() }
    }

    /// The tables below a key, as `[[key]]` makes them.
    pub(super) fn sections(&mut self, key: &'static str) -> Vec<Section<'t>> {
        self.ask(key);
        let Some(found) = self.find(key) else { return Vec::new() };
        let Some(rows) = found.as_ref().as_array() else {
            let message = format!("`{key}` is {}, not a list of tables", found.as_ref().type_str());
            let help = format!("write `[[{}]]`", self.path_of(key));
            self.mistake(Mistake::new(Code::WrongValue, found.span(), message).help(help));
            return Vec::new();
        };
        let path = self.path_of(key);
        rows.iter()
            .filter_map(|row| {
                let table = Some(self.table_of(key, row)?);
                let (notes, path, at) = (self.notes, path.clone(), row.span());
                Some(Section { notes, path, table, at, asked: Vec::new() })
            })
            .collect()
    }

    /// Every key with its value, for a table whose keys are names.
    pub(super) fn entries<T: Form>(&mut self, key: &'static str) -> Vec<(String, T)> {
        let path = format!("{}.NAME", self.path_of(key));
        self.note(Key { path, form: T::WHAT, default: None, is_needed: false });
        let below = self.section(key);
        let Some(table) = below.table else { return Vec::new() };
        let read = |(name, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let name: &std::borrow::Cow<'_, str> = name.as_ref();
            Some((name.to_string(), below.form(name, value)?))
        };
        table.iter().filter_map(read).collect()
    }

    /// Ends the reading: keys that were not asked for are mistakes.
    pub(super) fn finish(self) {
        for (key, _) in self.table.into_iter().flatten() {
            let name = key.as_ref();
            if self.asked.iter().any(|asked| asked == name) {
                continue;
            }
            let message = format!("unknown key `{name}`{}", self.inside());
            let mistake = Mistake::new(Code::UnknownKey, key.span(), message);
            let mistake = mistake.help(self.suggestion(name));
            self.mistake(mistake);
        }
    }

    fn inside(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!(" in `{}`", self.path) }
    }

    fn suggestion(&self, name: &str) -> String {
        let name = name.to_lowercase().replace('_', "-");
        let scored = self.asked.iter().map(|asked| (strsim::jaro_winkler(asked, &name), asked));
        match scored.max_by(|one, other| one.0.total_cmp(&other.0)) {
            Some((score, asked)) if score > ENOUGH => format!("did you mean `{asked}`?"),
            _ => format!("known here: `{}`", self.asked.join("`, `")),
        }
    }

    fn read<T: Form>(&self, key: &str) -> Option<T> {
        self.form(key, self.find(key)?)
    }

    fn form<T: Form>(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<T> {
        let read = T::read(value.as_ref());
        read.map_err(|wrong| {
            let message = format!("`{key}` {}", wrong.message);
            let mistake = Mistake::new(wrong.code, value.span(), message);
            self.mistake(match wrong.help {
                Some(help) => mistake.help(help),
                None => mistake,
            });
        })
        .ok()
    }

    fn table_of(&self, key: &str, value: &'t Spanned<DeValue<'t>>) -> Option<&'t DeTable<'t>> {
        let table = value.as_ref().as_table();
        if table.is_none() {
            let message = format!("`{key}` is {}, not a table", value.as_ref().type_str());
            self.mistake(Mistake::new(Code::WrongValue, value.span(), message));
        }
        table
    }

    fn find(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.table?.get(key)
    }

    fn note(&mut self, key: Key) {
        let mut keys = self.notes.keys.borrow_mut();
        if !keys.iter().any(|known| known.path == key.path) {
            keys.push(key);
        }
    }

    fn ask(&mut self, key: &'static str) {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

/// What holds without a key.
#[expect(clippy::expect_used, reason = "a test reads every built-in value")]
fn built_in<T: Form>(toml: &str) -> T {
    let value = DeValue::parse(toml).ok();
    value.and_then(|value| T::read(value.as_ref()).ok()).expect("a built-in value can be read")
}
