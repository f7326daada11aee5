//! The operations of the APIs of Okta and Auth0, and what Okta asks of an administrator for them.

use std::sync::LazyLock;

use crate::table::rows;
use crate::{Confidence, Product};

const OKTA: &str = include_str!("../../../catalog/okta_operations.tsv");
const AUTH0: &str = include_str!("../../../catalog/auth0_operations.tsv");
const PRIVILEGES: &str = include_str!("../../../catalog/okta_operation_privileges.tsv");

static OPERATIONS: LazyLock<Vec<ApiOperation>> = LazyLock::new(|| okta().chain(auth0()).collect());

static PRIVILEGED: LazyLock<Vec<OperationPrivilege>> = LazyLock::new(|| {
    rows(PRIVILEGES)
        .map(|[method, path, permissions, permission_level, roles, role_level, basis]| {
            let level = |name| Confidence::from_name(name).unwrap_or(Confidence::Unknown);
            OperationPrivilege {
                method,
                path,
                permissions,
                permission_level: level(permission_level),
                roles,
                role_level: level(role_level),
                basis,
            }
        })
        .collect()
});

fn okta() -> impl Iterator<Item = ApiOperation> {
    rows(OKTA).map(
        |[
            api,
            method,
            path,
            id,
            tag,
            scopes,
            credentials,
            lifecycle,
            deprecated,
            engine,
            server,
        ]| {
            ApiOperation {
                product: Product::Okta,
                api,
                method,
                path,
                id,
                tag,
                sdk: "",
                scopes,
                credentials,
                lifecycle,
                deprecated: deprecated == "yes",
                identity_engine: engine == "identity",
                server,
            }
        },
    )
}

fn auth0() -> impl Iterator<Item = ApiOperation> {
    rows(AUTH0).map(|[api, method, path, id, tag, sdk, scopes, lifecycle, deprecated]| {
        ApiOperation {
            product: Product::Auth0,
            api,
            method,
            path,
            id,
            tag,
            sdk,
            scopes,
            credentials: "oauth",
            lifecycle,
            deprecated: deprecated == "yes",
            identity_engine: false,
            server: "",
        }
    })
}

/// One operation as the vendor's description of its API has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiOperation {
    /// Okta or Auth0.
    pub product: Product,
    /// Which of the vendor's APIs, such as `management`.
    pub api: &'static str,
    /// In capitals.
    pub method: &'static str,
    /// The path's template, such as `/api/v1/users/{userId}`.
    pub path: &'static str,
    /// The vendor's `operationId`; for Okta also the method of its libraries.
    pub id: &'static str,
    /// The chapter of the reference.
    pub tag: &'static str,
    /// Path of the method in Auth0's libraries, such as `clients.list`; empty if there is none.
    pub sdk: &'static str,
    scopes: &'static str,
    credentials: &'static str,
    /// `ga`, `limited`, `early`, `beta`, or empty where nothing is said.
    pub lifecycle: &'static str,
    /// The vendor advises against it.
    pub deprecated: bool,
    /// Only on Okta Identity Engine.
    pub identity_engine: bool,
    /// A server of its own; empty for the organization's.
    pub server: &'static str,
}

impl ApiOperation {
    /// The scopes that its description names; empty when it names none.
    pub fn scopes(&self) -> impl Iterator<Item = &'static str> {
        self.scopes.split('|').filter(|scope| !scope.is_empty())
    }

    /// Whether a kind of credential is accepted: `oauth`, `token`, `none`, `client`, `gateway`,
    /// `privileged-access`.
    pub fn accepts(&self, credential: &str) -> bool {
        self.credentials.split(',').any(|accepted| accepted == credential)
    }
}

/// What Okta asks of an administrator for one operation of its management API.
#[derive(Debug, PartialEq, Eq)]
pub struct OperationPrivilege {
    /// In capitals.
    pub method: &'static str,
    /// The path's template.
    pub path: &'static str,
    /// `none`: none is needed; `ungrantable`: no custom role can have it; empty: not known; else
    /// alternatives.
    permissions: &'static str,
    /// How well the permissions are known.
    pub permission_level: Confidence,
    roles: &'static str,
    /// How well the roles are known.
    pub role_level: Confidence,
    /// Where this comes from.
    pub basis: &'static str,
}

impl OperationPrivilege {
    /// `none`, `ungrantable`, empty, or alternatives between `||` of names joined by `+`.
    pub const fn permissions(&self) -> &'static str {
        self.permissions
    }

    /// `none`, empty, or names between `|`; a `*` after a name means within its targets, words in
    /// parentheses limit it otherwise.
    pub const fn roles(&self) -> &'static str {
        self.roles
    }
}

/// Every operation of Okta, then of Auth0.
pub fn api_operations() -> &'static [ApiOperation] {
    &OPERATIONS
}

/// What Okta asks of administrators, by operation of its management API.
pub fn operation_privileges() -> &'static [OperationPrivilege] {
    &PRIVILEGED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_there() {
        let of = |product| OPERATIONS.iter().filter(|row| row.product == product).count();
        assert_eq!((of(Product::Okta), of(Product::Auth0)), (1223, 558));
        assert_eq!(PRIVILEGED.len(), 732);
    }
}
