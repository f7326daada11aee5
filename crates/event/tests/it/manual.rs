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
