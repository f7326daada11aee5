//! Names for ids: what one log calls by an id, another calls by a login or a name.

use std::collections::HashMap;
use std::fmt;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Names by kind and id, such as the login of a user whom a log knows by id alone.
///
/// Ids compare exactly: Okta has ids that differ only in case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aliases {
    users: HashMap<Box<str>, Box<str>>,
    devices: HashMap<Box<str>, Box<str>>,
}

/// What has names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AliasKind {
    /// A user; the name is the login, in lower case.
    User,
    /// A device; the name is whatever is the same in every log.
    Device,
}

impl AliasKind {
    /// The kind of that name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        [("user", Self::User), ("device", Self::Device)]
            .into_iter()
            .find_map(|(known, kind)| known.eq_ignore_ascii_case(name).then_some(kind))
    }
}

/// A row that is none of a table of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadAlias {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: BadAliasWhy,
}

/// What is wrong with a row of a table of names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadAliasWhy {
    /// It has not three cells, or one is empty, or all are longer than any name.
    NotThreeCells,
    /// Nothing of that kind has names.
    UnknownKind(String),
    /// The id has another name already.
    TwoNames(String),
    /// A quote in the row has no other.
    Broken,
}

impl fmt::Display for BadAlias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match &self.why {
            BadAliasWhy::NotThreeCells => f.write_str("expected a kind, an id and a name"),
            BadAliasWhy::UnknownKind(kind) => {
                write!(f, "expected `user` or `device`, found `{kind}`")
            }
            BadAliasWhy::TwoNames(id) => write!(f, "`{id}` has another name already"),
            BadAliasWhy::Broken => f.write_str("a quote without its other"),
        }
    }
}

impl std::error::Error for BadAlias {}

/// Bytes of a row's cells.
const ROW_BYTES: usize = 8 << 10;

impl Aliases {
    /// Reads a table of `kind,id,name`, one row a line, separated by commas or by tabs: by tabs if the first
    /// row has one. Cells may be quoted. Blank lines, lines that begin with `#` and a header `kind,id,name` are
    /// passed over.
    ///
    /// # Errors
    /// Every row that cannot be used. The others are not returned then: half a table misleads.
    pub fn parse(text: &str) -> Result<Self, Vec<BadAlias>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let rows = || {
            let lines = text.lines().enumerate().map(|(i, line)| (i + 1, line.trim()));
            lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        };
        let has_tabs = rows().next().is_some_and(|(_, row)| row.contains('\t'));
        let mut reader =
            ReaderBuilder::new().delimiter(if has_tabs { b'\t' } else { b',' }).build();
        let mut aliases = Self::default();
        let mut bad = Vec::new();
        for (i, (line, row)) in rows().enumerate() {
            match cells(&mut reader, row) {
                Ok([kind, id, name]) if i == 0 && is_header(&kind, &id, &name) => {}
                Ok([kind, id, name]) => {
                    bad.extend(
                        aliases.add(&kind, &id, &name).err().map(|why| BadAlias { line, why }),
                    );
                }
                Err(why) => bad.push(BadAlias { line, why }),
            }
        }
        if bad.is_empty() { Ok(aliases) } else { Err(bad) }
    }

    fn add(&mut self, kind: &str, id: &str, name: &str) -> Result<(), BadAliasWhy> {
        if id.is_empty() || name.is_empty() {
            return Err(BadAliasWhy::NotThreeCells);
        }
        let (names, name) = match AliasKind::from_name(kind) {
            Some(AliasKind::User) => (&mut self.users, name.to_lowercase()),
            Some(AliasKind::Device) => (&mut self.devices, name.to_owned()),
            None => return Err(BadAliasWhy::UnknownKind(kind.to_owned())),
        };
        match names.get(id) {
            Some(known) if **known != *name => Err(BadAliasWhy::TwoNames(id.to_owned())),
            _ => {
                names.insert(id.into(), name.into());
                Ok(())
            }
        }
    }

    /// The name of an id; `None` where the table has none.
    pub fn resolve(&self, kind: AliasKind, id: &str) -> Option<&str> {
        let names = match kind {
            AliasKind::User => &self.users,
            AliasKind::Device => &self.devices,
        };
        names.get(id).map(|name| &**name)
    }

    /// Whether the table is empty, so that nobody has to look into it.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.devices.is_empty()
    }
}

fn is_header(kind: &str, id: &str, name: &str) -> bool {
    let header = [(kind, "kind"), (id, "id"), (name, "name")];
    header.iter().all(|(cell, name)| cell.eq_ignore_ascii_case(name))
}

/// The cells of a row that stands on one line.
fn cells(reader: &mut Reader, row: &str) -> Result<[String; 3], BadAliasWhy> {
    let mut text = [0; ROW_BYTES];
    let mut ends = [0; 4];
    reader.reset();
    let (read, n_read, n_text, n_cells) = reader.read_record(row.as_bytes(), &mut text, &mut ends);
    if !matches!(read, ReadRecordResult::InputEmpty) || n_read < row.len() {
        return Err(BadAliasWhy::NotThreeCells);
    }
    // Only inside quotes a row goes on behind the end of its line.
    let (end, _, n_more, n_last) =
        reader.read_record(b"\n", &mut text[n_text..], &mut ends[n_cells..]);
    if !matches!(end, ReadRecordResult::Record) {
        return Err(BadAliasWhy::Broken);
    }
    let Some(&[first, second, third]) = ends.get(..n_cells + n_last) else {
        return Err(BadAliasWhy::NotThreeCells);
    };
    let text = text.get(..n_text + n_more).unwrap_or_default();
    let cell = |from: usize, to: usize| {
        let bytes = text.get(from..to).unwrap_or_default();
        String::from_utf8_lossy(bytes).trim().to_owned()
    };
    Ok([cell(0, first), cell(first, second), cell(second, third)])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the name of one id in a table, or what is wrong with the table.
    fn check(table: &str, kind: AliasKind, id: &str, expected: &str) {
        let found = match Aliases::parse(table) {
            Ok(aliases) => aliases.resolve(kind, id).unwrap_or("-").to_owned(),
            Err(bad) => bad.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        };
        assert_eq!(found, expected, "{table}");
    }

    #[test]
    fn ids_have_names() {
        let table = "\u{feff}kind,id,name\n# ours\n\nuser,00u1,Alice@Example.com\nUSER, 00U1 ,bob@example.com\r\n\
            device,guo1,\"Alice's, phone\"\n";
        check(table, AliasKind::User, "00u1", "alice@example.com");
        check(table, AliasKind::User, "00U1", "bob@example.com");
        check(table, AliasKind::Device, "guo1", "Alice's, phone");
        check(table, AliasKind::Device, "00u1", "-");
        check("user\t00u1\ta,b\n", AliasKind::User, "00u1", "a,b");
        check("", AliasKind::User, "00u1", "-");
        assert!(Aliases::parse("kind,id,name").unwrap().is_empty());
        assert!(!Aliases::parse(table).unwrap().is_empty());
    }

    #[test]
    fn every_row_that_cannot_be_used_is_named() {
        let user = AliasKind::User;
        check("user,1", user, "1", "line 1: expected a kind, an id and a name");
        check("user,1,a,b", user, "1", "line 1: expected a kind, an id and a name");
        check("user,,a", user, "1", "line 1: expected a kind, an id and a name");
        check("user,1,\"a", user, "1", "line 1: a quote without its other");
        check(
            "user,1,a\ngroup,2,b\nuser,1,b\nuser,1,A",
            user,
            "1",
            "line 2: expected `user` or `device`, found `group`; line 3: `1` has another name already",
        );
        let long = format!("user,1,{}", "x".repeat(ROW_BYTES));
        check(&long, user, "1", "line 1: expected a kind, an id and a name");
    }
}
