//! Where the columns of an export stand in a `LogEvent`, and writing a row as one.

use crate::value::Number;

/// Columns whose field is not the column's name in camel case.
const RENAMED: [(&str, &str); 3] = [
    ("timestamp", "published"),
    ("system.transaction.request.apiTokenId", "transaction.detail.requestApiTokenId"),
    (
        "request.ip_chain.geographical_context.geolocation.state",
        "request.ip_chain.geographical_context.state",
    ),
];

/// Fields that a `LogEvent` holds as numbers, by the end of their column's name.
const NUMBERS: [&str; 3] = ["geolocation.lat", "geolocation.lon", "authentication_step"];

/// Steps to one field; a column with more stands in the record under its own name.
const MAX_STEPS: usize = 16;

/// One step to the field of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    /// Export columns number the elements of a list; which number it is means nothing.
    Element(usize),
}

/// The field of a column: `target0.alternate_id` is `alternateId` of an element of `target`.
pub(super) fn place(name: &str) -> Vec<Step> {
    let renamed = RENAMED.iter().find(|(from, _)| *from == name.trim());
    let name = renamed.map_or(name.trim(), |(_, to)| to);
    let mut steps = Vec::new();
    for segment in name.split('.') {
        match numbered(segment).filter(|_| steps.is_empty()) {
            Some((list, number)) => {
                steps.extend([Step::Member(list.to_owned()), Step::Element(number)]);
            }
            None => steps.push(Step::Member(camel_case(segment))),
        }
        if segment == "ip_chain" || segment == "ipChain" {
            steps.push(Step::Element(0));
        }
    }
    steps
}

/// The one list of which the export shows several elements.
fn numbered(segment: &str) -> Option<(&str, usize)> {
    let number = segment.strip_prefix("target")?.parse().ok()?;
    Some(("target", number))
}

fn camel_case(segment: &str) -> String {
    let mut name = String::with_capacity(segment.len());
    for part in segment.split('_') {
        let mut chars = part.chars();
        match chars.next() {
            Some(first) if !name.is_empty() => name.extend(first.to_uppercase()),
            Some(first) => name.push(first),
            None => {}
        }
        name.push_str(chars.as_str());
    }
    name
}

/// A part of the record that rows are written as: a field, or what holds some.
#[derive(Debug, Default)]
pub(super) struct Column {
    step: Option<Step>,
    /// The key as JSON, colon included; empty for elements and the record itself.
    key: String,
    /// The cell that holds the value of a field.
    cell: Option<usize>,
    is_number: bool,
    inside: Vec<Column>,
}

impl Column {
    /// The record that a header describes.
    pub(super) fn tree(header: &[&str]) -> Self {
        let mut record = Self::default();
        for (cell, name) in header.iter().enumerate() {
            let steps = place(name);
            let is_shallow = steps.len() <= MAX_STEPS;
            if let Some(field) = is_shallow.then(|| record.at(&steps)).flatten() {
                field.cell = Some(cell);
                field.is_number = NUMBERS.iter().any(|end| name.trim().ends_with(end));
            } else {
                // A second column for the same field, or a value where others have members.
                let mut field = Self::new(&Step::Member((*name).to_owned()));
                field.cell = Some(cell);
                record.inside.push(field);
            }
        }
        record
    }

    fn new(step: &Step) -> Self {
        let key = match step {
            Step::Member(name) => format!("{}:", serde_json::Value::from(name.as_str())),
            Step::Element(_) => String::new(),
        };
        Self { step: Some(step.clone()), key, ..Self::default() }
    }

    /// Makes room for a field. `None` when something else stands there or on the way.
    fn at(&mut self, steps: &[Step]) -> Option<&mut Self> {
        if self.cell.is_some() {
            return None;
        }
        let Some((step, rest)) = steps.split_first() else {
            return self.inside.is_empty().then_some(self);
        };
        let is_element = |step: &Step| matches!(step, Step::Element(_));
        if self.is_list().is_some_and(|is_list| is_list != is_element(step)) {
            return None;
        }
        let known = self.inside.iter().position(|column| column.step.as_ref() == Some(step));
        let i = known.unwrap_or_else(|| {
            self.inside.push(Self::new(step));
            self.inside.len() - 1
        });
        self.inside[i].at(rest)
    }

    /// Whether it holds elements; `None` while it holds nothing.
    fn is_list(&self) -> Option<bool> {
        Some(matches!(self.inside.first()?.step, Some(Step::Element(_))))
    }

    /// Writes a row as JSON. Returns whether there was anything to write: empty cells are absent.
    pub(super) fn write(&self, cells: &[&str], json: &mut Vec<u8>) -> bool {
        let before = json.len();
        if !matches!(json.last(), None | Some(b'{' | b'[')) {
            json.push(b',');
        }
        json.extend_from_slice(self.key.as_bytes());
        let written = match self.cell {
            Some(cell) => self.write_cell(cells.get(cell).unwrap_or(&""), json),
            None => self.write_inside(cells, json),
        };
        if !written {
            json.truncate(before);
        }
        written
    }

    fn write_cell(&self, cell: &str, json: &mut Vec<u8>) -> bool {
        if self.is_number && Number::parse(cell).is_some() {
            json.extend_from_slice(cell.as_bytes());
            return true;
        }
        !cell.is_empty() && serde_json::to_writer(json, cell).is_ok()
    }

    fn write_inside(&self, cells: &[&str], json: &mut Vec<u8>) -> bool {
        let is_list = self.is_list() == Some(true);
        let (open, close) = if is_list { (b'[', b']') } else { (b'{', b'}') };
        json.push(open);
        let mut written = false;
        for column in &self.inside {
            written |= column.write(cells, json);
        }
        json.push(close);
        written
    }
}
