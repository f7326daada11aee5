//! The scanner as a whole: credentials planted in every carrier and encoding, and texts that hold none.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]
#![expect(clippy::print_stdout, reason = "how much was tried is worth a line")]

mod carriers;
mod encodings;
mod names;
mod planted;
mod plants;
mod quiet;
mod random;
