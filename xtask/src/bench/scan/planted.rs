//! Credentials that are made for the measurement, and the files that leak them.

use lab::random::Random;

/// A credential in a file.
pub(crate) struct Planted {
    /// The credential itself.
    pub(crate) value: String,
    pub(crate) path: String,
    pub(crate) text: String,
}

const OKTA: &str = "acme.okta.com";
const AUTH0: &str = "acme.us.auth0.com";

/// The nth credential; every way to leak one in turn.
pub(crate) fn planted(random: &mut Random, n: usize) -> Planted {
    let token = random.id("00", 42, "");
    let secret = random.id("", 64, "");
    let client = random.id("0oa", 20, "");
    let (value, path, text) = match n % 8 {
        0 => (
            &token,
            format!("deploy/env/prod-{n}.env"),
            format!("OKTA_ORG_URL=https://{OKTA}\nOKTA_API_TOKEN={token}\n"),
        ),
        1 => (
            &token,
            format!("src/okta/client_{n}.ts"),
            format!(
                "const url = \"https://{OKTA}/api/v1/users\";\nfetch(url, {{ headers: {{ Authorization: \"SSWS {token}\" }} }});\n"
            ),
        ),
        2 => (
            &secret,
            format!("services/auth/.env.{n}"),
            format!(
                "AUTH0_DOMAIN={AUTH0}\nAUTH0_CLIENT_ID={}\nAUTH0_CLIENT_SECRET={secret}\n",
                random.id("", 32, "")
            ),
        ),
        3 => (
            &secret,
            format!("deploy/values-{n}.yaml"),
            format!(
                "okta:\n  issuer: https://{OKTA}/oauth2/default\n  clientId: {client}\n  clientSecret: {secret}\n"
            ),
        ),
        4 => (
            &token,
            format!("docs/runbook_{n}.md"),
            format!(
                "# Users\n\n```sh\ncurl -H 'Authorization: SSWS {token}' https://{OKTA}/api/v1/users\n```\n"
            ),
        ),
        5 => (
            &token,
            format!("test/fixtures/request_{n}.json"),
            format!(
                "{{\"body\": \"{{\\\"orgUrl\\\":\\\"https://{OKTA}\\\",\\\"apiToken\\\":\\\"{token}\\\"}}\"}}\n"
            ),
        ),
        6 => (
            &token,
            format!("infra/okta_{n}.tf"),
            format!(
                "provider \"okta\" {{\n  org_name  = \"acme\"\n  base_url  = \"okta.com\"\n  api_token = \"{token}\"\n}}\n"
            ),
        ),
        _ => (
            &secret,
            format!("services/login/settings_{n}.py"),
            format!(
                "AUTH0 = {{\n    \"domain\": \"{AUTH0}\",\n    \"client_secret\": \"{secret}\",\n}}\n"
            ),
        ),
    };
    Planted { value: value.clone(), path, text }
}
