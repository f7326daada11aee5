//! Texts within texts: the document, and every stretch of it that was decoded, each knowing whence it came.

use std::cell::{OnceCell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use crate::context::{self, Context};
use crate::layer::{Encoding, Layer};
use crate::tenant::{Host, hosts};

/// A text that is looked through.
pub(super) struct Frame<'a> {
    body: Body<'a>,
    /// How many encodings were undone.
    pub(super) depth: usize,
    hosts: OnceCell<Vec<Host>>,
    outer: OnceCell<Context>,
    /// Stretches that belong to a credential already found.
    taken: RefCell<Vec<Range<usize>>>,
}

enum Body<'a> {
    Document(&'a [u8]),
    Layer { parent: usize, layer: Layer },
}

impl Frame<'_> {
    /// The text.
    pub(super) fn text(&self) -> &[u8] {
        match &self.body {
            Body::Document(text) => text,
            Body::Layer { layer, .. } => &layer.text,
        }
    }

    /// Hosts of tenants in it, in order of place.
    pub(super) fn hosts(&self) -> &[Host] {
        self.hosts.get_or_init(|| hosts(self.text()))
    }

    /// Notes that a stretch belongs to a credential.
    pub(super) fn take(&self, stretch: Range<usize>) {
        self.taken.borrow_mut().push(stretch);
    }

    /// Whether a stretch begins within a credential already found.
    pub(super) fn is_taken(&self, stretch: &Range<usize>) -> bool {
        self.taken.borrow().iter().rev().take(64).any(|taken| taken.contains(&stretch.start))
    }
}

/// All texts of one document; the first is the document itself.
pub(super) struct Frames<'a>(Vec<Rc<Frame<'a>>>);

impl<'a> Frames<'a> {
    /// The document alone.
    pub(super) fn new(document: &'a [u8]) -> Self {
        Self(vec![Rc::new(Frame::new(Body::Document(document), 0))])
    }

    /// How many texts there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The text of that number.
    pub(super) fn at(&self, number: usize) -> Rc<Frame<'a>> {
        Rc::clone(&self.0[number])
    }

    /// Adds a stretch of `parent`, decoded.
    pub(super) fn push(&mut self, parent: usize, layer: Layer) {
        let depth = self.0[parent].depth + 1;
        self.0.push(Rc::new(Frame::new(Body::Layer { parent, layer }, depth)));
    }

    /// The text that `number` was decoded from, and where.
    pub(super) fn parent(&self, number: usize) -> Option<(usize, Range<usize>)> {
        match &self.0[number].body {
            Body::Document(_) => None,
            Body::Layer { parent, layer } => Some((*parent, layer.span.clone())),
        }
    }

    /// Where a stretch of a text stands in the document.
    pub(super) fn origin(&self, mut number: usize, mut stretch: Range<usize>) -> Range<usize> {
        while let Body::Layer { parent, layer } = &self.0[number].body {
            stretch = layer.origin(stretch);
            number = *parent;
        }
        stretch
    }

    /// The encodings that were undone, the outermost first.
    pub(super) fn encodings(&self, mut number: usize) -> Vec<Encoding> {
        let mut encodings = Vec::new();
        while let Body::Layer { parent, layer } = &self.0[number].body {
            encodings.push(layer.encoding);
            number = *parent;
        }
        encodings.reverse();
        encodings
    }

    /// What stands around a stretch of a text, through all encodings.
    pub(super) fn context(&self, number: usize, stretch: Range<usize>) -> Context {
        let frame = &self.0[number];
        let inner = context::around(frame.text(), stretch);
        match &frame.body {
            Body::Document(_) => inner,
            Body::Layer { .. } => joined(inner, self.outer(number), frame.text()),
        }
    }

    /// What stands around the stretch that a text was decoded from.
    fn outer(&self, number: usize) -> &Context {
        self.0[number].outer.get_or_init(|| match &self.0[number].body {
            Body::Document(_) => Context::default(),
            // Depth is bounded, and so is this.
            Body::Layer { parent, layer } => self.context(*parent, layer.span.clone()),
        })
    }
}

impl<'a> Frame<'a> {
    fn new(body: Body<'a>, depth: usize) -> Self {
        let taken = RefCell::default();
        Self { body, depth, hosts: OnceCell::new(), outer: OnceCell::new(), taken }
    }
}

/// A value that is all of what was decoded bears the outer name; any other has it among those around it.
fn joined(mut inner: Context, outer: &Context, text: &[u8]) -> Context {
    let value = text.get(inner.value.clone()).unwrap_or_default();
    let is_whole = value.trim_ascii().len() == text.trim_ascii().len();
    if inner.scheme.is_none() && (is_whole || inner.name.is_none()) {
        inner.scheme.clone_from(&outer.scheme);
    }
    if inner.name.is_none() && is_whole {
        inner.name.clone_from(&outer.name);
        inner.form = outer.form;
        inner.path.splice(0..0, outer.path.iter().cloned());
    } else {
        let names = outer.path.iter().chain(&outer.name).cloned();
        inner.path.splice(0..0, names);
    }
    if inner.user.is_none() && is_whole {
        inner.user.clone_from(&outer.user);
    }
    inner
}
