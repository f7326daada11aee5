//! A walk over a program: texts that are paths, names that stand for them, and methods of libraries.

use rustc_hash::{FxHashMap, FxHashSet};

use super::hint::Hints;
use super::joined::Joined;
use super::language::Language;
use super::names::function_at;
use super::token::Tokens;
use super::{sdk, target, verb};
use crate::read::masked;
use crate::{Asked, Base, Body, EvidenceKind, Hint, Method, Sighting, Taker};

/// One program, as far as it has been walked over.
pub(super) struct Scan<'a, 't> {
    pub(super) tokens: Tokens<'a>,
    pub(super) language: Language,
    pub(super) hints: Hints,
    base: &'a Base,
    first_line: u64,
    taker: &'t mut dyn Taker,
    /// Brackets that are open.
    pub(super) opens: Vec<usize>,
    pub(super) names: FxHashMap<&'a str, Named>,
    /// How paths begin that names stand for, as `/api/v1`.
    pub(super) bases: Vec<String>,
    /// The function in which the walk is.
    function: &'a str,
    /// Every function that is defined here.
    functions: FxHashSet<&'a str>,
}

/// What a name stands for.
pub(super) struct Named {
    pub(super) template: String,
    pub(super) at: usize,
    /// It is not a part of something else, nor passed to a call whose verb is known.
    pub(super) is_pending: bool,
}

impl<'a, 't> Scan<'a, 't> {
    pub(super) fn new(
        source: &'a str,
        language: Language,
        first_line: u64,
        base: &'a Base,
        taker: &'t mut dyn Taker,
    ) -> Self {
        let tokens = Tokens::of(source, language);
        let name = |at| function_at(&tokens, at, tokens.word(at)?);
        let functions = (0..tokens.len()).filter_map(name).collect();
        Self {
            tokens,
            language,
            hints: Hints::of(source),
            base,
            first_line,
            taker,
            opens: Vec::new(),
            names: FxHashMap::default(),
            bases: Vec::new(),
            function: "",
            functions,
        }
    }

    /// Walks over all of it.
    pub(super) fn run(mut self) {
        let mut clients = sdk::Clients::default();
        let mut at = 0;
        while at < self.tokens.len() {
            at = self.step(at, &mut clients);
        }
        let mut pending: Vec<_> =
            self.names.drain().filter(|(_, named)| named.is_pending).collect();
        pending.sort_by_key(|(_, named)| named.at);
        for (_, named) in pending {
            self.unused(&named);
        }
    }

    /// Looks at what begins at a token; returns where to go on.
    fn step(&mut self, at: usize, clients: &mut sdk::Clients<'a>) -> usize {
        match self.tokens.sign(at) {
            b'(' | b'[' | b'{' => self.opens.push(at),
            b')' | b']' | b'}' => {
                self.opens.pop();
            }
            _ => {}
        }
        if let Some(word) = self.tokens.word(at) {
            if let Some(name) = function_at(&self.tokens, at, word) {
                self.function = name;
            }
            clients.see(&self.tokens, at);
            if let Some(called) = sdk::at(&self.tokens, at, self.hints, clients) {
                self.method(at, &called);
            } else if sdk::is_chosen_later(&self.tokens, at, self.hints, clients) {
                let what = format!("{word}[…]: what is called is chosen while the program runs");
                self.taker.passed_over(self.line(at), &what);
            }
        }
        match self.joined(at) {
            Some(joined) if joined.has_text => {
                self.use_names(&joined);
                self.text(at, &joined);
                self.methods_within(at, joined.end, clients);
                joined.end
            }
            Some(joined) if self.names_only(at, &joined) => joined.end,
            _ => {
                self.name(at);
                at + 1
            }
        }
    }

    /// An expression of names alone that stand for parts of a path, as `BASE + PATHS["users"]`. Returns
    /// whether it is one, with a verb near.
    fn names_only(&mut self, start: usize, joined: &Joined) -> bool {
        let is_path = joined.end > start + 1
            && !joined.used.is_empty()
            && target::of(&joined.template).is_some_and(|found| !found.is_base);
        if !is_path {
            return false;
        }
        let verb::Near::Verb(method) = verb::near(&self.tokens, &self.opens, start, joined.end)
        else {
            return false;
        };
        self.use_names(joined);
        self.request(start, &joined.template, Some(method));
        true
    }

    /// What stands for a part of something else is not waiting for a call any more.
    fn use_names(&mut self, joined: &Joined) {
        for name in &joined.used {
            if let Some(named) = self.names.get_mut(name.as_str()) {
                named.is_pending = false;
            }
        }
    }

    /// Methods that are called in an expression that was stepped over.
    fn methods_within(&mut self, start: usize, end: usize, clients: &sdk::Clients<'a>) {
        for at in start + 1..end {
            if self.tokens.word(at).is_some()
                && let Some(called) = sdk::at(&self.tokens, at, self.hints, clients)
            {
                self.method(at, &called);
            }
        }
    }

    /// A text was met.
    fn text(&mut self, start: usize, joined: &Joined) {
        let (method, template) = leading_verb(joined.template.trim());
        let Some(found) = target::of(template) else {
            self.other_text(start, joined);
            return;
        };
        let near = match method {
            Some(method) => verb::Near::Verb(method),
            None => verb::near(&self.tokens, &self.opens, start, joined.end),
        };
        let name = self.assigned(start);
        match (near, name) {
            (verb::Near::Verb(method), _) if !found.is_base => {
                self.request(start, template, Some(method));
            }
            (verb::Near::Route, _) if !found.has_host => {
                self.taker
                    .passed_over(self.line(start), &format!("{template}: a server's own route"));
            }
            (_, Some(name)) => self.remember(name, template.to_owned(), start, !found.is_base),
            (_, None) if !found.is_base => self.request(start, template, None),
            _ => {}
        }
    }

    /// A text that is no path of an API by itself: a part of one, or one below a base that is elsewhere.
    fn other_text(&mut self, start: usize, joined: &Joined) {
        let template = joined.template.as_str();
        if let Some(name) = self.assigned(start) {
            let is_part = template.contains('/') && !template.contains(char::is_whitespace);
            if is_part {
                self.remember(name, template.to_owned(), start, false);
            }
        }
        let below = template.strip_prefix("{…}").unwrap_or(template);
        let below = match below.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
            Some((_, after)) if below.starts_with('{') => after,
            _ => below,
        };
        if !self.hints.any() || !below.starts_with('/') || below.len() < 3 {
            return;
        }
        let verb::Near::Verb(method) = verb::near(&self.tokens, &self.opens, start, joined.end)
        else {
            return;
        };
        self.below_base(start, below, method);
    }

    /// A path below a base that is elsewhere, such as `/users/{id}` passed to a client of the API.
    fn below_base(&mut self, at: usize, below: &str, method: Method) {
        let mut bases = self.bases.clone();
        let is_known_here = !bases.is_empty();
        if bases.is_empty() {
            bases.extend(["/api/v1".to_owned(), "/api/v2".to_owned()]);
        }
        for base in bases {
            let whole = format!("{base}{below}");
            if self.base.exact(Hint::default(), Some(method), &whole).is_none() {
                continue;
            }
            if is_known_here {
                self.request(at, &whole, Some(method));
            } else if self.hints.speaks_to_owner_of(&base) {
                let what = format!(
                    "{} {below}: what stands before the path is not said here",
                    method.name()
                );
                self.taker.passed_over(self.line(at), &what);
            }
            return;
        }
    }

    /// A request was met.
    pub(super) fn request(&mut self, at: usize, template: &str, method: Option<Method>) {
        let Some(found) = target::of(template) else { return };
        let line = self.line(at);
        let mut room = String::new();
        let whole = if found.has_host || found.text.starts_with('/') {
            found.text.to_owned()
        } else {
            format!("/{}", found.text)
        };
        let shown = masked::target(&whole, &mut room);
        let verb = method.map_or("", Method::name);
        let input = format!("{verb} {shown}");
        let input = input.trim_start();
        if !target::is_of_vendor(found.text) && !self.hints.speaks_to_owner_of(found.text) {
            let what = format!("{input}: nothing here speaks of Okta or Auth0");
            return self.taker.passed_over(line, &what);
        }
        self.taker.sighting(&Sighting {
            asked: Asked::Request { method, target: shown },
            evidence: EvidenceKind::Source,
            line,
            input,
            label: self.function,
            body: Body::Unknown,
            status: None,
            time: None,
            credential: None,
        });
    }

    /// A method of a library was met.
    fn method(&mut self, at: usize, called: &sdk::Called) {
        let line = self.line(at);
        if let Some(doubt) = called.doubt {
            let method = called.shown.rsplit('.').next().unwrap_or_default();
            let is_own = called.shown.split('.').count() == 2
                && ["this.", "self.", "cls."].iter().any(|own| called.shown.starts_with(own))
                && self.functions.contains(method);
            if !is_own {
                self.taker.passed_over(line, &format!("{}: {doubt}", called.shown));
            }
            return;
        }
        let names: Vec<&str> = called.names.iter().map(String::as_str).collect();
        self.taker.sighting(&Sighting {
            asked: Asked::Named { names: &names, ids: &[] },
            evidence: EvidenceKind::Source,
            line,
            input: &called.shown,
            label: self.function,
            body: Body::Unknown,
            status: None,
            time: None,
            credential: None,
        });
    }

    fn line(&self, at: usize) -> u64 {
        self.first_line + u64::from(self.tokens.line(at))
    }
}

/// A verb at the beginning of a text, and what follows.
fn leading_verb(text: &str) -> (Option<Method>, &str) {
    match text.split_once(' ') {
        Some((verb, path)) => match Method::from_name(verb) {
            Some(method) => (Some(method), path.trim()),
            None => (None, text),
        },
        None => (None, text),
    }
}
