//! Administrators and what they sign in with.

use catalog::{FactorKind, factor_kind};
use finding::Level;

use super::view::View;
use super::{Weak, evidence};
use crate::{Admin, Factor};

/// Without a second factor.
pub(super) fn one(view: &View<'_>, weak: &mut Weak) {
    for admin in view.admins() {
        let Some(factors) = &admin.factors else { continue };
        if !has(factors, |kind| kind.is_second) {
            let found = view.of_admin(admin, evidence(told(admin)));
            if admin.is_super() { weak.add_as(Level::Critical, found) } else { weak.add(found) }
        }
    }
}

/// With a second factor, and without one that cannot be phished.
pub(super) fn phishable(view: &View<'_>, weak: &mut Weak) {
    for admin in view.admins() {
        let Some(factors) = &admin.factors else { continue };
        if has(factors, |kind| kind.is_second) && !has(factors, |kind| kind.is_phishing_resistant) {
            let found = view.of_admin(admin, evidence(told(admin)));
            if admin.is_super() { weak.add_as(Level::High, found) } else { weak.add(found) }
        }
    }
}

/// Whether a factor that is in use is so. A kind that is not known is taken for a second factor, and for one that can be phished.
fn has(factors: &[Factor], is_so: fn(&FactorKind) -> bool) -> bool {
    const UNKNOWN: FactorKind =
        FactorKind { kind: "", is_second: true, is_phishing_resistant: false };
    factors
        .iter()
        .filter(|factor| factor.status == "ACTIVE")
        .any(|factor| is_so(factor_kind(&factor.kind).unwrap_or(&UNKNOWN)))
}

fn told(admin: &Admin) -> Vec<(&'static str, String)> {
    let roles = admin.roles.iter().map(|role| ("role", role.title().to_owned()));
    let factors = admin.factors.iter().flatten().filter(|factor| factor.status == "ACTIVE");
    roles.chain(factors.map(|factor| ("factor", factor.kind.clone()))).collect()
}
