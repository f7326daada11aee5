//! What a credential allows whoever holds it: roles and scopes, and what these open.

use std::collections::{BTreeMap, BTreeSet};

use ::privilege::{Base, Method, Operation, RoleRule, ScopeRule};
use catalog::{GrantKind, Product, admin_role, harm};
use finding::BlastRadius;
use idp::Lookup;
use inventory::{Card, CardKind, Provider, Role};

use super::Outcome;
use super::home::Watched;

/// Powers that are named, the worst first.
const POWERS_MAX: usize = 8;

/// Adds what the matched credential allows, by the card that its tenant has of it.
pub(super) fn add(outcome: &mut Outcome, lookups: &BTreeMap<usize, Lookup>, watched: &[Watched]) {
    let Some(token) = &outcome.token else { return };
    let of_tenant = |at: &usize| Some(&watched[*at].name) == token.tenant.as_ref();
    let lookup = lookups.iter().find(|(at, _)| of_tenant(at)).map(|(_, lookup)| lookup);
    let card = lookup.and_then(|lookup| {
        lookup.snapshot.card(&token.id).or_else(|| lookup.snapshot.card(token.owner_id.as_ref()?))
    });
    outcome.blast_radius = card.map(blast_radius);
}

/// What the credential of a card allows.
pub(crate) fn blast_radius(card: &Card) -> BlastRadius {
    let roles = card.effective_roles();
    let scopes: Vec<String> = card
        .grants
        .iter()
        .flat_map(|grant| {
            let api = if card.provider == Provider::Auth0 {
                format!("{} ", grant.audience)
            } else {
                String::new()
            };
            grant.scopes.iter().map(move |scope| format!("{api}{scope}"))
        })
        .collect();
    let names: BTreeSet<&str> =
        card.grants.iter().flat_map(|grant| &grant.scopes).map(String::as_str).collect();
    let opened = opened(card, roles, &names);
    let changes =
        opened.as_ref().map(|all| all.iter().filter(|one| one.method != Method::Get).count());
    BlastRadius {
        roles: roles.iter().map(told).collect(),
        scopes,
        allows: powers(card, roles, &names),
        operations: opened.map(|all| all.len() as u64),
        changes: changes.map(|count| count as u64),
        gaps: gaps(card, roles),
    }
}

fn told(role: &Role) -> String {
    match &role.through {
        Some(group) => format!("{} by the group {group}", role.title()),
        None => role.title().to_owned(),
    }
}

/// What roles and scopes mean, the worst first, in the words of the catalog.
fn powers(card: &Card, roles: &[Role], scopes: &BTreeSet<&str>) -> Vec<String> {
    let of_roles = roles.iter().map(|role| {
        let weight = harm(GrantKind::Role, &role.kind).map_or(0, |harm| harm.weight);
        let note = admin_role(&role.kind).map_or("", |row| row.note);
        (weight, format!("{}: {note}", role.title()))
    });
    let of_scopes = scopes.iter().filter_map(|scope| {
        let harm = harm(GrantKind::Scope, scope)?;
        Some((harm.weight, format!("{scope}: {}", harm.reason)))
    });
    let mut all: Vec<(u32, String)> = of_roles.chain(of_scopes).collect();
    if card.kind == CardKind::ApiToken && roles.is_empty() && gaps(card, roles).is_empty() {
        all.push((0, "what its owner may, who has no administrator's role".to_owned()));
    }
    all.sort_by(|(one, name), (other, than)| other.cmp(one).then_with(|| name.cmp(than)));
    all.dedup();
    all.into_iter()
        .take(POWERS_MAX)
        .map(|(_, power)| power.trim_end_matches([':', ' ']).to_owned())
        .collect()
}

/// The operations that it can call, as far as all that decides is known; `None` where something is not.
fn opened<'b>(card: &Card, roles: &[Role], scopes: &BTreeSet<&str>) -> Option<Vec<&'b Operation>> {
    let base = Base::builtin();
    let product = match card.provider {
        Provider::Okta => Product::Okta,
        Provider::Auth0 => Product::Auth0,
    };
    let is_known = |role: &Role| role.kind != "CUSTOM" && admin_role(&role.kind).is_some();
    if product == Product::Okta && (roles.is_empty() || !roles.iter().all(is_known)) {
        return None;
    }
    if !gaps(card, roles).is_empty() {
        return None;
    }
    let by_scope = |one: &Operation| match &one.scope.rule {
        ScopeRule::AllOf(names) => {
            !names.is_empty() && names.iter().all(|name| scopes.contains(&**name))
        }
        ScopeRule::AnyOf(names) => names.iter().any(|name| scopes.contains(&**name)),
        _ => false,
    };
    let by_role = |one: &Operation| match &one.role.rule {
        RoleRule::AnyOf(grants) => {
            grants.iter().any(|grant| roles.iter().any(|role| role.kind == *grant.role))
        }
        _ => false,
    };
    let is_open = |one: &&Operation| match card.kind {
        CardKind::ApiToken => one.credentials.token && by_role(one),
        CardKind::ServiceApp => one.credentials.oauth && by_role(one) && by_scope(one),
        CardKind::MachineClient => by_scope(one),
    };
    let all = base.operations().map(|(_, one)| one).filter(|one| one.product == product);
    Some(all.filter(is_open).collect())
}

fn gaps(card: &Card, roles: &[Role]) -> Vec<String> {
    let mut gaps = card.gaps.clone();
    // Of very many tokens nobody reads all owners.
    let is_unread = card.owner.as_ref().is_none_or(|owner| owner.is_super.is_none());
    if card.kind == CardKind::ApiToken && is_unread && gaps.is_empty() {
        gaps.push("the roles of its owner were not read".to_owned());
    }
    if roles.iter().any(|role| role.kind == "CUSTOM") {
        gaps.push("what its custom role permits was not read".to_owned());
    }
    gaps
}
