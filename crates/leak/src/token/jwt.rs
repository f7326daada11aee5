//! JSON Web Tokens in compact form: where one ends, its header, its claims.
//!
//! *Sources.* RFC 7515 section 3.1 (three parts), RFC 7516 section 3.1 (five), RFC 7519 section 4.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::Timestamp;
use serde_json::Value;

use crate::leak::Claims;

/// Bytes of a part that are read at most; a token with a longer one is none.
const PART_MAX: usize = 512 << 10;

/// Audiences and scopes that are kept of one token.
const ENTRIES_MAX: usize = 2_000;

/// Base64url without padding. Signatures of some issuers set the unused last bits.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// A compact JWS or JWE at the begin of a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Jwt {
    /// Bytes it takes.
    pub(crate) len: usize,
    /// The header, decoded; `Null` when it is no JSON, which only a JWE is forgiven.
    pub(crate) header: Value,
    /// Everything it claims, decoded; `Null` for a JWE and for what is no JSON.
    pub(crate) payload: Value,
    /// The claims that matter: of a JWE those that its header repeats (RFC 7519 section 5.3). `None` for what is no JSON
    /// and for a JWE that repeats none.
    pub(crate) claims: Option<Claims>,
    /// Five parts instead of three.
    pub(crate) is_encrypted: bool,
}

/// Reads the compact token that begins at the begin of `text` (`eyJ…`).
///
/// `None` when its header is no JSON object, when its signature was put out of use, and when it is cut short: fewer than
/// three parts, or an empty signature under an algorithm other than `none`. What follows it does not matter. Costs its own length.
pub(crate) fn jwt(text: &[u8]) -> Option<Jwt> {
    let (parts, n_parts) = parts(text);
    let header = object(parts[0]);
    let is_encrypted = match &header {
        Some(header) => header.get("enc").is_some(),
        None => parts[0].starts_with(b"eyJ"),
    };
    if is_encrypted {
        let is_whole = n_parts == 5 && parts[2..].iter().all(|part| !part.is_empty());
        return is_whole.then(|| encrypted(header.unwrap_or(Value::Null), &parts));
    }
    signed(header?, &parts, n_parts)
}

fn encrypted(header: Value, parts: &[&[u8]; 5]) -> Jwt {
    let len = parts.iter().map(|part| part.len()).sum::<usize>() + 4;
    let is_told = ["iss", "exp", "iat"].iter().any(|name| header.get(name).is_some());
    let claims = is_told.then(|| claims(&header, &header));
    Jwt { len, header, payload: Value::Null, claims, is_encrypted: true }
}

fn signed(header: Value, parts: &[&[u8]; 5], n_parts: usize) -> Option<Jwt> {
    let algorithm = header.get("alg")?.as_str()?;
    let is_unsigned = algorithm.eq_ignore_ascii_case("none");
    let is_whole = n_parts >= 3 && !parts[1].is_empty() && (!parts[2].is_empty() || is_unsigned);
    if !is_whole || is_blotted(parts[2]) {
        return None;
    }
    let len = parts[..3].iter().map(|part| part.len()).sum::<usize>() + 2;
    let payload = object(parts[1]).unwrap_or(Value::Null);
    let claims = payload.is_object().then(|| claims(&header, &payload));
    Some(Jwt { len, header, payload, claims, is_encrypted: false })
}

/// Whether a signature was put out of use: `xxxxxxxx`, `REDACTED`. Hardly any whole one of a few letters exists.
fn is_blotted(signature: &[u8]) -> bool {
    const WORDS: [&[u8]; 5] = [b"redacted", b"removed", b"signature", b"scrubbed", b"masked"];
    let rest = signature.get(1..).unwrap_or_default();
    let is_one_letter = rest.len() >= 7 && rest.iter().all(|byte| *byte == signature[0]);
    is_one_letter || WORDS.iter().any(|word| signature.eq_ignore_ascii_case(word))
}

/// The parts between dots, at most five, and how many there are.
fn parts(text: &[u8]) -> ([&[u8]; 5], usize) {
    let mut parts = [&b""[..]; 5];
    let mut rest = text;
    for (idx, slot) in parts.iter_mut().enumerate() {
        let end = rest.iter().take(PART_MAX).position(|byte| !is_letter(*byte));
        let (part, after) = rest.split_at(end.unwrap_or(rest.len().min(PART_MAX)));
        *slot = part;
        match after.split_first() {
            Some((b'.', after)) => rest = after,
            _ => return (parts, idx + 1),
        }
    }
    (parts, 5)
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

fn object(part: &[u8]) -> Option<Value> {
    // `{"`, or `{` and white space: nothing else begins an object, and most parts are none.
    let first = part.get(..2)?;
    if !matches!(first, b"ey" | b"ew" | b"e3") {
        return None;
    }
    let bytes = ENGINE.decode(part).ok()?;
    serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
}

fn claims(header: &Value, payload: &Value) -> Claims {
    let text = |name: &str| payload.get(name).and_then(Value::as_str).map(str::to_owned);
    let scopes = ["scp", "scope"].iter().filter_map(|name| payload.get(name)).map(words);
    Claims {
        issuer: text("iss"),
        audience: payload.get("aud").map(entries).unwrap_or_default(),
        subject: text("sub"),
        client: text("cid").or_else(|| text("azp")).or_else(|| text("client_id")),
        user: text("uid"),
        scopes: scopes.into_iter().find(|scopes| !scopes.is_empty()).unwrap_or_default(),
        grant: payload.get("gty").map(entries).map(|grants| grants.join(" ")),
        key: header.get("kid").and_then(Value::as_str).map(str::to_owned),
        issued: payload.get("iat").and_then(time),
        expires: payload.get("exp").and_then(time),
    }
}

/// A text, or every text of an array.
fn entries(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => {
            let texts = values.iter().filter_map(Value::as_str).map(str::to_owned);
            texts.take(ENTRIES_MAX).collect()
        }
        _ => Vec::new(),
    }
}

/// The words of a text, or of every text of an array.
fn words(value: &Value) -> Vec<String> {
    let texts = entries(value);
    let words = texts.iter().flat_map(|text| text.split([' ', ',']));
    words.filter(|word| !word.is_empty()).take(ENTRIES_MAX).map(str::to_owned).collect()
}

/// Seconds since 1970, whole or not, also as text; milliseconds where seconds would be far in the future.
fn time(value: &Value) -> Option<Timestamp> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let seconds = if seconds > 1e11 { seconds / 1e3 } else { seconds };
    let is_sound = seconds.is_finite() && seconds.abs() < 1e11;
    is_sound.then(|| Timestamp::from_second(seconds.floor() as i64).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    pub(crate) fn encode(value: &Value) -> String {
        ENGINE.encode(value.to_string())
    }

    fn compact(header: &Value, payload: &Value, signature: &str) -> String {
        format!("{}.{}.{signature}", encode(header), encode(payload))
    }

    #[test]
    fn a_token_ends_where_it_ends() {
        /// A token, what follows it, and whether there is one at all.
        fn check(token: &str, after: &str, expected: bool) {
            let read = jwt(format!("{token}{after}").as_bytes());
            let expected = expected.then_some(token.len());
            assert_eq!(read.map(|jwt| jwt.len), expected, "{token}{after}");
        }
        let rs256 = json!({"alg": "RS256", "kid": "k"});
        let none = json!({"alg": "none"});
        let direct = json!({"alg": "dir", "enc": "A256GCM"});
        let body = json!({"sub": "s"});
        let signed = compact(&rs256, &body, "c2ln-_");
        for after in ["", "\"", ".", ". ", ".txt", "%20", "\\n", "=", "+a", "\u{e9}", "~"] {
            check(&signed, after, true);
        }
        check(&compact(&rs256, &body, ""), "", false);
        check(&compact(&rs256, &body, "xxxxxxxxxxxxxxxx"), "", false);
        check(&compact(&rs256, &body, "REDACTED"), "\"", false);
        check(&compact(&rs256, &body, "xxxxxxxxxxxxxxxY"), "", true);
        check(&compact(&none, &body, ""), "\"", true);
        check(&compact(&json!({"alg": "NONE"}), &body, ""), "", true);
        check(&encode(&rs256), "", false);
        check(&format!("{}.{}", encode(&rs256), encode(&body)), " x", false);
        check(&format!("{}..c2ln", encode(&rs256)), "", false);
        check(&format!("{}..aXY.Y2lwaGVy.dGFn", encode(&direct)), ";", true);
        check(&format!("{}.a2V5.aXY.Y2lwaGVy.dGFn", encode(&direct)), ".more", true);
        check(&format!("{}..aXY.Y2lwaGVy.", encode(&direct)), "", false);
        check(&format!("{}..aXY.Y2lwaGVy", encode(&direct)), "", false);
        check("eyJ6aXAiOiJERUYiLCJwMnMiOiI_x9..aXY.Y2lwaGVy.dGFn", "; ", true);
        check("eyJ6aXAiOiJERUYiLCJwMnMiOiI_x9.Y2lwaGVy.dGFn", "", false);
        check("www.example.com", "", false);
        check("", "", false);
    }

    #[test]
    fn an_encrypted_token_tells_what_its_header_repeats() {
        fn check(header: &Value, expected: Option<&Claims>) {
            let token = format!("{}..aXY.Y2lwaGVy.dGFn", encode(header));
            assert_eq!(jwt(token.as_bytes()).unwrap().claims.as_ref(), expected, "{header}");
        }
        let issuer = Some("https://acme.us.auth0.com/".to_owned());
        check(&json!({"enc": "A256GCM"}), None);
        check(
            &json!({"enc": "A256GCM", "iss": "https://acme.us.auth0.com/"}),
            Some(&Claims { issuer, ..Claims::default() }),
        );
        let expires = Timestamp::from_second(1_795_003_600).ok();
        check(
            &json!({"enc": "A256GCM", "exp": 1_795_003_600}),
            Some(&Claims { expires, ..Claims::default() }),
        );
    }

    #[test]
    fn claims_of_any_form_are_read() {
        fn check(payload: &Value, expected: Claims) {
            let token = compact(&json!({"alg": "RS256", "kid": "k1"}), payload, "c2ln");
            let expected = Claims { key: Some("k1".into()), ..expected };
            assert_eq!(jwt(token.as_bytes()).unwrap().claims.unwrap(), expected, "{payload}");
        }
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let at = |second| Timestamp::from_second(second).ok();
        check(&json!({}), Claims::default());
        check(
            &json!({"iss": "https://acme.okta.com", "aud": "a", "sub": "s", "cid": "c", "uid": "u",
                "scp": ["okta.users.read", "openid"], "iat": 1_795_000_000, "exp": 1_795_003_600.7}),
            Claims {
                issuer: Some("https://acme.okta.com".into()),
                audience: texts(&["a"]),
                subject: Some("s".into()),
                client: Some("c".into()),
                user: Some("u".into()),
                scopes: texts(&["okta.users.read", "openid"]),
                issued: at(1_795_000_000),
                expires: at(1_795_003_600),
                ..Claims::default()
            },
        );
        check(
            &json!({"aud": ["a", 7, "b"], "azp": "c", "scope": "read:users  update:users",
                "gty": ["refresh_token", "password"], "exp": "1795003600", "iat": 1_795_000_000_000_u64}),
            Claims {
                audience: texts(&["a", "b"]),
                client: Some("c".into()),
                scopes: texts(&["read:users", "update:users"]),
                grant: Some("refresh_token password".into()),
                issued: at(1_795_000_000),
                expires: at(1_795_003_600),
                ..Claims::default()
            },
        );
        check(&json!({"scp": "a b"}), Claims { scopes: texts(&["a", "b"]), ..Claims::default() });
        check(&json!({"iss": 7, "exp": 1e300, "iat": {}, "scp": null}), Claims::default());
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let _ = jwt(&bytes);
            let _ = jwt(&[b"eyJ", &bytes[..]].concat());
        }

        /// Whatever stands behind it, short of more of its own alphabet.
        #[test]
        fn a_token_of_any_claims_is_read_whole(
            claims in proptest::collection::hash_map("[a-z_]{1,9}", "\\PC{0,40}", 0..9),
            signature in "[A-Za-z0-9_-]{1,400}",
            after in "([^A-Za-z0-9_-]\\PC{0,30})?",
        ) {
            let payload = json!(claims);
            let token = compact(&json!({"typ": "JWT", "alg": "ES256"}), &payload, &signature);
            let read = jwt(format!("{token}{after}").as_bytes()).unwrap();
            prop_assert_eq!(read.len, token.len());
            prop_assert_eq!(read.payload, payload);
        }
    }
}
