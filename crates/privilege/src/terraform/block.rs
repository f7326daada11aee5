//! Blocks: a keyword, labels, and a body whose attributes stand in columns.

use std::fmt::Write;

use super::value::{Value, remark};

/// A block, with the remarks above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    remarks: Vec<String>,
    keyword: &'static str,
    labels: Vec<String>,
    items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Attribute(&'static str, Value),
    Block(Block),
}

impl Block {
    /// An empty block.
    pub(crate) fn new(keyword: &'static str, labels: &[&str]) -> Self {
        let labels = labels.iter().map(|&label| label.to_owned()).collect();
        Self { remarks: Vec::new(), keyword, labels, items: Vec::new() }
    }

    /// Remarks alone, without a block.
    pub(crate) fn remarks<T: Into<String>>(remarks: impl IntoIterator<Item = T>) -> Self {
        let mut block = Self::new("", &[]);
        block.remarks = remarks.into_iter().map(Into::into).collect();
        block
    }

    /// The same under one more remark.
    pub(crate) fn under(mut self, remark: impl Into<String>) -> Self {
        self.remarks.push(remark.into());
        self
    }

    /// The same with an attribute at its end.
    pub(crate) fn set(mut self, name: &'static str, value: Value) -> Self {
        self.items.push(Item::Attribute(name, value));
        self
    }

    /// The same with an attribute at its end if there is a value.
    pub(crate) fn set_if(self, name: &'static str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// The same with a block at its end.
    pub(crate) fn block(mut self, block: Block) -> Self {
        self.items.push(Item::Block(block));
        self
    }

    /// As text, a newline at its end.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        self.write(0, &mut out);
        out
    }

    fn write(&self, indent: usize, out: &mut String) {
        for text in &self.remarks {
            write_remark(text, indent, out);
        }
        if self.keyword.is_empty() {
            return;
        }
        let _ = write!(out, "{:indent$}{}", "", self.keyword);
        for label in &self.labels {
            out.push(' ');
            Value::text(label.clone()).write(indent, out);
        }
        if self.items.is_empty() {
            out.push_str(" {}\n");
            return;
        }
        out.push_str(" {\n");
        self.write_body(indent + 2, out);
        let _ = writeln!(out, "{:indent$}}}", "");
    }

    fn write_body(&self, indent: usize, out: &mut String) {
        let mut is_first = true;
        for run in self.items.chunk_by(|one, other| one.is_short() && other.is_short()) {
            let width = run.iter().map(Item::width).max().unwrap_or(0);
            for item in run {
                if matches!(item, Item::Block(_)) && !is_first {
                    out.push('\n');
                }
                item.write(width, indent, out);
                is_first = false;
            }
        }
    }
}

impl Item {
    /// Whether it is an attribute that stands in a column with its neighbors.
    fn is_short(&self) -> bool {
        matches!(self, Self::Attribute(_, value) if !value.is_tall())
    }

    fn width(&self) -> usize {
        match self {
            Self::Attribute(name, _) => name.len(),
            Self::Block(_) => 0,
        }
    }

    fn write(&self, width: usize, indent: usize, out: &mut String) {
        match self {
            Self::Attribute(name, value) => {
                let _ = write!(out, "{:indent$}{name:width$} = ", "");
                value.write(indent, out);
                out.push('\n');
            }
            Self::Block(block) => block.write(indent, out),
        }
    }
}

fn write_remark(text: &str, indent: usize, out: &mut String) {
    for line in text.split('\n') {
        let line = remark(line);
        let line = format!("{:indent$}# {line}", "");
        out.push_str(line.trim_end());
        out.push('\n');
    }
}
