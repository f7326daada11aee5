//! Field paths, such as `client.ipAddress`, `target[User].id`, `target.0.id` or `shields{}`.

use std::fmt;
use std::hash::{DefaultHasher, Hasher};

use catalog::DerivedField;

use crate::doc::{Key, Name};

/// A parsed field path.
///
/// Steps are separated by `.`. A step that is a number is an index where it meets an array, else a key;
/// `[0]` is always an index; `{}`, `[]` and `[*]` mean each element, which a path does on its own.
/// `[User]` means each element whose `type` is that word in any case, or a single object of that type.
/// A path that begins with the name of a derived field reads that field's sources.
#[derive(Clone)]
pub struct Path {
    text: Box<str>,
    /// Of the text, by which it is known among those of a record.
    hash: u64,
    /// By which the object is known that holds the last member, if the path goes from member to member.
    parent: Option<u64>,
    steps: Box<[Step]>,
    derived: Option<Derived>,
}

/// The derived field that a path begins with.
#[derive(Clone)]
pub(crate) struct Derived {
    pub(crate) field: &'static DerivedField,
    /// What follows the field's name, as one key: names of behaviors may hold dots.
    pub(crate) key: Box<str>,
    /// The sources of the field, ready to be looked up.
    pub(crate) sources: Box<[Source]>,
}

/// Where a derived field is read from: a path in the record, and one inside what is decoded there.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) path: Box<[Step]>,
    pub(crate) inner: Box<[Step]>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A member, or an element if the name is a number and the value an array.
    Key { name: Name, index: Option<usize> },
    /// An element; negative numbers count from the end.
    Index(i64),
    /// The objects whose `type` is that word: elements, or the value itself.
    OfType(Box<str>),
}

impl Step {
    /// The key, unless the step is an index.
    pub(crate) fn key(&self) -> Option<Key<'_>> {
        match self {
            Self::Key { name, .. } => Some(name.key()),
            Self::Index(_) | Self::OfType(_) => None,
        }
    }
}

impl Path {
    /// Parses a path. Every text is a path; the empty text names the record itself.
    pub fn parse(text: &str) -> Self {
        let (derived, rest) = match catalog::derived_field(text) {
            Some((field, rest)) => (Some(Derived::new(field, rest)), rest),
            None => (None, text),
        };
        let steps = parse_steps(rest);
        let goes_through_members = steps.iter().all(|step| step.key().is_some());
        let parent = text.rsplit_once('.').filter(|_| goes_through_members && derived.is_none());
        // Not the hash of the parent as a path: that may lead to a member whose name is all of it.
        let parent = parent.map(|(parent, _)| !hash(parent));
        Self { text: text.into(), hash: hash(text), parent, steps, derived }
    }

    /// The path as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the path reads a derived field, which costs more than one that stands in the record.
    pub fn is_derived(&self) -> bool {
        self.derived.is_some()
    }

    /// A hash of the path as it was written.
    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    /// By which the object is known that holds the last member; never [`Self::hash`] of another path.
    pub(crate) fn parent(&self) -> Option<u64> {
        self.parent
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(crate) fn derived(&self) -> Option<&Derived> {
        self.derived.as_ref()
    }

    /// The name of the first member that the path goes through, if that is how it begins.
    pub(crate) fn first_key(&self) -> Option<&str> {
        match self.steps.first() {
            Some(Step::Key { name, .. }) if self.derived.is_none() => Some(name.as_str()),
            _ => None,
        }
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.text)
    }
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Path {}

impl std::hash::Hash for Path {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Derived {
    fn new(field: &'static DerivedField, key: &str) -> Self {
        let source = |source: &catalog::DerivedSource| Source {
            path: parse_steps(source.path),
            inner: parse_steps(source.inner.unwrap_or_default()),
        };
        Self { field, key: key.into(), sources: field.sources.iter().map(source).collect() }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// The steps of a dotted path; none for the empty text.
pub(crate) fn parse_steps(text: &str) -> Box<[Step]> {
    if text.is_empty() {
        return Box::default();
    }
    let mut steps = Vec::new();
    for part in text.split('.') {
        let (name, suffixes) = split_suffixes(part);
        if !name.is_empty() || suffixes.is_empty() {
            steps.push(Step::Key { name: Name::new(name), index: name.parse().ok() });
        }
        steps.extend(suffixes);
    }
    steps.into()
}

/// Splits `name[0][User][]{}` into the name and the steps behind it. What holds a bracket itself is no
/// word, and belongs to the name.
fn split_suffixes(part: &str) -> (&str, Vec<Step>) {
    let mut name = part;
    let mut suffixes = Vec::new();
    while let Some((before, inside)) = last_group(name) {
        match inside {
            "" | "*" => {}
            word if word.contains(['[', ']', '{', '}']) => break,
            word => {
                suffixes.push(word.parse().map_or_else(|_| Step::OfType(word.into()), Step::Index));
            }
        }
        name = before;
    }
    suffixes.reverse();
    (name, suffixes)
}

/// The last `[…]` or `{}` group of a step: what stands before it, and in it.
fn last_group(part: &str) -> Option<(&str, &str)> {
    if let Some(before) = part.strip_suffix("{}") {
        return Some((before, ""));
    }
    let open = part.rfind('[')?;
    let inside = part.get(open + 1..)?.strip_suffix(']')?;
    Some((part.get(..open)?, inside))
}
