//! Lists that are read again when their files change while a run goes on.

use std::path::PathBuf;
use std::sync::Arc;

use detect::{Admins, Detector, Scope};
use event::Aliases;

use crate::args::{Detect, RuleSet};
use crate::console::Console;
use crate::ruleset::watched::Watched;
use crate::ruleset::{self, Loaded};
use crate::summary::Fault;

/// Looks after the files of lists.
pub(super) struct Reload<'r> {
    rules: &'r RuleSet,
    scope: Scope,
    names: Aliases,
    watched: Watched,
    /// What the files held when they could be read last.
    kept: Vec<(PathBuf, String)>,
    /// The ids of the rules: with other lists they must stay the same.
    ids: Vec<String>,
    /// Files that are gone, and lists that rules cannot be run with.
    pub(super) faults: Vec<Fault>,
}

/// Rules with other lists.
pub(super) struct Reloaded {
    pub(super) detector: Arc<Detector>,
    pub(super) admins: Admins,
}

impl<'r> Reload<'r> {
    /// Remembers how the files are now, and what they held.
    pub(super) fn new(args: &'r Detect, scope: &Scope, loaded: &Loaded, names: &Aliases) -> Self {
        Self {
            rules: &args.rules,
            scope: scope.clone(),
            names: names.clone(),
            watched: Watched::new(&args.rules.lists),
            kept: loaded.list_texts(),
            ids: ids(loaded),
            faults: Vec::new(),
        }
    }

    /// Reads the files again if one has changed. What is gone is said, and what it held last stays in use.
    pub(super) fn look(&mut self, console: Console) -> Option<Reloaded> {
        let news = self.watched.look();
        for path in news.vanished {
            let why = "has vanished; the values that were read before are kept";
            self.fault(console, path.display().to_string(), why);
        }
        if news.changed.is_empty() {
            return None;
        }
        let loaded = ruleset::load_with(self.rules, &self.kept).ok();
        let Some(loaded) = loaded.filter(|loaded| ids(loaded) == self.ids) else {
            let why = "has changed, and a rule cannot be run with it; the values that were read before are kept";
            let paths = news.changed.iter().map(|path| path.display().to_string());
            self.fault(console, paths.collect::<Vec<_>>().join(", "), why);
            return None;
        };
        self.kept = loaded.list_texts();
        let detector = Detector::of(&loaded.rules, self.scope.clone());
        let detector = Arc::new(detector.with_aliases(self.names.clone()));
        Some(Reloaded { detector, admins: Admins::of(&loaded.lists) })
    }

    fn fault(&mut self, console: Console, path: String, why: &str) {
        console.warn(format_args!("{path}: {why}"));
        self.faults.push(Fault { path, why: why.to_owned() });
    }
}

fn ids(loaded: &Loaded) -> Vec<String> {
    let rules = loaded.rules.iter().filter(|rule| rule.is_runnable());
    rules.map(|rule| rule.id.clone()).collect()
}
