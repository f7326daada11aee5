//! Files with credentials for the tests of `keyward scan`. The values are made here, so that none lies in
//! the repository.

use std::fs;
use std::path::Path;

/// Digits of base64url.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Random text of one seed, the same on every machine.
pub(crate) fn random(seed: u64, length: usize) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(DIGITS[(state >> 32) as usize % 64])
    };
    (0..length).map(|_| next()).collect()
}

/// An API token of Okta's form.
pub(crate) fn token(seed: u64) -> String {
    format!("00{}", random(seed, 40))
}

/// Writes files below a folder.
pub(crate) fn write(folder: &Path, files: &[(&str, String)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// The folder of the transcripts.
pub(crate) fn write_project(folder: &Path) {
    let _ = fs::remove_dir_all(folder);
    let (api, secret) = (token(1), random(2, 64));
    let okta = format!("okta:\n  client:\n    orgUrl: https://acme.okta.com\n    token: {api}\n");
    let auth0 = format!(
        "AUTH0_DOMAIN=acme.us.auth0.com\nAUTH0_CLIENT_ID={}\nAUTH0_CLIENT_SECRET={secret}\n",
        random(3, 32).replace(['-', '_'], "x")
    );
    let curl = format!("curl -H 'Authorization: SSWS {api}' https://acme.okta.com/api/v1/users\n");
    let bare = format!("TOKEN={}\n", token(4));
    let known = format!("# keyward:ignore made for a test\nOKTA_API_TOKEN={}\n", token(5));
    let example = "OKTA_API_TOKEN=00xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n";
    let files = [
        ("key", "a key for tests alone\n".to_owned()),
        ("app/config/okta.yaml", okta),
        ("app/deploy.sh", curl),
        ("app/.env", auth0),
        ("app/config/job.env", bare),
        ("app/tests/known.env", known),
        ("app/.env.example", example.to_owned()),
        ("clean/readme.md", "Nothing here.\n".to_owned()),
    ];
    write(folder, &files);
}
