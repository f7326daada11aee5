//! Why reading failed, and whose fault it was.

use std::io::{self, Read};

use crate::account::Why;
use crate::archive::Limit;

/// The reason that an error gives, and what it says beyond that.
pub(crate) fn why(error: &io::Error) -> (Why, String) {
    if let Some(limit) = Limit::of(error) {
        return (limit.why(), String::new());
    }
    match error.kind() {
        io::ErrorKind::PermissionDenied => (Why::Denied, String::new()),
        io::ErrorKind::NotFound => (Why::Missing, String::new()),
        _ if error.raw_os_error().is_some() => (Why::Failed, lower(&error.to_string())),
        io::ErrorKind::UnexpectedEof => (Why::Corrupt, "cut short".to_owned()),
        _ => match lower(&error.to_string()) {
            // What zstd and xz say of a window larger than is allowed.
            detail if detail.contains("too much memory") || detail.contains("memory too big") => {
                (Why::Unsupported, detail)
            }
            detail => (Why::Corrupt, detail),
        },
    }
}

/// A message as a fragment: what libraries say begins with a capital or not.
fn lower(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// As many bytes of a source as were promised. If the source has fewer, that is its failure, not the content's.
pub(crate) struct Exact<'s> {
    source: &'s mut dyn Read,
    left: u64,
    failed: bool,
}

impl<'s> Exact<'s> {
    pub(crate) fn new(source: &'s mut dyn Read, bytes: u64) -> Self {
        Self { source, left: bytes, failed: false }
    }

    /// Whether the source failed or ended early; whoever read from here has seen that.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Goes to the end.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        if self.failed {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        io::copy(&mut self, &mut io::sink()).map(drop)
    }
}

impl Read for Exact<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).map_or(buffer.len(), |left| buffer.len().min(left));
        let Some(buffer) = buffer.get_mut(..room).filter(|buffer| !buffer.is_empty()) else {
            return Ok(0);
        };
        match self.source.read(buffer) {
            Ok(0) => {
                self.failed = true;
                Err(io::ErrorKind::UnexpectedEof.into())
            }
            Ok(n) => {
                self.left -= n as u64;
                Ok(n)
            }
            Err(error) => {
                self.failed = error.kind() != io::ErrorKind::Interrupted;
                Err(error)
            }
        }
    }
}
