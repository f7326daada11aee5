//! What programs show of the vendors' libraries: their imports, and names of methods that differ from the
//! operation's.

use std::sync::LazyLock;

use crate::Product;
use crate::table::rows;

const TEXT: &str = include_str!("../../../catalog/sdk_methods.tsv");

const MARKS: &str = include_str!("../../../catalog/sdk_marks.tsv");

static SDK_MARKS: LazyLock<Vec<SdkMark>> = LazyLock::new(|| {
    rows(MARKS)
        .filter_map(|[text, product, shows, _source, _date]| {
            let product = Product::from_name(product)?;
            Some(SdkMark { text, product, is_library: shows == "library" })
        })
        .collect()
});

static METHODS: LazyLock<Vec<SdkMethod>> = LazyLock::new(|| {
    rows(TEXT)
        .filter_map(|[product, method, operations, source, date]| {
            let product = Product::from_name(product)?;
            Some(SdkMethod { product, method, operations, source, date })
        })
        .collect()
});

/// A method of a library that is not called as the operation is: a former name, or one of a single language.
#[derive(Debug, PartialEq, Eq)]
pub struct SdkMethod {
    /// Okta or Auth0.
    pub product: Product,
    /// In lower case without underscores; of Auth0 with its manager before a dot where it has one.
    pub method: &'static str,
    operations: &'static str,
    /// Where from.
    pub source: &'static str,
    /// When that was checked, `YYYY-MM-DD`.
    pub date: &'static str,
}

impl SdkMethod {
    /// The vendor's names of the operations; of several one is called.
    pub fn operations(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.operations.split('|')
    }
}

/// What in a program shows to which product it speaks.
#[derive(Debug, PartialEq, Eq)]
pub struct SdkMark {
    /// In lower case; met in any.
    pub text: &'static str,
    /// Okta or Auth0.
    pub product: Product,
    /// It is of an official library, rather than the vendor's name alone.
    pub is_library: bool,
}

/// Every such mark, in order of their texts.
pub fn sdk_marks() -> &'static [SdkMark] {
    &SDK_MARKS
}

/// Every such method, in order of product and name.
pub fn sdk_methods() -> &'static [SdkMethod] {
    &METHODS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::check;

    #[test]
    fn the_table_holds_its_form_and_every_operation_exists() {
        check(TEXT, &["product", "method", "operations", "source", "date"]);
        assert_eq!(METHODS.len(), rows::<5>(TEXT).count());
        for row in METHODS.iter() {
            assert!(!row.method.contains(|c: char| c == '_' || c.is_ascii_uppercase()), "{row:?}");
            for id in row.operations() {
                let is_it =
                    |known: &crate::ApiOperation| known.product == row.product && known.id == id;
                assert!(crate::api_operations().iter().any(is_it), "{}: {id}", row.method);
            }
        }
        check(MARKS, &["mark", "product", "shows", "source", "date"]);
        assert_eq!(SDK_MARKS.len(), rows::<5>(MARKS).count());
        assert!(SDK_MARKS.windows(2).all(|pair| pair[0].text < pair[1].text));
        let mut names: Vec<_> = METHODS.iter().map(|row| (row.product, row.method)).collect();
        names.dedup();
        assert_eq!(names.len(), METHODS.len());
    }
}
