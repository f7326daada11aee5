//! `docs/events.md` tells everything there is to tell.

const MANUAL: &str = include_str!("../../../../docs/events.md");

#[test]
fn every_derived_field_is_in_the_manual_with_its_sources() {
    for field in catalog::derived_fields() {
        let row = MANUAL.find(&format!("| `{}.*` |", field.name));
        let rows = &MANUAL[row.unwrap_or_else(|| panic!("no row for {}", field.name))..];
        for (row, source) in rows.lines().zip(&field.sources) {
            assert!(row.contains(&format!("`{}`", source.path)), "{row}: {source:?}");
        }
    }
}

#[test]
fn every_expected_column_is_in_the_manual() {
    let header = b"no,uuid\n";
    let told = super::read(header, |_| String::new());
    let named: Vec<&str> = told.split('`').skip(1).step_by(2).collect();
    assert_eq!(named.len(), 19);
    let (_, expected) = MANUAL.split_once("the rows are read without it:").unwrap();
    for name in named {
        assert!(expected.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn paths_in_the_manual_have_the_values_it_gives() {
    let guide = include_str!("../../../../docs/rules.md");
    let (_, section) = guide.split_once("### Elements by their type").unwrap();
    let (_, rest) = section.split_once("```json\n").unwrap();
    let (record, rest) = rest.split_once("```").unwrap();
    let rows = rest.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let rows: Vec<_> = rows.take_while(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), 5);
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let path = event::Path::parse(cells[0].trim_matches('`'));
        let told = super::read(record.as_bytes(), |event| {
            let mut values = Vec::new();
            let present = event.visit(&path, &mut |value| {
                values.push(format!("`{}`", value.to_text().unwrap_or_default()));
                std::ops::ControlFlow::Continue(())
            });
            if present { values.join(" ") } else { "missing".to_owned() }
        });
        assert_eq!(told, format!("1: {}\n", cells[1]), "{row}");
    }
}
