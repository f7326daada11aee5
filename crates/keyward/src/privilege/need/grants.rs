//! What to grant: the scopes, then each plan for the role.

use privilege::{Base, Plan, PlanKind, Reason, Text};

use super::words;
use crate::render::page::{Block, Line, Page};
use crate::render::plural;

/// Resources of a plan that a page names before it counts the rest.
const RESOURCES_MAX: usize = 10;

/// Adds what to grant.
pub(in crate::privilege) fn write(base: &Base, plans: &[Plan], page: &mut Page) {
    page.push(Block::Heading(2, "What to grant".to_owned()));
    if plans.iter().all(grants_nothing) {
        let told = if plans.is_empty() {
            "No call was read to which a grant belongs."
        } else {
            "No permission or role is known for these calls, or none is needed; what is known of scopes is below, call by call."
        };
        page.push(Block::Paragraph(Line::plain(told)));
    }
    let (alone, roles): (Vec<_>, Vec<_>) =
        plans.iter().partition(|plan| plan.kind == PlanKind::Scopes);
    if let Some(first) = roles.first() {
        write_roles(base, first, &roles, page);
    }
    for plan in alone {
        push_title(3, "Scopes of an application of Auth0, by its client grant", page);
        page.push(reasons(base, "scope", &plan.scopes));
        write_rest(base, plan, page);
        push_warnings(plan.warnings.iter(), page);
    }
}

/// The scopes once, since plans differ in roles; then the plans.
fn write_roles(base: &Base, first: &Plan, plans: &[&Plan], page: &mut Page) {
    if !first.scopes.is_empty() {
        push_title(3, "Scopes, if the calls are made with access tokens (OAuth)", page);
        page.push(reasons(base, "scope", &first.scopes));
    }
    let all: Vec<_> = plans.iter().copied().filter(|plan| !has_no_role(plan)).collect();
    let mut plans = all.clone();
    plans.dedup_by(|next, plan| grants_the_same(plan, next));
    let common = common(&plans);
    let ways = match plans.len() {
        0 => return,
        1 => "needs a role:".to_owned(),
        count => format!("needs a role. There are {count} ways; choose one:"),
    };
    page.push(Block::Paragraph(Line::plain(format!(
        "Whoever makes the calls, be it a service app or the owner of an API token, also {ways}"
    ))));
    for (number, plan) in (1..).zip(&plans) {
        let of = all.iter().filter(|other| grants_the_same(plan, other));
        let title = title(plan, of.count() > 1);
        let number = if plans.len() > 1 { format!("{number}. ") } else { String::new() };
        push_title(3, &format!("{number}{title}"), page);
        if names(&plan.scopes) != names(&first.scopes) {
            page.push(reasons(base, "scope", &plan.scopes));
        }
        for (what, part) in [("permission", &plan.permissions), ("role", &plan.roles)] {
            if !part.is_empty() {
                page.push(reasons(base, what, part));
            }
        }
        write_rest(base, plan, page);
        push_warnings(plan.warnings.iter().filter(|warning| !common.contains(warning)), page);
    }
    if !common.is_empty() {
        push_title(3, "Whichever you choose", page);
        push_warnings(common.into_iter(), page);
    }
}

/// What every one of several plans warns of.
fn common<'p>(plans: &[&'p Plan]) -> Vec<&'p Text> {
    let Some((first, others)) = plans.split_first().filter(|(_, others)| !others.is_empty()) else {
        return Vec::new();
    };
    let warnings = first.warnings.iter();
    warnings.filter(|warning| others.iter().all(|plan| plan.warnings.contains(warning))).collect()
}

fn push_warnings<'t>(warnings: impl Iterator<Item = &'t Text>, page: &mut Page) {
    warnings.for_each(|warning| page.push(Block::Warning(Line::told(warning))));
}

/// Whether two custom roles are one.
fn grants_the_same(one: &Plan, other: &Plan) -> bool {
    one.without == other.without
        && names(&one.permissions) == names(&other.permissions)
        && names(&one.roles) == names(&other.roles)
}

fn title(plan: &Plan, is_both: bool) -> String {
    let kind = match plan.kind {
        PlanKind::Narrowest if is_both => {
            "A custom role that can do the least, and has the fewest permissions"
        }
        PlanKind::Narrowest => "A custom role that can do the least",
        PlanKind::Fewest => "A custom role with the fewest permissions",
        PlanKind::Standard => "Standard roles only",
        PlanKind::Scopes => "Scopes alone",
    };
    match plan.without.as_ref() {
        "" => kind.to_owned(),
        without => format!("{kind}, without {without}"),
    }
}

fn names(reasons: &[Reason]) -> Vec<&str> {
    reasons.iter().map(|reason| reason.name.as_ref()).collect()
}

fn grants_nothing(plan: &Plan) -> bool {
    has_no_role(plan) && plan.scopes.is_empty()
}

fn has_no_role(plan: &Plan) -> bool {
    plan.permissions.is_empty() && plan.roles.is_empty()
}

fn push_title(level: u8, text: &str, page: &mut Page) {
    page.push(Block::Heading(level, text.to_owned()));
}

fn reasons(base: &Base, what: &str, reasons: &[Reason]) -> Block {
    let row = |reason: &Reason| {
        // That of a permission says to what kinds of resources it can be bound; the facts below say to which.
        let limit = Some(reason.limit.as_ref()).filter(|limit| what == "role" && !limit.is_empty());
        let name = Line::code(reason.name.as_ref());
        let name = limit.map_or(name.clone(), |limit| name.and(format!(" ({limit})")));
        vec![name, Line(vec![words::level(reason.level)]), words::purpose(base, reason)]
    };
    Block::Table {
        columns: vec![what.to_owned(), "known".to_owned(), "for".to_owned()],
        rows: reasons.iter().map(row).collect(),
    }
}

/// What a plan is bound to, how far it goes, and what to know before using it.
fn write_rest(base: &Base, plan: &Plan, page: &mut Page) {
    page.push(Block::Facts(facts(plan)));
    if !plan.uncovered.is_empty() {
        let row = |(id, why): &(privilege::OperationId, Text)| {
            vec![Line::code(words::operation(base, *id)), Line::told(why)]
        };
        page.push(Block::Table {
            columns: vec!["not allowed by it".to_owned(), "why".to_owned()],
            rows: plan.uncovered.iter().map(row).collect(),
        });
    }
}

fn facts(plan: &Plan) -> Vec<(String, Line)> {
    let all = plan.covered.len() + plan.uncovered.len();
    let allows = format!("{} of {}", plan.covered.len(), plural(all as u64, "operation"));
    let mut facts = vec![
        ("allows".to_owned(), Line::plain(allows)),
        ("known".to_owned(), Line(vec![words::level(plan.level)]).and(", as its weakest part is")),
    ];
    let paths = &plan.resources.paths;
    if !paths.is_empty() {
        let named = words::joined(&paths[..paths.len().min(RESOURCES_MAX)], ", ");
        let bound = match paths.len().saturating_sub(RESOURCES_MAX) {
            0 => named,
            rest => named.and(format!(" and {rest} more")),
        };
        facts.push(("bound to".to_owned(), bound));
    }
    facts.extend(reaches(plan).into_iter().map(|line| ("because".to_owned(), line)));
    facts
}

/// Why the plan is bound to what it is bound to; what is said of several permissions once, behind their names.
fn reaches(plan: &Plan) -> Vec<Line> {
    let mut said: Vec<(Vec<&str>, &str)> = Vec::new();
    for note in &plan.resources.notes {
        let (name, text) = match note.split_once(": ") {
            Some((name, text)) if names(&plan.permissions).contains(&name) => (Some(name), text),
            _ => (None, note.as_ref()),
        };
        match said.iter_mut().find(|(_, known)| *known == text) {
            Some((names, _)) => names.extend(name),
            None => said.push((name.into_iter().collect(), text)),
        }
    }
    let line = |(names, text): (Vec<&str>, &str)| {
        let mut line = words::joined(&names, ", ");
        if !names.is_empty() {
            line = line.and(": ");
        }
        line.0.extend(Line::told(text).0);
        line
    };
    said.into_iter().map(line).collect()
}
