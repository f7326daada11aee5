//! What the first configuration is to hold.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::{Context, bail};
use catalog::Product;
use outbound::Origin;

use crate::args::{Init, Whose};

/// Where the private key of an Okta app is kept, below the folder of the configuration.
pub(super) const KEY_FILE: &str = "secrets/okta.pem";

/// Where the secret of an Auth0 application is kept.
const SECRET_FILE: &str = "secrets/auth0-client-secret";

/// What stands for a client id that does not exist yet. Without one the configuration is refused, with this place.
const NO_CLIENT_ID: &str = "# client-id = \"…\"  # fill in what Terraform has made";

/// A tenant to be watched.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// Its name in the configuration.
    pub(super) name: String,
    /// Whose it is.
    pub(super) provider: Product,
    /// Where its API is.
    pub(super) origin: Origin,
    /// The app's, if there is one.
    client_id: Option<String>,
    /// Whether the address that was given said more than where the API is.
    pub(super) is_shortened: bool,
}

impl Wanted {
    /// What the flags say; what they leave out is asked for, if somebody is there to answer.
    pub(super) fn of(args: &Init) -> anyhow::Result<Self> {
        let url = match &args.url {
            Some(url) => url.clone(),
            None => ask("--url", "Address of the tenant, such as https://acme.okta.com: ")?,
        };
        let origin = origin(&url)?;
        let provider = match args.provider.or_else(|| guess(&origin)) {
            Some(provider) => provider,
            None => provider_of(&ask("--provider", "Whose is it, okta or auth0? ")?)?,
        };
        let provider = match provider {
            Whose::Okta => Product::Okta,
            Whose::Auth0 => Product::Auth0,
        };
        let name = args.name.clone().unwrap_or_else(|| first_part(&origin));
        let is_shortened = says_more(&url);
        Ok(Self { name, provider, origin, client_id: args.client_id.clone(), is_shortened })
    }

    /// Whether a key is made for it.
    pub(super) fn needs_key(&self) -> bool {
        self.provider == Product::Okta
    }

    /// The configuration, as a file.
    pub(super) fn configuration(&self, key_id: Option<&str>) -> String {
        let Self { name, provider, origin, .. } = self;
        let known = self.client_id.as_ref().map(|id| format!("client-id = \"{id}\""));
        let client_id = known.as_deref().unwrap_or(NO_CLIENT_ID);
        let key_id = key_id.map(|id| format!("\nkey-id = \"{id}\"")).unwrap_or_default();
        let (method, kept) = if *provider == Product::Auth0 {
            ("client-credentials", format!("secret = {{ file = \"{SECRET_FILE}\" }}"))
        } else {
            ("service-app", format!("key = {{ file = \"{KEY_FILE}\" }}{key_id}"))
        };
        // The names were checked, and hold nothing that means something in TOML.
        format!(
            "\
# Every key is in docs/configuration.md. `keyward run --check` says whether this can be used, `keyward doctor` whether the
# provider takes it.

data = \"keyward-data\"
listen = \"127.0.0.1:8484\"

[[tenant]]
name = \"{name}\"
provider = \"{}\"
url = \"{origin}\"

[tenant.read]
method = \"{method}\"
{client_id}
{kept}

[tenant.poll]
since = \"7d\"

[findings]
file = \"findings.jsonl\"
",
            provider.name()
        )
    }

    /// What is left to do.
    pub(super) fn next_steps(&self) -> String {
        let fill = match (self.provider, &self.client_id) {
            (_, Some(_)) => String::new(),
            _ => "  Put the client id of the app into keyward.toml.\n".to_owned(),
        };
        let secret = match self.provider {
            Product::Auth0 => format!(
                "  Put the secret of the application into {SECRET_FILE}, for your eyes alone.\n"
            ),
            _ => String::new(),
        };
        format!(
            "Next:\n  Read keyward.tf, then: terraform init && terraform apply\n{fill}{secret}  keyward run --check\n  keyward doctor\n  keyward run"
        )
    }
}

/// An answer of whoever sits at the terminal. Fails if nobody does.
fn ask(flag: &str, question: &str) -> anyhow::Result<String> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        bail!("`{flag}` is missing, and there is no terminal to ask on");
    }
    let mut stderr = io::stderr();
    write!(stderr, "{question}").and_then(|()| stderr.flush()).context("failed to ask")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).context("failed to read the answer")?;
    Ok(answer.trim().to_owned())
}

fn provider_of(text: &str) -> anyhow::Result<Whose> {
    match text.to_ascii_lowercase().as_str() {
        "okta" => Ok(Whose::Okta),
        "auth0" => Ok(Whose::Auth0),
        other => bail!("`{other}` is neither okta nor auth0"),
    }
}

/// The origin of an address as people copy it: with or without `https://`, maybe with a path, maybe that of the admin console.
fn origin(url: &str) -> anyhow::Result<Origin> {
    let url = url.trim();
    let url = if url.contains("://") { url.to_owned() } else { format!("https://{url}") };
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", &url));
    if rest.contains('@') {
        bail!("the address must hold no user and no password");
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if let Some((name, domain)) = host.split_once("-admin.okta") {
        bail!("`{host}` is the admin console; the API is at `https://{name}.okta{domain}`");
    }
    let origin = format!("{scheme}://{host}");
    origin.parse().map_err(|why| anyhow::anyhow!("`{origin}` {why}"))
}

/// Whether an address has a path or a query.
fn says_more(url: &str) -> bool {
    let rest = url.trim().split_once("://").map_or(url.trim(), |(_, rest)| rest);
    rest.find(['/', '?', '#']).is_some_and(|at| rest.len() > at + 1)
}

/// Whose a host is, where its name says so.
fn guess(origin: &Origin) -> Option<Whose> {
    let ends = |domains: &[&str]| domains.iter().any(|domain| origin.host().ends_with(domain));
    if ends(&[".okta.com", ".oktapreview.com", ".okta-emea.com", ".okta-gov.com", ".okta.mil"]) {
        return Some(Whose::Okta);
    }
    ends(&[".auth0.com"]).then_some(Whose::Auth0)
}

/// The first part of a host, as a name; `tenant` if nothing of it can stand in one.
fn first_part(origin: &Origin) -> String {
    let is_plain =
        |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let first = origin.host().split('.').next().unwrap_or_default();
    let name: String = first.chars().filter(is_plain).collect();
    if name.is_empty() { "tenant".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config;
    use crate::init::app;

    fn wanted(url: &str) -> Wanted {
        let args = Init {
            provider: None,
            url: Some(url.to_owned()),
            name: None,
            client_id: Some("0oa1keyward".to_owned()),
            dir: ".".into(),
        };
        Wanted::of(&args).unwrap()
    }

    #[test]
    fn what_is_written_can_be_read() {
        for (url, name) in [("acme.okta.com/app/x", "acme"), ("https://acme.us.auth0.com/", "acme")]
        {
            let wanted = wanted(url);
            let config = config::parse(&wanted.configuration(Some("k1")), Path::new("")).unwrap();
            assert_eq!(config.tenants[0].name, name);
            assert_eq!(config.tenants[0].provider, wanted.provider);
        }
    }

    #[test]
    fn the_admin_console_is_not_the_api() {
        let error = origin("https://acme-admin.okta.com/admin/dashboard").unwrap_err();
        assert!(error.to_string().ends_with("the API is at `https://acme.okta.com`"), "{error}");
        assert!(origin("http://acme.okta.com").is_err());
        let error = origin("http://user:pw@acme.okta.com").unwrap_err();
        assert!(!format!("{error:#}").contains("pw"), "{error:#}");
        assert!(says_more("https://acme.okta.com/admin") && !says_more("https://acme.okta.com/"));
    }

    #[test]
    fn the_app_may_read_the_log_and_nothing_else() {
        let okta = app::terraform(&wanted("acme.okta.com")).unwrap();
        let scopes = okta.lines().filter(|line| line.trim_start().starts_with("\"okta."));
        assert_eq!(scopes.count(), 1, "{okta}");
        assert!(okta.contains("\"okta.logs.read\""), "{okta}");
        let auth0 = app::terraform(&wanted("acme.us.auth0.com")).unwrap();
        assert!(auth0.contains("\"read:logs\""), "{auth0}");
    }
}
