//! Names that stand for texts, and names of functions.

use super::callee::callee;
use super::joined::is_prefix;
use super::scan::{Named, Scan};
use super::token::Tokens;
use super::{target, verb};

/// Names that stand for texts.
const MAX_NAMES: usize = 10_000;

/// Tokens of what a function returns, or throws, that are looked over.
const MAX_TYPE: usize = 12;

/// Beginnings of paths that are kept.
const MAX_BASES: usize = 8;

/// Words that tell the name of a function.
const FUNCTIONS: [&str; 6] = ["def", "function", "func", "fn", "fun", "sub"];

impl<'a> Scan<'a, '_> {
    /// The name that an expression is given, as in `NAME = …`, `name: …`, `const NAME: &str = …`.
    pub(super) fn assigned(&self, start: usize) -> Option<&'a str> {
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
                at = callee(tokens, before).last()?.at;
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

    pub(super) fn remember(
        &mut self,
        name: &'a str,
        template: String,
        at: usize,
        is_pending: bool,
    ) {
        let name = name.trim_start_matches('$');
        if self.names.len() >= MAX_NAMES && !self.names.contains_key(name) {
            return;
        }
        if let Some(base) = target::of(&template).filter(|found| found.is_base)
            && self.bases.len() < MAX_BASES
        {
            let base = base.text.trim_end_matches('/').to_owned();
            if !self.bases.contains(&base) {
                self.bases.push(base);
            }
        }
        if let Some(before) = self.names.insert(name, Named { template, at, is_pending })
            && before.is_pending
        {
            self.unused(&before);
        }
    }

    /// A name that stands for a path is used.
    pub(super) fn name(&mut self, at: usize) {
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
    pub(super) fn unused(&mut self, named: &Named) {
        let template = named.template.clone();
        self.request(named.at, &template, None);
    }
}

/// The name of the function that begins at a word, as far as such a look tells.
pub(super) fn function_at<'a>(tokens: &Tokens<'a>, at: usize, word: &'a str) -> Option<&'a str> {
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
    let may = tokens.is_sign(at + 1, b'(')
        && at.checked_sub(1).is_none_or(|before| tokens.sign(before) != b'.')
        && !BLOCKS.contains(&word);
    if !may {
        return None;
    }
    // `name(): Type {`, `name() throws Failure {`
    let end = tokens.closing(at + 1) + 1;
    let has_more = tokens.is_sign(end, b':') || tokens.word(end) == Some("throws");
    let reach = if has_more { end + MAX_TYPE } else { end };
    let body = (end..=reach).find(|at| matches!(tokens.sign(*at), b'{' | b';' | b'=' | b'('))?;
    tokens.is_sign(body, b'{').then_some(word)
}
