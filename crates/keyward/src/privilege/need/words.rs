//! Edges and operations in words, the same on every page and in every row.

use catalog::Confidence;
use privilege::{Base, Edge, OperationId, PermissionRule, Reason, RoleGrant, RoleRule, ScopeRule};

use crate::render::page::{Line, Span, Tone};

/// The role that can do everything.
const SUPER: &str = "SUPER_ADMIN";

/// Operations that a reason names before it counts the rest.
const NAMED_MAX: usize = 12;

/// A level, colored by how far one may trust it.
pub(in crate::privilege) fn level(level: Confidence) -> Span {
    let tone = match level {
        Confidence::Confirmed | Confidence::Documented | Confidence::Supported => Tone::Good,
        Confidence::Inferred => Tone::Warn,
        Confidence::Unknown => Tone::Bad,
    };
    Span::Mark(tone, level.name().to_owned())
}

/// Which scopes an access token needs.
pub(super) fn scope(edge: &Edge<ScopeRule>) -> Line {
    let line = match &edge.rule {
        ScopeRule::Open => Line::plain("none"),
        ScopeRule::Unreachable => Line::plain("no scope reaches it"),
        ScopeRule::AllOf(scopes) => joined(scopes, " and "),
        ScopeRule::AnyOf(scopes) => joined(scopes, " or "),
        ScopeRule::Unknown => return Line(vec![level(Confidence::Unknown)]),
    };
    leveled(line, edge.level)
}

/// Which permissions a custom role needs.
pub(super) fn permission(edge: &Edge<PermissionRule>) -> Line {
    let line = match &edge.rule {
        PermissionRule::NotNeeded => Line::plain("none"),
        PermissionRule::Ungrantable => Line::plain("no custom role can have it"),
        PermissionRule::AnyOf(bundles) => {
            let bundles = bundles.iter().map(|bundle| joined(bundle, " and "));
            chained(bundles, " or ")
        }
        PermissionRule::Unknown => return Line(vec![level(Confidence::Unknown)]),
    };
    leveled(line, edge.level)
}

/// Which standard roles suffice. Who can do everything is named only where nobody else can do it.
pub(super) fn role(edge: &Edge<RoleRule>) -> Line {
    let line = match &edge.rule {
        RoleRule::NotNeeded => Line::plain("none"),
        RoleRule::AnyOf(grants) => {
            let lesser: Vec<_> = grants.iter().filter(|grant| grant.role != SUPER).collect();
            let grants = if lesser.is_empty() { grants.iter().collect() } else { lesser };
            chained(grants.into_iter().map(grant), " or ")
        }
        RoleRule::Unknown => return Line(vec![level(Confidence::Unknown)]),
    };
    leveled(line, edge.level)
}

/// A role; a star says that it reaches its targets only.
fn grant(grant: &RoleGrant) -> Line {
    let star = if grant.within_targets { "*" } else { "" };
    let line = Line::code(format!("{}{star}", grant.role));
    if grant.limit.is_empty() { line } else { line.and(format!(" ({})", grant.limit)) }
}

/// An operation as the vendor names it, or verb and path where it has no name.
pub(in crate::privilege) fn operation(base: &Base, id: OperationId) -> String {
    let operation = base.operation(id);
    match operation.id.as_ref() {
        "" => format!("{} {}", operation.method.name(), operation.path),
        name => name.to_owned(),
    }
}

/// Verb and path.
pub(super) fn call(base: &Base, id: OperationId) -> String {
    let operation = base.operation(id);
    format!("{} {}", operation.method.name(), operation.path)
}

/// What a grant is for: some of its operations, the others counted.
pub(super) fn purpose(base: &Base, reason: &Reason) -> Line {
    let some = reason.operations.iter().take(NAMED_MAX);
    let line = chained(some.map(|id| Line::code(operation(base, *id))), ", ");
    match reason.operations.len().saturating_sub(NAMED_MAX) {
        0 => line,
        rest => line.and(format!(" and {rest} more")),
    }
}

/// A name and what it means.
pub(super) fn named(name: &str, text: &str) -> Line {
    let mut line = Line::code(name).and(": ");
    line.0.extend(Line::told(text).0);
    line
}

/// Names with a word between.
pub(in crate::privilege) fn joined(names: &[impl AsRef<str>], between: &str) -> Line {
    chained(names.iter().map(|name| Line::code(name.as_ref())), between)
}

/// Lines with a word between.
pub(in crate::privilege) fn chained(lines: impl Iterator<Item = Line>, between: &str) -> Line {
    let mut all = Line::default();
    for (number, line) in lines.enumerate() {
        if number > 0 {
            all = all.and(between);
        }
        all.0.extend(line.0);
    }
    all
}

fn leveled(line: Line, of: Confidence) -> Line {
    let mut line = line.and(" (");
    line.0.push(level(of));
    line.and(")")
}
