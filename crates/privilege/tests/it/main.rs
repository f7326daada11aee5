//! Tests of the whole crate from outside.

mod answers;
mod collect;
mod pieces;
mod plans;
mod read;
mod resolve;

use privilege::{Base, Hint, Method, Outcome};

#[test]
fn a_plain_path_is_found() {
    let base = Base::builtin();
    let resolved = base.resolve(Hint::default(), Some(Method::Get), "/api/v1/users");
    assert!(
        matches!(resolved.outcome, Outcome::Operation(id, _) if base.operation(id).id == "listUsers")
    );
}
