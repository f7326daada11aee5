//! Terraform: what is to be made, as text that `terraform fmt` leaves as it is.
//!
//! Resources and their attributes are those of the providers okta/okta 6.12 and auth0/auth0 1, checked
//! 2026-11-22. Text from elsewhere gets into quoted strings and comments only, escaped; names of
//! resources are made of its letters and digits.

mod auth0;
mod block;
mod caveat;
mod okta;
mod value;

use std::collections::BTreeSet;

use catalog::Product;

pub(crate) use self::block::Block;
pub use self::caveat::{caveats, remarks};
pub(crate) use self::okta::{Holder, ids};
pub(crate) use self::value::{Value, remark};
use crate::{Base, Plan};

/// A document that grows resource by resource; equal input makes equal text.
#[derive(Debug, Default)]
pub struct Terraform {
    blocks: Vec<Block>,
    names: BTreeSet<(&'static str, String)>,
}

/// A resource of a [`Terraform`], for others to refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    kind: &'static str,
    name: String,
}

impl Made {
    /// Its attribute, as others refer to it.
    pub(crate) fn attribute(&self, name: &str) -> Value {
        Value::reference(format!("{}.{}.{name}", self.kind, self.name))
    }

    /// Its address, such as `okta_group.payroll`.
    pub(crate) fn address(&self) -> String {
        format!("{}.{}", self.kind, self.name)
    }
}

impl Terraform {
    /// The whole text: a blank line between blocks, one newline at its end.
    pub fn text(&self) -> String {
        let blocks = self.blocks.iter().map(Block::text);
        blocks.collect::<Vec<_>>().join("\n")
    }

    /// Adds a block.
    pub(crate) fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// Adds a resource with a name that is free, made of a label.
    fn resource(
        &mut self,
        kind: &'static str,
        label: &str,
        fill: impl FnOnce(Block) -> Block,
    ) -> Made {
        let name = self.name(kind, label);
        self.push(fill(Block::new("resource", &[kind, &name])));
        Made { kind, name }
    }

    fn name(&mut self, kind: &'static str, label: &str) -> String {
        let stem = identifier(label);
        let numbered = (2..).map(|number| format!("{stem}_{number}"));
        let mut names = std::iter::once(stem.clone()).chain(numbered);
        names.find(|name| self.names.insert((kind, name.clone()))).unwrap_or(stem)
    }
}

/// The service app, role and grants of a plan; for Auth0 the application and its grant.
pub fn terraform(base: &Base, plan: &Plan, name: &str, from: &[String]) -> String {
    let mut document = Terraform::default();
    match product(base, plan) {
        Product::Auth0 => document.auth0_app(base, plan, name),
        _ => document.okta_app(base, plan, name, from),
    }
    document.text()
}

/// A public client for people who sign in, its scopes, and the role of the people's group.
pub(crate) fn terraform_on_behalf(base: &Base, plan: &Plan, name: &str) -> String {
    let mut document = Terraform::default();
    document.okta_org();
    let app = document.public_app(name);
    document.api_scopes(base, name, &app, &plan.scopes);
    let group = document.people(name);
    document.roles(base, plan, name, &Holder::Group(&group));
    document.text()
}

/// Whom grants are for, where that is in the configuration already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grantee {
    /// An app.
    App,
    /// The group of an API token's owner.
    Group,
}

/// The grants of a plan alone, for an app or a group that is in the configuration under that name already.
pub(crate) fn grants(base: &Base, plan: &Plan, name: &str, grantee: Grantee) -> String {
    let mut document = Terraform::default();
    let made = |kind| Made { kind, name: identifier(name) };
    match (product(base, plan), grantee) {
        (Product::Auth0, _) => document.auth0_grant(base, plan, name, &made("auth0_client")),
        (_, Grantee::Group) => {
            document.roles(base, plan, name, &Holder::Group(&made("okta_group")));
        }
        (_, Grantee::App) => {
            let app = made("okta_app_oauth");
            document.api_scopes(base, name, &app, &plan.scopes);
            document.roles(base, plan, name, &Holder::App(&app));
        }
    }
    document.text()
}

/// Whose API a plan is for.
pub(crate) fn product(base: &Base, plan: &Plan) -> Product {
    let uncovered = plan.uncovered.iter().map(|(id, _)| id);
    let first = plan.covered.iter().chain(uncovered).next();
    first.map_or(Product::Okta, |id| base.operation(*id).product)
}

/// A name of Terraform's: letters of ASCII in lower case, digits, `_` for other letters and for what lies between.
pub(crate) fn identifier(label: &str) -> String {
    // A letter that is not of ASCII keeps its place: `_mlaut` is no other word, as `mlaut` is.
    let words = label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let ascii = |c: char| if c.is_ascii() { c.to_ascii_lowercase() } else { '_' };
    let words = words.map(|word| word.chars().map(ascii).collect::<String>());
    let name = words.collect::<Vec<_>>().join("_");
    let name = name.get(..60).map_or(name.as_str(), |cut| cut.trim_end_matches('_'));
    match name.chars().next() {
        None => "integration".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        Some(_) => name.to_owned(),
    }
}

#[cfg(test)]
pub(crate) use self::tests::plan as test_plan;

#[cfg(test)]
mod tests;
