//! One host: whether it is a tenant's, and where it begins and ends in a text.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use catalog::{OrgDomain, OrgDomainKind};

use crate::tenant::Host;

/// Bytes in front of a cell that a host may take. Source: RFC 1035 section 2.3.4.
const LABELS_MAX: usize = 253;

static CELLS: LazyLock<Vec<&'static OrgDomain>> = LazyLock::new(|| {
    catalog::org_domains().iter().filter(|row| row.kind == OrgDomainKind::Cell).collect()
});

/// The cells with the dot before them.
static DOTTED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let dotted = CELLS.iter().map(|cell| format!(".{}", cell.name));
    automaton(dotted)
});

/// Finds a few short words in any case, fast in text that has none. `None` cannot be: so few always build.
pub(super) fn automaton(words: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Option<AhoCorasick> {
    let mut builder = AhoCorasick::builder();
    builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(words).ok()
}

/// `okta` or `auth0` for a host under one of their domains; `None` for others and for the domains themselves.
pub fn provider_of(host: &str) -> Option<&'static str> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    cell_of(&host).and_then(|(_, cell)| cell.provider)
}

/// Whether a host is a cell itself, without a tenant.
pub(super) fn is_cell(host: &str) -> bool {
    catalog::org_domain(host).is_some_and(|row| row.kind == OrgDomainKind::Cell)
}

/// The labels in front and the cell.
fn cell_of(host: &str) -> Option<(&str, &'static OrgDomain)> {
    CELLS.iter().find_map(|cell| {
        let labels = host.strip_suffix(cell.name)?.strip_suffix('.')?;
        (!labels.is_empty()).then_some((labels, *cell))
    })
}

/// Hosts under the cells, as they stand.
pub(super) fn plain(text: &[u8]) -> impl Iterator<Item = Host> {
    let matches = DOTTED.iter().flat_map(move |cells| cells.find_iter(text));
    matches.filter_map(move |found| around(text, found.range()))
}

/// The tenant's host whose cell, with its dot, stands at `cell`.
fn around(text: &[u8], cell: Range<usize>) -> Option<Host> {
    if continues(&text[cell.end..]) {
        return None;
    }
    let begin = cell.start - labels_before(&text[..cell.start])?;
    let written = std::str::from_utf8(&text[begin..cell.end]).ok()?;
    let (name, provider) = canonical(written)?;
    Some(Host { name, provider: Some(provider), span: begin..cell.end, how: "", is_named: false })
}

/// Whether the domain goes on after the cell, as in `okta.com.example` and `okta.community`.
fn continues(after: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match after {
        [b'.', next, ..] | [next, ..] => is_letter(next),
        [] => false,
    }
}

/// Bytes that the labels at the end of `before` take, those of an escape left out. `None` where they are part of a
/// template, or no labels.
fn labels_before(before: &[u8]) -> Option<usize> {
    let is_label = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let len = before.iter().rev().take(LABELS_MAX + 1).take_while(is_label).count();
    let (before, labels) = before.split_at(before.len() - len);
    let escaped = match before.last() {
        Some(b'%') => percent(labels)?,
        Some(b'\\') => escape(labels),
        Some(b'}' | b'$' | b'_') => return None,
        _ => 0,
    };
    let len = len.checked_sub(escaped)?;
    (len > 0 && len <= LABELS_MAX).then_some(len)
}

/// Bytes of `2F`, `252F` and so on at the begin of what follows a percent sign.
fn percent(labels: &[u8]) -> Option<usize> {
    let is_hex = |pair: &[u8]| pair.iter().all(u8::is_ascii_hexdigit);
    let n_nested = labels.chunks_exact(2).take(6).take_while(|pair| *pair == b"25").count() * 2;
    labels.get(n_nested..n_nested + 2).filter(|pair| is_hex(pair)).map(|_| n_nested + 2)
}

/// Bytes of `n`, `u002f` and so on at the begin of what follows a backslash.
fn escape(labels: &[u8]) -> usize {
    match labels.first() {
        Some(b'u') => 5,
        Some(b'x') => 3,
        Some(b'n' | b'r' | b't' | b'b' | b'f') => 1,
        _ => 0,
    }
}

/// A tenant's host as the provider writes it, lower-case, without what services put into it; and the provider.
/// `None` for hosts of the vendors' own, for placeholders, and for hosts of others.
pub(super) fn canonical(host: &str) -> Option<(String, &'static str)> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let (labels, cell) = cell_of(&host)?;
    let provider = cell.provider?;
    let kind_of = |label: &str| {
        catalog::org_domain(label)
            .filter(|row| row.provider.is_none_or(|name| name == provider))
            .map(|row| row.kind)
    };
    let mut labels: Vec<&str> = labels.split('.').collect();
    if labels.iter().any(|label| !is_label(label)) {
        return None;
    }
    labels.retain(|label| kind_of(label) != Some(OrgDomainKind::Infix));
    let region = labels.pop_if(|label| is_region(label, provider));
    let tenant = labels.pop()?;
    let tenant =
        if provider == "okta" { tenant.strip_suffix("-admin").unwrap_or(tenant) } else { tenant };
    let is_private_cloud = cell.name == "auth0app.com";
    let is_whole =
        labels.is_empty() && is_label(tenant) && !catalog::is_no_tenant(tenant, provider);
    if is_private_cloud && !labels.is_empty() {
        return Some((host, provider));
    }
    let region = region.map(|region| format!(".{region}")).unwrap_or_default();
    is_whole.then(|| (format!("{tenant}{region}.{}", cell.name), provider))
}

/// A region, perhaps with a number: `eu`, `us-3`.
pub(super) fn is_region(label: &str, provider: &str) -> bool {
    let (name, number) = label.split_once('-').unwrap_or((label, "1"));
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_region =
        |row: &OrgDomain| row.kind == OrgDomainKind::Region && row.provider == Some(provider);
    is_number && catalog::org_domain(name).is_some_and(is_region)
}

/// A label of a host: letters, digits and hyphens within. Source: RFC 1035 section 2.3.1.
pub(super) fn is_label(label: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_bounded = !label.starts_with('-') && !label.ends_with('-');
    (1..=63).contains(&label.len()) && is_bounded && label.bytes().all(is_letter)
}

/// The host of a value that may be a URL.
pub(super) fn host_of(value: &str) -> &str {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    rest.split(['/', ':', '?', '#']).next().unwrap_or_default()
}

/// The host of a value that may be a URL, if it is one under a domain of the customer's own.
pub(super) fn custom(value: &str) -> Option<String> {
    let host = host_of(value).trim_end_matches('.').to_ascii_lowercase();
    let (labels, top) = host.rsplit_once('.')?;
    let is_top = top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_listed =
        |name: &str, kind| catalog::org_domain(name).is_some_and(|row| row.kind == kind);
    let is_placeholder = |label: &str| {
        label != "example" && label.len() > 3 && is_listed(label, OrgDomainKind::Placeholder)
    };
    let is_sound = is_top
        && labels.split('.').all(|label| is_label(label) && !is_placeholder(label))
        && !is_listed(&host, OrgDomainKind::PlaceholderHost)
        && !host.starts_with("your-")
        && !matches!(top, "local" | "localhost" | "internal" | "invalid");
    (is_sound && !is_cell(&host) && provider_of(&host).is_none()).then_some(host)
}
