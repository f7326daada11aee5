//! A walk over a program: texts that are paths, names that stand for them, and methods of libraries.

use rustc_hash::{FxHashMap, FxHashSet};

use super::hint::Hints;
use super::language::Language;
use super::token::Tokens;
use super::{sdk, target, template, verb};
use crate::read::masked;
use crate::{Asked, Base, Body, EvidenceKind, Hint, Method, Outcome, Sighting, Taker};

/// Parts of one text that is put together.
const MAX_PARTS: usize = 40;

/// Longer templates are no paths, in bytes.
const MAX_TEMPLATE: usize = 2_000;

/// Names that stand for texts.
const MAX_NAMES: usize = 10_000;

/// Words that tell the name of a function.
const FUNCTIONS: [&str; 6] = ["def", "function", "func", "fn", "fun", "sub"];

/// One program, as far as it has been walked over.
pub(super) struct Scan<'a, 't> {
    pub(super) tokens: Tokens<'a>,
    pub(super) language: Language,
    pub(super) hints: Hints,
    base: &'a Base,
    first_line: u64,
    taker: &'t mut dyn Taker,
    /// Brackets that are open.
    opens: Vec<usize>,
    names: FxHashMap<&'a str, Named>,
    /// The function in which the walk is.
    function: &'a str,
    /// Every function that is defined here.
    functions: FxHashSet<&'a str>,
}

/// What a name stands for.
struct Named {
    template: String,
    at: usize,
    /// It is not a part of something else, nor passed to a call whose verb is known.
    is_pending: bool,
}

/// A text that may be put together.
struct Joined {
    template: String,
    end: usize,
    has_text: bool,
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
            }
        }
        match self.joined(at) {
            Some(joined) if joined.has_text => {
                self.text(at, &joined);
                self.methods_within(at, joined.end, clients);
                joined.end
            }
            _ => {
                self.name(at);
                at + 1
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

    /// A text, put together or not, that begins here; or what may begin one.
    fn joined(&mut self, start: usize) -> Option<Joined> {
        let mut joined = Joined { template: String::new(), end: start, has_text: false };
        for _ in 0..MAX_PARTS {
            let at = joined.end;
            joined.end = if self.tokens.is_text(at) {
                joined.has_text = true;
                self.push_text(at, &mut joined.template)?;
                at + 1
            } else {
                self.push_value(at, &mut joined.template)?
            };
            if joined.template.len() > MAX_TEMPLATE {
                return None;
            }
            match self.joint(joined.end) {
                Some(next) => joined.end = next,
                None => return Some(joined),
            }
        }
        None
    }

    /// Where the next part begins, if what stands here joins two.
    fn joint(&self, at: usize) -> Option<usize> {
        let tokens = &self.tokens;
        let is_value =
            |at: usize| tokens.is_text(at) || tokens.word(at).is_some() || tokens.is_sign(at, b'(');
        match tokens.sign(at) {
            b'+' | b'~' if is_value(at + 1) => Some(at + 1),
            b'&' if is_value(at + 1) && tokens.is_text(at - 1) => Some(at + 1),
            b'.' if self.language.joins_by_point
                && (tokens.is_text(at + 1) || tokens.text(at + 1).starts_with('$')) =>
            {
                Some(at + 1)
            }
            b'.' if tokens.word(at + 1) == Some("concat") && tokens.is_sign(at + 2, b'(') => {
                Some(at + 3)
            }
            0 if tokens.is_text(at - 1) && tokens.is_text(at) => Some(at),
            // `"…" f"…"`
            0 if tokens.is_text(at - 1) && tokens.is_text(at + 1) && is_prefix(tokens.text(at)) => {
                Some(at + 1)
            }
            _ => None,
        }
    }

    /// Appends a text; what is put into it and has a name that stands for a path is replaced by that.
    fn push_text(&mut self, at: usize, out: &mut String) -> Option<()> {
        let template = template::of_text(self.tokens.text(at))?;
        let mut rest = template.as_str();
        // `format("%s/users", base)`: the first placeholder is the first argument.
        if let Some(after) = rest.strip_prefix("{…}")
            && let Some(word) = self.first_argument(at)
            && self.known(word).is_some()
        {
            self.push_known(word, out);
            rest = after;
        }
        while let Some((before, inside)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, after)) = inside.split_once('}') else {
                rest = &rest[before.len()..];
                break;
            };
            if self.known(name).is_some() {
                self.push_known(name, out);
            } else {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
            rest = after;
        }
        out.push_str(rest);
        Some(())
    }

    /// The first value that is put into a text that is a pattern.
    fn first_argument(&self, at: usize) -> Option<&'a str> {
        let tokens = &self.tokens;
        let mut start = match tokens.sign(at + 1) {
            b'%' if tokens.is_sign(at + 2, b'(') => at + 3,
            b',' | b'%' => at + 2,
            b'.' if tokens.is_sign(at + 3, b'(') => at + 4,
            _ => return None,
        };
        let mut last = tokens.word(start)?;
        while tokens.is_sign(start + 1, b'.') {
            start += 2;
            last = tokens.word(start)?;
        }
        Some(last)
    }

    /// Appends a value that is no text; returns where it ends.
    fn push_value(&mut self, start: usize, out: &mut String) -> Option<usize> {
        let tokens = &self.tokens;
        let mut at = start;
        let mut last = "";
        if tokens.is_sign(at, b'(') {
            at = tokens.closing(at) + 1;
        } else {
            loop {
                last = tokens.word(at)?;
                at += 1;
                while matches!(tokens.sign(at), b'(' | b'[') {
                    let close = tokens.closing(at);
                    // A path in there is looked at by itself.
                    if (at..close).any(|at| tokens.is_text(at) && tokens.text(at).contains('/')) {
                        return None;
                    }
                    at = close + 1;
                    last = "";
                }
                let step = match (tokens.sign(at), tokens.sign(at + 1)) {
                    (b'.', _) if tokens.word(at + 1).is_some() => {
                        let is_joint = tokens.text(at + 1) == "concat"
                            || (self.language.joins_by_point
                                && tokens.text(at + 1).starts_with('$'));
                        if is_joint {
                            break;
                        }
                        1
                    }
                    (b'-', b'>') | (b':', b':') | (b'?', b'.') => 2,
                    _ => break,
                };
                at += step;
            }
        }
        if at > tokens.len() {
            return None;
        }
        let last = last.trim_start_matches('$');
        if self.known(last).is_some() {
            self.push_known(last, out);
        } else {
            template::push(last, out);
        }
        Some(at)
    }

    /// What a name stands for, if that is a part of a path.
    fn known(&self, name: &str) -> Option<&Named> {
        self.names.get(name).filter(|named| named.template.contains('/'))
    }

    fn push_known(&mut self, name: &str, out: &mut String) {
        let Some(named) = self.names.get_mut(name) else { return };
        named.is_pending = false;
        let is_joined_twice = out.ends_with('/') && named.template.starts_with('/');
        out.push_str(if is_joined_twice { &named.template[1..] } else { &named.template });
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
        let bases = self.names.values().filter_map(|named| {
            let base = target::of(&named.template)?;
            base.is_base.then(|| base.text.trim_end_matches('/').to_owned())
        });
        let mut bases: Vec<String> = bases.collect();
        bases.sort();
        bases.dedup();
        let is_known_here = !bases.is_empty();
        if bases.is_empty() {
            bases.extend(["/api/v1".to_owned(), "/api/v2".to_owned()]);
        }
        for base in bases {
            let whole = format!("{base}{below}");
            let resolved = self.base.resolve(Hint::default(), Some(method), &whole);
            if !matches!(resolved.outcome, Outcome::Operation(..)) {
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

    /// The name that an expression is given, as in `NAME = …`, `name: …`, `const NAME: &str = …`.
    fn assigned(&self, start: usize) -> Option<&'a str> {
        let tokens = &self.tokens;
        let mut at = start;
        // `f"…"`, `URI.create("…")`, `` String.format("…") ``
        for _ in 0..4 {
            let before = at.checked_sub(1)?;
            let is_before =
                tokens.word(before).is_some_and(|word| is_prefix(word) || word == "new");
            if is_before || matches!(tokens.sign(before), b'$' | b'@') {
                at = before;
            } else if tokens.is_sign(before, b'(') {
                at = verb::callee(tokens, before).last()?.at;
            } else {
                break;
            }
        }
        let sign = at.checked_sub(1)?;
        let before = sign.checked_sub(1)?;
        match (tokens.sign(sign), tokens.sign(before)) {
            (b'=', b'=' | b'!' | b'<' | b'>' | b'+') | (b':', b':') => None,
            (b'=', b':') => tokens.word(before.checked_sub(1)?),
            (b'>', b'=') | (b'=', b']') => Some(tokens.text(before.checked_sub(1)?)),
            (b'=', _) => self.declared(before),
            (b':', _) => Some(tokens.text(before)).filter(|name| !name.is_empty()),
            _ => None,
        }
    }

    /// The name in a declaration whose last word, a name or a type, stands here.
    fn declared(&self, last: usize) -> Option<&'a str> {
        let tokens = &self.tokens;
        let word = tokens.word(last)?;
        let is_colon = |at: &usize| {
            tokens.is_sign(*at, b':')
                && tokens.line(*at) == tokens.line(last)
                && !tokens.is_sign(at.saturating_sub(1), b':')
        };
        let is_type =
            |at| tokens.word(at).is_some() || matches!(tokens.sign(at), b'&' | b'\'' | b'.');
        if let Some(colon) = (last.saturating_sub(5)..last).rev().find(is_colon)
            && (colon + 1..last).all(is_type)
            && let Some(name) = colon.checked_sub(1).and_then(|at| tokens.word(at))
        {
            return Some(name);
        }
        if word == "string" { tokens.word(last.checked_sub(1)?) } else { Some(word) }
    }

    fn remember(&mut self, name: &'a str, template: String, at: usize, is_pending: bool) {
        let name = name.trim_start_matches('$');
        if self.names.len() >= MAX_NAMES && !self.names.contains_key(name) {
            return;
        }
        if let Some(before) = self.names.insert(name, Named { template, at, is_pending })
            && before.is_pending
        {
            self.unused(&before);
        }
    }

    /// A name that stands for a path is used.
    fn name(&mut self, at: usize) {
        let tokens = &self.tokens;
        let Some(word) = tokens.word(at).map(|word| word.trim_start_matches('$')) else { return };
        if !self.names.contains_key(word) || matches!(tokens.sign(at + 1), b'=' | b':' | b'(') {
            return;
        }
        let Some(found) = self.names.get(word).and_then(|named| target::of(&named.template)) else {
            return;
        };
        if found.is_base {
            return;
        }
        let verb::Near::Verb(method) = verb::near(tokens, &self.opens, at, at + 1) else { return };
        let Some(named) = self.names.get_mut(word) else { return };
        named.is_pending = false;
        let template = named.template.clone();
        self.request(at, &template, Some(method));
    }

    /// A name was given a path, and no call with a verb takes it.
    fn unused(&mut self, named: &Named) {
        let template = named.template.clone();
        self.request(named.at, &template, None);
    }

    /// A request was met.
    fn request(&mut self, at: usize, template: &str, method: Option<Method>) {
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

/// The name of the function that begins at a word, as far as such a look tells.
fn function_at<'a>(tokens: &Tokens<'a>, at: usize, word: &'a str) -> Option<&'a str> {
    const BLOCKS: [&str; 12] = [
        "if", "for", "foreach", "while", "switch", "catch", "using", "return", "await", "with",
        "lock", "match",
    ];
    if FUNCTIONS.contains(&word) {
        // `func (s *Store) Name(…)`
        let receiver = tokens.is_sign(at + 1, b'(').then(|| tokens.closing(at + 1));
        return tokens.word(receiver.unwrap_or(at) + 1);
    }
    if ["const", "let", "var", "val"].contains(&word) && tokens.is_sign(at + 2, b'=') {
        let value = if tokens.word(at + 3) == Some("async") { at + 4 } else { at + 3 };
        let open = tokens.is_sign(value, b'(');
        let end = if open { tokens.closing(value) + 1 } else { value + 1 };
        let is_arrow = tokens.is_sign(end, b'=') && tokens.is_sign(end + 1, b'>');
        return is_arrow.then(|| tokens.word(at + 1)).flatten();
    }
    let is_method = tokens.is_sign(at + 1, b'(')
        && at.checked_sub(1).is_none_or(|before| tokens.sign(before) != b'.')
        && !BLOCKS.contains(&word)
        && tokens.is_sign(tokens.closing(at + 1) + 1, b'{');
    is_method.then_some(word)
}

/// What may stand before a text and belongs to it.
fn is_prefix(word: &str) -> bool {
    matches!(word, "f" | "r" | "b" | "u" | "s" | "fr" | "rf" | "F" | "L" | "await" | "raw")
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
