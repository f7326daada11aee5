//! SAML responses and assertions: who issued one, how long it can be used.
//!
//! *Source.* SAML 2.0 core, sections 2.3.3, 2.4.1, 2.5.1 and 3.3.3.

use std::ops::Range;

use base64::Engine as _;
use jiff::Timestamp;
use memchr::memmem;

use crate::token::wide;

/// Bytes of XML that are read.
const XML_MAX: usize = 2 << 20;

/// A SAML response or assertion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Saml {
    /// The entity id of who issued it, such as `http://www.okta.com/exk…`.
    pub(crate) issuer: Option<String>,
    /// The earliest time from which it is refused.
    pub(crate) expires: Option<Timestamp>,
    /// It names a user.
    pub(crate) has_subject: bool,
    /// Its assertion can only be read with the service's key; it can be replayed all the same.
    pub(crate) is_encrypted: bool,
}

/// Reads the SAML response or assertion that `value` is, as XML or its base64. `None` for a request, metadata and others.
pub(crate) fn saml(value: &str) -> Option<Saml> {
    if value.trim_start().starts_with('<') {
        return read(value.as_bytes());
    }
    let end = value.len().min(XML_MAX);
    let letters: Vec<u8> = value.as_bytes()[..end]
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    wide().decode(letters).ok().and_then(|xml| read(&xml))
}

/// The SAML response or assertion whose base64 begins at `at`, and where it ends; without breaks.
pub(crate) fn saml_at(text: &[u8], at: usize) -> Option<(Saml, Range<usize>)> {
    // `<?xml `, `<samlp:Response`, `<saml2p:Response`, `<saml:Assertion`, `<Response`.
    const BEGINS: [&[u8]; 3] = [b"PD94bWwg", b"PHNhbW", b"PFJlc3BvbnNl"];
    let rest = text.get(at..)?;
    if !BEGINS.iter().any(|begin| rest.starts_with(begin)) {
        return None;
    }
    let is_letter = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let len = rest.iter().take(XML_MAX).take_while(is_letter).count();
    let read = saml(std::str::from_utf8(&rest[..len]).ok()?)?;
    Some((read, at..at + len))
}

fn read(text: &[u8]) -> Option<Saml> {
    let text = &text[..text.len().min(XML_MAX)];
    memmem::find(text, b"urn:oasis:names:tc:SAML:")?;
    let (mut is_response, mut found) = (false, Saml::default());
    for tag in tags(text) {
        match tag.name {
            b"Response" | b"Assertion" => is_response = true,
            b"EncryptedAssertion" => found.is_encrypted = true,
            b"NameID" | b"NameIdentifier" | b"EncryptedID" => found.has_subject = true,
            b"Issuer" if found.issuer.is_none() => found.issuer = content(text, tag.end),
            b"EntityDescriptor" | b"AuthnRequest" | b"LogoutRequest" => return None,
            _ => {}
        }
        let until = tag.attribute(b"NotOnOrAfter").and_then(|time| time.parse().ok());
        found.expires = found.expires.into_iter().chain(until).min();
    }
    is_response.then_some(found)
}

/// An opening tag.
struct Tag<'t> {
    /// Its name without the prefix.
    name: &'t [u8],
    /// Its attributes, as written.
    attributes: &'t [u8],
    /// Where it ends in the text.
    end: usize,
}

impl Tag<'_> {
    fn attribute(&self, name: &[u8]) -> Option<&str> {
        let is_whole = |at: &usize| *at > 0 && self.attributes[at - 1].is_ascii_whitespace();
        let at = memmem::find_iter(self.attributes, name).find(is_whole)? + name.len();
        let rest = self.attributes[at..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let (quote, rest) = rest.split_first()?;
        let end = memchr::memchr(*quote, rest)?;
        std::str::from_utf8(&rest[..end]).ok()
    }
}

fn tags(text: &[u8]) -> impl Iterator<Item = Tag<'_>> {
    memchr::memchr_iter(b'<', text).filter_map(|at| {
        let inside = &text[at + 1..];
        let end = memchr::memchr2(b'>', b'<', inside)?;
        let inside = &inside[..end];
        let is_opening = inside.first().is_some_and(u8::is_ascii_alphabetic);
        let stop = inside.iter().position(u8::is_ascii_whitespace).unwrap_or(inside.len());
        let name = inside[..stop].strip_suffix(b"/").unwrap_or(&inside[..stop]);
        let name = name.rsplit(|byte| *byte == b':').next()?;
        let tag = Tag { name, attributes: &inside[stop..], end: at + 1 + end + 1 };
        is_opening.then_some(tag)
    })
}

/// The text from `at` to the next tag.
fn content(text: &[u8], at: usize) -> Option<String> {
    let rest = text.get(at..)?;
    let end = memchr::memchr(b'<', rest).filter(|end| *end < 1024)?;
    let content = std::str::from_utf8(&rest[..end]).ok()?.trim();
    (!content.is_empty()).then(|| content.to_owned())
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

    #[test]
    fn responses_tell_of_themselves() {
        fn check(xml: &str, expected: Option<(Option<&str>, Option<&str>, bool, bool)>) {
            let read = saml(xml);
            let base64 = STANDARD.encode(xml);
            assert_eq!(read, saml(&base64), "{xml}");
            let at = saml_at(format!("x={base64}&y=1").as_bytes(), 2);
            assert!(at.is_none_or(|(_, span)| span == (2..2 + base64.len())));
            let read = read.map(|saml| {
                let expires = saml.expires.map(|time| time.to_string());
                (saml.issuer, expires, saml.has_subject, saml.is_encrypted)
            });
            let owned = |text: &str| text.to_owned();
            let expected = expected.map(|(issuer, expires, has_subject, is_encrypted)| {
                (issuer.map(owned), expires.map(owned), has_subject, is_encrypted)
            });
            assert_eq!(read, expected, "{xml}");
        }
        let issuer = "<saml2:Issuer Format=\"entity\"> http://www.okta.com/exk1 </saml2:Issuer>";
        let wrap = |inside: &str| {
            format!(
                "<?xml version=\"1.0\"?><saml2p:Response xmlns:saml2p=\"{PROTOCOL}\">{inside}</saml2p:Response>"
            )
        };
        let okta = Some("http://www.okta.com/exk1");
        check(&wrap(issuer), Some((okta, None, false, false)));
        check(
            &wrap(&format!(
                "{issuer}<saml2:Assertion><saml2:NameID>u</saml2:NameID>\
                <saml2:AuthnStatement SessionNotOnOrAfter=\"2026-11-22T01:00:00Z\"/>\
                <saml2:SubjectConfirmationData NotOnOrAfter=\"2026-11-22T10:05:00.000Z\"/>\
                <saml2:Conditions NotBefore='2026-11-22T09:55:00Z' NotOnOrAfter = '2026-11-22T10:04:00Z'>"
            )),
            Some((okta, Some("2026-11-22T10:04:00Z"), true, false)),
        );
        check(
            &wrap("<Issuer>urn:acme.us.auth0.com</Issuer><EncryptedAssertion/>"),
            Some((Some("urn:acme.us.auth0.com"), None, false, true)),
        );
        check(&wrap("<Issuer NotOnOrAfter=\"soon\">"), Some((None, None, false, false)));
        check(&format!("<samlp:AuthnRequest xmlns:samlp=\"{PROTOCOL}\"/>"), None);
        check("<Response>of something else</Response>", None);
        check(PROTOCOL, None);
    }

    #[test]
    fn base64_of_a_response_is_known_where_it_begins() {
        let xml = format!("<saml2p:Response xmlns:saml2p=\"{PROTOCOL}\"><Issuer>i</Issuer>");
        for xml in
            [xml.clone(), format!("<?xml version=\"1.0\"?>{xml}"), xml.replace("saml2p:", "samlp:")]
        {
            assert!(saml_at(STANDARD.encode(&xml).as_bytes(), 0).is_some(), "{xml}");
        }
        assert_eq!(saml_at(STANDARD.encode("<?xml version=\"1.0\"?><other/>").as_bytes(), 0), None);
        assert_eq!(saml_at(b"PD94bWwg!", 0), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>, text in "[<>a:= '\"/NotOnOrAfter]{0,80}") {
            let _ = read(&[b"urn:oasis:names:tc:SAML:", &bytes[..]].concat());
            let _ = saml(&format!("<urn:oasis:names:tc:SAML:2.0<R {text}"));
            let _ = saml_at(&[b"PHNhbW", &bytes[..]].concat(), 0);
        }
    }
}
