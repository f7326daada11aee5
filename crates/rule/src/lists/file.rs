//! Lists in files that hold only values: one a line, or the first column of a table.

use super::Lists;
use crate::diagnostic::Diagnostic;

/// Names of first columns, in small letters without `_` and blanks, that head a table instead of being a value.
const HEADS: [&str; 18] = [
    "value",
    "values",
    "address",
    "addresses",
    "ip",
    "ipaddress",
    "network",
    "cidr",
    "prefix",
    "login",
    "user",
    "username",
    "email",
    "domain",
    "name",
    "id",
    "clientid",
    "asn",
];

impl Lists {
    /// Reads a file by its ending: `.csv` and `.tsv` are tables whose first column counts, `.txt`, `.list` and files
    /// without an ending have a value a line, anything else is YAML as [`Lists::parse`] reads it.
    ///
    /// A file that holds only values gives one list, which is called as the file without its ending.
    pub fn parse_file(path: &str, text: &str) -> (Self, Vec<Diagnostic>) {
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let (stem, ending) = file.rsplit_once('.').unwrap_or((file, ""));
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let values = match ending.to_ascii_lowercase().as_str() {
            "csv" => column(text, ','),
            "tsv" => column(text, '\t'),
            "txt" | "list" | "" => lines(text),
            _ => return Self::parse(text),
        };
        let mut lists = Self::default();
        lists.insert(stem, values);
        (lists, Vec::new())
    }
}

/// A value a line. Blanks around it, empty lines, and lines that begin with `#` do not count.
fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// The first column of a table, without its head.
fn column(text: &str, separator: char) -> Vec<String> {
    let mut values = cells(text, separator);
    if values.first().is_some_and(|first| is_head(first)) {
        values.remove(0);
    }
    values.retain(|value| !value.is_empty() && !value.starts_with('#'));
    values
}

fn is_head(cell: &str) -> bool {
    let plain = |c: &char| !matches!(c, '_' | '-' | ' ');
    let name: String = cell.to_lowercase().chars().filter(plain).collect();
    HEADS.contains(&name.as_str())
}

/// The first cell of each row. Quotes may hold separators, line ends, and quotes that are written twice.
fn cells(text: &str, separator: char) -> Vec<String> {
    let mut cells = Vec::new();
    let mut characters = text.chars().peekable();
    while characters.peek().is_some() {
        let (mut cell, mut is_first, mut quoted) = (String::new(), true, false);
        while let Some(character) = characters.next() {
            match character {
                '"' if quoted && characters.next_if_eq(&'"').is_some() => {
                    cell.extend(is_first.then_some('"'));
                }
                '"' => quoted = !quoted,
                '\n' if !quoted => break,
                character if character == separator && !quoted => is_first = false,
                character if is_first => cell.push(character),
                _ => {}
            }
        }
        cells.push(cell.trim().to_owned());
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_from_plain_files() {
        let check = |path: &str, text: &str, name: &str, expected: &[&str]| {
            let (lists, said) = Lists::parse_file(path, text);
            assert!(said.is_empty(), "{path}");
            assert_eq!(lists.names().collect::<Vec<_>>(), [name], "{path}");
            assert_eq!(lists.values(name).unwrap(), expected, "{path} {text}");
        };
        check(
            "lists/vpn.txt",
            "# ours\n192.0.2.0/24\n\n  203.0.113.7 \r\n",
            "vpn",
            &["192.0.2.0/24", "203.0.113.7"],
        );
        check(r"C:\lists\admins", "a@example.com\nb # c\n", "admins", &["a@example.com", "b # c"]);
        check("x.y.list", "\u{feff}a", "x.y", &["a"]);
        check(
            "a.csv",
            "IP Address,note\n192.0.2.1,\"a, b\"\n\"192.0.2.2\",x\n",
            "a",
            &["192.0.2.1", "192.0.2.2"],
        );
        check(
            "a.csv",
            "192.0.2.1,first\r\n,none\n#192.0.2.3,no\n192.0.2.2",
            "a",
            &["192.0.2.1", "192.0.2.2"],
        );
        check(
            "a.csv",
            "\"a \"\"b\"\", c\",x\n\"d\ne\",\"f\ng\"\nh\n",
            "a",
            &["a \"b\", c", "d\ne", "h"],
        );
        check("a.tsv", "value\tnote\na, b\tc\n", "a", &["a, b"]);
        check("a.csv", "", "a", &[]);
        check("a.csv", "\"never closed\n", "a", &["never closed"]);
        check("a.yml", "b: [c]", "b", &["c"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_table(text in "\\PC*") {
            Lists::parse_file("a.csv", &text);
            Lists::parse_file("a.txt", &text);
        }
    }
}
