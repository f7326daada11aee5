//! Which tables there are, where they begin and what their columns are called.

use super::record::Value;
use crate::name;

/// Bytes that the statements of all tables may take; what comes after is read without names of columns.
const SQL_BYTES: usize = 16 << 20;

/// Tables that are read by name; pages of others are handed over as they are.
const TABLES_MAX: usize = 100_000;

/// A table, or an index, which only says whose pages those are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    /// Its first page.
    pub(super) root: u32,
    /// The statement that makes it.
    sql: String,
    /// Whether it repeats what a table holds.
    pub(super) is_index: bool,
}

/// What the schema tells of, in its order.
#[derive(Debug, Default)]
pub(super) struct Tables {
    tables: Vec<Table>,
    sql_bytes: usize,
}

impl Tables {
    /// Adds the table or index that a row of the schema tells of; views and triggers have no pages.
    pub(super) fn add(&mut self, values: &[Value<'_>]) {
        let [Value::Text(kind), Value::Text(name), _, Value::Integer(root), sql, ..] = values
        else {
            return;
        };
        let root = u32::try_from(*root).ok().filter(|root| *root > 1);
        let Some(root) = root.filter(|_| self.tables.len() < TABLES_MAX) else { return };
        let is_index = kind.as_ref() == b"index";
        let sql = match sql {
            Value::Text(sql) if !is_index && self.sql_bytes + sql.len() <= SQL_BYTES => {
                String::from_utf8_lossy(sql).into_owned()
            }
            _ => String::new(),
        };
        self.sql_bytes += sql.len();
        self.tables.push(Table { name: name::of_bytes(name), root, sql, is_index });
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter()
    }
}

impl Table {
    /// The table that lists the others.
    pub(super) fn schema() -> Self {
        let sql = "CREATE TABLE sqlite_schema(type, name, tbl_name, rootpage, sql)".to_owned();
        Self { name: "sqlite_schema".to_owned(), root: 1, sql, is_index: false }
    }

    /// Names of columns in the order in which rows keep them. Empty when that is not known.
    pub(super) fn columns(&self) -> Vec<String> {
        columns(&self.sql)
    }
}

/// The columns that a `CREATE TABLE` names, in the order in which rows keep them.
fn columns(sql: &str) -> Vec<String> {
    let definitions = definitions(sql);
    let mut columns: Vec<(String, bool)> = Vec::new();
    let mut keys = Vec::new();
    for definition in &definitions {
        let words: Vec<&str> = definition.iter().map(String::as_str).collect();
        match words.as_slice() {
            [] => {}
            [first, rest @ ..] if is_constraint(first) => keys.extend(key(first, rest)),
            [first, rest @ ..] => {
                let is_key = rest.iter().any(|word| word.eq_ignore_ascii_case("primary"));
                columns.push((unquoted(first), is_key));
            }
        }
    }
    let has_rowid = !ends_without_rowid(sql);
    if has_rowid {
        return columns.into_iter().map(|(name, _)| name).collect();
    }
    // Rows are kept by their key, which stands first.
    let key_of = |name: &str| keys.iter().position(|key| name.eq_ignore_ascii_case(key));
    columns.sort_by_key(|(name, is_key)| {
        if *is_key { Some(0) } else { key_of(name) }.unwrap_or(usize::MAX)
    });
    columns.into_iter().map(|(name, _)| name).collect()
}

fn ends_without_rowid(sql: &str) -> bool {
    let end = sql.rsplit(')').next().unwrap_or_default().to_ascii_lowercase();
    end.contains("without") && end.contains("rowid")
}

fn is_constraint(word: &str) -> bool {
    ["constraint", "primary", "unique", "check", "foreign"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name))
}

/// The columns of a primary key that stands by itself.
fn key(first: &str, rest: &[&str]) -> Vec<String> {
    let mut words = std::iter::once(first).chain(rest.iter().copied());
    if !words.any(|word| word.eq_ignore_ascii_case("primary")) {
        return Vec::new();
    }
    words
        .filter(|word| {
            !["key", "(", ")", ",", "asc", "desc"].contains(&word.to_ascii_lowercase().as_str())
        })
        .map(unquoted)
        .collect()
}

fn unquoted(word: &str) -> String {
    word.trim_matches(['"', '`', '[', ']', '\'']).to_owned()
}

/// The words of each definition between the outer parentheses.
fn definitions(sql: &str) -> Vec<Vec<String>> {
    let mut definitions: Vec<Vec<String>> = vec![Vec::new()];
    let mut depth = 0;
    for word in words(sql) {
        match word {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        match (word, depth) {
            (_, ..=0) | ("(", 1) => {}
            (",", 1) => definitions.push(Vec::new()),
            _ => {
                if let Some(last) = definitions.last_mut() {
                    last.push(word.to_owned());
                }
            }
        }
    }
    definitions
}

/// Words, quoted names with their quotes, and single signs; comments are left out.
fn words(sql: &str) -> impl Iterator<Item = &str> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start();
            let comment = if rest.starts_with("--") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |at| at + 2)
            } else {
                break;
            };
            rest = rest.get(comment..).unwrap_or_default();
        }
        let (word, after) =
            rest.split_at_checked(word_bytes(rest)).filter(|(word, _)| !word.is_empty())?;
        rest = after;
        Some(word)
    })
}

fn word_bytes(rest: &str) -> usize {
    let Some(first) = rest.chars().next() else { return 0 };
    let close = match first {
        '[' => ']',
        '"' | '`' | '\'' => first,
        _ => {
            let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            return end.max(first.len_utf8());
        }
    };
    rest.get(1..).and_then(|rest| rest.find(close)).map_or(rest.len(), |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::columns;

    fn check(sql: &str, expected: &[&str]) {
        assert_eq!(columns(sql), expected, "{sql}");
    }

    #[test]
    fn columns_are_read_from_the_statement() {
        check("CREATE TABLE t (a TEXT, \"b c\" INT DEFAULT (1, 2), [d]) ", &["a", "b c", "d"]);
        check("CREATE TABLE \"x(y\" (id INTEGER PRIMARY KEY, v -- a, b\n, w)", &["id", "v", "w"]);
        check("CREATE TABLE t(a, b, UNIQUE (a, b), CONSTRAINT k CHECK (a > 1))", &["a", "b"]);
        check("", &[]);
        check("CREATE TABLE t(a, 'b", &["a", "b"]);
    }

    #[test]
    fn rows_without_ids_keep_their_key_first() {
        check("CREATE TABLE t(v, k PRIMARY KEY) WITHOUT ROWID", &["k", "v"]);
        check("CREATE TABLE t(v, a, b, PRIMARY KEY (b, a)) WITHOUT ROWID", &["b", "a", "v"]);
    }
}
