//! Differences for code scanning: each where the grant stands, or the call that lacks it.

use std::sync::Arc;

use finding::{Disparity, Evidence, Finding, Level, Place, Position, Rule, Subject};
use privilege::{Difference, PrincipalKind, Standing};

use super::Compared;
use crate::privilege::need::words;

/// A finding for each difference that nobody accepted.
pub(super) fn findings(compared: &Compared) -> Vec<Finding> {
    compared.open(|_| true).map(|one| finding(compared, one)).collect()
}

fn finding(compared: &Compared, one: &Difference) -> Finding {
    let principal = &compared.grants.principal;
    let id = Some(principal.id.clone()).filter(|id| !id.is_empty());
    let (subject, provider) = match principal.kind {
        PrincipalKind::Token => (Subject { token: id, ..Subject::default() }, "okta"),
        PrincipalKind::ServiceApp => (Subject { client: id, ..Subject::default() }, "okta"),
        PrincipalKind::MachineToMachine => (Subject { client: id, ..Subject::default() }, "auth0"),
    };
    let place = one.place.as_ref();
    let place =
        place.map(|place| Place::new(place.path.clone(), Position::Line(place.line.max(1))));
    Finding::of_privilege(
        Arc::new(rule(one)),
        level(one),
        Disparity {
            principal: principal.id.clone(),
            layer: one.layer.name().to_owned(),
            grant: one.name.clone(),
            provider: Some(provider.to_owned()),
            subject,
            evidence: evidence(compared, one),
            place,
            count: one.count,
            seen: one.seen,
        },
    )
}

/// How much it matters; what cannot be told is to be looked at, however much harm the grant could do.
fn level(one: &Difference) -> Level {
    match one.verdict {
        Standing::CannotTell => one.severity.min(Level::Medium),
        Standing::Missing | Standing::Excess(_) => one.severity,
    }
}

fn rule(one: &Difference) -> Rule {
    let title = match one.verdict {
        Standing::Missing => "A grant that calls need is missing",
        Standing::Excess(_) => "A grant allows more than the calls need",
        Standing::CannotTell => "Whether a grant fits the calls cannot be told",
    };
    let name = one.verdict.name();
    Rule {
        id: format!("privilege.{name}"),
        name: format!("privilege_{name}"),
        title: title.to_owned(),
        ..Rule::default()
    }
}

fn evidence(compared: &Compared, one: &Difference) -> Evidence {
    let mut evidence = Evidence::default();
    evidence.add(one.layer.name(), &one.name);
    evidence.add("why", &one.why);
    evidence.add("known", one.level.name());
    if let Standing::Excess(certainty) = one.verdict {
        evidence.add("certainty", certainty.name());
    }
    for (number, names) in one.instead.iter().enumerate() {
        let field = if number == 0 { "instead" } else { "or" };
        for name in names {
            evidence.add(field, name);
        }
    }
    one.operations
        .iter()
        .for_each(|id| evidence.add("operations", &words::operation(&compared.base, *id)));
    evidence
}
