//! Resources in files of Terraform: `resource "okta_group" "staff" {`.

use catalog::TerraformAction::{Create, Delete, Read, Update};

use super::language::Language;
use super::token::Tokens;
use crate::read::terraform::{Met, NO_IDS, Needs};
use crate::{Base, Taker};

/// Reads the resources. Any of them may be read, created, changed and deleted.
pub(super) fn read(
    source: &str,
    language: Language,
    first_line: u64,
    base: &Base,
    taker: &mut dyn Taker,
) {
    let tokens = Tokens::of(source, language);
    let mut needs = Needs::new(base);
    for at in 0..tokens.len() {
        let is_data = match tokens.word(at) {
            Some("resource") => false,
            Some("data") => true,
            _ => continue,
        };
        if !tokens.is_text(at + 1) || !tokens.is_text(at + 2) || !tokens.is_sign(at + 3, b'{') {
            continue;
        }
        let kind = tokens.text(at + 1);
        let address = format!("{kind}.{}", tokens.text(at + 2));
        let line = first_line + u64::from(tokens.line(at));
        let met = Met { address: &address, line, ids: &NO_IDS };
        let actions = if is_data { &[Read][..] } else { &[Read, Create, Update, Delete] };
        for &action in actions {
            needs.add(kind, is_data, met, action);
        }
    }
    needs.tell(taker);
}
