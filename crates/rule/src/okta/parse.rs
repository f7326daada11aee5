//! From tokens to tests, and the logic that joins them.
//!
//! After a mistake the rest of the test is skipped, so that every mistake is
//! said and not only the first.

use super::literal::{Literal, bare, compile};
use super::tokens::{Kind, Token, tokens};
use super::{Expression, FilterTest};
use crate::diagnostic::{Code, Diagnostic, has_error};
use crate::logic::{Label, Part};
use crate::span::Span;
use crate::yaml::Origin;

/// Deepest nesting of parentheses and `not`. Okta's published filters reach 4.
const MAX_DEPTH: usize = 100;

/// The operators of the language.
const OPERATORS: [&str; 11] = ["eq", "ne", "gt", "ge", "lt", "le", "sw", "ew", "co", "pr", "in"];

/// What other languages write for them.
const FOREIGN: [(&str, &str); 16] = [
    ("=", "eq"),
    ("==", "eq"),
    ("is", "eq"),
    ("!=", "ne"),
    ("<>", "ne"),
    (">", "gt"),
    (">=", "ge"),
    ("<", "lt"),
    ("<=", "le"),
    ("gte", "ge"),
    ("lte", "le"),
    ("contains", "co"),
    ("like", "co"),
    ("startswith", "sw"),
    ("endswith", "ew"),
    ("exists", "pr"),
];

/// Reads a filter expression; `None` when there is a mistake in it, which is said.
pub(crate) fn parse(
    text: &str,
    origin: &Origin<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Expression> {
    let before = out.len();
    let tokens = tokens(text);
    let mut parser = Parser { text, origin, tokens, next: 0, depth: 0, tests: Vec::new(), out };
    let logic = parser.whole();
    let (tests, failed) = (parser.tests, has_error(&out[before..]));
    let written = text.trim();
    let start = text.len() - text.trim_start().len();
    let span = origin.span(start..start + written.len());
    let expression = |logic| Expression { text: written.to_owned(), span, tests, logic };
    logic.filter(|_| !failed).map(expression)
}

struct Parser<'p> {
    text: &'p str,
    origin: &'p Origin<'p>,
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
    tests: Vec<FilterTest>,
    out: &'p mut Vec<Diagnostic>,
}

impl Parser<'_> {
    fn whole(&mut self) -> Option<Part> {
        let mut logic = self.any();
        while logic.is_some() && self.next < self.tokens.len() {
            let message = match self.mark() {
                Some(')') => "this closes nothing",
                _ => "expected `and`, `or` or the end",
            };
            self.mistake(message);
            self.next += 1;
            self.skip_test();
            while self.take_word("and") || self.take_word("or") {
                logic = logic.and(self.any());
            }
        }
        logic
    }

    /// `None` only when nothing after it can be read.
    fn any(&mut self) -> Option<Part> {
        self.chain("or", Part::Any, Self::all)
    }

    fn all(&mut self) -> Option<Part> {
        self.chain("and", Part::All, Self::not)
    }

    fn chain(
        &mut self,
        operator: &str,
        join: fn(Vec<Part>) -> Part,
        operand: fn(&mut Self) -> Option<Part>,
    ) -> Option<Part> {
        let mut parts = vec![operand(self)?];
        while self.take_word(operator) {
            parts.push(operand(self)?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { join(parts) })
    }

    fn not(&mut self) -> Option<Part> {
        let span = self.here();
        if !self.take_word("not") {
            return self.primary();
        }
        self.deeper(|parser| Some(Part::Not(Some(span), Box::new(parser.not()?))))
    }

    fn primary(&mut self) -> Option<Part> {
        let open = self.here();
        if self.mark() != Some('(') {
            return Some(self.test());
        }
        self.next += 1;
        self.deeper(|parser| {
            let inner = parser.any()?;
            if parser.mark() == Some(')') {
                parser.next += 1;
                return Some(inner);
            }
            let mistake = Diagnostic::error(Code::FilterSyntax, parser.here(), "expected `)`");
            parser.out.push(mistake.label(open, "this is not closed"));
            parser.skip_test();
            if parser.mark() == Some(')') {
                parser.next += 1;
            }
            Some(inner)
        })
    }

    fn deeper(&mut self, inner: impl FnOnce(&mut Self) -> Option<Part>) -> Option<Part> {
        if self.depth == MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            self.out.push(Diagnostic::error(Code::TooComplex, self.here(), message));
            return None;
        }
        self.depth += 1;
        let part = inner(self);
        self.depth -= 1;
        part
    }

    /// One test. After a mistake, something that stands for it.
    fn test(&mut self) -> Part {
        let start = self.next;
        let failed = || Part::All(Vec::new());
        let Some(field) = self.field() else {
            self.skip_test();
            return failed();
        };
        let Some(operator) = self.operator() else {
            self.skip_test();
            return failed();
        };
        let Some(literals) = self.literals(operator) else {
            self.skip_test();
            return failed();
        };
        let range = self.tokens[start].range.start..self.tokens[self.next - 1].range.end;
        let span = self.origin.span(range);
        let Some(expr) = compile(&field, operator, &literals) else {
            let message =
                format!("`{operator}` needs text, or a number where values have an order");
            self.out.push(Diagnostic::error(Code::FilterSyntax, span, message));
            return failed();
        };
        let values = literals.into_iter().map(Literal::into_text).collect();
        let what = field.as_str().into();
        self.tests.push(FilterTest { field, operator, values, span });
        Part::Leaf(Label { what, span }, expr)
    }

    fn field(&mut self) -> Option<String> {
        let expected = "expected the name of a field";
        match self.kind() {
            Some(Kind::Text(name)) if !name.is_empty() => {
                let name = name.clone();
                self.next += 1;
                Some(name)
            }
            Some(Kind::BadText(why)) => self.fail(why),
            Some(Kind::Word) if !self.is_keyword() => {
                let name = self.word().to_owned();
                self.next += 1;
                Some(name)
            }
            _ => self.fail(expected),
        }
    }

    fn operator(&mut self) -> Option<&'static str> {
        let expected = "expected an operator such as `eq`, `sw` or `pr`";
        if self.mark() == Some('[') {
            return self.fail("filters in brackets are not part of this language");
        }
        if self.kind() != Some(&Kind::Word) || self.is_keyword() {
            return self.fail(expected);
        }
        let word = self.word();
        let known = OPERATORS.into_iter().find(|operator| word.eq_ignore_ascii_case(operator));
        if known.is_none() {
            let diagnostic = self.unknown_operator();
            self.out.push(diagnostic);
            return None;
        }
        self.next += 1;
        known
    }

    fn unknown_operator(&self) -> Diagnostic {
        let word = self.word().to_ascii_lowercase();
        let message = format!("unknown operator `{}`", self.word());
        let diagnostic = Diagnostic::error(Code::UnknownOperator, self.here(), message);
        match FOREIGN.iter().find(|(foreign, _)| word == *foreign) {
            Some((_, ours)) => diagnostic.help(format!("write `{ours}`")),
            None => diagnostic.help(format!("the operators are {}", OPERATORS.join(", "))),
        }
    }

    fn literals(&mut self, operator: &str) -> Option<Vec<Literal>> {
        match operator {
            "pr" => Some(Vec::new()),
            "in" => self.list(),
            _ => Some(vec![self.literal()?]),
        }
    }

    fn list(&mut self) -> Option<Vec<Literal>> {
        if self.mark() != Some('[') {
            return self.fail("expected a list such as `[\"a\", \"b\"]`");
        }
        self.next += 1;
        let mut literals = vec![self.literal()?];
        while self.mark() == Some(',') {
            self.next += 1;
            literals.push(self.literal()?);
        }
        if self.mark() != Some(']') {
            return self.fail("expected `,` or `]`");
        }
        self.next += 1;
        Some(literals)
    }

    fn literal(&mut self) -> Option<Literal> {
        let literal = match self.kind() {
            Some(Kind::Text(text)) => Literal::Text(text.clone()),
            Some(Kind::BadText(why)) => {
                let why = *why;
                return self.fail(why);
            }
            Some(Kind::Word) => {
                if let Some(literal) = bare(self.word()) {
                    literal
                } else {
                    let message = format!("expected a value, found `{}`", self.word());
                    let help = "text stands in double quotes";
                    let diagnostic = Diagnostic::error(Code::FilterSyntax, self.here(), message);
                    self.out.push(diagnostic.help(help));
                    return None;
                }
            }
            _ => return self.fail("expected a value"),
        };
        self.next += 1;
        Some(literal)
    }

    fn kind(&self) -> Option<&Kind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    fn mark(&self) -> Option<char> {
        match self.kind() {
            Some(Kind::Mark(mark)) => Some(*mark),
            _ => None,
        }
    }

    /// The next token as it is written; empty at the end.
    fn word(&self) -> &str {
        self.tokens.get(self.next).map_or("", |token| &self.text[token.range.clone()])
    }

    fn is_word(&self, word: &str) -> bool {
        self.kind() == Some(&Kind::Word) && self.word().eq_ignore_ascii_case(word)
    }

    fn is_keyword(&self) -> bool {
        ["and", "or", "not"].iter().any(|word| self.is_word(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let taken = self.is_word(word);
        self.next += usize::from(taken);
        taken
    }

    /// The place of the next token, or of the end.
    fn here(&self) -> Span {
        let end = self.text.trim_end().len();
        self.origin.span(self.tokens.get(self.next).map_or(end..end, |token| token.range.clone()))
    }

    fn mistake(&mut self, message: &str) {
        self.out.push(Diagnostic::error(Code::FilterSyntax, self.here(), message));
    }

    fn fail<T>(&mut self, message: &str) -> Option<T> {
        self.mistake(message);
        None
    }

    /// Goes to where the next test can begin, over lists and parentheses.
    fn skip_test(&mut self) {
        let mut open = 0_usize;
        while let Some(kind) = self.kind() {
            match kind {
                Kind::Mark('(' | '[') => open += 1,
                Kind::Mark(')') if open == 0 => return,
                Kind::Mark(')' | ']') => open = open.saturating_sub(1),
                Kind::Word if open == 0 && (self.is_word("and") || self.is_word("or")) => return,
                _ => {}
            }
            self.next += 1;
        }
    }
}
