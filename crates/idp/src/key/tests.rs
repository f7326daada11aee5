//! Keys in every form in which they are handed over, made here and used by another library.

use aws_lc_rs::encoding::{AsDer as _, EcPrivateKeyRfc5915Der};
use jsonwebtoken::jwk::Jwk as PublicJwk;
use jsonwebtoken::{Algorithm, DecodingKey};

use super::*;

fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN {label}-----\r\n{}\r\n-----END {label}-----\n", lines.join("\r\n"))
}

/// The contents of one DER element of a tag, and what follows it.
fn element(tag: u8, der: &[u8]) -> (&[u8], &[u8]) {
    assert_eq!(der[0], tag);
    let (length, head) = match der[1] {
        0x81 => (usize::from(der[2]), 3),
        0x82 => (usize::from(der[2]) << 8 | usize::from(der[3]), 4),
        short => (usize::from(short), 2),
    };
    der[head..].split_at(length)
}

fn rsa_pkcs8() -> Vec<u8> {
    let made = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
    made.as_der().unwrap().as_ref().to_vec()
}

/// The PKCS #1 within PKCS #8: behind the version and the algorithm.
fn pkcs1(pkcs8: &[u8]) -> Vec<u8> {
    let (inner, _) = element(0x30, pkcs8);
    let (_, rest) = element(0x02, inner);
    let (_, rest) = element(0x30, rest);
    element(0x04, rest).0.to_vec()
}

fn rsa_jwk(pkcs1: &[u8]) -> String {
    let (mut rest, _) = element(0x30, pkcs1);
    let mut members = vec![r#""kty":"RSA","kid":"k1""#.to_owned()];
    for name in ["", "n", "e", "d", "p", "q", "dp", "dq", "qi"] {
        let (number, after) = element(0x02, rest);
        rest = after;
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        members.extend((!name.is_empty()).then(|| format!(r#""{name}":"{}""#, encode(number))));
    }
    format!("{{{}}}", members.join(","))
}

fn ec(curve: Curve) -> (EcdsaKeyPair, Vec<u8>) {
    let pair = EcdsaKeyPair::generate(curve.2).unwrap();
    let sec1: EcPrivateKeyRfc5915Der<'_> = pair.private_key().as_der().unwrap();
    let sec1 = sec1.as_ref().to_vec();
    (pair, sec1)
}

fn ec_jwk(curve: Curve, sec1: &[u8]) -> String {
    let public = SigningKey::parse(&Secret::new(pem("EC PRIVATE KEY", sec1))).unwrap().public();
    let (inner, _) = element(0x30, sec1);
    let (_, rest) = element(0x02, inner);
    let (d, _) = element(0x04, rest);
    let (x, y) = (public["x"].as_str().unwrap(), public["y"].as_str().unwrap());
    format!(r#"{{"kty":"EC","crv":"{}","d":"{}","x":"{x}","y":"{y}"}}"#, curve.0, encode(d))
}

/// Reads a key, signs with it, and has another library say that the public half fits.
fn check(text: &str, algorithm: &str) {
    let key = SigningKey::parse(&Secret::new(text)).unwrap_or_else(|e| panic!("{e}: {algorithm}"));
    assert_eq!(key.algorithm(), algorithm);
    let signature = encode(key.sign(b"a message").unwrap());
    let known = match algorithm {
        "RS256" => Algorithm::RS256,
        "ES256" => Algorithm::ES256,
        "ES384" => Algorithm::ES384,
        // The other library has none for this curve; ours reads its own signature's size.
        _ => return assert_eq!(signature.len(), 176),
    };
    let public: PublicJwk = serde_json::from_value(key.public()).unwrap();
    let public = DecodingKey::from_jwk(&public).unwrap();
    assert!(jsonwebtoken::crypto::verify(&signature, b"a message", &public, known).unwrap());
}

#[test]
fn keys_are_read_in_every_form() {
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    let pkcs8 = rsa_pkcs8();
    check(&pem("PRIVATE KEY", &pkcs8), "RS256");
    check(&pem("RSA PRIVATE KEY", &pkcs1(&pkcs8)), "RS256");
    check(&rsa_jwk(&pkcs1(&pkcs8)), "RS256");
    for curve in CURVES {
        let (pair, sec1) = ec(curve);
        check(&pem("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref()), curve.1);
        let with_parameters =
            format!("{}{}", pem("EC PARAMETERS", b"any"), pem("EC PRIVATE KEY", &sec1));
        check(&with_parameters, curve.1);
        check(&ec_jwk(curve, &sec1), curve.1);
    }
    let id = SigningKey::parse(&Secret::new(rsa_jwk(&pkcs1(&pkcs8)))).unwrap().id;
    assert_eq!(id.as_deref(), Some("k1"));
}

#[test]
fn what_is_no_private_key_is_refused_with_its_reason() {
    let bad = |text: &str| SigningKey::parse(&Secret::new(text)).err();
    let short = rsa_jwk(&pkcs1(&rsa_pkcs8())).replace("\"p\":", "\"o\":");
    let cases = [
        ("", BadKey::Unreadable),
        ("0oa1", BadKey::Unreadable),
        ("{", BadKey::Unreadable),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, BadKey::Public),
        (r#"{"kty":"EC","crv":"secp256k1","d":"AQAB","x":"AQAB","y":"AQAB"}"#, BadKey::Kind),
        (short.as_str(), BadKey::Unreadable),
        ("-----BEGIN PRIVATE KEY-----\nAQAB\n-----END PRIVATE KEY-----", BadKey::Kind),
        ("-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----", BadKey::Unreadable),
        ("-----BEGIN PUBLIC KEY-----\nAQAB\n-----END PUBLIC KEY-----", BadKey::Public),
        ("-----BEGIN CERTIFICATE-----\nAQAB\n-----END CERTIFICATE-----", BadKey::Public),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAQAB\n-----END ENCRYPTED PRIVATE KEY-----",
            BadKey::Encrypted,
        ),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAQAB\n-----END RSA PRIVATE KEY-----",
            BadKey::Encrypted,
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(bad(text), Some(expected), "{text}");
    }
}
