use super::{FILES, script};

/// A file that cannot be read would be left out without a word.
#[test]
fn every_file_is_read() {
    for (name, text) in FILES {
        if let Err(error) = script::read(text) {
            panic!("{name}: {error}");
        }
    }
    assert!(FILES.is_sorted());
}
