//! Terraform of Keyward's own app, derived from the calls that Keyward makes.

use ::privilege::{
    self as privileges, Assumptions, Base, Collector, Form, Hint, answers, applicable, caveats,
    plans, read, remarks, with_access_token,
};
use anyhow::{Context, bail};
use catalog::Product;
use idp::Provider;

use super::wanted::Wanted;

/// What stands above what to know first.
const CAVEATS: &str = "Before you apply this:";

/// What stands above all of it.
const HEAD: &str = "\
# Keyward's own app: it may read the log, and nothing else. Made by `keyward init` from the calls that Keyward makes:
";

/// The calls that `keyward run` and `keyward pull` make beside signing in, as a list that `keyward privilege need` reads too.
pub(super) fn calls(wanted: &Wanted) -> String {
    let provider = match wanted.provider {
        Product::Auth0 => Provider::Auth0,
        _ => Provider::Okta,
    };
    format!("GET {}{}\n", wanted.origin, provider.log_path())
}

/// What those calls need, as Terraform. Fails if they are not known, which a test keeps from happening.
pub(super) fn terraform(wanted: &Wanted) -> anyhow::Result<String> {
    let base = Base::builtin();
    let calls = calls(wanted);
    let mut collector = Collector::new(base, Hint { product: Some(wanted.provider) });
    collector.begin("calls");
    read(Form::Lines, calls.as_bytes(), 1, base, &mut collector);
    let usage = collector.finish();
    let all = answers(base, &usage, &Assumptions::default());
    // An app signs in for a token of its own; what only API tokens may do is not for it.
    let own = with_access_token(&all);
    let plans = applicable(base, &usage, &own, plans(base, &usage, &own));
    let plan = plans.first().context("it is not known what reading the log needs")?;
    if plan.scopes.is_empty() {
        bail!("it is not known which scope reading the log needs");
    }
    let told = caveats(base, &usage, &own, plan);
    let text = privileges::terraform(base, plan, "keyward", &[]);
    let head: Vec<_> = calls.lines().map(|call| format!("#   {call}")).collect();
    Ok(format!("{HEAD}{}\n\n{}", head.join("\n"), remarks(CAVEATS, &told, &text)))
}
