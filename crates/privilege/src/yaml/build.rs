//! From the events of the parser to a tree.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use super::{Data, MAX_BYTES, MAX_DEPTH, MAX_NODES, Mark, Mistake, Node};

/// Reads a file of one document; nothing at all is null.
///
/// Fails at the first mistake in syntax, at a key that stands twice or is no scalar, at a second
/// document, and where a limit is met.
pub fn parse(text: &str) -> Result<Node, Mistake> {
    if text.len() > MAX_BYTES {
        let what = format!("the file is longer than {} MiB", MAX_BYTES >> 20);
        return Err(Mistake { mark: Mark { line: 1, column: 1 }, what });
    }
    forbidden_character(text)?;
    let mut builder = Builder::default();
    let mut events = Parser::new_from_str(text);
    while let Some(event) = events.next_event() {
        let (event, span) = event.map_err(|error| Mistake {
            mark: mark(*error.marker()),
            what: error.info().to_owned(),
        })?;
        builder.take(event, mark(span.start))?;
    }
    Ok(builder.document.unwrap_or(Node { mark: Mark { line: 1, column: 1 }, data: Data::Null }))
}

/// The parser takes NUL for the end of the file: what follows would be unread.
fn forbidden_character(text: &str) -> Result<(), Mistake> {
    let forbidden = |byte: u8| matches!(byte, 0..=8 | 11 | 12 | 14..=31 | 127);
    let Some(at) = text.bytes().position(forbidden) else { return Ok(()) };
    let before = text.get(..at).unwrap_or_default();
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.chars().rev().take_while(|letter| *letter != '\n').count() + 1;
    let code = text.as_bytes().get(at).copied().unwrap_or_default();
    let mark = Mark { line: clamp(line), column: clamp(column) };
    Err(Mistake { mark, what: format!("YAML forbids the character U+{code:04X}") })
}

fn mark(marker: Marker) -> Mark {
    Mark { line: clamp(marker.line().max(1)), column: clamp(marker.col() + 1) }
}

fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A list or mapping that is not closed yet.
struct Open {
    mark: Mark,
    anchor: usize,
    nodes: usize,
    data: OpenData,
}

enum OpenData {
    List(Vec<Node>),
    Map { entries: Vec<(Node, Node)>, key: Option<Node>, names: FxHashSet<String> },
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    /// What anchors name, each with its number of nodes.
    anchors: FxHashMap<usize, (Node, usize)>,
    nodes: usize,
    document: Option<Node>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, mark: Mark) -> Result<(), Mistake> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let nodes = 1 + text.len() / 64;
                self.finish(Node { mark, data: scalar(text, style, tag.as_deref()) }, nodes, anchor)
            }
            Event::SequenceStart(anchor, _) => self.start(mark, anchor, OpenData::List(Vec::new())),
            Event::MappingStart(anchor, _) => {
                let (entries, names) = (Vec::new(), FxHashSet::default());
                self.start(mark, anchor, OpenData::Map { entries, key: None, names })
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => self.alias(anchor, mark),
            Event::DocumentStart(_) if self.document.is_some() => {
                Err(Mistake { mark, what: "a second document begins here".to_owned() })
            }
            Event::DocumentStart(_)
            | Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn start(&mut self, mark: Mark, anchor: usize, data: OpenData) -> Result<(), Mistake> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Mistake { mark, what: format!("nested deeper than {MAX_DEPTH} levels") });
        }
        self.open.push(Open { mark, anchor, nodes: 1, data });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Mistake> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let data = match open.data {
            OpenData::List(nodes) => Data::List(nodes),
            OpenData::Map { entries, .. } => Data::Map(entries),
        };
        // What stands inside was counted when it was finished.
        self.place(Node { mark: open.mark, data }, open.nodes, open.anchor)
    }

    fn alias(&mut self, anchor: usize, mark: Mark) -> Result<(), Mistake> {
        // Counted before it is copied: a few aliases of aliases name more than memory holds.
        let nodes = self.anchors.get(&anchor).map_or(0, |(_, nodes)| *nodes);
        self.count(nodes, mark)?;
        let Some((node, _)) = self.anchors.get(&anchor) else {
            let what = "an alias cannot stand inside of what it names".to_owned();
            return Err(Mistake { mark, what });
        };
        let node = Node { mark, data: node.data.clone() };
        self.place(node, nodes, 0)
    }

    fn finish(&mut self, node: Node, nodes: usize, anchor: usize) -> Result<(), Mistake> {
        self.count(nodes, node.mark)?;
        self.place(node, nodes, anchor)
    }

    fn count(&mut self, nodes: usize, mark: Mark) -> Result<(), Mistake> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        let what = format!("more than {MAX_NODES} values, aliases counted as often as used");
        Err(Mistake { mark, what })
    }

    /// Puts a complete node where it belongs.
    fn place(&mut self, node: Node, nodes: usize, anchor: usize) -> Result<(), Mistake> {
        if anchor != 0 {
            self.count(nodes, node.mark)?;
            self.anchors.insert(anchor, (node.clone(), nodes));
        }
        let Some(open) = self.open.last_mut() else {
            self.document = Some(node);
            return Ok(());
        };
        open.nodes = open.nodes.saturating_add(nodes);
        match &mut open.data {
            OpenData::List(list) => list.push(node),
            OpenData::Map { entries, key, names } => match key.take() {
                Some(key) => entries.push((key, node)),
                None => *key = Some(name(node, names)?),
            },
        }
        Ok(())
    }
}

fn name(key: Node, names: &mut FxHashSet<String>) -> Result<Node, Mistake> {
    if matches!(key.data, Data::List(_) | Data::Map(_)) {
        return Err(key.mistake(format!("a key must be text, not {}", key.kind())));
    }
    let text = key.text().unwrap_or("null");
    if !names.insert(text.to_owned()) {
        return Err(key.mistake(format!("the key `{text}` stands here twice")));
    }
    Ok(key)
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Data {
    let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
    if style != ScalarStyle::Plain || is_text {
        return Data::Text(text.into_owned());
    }
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Data::Null,
        "true" | "True" | "TRUE" => Data::Bool(true),
        "false" | "False" | "FALSE" => Data::Bool(false),
        _ if is_number(&text) => Data::Number(text.into_owned()),
        _ => Data::Text(text.into_owned()),
    }
}

/// Whether it is a number in JSON's form too, or a form that only YAML has.
fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']);
    let begins = digits.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || byte == b'.');
    let plain =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E');
    begins && text.bytes().all(plain) && text.parse::<f64>().is_ok()
}
