//! What a value looks like, whatever it is called: lengths, alphabets, randomness, and what is no value at all.

/// A form that values of a kind have. The names are those of `catalog/credential_names.tsv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    /// `00` and 40 of the URL-safe alphabet: an Okta API token and some older one-time tokens.
    /// Source: Okta developer documentation, samples of 42 characters, checked 2026-11-22.
    Ssws,
    /// Like one, of another length: 30 to 60.
    SswsLike,
    /// 40 or 64 of the URL-safe alphabet. Source: Okta management API specification, `client_secret`.
    OktaSecret,
    /// 64 of the URL-safe alphabet.
    Auth0Secret,
    /// 14 to 100 printable characters without blanks that look chosen at random.
    CustomSecret,
    /// 32 or more characters that look random: hexadecimal or any other.
    CookieSecret,
    /// 64 hexadecimal digits, as `openssl rand -hex 32` prints them.
    HexSecret,
    /// 20 to 512 of the URL-safe alphabet and dots that look random.
    Opaque,
    /// `v1.` and the URL-safe alphabet. Source: Auth0 documentation, samples of refresh tokens.
    Auth0Refresh,
    /// `102` and about 22 of the URL-safe alphabet, or the older `000…` of 25.
    Sid,
    /// A compact encrypted token of five parts.
    Jwe,
    /// A compact token of three parts or five.
    Jwt,
    /// `DI0`, `DI1` and the URL-safe alphabet.
    DeviceCookie,
    /// `20111` and 38 to 52 of the URL-safe alphabet.
    SessionToken,
    /// `02.id.` and the URL-safe alphabet.
    StateHandle,
    /// 20 of the URL-safe alphabet.
    Recovery,
    /// 16 to 128 of base32.
    Base32,
    /// 64 letters and digits.
    Xsrf,
    /// 100 or more of base64.
    Base64Blob,
    /// Four to ten digits.
    OneTimeCode,
    /// 8 to 128 characters without blanks that are no placeholder.
    Password,
    /// At least that many characters that are no placeholder.
    AnyOf(usize),
    /// An object with a private key; its parts are read elsewhere.
    Jwk,
}

impl Shape {
    /// The shape of that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "ssws" => Self::Ssws,
            "ssws_like" => Self::SswsLike,
            "okta_secret" => Self::OktaSecret,
            "auth0_secret" => Self::Auth0Secret,
            "custom_secret" => Self::CustomSecret,
            "cookie_secret" => Self::CookieSecret,
            "hex_secret" => Self::HexSecret,
            "opaque" => Self::Opaque,
            "auth0_refresh" => Self::Auth0Refresh,
            "sid" => Self::Sid,
            "jwe" => Self::Jwe,
            "jwt" => Self::Jwt,
            "device_cookie" => Self::DeviceCookie,
            "session_token" => Self::SessionToken,
            "state_handle" => Self::StateHandle,
            "recovery" => Self::Recovery,
            "base32" => Self::Base32,
            "xsrf" => Self::Xsrf,
            "base64_blob" => Self::Base64Blob,
            "one_time_code" => Self::OneTimeCode,
            "password" => Self::Password,
            "any1" => Self::AnyOf(1),
            "any8" => Self::AnyOf(8),
            "any16" => Self::AnyOf(16),
            "jwk" => Self::Jwk,
            _ => return None,
        })
    }

    /// Whether little else has this shape.
    pub(crate) fn tells(self) -> bool {
        matches!(
            self,
            Self::Ssws
                | Self::OktaSecret
                | Self::Auth0Secret
                | Self::Sid
                | Self::Jwe
                | Self::Jwt
                | Self::SessionToken
                | Self::StateHandle
                | Self::Auth0Refresh
        )
    }

    /// Whether `value` has this shape.
    pub(crate) fn fits(self, value: &str) -> bool {
        let look = Look::of(value.as_bytes());
        let n = value.len();
        match self {
            Self::Ssws => is_ssws(value),
            Self::SswsLike => is_like_ssws(value, look),
            Self::OktaSecret => matches!(n, 40 | 64) && look.is_url_safe() && look.is_random(),
            Self::Auth0Secret => n == 64 && look.is_url_safe() && look.is_random(),
            Self::CustomSecret => (14..=100).contains(&n) && is_own_choice(value, look),
            Self::CookieSecret => {
                (32..=512).contains(&n)
                    && look.is_graphic()
                    && look.entropy >= 3.0
                    && !is_placeholder(value)
            }
            Self::HexSecret => {
                n == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit()) && look.entropy >= 3.0
            }
            Self::Opaque => {
                (20..=512).contains(&n)
                    && look.is_token()
                    && look.is_random()
                    && !is_placeholder(value)
            }
            Self::Auth0Refresh => {
                value.starts_with("v1.")
                    && (20..=512).contains(&n)
                    && look.is_token()
                    && look.is_random()
            }
            Self::Sid => is_sid(value, look),
            Self::Jwe => value.starts_with("eyJ") && parts(value) == Some(5),
            Self::Jwt => value.starts_with("eyJ") && parts(value).is_some(),
            Self::DeviceCookie => {
                value.starts_with("DI")
                    && (20..=64).contains(&n)
                    && look.is_url_safe()
                    && look.is_random()
            }
            Self::SessionToken => {
                value.starts_with("20111")
                    && (40..=60).contains(&n)
                    && look.is_url_safe()
                    && look.is_random()
            }
            Self::StateHandle => value.starts_with("02.") && n >= 26 && look.is_token_like(),
            Self::Recovery => n == 20 && look.is_url_safe() && look.is_random(),
            Self::Base32 => (16..=128).contains(&n) && is_base32(value) && look.entropy >= 2.8,
            Self::Xsrf => (32..=128).contains(&n) && look.is_url_safe() && look.entropy >= 3.0,
            Self::Base64Blob => n >= 100 && look.is_base64() && look.entropy >= 4.0,
            Self::OneTimeCode => {
                (4..=10).contains(&n) && value.bytes().all(|byte| byte.is_ascii_digit())
            }
            Self::Password => (8..=128).contains(&n) && is_own_choice(value, look),
            Self::AnyOf(least) => n >= least && n <= 8192 && !is_placeholder(value),
            Self::Jwk => false,
        }
    }
}

/// `00` and 40 of the URL-safe alphabet, random, with both cases.
///
/// Of 200,000 random tokens the least entropy was 4.14 bits a character; hexadecimal text of that length
/// stays below 3.95.
pub(crate) fn is_ssws(value: &str) -> bool {
    let look = Look::of(value.as_bytes());
    value.len() == 42
        && value.starts_with("00")
        && look.is_url_safe()
        && look.lower > 0
        && look.upper > 0
        && look.entropy >= 4.0
}

fn is_like_ssws(value: &str, look: Look) -> bool {
    let n = value.len();
    let is_long = (30..=60).contains(&n) && n != 42;
    value.starts_with("00")
        && is_long
        && look.is_url_safe()
        && look.is_mixed()
        && look.entropy >= 3.5
}

/// Whether a person or a program chose it, and it stands there.
fn is_own_choice(value: &str, look: Look) -> bool {
    look.is_graphic() && !is_placeholder(value) && !is_kept_elsewhere(value) && look.is_chosen()
}

fn is_sid(value: &str, look: Look) -> bool {
    let begins = value.starts_with("102") || value.starts_with("000");
    begins && (22..=40).contains(&value.len()) && look.is_url_safe() && look.is_random()
}

fn is_base32(value: &str) -> bool {
    let value = value.trim_end_matches('=');
    value.len() >= 16 && value.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'))
}

/// How many parts a compact token has, if it is one: 3, or 5 for an encrypted one.
fn parts(value: &str) -> Option<usize> {
    let look = Look::of(value.as_bytes());
    let parts = value.split('.').count();
    (look.is_token() && matches!(parts, 3 | 5)).then_some(parts)
}

/// The characters of a text, counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Look {
    n: usize,
    pub(crate) lower: usize,
    pub(crate) upper: usize,
    pub(crate) digit: usize,
    /// `-` and `_`.
    dash: usize,
    dot: usize,
    /// `+`, `/` and `=`.
    base64: usize,
    /// Other characters that can be seen, blanks excepted.
    graphic: usize,
    other: usize,
    /// Letters beyond `f`.
    beyond_hex: usize,
    /// Neighbors of different sorts.
    changes: usize,
    looks_random: bool,
    /// Bits a character.
    pub(crate) entropy: f32,
}

impl Look {
    /// Counts. Only the first 1,024 bytes are looked at.
    pub(crate) fn of(text: &[u8]) -> Self {
        let text = &text[..text.len().min(1024)];
        let mut look = Self { n: text.len(), looks_random: looks_random(text), ..Self::default() };
        let mut counts = [0_u16; 256];
        let mut before = None;
        for &byte in text {
            counts[usize::from(byte)] += 1;
            let sort = look.count(byte);
            look.changes += usize::from(before.is_some_and(|before| before != sort));
            before = Some(sort);
        }
        look.entropy = entropy(&counts, text.len());
        look
    }

    fn count(&mut self, byte: u8) -> u8 {
        let (counter, sort) = match byte {
            b'a'..=b'z' => (&mut self.lower, 0),
            b'A'..=b'Z' => (&mut self.upper, 1),
            b'0'..=b'9' => (&mut self.digit, 2),
            b'-' | b'_' => (&mut self.dash, 3),
            b'.' => (&mut self.dot, 4),
            b'+' | b'/' | b'=' => (&mut self.base64, 5),
            0x21..=0x7e => (&mut self.graphic, 6),
            _ => (&mut self.other, 7),
        };
        *counter += 1;
        self.beyond_hex += usize::from(byte.is_ascii_alphabetic() && !byte.is_ascii_hexdigit());
        sort
    }

    /// Letters, digits, `-` and `_` alone.
    pub(crate) fn is_url_safe(self) -> bool {
        self.lower + self.upper + self.digit + self.dash == self.n
    }

    /// The same with dots.
    pub(crate) fn is_token(self) -> bool {
        self.lower + self.upper + self.digit + self.dash + self.dot == self.n
    }

    /// The same with `~`, `+`, `/` and `=`, as some tokens are.
    fn is_token_like(self) -> bool {
        self.graphic <= self.n / 8 && self.other == 0
    }

    fn is_base64(self) -> bool {
        self.graphic + self.other + self.dot == 0
    }

    /// Printable ASCII without blanks.
    pub(crate) fn is_graphic(self) -> bool {
        self.other == 0
    }

    /// Both cases, or a case and digits.
    pub(crate) fn is_mixed(self) -> bool {
        (self.lower > 0 && self.upper > 0) || (self.digit > 0 && self.lower + self.upper > 0)
    }

    /// What chance makes of the URL-safe alphabet: see [`looks_random`], and of as much entropy.
    pub(crate) fn is_random(self) -> bool {
        self.looks_random && self.entropy >= floor(self.n)
    }

    /// What a person or a program chose as a secret: some variety and no plain words.
    fn is_chosen(self) -> bool {
        let sorts =
            [self.lower, self.upper, self.digit, self.dash + self.dot + self.base64 + self.graphic];
        let sorts = sorts.iter().filter(|count| **count > 0).count();
        sorts >= 2
            && self.entropy >= 2.8
            && (self.digit > 0 || self.graphic + self.base64 > 0 || self.changes * 3 >= self.n)
    }
}

/// Whether a run is as chance makes it: both cases or digits, well mixed, no hash, no words. Only the first 64
/// bytes are looked at.
///
/// Two neighbors of random text are of different sorts with a chance of 0.65 (0.47 in hexadecimal); a sixth
/// leaves more than four standard deviations even at twenty characters.
pub(crate) fn looks_random(value: &[u8]) -> bool {
    let value = &value[..value.len().min(64)];
    let mix = Mix::of(value);
    mix.is_mixed() && mix.changes * 6 >= value.len() && !mix.is_words(value.len())
}

/// The sorts of characters of a run, counted in one pass.
#[derive(Debug, Default)]
struct Mix {
    lower: usize,
    upper: usize,
    digit: usize,
    /// `-`, `_` and whatever else is no letter or digit.
    dash: usize,
    beyond_hex: usize,
    changes: usize,
    /// Capitals before a small letter.
    capitals: usize,
    vowels: usize,
}

impl Mix {
    fn of(value: &[u8]) -> Self {
        let mut counts = [0_usize; 16];
        let (mut changes, mut capitals, mut vowels, mut before) = (0, 0, 0, 0);
        for &byte in value {
            let sort = SORT[usize::from(byte)];
            counts[usize::from(sort & !VOWEL)] += 1;
            changes += usize::from(sort & 7 != before & 7);
            capitals += usize::from(before & UPPER != 0 && sort & LOWER != 0);
            vowels += usize::from(sort & VOWEL != 0);
            before = sort;
        }
        let both = |sort: u8| counts[usize::from(sort)] + counts[usize::from(sort | BEYOND_HEX)];
        let beyond_hex =
            counts[usize::from(LOWER | BEYOND_HEX)] + counts[usize::from(UPPER | BEYOND_HEX)];
        let (lower, upper) = (both(LOWER), both(UPPER));
        let (digit, dash) = (counts[usize::from(DIGIT)], counts[0]);
        Self { lower, upper, digit, dash, beyond_hex, changes, capitals, vowels }
    }

    /// Both cases, or a case and digits; not hexadecimal alone.
    fn is_mixed(&self) -> bool {
        let letters = self.lower + self.upper;
        let mixed = (self.lower > 0 && self.upper > 0) || (self.digit > 0 && letters > 0);
        mixed && self.beyond_hex > 0
    }

    /// Words joined by capitals, dashes or numbers. Random text of 40 characters has no digit once in 800 times,
    /// is of one case once in 10⁹ times, and has a small letter behind each of 16 capitals as seldom.
    fn is_words(&self, n: usize) -> bool {
        if self.lower == 0 || self.upper == 0 {
            return self.dash > 1 || self.digit * 10 < n;
        }
        let is_camel = self.capitals >= self.upper;
        let is_spoken = self.vowels * 10 >= (self.lower + self.upper) * 3;
        match self.digit {
            _ if self.changes * 5 <= n => true,
            0..=2 if n < 30 => {
                is_spoken && self.capitals + 1 >= self.upper && self.changes * 2 <= n
            }
            0 => self.capitals >= self.upper - self.upper / 8 || self.changes * 10 <= n * 3,
            1..=3 => n >= 30 && is_camel && self.upper >= 5 && self.changes * 20 <= n * 9,
            _ => false,
        }
    }
}

const LOWER: u8 = 1;
const UPPER: u8 = 2;
const DIGIT: u8 = 4;
const BEYOND_HEX: u8 = 8;
const VOWEL: u8 = 16;

/// The sort of each byte; 0 for `-`, `_` and all others.
static SORT: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        let sort = match c {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            _ => 0,
        };
        let beyond = c.is_ascii_alphabetic() && !c.is_ascii_hexdigit();
        let vowel = matches!(c | 0x20, b'a' | b'e' | b'i' | b'o' | b'u') && c.is_ascii_alphabetic();
        table[byte] = sort | if beyond { BEYOND_HEX } else { 0 } | if vowel { VOWEL } else { 0 };
        byte += 1;
    }
    table
};

/// The least entropy that random text of the URL-safe alphabet has at that length, with room.
fn floor(n: usize) -> f32 {
    match n {
        0..20 => 2.6,
        20..30 => 3.1,
        30..40 => 3.7,
        40..60 => 4.0,
        _ => 4.3,
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 1,024 bytes are counted")]
fn entropy(counts: &[u16; 256], n: usize) -> f32 {
    let n = n.max(1) as f32;
    let bits = counts.iter().filter(|count| **count > 0).map(|count| {
        let share = f32::from(*count) / n;
        -share * share.log2()
    });
    bits.sum()
}

/// What stands where a value should be filled in.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let text = value.trim();
    if text.is_empty() || is_repeated(text) || is_bracketed(text) {
        return true;
    }
    let lower = text.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word)) || is_counted(&lower)
}

/// Words of placeholders. None is so short that a random value would hold it.
const WORDS: [&str; 34] = [
    "xxxxx",
    "*****",
    "•••",
    "your-",
    "your_",
    "yourclient",
    "yourokta",
    "yourauth0",
    "yoursecret",
    "yourtoken",
    "yourapi",
    "changeme",
    "change-me",
    "change_me",
    "replaceme",
    "replace-",
    "replace_",
    "placeholder",
    "redacted",
    "example",
    "insert-",
    "insert_",
    "<secret",
    "my-secret",
    "mysecret",
    "my_secret",
    "clientsecret",
    "client_secret",
    "client-secret",
    "todo",
    "dummy",
    "undefined",
    "not-a-real",
    "sanitized",
];

/// Whether the value at the begin of a text may be one that a person or a program chose: all but what it costs more
/// to tell. Nearly every word of a program is not.
pub(crate) fn may_be_chosen(value: &[u8]) -> bool {
    let value = &value[..value.len().min(64)];
    let mix = Mix::of(value);
    let others =
        value.iter().filter(|byte| !byte.is_ascii_alphanumeric() && !b"-_.".contains(byte)).count();
    let sorts =
        [mix.lower, mix.upper, mix.digit, others].iter().filter(|count| **count > 0).count();
    let is_varied = mix.digit > 0 || others > 0 || mix.changes * 3 >= value.len();
    let is_seed = value.len() >= 16 && mix.upper == value.len();
    is_seed || (sorts >= 2 && is_varied && !is_call(value))
}

/// `os.environ[…`, `getenv(…`: what a program does to get a value.
fn is_call(value: &[u8]) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'.' | b':');
    let name = value.iter().take_while(is_name).count();
    name > 2 && matches!(value.get(name), Some(b'(' | b'['))
}

/// A value that is encrypted or fetched when it is needed: `ENC[…]`, `{cipher}…`, `os.environ[…`, `getenv(…`.
fn is_kept_elsewhere(value: &str) -> bool {
    const MARKS: [&str; 10] = [
        "ENC[",
        "ENC(",
        "{cipher}",
        "$ANSIBLE_VAULT",
        "AQICAH",
        "vault:",
        "arn:",
        "gcp:",
        "projects/",
        "op://",
    ];
    is_call(value.as_bytes()) || MARKS.iter().any(|mark| value.starts_with(mark))
}

/// One or two characters over and over.
fn is_repeated(text: &str) -> bool {
    let body = text.strip_prefix("00").filter(|rest| rest.len() >= 8).unwrap_or(text);
    let mut sorts: Vec<char> = body.chars().collect();
    let n = sorts.len();
    sorts.sort_unstable();
    sorts.dedup();
    n >= 6 && sorts.len() <= 2
}

/// `<…>`, `${…}`, `{{…}}`, `%…%`, `[…]`, `$(…)`.
fn is_bracketed(text: &str) -> bool {
    let pairs = [
        ("<", ">"),
        ("${", "}"),
        ("{{", "}}"),
        ("%", "%"),
        ("[", "]"),
        ("$(", ")"),
        ("{", "}"),
        ("#{", "}"),
    ];
    pairs
        .iter()
        .any(|(open, close)| text.starts_with(open) && text.ends_with(close) && text.len() > 2)
        || text.contains("...")
        || text.contains("${")
        || text.contains("{{")
}

/// Whether most of it counts up: `abcdef`, `123456`.
fn is_counted(lower: &str) -> bool {
    let bytes = lower.as_bytes();
    let steps = bytes.windows(2).filter(|pair| pair[1] == pair[0].wrapping_add(1)).count();
    bytes.len() >= 8 && steps * 2 > bytes.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shapes_are_told_apart() {
        let cases = [
            ("ssws", "00kR3_vQ-8dLmN0pZxWcYtBaSeUfGhIjKoPq1r5T7w", true),
            ("ssws", "00xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", false),
            ("ssws", "000f3a9c1d7e5b2048c6a1f09e3d7b5c2a8f4e6d1b", false),
            ("ssws_like", "00aBcDeFgHiJkLmNoPqRsTuVwXyZ1234567890", true),
            ("ssws_like", "00000000-0000-0000-0000-000000000000", false),
            ("custom_secret", "PleaseEnterYourOktaTokenSecretHere", false),
            ("custom_secret", "Tr0ub4dor&3-horse", true),
            ("custom_secret", "${OKTA_CLIENT_SECRET}", false),
            ("base32", "JBSWY3DPEHPK3PXP", true),
            ("one_time_code", "123456", true),
            ("any1", "[REDACTED]", false),
            ("password", "os.environ[", false),
            ("password", "getpass.getpass()", false),
            ("custom_secret", "ENC[AES256_GCM,data:xk29dkQ1", false),
            ("opaque", "get_token_from_secrets_manager_by_name", false),
            ("opaque", "OktaTokenSecretConfigurationProviderFactory", false),
        ];
        for (shape, value, expected) in cases {
            assert_eq!(Shape::from_name(shape).unwrap().fits(value), expected, "{shape} {value}");
        }
    }

    #[test]
    fn every_shape_of_the_catalog_is_known() {
        for row in catalog::credential_names() {
            assert!(row.shape.is_empty() || Shape::from_name(row.shape).is_some(), "{row:?}");
        }
    }

    /// Random text of the URL-safe alphabet, every letter as likely as the others.
    fn random(n: usize) -> impl Strategy<Value = String> {
        const LETTERS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        proptest::collection::vec(0..64_usize, n)
            .prop_map(|places| places.into_iter().map(|at| char::from(LETTERS[at])).collect())
    }

    proptest! {
        #[test]
        fn random_values_have_their_shapes(token in random(40), secret in random(64), short in random(40)) {
            let ssws = format!("00{token}");
            prop_assert!(is_ssws(&ssws), "{ssws}");
            prop_assert!(Shape::OktaSecret.fits(&secret) && Shape::Auth0Secret.fits(&secret));
            prop_assert!(Shape::OktaSecret.fits(&short));
        }

        #[test]
        fn nothing_is_a_reason_to_panic(value in "\\PC*") {
            is_placeholder(&value);
            Shape::CustomSecret.fits(&value);
        }
    }
}
