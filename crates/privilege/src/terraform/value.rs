//! Values of attributes, and how text is written so that it stays text.

use std::fmt::Write;

/// What stands right of an attribute's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Text and expressions between it.
    Template(Vec<Part>),
    /// An expression: a reference to something of the document.
    Expression(String),
    /// `true` or `false`.
    Bool(bool),
    /// Entries, each with a remark, which may be empty.
    List(Vec<(Value, String)>),
    /// Names and values.
    Object(Vec<(&'static str, Value)>),
    /// Several lines of text.
    Lines(String),
}

/// A stretch of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text as it is meant.
    Text(String),
    /// An expression, whose value goes there.
    Expression(String),
}

impl Value {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Template(vec![Part::Text(text.into())])
    }

    pub(crate) fn reference(expression: impl Into<String>) -> Self {
        Self::Expression(expression.into())
    }

    /// An expression's value followed by text.
    pub(crate) fn joined(expression: &str, text: impl Into<String>) -> Self {
        Self::Template(vec![Part::Expression(expression.to_owned()), Part::Text(text.into())])
    }

    /// A list of texts, in the order given.
    pub(crate) fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::list(texts.into_iter().map(Self::text))
    }

    pub(crate) fn list(values: impl IntoIterator<Item = Self>) -> Self {
        Self::List(values.into_iter().map(|value| (value, String::new())).collect())
    }

    /// Whether it is written on several lines, which ends the alignment around it.
    pub(crate) fn is_tall(&self) -> bool {
        match self {
            Self::List(entries) => {
                entries.len() > 1
                    || entries.iter().any(|(entry, why)| entry.is_tall() || !why.is_empty())
            }
            Self::Object(members) => !members.is_empty(),
            _ => false,
        }
    }

    /// Writes it; lines after the first are indented by `indent` and more.
    pub(crate) fn write(&self, indent: usize, out: &mut String) {
        match self {
            Self::Template(parts) => quoted(parts, out),
            Self::Expression(expression) => out.push_str(expression),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::List(entries) if self.is_tall() => tall_list(entries, indent, out),
            Self::List(entries) => {
                out.push('[');
                for (entry, _) in entries {
                    entry.write(indent, out);
                }
                out.push(']');
            }
            Self::Object(members) => object(members, indent, out),
            Self::Lines(text) => lines(text, indent, out),
        }
    }
}

fn tall_list(entries: &[(Value, String)], indent: usize, out: &mut String) {
    let written: Vec<_> = entries
        .iter()
        .map(|(entry, why)| {
            let mut text = String::new();
            entry.write(indent + 2, &mut text);
            (text + ",", why)
        })
        .collect();
    out.push_str("[\n");
    for run in written.chunk_by(|(_, one), (_, other)| one.is_empty() == other.is_empty()) {
        let width = run.iter().map(|(text, _)| text.chars().count()).max().unwrap_or(0);
        for (text, why) in run {
            let _ = if why.is_empty() {
                writeln!(out, "{:indent$}  {text}", "")
            } else {
                writeln!(out, "{:indent$}  {text:width$} # {}", "", remark(why))
            };
        }
    }
    let _ = write!(out, "{:indent$}]", "");
}

fn object(members: &[(&'static str, Value)], indent: usize, out: &mut String) {
    let width = members.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    out.push_str("{\n");
    for (name, value) in members {
        let width = if value.is_tall() { 0 } else { width };
        let _ = write!(out, "{:indent$}  {name:width$} = ", "");
        value.write(indent + 2, out);
        out.push('\n');
    }
    let _ = write!(out, "{:indent$}}}", "");
}

fn quoted(parts: &[Part], out: &mut String) {
    out.push('"');
    for part in parts {
        match part {
            Part::Text(text) => escape(text, out),
            Part::Expression(expression) => {
                let _ = write!(out, "${{{expression}}}");
            }
        }
    }
    out.push('"');
}

/// Writes text so that between quotes it means itself: no interpolation, no directive, no end of
/// the string, and nothing that a terminal or an editor would act on or hide.
fn escape(text: &str, out: &mut String) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // A dollar sign at the end would open an interpolation with a brace that follows the text.
            '$' | '%' if chars.peek() == Some(&'{') => out.extend([c, c]),
            '$' | '%' if chars.peek().is_none() => numbered(c, out),
            c if is_hidden(c) => numbered(c, out),
            c => out.push(c),
        }
    }
}

fn numbered(c: char, out: &mut String) {
    let code = u32::from(c);
    let _ = if code > 0xffff { write!(out, "\\U{code:08x}") } else { write!(out, "\\u{code:04x}") };
}

/// Characters that control, reorder or hide, as one looks at a text.
/// Source: Unicode 17.0, `Bidi_Control`, `Default_Ignorable_Code_Point`, separators of lines.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// A heredoc where it can hold the text as it is, else one quoted line.
fn lines(text: &str, indent: usize, out: &mut String) {
    let body = text.strip_suffix('\n');
    let is_plain = |body: &str| {
        body.lines().all(|line| !line.is_empty() && !line.starts_with([' ', '\t']) && line != "EOT")
            && !body.chars().any(|c| c != '\n' && is_hidden(c))
            && !body.contains("$${")
            && !body.contains("%%{")
    };
    let Some(body) = body.filter(|body| !body.is_empty() && is_plain(body)) else {
        return quoted(&[Part::Text(text.to_owned())], out);
    };
    out.push_str("<<-EOT\n");
    for line in body.split('\n') {
        let line = line.replace("${", "$${").replace("%{", "%%{");
        let _ = writeln!(out, "{:indent$}  {line}", "");
    }
    let _ = write!(out, "{:indent$}EOT", "");
}

/// Text as a remark: one line, nothing hidden.
pub(crate) fn remark(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => clean.push(' '),
            c if is_hidden(c) => numbered(c, &mut clean),
            c => clean.push(c),
        }
    }
    clean
}
