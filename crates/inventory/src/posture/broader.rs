//! Credentials that may change what they did not change in all the time that was seen.

use std::collections::BTreeSet;

use catalog::{EventOperation, Product, api_operations, event_operation};
use finding::rfc3339;
use jiff::SignedDuration;

use super::view::View;
use super::{Weak, evidence};
use crate::{Card, CardKind};

/// How much of the log it takes to say so.
const WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Roles that change nothing. Source: Okta "Standard administrator roles", checked 2026-11-22.
const READERS: [&str; 2] = ["READ_ONLY_ADMIN", "REPORT_ADMIN"];

/// Of Okta.
pub(super) fn run(view: &View<'_>, weak: &mut Weak) {
    if !view.saw(WINDOW) {
        weak.skip_some(view.cards(), view.too_short(WINDOW));
        return;
    }
    for card in view.cards().filter(|card| card.use_.count > 0) {
        let more: Vec<String> = match card.kind {
            CardKind::ApiToken if card.use_.writes == 0 => writing_roles(card),
            CardKind::ApiToken => Vec::new(),
            CardKind::ServiceApp | CardKind::MachineClient => unused_scopes(card),
        };
        add(view, weak, card, more);
    }
}

/// Of Auth0: scopes of the Management API.
pub(super) fn grants(view: &View<'_>, weak: &mut Weak) {
    let Some(audience) = &view.snapshot.settings.management_audience else {
        weak.skip("it is not known which grants are of the Management API");
        return;
    };
    if !view.saw(WINDOW) {
        weak.skip_some(view.cards(), view.too_short(WINDOW));
        return;
    }
    for card in view.cards() {
        let used: BTreeSet<&str> =
            card.use_.operations.seen.keys().flat_map(|id| scopes(Product::Auth0, id)).collect();
        let granted = card.grants.iter().filter(|grant| grant.audience == *audience);
        let changing = granted
            .flat_map(|grant| &grant.scopes)
            .filter(|scope| !scope.starts_with("read:") && !used.contains(scope.as_str()));
        add(view, weak, card, changing.cloned().collect());
    }
}

fn add(view: &View<'_>, weak: &mut Weak, card: &Card, more: Vec<String>) {
    if more.is_empty() {
        return;
    }
    let since = view.snapshot.log.since.map(rfc3339).unwrap_or_default();
    let more = more.into_iter().map(|one| ("not used", one));
    let fields = more.chain([("the log was seen since", since)]);
    weak.add(view.of_card(card, evidence(fields)));
}

/// Roles that may change something, of a token that changed nothing.
fn writing_roles(card: &Card) -> Vec<String> {
    let roles = card.effective_roles().iter();
    roles
        .filter(|role| !READERS.contains(&role.kind.as_str()))
        .map(|role| role.title().to_owned())
        .collect()
}

/// Scopes to manage, none of whose operations can have left the events that were seen.
fn unused_scopes(card: &Card) -> Vec<String> {
    let events = card.use_.event_types.seen.keys();
    let operations =
        events.filter_map(|event| event_operation(event)).flat_map(EventOperation::operations);
    let used: BTreeSet<&str> = operations.flat_map(|id| scopes(Product::Okta, id)).collect();
    let granted = card.grants.iter().flat_map(|grant| &grant.scopes);
    granted
        .filter(|scope| scope.ends_with(".manage") && !used.contains(scope.as_str()))
        .cloned()
        .collect()
}

fn scopes(product: Product, id: &str) -> Vec<&'static str> {
    let row = api_operations().iter().find(|row| row.product == product && row.id == id);
    row.map(|row| row.scopes().collect()).unwrap_or_default()
}
