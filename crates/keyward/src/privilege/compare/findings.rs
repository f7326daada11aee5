//! Differences for code scanning: each where the grant stands, or the call that lacks it.

use std::sync::Arc;

use finding::{Disparity, Evidence, Finding, Place, Position, Rule, Subject};
use privilege::{Difference, PrincipalKind, Standing};

use super::{Compared, operation};

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
        one.severity,
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
    one.instead.iter().for_each(|names| evidence.add("instead", &names.join(" + ")));
    one.operations
        .iter()
        .for_each(|id| evidence.add("operations", &operation(&compared.base, *id)));
    evidence
}
