//! From a request to an operation.

use catalog::Product;

use crate::{Base, Method, OperationId, Text};

/// What is known beside the request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hint {
    /// Whose API, where the host does not say.
    pub product: Option<Product>,
}

/// What a request comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved<'a> {
    /// The operation, or what is wrong.
    pub outcome: Outcome,
    /// The parameters of the path with what stands for them, in order; placeholders such as `{userId}` too.
    pub params: Vec<Param<'a>>,
    /// The query as written, without `?`; empty if there is none.
    pub query: &'a str,
}

/// A parameter of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param<'a> {
    /// Its name in the template, such as `userId`.
    pub name: Text,
    /// What stands for it, undecoded.
    pub value: &'a str,
    /// Whether that is a placeholder and no id.
    pub is_placeholder: bool,
}

/// The operation, or what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is this one.
    Operation(OperationId, Via),
    /// It is none.
    Misfit(Misfit),
}

/// By which way an operation was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// The path as the vendor writes it.
    Path,
    /// Another form that works as well: `me`, a login, a trailing slash.
    Alias(Text),
    /// An older form; the note says which one is current.
    Legacy(Text),
    /// It works, but does more than people expect; the note says what.
    Risky(Text),
    /// By its name.
    Name,
    /// It is one of several; this is the likeliest.
    OneOf(Vec<OperationId>),
}

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// The path exists; with these verbs.
    WrongVerb {
        /// The operations of that path, likeliest first.
        allowed: Vec<OperationId>,
    },
    /// The path fits if a segment is put in.
    MissingSegment {
        /// What it would be then.
        nearest: OperationId,
        /// The segment, such as `{userId}`.
        segment: Text,
    },
    /// The path fits if a segment is taken out.
    ExtraSegment {
        /// What it would be then.
        nearest: OperationId,
        /// The segment as written.
        segment: String,
    },
    /// No path is like it, or the nearest is that of this operation.
    UnknownPath {
        /// The likeliest; `None` if nothing comes close.
        nearest: Option<OperationId>,
    },
    /// It has no verb, and several operations have that path.
    NoVerb {
        /// Those.
        candidates: Vec<OperationId>,
    },
    /// It is no request to an API of these products: another host, a page, a picture.
    Elsewhere,
    /// It cannot be read as a URL or path.
    Unreadable(Text),
}

impl Base {
    /// The operation that a request calls, or what is wrong with it.
    pub fn resolve<'a>(&self, hint: Hint, method: Option<Method>, target: &'a str) -> Resolved<'a> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let found = self.operations().find(|(_, operation)| {
            hint.product.is_none_or(|product| product == operation.product)
                && method.is_none_or(|method| method == operation.method)
                && operation.path == path
        });
        let outcome = match found {
            Some((id, _)) => Outcome::Operation(id, Via::Path),
            None => Outcome::Misfit(Misfit::UnknownPath { nearest: None }),
        };
        Resolved { outcome, params: Vec::new(), query }
    }
}
