//! Ways of writing one text inside another, alone and nested.

use std::fmt::Write;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

use crate::carriers::escaped;
use crate::random::Random;

/// A way of writing a text inside another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// As a component of a URL.
    Percent,
    /// As a component of a URL, every character encoded.
    PercentAll,
    /// As a form's field: `+` for a blank.
    Form,
    /// `&quot;` and its like.
    HtmlNamed,
    /// `&#45;` for all but letters and digits.
    HtmlDecimal,
    /// `&#x2d;` for every character.
    HtmlHex,
    /// As a JSON string.
    Json,
    /// As a JSON string, every character as `\u002d`.
    Unicode,
    /// As a JavaScript string, all but letters and digits as `\x2d`.
    HexEscapes,
    /// On one line.
    Base64,
    /// With the alphabet of URLs, without padding.
    Base64Url,
    /// In lines of 76.
    Base64Lines,
    /// Little endian, with a mark.
    Utf16LeMarked,
    /// Little endian, without a mark.
    Utf16Le,
    /// Big endian, with a mark.
    Utf16BeMarked,
    /// Big endian, without a mark.
    Utf16Be,
    /// With soft line breaks.
    QuotedPrintable,
    /// Pairs of digits.
    Hex,
}

const STEPS: [Step; 18] = [
    Step::Percent,
    Step::PercentAll,
    Step::Form,
    Step::HtmlNamed,
    Step::HtmlDecimal,
    Step::HtmlHex,
    Step::Json,
    Step::Unicode,
    Step::HexEscapes,
    Step::Base64,
    Step::Base64Url,
    Step::Base64Lines,
    Step::Utf16LeMarked,
    Step::Utf16Le,
    Step::Utf16BeMarked,
    Step::Utf16Be,
    Step::QuotedPrintable,
    Step::Hex,
];

/// What takes bytes of any sort.
const OF_BYTES: [Step; 4] = [Step::Base64, Step::Base64Url, Step::Base64Lines, Step::Hex];

/// Up to three steps, the innermost first. What follows UTF-16 takes bytes.
pub(crate) fn chain(random: &mut Random) -> Vec<Step> {
    let depth = random.pick(&[0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3]);
    let mut steps = Vec::new();
    for _ in 0..depth {
        let is_wide = steps.last().is_some_and(|step: &Step| step.is_wide());
        steps.push(if is_wide { random.pick(&OF_BYTES) } else { random.pick(&STEPS) });
    }
    steps
}

impl Step {
    fn is_wide(self) -> bool {
        matches!(self, Self::Utf16Le | Self::Utf16LeMarked | Self::Utf16Be | Self::Utf16BeMarked)
    }

    /// The text that holds `inner` written so.
    pub(crate) fn write(self, inner: &[u8]) -> Vec<u8> {
        let text = || std::str::from_utf8(inner).unwrap();
        let holder = match self {
            Self::Percent => {
                format!("https://proxy.example.com/?q={}&v=1\n", percent(inner, is_unreserved))
            }
            Self::PercentAll => {
                format!("https://proxy.example.com/?q={}\n", percent(inner, |_| false))
            }
            Self::Form => {
                let form = percent(inner, |byte| byte == b' ' || is_unreserved(byte));
                format!("state=a&payload={}&x=1\n", form.replace(' ', "+"))
            }
            Self::HtmlNamed => format!("<pre>{}</pre>\n", html_named(text())),
            Self::HtmlDecimal => {
                format!("<td>{}</td>\n", each(text(), plain, |c| format!("&#{};", c as u32)))
            }
            Self::HtmlHex => {
                format!("<p>{}</p>\n", each(text(), |_| false, |c| format!("&#x{:x};", c as u32)))
            }
            Self::Json => format!("{{\"id\":7,\"body\":\"{}\"}}\n", escaped(text())),
            Self::Unicode => {
                format!(
                    "{{\"id\":7,\"v\":\"{}\"}}\n",
                    each(text(), |_| false, |c| format!("\\u{:04x}", c as u32))
                )
            }
            Self::HexEscapes => {
                format!("var s = '{}';\n", each(text(), plain, |c| format!("\\x{:02x}", c as u32)))
            }
            Self::Base64 => format!("payload: {}\n", BASE64_STANDARD.encode(inner)),
            Self::Base64Url => format!("payload={}&x=1\n", BASE64_URL_SAFE_NO_PAD.encode(inner)),
            Self::Base64Lines => {
                format!(
                    "Content-Transfer-Encoding: base64\n\n{}\n",
                    lines(&BASE64_STANDARD.encode(inner), 76)
                )
            }
            Self::QuotedPrintable => {
                format!(
                    "Content-Transfer-Encoding: quoted-printable\n\n{}\n",
                    quoted_printable(text())
                )
            }
            Self::Hex => format!("dump = {}\n", hex(inner)),
            Self::Utf16Le => return wide(text(), u16::to_le_bytes),
            Self::Utf16Be => return wide(text(), u16::to_be_bytes),
            Self::Utf16LeMarked => return wide(&format!("\u{feff}{}", text()), u16::to_le_bytes),
            Self::Utf16BeMarked => return wide(&format!("\u{feff}{}", text()), u16::to_be_bytes),
        };
        holder.into_bytes()
    }
}

fn plain(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)
}

fn percent(bytes: &[u8], keeps: fn(u8) -> bool) -> String {
    let mut text = String::new();
    for byte in bytes {
        if keeps(*byte) {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn html_named(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

/// Each character that is not kept, written otherwise.
fn each(text: &str, keeps: fn(char) -> bool, write: fn(char) -> String) -> String {
    text.chars().map(|c| if keeps(c) { c.to_string() } else { write(c) }).collect()
}

fn lines(text: &str, width: usize) -> String {
    let lines: Vec<&str> =
        text.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
    lines.join("\n")
}

/// RFC 2045, section 6.7: lines of at most 76 characters.
fn quoted_printable(text: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for byte in text.bytes() {
        let piece = match byte {
            b'\n' => "\n".to_owned(),
            b' '..=b'~' if byte != b'=' => char::from(byte).to_string(),
            _ => format!("={byte:02X}"),
        };
        if byte != b'\n' && width + piece.len() > 75 {
            out.push_str("=\n");
            width = 0;
        }
        width = if byte == b'\n' { 0 } else { width + piece.len() };
        out.push_str(&piece);
    }
    out
}

fn wide(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn texts_are_written_as_their_specifications_say() {
    let write = |step: Step| String::from_utf8(step.write(b"a=\"-\"\n")).unwrap();
    assert_eq!(write(Step::Percent), "https://proxy.example.com/?q=a%3D%22-%22%0A&v=1\n");
    assert_eq!(write(Step::HtmlNamed), "<pre>a=&quot;-&quot;\n</pre>\n");
    assert_eq!(write(Step::HtmlHex), "<p>&#x61;&#x3d;&#x22;&#x2d;&#x22;&#xa;</p>\n");
    assert_eq!(write(Step::Json), "{\"id\":7,\"body\":\"a=\\\"-\\\"\\n\"}\n");
    assert_eq!(write(Step::HexEscapes), "var s = 'a\\x3d\\x22\\x2d\\x22\\x0a';\n");
    assert_eq!(write(Step::Base64), "payload: YT0iLSIK\n");
    assert_eq!(write(Step::Hex), "dump = 613d222d220a\n");
    assert!(write(Step::QuotedPrintable).ends_with("\n\na=3D\"-\"\n\n"));
    assert_eq!(Step::Utf16BeMarked.write(b"a"), [0xfe, 0xff, 0, b'a']);
    let long = "x".repeat(100);
    assert_eq!(quoted_printable(&long), format!("{}=\n{}", "x".repeat(75), "x".repeat(25)));
}
