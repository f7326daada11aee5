//! The log codes of Auth0 tenants.

use std::sync::LazyLock;

use crate::table::{find, rows};

const TEXT: &str = include_str!("../../../catalog/auth0_log_types.tsv");

static LOG_TYPES: LazyLock<Vec<Auth0LogType>> = LazyLock::new(|| {
    rows(TEXT)
        .map(|[code, name, status, outcome, call, _source, _date]| Auth0LogType {
            code,
            name,
            older: status == "older",
            outcome: Outcome::from_name(outcome),
            is_call: !call.is_empty(),
        })
        .collect()
});

/// One tenant log code.
#[derive(Debug, PartialEq, Eq)]
pub struct Auth0LogType {
    /// The value of `data.type`, such as `fp`.
    pub code: &'static str,
    /// What it reports, as a phrase.
    pub name: &'static str,
    /// Gone from Auth0's list of codes, though logs and rules still hold it.
    pub older: bool,
    /// How what it reports ended; `None` where it only announces or informs.
    pub outcome: Option<Outcome>,
    /// It stands for any call of the Management API, which only the request tells apart.
    pub is_call: bool,
}

/// How what a log code reports ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was refused, blocked or went wrong.
    Failure,
    /// It was done, or may have been, and there is something wrong with it.
    Warning,
}

impl Outcome {
    /// The name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Warning => "warning",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Success, Self::Failure, Self::Warning]
            .into_iter()
            .find(|outcome| outcome.name() == name)
    }
}

/// Every known log code, in order.
pub fn auth0_log_types() -> &'static [Auth0LogType] {
    &LOG_TYPES
}

/// The log code, in any case.
pub fn auth0_log_type(code: &str) -> Option<&'static Auth0LogType> {
    find(&LOG_TYPES, |row| row.code, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_well_formed() {
        let columns = ["code", "name", "status", "outcome", "call", "source", "date"];
        crate::table::tests::check(TEXT, &columns);
        crate::table::tests::check_keys(&LOG_TYPES, |row| row.code);
        for [code, name, status, outcome, call, ..] in rows::<7>(TEXT) {
            let plain = |byte: u8| byte.is_ascii_lowercase() || b"_0123456789".contains(&byte);
            assert!(!code.is_empty() && code.bytes().all(plain), "{code}");
            assert!(!name.is_empty(), "{code}");
            assert!(["current", "older"].contains(&status), "{code}");
            assert!(["", "yes"].contains(&call), "{code}");
            assert!(outcome == "none" || Outcome::from_name(outcome).is_some());
        }
    }

    #[test]
    fn rows_say_what_the_codes_mean() {
        assert_eq!(LOG_TYPES.len(), 204);
        assert_eq!(LOG_TYPES.iter().filter(|row| row.older).count(), 32);
        let outcome = |code| auth0_log_type(code).unwrap().outcome;
        assert_eq!(outcome("s"), Some(Outcome::Success));
        assert_eq!(outcome("fp"), Some(Outcome::Failure));
        assert_eq!(outcome("limit_wc"), Some(Outcome::Failure));
        assert_eq!(outcome("pwd_leak"), Some(Outcome::Warning));
        assert_eq!(outcome("gd_start_auth"), None);
        assert!(auth0_log_type("fapi").unwrap().older);
        let calls: Vec<_> =
            LOG_TYPES.iter().filter(|row| row.is_call).map(|row| row.code).collect();
        assert_eq!(calls, ["fapi", "mgmt_api_read", "sapi"]);
        assert_eq!(auth0_log_type("seraft"), None);
    }
}
