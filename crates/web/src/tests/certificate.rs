//! Certificates that sign themselves, made when they are needed: none lies in the repository.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// A certificate for one name and its key, both as DER.
pub(super) struct Issued {
    pub(super) der: Vec<u8>,
    key: Vec<u8>,
}

// Object identifiers, encoded.
const ECDSA_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

/// Tag, length, content. Source: X.690, section 8.1.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let len = content.len();
    let mut bytes = vec![tag];
    match len {
        0..128 => bytes.push(len as u8),
        128..256 => bytes.extend([0x81, len as u8]),
        _ => bytes.extend([0x82, (len >> 8) as u8, len as u8]),
    }
    bytes.extend(content);
    bytes
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    der(0x30, parts)
}

impl Issued {
    /// Source for the shape: RFC 5280, section 4.1.
    pub(super) fn new(name: &str) -> Self {
        let host = name.as_bytes();
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let algorithm = sequence(&[&der(0x06, &[ECDSA_WITH_SHA256])]);
        let common_name = sequence(&[&der(0x06, &[COMMON_NAME]), &der(0x0c, &[host])]);
        let name = sequence(&[&der(0x31, &[&common_name])]);
        let times = [&b"20200101000000Z"[..], b"20991231235959Z"].map(|time| der(0x18, &[time]));
        let alternatives = sequence(&[&der(0x82, &[host])]);
        let extension = sequence(&[&der(0x06, &[SUBJECT_ALT_NAME]), &der(0x04, &[&alternatives])]);
        let public = pair.public_key().as_der().unwrap();
        let to_sign = sequence(&[
            &der(0xa0, &[&der(0x02, &[&[2]])]),
            &der(0x02, &[&[1]]),
            &algorithm,
            &name,
            &sequence(&[&times[0], &times[1]]),
            &name,
            public.as_ref(),
            &der(0xa3, &[&sequence(&[&extension])]),
        ]);
        let signature = pair.sign(&SystemRandom::new(), &to_sign).unwrap();
        let signature = der(0x03, &[&[0], signature.as_ref()]);
        let key = pair.to_pkcs8v1().unwrap().as_ref().to_vec();
        Self { der: sequence(&[&to_sign, &algorithm, &signature]), key }
    }

    pub(super) fn certificate_pem(&self) -> String {
        pem("CERTIFICATE", &self.der)
    }

    pub(super) fn key_pem(&self) -> String {
        pem(concat!("PRIVATE", " KEY"), &self.key)
    }
}

fn pem(label: &str, bytes: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(bytes);
    let lines: Vec<_> =
        text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line)).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
