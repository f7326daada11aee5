//! Names and what they are given, wherever configurations and programs write that down.
//!
//! Every step looks at a bounded number of bytes, so that a name costs the same in a line of any length.

use std::ops::Range;

/// Bytes of a value that are read.
const VALUE_MAX: usize = 384;

/// Bytes on either side of a place that belong to a name at most.
const NAME_MAX: usize = 64;

/// A value that a name is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// Where it stands, without quotes.
    pub(super) span: Range<usize>,
    /// It stands in quotes.
    pub(super) is_quoted: bool,
}

/// The name that the bytes `part` belong to: `okta.client.orgUrl`.
pub(super) fn name_around(text: &[u8], part: Range<usize>) -> Range<usize> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let n_before = text[..part.start].iter().rev().take(NAME_MAX).take_while(is_name).count();
    let n_after = text[part.end..].iter().take(NAME_MAX).take_while(is_name).count();
    part.start - n_before..part.end + n_after
}

/// The words of a name in lower case, with a blank between: `oktaOrgName` and `OKTA_ORG_NAME` are both `okta org name`.
pub(super) fn words(name: &[u8]) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut before = b' ';
    for (at, &byte) in name.iter().enumerate() {
        let next_is_lower = name.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        let is_hump = byte.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || before.is_ascii_uppercase() && next_is_lower);
        let is_gap = !byte.is_ascii_alphanumeric();
        if (is_hump || is_gap) && !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
        if !is_gap {
            words.push(char::from(byte.to_ascii_lowercase()));
        }
        before = byte;
    }
    words.truncate(words.trim_end().len());
    words
}

/// What the name that ends at `end` is given: after `=`, `:`, `=>`, `,` in a call, `(`, in an element of its name, or as the
/// `value` beside a `name`.
pub(super) fn value_after(text: &[u8], name: &Range<usize>) -> Option<Value> {
    let mut at = Cursor { text, at: name.end };
    let n_closing = at.skip(|byte| matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b']'));
    at.skip_blanks();
    if text[..name.start].ends_with(b"variable \"") {
        return Cursor { text, at: name.end }.default();
    }
    let is_flag = text[name.clone()].starts_with(b"--");
    if at.accept(b"=>")
        || at.accept(b":=")
        || at.accept(b"||")
        || at.accept(b"??")
        || at.accept(b"==")
    {
        return at.value();
    }
    if at.accept(b":-") || at.accept(b"=") || at.accept(b">") || at.accept(b"(") {
        return at.value();
    }
    if at.accept(b":") {
        return at.typed();
    }
    if let Some(value) = at.beside() {
        return Some(value);
    }
    if n_closing > 0 && at.accept(b",") {
        return at.value().filter(|value| value.is_quoted);
    }
    (is_flag && at.at > name.end).then(|| at.value()).flatten()
}

/// A place in a text that moves on.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: usize,
}

impl Cursor<'_> {
    /// Skips at most 64 bytes of a sort and says how many.
    pub(super) fn skip(&mut self, is_of: impl Fn(&u8) -> bool) -> usize {
        let n = self.text[self.at..].iter().take(64).take_while(|byte| is_of(byte)).count();
        self.at += n;
        n
    }

    pub(super) fn skip_blanks(&mut self) -> usize {
        self.skip(|byte| matches!(byte, b' ' | b'\t'))
    }

    pub(super) fn accept(&mut self, literal: &[u8]) -> bool {
        let accepts = self.text[self.at..].starts_with(literal);
        self.at += if accepts { literal.len() } else { 0 };
        accepts
    }

    /// A value in quotes or as it is.
    fn value(mut self) -> Option<Value> {
        self.skip_blanks();
        let is_quoted = self.skip(|byte| matches!(byte, b'"' | b'\'' | b'`' | b'\\')) > 0;
        let is_value =
            |byte: &&u8| !byte.is_ascii_whitespace() && !b"\"'`\\,;<>(){}[]|&".contains(byte);
        let len = self.text[self.at..].iter().take(VALUE_MAX).take_while(is_value).count();
        (0 < len && len < VALUE_MAX).then(|| Value { span: self.at..self.at + len, is_quoted })
    }

    /// A value after a colon, which a type and `=` may come before: `: String = "…"`.
    fn typed(self) -> Option<Value> {
        let mut after = self;
        after.skip(|byte| byte.is_ascii_alphanumeric() || b"_&*<>?.' []".contains(byte));
        let is_typed = after.at > self.at && after.accept(b"=") && !after.accept(b"=");
        let value = is_typed.then(|| after.value()).flatten().filter(|value| value.is_quoted);
        value.or_else(|| self.value())
    }

    /// The `default` in the braces of a Terraform variable, which begin here.
    fn default(mut self) -> Option<Value> {
        self.skip(|byte| b"\"' ".contains(byte));
        if !self.accept(b"{") {
            return None;
        }
        let rest = &self.text[self.at..self.text.len().min(self.at + VALUE_MAX)];
        let block = &rest[..memchr::memchr(b'}', rest)?];
        self.at += memchr::memmem::find(block, b"default")? + b"default".len();
        self.skip_blanks();
        self.accept(b"=").then(|| self.value()).flatten()
    }

    /// `value: …`, `"value": "…"`, `value="…"` after the name, with nothing but marks between.
    fn beside(mut self) -> Option<Value> {
        self.skip(|byte| byte.is_ascii_whitespace() || b"\"'`\\,".contains(byte));
        let is_value = ["value", "Value", "VALUE"].iter().any(|word| self.accept(word.as_bytes()));
        self.skip(|byte| b"\"'`\\ ".contains(byte));
        (is_value && (self.accept(b":") || self.accept(b"="))).then(|| self.value()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_name() {
        fn check(name: &str, expected: &str) {
            assert_eq!(words(name.as_bytes()), expected);
        }
        check("OKTA_ORG_NAME", "okta org name");
        check("okta.client.orgUrl", "okta client org url");
        check("oktaOrgURL", "okta org url");
        check("OktaDomain", "okta domain");
        check("AUTH0_ISSUER_BASE_URL", "auth0 issuer base url");
        check("auth0Domain", "auth0 domain");
        check("Okta__Domain", "okta domain");
        check("--okta-domain", "okta domain");
        check("", "");
    }

    #[test]
    fn values_of_a_name() {
        fn check(text: &str, expected: Option<&str>) {
            let at = text.find("NAME").unwrap();
            let name = name_around(text.as_bytes(), at..at + 4);
            let value = value_after(text.as_bytes(), &name).map(|value| &text[value.span]);
            assert_eq!(value, expected, "{text}");
        }
        for text in [
            "NAME=acme",
            "NAME = 'acme'",
            "export NAME=\"acme\"",
            "\"NAME\": \"acme\",",
            "{\\\"NAME\\\":\\\"acme\\\"}",
            "NAME: acme # c",
            "NAME => 'acme'",
            "val NAME: String = \"acme\"",
            "const NAME: &str = \"acme\";",
            "os.environ['NAME'] = 'acme'",
            "os.getenv(\"NAME\", \"acme\")",
            "process.env.NAME || 'acme'",
            "${NAME:-acme}",
            "- name: NAME\n  value: acme\n",
            "{\"name\": \"NAME\", \"value\": \"acme\"}",
            "<add key=\"NAME\" value=\"acme\" />",
            "<NAME>acme</NAME>",
            "--NAME acme",
            "WithNAME(\"acme\")",
            "variable \"NAME\" {\n  type = string\n  default = \"acme\"\n}",
            "-e NAME=acme image",
        ] {
            check(text, Some("acme"));
        }
        for text in [
            "NAME",
            "NAME acme",
            "NAME\n= acme",
            "['NAME', other]",
            "\"NAME\"",
            "NAME =",
            "NAME=$X",
        ] {
            let expected = (text == "NAME=$X").then_some("$X");
            check(text, expected);
        }
    }
}
