//! Whether a tenant can be watched with a credential, and what to do if not.

mod credential;
mod rate;
mod role;
mod scopes;

use outbound::Answer;

use crate::{Error, Patience, Provider, Tenant};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What it is about: `credential`, `role`, `scopes`, `clock`, `rate`.
    pub about: &'static str,
    /// How it stands.
    pub verdict: Verdict,
    /// What was found: a fragment for people.
    pub says: String,
    /// What to do, if something is to be done.
    pub advice: Option<String>,
}

/// How a thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Worth knowing, nothing to mend.
    Note,
    /// It works, and should be mended.
    Warning,
    /// It does not work.
    Fault,
    /// It could not be found out.
    Unknown,
}

impl Verdict {
    /// Its name: `good`, `note`, `warning`, `fault`, `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Fault => "fault",
            Self::Unknown => "unknown",
        }
    }
}

impl Check {
    pub(crate) fn new(about: &'static str, verdict: Verdict, says: impl Into<String>) -> Self {
        Self { about, verdict, says: says.into(), advice: None }
    }

    fn advice(self, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..self }
    }
}

/// Asks a tenant for one event and a few facts about the credential, and says what that shows.
///
/// Reads, and changes nothing. Takes a handful of requests, and one more for each scope if one of them is refused.
pub async fn doctor(tenant: &Tenant) -> Vec<Check> {
    let (answer, check) = credential::check(tenant).await;
    let mut checks = vec![check];
    checks.extend(clock(tenant));
    let Some(answer) = answer else { return checks };
    checks.extend(kind(tenant));
    checks.extend(scopes::check(tenant).await);
    if tenant.provider() == Provider::Okta {
        checks.push(role::check(tenant).await);
    }
    checks.push(rate::check(tenant, &answer));
    checks
}

/// The smallest question to the log.
async fn ask_log(tenant: &Tenant) -> Result<Answer, Error> {
    let path = match tenant.provider() {
        Provider::Okta => "/api/v1/logs?limit=1",
        Provider::Auth0 => "/api/v2/logs?per_page=1&page=0",
    };
    read(tenant, path).await
}

/// Reads a path, again where the provider only stumbled: what passes within seconds is no diagnosis.
async fn read(tenant: &Tenant, path: &str) -> Result<Answer, Error> {
    let mut patience = Patience::default();
    loop {
        let error = match tenant.read(path).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let is_passing = matches!(error, Error::Unavailable { .. } | Error::Busy { .. });
        match patience.fail(&error).filter(|_| is_passing && patience.failures() <= 3) {
            Some(wait) => tokio::time::sleep(wait).await,
            None => return Err(error),
        }
    }
}

/// A clock that is off by more than this spoils statements that are made without correcting it.
const OFF_S: u64 = 30;

/// Known once any answer came, be it a refusal.
fn clock(tenant: &Tenant) -> Option<Check> {
    let skew = tenant.measured_skew()?;
    let seconds = skew.unsigned_abs().as_secs();
    if seconds <= OFF_S {
        let says = format!("agrees with {} to {} s", tenant.origin().host(), seconds.max(1));
        return Some(Check::new("clock", Verdict::Good, says));
    }
    let way = if skew.is_positive() { "behind" } else { "ahead of" };
    let says = format!("this machine is {seconds} s {way} {}", tenant.origin().host());
    let advice = "set this machine's clock by NTP; Keyward corrects what it signs by the provider's clock, but lateness \
                  and latency are counted by its own";
    Some(Check::new("clock", Verdict::Warning, says).advice(advice))
}

/// What speaks against the kind of credential, whatever it may.
fn kind(tenant: &Tenant) -> Option<Check> {
    let warning = tenant.warning()?;
    let is_token = tenant.credential().method() == "api-token";
    let advice = if is_token {
        "make a service app (`keyward init` writes its Terraform); until then bind the token to a network zone in \
         Security > API > Tokens"
    } else {
        "require DPoP in the app (Applications > the app > General), and set `dpop = true`"
    };
    Some(Check::new("method", Verdict::Warning, warning).advice(advice))
}
