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

/// The values of a row; `None` when their sizes do not fit. Source: "Record Format".
pub(super) fn values(payload: &[u8], encoding: Text) -> Option<Vec<Value<'_>>> {
    let mut rest = payload;
    let bytes = usize::try_from(varint(&mut rest)?).ok()?;
    let read = payload.len() - rest.len();
    let mut header = payload.get(read..bytes)?;
    let mut body = payload.get(bytes..)?;
    let mut values = Vec::new();
    while !header.is_empty() {
        if values.len() == COLUMNS_MAX {
            return None;
        }
        values.push(value(varint(&mut header)?, &mut body, encoding)?);
    }
    Some(values)
}

fn value<'r>(serial: u64, body: &mut &'r [u8], encoding: Text) -> Option<Value<'r>> {
    let bytes = match serial {
        0 | 8 | 9 => 0,
        1..=4 => serial,
        5 => 6,
        6 | 7 => 8,
        10 | 11 => return None,
        _ => (serial - 12) / 2,
    };
    let (field, rest) = body.split_at_checked(usize::try_from(bytes).ok()?)?;
    *body = rest;
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
