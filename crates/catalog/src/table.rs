//! Reading the embedded tables: tab-separated rows under one header line.

use std::cmp::Ordering;

/// The rows of a table, each cut into exactly `N` cells.
///
/// Lines that begin with `#` are comments; the first other line is the header. A missing cell
/// is empty and a surplus one is left out; tests hold every table to its header.
pub(crate) fn rows<const N: usize>(
    text: &'static str,
) -> impl Iterator<Item = [&'static str; N]> + Clone {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1).map(cells)
}

fn cells<const N: usize>(line: &'static str) -> [&'static str; N] {
    let mut row = [""; N];
    for (slot, cell) in row.iter_mut().zip(line.split('\t')) {
        *slot = cell;
    }
    row
}

/// The row of a sorted table whose key equals `key` in any case.
///
/// `rows` must be in the order of [`compare`] on their keys; tests hold every table to that.
pub(crate) fn find<'r, R>(rows: &'r [R], key_of: fn(&R) -> &str, key: &str) -> Option<&'r R> {
    let at = rows.binary_search_by(|row| compare(key_of(row), key)).ok()?;
    rows.get(at)
}

/// Orders keys by their bytes, ASCII letters in lower case.
pub(crate) fn compare(one: &str, other: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    one.bytes().map(lower).cmp(other.bytes().map(lower))
}

/// `Some` unless the cell is empty.
pub(crate) fn filled(cell: &'static str) -> Option<&'static str> {
    (!cell.is_empty()).then_some(cell)
}

#[cfg(test)]
pub(crate) mod tests {
    /// Holds a table to its form: the header, the number of cells, no stray blanks, and a
    /// source and a date for every row, in the row or in the comments that open the file.
    pub(crate) fn check(text: &str, columns: &[&str]) {
        let mut comments = text.lines().filter(|line| line.starts_with('#'));
        let shared =
            ["# source: ", "# date: "].iter().all(|key| comments.any(|line| line.starts_with(key)));
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let header: Vec<_> = lines.next().unwrap().split('\t').collect();
        assert_eq!(header, columns);
        let column = |name| header.iter().position(|column| *column == name);
        assert!(shared || (column("source").is_some() && column("date").is_some()));
        for line in lines {
            let cells: Vec<_> = line.split('\t').collect();
            assert_eq!(cells.len(), header.len(), "{line}");
            assert!(cells.iter().all(|cell| cell.trim() == *cell), "{line}");
            if let Some(at) = column("source") {
                assert!(!cells[at].is_empty(), "no source: {line}");
            }
            if let Some(at) = column("date") {
                assert!(is_date(cells[at]), "no date: {line}");
            }
        }
    }

    /// Holds a table to strictly ascending keys, which also rules out duplicates, and finds
    /// every row by its key, in capitals too.
    pub(crate) fn check_keys<R: std::fmt::Debug>(rows: &[R], key_of: fn(&R) -> &str) {
        for pair in rows.windows(2) {
            let order = super::compare(key_of(&pair[0]), key_of(&pair[1]));
            assert!(order.is_lt(), "{pair:?}");
        }
        for row in rows {
            for key in [key_of(row).to_owned(), key_of(row).to_ascii_uppercase()] {
                let found = super::find(rows, key_of, &key).unwrap();
                assert_eq!(key_of(found), key_of(row));
            }
        }
    }

    fn is_date(text: &str) -> bool {
        let digits = |range: std::ops::Range<usize>| {
            text.get(range).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let dashes = text.as_bytes().get(4) == Some(&b'-') && text.as_bytes().get(7) == Some(&b'-');
        text.len() == 10 && dashes && digits(0..4) && digits(5..7) && digits(8..10)
    }

    #[test]
    fn short_rows_are_filled_and_comments_skipped() {
        let text = "# c\na\tb\n1\t2\n\n3\n";
        let rows: Vec<_> = super::rows::<2>(text).collect();
        assert_eq!(rows, [["1", "2"], ["3", ""]]);
    }
}
