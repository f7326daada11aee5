//! Texts that are put together: `BASE + "/users/" + id`.

use super::scan::{Named, Scan};
use super::template;

/// Parts of one text that is put together.
const MAX_PARTS: usize = 40;

/// Longer templates are no paths, in bytes.
const MAX_TEMPLATE: usize = 2_000;

/// Members of one value, as in `a.b.c`, and brackets behind each.
const MAX_LINKS: usize = 32;
const MAX_BRACKETS: usize = 8;

/// A text that may be put together.
pub(super) struct Joined {
    pub(super) template: String,
    pub(super) end: usize,
    pub(super) has_text: bool,
    /// Names that stand for parts of it.
    pub(super) used: Vec<String>,
}

impl<'a> Scan<'a, '_> {
    /// A text, put together or not, that begins here; or what may begin one.
    pub(super) fn joined(&self, start: usize) -> Option<Joined> {
        let mut joined =
            Joined { template: String::new(), end: start, has_text: false, used: Vec::new() };
        for _ in 0..MAX_PARTS {
            let at = joined.end;
            joined.end = if self.tokens.is_text(at) {
                joined.has_text = true;
                self.push_text(at, &mut joined)?;
                at + 1
            } else {
                self.push_value(at, &mut joined)?
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
    fn push_text(&self, at: usize, out: &mut Joined) -> Option<()> {
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
            out.template.push_str(before);
            let Some((name, after)) = inside.split_once('}') else {
                rest = &rest[before.len()..];
                break;
            };
            if self.known(name).is_some() {
                self.push_known(name, out);
            } else {
                out.template.push('{');
                out.template.push_str(name);
                out.template.push('}');
            }
            rest = after;
        }
        out.template.push_str(rest);
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
    fn push_value(&self, start: usize, out: &mut Joined) -> Option<usize> {
        let tokens = &self.tokens;
        let mut at = start;
        let mut last = "";
        if tokens.is_sign(at, b'(') {
            at = tokens.closing(at) + 1;
        } else {
            for _ in 0..MAX_LINKS {
                last = tokens.word(at)?;
                at += 1;
                for _ in 0..MAX_BRACKETS {
                    if !matches!(tokens.sign(at), b'(' | b'[') {
                        break;
                    }
                    let close = tokens.closing(at);
                    if close == tokens.len() {
                        return None;
                    }
                    // A path in there is looked at by itself.
                    if (at..close).any(|at| tokens.is_text(at) && tokens.text(at).contains('/')) {
                        return None;
                    }
                    // `paths["users"]` stands for what is kept under that name.
                    let is_key = tokens.is_sign(at, b'[') && close == at + 2;
                    last = if is_key { tokens.text(at + 1) } else { "" };
                    at = close + 1;
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
            template::push(last, &mut out.template);
        }
        Some(at)
    }

    /// What a name stands for, if that is a part of a path.
    fn known(&self, name: &str) -> Option<&Named> {
        self.names.get(name).filter(|named| named.template.contains('/'))
    }

    fn push_known(&self, name: &str, out: &mut Joined) {
        let Some(named) = self.names.get(name) else { return };
        let is_joined_twice = out.template.ends_with('/') && named.template.starts_with('/');
        out.template.push_str(if is_joined_twice { &named.template[1..] } else { &named.template });
        out.used.push(name.to_owned());
    }
}

/// What may stand before a text and belongs to it.
pub(super) fn is_prefix(word: &str) -> bool {
    matches!(word, "f" | "r" | "b" | "u" | "s" | "fr" | "rf" | "F" | "L" | "await" | "raw")
}
