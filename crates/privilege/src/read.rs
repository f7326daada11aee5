//! Readers: bytes of one form to sightings. One module a form; none decides what a call means.
//!
//! *Invariants.* Nothing here panics on any bytes, recurses deeper than a fixed bound, or keeps what may be
//! a secret: values of query parameters are kept only where they are known to be harmless, headers and
//! bodies are not kept at all.

mod access;
mod audit_log;
mod code;
mod curl;
mod document;
mod feed;
mod framing;
mod har;
mod lines;
mod masked;
mod members;
mod openapi;
mod postman;
#[cfg(test)]
mod seen;
mod terraform;

pub use self::feed::{DOCUMENT_BYTES_MAX, Feed};
pub use self::framing::LINE_BYTES_MAX;
use crate::{Base, Form, Taker};

/// Reads bytes of a form. `first_line` is the number of their first line, from 1.
///
/// Forms that are lines may come in pieces that end with a line; others must come whole. [`Feed`] takes
/// pieces that end anywhere, and is told the language of a program by its name. `base` is asked for names of
/// methods of libraries only.
pub fn read(form: Form, bytes: &[u8], first_line: u64, base: &Base, taker: &mut dyn Taker) {
    match form {
        Form::AuditLog => audit_log::read(bytes, first_line, base, taker),
        Form::Code => code::read(None, bytes, first_line, base, taker),
        Form::Terraform => terraform::read(bytes, first_line, base, taker),
        Form::AccessLog => access::read(bytes, first_line, taker),
        Form::Curl => curl::read(bytes, first_line, taker),
        Form::Har => har::read(bytes, first_line, taker),
        Form::Postman => postman::read(bytes, first_line, taker),
        Form::OpenApi => openapi::read(bytes, first_line, taker),
        Form::Lines => lines::read(bytes, first_line, taker),
    }
}

/// Whether a line is one of a log of requests.
pub(crate) fn is_line_of_access_log(line: &[u8]) -> bool {
    access::is_line(line)
}

/// Whether bytes are one document of JSON, and no lines.
pub(crate) fn is_document(bytes: &[u8]) -> bool {
    access::is_document(bytes)
}

/// Whether a line begins a command that makes a request.
pub(crate) fn is_command(line: &str) -> bool {
    curl::is_command(line)
}

/// Whether a line of text names a verb and a path.
pub(crate) fn is_loose_line(line: &str) -> bool {
    lines::is_call(line)
}
