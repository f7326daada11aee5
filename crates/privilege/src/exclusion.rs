//! Differences that somebody accepted, with a reason and a last day.

use jiff::civil::Date;

use crate::yaml::{self, Node};
use crate::{Comparison, Difference, Layer, Place};

/// Somebody's decision to live with a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// The name of the grant, or of what is lacking, as the report has it; a `*` at its end, never
    /// alone, stands for any rest.
    pub grant: String,
    /// Only of this kind; `None` is any.
    pub layer: Option<Layer>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Date,
    /// Where it stands.
    pub place: Place,
}

/// What became of exclusions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excluded {
    /// Those that would fit and hold no longer.
    pub expired: Vec<Exclusion>,
    /// Those that fit nothing.
    pub idle: Vec<Exclusion>,
}

impl Exclusion {
    fn fits(&self, difference: &Difference) -> bool {
        let is_named = match self.grant.strip_suffix('*') {
            Some(begin) => difference.name.starts_with(begin),
            None => difference.name == self.grant,
        };
        is_named && self.layer.is_none_or(|layer| layer == difference.layer)
    }

    fn holds(&self, today: Date) -> bool {
        today <= self.until
    }
}

/// Reads a file of exclusions, a list in YAML:
///
/// ```yaml
/// - grant: okta.users.manage     # as the report names it; `okta.apps.*` stands for all that begin so
///   layer: scope                 # scope, role, permission, resource or credential; may be left out
///   reason: the vendor's client asks for it
///   until: 2027-01-31            # the last day; it counts again on the next
/// ```
///
/// Fails with every mistake and its place; no exclusion of such a file may be used.
pub fn read_exclusions(path: &str, text: &str) -> Result<Vec<Exclusion>, Vec<(Place, String)>> {
    let place = |line: u32| Place { path: path.to_owned(), line: line.into() };
    let node =
        yaml::parse(text).map_err(|mistake| vec![(place(mistake.mark.line), mistake.what)])?;
    let Some(list) = node.list().or_else(|| node.is_null().then_some(&[])) else {
        return Err(vec![(
            place(node.mark.line),
            format!("expected a list of exclusions, found {}", node.kind()),
        )]);
    };
    let mut mistakes = Vec::new();
    let mut exclusions = Vec::new();
    for node in list {
        match exclusion(node, place(node.mark.line)) {
            Ok(exclusion) => exclusions.push(exclusion),
            Err(found) => {
                mistakes.extend(found.into_iter().map(|(line, what)| (place(line), what)));
            }
        }
    }
    if mistakes.is_empty() { Ok(exclusions) } else { Err(mistakes) }
}

const KEYS: [&str; 4] = ["grant", "layer", "reason", "until"];

fn exclusion(node: &Node, place: Place) -> Result<Exclusion, Vec<(u32, String)>> {
    let line = node.mark.line;
    let mut mistakes = Vec::new();
    for (key, _) in node.map().unwrap_or_default() {
        if !key.text().is_some_and(|key| KEYS.contains(&key)) {
            mistakes
                .push((key.mark.line, format!("unknown key, expected one of {}", KEYS.join(", "))));
        }
    }
    let mut value = |key: &str| {
        let text = node.get(key).and_then(Node::text).filter(|text| !text.trim().is_empty());
        if text.is_none() {
            mistakes.push((line, format!("an exclusion needs `{key}`")));
        }
        text.unwrap_or_default().to_owned()
    };
    let (grant, reason, until) = (value("grant"), value("reason"), value("until"));
    if let Some(node) = node.get("grant").filter(|_| !grant.is_empty() && is_anything(&grant)) {
        mistakes.push((node.mark.line, ANYTHING.to_owned()));
    }
    let until = until.parse::<Date>();
    if let (Err(_), Some(node)) = (&until, node.get("until")) {
        mistakes.push((node.mark.line, "`until` must be a day such as 2027-01-31".to_owned()));
    }
    let named = node.get("layer");
    let layer = named.and_then(Node::text).and_then(Layer::from_name);
    if let (None, Some(node)) = (layer, named) {
        let what = "`layer` must be scope, role, permission, resource or credential";
        mistakes.push((node.mark.line, what.to_owned()));
    }
    match until {
        Ok(until) if mistakes.is_empty() => Ok(Exclusion { grant, layer, reason, until, place }),
        _ => Err(mistakes),
    }
}

const ANYTHING: &str = "`grant` must say more than `*`, which would accept everything: at least how the names begin, as in `okta.apps.*`";

/// Whether it names nothing but a rest.
fn is_anything(grant: &str) -> bool {
    grant.chars().all(|mark| mark == '*' || mark.is_whitespace())
}

impl Comparison {
    /// Marks the differences that are accepted on that day. One that fits and has expired excludes nothing.
    pub fn exclude(&mut self, exclusions: &[Exclusion], today: Date) -> Excluded {
        let mut excluded = Excluded::default();
        for exclusion in exclusions {
            let mut fits = self.differences.iter_mut().filter(|one| exclusion.fits(one)).peekable();
            if fits.peek().is_none() {
                excluded.idle.push(exclusion.clone());
            } else if exclusion.holds(today) {
                fits.filter(|one| one.exclusion.is_none())
                    .for_each(|one| one.exclusion = Some(exclusion.clone()));
            } else {
                excluded.expired.push(exclusion.clone());
            }
        }
        excluded
    }
}
