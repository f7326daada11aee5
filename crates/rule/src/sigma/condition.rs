//! The condition: words, operators, and the tree they make.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;
use crate::yaml::{Node, Origin};

/// Deepest nesting of parentheses and `not`. Real conditions reach 3.
const MAX_DEPTH: usize = 64;

/// One condition of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// As it is written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// What it says.
    pub logic: Logic,
}

/// What a condition says.
#[derive(Debug, Clone, PartialEq)]
pub enum Logic {
    /// All of these hold.
    All(Vec<Logic>),
    /// Any of these holds.
    Any(Vec<Logic>),
    /// This does not hold; the place is that of the word `not`.
    Not(Span, Box<Logic>),
    /// A selection holds.
    Selection(String, Span),
    /// So many of some selections hold.
    Of(Count, Names, Span),
}

/// How many selections must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Each of them.
    All,
    /// At least so many; 1 for `any` too.
    AtLeast(usize),
}

/// Which selections are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Names {
    /// Each whose name does not begin with `_`.
    Them,
    /// Each whose name fits the pattern, in which `*` stands for any text.
    Pattern(String),
}

impl Names {
    /// Whether the selection of that name is meant.
    pub fn include(&self, name: &str) -> bool {
        match self {
            Self::Them => !name.starts_with('_'),
            Self::Pattern(pattern) => fits(pattern, name),
        }
    }
}

/// Whether the whole of `name` fits a pattern in which `*` stands for any text.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((prefix, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(prefix) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(at) = name.find(piece) else { return false };
        name = &name[at + piece.len()..];
    }
    name.ends_with(last)
}

/// What the names in a condition stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noun {
    /// Selections of a detection.
    Selection,
    /// Rules that a correlation refers to.
    Rule,
}

/// Reads a condition. `None` when something is wrong with it, which is said.
pub(crate) fn parse(
    node: &Node,
    source: &str,
    noun: Noun,
    out: &mut Vec<Diagnostic>,
) -> Option<Condition> {
    let Some(text) = node.text() else {
        let message = format!("the condition must be text, not {}", node.kind());
        out.push(Diagnostic::error(Code::WrongShape, node.span, message));
        return None;
    };
    let origin = node.origin(source);
    let mut parser = Parser { text, origin, noun, words: words(text), next: 0, depth: 0 };
    let logic = parser.whole().map_err(|diagnostic| out.push(diagnostic)).ok()?;
    Some(Condition { text: text.trim().to_owned(), span: node.span, logic })
}

/// Words, parentheses and pipes, by their places in the text.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for (at, character) in text.char_indices() {
        let end = at + character.len_utf8();
        match character {
            '(' | ')' | '|' => {
                words.push(at..end);
                open = false;
            }
            blank if blank.is_whitespace() => open = false,
            _ => {
                match words.last_mut() {
                    Some(word) if open => word.end = end,
                    _ => words.push(at..end),
                }
                open = true;
            }
        }
    }
    words
}

struct Parser<'t> {
    text: &'t str,
    origin: Origin<'t>,
    noun: Noun,
    words: Vec<Range<usize>>,
    next: usize,
    depth: usize,
}

impl Parser<'_> {
    fn whole(&mut self) -> Result<Logic, Diagnostic> {
        let logic = self.any()?;
        match self.peek() {
            None => Ok(logic),
            Some("|") => Err(self.aggregation()),
            Some(")") => Err(self.mistake("this closes nothing")),
            Some(word) if word.eq_ignore_ascii_case("near") => Err(self.aggregation()),
            Some(_) => Err(self.mistake("expected `and`, `or` or the end")),
        }
    }

    fn any(&mut self) -> Result<Logic, Diagnostic> {
        self.chain("or", Logic::Any, Self::all)
    }

    fn all(&mut self) -> Result<Logic, Diagnostic> {
        self.chain("and", Logic::All, Self::not)
    }

    fn chain(
        &mut self,
        operator: &str,
        join: fn(Vec<Logic>) -> Logic,
        operand: fn(&mut Self) -> Result<Logic, Diagnostic>,
    ) -> Result<Logic, Diagnostic> {
        let mut parts = vec![operand(self)?];
        while self.take(operator).is_some() {
            parts.push(operand(self)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { join(parts) })
    }

    fn not(&mut self) -> Result<Logic, Diagnostic> {
        let Some(span) = self.take("not") else { return self.primary() };
        self.deeper(|parser| Ok(Logic::Not(span, Box::new(parser.not()?))))
    }

    fn primary(&mut self) -> Result<Logic, Diagnostic> {
        if let Some(open) = self.take("(") {
            return self.deeper(|parser| {
                let inner = parser.any()?;
                if parser.take(")").is_some() {
                    return Ok(inner);
                }
                let mistake = parser.mistake("expected `)`");
                Err(mistake.label(open, "this is not closed"))
            });
        }
        if self.words.get(self.next + 1).is_some_and(|word| self.is(word, "of")) {
            return self.of();
        }
        let expected = match self.noun {
            Noun::Selection => "expected the name of a selection",
            Noun::Rule => "expected the name of a rule",
        };
        match self.peek() {
            None | Some(")" | "|") => Err(self.mistake(expected)),
            Some(word) if is_operator(word) => Err(self.mistake(expected)),
            Some(word) => {
                let name = word.to_owned();
                let span = self.here();
                self.next += 1;
                Ok(Logic::Selection(name, span))
            }
        }
    }

    fn of(&mut self) -> Result<Logic, Diagnostic> {
        let start = self.here();
        let count = match self.peek().map(str::to_ascii_lowercase).as_deref() {
            Some("all") => Count::All,
            Some("any") => Count::AtLeast(1),
            Some(word) => match word.parse() {
                Ok(count @ 1..) => Count::AtLeast(count),
                _ => return Err(self.mistake("expected `all`, `any` or a number from 1")),
            },
            None => return Err(self.mistake("expected `all`, `any` or a number from 1")),
        };
        self.next += 2;
        let names = match self.peek() {
            None | Some("(" | ")" | "|") => {
                return Err(self.mistake("expected `them` or a pattern such as `filter_*`"));
            }
            Some(word) if word.eq_ignore_ascii_case("them") => Names::Them,
            Some(word) => Names::Pattern(word.to_owned()),
        };
        let span = start.join(self.here());
        self.next += 1;
        Ok(Logic::Of(count, names, span))
    }

    fn deeper(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<Logic, Diagnostic>,
    ) -> Result<Logic, Diagnostic> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            return Err(Diagnostic::error(Code::TooComplex, self.here(), message));
        }
        let logic = inner(self);
        self.depth -= 1;
        logic
    }

    fn peek(&self) -> Option<&str> {
        self.words.get(self.next).map(|word| &self.text[word.clone()])
    }

    fn is(&self, word: &Range<usize>, text: &str) -> bool {
        self.text[word.clone()].eq_ignore_ascii_case(text)
    }

    /// Takes the next word if it is this one, and says where it stands.
    fn take(&mut self, text: &str) -> Option<Span> {
        let word = self.words.get(self.next)?;
        if !self.is(word, text) {
            return None;
        }
        let span = self.here();
        self.next += 1;
        Some(span)
    }

    /// The place of the next word, or of the end of the text.
    fn here(&self) -> Span {
        let end = self.text.trim_end().len();
        self.origin.span(self.words.get(self.next).cloned().unwrap_or(end..end))
    }

    fn mistake(&self, message: &str) -> Diagnostic {
        Diagnostic::error(Code::ConditionSyntax, self.here(), message)
    }

    fn aggregation(&self) -> Diagnostic {
        let rest = self.words[self.next].start..self.text.trim_end().len();
        let message = "aggregations are not read: they left Sigma with version 2";

        Diagnostic::error(Code::Aggregation, self.origin.span(rest), message)
            .help("count in a correlation document")
    }
}

fn is_operator(word: &str) -> bool {
    ["and", "or", "not", "of"].iter().any(|operator| word.eq_ignore_ascii_case(operator))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_whole_names() {
        let check =
            |pattern, name, expected| assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        check("*", "", true);
        check("*", "a", true);
        check("a", "a", true);
        check("a", "ab", false);
        check("a*", "ab", true);
        check("a*a", "a", false);
        check("a*a", "aa", true);
        check("*b*", "abc", true);
        check("a*b*c", "a_b_b_c", true);
        check("a*b*c", "a_c_b", false);
        check("a**", "a", true);
    }
}
