//! From files to rules: every document is read, every mistake is said.

mod apply;
mod ask;
mod catalogue;
mod correlation;
mod document;
mod filter;
mod header;
mod levels;

use crate::diagnostic::{Code, Diagnostic};
use crate::lists::Lists;
use crate::rule::Rule;
use crate::span::Span;
use crate::yaml::{self, Node};

use self::correlation::Pending;
pub use self::filter::{Filter, Targets};

/// A file with rules.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'f> {
    /// Its path, for messages; the name of the rule comes from it.
    pub path: &'f str,
    /// Its text.
    pub text: &'f str,
}

/// What files hold.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The rules, in the order of the files, filters applied. A document with
    /// an error is not among them.
    pub rules: Vec<Rule>,
    /// The filters, in the order of the files.
    pub filters: Vec<Filter>,
    /// Everything worth saying, by file and place. Numbers are those of the files.
    pub diagnostics: Vec<(usize, Diagnostic)>,
}

/// One document and what is said about it.
enum Document {
    Rule(Box<Rule>),
    /// A correlation with mistakes, whose other mistakes shall be said as well.
    Broken(Box<Rule>),
    Filter(Box<Filter>),
}

/// What waits until every document is read.
#[derive(Default)]
struct Waiting {
    pending: Vec<Pending>,
    failed: Vec<Failed>,
}

/// A document that could not be used.
struct Failed {
    file: usize,
    span: Span,
    /// What it is called, as far as it says.
    names: Vec<String>,
}

impl Failed {
    fn of(file: usize, document: &Node) -> Self {
        let names = ["name", "id"].into_iter().filter_map(|key| document.get(key)?.text());
        Self { file, span: document.span, names: names.map(str::to_owned).collect() }
    }

    /// Whether people mean this document by `key`.
    fn is_called(&self, key: &str) -> bool {
        self.names.iter().any(|name| name.eq_ignore_ascii_case(key))
    }
}

/// Reads rules and filters. Files that end in `.test.yml` hold cases and are passed over.
///
/// Never stops at a mistake: whatever can be used is used.
pub fn load(files: &[SourceFile<'_>], lists: &Lists) -> Loaded {
    let mut loaded = Loaded::default();
    let mut waiting = Waiting::default();
    for (number, file) in files.iter().enumerate() {
        if is_cases(file.path) {
            continue;
        }
        let mut out = Vec::new();
        read(file, number, lists, (&mut loaded, &mut waiting), &mut out);
        loaded.diagnostics.extend(out.into_iter().map(|diagnostic| (number, diagnostic)));
    }
    apply::repeated(&mut loaded);
    correlation::link(&mut loaded, &waiting.pending, &waiting.failed, files);
    apply::filters(&mut loaded);
    let place =
        |(file, diagnostic): &(usize, Diagnostic)| (*file, diagnostic.span(), diagnostic.code);
    loaded.diagnostics.sort_by_key(place);
    loaded.diagnostics.dedup();
    loaded
}

/// Whether a file holds the cases of a rule instead of rules.
pub fn is_cases(path: &str) -> bool {
    [".test.yml", ".test.yaml"].iter().any(|ending| path.ends_with(ending))
}

fn read(
    file: &SourceFile<'_>,
    number: usize,
    lists: &Lists,
    (loaded, waiting): (&mut Loaded, &mut Waiting),
    out: &mut Vec<Diagnostic>,
) {
    let parsed = yaml::parse(file.text);
    if parsed.documents.is_empty() && parsed.diagnostics.is_empty() {
        let message = "the file is empty";
        out.push(Diagnostic::warning(Code::NotARule, Span::default(), message));
    }
    let defaults = shared_lists(&parsed.documents);
    let mut names = Names { path: file.path, n_given: 0 };
    for document in &parsed.documents {
        let names = &mut names;
        let reader = document::Reader { file, number, lists, defaults: &defaults, names };
        let spoiled = |mistake: &Diagnostic| {
            let at = mistake.span().start;
            document.span.start <= at && at < document.span.end
        };
        let is_spoiled = parsed.diagnostics.iter().any(spoiled);
        let rule = match reader.read(document, out) {
            Some(Document::Rule(rule)) if !is_spoiled => {
                waiting.pending.extend(pending(number, document, false));
                Some(rule)
            }
            Some(Document::Broken(rule) | Document::Rule(rule)) => {
                let broken = pending(number, document, true);
                let rule = broken.is_some().then_some(rule);
                waiting.pending.extend(broken);
                rule
            }
            Some(Document::Filter(filter)) if !is_spoiled => {
                loaded.filters.push(*filter);
                continue;
            }
            Some(Document::Filter(_)) | None => None,
        };
        match rule {
            Some(rule) => loaded.rules.push(*rule),
            None => waiting.failed.push(Failed::of(number, document)),
        }
    }
    out.extend(parsed.diagnostics);
}

/// Values of placeholders for a whole file: those that its correlations give, which have no logic of their own.
fn shared_lists(documents: &[Node]) -> Lists {
    let mut shared = Lists::default();
    for document in documents.iter().filter(|document| document.get("correlation").is_some()) {
        if let Some(lists) = document.get("lists") {
            // What is wrong with them is said where the document is read.
            shared.read(lists, &mut Vec::new());
        }
    }
    shared
}

/// What a document counts, for when the other rules are known.
fn pending(file: usize, document: &Node, is_broken: bool) -> Option<Pending> {
    let (key, node) = document.entry("correlation")?;
    let (key, node) = (key.clone(), node.clone());
    let generate = document.get("generate").cloned();
    Some(Pending { file, span: document.span, key, node, generate, is_broken })
}

/// Gives names to documents that have none.
struct Names<'n> {
    path: &'n str,
    n_given: usize,
}

impl Names<'_> {
    /// The name of the file without its ending; from the second document on with a number.
    fn next(&mut self) -> String {
        self.n_given += 1;
        let file = self.path.rsplit(['/', '\\']).next().unwrap_or(self.path);
        let stem = file.strip_suffix(".yml").or_else(|| file.strip_suffix(".yaml")).unwrap_or(file);
        if self.n_given == 1 { stem.to_owned() } else { format!("{stem}_{}", self.n_given) }
    }
}
