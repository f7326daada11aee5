//! Which templates are paths of the vendors' APIs.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

/// How paths of the APIs begin: their first two segments.
static STARTS: LazyLock<FxHashSet<(&'static str, &'static str)>> = LazyLock::new(|| {
    let starts = catalog::api_operations().iter().filter_map(|row| {
        let mut segments = row.path.trim_start_matches('/').split('/');
        let start = (segments.next()?, segments.next()?);
        let is_literal = !start.0.contains('{') && !start.1.contains('{');
        // `/v1/…` and the like could be anybody's.
        let is_telling = start.0.len() > 2 && start.0 != "users";
        (is_literal && is_telling).then_some(start)
    });
    starts.chain([("api", "v1"), ("oauth2", "default")]).collect()
});

/// A template of a request to an API.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target<'t> {
    /// URL, or path from its slash on.
    pub(super) text: &'t str,
    /// The host is written out.
    pub(super) has_host: bool,
    /// It is only how a path begins, as `https://acme.okta.com/api/v1` is.
    pub(super) is_base: bool,
}

/// The request that a template stands for; `None` if it is no path of an API.
pub(super) fn of(template: &str) -> Option<Target<'_>> {
    let is_plain = |text: &str| !text.contains(|c: char| c.is_whitespace() || c.is_control());
    let (host, path) = parts(template)?;
    let before_query = path.split(['?', '#']).next().unwrap_or(path);
    if !is_plain(before_query) {
        return None;
    }
    let mut segments = before_query.trim_matches('/').split('/');
    let start = (segments.next()?, segments.next().unwrap_or_default());
    if !STARTS.contains(&start) {
        return None;
    }
    let is_base = segments.next().is_none_or(str::is_empty);
    let text = if host.is_some() { template } else { path };
    Some(Target { text, has_host: host.is_some(), is_base })
}

/// Whether a URL's host is an organization's or a tenant's by its domain.
pub(super) fn is_of_vendor(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let host = rest.split(['/', ':']).next().unwrap_or(rest);
    let mut domain = Some(host);
    while let Some(name) = domain {
        let is_cell = |row: &&catalog::OrgDomain| row.kind == catalog::OrgDomainKind::Cell;
        if catalog::org_domain(name).as_ref().is_some_and(is_cell) {
            return true;
        }
        domain = name.split_once('.').map(|(_, parent)| parent);
    }
    false
}

/// Host, if it is written out, and path. `None` for what is neither URL nor path.
fn parts(template: &str) -> Option<(Option<&str>, &str)> {
    let template = template.trim();
    if let Some((_, rest)) = template.split_once("://") {
        let end = rest.find('/')?;
        let (host, path) = rest.split_at(end);
        let is_written = !host.contains('{') || host.contains('.');
        // A host that is put together tells nothing; the path does.
        return Some((Some(host).filter(|_| is_written && !template.starts_with('{')), path));
    }
    let mut rest = template;
    while let Some(inside) = rest.strip_prefix('{') {
        rest = inside.split_once('}')?.1;
    }
    Some((None, rest))
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn paths_of_the_apis_are_told_from_others() {
        let check = |template: &str, expected: &str| {
            let shown = of(template).map_or(String::from("none"), |target| {
                let host = if target.has_host { "host " } else { "" };
                let base = if target.is_base { "base " } else { "" };
                format!("{host}{base}{}", target.text)
            });
            assert_eq!(shown, expected, "{template}");
        };
        check("/api/v1/users", "/api/v1/users");
        check("api/v1/users/{id}?a=b", "api/v1/users/{id}?a=b");
        check("{base}/api/v1/users", "/api/v1/users");
        check("https://{domain}/api/v1/users", "/api/v1/users");
        check(
            "https://{tenant}.okta.com/api/v1/users",
            "host https://{tenant}.okta.com/api/v1/users",
        );
        check("https://acme.okta.com/api/v1", "host base https://acme.okta.com/api/v1");
        check("https://acme.okta.com/api/v1/", "host base https://acme.okta.com/api/v1/");
        check("/governance/api/v1/campaigns", "/governance/api/v1/campaigns");
        check("/oauth2/v1/clients/{id}/roles", "/oauth2/v1/clients/{id}/roles");
        check("see /api/v1/users", "none");
        check("/api/v1/users and more", "none");
        check("/users/{id}", "none");
        check("{a}{b}", "none");
        check("https://x", "none");
        check("", "none");
    }

    #[test]
    fn hosts_of_the_vendors_are_known_by_their_domain() {
        assert!(super::is_of_vendor("https://{tenant}.okta.com/api/v1/users"));
        assert!(super::is_of_vendor("https://acme.us.auth0.com/api/v2/users"));
        assert!(!super::is_of_vendor("https://api.example.com/api/v1/users"));
        assert!(!super::is_of_vendor("/api/v1/users"));
    }
}
