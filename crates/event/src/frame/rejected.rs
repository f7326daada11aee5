//! What was not read, where, and why.

use std::fmt;

use crate::csv::Columns;
use crate::scan::Break;

/// Where a record stands in its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Bytes before the record.
    pub offset: u64,
    /// Line on which it begins, from 1.
    pub line: u64,
}

/// A record that was not read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Where it begins.
    pub place: Place,
    /// Why it was not read.
    pub why: Why,
}

/// Why a record was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Why {
    /// It does not begin with `{`.
    NotAnObject,
    /// The line ends before the record does.
    LineEnd,
    /// The input ends before the record does.
    InputEnd,
    /// It nests deeper than [`crate::MAX_DEPTH`].
    TooDeep,
    /// Its last bracket does not match the first.
    WrongBracket,
    /// It is not UTF-8.
    NotUtf8,
    /// The input is UTF-16, and nothing of it was read.
    Utf16,
    /// A run of NUL bytes stands where a record should be, as in files that were not written to their end.
    NulBytes,
    /// It is longer than the limit.
    TooLong,
    /// An envelope breaks off among the records in it; those behind the mistake were not read.
    BrokenEnvelope,
    /// An envelope holds its records in base64, which is not read.
    Encoded,
    /// A row of a table has not as many columns as the header.
    WrongColumns,
    /// A table, or a row of one, has more columns than any export.
    TooManyColumns,
    /// The input ends inside a list, behind a whole record: it may have been cut short.
    ListEnd,
    /// The table has not the columns that Okta exports; its rows are read without them.
    MissingColumns(Columns),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnObject => "is no JSON object",
            Self::LineEnd => "the line ends inside the record",
            Self::InputEnd => "the input ends inside the record",
            Self::TooDeep => "nests deeper than 128 levels",
            Self::WrongBracket => "closes with the wrong bracket",
            Self::NotUtf8 => "is not UTF-8",
            Self::Utf16 => "is UTF-16; convert it to UTF-8",
            Self::NulBytes => "is NUL bytes instead of a record",
            Self::TooLong => "is longer than the limit",
            Self::BrokenEnvelope => "the envelope breaks off among its records",
            Self::Encoded => "holds its records in base64; decode it first",
            Self::WrongColumns => "has not the columns of the header",
            Self::TooManyColumns => {
                return write!(f, "has more than {} columns", crate::csv::MAX_COLUMNS);
            }
            Self::ListEnd => "the input ends inside a list, cut short between two records",
            Self::MissingColumns(columns) => return write!(f, "the table has no column {columns}"),
        })
    }
}

impl From<Break> for Why {
    fn from(why: Break) -> Self {
        match why {
            Break::LineEnd => Self::LineEnd,
            Break::TooDeep => Self::TooDeep,
            Break::WrongBracket => Self::WrongBracket,
        }
    }
}

/// What a framer has met so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Events read; an envelope counts for each event in it.
    pub events: u64,
    /// Records rejected.
    pub rejected: u64,
    /// Lines ended.
    pub lines: u64,
}
