//! The operations of the APIs of Okta and Auth0, and what Okta asks of an administrator for them.

use std::sync::LazyLock;

use crate::table::rows;
use crate::{Confidence, Product};

const OKTA: &str = include_str!("../../../catalog/okta_operations.tsv");
const AUTHN: &str = include_str!("../../../catalog/okta_authn_operations.tsv");
const AUTH0: &str = include_str!("../../../catalog/auth0_operations.tsv");
const PRIVILEGES: &str = include_str!("../../../catalog/okta_operation_privileges.tsv");

static OPERATIONS: LazyLock<Vec<ApiOperation>> =
    LazyLock::new(|| okta().chain(authn()).chain(auth0()).collect());

static PRIVILEGED: LazyLock<Vec<OperationPrivilege>> =
    LazyLock::new(|| managed().chain(authenticated()).collect());

fn managed() -> impl Iterator<Item = OperationPrivilege> {
    rows(PRIVILEGES).map(
        |[
            method,
            path,
            permissions,
            permission_level,
            permission_note,
            permission_source,
            roles,
            role_level,
            role_note,
            role_source,
        ]| OperationPrivilege {
            method,
            path,
            permission: Statement::new(
                permissions,
                permission_level,
                permission_note,
                permission_source,
            ),
            role: Statement::new(roles, role_level, role_note, role_source),
        },
    )
}

fn authenticated() -> impl Iterator<Item = OperationPrivilege> {
    rows(AUTHN).map(
        |[
            method,
            path,
            _,
            _,
            _,
            permissions,
            permission_level,
            roles,
            role_level,
            note,
            source,
        ]| {
            OperationPrivilege {
                method,
                path,
                permission: Statement::new(permissions, permission_level, note, source),
                role: Statement::new(roles, role_level, note, source),
            }
        },
    )
}

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
                any_scope: false,
                credentials,
                lifecycle,
                deprecated: deprecated == "yes",
                identity_engine: engine == "identity",
                server,
            }
        },
    )
}

fn authn() -> impl Iterator<Item = ApiOperation> {
    rows::<11>(AUTHN).map(|[method, path, id, tag, credentials, ..]| ApiOperation {
        product: Product::Okta,
        api: "authn",
        method,
        path,
        id,
        tag,
        sdk: "",
        scopes: "",
        any_scope: false,
        credentials,
        lifecycle: "ga",
        deprecated: false,
        identity_engine: false,
        server: "",
    })
}

fn auth0() -> impl Iterator<Item = ApiOperation> {
    rows(AUTH0).map(
        |[api, method, path, id, tag, sdk, scopes, several, credentials, lifecycle, deprecated]| {
            ApiOperation {
                product: Product::Auth0,
                api,
                method,
                path,
                id,
                tag,
                sdk,
                scopes,
                any_scope: several == "any",
                credentials,
                lifecycle,
                deprecated: deprecated == "yes",
                identity_engine: false,
                server: "",
            }
        },
    )
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
    /// Whether one of several scopes suffices, as it seems; else all are needed.
    pub any_scope: bool,
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
    /// `privileged-access`, `browser`.
    pub fn accepts(&self, credential: &str) -> bool {
        self.credentials.split(',').any(|accepted| accepted == credential)
    }
}

/// What Okta asks of an administrator for one operation of its management or authentication API.
#[derive(Debug, PartialEq, Eq)]
pub struct OperationPrivilege {
    /// In capitals.
    pub method: &'static str,
    /// The path's template.
    pub path: &'static str,
    /// Permissions of a custom role: `none`, `ungrantable` (no custom role can have it), empty (not
    /// known), or alternatives between `||` of names joined by `+`, narrowest first.
    pub permission: Statement,
    /// Standard roles: `none`, empty (not known), or names between `|`; a `*` after a name means
    /// within its targets, words in parentheses limit it otherwise.
    pub role: Statement,
}

/// A cell of a table, how well it is known, and where from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// What is stated; empty where nothing is known.
    pub text: &'static str,
    /// How well it is known.
    pub level: Confidence,
    /// Why, in a few words; may be empty.
    pub note: &'static str,
    /// Who says it; empty where nobody does.
    pub source: &'static str,
    /// When that was checked, `YYYY-MM-DD`.
    pub date: &'static str,
}

impl Statement {
    fn new(text: &'static str, level: &str, note: &'static str, source: &'static str) -> Self {
        let level = Confidence::from_name(level).unwrap_or(Confidence::Unknown);
        Self { text, level, note, source, date: CHECKED }
    }
}

/// When the tables of this module were checked, as their comments say.
const CHECKED: &str = "2026-11-22";

/// Every operation of Okta, then of Auth0.
pub fn api_operations() -> &'static [ApiOperation] {
    &OPERATIONS
}

/// What Okta asks of administrators, by operation of its management and authentication APIs.
pub fn operation_privileges() -> &'static [OperationPrivilege] {
    &PRIVILEGED
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::check;

    #[test]
    fn tables_have_their_form() {
        let credentials = ["api", "method", "path", "id", "tag", "scopes", "credentials"];
        check(OKTA, &[&credentials[..], &["lifecycle", "deprecated", "engine", "server"]].concat());
        let edges = ["permissions", "permission_level", "roles", "role_level", "note", "source"];
        check(AUTHN, &[&["method", "path", "id", "tag", "credentials"][..], &edges].concat());
        let auth0 = ["api", "method", "path", "id", "tag", "sdk", "scopes"];
        check(
            AUTH0,
            &[&auth0[..], &["several", "credentials", "lifecycle", "deprecated"]].concat(),
        );
        let permission =
            ["permissions", "permission_level", "permission_note", "permission_source"];
        let role = ["roles", "role_level", "role_note", "role_source"];
        check(PRIVILEGES, &[&["method", "path"][..], &permission, &role].concat());
    }

    /// Whatever is known says how well and where from, and what is not known says nothing.
    #[test]
    fn every_statement_has_its_level_and_source() {
        for row in operation_privileges() {
            for edge in [row.permission, row.role] {
                let known = edge.level != Confidence::Unknown;
                assert_eq!(known, !edge.text.is_empty(), "{row:?}");
                assert_eq!(known, !edge.source.is_empty(), "{row:?}");
                assert!(!edge.note.is_empty(), "{row:?}");
                assert_ne!(edge.level, Confidence::Confirmed, "{row:?}");
            }
        }
    }

    #[test]
    fn every_permission_that_an_operation_names_is_known() {
        let special = |text: &str| matches!(text, "" | "none" | "ungrantable");
        for row in operation_privileges().iter().filter(|row| !special(row.permission.text)) {
            for name in row.permission.text.split("||").flat_map(|bundle| bundle.split('+')) {
                assert!(crate::permission(name).is_some(), "{row:?}");
            }
        }
    }

    /// That nothing below a super administrator is known is no reason to ask for one.
    #[test]
    fn super_administrators_alone_are_named_only_where_a_source_does() {
        let alone = |row: &&OperationPrivilege| row.role.text == "SUPER_ADMIN";
        for row in operation_privileges().iter().filter(alone) {
            assert!(row.role.level >= Confidence::Supported, "{row:?}");
        }
    }

    #[test]
    fn every_operation_is_there() {
        let of = |product| OPERATIONS.iter().filter(|row| row.product == product).count();
        let described = rows::<11>(OKTA).count();
        assert_eq!((described, of(Product::Okta) - described, of(Product::Auth0)), (1223, 23, 558));
        assert_eq!(PRIVILEGED.len(), 1223 + 23);
        for row in OPERATIONS.iter().filter(|row| row.product == Product::Okta) {
            let has =
                |edges: &&OperationPrivilege| (edges.method, edges.path) == (row.method, row.path);
            assert_eq!(PRIVILEGED.iter().filter(has).count(), 1, "{row:?}");
            assert!(!row.credentials.is_empty(), "{row:?}");
        }
    }
}
