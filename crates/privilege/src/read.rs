//! Readers: bytes of one form to sightings. One module a form; none decides what a call means.

use crate::{Base, Fault, Form, Taker};

/// Reads bytes of a form. `first_line` is the number of their first line, from 1.
///
/// Forms that are lines may come in pieces that end with a line; others must come whole.
/// `base` is asked for names of methods of libraries only.
pub fn read(form: Form, bytes: &[u8], first_line: u64, base: &Base, taker: &mut dyn Taker) {
    let _ = (bytes, base);
    taker.fault(Fault { line: first_line, what: format!("{} is not read yet", form.name()) });
}
