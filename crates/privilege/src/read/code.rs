//! Programs: paths of the APIs in texts, with the verb near them, and methods of the official libraries.
//!
//! Programs are read as tokens, not understood: what a text is put together from is told where that stands
//! in the same file. What looks like a call and cannot be told is passed over, which is said.

mod callee;
mod hint;
mod joined;
mod language;
mod names;
mod scan;
mod sdk;
mod target;
mod template;
mod terraform;
mod token;
mod verb;

pub(super) use self::language::Language;
use crate::{Base, Fault, Taker};

/// Reads a whole program. Without a language, the one that it looks like is taken.
pub(super) fn read(
    language: Option<Language>,
    bytes: &[u8],
    first_line: u64,
    base: &Base,
    taker: &mut dyn Taker,
) {
    if bytes.len() > token::BYTES_MAX {
        let what = "a program of more than 4 MiB is not read".to_owned();
        return taker.fault(Fault { line: first_line, what });
    }
    let Ok(source) = std::str::from_utf8(bytes) else {
        return taker.fault(Fault { line: first_line, what: "is no UTF-8 text".to_owned() });
    };
    let language = language.unwrap_or_else(|| Language::guess(bytes));
    if language.is_terraform {
        return terraform::read(source, language, first_line, base, taker);
    }
    scan::Scan::new(source, language, first_line, base, taker).run();
}

#[cfg(test)]
mod tests;
