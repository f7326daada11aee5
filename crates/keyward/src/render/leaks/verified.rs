//! What verification showed of a credential, in words.

use finding::{Address, BlastRadius, Credential, Exposure, Token, Verification};

use crate::render::plural;

/// Addresses that are shown.
const SHOWN: usize = 5;

/// Candidates that are shown.
const CANDIDATES: usize = 10;

/// Pairs of a word and a text, as far as there is something to say.
pub(super) fn facts(credential: &Credential) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    facts.extend(credential.verification.as_ref().map(|it| ("verified", verified(it))));
    facts.extend(credential.token.as_ref().map(|it| ("it is", matched(it))));
    if !credential.candidates.is_empty() {
        let word = if credential.token.is_some() { "and" } else { "may be" };
        facts.extend(candidates(word, &credential.candidates));
    }
    if let Some(radius) = &credential.blast_radius {
        facts.push(("allows", allows(radius)));
    }
    facts.extend(credential.exposure.iter().flat_map(exposure_lines));
    facts
}

/// What was done, then the addresses that are new, as pairs of a word and a text.
pub(crate) fn exposure_lines(exposure: &Exposure) -> Vec<(&'static str, String)> {
    let mut lines = vec![("used", used(exposure))];
    let from = exposure.addresses.iter().take(SHOWN);
    lines.extend(from.map(|address| ("new from", address_line(address))));
    let beyond = exposure.addresses.len().saturating_sub(SHOWN) as u64 + exposure.addresses_beyond;
    if beyond > 0 {
        lines.push(("", format!("and {beyond} more addresses")));
    }
    lines
}

fn verified(verification: &Verification) -> String {
    let Verification { mode, status, at, host, why } = verification;
    let by = host.as_ref().map(|host| format!(", by {host}")).unwrap_or_default();
    let at = at.map(|at| format!(" at {}", finding::rfc3339(at))).unwrap_or_default();
    format!("{status} ({mode}{by}{at}): {why}")
}

/// `api-token 00T… "Program 1" of ada@example.com in acme; its owner wrote what held it (inferred)`.
fn matched(token: &Token) -> String {
    let sure = if token.certain { "" } else { " (inferred)" };
    format!("{}; {}{sure}", named(token), token.matched_by)
}

fn named(token: &Token) -> String {
    let Token { kind, id, tenant, name, owner, .. } = token;
    let name = name.as_ref().map(|name| format!(" \"{name}\"")).unwrap_or_default();
    let owner = owner.as_ref().filter(|owner| *owner != id);
    let owner = owner.map(|owner| format!(" of {owner}")).unwrap_or_default();
    let tenant = tenant.as_ref().map(|tenant| format!(" in {tenant}")).unwrap_or_default();
    format!("{kind} {id}{name}{owner}{tenant}")
}

/// One a line, with what speaks for it.
fn candidates(word: &'static str, tokens: &[Token]) -> Vec<(&'static str, String)> {
    let shown = tokens.iter().take(CANDIDATES).enumerate();
    let mut lines: Vec<_> = shown
        .map(|(at, token)| {
            let by = if token.kind == "api-token" { &*token.matched_by } else { "" };
            let by = if by.is_empty() { String::new() } else { format!("; {by}") };
            (if at == 0 { word } else { "" }, format!("{}{by}", named(token)))
        })
        .collect();
    let beyond = tokens.len().saturating_sub(CANDIDATES);
    lines.extend((beyond > 0).then(|| ("", format!("and {beyond} more, which JSON has"))));
    lines
}

fn allows(radius: &BlastRadius) -> String {
    let BlastRadius { allows, operations, changes, gaps, .. } = radius;
    let mut parts: Vec<String> =
        allows.iter().map(|one| one.trim_end_matches('.').to_owned()).collect();
    if let (Some(operations), Some(changes)) = (operations, changes) {
        let operations = plural(*operations, "operation");
        parts.push(format!("{operations}, {changes} of which change something"));
    }
    parts.extend(gaps.iter().map(|gap| format!("not known: {gap}")));
    if parts.is_empty() { "nothing that is known".to_owned() } else { parts.join("; ") }
}

fn used(exposure: &Exposure) -> String {
    let Exposure { since, begins, events, writes, complete, why, known_addresses, .. } = exposure;
    let times = match *events {
        0 => "never".to_owned(),
        events => format!("{}, {}", plural(events, "event"), plural(*writes, "change")),
    };
    let known = match *known_addresses {
        0 => "no address known from before".to_owned(),
        n => format!("{n} known from before"),
    };
    let whole = if *complete { "" } else { ", not the whole time" };
    format!("{times} since {}, {begins}; {known} ({why}{whole})", finding::rfc3339(*since))
}

fn address_line(address: &Address) -> String {
    let Address { ip, network, new_network, first, last, events, writes } = address;
    let network = network.as_ref().map(|network| format!(", {network}")).unwrap_or_default();
    let new = if *new_network == Some(true) { ", a network never seen before" } else { "" };
    format!(
        "{ip}{network}{new}: {}, {}, {} to {}",
        plural(*events, "event"),
        plural(*writes, "change"),
        finding::rfc3339(*first),
        finding::rfc3339(*last)
    )
}
