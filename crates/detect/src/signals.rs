//! Watches for the events that tell who is an administrator. Which do is data of `catalog`.

use catalog::{AdminSignal, AdminWhom};
use rule::{Case, Check, Expr, Matcher, Position, Test};

use crate::watch::Watch;

/// A watch for each signal that tells something of a user.
pub(crate) fn watches() -> impl Iterator<Item = Watch> {
    let is_of_user =
        |signal: &&AdminSignal| matches!(signal.whom, AdminWhom::Actor | AdminWhom::TargetUser);
    catalog::admin_signals().iter().filter(is_of_user).map(|signal| {
        let field = catalog::type_field(signal.product).unwrap_or_default();
        let tests = [(field, signal.event_type)].into_iter().chain(signal.when);
        Watch::for_admins(signal, Expr::All(tests.map(|(path, text)| is(path, text)).collect()))
    })
}

fn is(path: &str, text: &str) -> Expr {
    let matcher = Matcher::text(text, Position::Whole, Case::Insensitive);
    Expr::Test(Test { field: event::Path::parse(path), check: Check::Match(vec![matcher]) })
}
