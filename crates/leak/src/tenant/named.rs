//! Hosts that only a name tells: split in two, or under a domain of the customer's own.
//!
//! *Sources.* Names: `catalog/tenant_names.tsv`.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use catalog::TenantRole;

use crate::tenant::heading::{self, Headings};
use crate::tenant::host::{automaton, canonical, custom, host_of, is_cell, is_label, is_region};
use crate::tenant::value::{Value, name_around, value_after, words};
use crate::tenant::{HOSTS_MAX, Host};

/// Values that are read in one text; each costs a walk of some hundred bytes.
const VALUES_MAX: usize = 20_000;

/// Bytes between two halves of a host at most.
const HALVES_APART: usize = 4 << 10;

/// Names that are worth reading: those of the catalog hold one of these.
static ANCHORS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let anchors = [
        "okta",
        "auth0",
        "org_name",
        "org-name",
        "orgname",
        "base_url",
        "base-url",
        "baseurl",
        "domain",
        "issuer",
        "org_url",
        "org-url",
        "orgurl",
        "tenant",
        "region",
        "authority",
    ];
    automaton(anchors)
});

/// A name of the catalog with what it is given.
struct Named {
    provider: &'static str,
    /// The provider's word stands in the name or in a heading over it.
    is_told: bool,
    role: TenantRole,
    value: Value,
    text: String,
}

/// Hosts that names tell.
pub(super) fn hosts(text: &[u8]) -> std::vec::IntoIter<Host> {
    let named = read(text);
    let own = named.iter().filter_map(whole);
    let mut hosts: Vec<Host> = own.chain(orgs(&named)).chain(tenants(&named)).collect();
    hosts.sort_by_key(|host| host.span.start);
    hosts.into_iter()
}

/// Every name of the catalog that is given a value, in order of place.
fn read(text: &[u8]) -> Vec<Named> {
    let mut headings = Headings::default();
    let mut named = Vec::new();
    let (mut read_to, mut n_values) = (0, 0);
    for anchor in ANCHORS.iter().flat_map(|anchors| anchors.find_iter(text)) {
        if anchor.start() < read_to {
            continue;
        }
        if named.len() >= 4 * HOSTS_MAX || n_values >= VALUES_MAX {
            break;
        }
        let name = name_around(text, anchor.range());
        read_to = name.end;
        let mut words = words(&text[name.clone()]);
        if let Some(provider) = before_colon(&text[..name.start]) {
            words = format!("{provider} {words}");
        }
        if let Some(provider) = heading::provider(&words) {
            headings.open(text, &name, provider);
        }
        let Some((provider, role, is_told)) = meaning(&words, || headings.over(name.start)) else {
            continue;
        };
        n_values += 1;
        if let Some(value) = value_after(text, &name)
            && let Ok(written) = std::str::from_utf8(&text[value.span.clone()])
        {
            named.push(Named { provider, is_told, role, text: written.to_owned(), value });
        }
    }
    named
}

/// The provider in `okta:OrgUrl`, as .NET writes names.
fn before_colon(before: &[u8]) -> Option<&'static str> {
    let before = before.strip_suffix(b":")?;
    ["okta", "auth0"].into_iter().find(|provider| {
        let (rest, word) = before.split_at(before.len().saturating_sub(provider.len()));
        let is_whole = rest.last().is_none_or(|byte| !byte.is_ascii_alphanumeric());
        is_whole && word.eq_ignore_ascii_case(provider.as_bytes())
    })
}

/// What a name means, alone or under a heading: whose it is, what its value is, and whether a word tells whose it is.
fn meaning(
    words: &str,
    heading: impl FnOnce() -> Option<&'static str>,
) -> Option<(&'static str, TenantRole, bool)> {
    let (own, rest) = split(words).map_or((None, words), |(own, rest)| (Some(own), rest));
    if rest.is_empty() {
        return None;
    }
    let provider = own.or_else(heading);
    let is_told = provider.is_some();
    // Two halves of a host say themselves whose it is: `org_name` is Okta's when the other half names a cell.
    let mut key = provider.unwrap_or("okta").to_owned();
    for word in rest.split(' ').filter(|word| !is_qualifier(word)) {
        key.push(' ');
        key.push_str(word);
    }
    let role = catalog::tenant_name(&key)?.role;
    let is_half = role == TenantRole::Base || role == TenantRole::Org && words.contains("org name");
    (is_told || is_half).then_some((provider.unwrap_or("okta"), role, is_told))
}

/// The provider's word, perhaps grown together with the next, and what follows it: `oktadomain` is `okta` and `domain`.
fn split(words: &str) -> Option<(&'static str, &str)> {
    let begins = words.match_indices(' ').map(|(at, _)| at + 1);
    std::iter::once(0).chain(begins).find_map(|begin| {
        let own = ["okta", "auth0"].into_iter().find(|own| words[begin..].starts_with(own))?;
        Some((own, words[begin + own.len()..].trim_start()))
    })
}

fn is_qualifier(word: &str) -> bool {
    catalog::tenant_name(word).is_some_and(|row| row.role == TenantRole::Qualifier)
}

/// The host that a name gives, under a cell or a domain of the customer's own.
fn whole(named: &Named) -> Option<Host> {
    let is_url = named.text.starts_with("https://");
    let may_be = match named.role {
        TenantRole::Host | TenantRole::Org => is_url || !is_path_in_program(named),
        TenantRole::Url | TenantRole::Base => is_url,
        _ => false,
    };
    if !may_be || !named.is_told {
        return None;
    }
    let (name, provider, how) = match custom(&named.text) {
        Some(name) => (name, named.provider, "a domain of the customer's own, by its name"),
        None => canonical(host_of(&named.text)).map(|(name, provider)| (name, provider, ""))?,
    };
    let span = named.value.span.clone();
    Some(Host { name, provider: Some(provider), span, how, is_named: true })
}

/// `config.auth0.domain` is a host by its letters alone.
fn is_path_in_program(named: &Named) -> bool {
    const FIRST: [&str; 18] = [
        "process",
        "env",
        "config",
        "settings",
        "self",
        "this",
        "var",
        "local",
        "data",
        "environment",
        "import",
        "module",
        "props",
        "ctx",
        "window",
        "secrets",
        "vars",
        "os",
    ];
    const LAST: [&str; 8] =
        ["domain", "host", "url", "issuer", "tenant", "hostname", "value", "name"];
    let text = named.text.as_str();
    let first = text.split('.').next().unwrap_or_default();
    let last = text.rsplit('.').next().unwrap_or_default();
    let is_path = FIRST.contains(&first)
        || LAST.contains(&last)
        || text.bytes().any(|byte| byte.is_ascii_uppercase());
    !named.value.is_quoted && is_path
}

/// Okta orgs: a label and the cell nearest to it.
fn orgs(named: &[Named]) -> impl Iterator<Item = Host> {
    let bases: Vec<(usize, String)> = named.iter().filter_map(base).collect();
    named.iter().filter(|named| named.role == TenantRole::Org).filter_map(move |org| {
        let at = org.value.span.start;
        let apart = |base: &&(usize, String)| base.0.abs_diff(at);
        let near = bases.iter().min_by_key(apart).filter(|base| apart(base) <= HALVES_APART);
        let label = org.text.to_ascii_lowercase();
        let label = label.strip_suffix("-admin").unwrap_or(&label);
        let is_tenant = is_label(label) && !catalog::is_no_tenant(label, "okta");
        let (cell, how) = match near {
            Some((_, cell)) => (cell.as_str(), "the org's name and its base URL joined"),
            None if org.is_told => {
                ("okta.com", "the org's name, in okta.com where nothing else is said")
            }
            None => return None,
        };
        is_tenant.then(|| Host {
            name: format!("{label}.{cell}"),
            provider: Some("okta"),
            span: org.value.span.clone(),
            how,
            is_named: true,
        })
    })
}

/// The cell that a base URL names, and where.
fn base(named: &Named) -> Option<(usize, String)> {
    let is_base = named.role == TenantRole::Base;
    let text = named.text.split_once("://").map_or(named.text.as_str(), |(_, rest)| rest);
    let cell = text.trim_matches(['.', '/']).to_ascii_lowercase();
    (is_base && is_cell(&cell)).then_some((named.value.span.start, cell))
}

/// Auth0 tenants: a label and the region nearest to it.
fn tenants(named: &[Named]) -> impl Iterator<Item = Host> {
    let is_of = |role| move |named: &&Named| named.role == role && named.provider == "auth0";
    let regions: Vec<&Named> = named.iter().filter(is_of(TenantRole::Region)).collect();
    named.iter().filter(is_of(TenantRole::Tenant)).filter_map(move |tenant| {
        let apart = |region: &&&Named| region.value.span.start.abs_diff(tenant.value.span.start);
        let region =
            regions.iter().min_by_key(apart).filter(|region| apart(region) <= HALVES_APART)?;
        let (label, region) = (tenant.text.to_ascii_lowercase(), region.text.to_ascii_lowercase());
        let is_tenant = is_label(&label) && !catalog::is_no_tenant(&label, "auth0");
        (is_tenant && is_region(&region, "auth0")).then(|| Host {
            name: format!("{label}.{region}.auth0.com"),
            provider: Some("auth0"),
            span: tenant.value.span.clone(),
            how: "the tenant's name and its region joined",
            is_named: true,
        })
    })
}
