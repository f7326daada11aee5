//! Credentials to plant: random values of the shapes that providers give them, none of them real.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::names::Words;
use crate::random::Random;

pub(crate) const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
pub(crate) const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
pub(crate) const BASE64_URL: &str =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
pub(crate) const HEX: &str = "0123456789abcdef";

/// 2026-11-22, the time of the scans.
pub(crate) const NOW: i64 = 1_795_305_600;

const OKTA_HOSTS: [&str; 7] = [
    "acme.okta.com",
    "acme-admin.okta.com",
    "acme.oktapreview.com",
    "acme.okta-emea.com",
    "acme.okta-gov.com",
    "acme.okta.mil",
    "dev-48210937.okta.com",
];
const AUTH0_HOSTS: [&str; 4] =
    ["acme.us.auth0.com", "acme.eu.auth0.com", "acme.auth0.com", "dev-3a44tw2s.jp.auth0.com"];

/// A credential, and what a carrier must know to hold it.
#[derive(Debug, Clone)]
pub(crate) struct Plant {
    /// What must be found: the kind.
    pub(crate) kind: &'static str,
    /// What must be found: the value, without the breaks of a key.
    pub(crate) value: String,
    /// How it is held.
    pub(crate) form: Form,
    /// A host of the tenant.
    pub(crate) host: &'static str,
    /// The public id of a client.
    pub(crate) client: String,
}

/// How a credential is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// Under a name.
    Pair(Words),
    /// After the word of a scheme, in a header.
    Header(&'static str),
    /// As a cookie of that name.
    Cookie(&'static str),
    /// Within a text of several lines: a key.
    Body(String),
}

/// What makes a plant.
type Maker = fn(&mut Random) -> Plant;

const MAKERS: &[Maker] = &[
    api_token,
    api_token_in_header,
    okta_client_secret,
    okta_refresh_token,
    okta_access_token,
    okta_custom_access_token,
    okta_id_token,
    sid,
    idx,
    session_token,
    auth0_client_secret,
    management_token,
    cookie_secret,
    auth0_refresh_token,
    scim_token,
    jwk,
    pem,
    activation_token,
    recovery_token,
    totp_seed,
    device_secret,
    state_handle,
    state_token,
    agent_token,
    auth0_access_token,
    auth0_id_token,
    client_assertion,
];

/// What is known not to be found everywhere: values too short to be seen without a name in clear, and cookies of
/// no shape, which only their syntax tells.
const HARDER: &[Maker] = &[short_totp_seed, auth0_cookie];

/// A credential of a kind by chance.
pub(crate) fn plant(random: &mut Random) -> Plant {
    random.pick(MAKERS)(random)
}

/// One of those that are hard to find.
pub(crate) fn harder(random: &mut Random) -> Plant {
    random.pick(HARDER)(random)
}

fn okta(random: &mut Random, kind: &'static str, value: String, form: Form) -> Plant {
    let client = format!("0oa{}", random.text(ALNUM, 17));
    Plant { kind, value, form, host: random.pick(&OKTA_HOSTS), client }
}

fn auth0(random: &mut Random, kind: &'static str, value: String, form: Form) -> Plant {
    let client = random.text(ALNUM, 32);
    Plant { kind, value, form, host: random.pick(&AUTH0_HOSTS), client }
}

fn pair(random: &mut Random, names: &[Words]) -> Form {
    Form::Pair(random.pick(names))
}

fn ssws(random: &mut Random) -> String {
    format!("00{}", random.text(BASE64_URL, 40))
}

fn api_token(random: &mut Random) -> Plant {
    let value = ssws(random);
    let names: [Words; 5] = [
        &["okta", "api", "token"],
        &["okta", "token"],
        &["okta", "ssws", "token"],
        &["okta", "client", "token"],
        &["okta", "api", "key"],
    ];
    let form = pair(random, &names);
    okta(random, "okta_api_token", value, form)
}

fn api_token_in_header(random: &mut Random) -> Plant {
    let value = ssws(random);
    okta(random, "okta_api_token", value, Form::Header("SSWS"))
}

fn okta_client_secret(random: &mut Random) -> Plant {
    let len = random.pick(&[40, 64]);
    let value = random.text(BASE64_URL, len);
    let names: [Words; 3] = [
        &["okta", "client", "secret"],
        &["okta", "oauth", "client", "secret"],
        &["okta", "oidc", "client", "secret"],
    ];
    let form = pair(random, &names);
    okta(random, "okta_client_secret", value, form)
}

fn okta_refresh_token(random: &mut Random) -> Plant {
    let value = random.text(BASE64_URL, 43);
    let form = Form::Pair(&["okta", "refresh", "token"]);
    okta(random, "okta_refresh_token", value, form)
}

/// A JSON Web Token of those claims, signed with noise.
fn jwt(random: &mut Random, claims: &serde_json::Value) -> String {
    let header = serde_json::json!({"kid": random.text(BASE64_URL, 43), "alg": "RS256"});
    let part = |json: &serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let signature = BASE64_URL_SAFE_NO_PAD.encode(random.bytes(256));
    format!("{}.{}.{signature}", part(&header), part(claims))
}

fn bearer_or_named(random: &mut Random, name: Words) -> Form {
    random.pick(&[Form::Pair(name), Form::Header("Bearer")])
}

fn okta_access_token(random: &mut Random) -> Plant {
    let form = bearer_or_named(random, &["okta", "access", "token"]);
    let mut plant = okta(random, "okta_access_token", String::new(), form);
    let issuer = format!("https://{}", plant.host.replace("-admin", ""));
    let claims = serde_json::json!({
        "ver": 1, "jti": format!("AT.{}", random.text(BASE64_URL, 43)), "iss": issuer, "aud": issuer,
        "iat": NOW - 60, "exp": NOW + 3540, "cid": plant.client, "scp": ["okta.users.manage"],
        "sub": plant.client,
    });
    plant.value = jwt(random, &claims);
    plant
}

fn okta_custom_access_token(random: &mut Random) -> Plant {
    let form = bearer_or_named(random, &["access", "token"]);
    let mut plant = okta(random, "okta_custom_access_token", String::new(), form);
    let host = plant.host.replace("-admin", "");
    let claims = serde_json::json!({
        "ver": 1, "jti": format!("AT.{}", random.text(BASE64_URL, 43)),
        "iss": format!("https://{host}/oauth2/default"), "aud": "api://default", "iat": NOW - 60,
        "exp": NOW + 3540, "cid": plant.client, "uid": format!("00u{}", random.text(ALNUM, 17)),
        "scp": ["orders:read"], "sub": "ada@example.com",
    });
    plant.value = jwt(random, &claims);
    plant
}

fn okta_id_token(random: &mut Random) -> Plant {
    let mut plant = okta(random, "okta_id_token", String::new(), Form::Pair(&["id", "token"]));
    let host = plant.host.replace("-admin", "");
    let claims = serde_json::json!({
        "sub": format!("00u{}", random.text(ALNUM, 17)), "name": "Ada", "ver": 1,
        "iss": format!("https://{host}"), "aud": plant.client, "iat": NOW - 60, "exp": NOW + 3540,
        "jti": format!("ID.{}", random.text(BASE64_URL, 43)), "amr": ["pwd"], "nonce": "n",
    });
    plant.value = jwt(random, &claims);
    plant
}

fn sid(random: &mut Random) -> Plant {
    let value = format!("102{}", random.text(BASE64_URL, 22));
    okta(random, "okta_session_cookie", value, Form::Cookie("sid"))
}

fn idx(random: &mut Random) -> Plant {
    let header =
        BASE64_URL_SAFE_NO_PAD.encode(r#"{"zip":"DEF","ver":"1","enc":"A256GCM","alg":"dir"}"#);
    let [iv, text, tag] = [12, 220, 16].map(|n| BASE64_URL_SAFE_NO_PAD.encode(random.bytes(n)));
    let value = format!("{header}..{iv}.{text}.{tag}");
    okta(random, "okta_session_cookie", value, Form::Cookie("idx"))
}

fn session_token(random: &mut Random) -> Plant {
    let value = format!("20111{}", random.text(BASE64_URL, 40));
    let names: [Words; 2] = [&["session", "token"], &["okta", "session", "token"]];
    let form = pair(random, &names);
    okta(random, "okta_session_token", value, form)
}

fn auth0_client_secret(random: &mut Random) -> Plant {
    let value = random.text(BASE64_URL, 64);
    let form = Form::Pair(&["auth0", "client", "secret"]);
    auth0(random, "auth0_client_secret", value, form)
}

fn management_token(random: &mut Random) -> Plant {
    let form = bearer_or_named(random, &["auth0", "management", "token"]);
    let mut plant = auth0(random, "auth0_mgmt_token", String::new(), form);
    let claims = serde_json::json!({
        "iss": format!("https://{}/", plant.host), "sub": format!("{}@clients", plant.client),
        "aud": format!("https://{}/api/v2/", plant.host), "iat": NOW - 60, "exp": NOW + 86_340,
        "azp": plant.client, "scope": "read:users update:users", "gty": "client-credentials",
    });
    plant.value = jwt(random, &claims);
    plant
}

fn cookie_secret(random: &mut Random) -> Plant {
    let value = random.text(HEX, 64);
    auth0(random, "auth0_cookie_secret", value, Form::Pair(&["auth0", "secret"]))
}

fn auth0_refresh_token(random: &mut Random) -> Plant {
    let value = format!("v1.{}", random.text(BASE64_URL, 56));
    auth0(random, "auth0_refresh_token", value, Form::Pair(&["auth0", "refresh", "token"]))
}

fn scim_token(random: &mut Random) -> Plant {
    let value = random.text(ALNUM, 43);
    let names: [Words; 2] = [&["okta", "scim", "bearer", "token"], &["okta", "scim", "token"]];
    let form = pair(random, &names);
    okta(random, "scim_token", value, form)
}

fn jwk(random: &mut Random) -> Plant {
    let is_rsa = random.below(2) == 0;
    let mut number = |n| BASE64_URL_SAFE_NO_PAD.encode(random.bytes(n));
    let value = number(if is_rsa { 256 } else { 32 });
    let key = if is_rsa {
        serde_json::json!({
            "d": value, "p": number(128), "q": number(128), "dp": number(128), "dq": number(128),
            "qi": number(128), "kty": "RSA", "kid": number(32), "n": number(256), "e": "AQAB",
        })
    } else {
        serde_json::json!({"kty": "EC", "crv": "P-256", "x": number(32), "y": number(32), "d": value})
    };
    let body = if random.below(2) == 0 { key.to_string() } else { format!("{key:#}") };
    okta(random, "private_jwk", value, Form::Body(body))
}

fn pem(random: &mut Random) -> Plant {
    let label = random.pick(&["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"]);
    let n_lines = if label.starts_with("EC") { 2 } else { 25 };
    let lines: Vec<String> = (0..n_lines).map(|_| random.text(BASE64, 64)).collect();
    let body = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", lines.join("\n"));
    okta(random, "private_key_pem", lines.concat(), Form::Body(body))
}

fn activation_token(random: &mut Random) -> Plant {
    let value = random.text(ALNUM, 20);
    let names: [Words; 2] = [&["activation", "token"], &["okta", "activation", "token"]];
    let form = pair(random, &names);
    okta(random, "okta_activation_token", value, form)
}

fn recovery_token(random: &mut Random) -> Plant {
    let value = random.text(ALNUM, 20);
    okta(random, "okta_recovery_token", value, Form::Pair(&["recovery", "token"]))
}

fn totp_seed(random: &mut Random) -> Plant {
    totp_seed_of(random, 32)
}

fn short_totp_seed(random: &mut Random) -> Plant {
    totp_seed_of(random, 16)
}

fn totp_seed_of(random: &mut Random, len: usize) -> Plant {
    let value = random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", len);
    let names: [Words; 3] =
        [&["okta", "shared", "secret"], &["okta", "totp", "secret"], &["okta", "totp", "seed"]];
    let form = pair(random, &names);
    okta(random, "okta_totp_seed", value, form)
}

fn device_secret(random: &mut Random) -> Plant {
    let value = random.text(BASE64_URL, 43);
    okta(random, "okta_device_secret", value, Form::Pair(&["okta", "device", "secret"]))
}

fn state_handle(random: &mut Random) -> Plant {
    let value = format!("02.id.{}", random.text(BASE64_URL, 86));
    okta(random, "okta_state_handle", value, Form::Pair(&["state", "handle"]))
}

/// Of the shape of an API token, and none.
fn state_token(random: &mut Random) -> Plant {
    let value = ssws(random);
    okta(random, "okta_state_token", value, Form::Pair(&["state", "token"]))
}

fn agent_token(random: &mut Random) -> Plant {
    let value = random.text(BASE64_URL, 43);
    okta(random, "okta_agent_config", value, Form::Pair(&["okta", "agent", "token"]))
}

fn auth0_cookie(random: &mut Random) -> Plant {
    let value = random.text(BASE64_URL, 64);
    auth0(random, "auth0_session_cookie", value, Form::Cookie("auth0"))
}

fn auth0_access_token(random: &mut Random) -> Plant {
    let form = bearer_or_named(random, &["access", "token"]);
    let mut plant = auth0(random, "auth0_access_token", String::new(), form);
    let claims = serde_json::json!({
        "iss": format!("https://{}/", plant.host), "sub": format!("auth0|{}", random.text(HEX, 24)),
        "aud": ["https://api.example.com", format!("https://{}/userinfo", plant.host)],
        "iat": NOW - 60, "exp": NOW + 86_340, "azp": plant.client, "scope": "openid read:orders",
    });
    plant.value = jwt(random, &claims);
    plant
}

fn auth0_id_token(random: &mut Random) -> Plant {
    let mut plant = auth0(random, "auth0_id_token", String::new(), Form::Pair(&["id", "token"]));
    let claims = serde_json::json!({
        "iss": format!("https://{}/", plant.host), "sub": format!("auth0|{}", random.text(HEX, 24)),
        "aud": plant.client, "iat": NOW - 60, "exp": NOW + 35_940, "name": "Ada", "nonce": "n",
        "sid": random.text(BASE64_URL, 32),
    });
    plant.value = jwt(random, &claims);
    plant
}

fn client_assertion(random: &mut Random) -> Plant {
    let form = Form::Pair(&["client", "assertion"]);
    let mut plant = okta(random, "okta_client_assertion", String::new(), form);
    let host = plant.host.replace("-admin", "");
    let claims = serde_json::json!({
        "iss": plant.client, "sub": plant.client, "aud": format!("https://{host}/oauth2/v1/token"),
        "iat": NOW - 30, "exp": NOW + 270, "jti": random.text(HEX, 32),
    });
    plant.value = jwt(random, &claims);
    plant
}
