//! Every fact has a source and a date: at the head of its file, or on its row.

use anyhow::Result;

use super::{Complaint, numbered};
use crate::repository::Repository;

pub(super) fn check(repository: &Repository) -> Result<Vec<Complaint>> {
    let mut complaints = Vec::new();
    for path in repository.under("catalog/", ".tsv") {
        complaints.extend(check_table(path, &repository.text(path)?));
    }
    Ok(complaints)
}

fn check_table(path: &str, text: &str) -> Vec<Complaint> {
    let mut rows = numbered(text).filter(|(_, line)| !line.starts_with('#'));
    let Some((_, names)) = rows.next() else {
        return vec![Complaint::new(path, 0, "the table has no header row")];
    };
    let names: Vec<&str> = names.split('\t').collect();
    let columns = ["source", "date"].map(|wanted| names.iter().position(|name| *name == wanted));
    let on_top = ["# source: ", "# date: "].map(|start| text.contains(start));
    if [0, 1].iter().any(|fact| columns[*fact].is_none() && !on_top[*fact]) {
        return vec![Complaint::new(path, 1, "neither the file nor its rows name source and date")];
    }
    rows.filter_map(|(number, row)| {
        let cells: Vec<&str> = row.split('\t').collect();
        check_row(&cells, names.len(), columns).map(|wrong| Complaint::new(path, number, wrong))
    })
    .collect()
}

fn check_row(cells: &[&str], n_columns: usize, columns: [Option<usize>; 2]) -> Option<String> {
    if cells.len() != n_columns {
        return Some(format!("the row has {} cells, the header {n_columns}", cells.len()));
    }
    let empty = columns.into_iter().flatten().any(|column| cells[column].trim().is_empty());
    empty.then(|| "the row lacks its source or its date".to_owned())
}

#[cfg(test)]
mod tests {
    use super::check_table;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let complaints: Vec<String> =
            check_table("t.tsv", text).iter().map(ToString::to_string).collect();
        assert_eq!(complaints, expected);
    }

    #[test]
    fn sources_stand_on_top_or_on_every_row() {
        check("# source: S\n# date: 2026-11-22\nname\na\n", &[]);
        check("name\tsource\tdate\na\tS\t2026-11-22\n", &[]);
        check("name\na\n", &["t.tsv:1: neither the file nor its rows name source and date"]);
        check(
            "name\tsource\tdate\na\tS\t\nb\tS\n",
            &[
                "t.tsv:2: the row lacks its source or its date",
                "t.tsv:3: the row has 2 cells, the header 3",
            ],
        );
    }
}
