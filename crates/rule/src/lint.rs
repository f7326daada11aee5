//! Advice about rules that load: what makes a rule miss, cost or mislead.
//!
//! A rule that means what a lint doubts says so with `allow:` and the codes.

mod events;
mod fields;
mod memory;
mod predicate;
mod prose;

use catalog::Product;

use self::predicate::Predicate;
use crate::diagnostic::{Code, Diagnostic};
use crate::rule::Rule;
use crate::span::Span;
use crate::yaml::Node;

/// What lints look at.
struct Subject<'r> {
    rule: &'r Rule,
    /// The product, if the catalog knows it.
    product: Option<Product>,
    /// Every test of a field, wherever it stands.
    predicates: Vec<Predicate<'r>>,
}

type Lint = fn(&Subject<'_>, &mut Vec<Diagnostic>);

/// Every lint, in order of its code.
const LINTS: &[Lint] = &[
    fields::display_message,
    fields::position,
    events::no_event_type,
    events::outcome,
    fields::unstable,
    events::unknown_event_type,
    fields::unknown_field,
    events::description_only,
    events::always_true,
    prose::attack,
    prose::falsepositives,
    prose::description,
    prose::id,
    prose::title,
    fields::value_less,
    prose::misspelled_key,
    fields::lone_all,
    prose::unknown_attack,
    prose::dates,
    memory::first_event,
    memory::no_group,
    memory::long_window,
    memory::lone_rule,
    memory::unknown_field,
];

/// What only people who get findings of the rule would miss.
const OF_FINDINGS: &[Code] =
    &[Code::NoAttack, Code::NoFalsePositives, Code::NoDescription, Code::OddId];

/// What is doubtful about a rule, by place. Rules that cannot be run are judged by their prose.
///
/// Looks many names up, so it belongs to checks rather than to loading.
pub fn lint(rule: &Rule) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let allowed = allowed(rule, &mut out);
    let subject = Subject { rule, product: rule.product(), predicates: predicate::of(rule) };
    for lint in LINTS {
        lint(&subject, &mut out);
    }
    drop_weaker(&mut out);
    if !rule.alerts {
        out.retain(|diagnostic| !OF_FINDINGS.contains(&diagnostic.code));
    }
    out.retain(|diagnostic| !allowed.contains(&diagnostic.code));
    out.sort_by_key(|diagnostic| (diagnostic.span(), diagnostic.code));
    out.dedup();
    out
}

impl Subject<'_> {
    /// The product, if the catalog has all of its types and fields, so that others are mistakes.
    fn cataloged(&self) -> Option<Product> {
        self.product.filter(|product| product.is_cataloged())
    }

    /// Where to place what concerns the whole rule.
    fn title(&self) -> Span {
        self.rule.origin.title
    }

    /// The tests of a field, in any case.
    fn tests_of(&self, field: &str) -> impl Iterator<Item = &Predicate<'_>> {
        self.predicates.iter().filter(move |test| test.field.eq_ignore_ascii_case(field))
    }

    /// Whether a field below `prefix` is tested.
    fn tests_below(&self, prefix: &str) -> bool {
        let below = |field: &str| {
            field.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        self.predicates.iter().any(|test| below(&test.field))
    }
}

/// Where a lint says what is wrong with a field, that it is unstable too says nothing new.
fn drop_weaker(out: &mut Vec<Diagnostic>) {
    let is_said =
        |said: &&Diagnostic| matches!(said.code, Code::DisplayMessage | Code::DescriptionOnly);
    let places: Vec<_> = out.iter().filter(is_said).map(Diagnostic::span).collect();
    out.retain(|said| said.code != Code::UnstableField || !places.contains(&said.span()));
}

/// The codes under `allow:`.
fn allowed(rule: &Rule, out: &mut Vec<Diagnostic>) -> Vec<Code> {
    let node = rule.about.custom.iter().find(|(key, _)| key == "allow").map(|(_, node)| node);
    let nodes = node.map(|node| node.seq().unwrap_or(std::slice::from_ref(node)));
    let mut codes = Vec::new();
    for node in nodes.unwrap_or_default() {
        let text = node.text().unwrap_or_default();
        match Code::ALL.iter().find(|code| code.as_str() == text && code.is_lint()) {
            Some(code) => codes.push(*code),
            None => out.push(unknown_code(node, text)),
        }
    }
    codes
}

fn unknown_code(node: &Node, text: &str) -> Diagnostic {
    let message = format!("`{text}` is not the code of a lint");
    Diagnostic::warning(Code::UnknownValue, node.span, message)
}
