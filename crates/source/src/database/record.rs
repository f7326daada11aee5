//! The values of a row.

use std::borrow::Cow;

use super::page::varint;

/// How a database writes text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'r> {
    Null,
    Integer(i64),
    Real(f64),
    /// In UTF-8, unless it is broken.
    Text(Cow<'r, [u8]>),
    Blob(&'r [u8]),
}

/// Columns that a table can have. Source: "Implementation Limits For `SQLite`", section 2.
const COLUMNS_MAX: usize = 32_767;

/// How a row lies in its bytes: a type a column, and where their content begins. Source: "Record Format".
#[derive(Debug)]
pub(super) struct Record<'r> {
    pub(super) types: Vec<u64>,
    pub(super) body: &'r [u8],
}

impl<'r> Record<'r> {
    /// Reads what stands before the content; `None` when that is broken.
    pub(super) fn parse(payload: &'r [u8]) -> Option<Self> {
        let mut rest = payload;
        let bytes = usize::try_from(varint(&mut rest)?).ok()?;
        let header = payload.get(payload.len() - rest.len()..bytes)?;
        Some(Self { types: types(header)?, body: payload.get(bytes..)? })
    }

    /// Bytes that its columns take.
    pub(super) fn bytes(&self) -> Option<usize> {
        self.types.iter().try_fold(0usize, |sum, serial| sum.checked_add(size(*serial)?))
    }

    /// Whether its content is what its types say.
    pub(super) fn is_whole(&self) -> bool {
        self.bytes() == Some(self.body.len())
    }

    /// Its values; of one that is cut short those that are there.
    pub(super) fn values(&self, encoding: Text) -> Vec<Value<'r>> {
        let mut body = self.body;
        let values = self.types.iter().map_while(|serial| {
            let (field, rest) = body.split_at(size(*serial)?.min(body.len()));
            body = rest;
            value(*serial, field, encoding)
        });
        values.collect()
    }
}

/// Types of columns, one after the other.
pub(super) fn types(mut header: &[u8]) -> Option<Vec<u64>> {
    let mut types = Vec::new();
    while !header.is_empty() {
        if types.len() == COLUMNS_MAX {
            return None;
        }
        types.push(varint(&mut header)?);
    }
    Some(types)
}

/// Bytes that a value of a type takes.
pub(super) fn size(serial: u64) -> Option<usize> {
    let bytes = match serial {
        0 | 8 | 9 => 0,
        1..=4 => serial,
        5 => 6,
        6 | 7 => 8,
        10 | 11 => return None,
        _ => (serial - 12) / 2,
    };
    usize::try_from(bytes).ok()
}

fn value(serial: u64, field: &[u8], encoding: Text) -> Option<Value<'_>> {
    Some(match serial {
        0 => Value::Null,
        7 => Value::Real(f64::from_be_bytes(*field.first_chunk()?)),
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        1..=6 => Value::Integer(integer(field)),
        _ if serial.is_multiple_of(2) => Value::Blob(field),
        _ => Value::Text(text(field, encoding)),
    })
}

fn integer(field: &[u8]) -> i64 {
    let sign = field.first().map_or(0, |byte| i64::from(byte.cast_signed() >> 7));
    field.iter().fold(sign, |value, byte| (value << 8) | i64::from(*byte))
}

fn text(field: &[u8], encoding: Text) -> Cow<'_, [u8]> {
    let unit = match encoding {
        Text::Utf8 => return Cow::Borrowed(field),
        Text::Utf16Le => u16::from_le_bytes,
        Text::Utf16Be => u16::from_be_bytes,
    };
    let units = field.as_chunks().0.iter().map(|pair| unit(*pair));
    let text: String =
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Cow::Owned(text.into_bytes())
}
