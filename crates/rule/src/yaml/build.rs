//! From the events of the parser to a tree.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span as EventSpan, Tag};

use super::{Data, MAX_BYTES, MAX_DEPTH, MAX_NODES, Node, Parsed, Scalar};
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;

/// Reads a YAML file, which may hold several documents.
///
/// Never fails as a whole: what comes before the first mistake in syntax is
/// returned with the mistake.
pub fn parse(text: &str) -> Parsed {
    if text.len() > MAX_BYTES {
        let message = format!("the file has {} bytes, more than the {MAX_BYTES} read", text.len());
        let diagnostic = Diagnostic::error(Code::TooLarge, Span::default(), message);
        return Parsed { documents: Vec::new(), diagnostics: vec![diagnostic] };
    }
    if let Some(diagnostic) = forbidden_character(text) {
        return Parsed { documents: Vec::new(), diagnostics: vec![diagnostic] };
    }
    let mut builder = Builder::new(text);
    let mut events = Parser::new_from_str(text);
    while let Some(event) = events.next_event() {
        let step = match event {
            Ok((event, span)) => builder.take(event, span),
            Err(error) => Err(builder.syntax(&error)),
        };
        if let Err(diagnostic) = step {
            builder.parsed.diagnostics.push(diagnostic);
            break;
        }
    }
    builder.parsed
}

/// The parser takes NUL for the end of the file: what follows would be unread.
fn forbidden_character(text: &str) -> Option<Diagnostic> {
    // In UTF-8 the control characters are these bytes, or begin with 0xC2.
    let suspicious = |byte: u8| matches!(byte, 0..=8 | 11 | 12 | 14..=31 | 127 | 0xC2);
    if !text.bytes().any(suspicious) {
        return None;
    }
    let forbidden = |character: char| {
        character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{85}')
    };
    let at = text.find(forbidden)?;
    let character = text[at..].chars().next()?;
    let span = Span::new(at, at + character.len_utf8());
    let message = format!("YAML forbids the character U+{:04X}", u32::from(character));
    let help = "write it as an escape in double quotes, such as \"\\x1b\"";
    Some(Diagnostic::error(Code::Syntax, span, message).help(help))
}

/// A list or mapping that is not closed yet.
struct Open {
    start: usize,
    anchor: usize,
    nodes: usize,
    data: OpenData,
}

enum OpenData {
    Seq(Vec<Node>),
    Map { entries: Vec<(Node, Node)>, key: Option<Node> },
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Node {
    let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
    if style != ScalarStyle::Plain || is_text {
        return Node { span, data: Data::Scalar(Scalar::quoted(text.into_owned())) };
    }
    // The parser places a value that is not there at the token that follows.
    let span = if text.is_empty() { Span::new(span.start, span.start) } else { span };
    Node { span, data: Data::Scalar(Scalar::plain(text.into_owned())) }
}

struct Builder<'t> {
    text: &'t str,
    /// Bytes by character, empty when the text is ASCII and both are the same.
    bytes: Vec<usize>,
    open: Vec<Open>,
    /// What anchors name, each with its number of nodes.
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    parsed: Parsed,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        let mut bytes = Vec::new();
        if !text.is_ascii() {
            bytes.extend(text.char_indices().map(|(at, _)| at));
            bytes.push(text.len());
        }
        let (open, anchors) = (Vec::new(), HashMap::new());
        Self { text, bytes, open, anchors, nodes: 0, parsed: Parsed::default() }
    }

    fn take(&mut self, event: Event<'_>, span: EventSpan) -> Result<(), Diagnostic> {
        let span = self.span(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let node = scalar(text, style, tag.as_deref(), span);
                self.finish(node, 1, anchor)
            }
            Event::SequenceStart(anchor, _) => self.start(span, anchor, OpenData::Seq(Vec::new())),
            Event::MappingStart(anchor, _) => {
                self.start(span, anchor, OpenData::Map { entries: Vec::new(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::DocumentStart(_) => {
                self.anchors.clear();
                Ok(())
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn byte(&self, character: usize) -> usize {
        let at = if self.bytes.is_empty() { Some(&character) } else { self.bytes.get(character) };
        at.copied().unwrap_or(self.text.len()).min(self.text.len())
    }

    /// The place in bytes, without the blanks that the parser counts to a node.
    fn span(&self, span: EventSpan) -> Span {
        let (start, end) = (self.byte(span.start.index()), self.byte(span.end.index()));
        let written = self.text.get(start..end).unwrap_or_default().trim_end();
        Span::new(start, start + written.len())
    }

    fn syntax(&self, error: &ScanError) -> Diagnostic {
        let at = self.byte(error.marker().index());
        let next = self.text[at..].chars().next().map_or(0, char::len_utf8);
        Diagnostic::error(Code::Syntax, Span::new(at, at + next), error.info().to_owned())
    }

    fn start(&mut self, span: Span, anchor: usize, data: OpenData) -> Result<(), Diagnostic> {
        if self.open.len() >= MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            return Err(Diagnostic::error(Code::TooLarge, span, message));
        }
        self.open.push(Open { start: span.start, anchor, nodes: 1, data });
        Ok(())
    }

    fn close(&mut self, span: Span) -> Result<(), Diagnostic> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let (data, inner) = match open.data {
            OpenData::Seq(nodes) => {
                let inner = nodes.last().map(|node| node.span);
                (Data::Seq(nodes), inner)
            }
            OpenData::Map { entries, .. } => {
                self.repeated_keys(&entries);
                let inner = entries.last().map(|(key, value)| key.span.join(value.span));
                (Data::Map(entries), inner)
            }
        };
        // A block has no closing mark: it ends with its last node, where that
        // stands behind the beginning (an alias keeps the place of its name).
        let end = inner
            .map_or(span.end, |inner| if span.end > span.start { span.end } else { inner.end });
        let node = Node { span: Span::new(open.start, end.max(open.start)), data };
        self.finish(node, open.nodes, open.anchor)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Diagnostic> {
        let Some((node, nodes)) = self.anchors.get(&anchor) else {
            let message = "an alias cannot stand inside of what it names";
            return Err(Diagnostic::error(Code::Syntax, span, message));
        };
        let (node, nodes) = (Node { span, data: node.data.clone() }, *nodes);
        self.finish(node, nodes, 0)
    }

    /// Puts a complete node where it belongs.
    fn finish(&mut self, node: Node, nodes: usize, anchor: usize) -> Result<(), Diagnostic> {
        self.nodes += nodes;
        if self.nodes > MAX_NODES {
            let message = format!("more than {MAX_NODES} values, aliases counted as often as used");
            return Err(Diagnostic::error(Code::TooLarge, node.span, message));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), nodes));
        }
        let Some(open) = self.open.last_mut() else {
            if !node.is_null() {
                self.parsed.documents.push(node);
            }
            return Ok(());
        };
        open.nodes += nodes;
        match &mut open.data {
            OpenData::Seq(list) => list.push(node),
            OpenData::Map { entries, key } => match key.take() {
                Some(key) => entries.push((key, node)),
                None if matches!(node.data, Data::Scalar(_)) => *key = Some(node),
                None => {
                    let message = format!("a key must be text, not {}", node.kind());
                    return Err(Diagnostic::error(Code::Syntax, node.span, message));
                }
            },
        }
        Ok(())
    }

    fn repeated_keys(&mut self, entries: &[(Node, Node)]) {
        let mut seen: HashMap<&str, Span> = HashMap::with_capacity(entries.len());
        for (key, _) in entries {
            let name = key.text().unwrap_or_default();
            let Some(first) = seen.insert(name, key.span) else { continue };
            let message = format!("the key `{name}` stands here twice");
            let diagnostic = Diagnostic::error(Code::RepeatedKey, key.span, message)
                .label(first, "first here")
                .help("give it a list of values, or use a second selection");
            self.parsed.diagnostics.push(diagnostic);
        }
    }
}
