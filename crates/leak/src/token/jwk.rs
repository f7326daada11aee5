//! Private keys written as JSON Web Keys, in whatever notation: JSON, escaped or not, JavaScript, YAML, HCL.
//!
//! *Sources.* RFC 7517; RFC 7518 section 6; RFC 8037 section 2.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::token::number::Number;

/// Bytes on either side of a place that its object may take: a key of 8,192 bits with a chain of certificates.
const REACH: usize = 32 << 10;

/// Objects that enclose a place, of which one may be the key: primes beyond two are objects within it.
const DEPTH_MAX: usize = 3;

/// Letters of the shortest private part: of an EC key on a curve of 160 bits.
const PRIVATE_MIN: usize = 26;

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A private JWK around a `d`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Jwk {
    /// The object.
    pub(crate) span: Range<usize>,
    /// The value of `d`, the private part, with the breaks of lines that it may hold.
    pub(crate) private: Range<usize>,
    /// `kid`.
    pub(crate) key_id: Option<String>,
    /// `kty`: `RSA`, `EC`, `OKP`.
    pub(crate) kty: String,
    /// Whether its parts fit each other; `None` where that cannot be told.
    pub(crate) is_consistent: Option<bool>,
}

/// The private JWK whose object contains `at`. `None` for a public or symmetric one.
///
/// Costs a search of 64 KiB where no key is; ask only about a value that is called `d`.
pub(crate) fn jwk(text: &[u8], at: usize) -> Option<Jwk> {
    let begin = at.min(text.len()).saturating_sub(REACH);
    let end = text.len().min(at.saturating_add(REACH));
    let window = &text[begin..end];
    memchr::memmem::find(window, b"kty")?;
    let at = at.min(text.len()) - begin;
    let objects =
        std::iter::successors(enclosing(window, at), |object| enclosing(window, object.start));
    let in_braces = objects.take(DEPTH_MAX).find_map(|object| read(window, object));
    let key = in_braces.or_else(|| read(window, lines(window, at)))?;
    let shift = |range: Range<usize>| range.start + begin..range.end + begin;
    Some(Jwk { span: shift(key.span), private: shift(key.private), ..key })
}

/// The innermost braces around `at`, with what they hold; to the end of the text where none closes.
fn enclosing(text: &[u8], at: usize) -> Option<Range<usize>> {
    let mut depth = 0_usize;
    let begin = memchr::memrchr2_iter(b'{', b'}', &text[..at]).find(|at| {
        let opens = text[*at] == b'{';
        let is_ours = opens && depth == 0;
        depth = if opens { depth.saturating_sub(1) } else { depth + 1 };
        is_ours
    })?;
    let mut depth = 0_usize;
    let end = memchr::memchr2_iter(b'{', b'}', &text[begin..]).find(|at| {
        depth = if text[begin + at] == b'{' { depth + 1 } else { depth.saturating_sub(1) };
        depth == 0
    });
    Some(begin..end.map_or(text.len(), |end| begin + end + 1))
}

/// The lines around `at` that are indented as much or more, as YAML and properties hold members together.
fn lines(text: &[u8], at: usize) -> Range<usize> {
    let bounds = |at: usize| {
        let begin = memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1);
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline);
        begin..end
    };
    let own = bounds(at);
    let indent = indentation(&text[own.clone()]);
    let belongs = |line: &[u8]| !line.trim_ascii().is_empty() && indentation(line) >= indent;
    let (mut begin, mut end) = (own.start, own.end);
    // A list's marker begins an item: the line that has it is the first, the next that has it another's.
    while begin > 0 && !is_item(&text[begin..end], indent) {
        let line = bounds(begin - 1);
        if !belongs(&text[line.clone()]) {
            break;
        }
        begin = line.start;
    }
    while end < text.len() {
        let line = bounds(end + 1);
        if !belongs(&text[line.clone()]) || is_item(&text[line.clone()], indent) {
            break;
        }
        end = line.end;
    }
    begin..end
}

fn indentation(line: &[u8]) -> usize {
    line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'-' | b'+')).count()
}

fn is_item(line: &[u8], indent: usize) -> bool {
    line.iter().take(indent).any(|byte| *byte == b'-')
}

/// Reads the members of an object: `None` when it is no private key.
fn read(text: &[u8], object: Range<usize>) -> Option<Jwk> {
    let members = Members::read(text, object.clone());
    let kty = members.text(text, "kty").unwrap_or_default();
    let kty = ["RSA", "EC", "OKP"].into_iter().find(|name| name.eq_ignore_ascii_case(kty))?;
    let private = members.value("d").filter(|value| value.len() >= PRIVATE_MIN)?;
    let key_id = members.text(text, "kid").filter(|id| !id.is_empty()).map(str::to_owned);
    let is_consistent = if kty == "RSA" { members.rsa(text) } else { members.curve(text) };
    Some(Jwk { span: object, private, key_id, kty: kty.to_owned(), is_consistent })
}

/// Where the values of a key stand, by name; those of objects within it are left out.
#[derive(Default)]
struct Members(Vec<(&'static str, Range<usize>)>);

impl Members {
    const NAMES: [&'static str; 14] =
        ["kty", "kid", "crv", "d", "n", "e", "p", "q", "dp", "dq", "qi", "x", "y", "k"];

    fn read(text: &[u8], object: Range<usize>) -> Self {
        let mut members = Self::default();
        let mut depth = 0_usize;
        let has_braces = text.get(object.start) == Some(&b'{');
        for at in object.clone() {
            match text[at] {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                b':' | b'=' if depth == usize::from(has_braces) => {
                    let name = name_before(&text[object.start..at]);
                    let known = Self::NAMES.into_iter().find(|known| known.as_bytes() == name);
                    let is_new = |name: &&str| members.value(name).is_none();
                    if let Some(name) = known.filter(is_new) {
                        members.0.push((name, value_after(text, at + 1..object.end)));
                    }
                }
                _ => {}
            }
        }
        members
    }

    fn value(&self, name: &str) -> Option<Range<usize>> {
        self.0.iter().find(|member| member.0 == name).map(|member| member.1.clone())
    }

    fn text<'t>(&self, text: &'t [u8], name: &str) -> Option<&'t str> {
        std::str::from_utf8(&text[self.value(name)?]).ok()
    }

    fn bytes(&self, text: &[u8], name: &str) -> Option<Vec<u8>> {
        let value = text[self.value(name)?].iter().copied();
        ENGINE.decode(value.filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<_>>()).ok()
    }

    /// Whether n is p times q, and e undoes d.
    fn rsa(&self, text: &[u8]) -> Option<bool> {
        let number = |name| self.bytes(text, name).and_then(|bytes| Number::from_bytes(&bytes));
        let (p, q) = (number("p")?, number("q")?);
        let is_product = p.times(&q) == number("n")?;
        let (Some(e), Some(d)) = (number("e"), number("d")) else { return Some(is_product) };
        // Not modulo (p-1)(q-1): d may be the inverse for the least common multiple as well.
        let undoes = || {
            let product = e.times(&d);
            product.is_one_modulo(&p.before()) && product.is_one_modulo(&q.before())
        };
        Some(is_product && undoes())
    }

    /// `Some(false)` when a part has not the length of its curve. That they fit otherwise is not computed.
    fn curve(&self, text: &[u8]) -> Option<bool> {
        let size = match self.text(text, "crv")? {
            "P-256" | "secp256k1" | "Ed25519" | "X25519" => 32,
            "P-384" => 48,
            "P-521" => 66,
            "X448" => 56,
            "Ed448" => 57,
            _ => return None,
        };
        // Some writers drop a zero or two in front.
        let fits = |name| {
            self.bytes(text, name).is_none_or(|part| (size - 2..=size).contains(&part.len()))
        };
        let all_fit = ["d", "x", "y"].into_iter().all(fits);
        (!all_fit).then_some(false)
    }
}

/// The name that ends a text: letters before blanks and quotes, which may be escaped.
fn name_before(text: &[u8]) -> &[u8] {
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b' ' | b'\t');
    let n_quotes = text.iter().rev().take(16).take_while(|byte| is_quote(byte)).count();
    let text = &text[..text.len() - n_quotes];
    let is_letter = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let n_letters = text.iter().rev().take(8).take_while(is_letter).count();
    &text[text.len() - n_letters..]
}

/// The value that begins a stretch: what follows blanks and quotes, up to what no base64 or name holds.
fn value_after(text: &[u8], stretch: Range<usize>) -> Range<usize> {
    let is_before = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'>' | b'"' | b'\'' | b'`' | b'\\');
    let is_value = |byte: &&u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'_' | b'+' | b'/' | b'.' | b':' | b'@')
    };
    let rest = &text[stretch.clone()];
    let begin = stretch.start + rest.iter().take(64).take_while(is_before).count();
    let value = &text[begin..stretch.end];
    let len = value.iter().take_while(is_value).count();
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`');
    let quote = text[stretch.start..begin].last().filter(|byte| is_quote(byte));
    if matches!(value.get(len), Some(b'\n' | b'\r' | b'\\'))
        && let Some(quote) = quote
    {
        return begin..begin + over_lines(value, *quote).unwrap_or(len);
    }
    begin..begin + len
}

/// Bytes of a value whose quotes close on a later line. `None` when something else stands between.
fn over_lines(value: &[u8], quote: u8) -> Option<usize> {
    let len = memchr::memchr(quote, value)?;
    let is_part = |byte: &u8| {
        byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || matches!(byte, b'-' | b'_')
    };
    let value = value[..len].trim_ascii_end();
    value.iter().all(is_part).then_some(value.len())
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    use super::*;

    /// A toy: the primes are Mersenne's, of 89 and 107 bits.
    const P: &str = "Af______________";
    const Q: &str = "B_________________8";
    const N: &str = "D______________3__4AAAAAAAAAAAAAAQ";
    /// The inverse of 65537 modulo the least common multiple of p-1 and q-1, and another that is longer.
    const D: &str = "Angdh-J4HYfieB2Faln3nghh954IYfeeCQ";
    const D_LONG: &str = "BSLIMo0iyDKNIsgtallM8123TPNdt0zzXw";

    /// A key of RSA as JSON; `d` comes first, as the console prints it.
    fn rsa(d: &str, n: &str) -> String {
        format!(
            r#"{{"d":"{d}","p":"{P}","q":"{Q}","kty":"RSA","kid":"key-1","n":"{n}","e":"AQAB"}}"#
        )
    }

    /// Where a member's value begins, whatever the quotes around its name.
    fn place(text: &str, value: &str) -> usize {
        text.find(value).unwrap()
    }

    #[test]
    fn a_key_is_read_in_any_notation() {
        fn check(text: &str) {
            let text = text.replace("@D", D).replace("@N", N);
            let read = jwk(text.as_bytes(), place(&text, N)).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(&text[read.private.clone()], D, "{text}");
            assert_eq!((read.kty.as_str(), read.key_id.as_deref()), ("RSA", Some("k.1")), "{text}");
            let whole = &text[read.span];
            assert!(
                whole.contains("kty") && whole.contains(N) && !whole.contains("other"),
                "{whole}"
            );
        }
        check(r#"{"kty":"RSA","n":"@N","e":"AQAB","d":"@D","kid":"k.1"}"#);
        check(r#"{"kid": "k.1", "d" : "@D", "n": "@N", "kty": "RSA"}"#);
        check(
            r#"{"other":1,"keys":[{"kty":"EC","d":"other"},{"kid":"k.1","d":"@D","n":"@N","kty":"RSA"}]}"#,
        );
        check("{'kid': 'k.1', 'd': '@D', 'n': '@N', 'kty': 'RSA'}");
        check("const key = {\n  kty: `RSA`,\n  kid: \"k.1\",\n  n: '@N',\n  d: '@D',\n};");
        check(r#""{\"kty\":\"RSA\",\"kid\":\"k.1\",\"n\":\"@N\",\"d\":\"@D\"}""#);
        check(
            r#""{\\\"kty\\\":\\\"RSA\\\",\\\"kid\\\":\\\"k.1\\\",\\\"n\\\":\\\"@N\\\",\\\"d\\\":\\\"@D\\\"}""#,
        );
        check("jwk {\n  kty = \"RSA\"\n  kid = \"k.1\"\n  n   = \"@N\"\n  d   = \"@D\"\n}\n");
        check("{:kty => 'RSA', :kid => 'k.1', :n => '@N', :d => '@D'}");
        check("okta:\n  key:\n    kty: RSA\n    kid: k.1\n    n: @N\n    d: @D\n  other: 1\n");
        check(
            "keys:\n  - kid: other\n    kty: EC\n  - kty: RSA\n    kid: k.1\n    n: @N\n    d: @D\n  - kid: other\n",
        );
        check("kty=RSA\nkid=k.1\nd=@D\nn=@N\n");
        check("{'kty': 'RSA', 'kid': 'k.1', 'e': '''AQ\n  AB''', 'n': '@N', 'd': '@D'}");
        check(
            r#"{"kty":"RSA","n":"@N","d":"@D","kid":"k.1","key_ops":["sign"],"oth":[{"r":"x","d":"short"}]"#,
        );
    }

    #[test]
    fn a_value_over_several_lines_is_whole() {
        let (one, other) = D.split_at(20);
        for (quote, end) in [("\"\"\"", "\"\"\""), ("\"", "\""), ("'", "'")] {
            let text = rsa("@D", N).replace("\"@D\"", &format!("{quote}{one}\n   {other}{end}"));
            let read = jwk(text.as_bytes(), place(&text, one)).unwrap();
            assert_eq!(&text[read.private], format!("{one}\n   {other}"), "{text}");
            assert_eq!(read.is_consistent, Some(true), "{text}");
        }
        let open = rsa("@D", N).replace("\"@D\"", &format!("\"{D}\n  \"next\": 1"));
        let read = jwk(open.as_bytes(), place(&open, D)).unwrap();
        assert_eq!(&open[read.private], D);
    }

    #[test]
    fn what_is_no_private_key_is_none() {
        fn check(text: &str) {
            let text = text.replace("@D", D).replace("@N", N);
            let at = text.find(N).or_else(|| text.find(D)).unwrap_or(0);
            assert_eq!(jwk(text.as_bytes(), at), None, "{text}");
        }
        check(r#"{"kty":"RSA","n":"@N","e":"AQAB"}"#);
        check(r#"{"kty":"oct","k":"@N","d":"@D"}"#);
        check(r#"{"kty":"RSA","n":"@N","d":"..."}"#);
        check(r#"{"kty":"RSA","n":"@N","d":"<private>"}"#);
        check(r#"{"d":"@D","n":"@N"}"#);
        check(r#"[{"kty":"RSA","n":"@N"},{"kty":"RSA","d":"@D"}]"#);
        check("kty d");
        check("");
    }

    #[test]
    fn parts_that_do_not_fit_are_told() {
        fn check(text: &str, expected: Option<bool>) {
            let read = jwk(text.as_bytes(), place(text, "\"d\"") + 5).unwrap();
            assert_eq!(read.is_consistent, expected, "{text}");
        }
        check(&rsa(D, N), Some(true));
        check(&rsa(D_LONG, N), Some(true));
        check(&rsa(&N.replacen('_', "A", 1), N), Some(false));
        check(&rsa(D, D), Some(false));
        check(&format!(r#"{{"kty":"RSA","n":"{N}","d":"{D}"}}"#), None);
        check(&rsa(&"x".repeat(1_400), N), Some(true));
        let curve = |crv: &str, n_d: usize, n_x: usize| {
            let part = |n| URL_SAFE_NO_PAD.encode(vec![7_u8; n]);
            format!(r#"{{"kty":"EC","crv":"{crv}","x":"{}","d":"{}"}}"#, part(n_x), part(n_d))
        };
        check(&curve("P-256", 32, 32), None);
        check(&curve("P-256", 31, 32), None);
        check(&curve("P-256", 32, 48), Some(false));
        check(&curve("P-521", 66, 66), None);
        check(&curve("P-521", 32, 66), Some(false));
        check(&curve("Ed25519", 32, 32), None);
        check(&curve("P-999", 32, 48), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>, text in "[{}a-z:=\"'\\\\ \n-]{0,200}", at in 0..300_usize) {
            let _ = jwk(&[b"kty", &bytes[..]].concat(), at);
            let text = format!("{text} {{kty: 'RSA', d: '{D}'}} {text}");
            if let Some(key) = jwk(text.as_bytes(), at) {
                prop_assert_eq!(&text[key.private], D);
            }
        }
    }
}
