//! What credentials lie in: files, logs, programs, requests, exports. Each carrier is a text with holes, in `carriers/*.txt`.

use std::sync::LazyLock;

use crate::names::{camel, pascal, screaming, snake};
use crate::plants::{Form, Plant};
use crate::random::Random;

/// A text with holes, such as `export «NAME»="«value»"`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Carrier {
    /// What it is called in reports.
    pub(crate) name: &'static str,
    text: &'static str,
}

const PAIRS: &str = include_str!("carriers/pairs.txt");
const HEADERS: &str = include_str!("carriers/headers.txt");
const COOKIES: &str = include_str!("carriers/cookies.txt");
const BODIES: &str = include_str!("carriers/bodies.txt");

/// The carriers of a file: each begins with a line `=== name`.
fn read(text: &'static str) -> Vec<Carrier> {
    let carrier = |part: &'static str| {
        let (name, text) = part.split_once('\n').unwrap();
        Carrier { name, text }
    };
    text.split("=== ").skip(1).map(carrier).collect()
}

static ALL: LazyLock<[Vec<Carrier>; 4]> =
    LazyLock::new(|| [PAIRS, HEADERS, COOKIES, BODIES].map(read));

/// The carriers that can hold a plant.
pub(crate) fn carriers(form: &Form) -> &'static [Carrier] {
    let [pairs, headers, cookies, bodies] = &*ALL;
    match form {
        Form::Pair(_) => pairs,
        Form::Header(_) => headers,
        Form::Cookie(_) => cookies,
        Form::Body(_) => bodies,
    }
}

impl Carrier {
    /// The text with the plant in it.
    pub(crate) fn hold(&self, plant: &Plant, random: &mut Random) -> String {
        let mut text = String::new();
        let mut rest = self.text;
        while let Some((before, hole)) = rest.split_once('«') {
            let (name, after) = hole.split_once('»').unwrap();
            text.push_str(before);
            text.push_str(&filling(name, plant, random));
            rest = after;
        }
        text.push_str(rest);
        if self.text.contains("«end»") { text.trim_end().to_owned() } else { text }
    }
}

/// What goes into a hole.
fn filling(hole: &str, plant: &Plant, random: &mut Random) -> String {
    let words = match plant.form {
        Form::Pair(words) => words,
        _ => &["no", "name"],
    };
    let (scheme, cookie, body) = match &plant.form {
        Form::Header(scheme) => (*scheme, "", ""),
        Form::Cookie(cookie) => ("", *cookie, ""),
        Form::Body(body) => ("", "", body.as_str()),
        Form::Pair(_) => ("", "", ""),
    };
    match hole {
        "NAME" => screaming(words),
        "name" => snake(words),
        "camel" => camel(words),
        "Pascal" => pascal(words),
        "kebab" => words.join("-"),
        "dot" => words.join("."),
        "words" => words.join(" "),
        "Words" => words[0][..1].to_ascii_uppercase() + &words.join(" ")[1..],
        "value" => plant.value.clone(),
        "host" => plant.host.to_owned(),
        "id" => plant.client.clone(),
        "word" => random.pick(&["staging", "ops", "Friday", "the team", "legacy"]).to_owned(),
        "scheme" => scheme.to_owned(),
        "cookie" => cookie.to_owned(),
        "cr" => "\r".to_owned(),
        "end" => String::new(),
        "body" => body.to_owned(),
        "body:escaped" => escaped(body),
        "body:entities" => body.replace('&', "&amp;").replace('"', "&quot;"),
        "body:lines 4" => body.replace('\n', "\n    "),
        "body:lines 6" => body.replace('\n', "\n      "),
        "body:lines +" => body.replace('\n', "\n+"),
        other => unreachable!("no such hole: {other}"),
    }
}

/// As a JSON string writes it, without the quotes.
pub(crate) fn escaped(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

#[test]
fn there_are_carriers_enough_and_each_holds_its_plant() {
    let n_carriers = ALL.each_ref().map(Vec::len);
    assert!(n_carriers[0] >= 200 && n_carriers.iter().all(|n| *n >= 12), "{n_carriers:?}");
    let mut seen = std::collections::BTreeSet::new();
    for case in 0..60 {
        let mut random = Random::of_case(1, case);
        let plant = crate::plants::plant(&mut random);
        for carrier in carriers(&plant.form) {
            let text = carrier.hold(&plant, &mut random);
            // In a diff every line of a key begins with a sign that keys may hold as well.
            let is_noise = |c: char| c.is_whitespace() || (c == '+' && carrier.name == "diff");
            let without = |text: &str| text.replace("\\n", "").replace(is_noise, "");
            let (flat, value) = (without(&text), without(&plant.value));
            assert!(flat.contains(&value), "{}: {text}", carrier.name);
            seen.insert(carrier.name);
        }
    }
    assert!(seen.len() > 200);
}
