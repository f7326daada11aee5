//! Values that stand in a text in another form: encoded, or with other dashes.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

/// What rules look for in encoded text. Of a length at which no secret in one form of UTF-16 can be
/// taken for itself in another: `base64offset` leaves the bits at both ends open.
pub(crate) const SECRETS: [&str; 4] = ["passwords", "cmd.exe", "invoke", "geänd."];

/// Texts with dashes. Those of rules have only `-`, and only before words.
pub(crate) const DASHED: [&str; 5] = ["-force", "-x", "run -force", " -y", "-force -y"];

const COMMANDS: [&str; 9] = [
    "run -force now",
    "run /force",
    "RUN –force",
    "run —Force -y",
    "run ―x /y",
    "a-b",
    "-x",
    "/x",
    "run force",
];

/// Text with a secret in Base64, alone or among others.
///
/// rsigma-eval finds a secret among others only where its end is that of a group of three bytes.
pub(crate) fn code() -> impl Strategy<Value = Value> {
    let wide = select(vec!["", "utf16le", "utf16be", "utf16"]);
    (select(&SECRETS[..]), wide, any::<bool>(), 0..4_usize).prop_map(|(secret, wide, alone, n)| {
        let bytes = bytes(secret, wide);
        if alone {
            return base64(&bytes).into();
        }
        let before = vec![b'<'; 3 - bytes.len() % 3];
        base64(&[before, bytes, vec![b'>'; n]].concat()).into()
    })
}

/// A command line.
pub(crate) fn command() -> impl Strategy<Value = Value> {
    select(&COMMANDS[..]).prop_map(Value::from)
}

fn bytes(text: &str, wide: &str) -> Vec<u8> {
    let units = || text.encode_utf16();
    match wide {
        "" => text.as_bytes().to_vec(),
        "utf16le" => units().flat_map(u16::to_le_bytes).collect(),
        "utf16be" => units().flat_map(u16::to_be_bytes).collect(),
        _ => std::iter::once(0xFEFF).chain(units()).flat_map(u16::to_le_bytes).collect(),
    }
}

/// Base64 of the standard alphabet, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |group: &[u8]| {
        let bits = (0..3).fold(0_usize, |bits, i| {
            bits << 8 | usize::from(group.get(i).copied().unwrap_or_default())
        });
        let letter = move |i: usize| char::from(ALPHABET[bits >> (18 - 6 * i) & 63]);
        let kept = group.len() + 1;
        (0..4).map(move |i| if i < kept { letter(i) } else { '=' })
    };
    bytes.chunks(3).flat_map(group).collect()
}
