//! Whether the credential may more than reading takes.

use super::{Check, Verdict};
use crate::{Provider, Tenant};

/// What the token says it may. `None` if nothing says so.
pub(super) async fn check(tenant: &Tenant) -> Option<Check> {
    let scopes = tenant.scopes().await?;
    let words: Vec<&str> = scopes.split_ascii_whitespace().collect();
    let acting = listed(&words, |scope| !reads(tenant.provider(), scope));
    if !acting.is_empty() {
        let says = format!("it may act, which reading never takes: {acting}");
        let advice = "take these scopes from it; what acts gets a credential of its own";
        return Some(Check::new("scopes", Verdict::Warning, says).advice(advice));
    }
    let log = tenant.provider().log_scope();
    let more = listed(&words, |scope| *scope != log);
    if more.is_empty() {
        return Some(Check::new("scopes", Verdict::Good, format!("`{log}` and no other")));
    }
    let says = format!("beside `{log}` it may read {more}");
    Some(Check::new("scopes", Verdict::Note, says))
}

fn listed(scopes: &[&str], wanted: impl Fn(&&str) -> bool) -> String {
    let wanted = scopes.iter().copied().filter(wanted);
    wanted.map(|scope| format!("`{scope}`")).collect::<Vec<_>>().join(", ")
}

/// Whether a scope only reads, by its name.
fn reads(provider: Provider, scope: &str) -> bool {
    match provider {
        Provider::Okta => scope.rsplit('.').next() == Some("read"),
        Provider::Auth0 => scope.starts_with("read:"),
    }
}
