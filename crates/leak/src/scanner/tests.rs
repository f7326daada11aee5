//! Whole texts and what is found in them. Marks in a text stand for values that are made anew: `«ssws»`.

use finding::Level;

use super::*;
use crate::leak::Confidence::{self, Candidate, Certain, Medium, Strong};
use crate::leak::Validity;

/// A value for each mark, always the same for the same mark.
fn value(mark: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (kind, seed) = mark.split_once(' ').unwrap_or((mark, "1"));
    let mut state: u64 =
        seed.bytes().chain(kind.bytes()).fold(0x9e37_79b9_7f4a_7c15, |state, byte| {
            (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let mut text = |n: usize, letters: &[u8]| -> String {
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from(letters[(state >> 40) as usize % letters.len()])
        };
        (0..n).map(|_| next()).collect()
    };
    match kind {
        "ssws" => format!("00{}", text(40, LETTERS)),
        "secret40" => text(40, LETTERS),
        "secret64" => text(64, LETTERS),
        "refresh" => text(43, LETTERS),
        "sid" => format!("102{}", text(22, LETTERS)),
        "client" => format!("0oa{}", text(17, &LETTERS[..62])),
        "auth0" => text(32, &LETTERS[..62]),
        "hex64" => text(64, b"0123456789abcdef"),
        "twenty" => text(20, &LETTERS[..62]),
        other => panic!("no value is called {other}"),
    }
}

/// The text with its marks filled in, and the values of the marks.
fn filled(text: &str) -> (String, Vec<String>) {
    let (mut whole, mut values) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('«') {
        let (mark, after) = after.split_once('»').unwrap();
        let value = value(mark);
        whole += before;
        whole += &value;
        values.push(value);
        rest = after;
    }
    (whole + rest, values)
}

fn scan(text: &str) -> Scan {
    Scanner::new().scan(Document { bytes: text.as_bytes(), path: "", now: None })
}

/// Holds what is found in a text, as kind, confidence and level, to what is expected; each value is whole.
fn check(text: &str, expected: &[(&str, Confidence, Level)]) {
    let (text, values) = filled(text);
    let found = scan(&text);
    let told: Vec<_> =
        found.leaks.iter().map(|leak| (leak.kind.kind, leak.confidence, leak.level)).collect();
    assert_eq!(told, expected, "{text}\n{:#?}", found.leaks);
    for leak in &found.leaks {
        let value = leak.secret.expose();
        assert!(
            values.iter().any(|known| known == value)
                || !values.iter().any(|known| known.contains(value)),
            "{text}"
        );
        assert!(leak.why.iter().all(|why| !why.contains(value)), "{leak:?}");
        if leak.layers.is_empty() {
            assert_eq!(&text[leak.span.clone()], value);
        }
    }
}

const STRONG: (&str, Confidence, Level) = ("okta_api_token", Strong, Level::Critical);
const CANDIDATE: (&str, Confidence, Level) = ("okta_api_token", Candidate, Level::Low);
const MEDIUM: (&str, Confidence, Level) = ("okta_api_token", Medium, Level::Medium);

#[test]
fn the_usual_names_in_the_usual_files() {
    for name in ["OKTA_API_TOKEN", "OKTA_TOKEN", "OKTA_SECRET"] {
        check(&format!("{name}=«ssws»\n"), &[STRONG]);
        check(&format!("export {name}=\"«ssws»\"\n"), &[STRONG]);
        check(&format!("{{\"{name}\": \"«ssws»\"}}"), &[STRONG]);
        check(&format!("{name}: «ssws»\n"), &[STRONG]);
        check(&format!("module.exports = {{ {name}: '«ssws»' }};\n"), &[STRONG]);
    }
    for name in ["API_TOKEN", "TOKEN", "SECRET"] {
        check(&format!("{name}=«ssws»\n"), &[CANDIDATE]);
        check(&format!("OKTA_ORG=https://acme.okta.com\n{name}=«ssws»\n"), &[STRONG]);
        check(&format!("{name}=«ssws»\n\n\n\n\n\n\n\n# see https://acme.okta.com\n"), &[MEDIUM]);
    }
}

#[test]
fn samples_of_another_length_are_candidates() {
    check("export OKTA_API_TOKEN=\"00aBcDeFgHiJkLmNoPqRsTuVwXyZ1234567890\"", &[CANDIDATE]);
    check(
        "{\n\"okta\": {\n\"apiToken\": \"00aBcDeFgHiJkLmNoPqRsTuVwXyZ1234567890\"\n}\n}",
        &[CANDIDATE],
    );
    check("const oktaApiToken = \"00aBcDeFgHiJkLmNoPqRsTuVwXyZ1234567890\";", &[CANDIDATE]);
}

#[test]
fn arguments_of_a_command_over_several_lines_are_not_joined() {
    let certain = ("okta_api_token", Certain, Level::Critical);
    for quote in ["'", "\""] {
        for next in ["https://acme.okta.com/api/v1/users", "acme.okta.com/api/v1/users"] {
            let header = format!("{quote}Authorization: SSWS «ssws»{quote}");
            check(&format!("curl -H {header} \\\n  {quote}{next}{quote}\n"), &[certain]);
        }
    }
}

#[test]
fn what_documentation_prints_is_worth_a_word_at_most() {
    let session_token = concat!("00Fpzf4en68pCXTsMjcX8JPM", "ctzN2Wiw4LDOBL_9pe");
    let found = scan(&format!("{{\"sessionToken\": \"{session_token}\"}}")).leaks;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].validity, found[0].level), (Validity::Sample, Level::Informational));
}

#[test]
fn a_client_of_okta_makes_a_secret_okta_s() {
    let strong = ("okta_client_secret", Strong, Level::High);
    check("client_id: «client»\nclient_secret: «secret64»\n", &[strong]);
    check(
        "curl -u «client»:«secret40» https://acme.okta.com/oauth2/v1/token",
        &[("okta_client_secret", Certain, Level::High)],
    );
    check("client_id: abc\nclient_secret: «secret64»\n", &[]);
    check("AUTH0_CLIENT_SECRET=«secret64»\n", &[("auth0_client_secret", Strong, Level::High)]);
    check("AUTH0_SECRET='«hex64»'\n", &[("auth0_cookie_secret", Strong, Level::High)]);
}

#[test]
fn public_things_are_quiet() {
    for text in [
        "OKTA_CLIENT_ID=«client»\nOKTA_ISSUER=https://acme.okta.com/oauth2/default\n",
        "new Auth0Client({domain:\"acme.us.auth0.com\", clientId:\"«auth0»\"});",
        "okta_commit: «hex64»\n",
        "rookTable = «ssws»\n",
        "okta_token = get_token_from_secrets_manager_by_name(settings)\n",
        "Authorization: SSWS [REDACTED]\n",
        "export OKTA_API_TOKEN=\"${OKTA_API_TOKEN}\"\n",
    ] {
        check(text, &[]);
    }
}

#[test]
fn seeds_and_secrets_of_the_usual_length() {
    let seed = ("okta_totp_seed", Strong, Level::High);
    check("otpauth://totp/Okta:ada%40example.com?secret=GQ3TINZXMZSDKNRT&issuer=Okta\n", &[seed]);
    let cookie = ("auth0_cookie_secret", Strong, Level::High);
    check("SECRET=«hex64»\nISSUER_BASE_URL=https://acme.us.auth0.com\n", &[cookie]);
}

#[test]
fn what_is_fetched_or_encrypted_is_quiet() {
    check("okta_password = os.environ[\"OKTA_PW\"]\n", &[]);
    check("okta_client_secret: ENC[AES256_GCM,data:xk29dkQ1,iv:kk2,tag:zz9,type:str]\n", &[]);
}

#[test]
fn encodings_are_undone_and_places_lead_back() {
    use base64::Engine;
    let (token, _) = filled("«ssws»");
    let line = format!("OKTA_API_TOKEN={token}\n");
    let json =
        serde_json::json!({ "body": serde_json::json!({ "text": line }).to_string() }).to_string();
    let percent = line.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
    let base64 = base64::engine::general_purpose::STANDARD.encode(&line);
    let twice = base64::engine::general_purpose::STANDARD.encode(&percent);
    for text in [json, percent, format!("env: {base64}\n"), format!("env: {twice}\n")] {
        let found = scan(&text).leaks;
        assert_eq!(found.len(), 1, "{text} {found:?}");
        assert_eq!(found[0].secret.expose(), token);
        assert!(!found[0].layers.is_empty() && found[0].span.end <= text.len(), "{found:?}");
    }
}

#[test]
fn the_id_of_a_token_is_taken_along_where_it_stands_near() {
    let check = |text: &str, expected: &[(&str, &str)]| {
        let text = text.replace("«token»", &value("ssws"));
        let document = Document { bytes: text.as_bytes(), path: "", now: None };
        let leaks = Scanner::new().scan(document).leaks;
        let companions = leaks[0].companions.iter();
        let told: Vec<_> = companions.map(|one| (one.what, one.value.as_str())).collect();
        assert_eq!(told, expected, "{text}");
    };
    let (one, other) = ("00Tabcdefghijk123456", "00Tlmnopqrstuv123456");
    let near = [("token_id", one)];
    check(&format!("# Program 1, {one}\nOKTA_API_TOKEN=«token»\n"), &near);
    check(&format!("OKTA_TOKEN_ID={one}\nOKTA_API_TOKEN=«token»\n"), &near);
    check(&format!("# {one}, not {other}\nOKTA_API_TOKEN=«token»\n"), &[]);
    check(&format!("# x{one} {one}9 {one}_\nOKTA_API_TOKEN=«token»\n"), &[]);
    check(&format!("# {one}\n{}OKTA_API_TOKEN=«token»\n", "# \n".repeat(300)), &[]);
    check("owner: 00uabcdefghijk123456\ntoken: «token»\n", &[("user_id", "00uabcdefghijk123456")]);
}
