//! Items of selections: a field, its modifiers and values, every modifier among them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::encoded::{DASHED, SECRETS};
use super::vocabulary::{FILLED, PRESENT, SINGLE, literal, pattern, plain, quote, value};

/// One item.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// The field and its modifiers.
    pub(crate) key: String,
    /// What it is compared with.
    pub(crate) operand: Operand,
}

/// The right side of an item.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    /// Values as YAML, at least one.
    Values(Vec<String>),
    /// Items about one element of an array.
    Block(Vec<Item>),
    /// The same under the names `a` and `b`, and a condition.
    Conditional(&'static str, [Vec<Item>; 2]),
}

/// Any item of Sigma 2.
pub(crate) fn item() -> impl Strategy<Value = Item> {
    prop_oneof![
        6 => values_item(subject(any_field())),
        6 => text_item(subject(any_field())),
        2 => null_item(),
        2 => exists_item(select(&EXISTING[..])),
        3 => order_item(any_field()),
        3 => regex_item(subject(any_field()), &PATTERNS),
        2 => regex_item(always("note"), &LINES),
        2 => cidr_item(),
        2 => encoded_item(),
        2 => dash_item(),
        2 => time_item(),
        2 => reference_item(),
        1 => keyword_item(),
    ]
}

/// Any item, with those of version 3 among them.
pub(crate) fn item_v3() -> impl Strategy<Value = Item> {
    let indexed = || select(vec!["tags[0]", "tags[-1]", "target[0].id", "target[-1].detail.name"]);
    let subject = || (indexed().prop_map(str::to_owned), Just(""));
    prop_oneof![
        3 => item(),
        1 => text_item(subject()),
        1 => values_item(subject()),
        1 => exists_item(indexed()),
        2 => block(),
    ]
}

/// Fields of which `exists` may be asked: rsigma-eval takes null for absent.
const EXISTING: [&str; 12] = [
    "actor",
    "actor.id",
    "actor.displayName",
    "tags",
    "target.type",
    "target.detail",
    "target.detail.name",
    "groups",
    "groups.id",
    "outcome",
    "client.ip",
    "nowhere.at.all",
];

const PATTERNS: [&str; 16] = [
    "^alice$",
    "(?i)BOB",
    "start$",
    "^.ob",
    "a.*e",
    "[a-z]+@",
    r"\d+",
    "é",
    "^4[0-9]$",
    "tr.e",
    r"c:\\temp",
    "ALICE|bob",
    r"^\s*$",
    "^$",
    "日.",
    "[^a-z]",
];

/// For texts of several lines.
const LINES: [&str; 7] = ["^two$", "^bob$", "one.two", "one.+three", "(?i)^TWO", r"\n", "E$"];

/// A field and `neq` or nothing.
type Subject = (String, &'static str);

fn any_field() -> impl Strategy<Value = String> {
    prop_oneof![select(&SINGLE[..]), select(&FILLED[..])].prop_map(str::to_owned)
}

/// One of the fields; `neq` only where every event has it, since a missing one differs from
/// everything for Keyward and from nothing for rsigma-eval.
fn subject(field: impl Strategy<Value = String>) -> impl Strategy<Value = Subject> {
    prop_oneof![
        4 => field.prop_map(|field| (field, "")),
        1 => select(&PRESENT[..]).prop_map(|field| (field.to_owned(), "neq")),
    ]
}

/// A field of every event.
fn always(field: &'static str) -> impl Strategy<Value = Subject> {
    (Just(field.to_owned()), select(vec!["", "", "neq"]))
}

fn new<const N: usize>(field: &str, modifiers: [&str; N], values: Vec<String>) -> Item {
    let given = modifiers.into_iter().filter(|modifier| !modifier.is_empty());
    let key = std::iter::once(field).chain(given).collect::<Vec<_>>().join("|");
    Item { key, operand: Operand::Values(values) }
}

/// `all` now and then, where there is more than one value.
fn all(wanted: bool, values: &[String]) -> &'static str {
    if wanted && values.len() > 1 { "all" } else { "" }
}

fn cased() -> impl Strategy<Value = &'static str> {
    select(vec!["", "", "cased"])
}

/// Values of all types, compared as they are.
fn values_item(subject: impl Strategy<Value = Subject>) -> impl Strategy<Value = Item> {
    (subject, vec(value(), 1..4), any::<bool>(), cased()).prop_map(
        |((field, neq), values, every, cased)| {
            new(&field, [cased, all(every, &values), neq], values)
        },
    )
}

/// Text at some position. Wildcards only where rsigma-eval does not turn the position round.
fn text_item(subject: impl Strategy<Value = Subject>) -> impl Strategy<Value = Item> {
    let one = |position: &'static str, text: BoxedStrategy<String>| {
        let texts = vec(text.prop_map(|text| quote(&text)), 1..4);
        (Just(position), texts).boxed()
    };
    let texts = Union::new([
        one("", pattern().boxed()),
        one("contains", pattern().boxed()),
        one("startswith", literal().boxed()),
        one("endswith", literal().boxed()),
    ]);
    (subject, texts, any::<bool>(), cased()).prop_map(
        |((field, neq), (position, texts), every, cased)| {
            new(&field, [position, cased, all(every, &texts), neq], texts)
        },
    )
}

/// Null alone: beside other values rsigma-eval does not take a missing field for null.
fn null_item() -> impl Strategy<Value = Item> {
    let field = subject(select(&SINGLE[..]).prop_map(str::to_owned));
    (field, select(vec!["null", "~", ""]))
        .prop_map(|((field, neq), null)| new(&field, [neq], vec![null.to_owned()]))
}

fn exists_item(field: impl Strategy<Value = &'static str>) -> impl Strategy<Value = Item> {
    (field, any::<bool>())
        .prop_map(|(field, exists)| new(field, ["exists"], vec![exists.to_string()]))
}

fn order_item(field: impl Strategy<Value = String>) -> impl Strategy<Value = Item> {
    let bound = select(vec!["42", "-7", "0", "1.5", "5", "'42'", "'1.5'", "1e3", "41.9"]);
    (field, select(vec!["lt", "lte", "gt", "gte"]), vec(bound, 1..3), any::<bool>()).prop_map(
        |(field, order, bounds, every)| {
            let bounds: Vec<_> = bounds.into_iter().map(str::to_owned).collect();
            new(&field, [order, all(every, &bounds)], bounds)
        },
    )
}

fn regex_item(
    subject: impl Strategy<Value = Subject>,
    patterns: &'static [&'static str],
) -> impl Strategy<Value = Item> {
    let flags = select(vec!["", "i", "m", "s"]);
    let more = select(vec!["", "i"]);
    (subject, vec(select(patterns), 1..4), flags, more, any::<bool>()).prop_map(
        |((field, neq), patterns, flag, more, every)| {
            let patterns: Vec<_> = patterns.into_iter().map(quote).collect();
            let more = if more == flag { "" } else { more };
            new(&field, ["re", flag, more, all(every, &patterns), neq], patterns)
        },
    )
}

fn cidr_item() -> impl Strategy<Value = Item> {
    let networks = vec![
        "192.0.2.0/24",
        "198.51.100.128/25",
        "0.0.0.0/0",
        "203.0.113.1/32",
        "192.0.2.77/24",
        "2001:db8::/32",
        "::/0",
    ];
    let field = prop_oneof![
        always("ip"),
        Just(("client.ip".to_owned(), "")),
        Just(("actor.id".to_owned(), "")),
    ];
    (field, vec(select(networks), 1..4), any::<bool>()).prop_map(
        |((field, neq), networks, every)| {
            let networks: Vec<_> = networks.into_iter().map(quote).collect();
            new(&field, ["cidr", all(every, &networks), neq], networks)
        },
    )
}

/// UTF-16 only with Base64 after it, `base64offset` only at any position: the rest rsigma-eval ignores.
fn encoded_item() -> impl Strategy<Value = Item> {
    let wide = select(vec!["", "wide", "utf16le", "utf16be", "utf16"]);
    let encoding = select(vec![
        ("base64", ""),
        ("base64", "contains"),
        ("base64", "startswith"),
        ("base64", "endswith"),
        ("base64offset", ""),
        ("base64offset", "contains"),
    ]);
    let secrets = vec(select(&SECRETS[..]), 1..3);
    (always("code"), wide, encoding, secrets, cased()).prop_map(
        |((field, neq), wide, (encoding, position), secrets, cased)| {
            let secrets = secrets.into_iter().map(quote).collect();
            new(&field, [wide, encoding, position, cased, neq], secrets)
        },
    )
}

/// Dashes only before words: rsigma-eval also varies those within them.
fn dash_item() -> impl Strategy<Value = Item> {
    let position = select(vec!["", "contains", "startswith", "endswith"]);
    (always("command"), position, vec(select(&DASHED[..]), 1..3), any::<bool>(), cased()).prop_map(
        |((field, neq), position, dashed, every, cased)| {
            let dashed: Vec<_> = dashed.into_iter().map(quote).collect();
            new(&field, ["windash", position, cased, all(every, &dashed), neq], dashed)
        },
    )
}

/// Parts of times. The field holds text only: rsigma-eval takes numbers for seconds since 1970.
fn time_item() -> impl Strategy<Value = Item> {
    let part = select(vec![
        ("minute", ["15", "59", "0"]),
        ("hour", ["10", "'23'", "4"]),
        ("day", ["22", "29", "'1'"]),
        ("week", ["47", "1", "53"]),
        ("month", ["11", "2", "'6'"]),
        ("year", ["2026", "2024", "'2027'"]),
    ]);
    (always("at"), part, 1..4_usize).prop_map(|((field, neq), (part, values), n)| {
        new(&field, [part, neq], values[..n].iter().map(|&value| value.to_owned()).collect())
    })
}

/// Fields against each other: single ones, and without `cased` where types could differ, since
/// rsigma-eval compares arrays as wholes and minds types as well as case.
fn reference_item() -> impl Strategy<Value = Item> {
    let position = prop_oneof![
        1 => Just(("", "")),
        2 => (select(vec!["contains", "startswith", "endswith"]), cased()),
    ];
    let field = prop_oneof![
        3 => select(&SINGLE[..]).prop_map(|field| (field, "")),
        1 => (select(vec!["kind", "outcome.result"]), Just("neq")),
    ];
    (field, position, vec(select(&SINGLE[..]), 1..3)).prop_map(
        |((field, neq), (position, cased), others)| {
            let others = others.into_iter().map(quote).collect();
            new(field, ["fieldref", position, cased, neq], others)
        },
    )
}

/// A search through the whole event, for words that no number and no boolean holds: Keyward searches
/// those too.
fn keyword_item() -> impl Strategy<Value = Item> {
    let text = (select(vec!["contains", "startswith", "endswith"]), cased());
    let words = (text, vec(keyword(), 1..3))
        .prop_map(|((position, cased), words)| new("", [position, cased], words));
    let patterns = vec(select(vec!["^Bob$", "ob@", "^say", "(?i)ALICE", "日."]), 1..3);
    let regexes = (patterns, select(vec!["", "i"])).prop_map(|(patterns, flag)| {
        new("", ["re", flag], patterns.into_iter().map(quote).collect())
    });
    prop_oneof![2 => words, 1 => regexes]
}

/// A word to search for.
pub(crate) fn keyword() -> impl Strategy<Value = String> {
    let words =
        vec!["ALICE", "bob", "example.com", "Émile", r"temp\\\*", "what", "日", "two", "zzz"];
    select(words).prop_map(quote)
}

/// A condition on the elements of an array, each for itself: several items, items under names with a
/// condition of their own, or one item.
fn block() -> impl Strategy<Value = Item> {
    let each = || select(vec!["any", "all", "all_or_empty", "none"]);
    let items = || vec(member_item(), 1..4);
    let named = (select(vec!["a and not b", "a or b", "1 of them", "not a"]), items(), items());
    let operand = prop_oneof![
        3 => items().prop_map(Operand::Block),
        2 => named.prop_map(|(condition, a, b)| Operand::Conditional(condition, [a, b])),
    ];
    let fields = vec![("target", ".type"), ("target", ".detail.name"), ("tags", "")];
    let field =
        (select(fields), each()).prop_map(|((array, rest), each)| format!("{array}[{each}]{rest}"));
    let subject = field.prop_map(|field| (field, ""));
    let scalars = vec(text_item(Just((".".to_owned(), ""))), 1..3).prop_map(Operand::Block);
    let block =
        |array: &str, each: &str, operand| Item { key: format!("{array}[{each}]"), operand };
    prop_oneof![
        4 => (each(), operand).prop_map(move |(each, operand)| block("target", each, operand)),
        1 => (each(), scalars).prop_map(move |(each, operand)| block("tags", each, operand)),
        2 => text_item(subject),
    ]
}

/// An item about a field of a target.
fn member_item() -> impl Strategy<Value = Item> {
    let field = || select(vec!["type", "id", "detail.name"]);
    let subject = || (field().prop_map(str::to_owned), Just(""));
    prop_oneof![
        3 => text_item(subject()),
        2 => values_item(subject()),
        1 => order_item(field().prop_map(str::to_owned)),
        1 => exists_item(field()),
        1 => field().prop_map(|field| new(field, [], vec!["null".to_owned()])),
        1 => (field(), plain()).prop_map(|(field, value)| new(field, [], vec![value])),
    ]
}
