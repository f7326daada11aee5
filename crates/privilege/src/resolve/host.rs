//! Whose host it is.

use std::sync::LazyLock;

use catalog::{OrgDomainKind, Product, org_domain, org_domains};

use super::placeholder::is_placeholder;

static CELLS: LazyLock<Vec<(&str, Product)>> = LazyLock::new(|| {
    let cells = org_domains().iter().filter(|row| row.kind == OrgDomainKind::Cell);
    cells.filter_map(|row| Some((row.name, Product::from_name(row.provider?)?))).collect()
});

/// Domains of one's own machine or network, where a stand-in or a proxy may answer. Source: RFC 6761, RFC 6762.
const NEARBY: [&str; 2] = ["localhost", "local"];

/// What a host tells about whose API is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// An organization's or tenant's of that product.
    Of(Product),
    /// Of a vendor, but no organization's: its pages, its documentation.
    Vendors,
    /// It tells nothing: a placeholder, an address, a host nearby.
    Unsaid,
    /// Somebody else's, or a domain that an organization brought along.
    Other,
}

/// Whose a host is, without port and user, in any case.
pub(crate) fn whose(host: &str) -> Whose {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if is_marked(&host) {
        return of_placeholder(&host);
    }
    let cell = CELLS.iter().find_map(|(cell, product)| {
        let labels = host.strip_suffix(cell)?;
        (labels.is_empty() || labels.ends_with('.')).then_some((labels, *product))
    });
    match cell {
        Some((labels, product)) => of_labels(labels.trim_end_matches('.'), product),
        None if tells_nothing(&host) => Whose::Unsaid,
        None => Whose::Other,
    }
}

/// Something in it stands for something else.
fn is_marked(host: &str) -> bool {
    is_placeholder(host)
        || host.contains(['{', '$', '<', '%'])
        || host.split('.').any(is_placeholder)
}

fn of_placeholder(host: &str) -> Whose {
    match (host.contains("okta"), host.contains("auth0")) {
        (true, false) => Whose::Of(Product::Okta),
        (false, true) => Whose::Of(Product::Auth0),
        _ => Whose::Unsaid,
    }
}

fn of_labels(labels: &str, product: Product) -> Whose {
    let is_reserved = || {
        let row = org_domain(labels.rsplit('.').next().unwrap_or(labels));
        row.is_some_and(|row| {
            row.kind == OrgDomainKind::Reserved
                && row.provider.is_none_or(|name| name == product.name())
        })
    };
    if labels.is_empty() || is_reserved() { Whose::Vendors } else { Whose::Of(product) }
}

fn tells_nothing(host: &str) -> bool {
    let is_address =
        host.starts_with('[') || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_below = |name: &str| {
        host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let listed = org_domain(host);
    is_address
        || !host.contains('.')
        || NEARBY.iter().any(|name| is_below(name))
        || listed.is_some_and(|row| row.kind == OrgDomainKind::PlaceholderHost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_tell_whose_api_it_is() {
        fn check(host: &str, expected: Whose) {
            assert_eq!(whose(host), expected, "{host}");
        }
        let (okta, auth0) = (Whose::Of(Product::Okta), Whose::Of(Product::Auth0));
        for host in ["acme.okta.com", "ACME-admin.oktapreview.com.", "acme.okta-emea.com"] {
            check(host, okta);
        }
        for host in ["acme.okta-gov.com", "acme.okta.mil", "dev-1234.okta.com"] {
            check(host, okta);
        }
        for host in ["acme.auth0.com", "acme.us.auth0.com", "acme.eu-2.auth0.com"] {
            check(host, auth0);
        }
        check("{yourOktaDomain}", okta);
        check("${OKTA_ORG}.example.com", okta);
        check("{auth0_domain}", auth0);
        for host in ["{{baseUrl}}", "localhost", "192.0.2.1", "[::1]", "api", "okta.local"] {
            check(host, Whose::Unsaid);
        }
        for host in ["okta.com", "developer.okta.com", "manage.auth0.com", "www.okta.com"] {
            check(host, Whose::Vendors);
        }
        for host in ["api.github.com", "notokta.com", "acme.okta.com.evil.io", "evil.example.com"] {
            check(host, Whose::Other);
        }
    }
}
