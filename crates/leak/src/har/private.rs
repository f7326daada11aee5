//! Names of things that are nobody's business, whatever they are: passwords, tokens, codes.
//!
//! What a copy hides beyond the credentials that are known: it must be safe to share.

use crate::context::{Form, words};
use crate::har::Direction;
use crate::har::label;

/// What a value of that name is, by the word of its label; `None` when nothing is wrong with showing it.
pub(crate) fn class(
    name: &str,
    form: Form,
    value: &str,
    direction: Direction,
) -> Option<&'static str> {
    let value = value.trim();
    if value.is_empty() || is_word_of_syntax(value) || label::is_label(value) {
        return None;
    }
    if form == Form::Cookie {
        return Some("COOKIE");
    }
    let words = words(name);
    if form == Form::Parameter && words == ["request"] {
        const SHORTEST: usize = 32;
        let is_object = value.len() >= SHORTEST && is_plausible("TOKEN", value, direction);
        return is_object.then_some("TOKEN");
    }
    let last = words.last()?.as_str();
    let joined = words.concat();
    if joined == "code" {
        return is_code(value, form, direction).then_some("CODE");
    }
    let class = by_name(&joined, last, form)?;
    is_plausible(class, value, direction).then_some(class)
}

/// Whether a name is one under which [`class`] may find something, told from its last word.
pub(crate) fn may_be(name: &str) -> bool {
    const ENDS: [&str; 31] = [
        "answer",
        "apikey",
        "accesskey",
        "assertion",
        "authorization",
        "bearer",
        "code",
        "hmac",
        "jwt",
        "otp",
        "pass",
        "passphrase",
        "passwd",
        "password",
        "passwort",
        "pin",
        "privatekey",
        "pwd",
        "secret",
        "secretkey",
        "secrets",
        "samlresponse",
        "session",
        "sessionid",
        "sessionkey",
        "sharedkey",
        "sid",
        "sig",
        "signature",
        "ticket",
        "token",
    ];
    const LONGEST: usize = 16;
    let mut end = name.bytes().rev().filter(u8::is_ascii_alphanumeric).take(LONGEST);
    let mut last = [0_u8; LONGEST];
    let len = last.iter_mut().rev().map_while(|byte| end.next().map(|next| *byte = next)).count();
    last.make_ascii_lowercase();
    let last = &last[LONGEST - len..];
    ENDS.iter().any(|end| last.ends_with(end.as_bytes()))
        || [&b"codeverifier"[..], b"wresult"].iter().any(|end| last.ends_with(end))
}

fn by_name(joined: &str, last: &str, form: Form) -> Option<&'static str> {
    let ends = |ends: &[&str]| ends.iter().any(|end| joined.ends_with(end));
    if form == Form::Header && ends(&["authorization"]) {
        return Some("AUTHORIZATION");
    }
    if ends(&["password", "passwd", "passphrase", "passwort"]) || matches!(last, "pwd" | "pass") {
        return Some("PASSWORD");
    }
    let is_code = matches!(last, "passcode" | "otp" | "pin" | "totp" | "answer")
        || ends(&[
            "verificationcode",
            "onetimecode",
            "smscode",
            "mfacode",
            "usercode",
            "devicecode",
        ]);
    if is_code {
        return Some("CODE");
    }
    if last == "secret" || last == "secrets" {
        return Some("SECRET");
    }
    let is_token = matches!(last, "token" | "jwt" | "assertion" | "ticket" | "bearer" | "sid")
        || ends(&["token", "samlresponse", "sessionid", "codeverifier", "wresult", "session"]);
    if is_token {
        return Some("TOKEN");
    }
    let keys = ["apikey", "privatekey", "accesskey", "secretkey", "sharedkey", "sessionkey"];
    if ends(&keys) {
        return Some("KEY");
    }
    matches!(last, "signature" | "sig" | "hmac").then_some("SIGNATURE")
}

/// Whether what is called `code` is one that lets in: countries, languages and errors have codes, too.
fn is_code(value: &str, form: Form, direction: Direction) -> bool {
    let is_typed =
        (4..=10).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit());
    let is_drawn = value.len() >= 16 && is_plausible("TOKEN", value, direction);
    match form {
        Form::Parameter => is_typed || is_drawn,
        _ => is_typed && direction == Direction::Request,
    }
}

fn is_word_of_syntax(value: &str) -> bool {
    const WORDS: [&str; 9] =
        ["true", "false", "null", "undefined", "none", "0", "1", "bearer", "dpop"];
    WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Whether a value under such a name looks like the thing, not like a word about it.
pub(crate) fn is_plausible(class: &str, value: &str, direction: Direction) -> bool {
    if class == "AUTHORIZATION" {
        return true;
    }
    let typed = matches!(class, "PASSWORD" | "CODE");
    if typed && direction == Direction::Request {
        return true;
    }
    let is_telling = value.bytes().any(|byte| byte.is_ascii_digit());
    let has_blank = value.bytes().any(|byte| byte.is_ascii_whitespace());
    let is_address = value.contains("://") || value.starts_with('/');
    if has_blank || is_address {
        return false;
    }
    match class {
        "PASSWORD" | "CODE" => value.len() >= 4 && is_telling,
        _ => value.len() >= 8 && (is_telling || value.len() >= 32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_whether_a_value_is_private() {
        use Direction::{Request, Response};
        use Form::{Assigned, Cookie, Header, Parameter};
        let cases = [
            ("theme", Cookie, "dark", Response, Some("COOKIE")),
            ("theme", Cookie, "[COOKIE:0123abcd]", Response, None),
            ("newPassword", Assigned, "x", Request, Some("PASSWORD")),
            ("password", Assigned, "Password", Response, None),
            ("password", Assigned, "Enter your password 2", Response, None),
            ("x-api-key", Header, "abcd1234", Request, Some("KEY")),
            ("authorization", Header, "Digest a b", Request, Some("AUTHORIZATION")),
            ("token_type", Assigned, "Bearer", Response, None),
            ("token_endpoint", Assigned, "https://acme.okta.com/oauth2/v1/token", Response, None),
            ("code", Parameter, "US", Request, None),
            ("countryCode", Parameter, "12345", Request, None),
            ("code", Parameter, "482913", Request, Some("CODE")),
            ("code", Parameter, "a1b2c3d4e5f6g7h8i9", Request, Some("CODE")),
            ("code", Assigned, "482913", Request, Some("CODE")),
            ("code", Assigned, "E0000011", Response, None),
            ("remember", Assigned, "true", Request, None),
        ];
        for (name, form, value, direction, expected) in cases {
            assert_eq!(class(name, form, value, direction), expected, "{name} {value}");
        }
    }
}
