//! Texts that hold no credential worth a word: public ids, placeholders, samples, hashes, programs, prose.

use finding::Level;
use jiff::Timestamp;
use leak::{Document, Scanner};

use crate::encodings::Step;
use crate::plants::{ALNUM, BASE64, BASE64_URL, HEX, NOW};
use crate::random::Random;

const TEXTS: &str = include_str!("quiet.txt");

/// How often each text is tried, each time with other noise.
const ROUNDS: u64 = 40;

/// The text with noise in its holes, such as `«hex:40»`.
fn filled(text: &str, random: &mut Random) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, hole)) = rest.split_once('«') {
        let (hole, after) = hole.split_once('»').unwrap();
        filled.push_str(before);
        filled.push_str(&noise(hole, random));
        rest = after;
    }
    filled + rest
}

fn noise(hole: &str, random: &mut Random) -> String {
    if hole == "uuid" {
        return [8, 4, 4, 4, 12].map(|n| random.text(HEX, n)).join("-");
    }
    let (alphabet, n) = hole.split_once(':').unwrap();
    let alphabet = match alphabet {
        "hex" => HEX,
        "alnum" => ALNUM,
        "b64" => BASE64,
        "b64u" => BASE64_URL,
        "digits" => "0123456789",
        "upper" => "ABCDEFGHJKLMNPQRSTUVWXYZ23456789",
        other => unreachable!("no such noise: {other}"),
    };
    random.text(alphabet, n.parse().unwrap())
}

/// What is said of a text beyond a low level.
fn said(scanner: &Scanner, bytes: &[u8]) -> Vec<String> {
    let now = Timestamp::from_second(NOW).ok();
    let scan = scanner.scan(Document { bytes, path: "quiet", now });
    let loud = scan.leaks.iter().filter(|leak| leak.level > Level::Low);
    loud.map(|leak| format!("{} {:?} {:?}", leak.kind.kind, leak.confidence, leak.why)).collect()
}

#[test]
fn texts_without_credentials_are_quiet() {
    let scanner = Scanner::new();
    let (mut n_texts, mut loud) = (0, Vec::new());
    for (number, part) in TEXTS.split("=== ").skip(1).enumerate() {
        let (name, text) = part.split_once('\n').unwrap();
        for round in 0..ROUNDS {
            let mut random = Random::of_case(number as u64, round);
            let text = filled(text, &mut random);
            let plain = text.clone().into_bytes();
            let steps = [Step::Percent, Step::HtmlNamed, Step::Json, Step::Base64, Step::Utf16Le];
            let step = random.pick(&steps);
            for (way, bytes) in [
                ("plainly".to_owned(), plain),
                (format!("as {step:?}"), step.write(text.as_bytes())),
            ] {
                let said = said(&scanner, &bytes);
                if !said.is_empty() {
                    loud.push(format!("{name}, {way}, round {round}: {said:?}"));
                }
            }
        }
        n_texts += 1;
    }
    assert!(n_texts >= 60);
    assert!(loud.is_empty(), "{} of {n_texts} texts:\n{}", loud.len(), loud.join("\n"));
}
