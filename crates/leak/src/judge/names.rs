//! What names say, by the catalog's table of them.

use std::collections::HashMap;
use std::sync::LazyLock;

use catalog::{CredentialName, credential_names};

use super::{Setting, Verdict, Vicinity};
use crate::context::{Context, Form, words};
use crate::leak::Confidence;
use crate::shape::{Shape, looks_random};

/// What the name of a value tells.
#[derive(Debug)]
pub(super) enum Named {
    /// It is that.
    As(Verdict),
    /// The thing of that name is public.
    Public,
    /// Nothing.
    Unknown,
}

/// The table by the last word of each name.
static BY_LAST: LazyLock<HashMap<&str, Vec<Row>>> = LazyLock::new(|| {
    let mut by_last: HashMap<&str, Vec<Row>> = HashMap::new();
    for name in credential_names() {
        let row = Row { name, shape: Shape::from_name(name.shape) };
        by_last.entry(name.words.last().copied().unwrap_or_default()).or_default().push(row);
    }
    by_last
});

#[derive(Debug)]
struct Row {
    name: &'static CredentialName,
    shape: Option<Shape>,
}

/// The words of a value's name and of the names around it, the outermost first.
pub(super) fn around(context: &Context) -> Vec<String> {
    let names = context.path.iter().map(String::as_str).chain(context.name.as_deref());
    names.flat_map(words).collect()
}

/// What the table says about `value` in its `context`.
pub(super) fn judge(value: &str, context: &Context, vicinity: Vicinity, setting: Setting) -> Named {
    let all = around(context);
    let own = context.name.as_deref().map(words).unwrap_or_default();
    let named = Words { all: &all, own: own_or_outer(&own, &all) };
    let mut best: Option<(usize, Confidence, Verdict)> = None;
    let mut public = 0;
    for (row, place) in named.rows() {
        if !applies(row, context, setting) || !named.ends_well(row, place) {
            continue;
        }
        // What is more telling: more words, and words nearer to the end.
        let weight = row.name.words.len() * 2 + usize::from(place == all.len());
        let Some(kind) = row.name.credential else {
            public = public.max(weight);
            continue;
        };
        let Some(confidence) = sure(row.name, &all, vicinity) else { continue };
        if !row.shape.is_some_and(|shape| shape.fits(value)) {
            continue;
        }
        if best.as_ref().is_none_or(|(least, sure, _)| (weight, confidence) > (*least, *sure)) {
            let why = format!("called `{}`", shown(context));
            best = Some((weight, confidence, Verdict { kind, confidence, why }));
        }
    }
    match best {
        Some((weight, _, verdict)) if weight >= public => Named::As(verdict),
        _ if public > 0 => Named::Public,
        _ => Named::Unknown,
    }
}

/// Whether any row has a value of this name and form.
pub(super) fn may_be(value: &str, context: &Context, setting: Setting) -> bool {
    let all = around(context);
    let own = context.name.as_deref().map(words).unwrap_or_default();
    let named = Words { all: &all, own: own_or_outer(&own, &all) };
    let fits = |row: &Row| row.shape.is_some_and(|shape| shape.fits(value));
    named.rows().any(|(row, place)| {
        applies(row, context, setting) && named.ends_well(row, place) && fits(row)
    })
}

/// Whether any row may have a value of this name, whatever encloses it: it has the last word of the row and its
/// form, or says nothing.
pub(super) fn may_be_called(name: &str, values: [&str; 2]) -> bool {
    let own = words(name);
    if own_or_outer(&own, &[]) == 0 {
        return true;
    }
    let rows = own.iter().filter_map(|word| BY_LAST.get(word.as_str())).flatten();
    let fits =
        |row: &Row| row.shape.is_some_and(|shape| values.iter().any(|value| shape.fits(value)));
    rows.into_iter().any(fits)
}

/// A name such as `value`, `default` or `data` says nothing; what is around it does.
fn own_or_outer(own: &[String], all: &[String]) -> usize {
    const EMPTY: [&str; 12] = [
        "value", "default", "data", "string", "content", "raw", "text", "b64", "base64", "encoded",
        "prod", "dev",
    ];
    let telling = own.iter().filter(|word| !EMPTY.contains(&word.as_str())).count();
    if telling == 0 { all.len() } else { own.len() }
}

/// The words of a name, and how many of the last are its own.
struct Words<'a> {
    all: &'a [String],
    own: usize,
}

impl Words<'_> {
    /// Rows of the table whose words stand together and end in the value's own name, with the place behind
    /// their last word.
    fn rows(&self) -> impl Iterator<Item = (&'static Row, usize)> {
        let first_own = self.all.len() - self.own;
        (first_own..self.all.len()).flat_map(move |last| {
            let rows = BY_LAST.get(self.all[last].as_str()).map(Vec::as_slice).unwrap_or_default();
            rows.iter()
                .filter(move |row| self.ends_with(&row.name.words, last))
                .map(move |row| (row, last + 1))
        })
    }

    /// Whether nothing behind the words makes it another thing: the time a `passwordChanged` is no password. What
    /// has a form of its own is told by that.
    fn ends_well(&self, row: &Row, place: usize) -> bool {
        const BESIDE: [&str; 28] = [
            "value",
            "prod",
            "production",
            "dev",
            "test",
            "testing",
            "stage",
            "staging",
            "qa",
            "old",
            "new",
            "b64",
            "base64",
            "encoded",
            "raw",
            "string",
            "text",
            "header",
            "env",
            "var",
            "default",
            "live",
            "sandbox",
            "preview",
            "primary",
            "secondary",
            "admin",
            "local",
        ];
        let has_form = row.shape.is_none_or(Shape::tells);
        let is_beside = |word: &String| {
            BESIDE.contains(&word.as_str()) || word.bytes().all(|byte| byte.is_ascii_digit())
        };
        has_form || self.all[place..].iter().all(is_beside)
    }

    fn ends_with(&self, words: &[&str], last: usize) -> bool {
        let before = &self.all[..=last];
        before.len() >= words.len()
            && before[before.len() - words.len()..]
                .iter()
                .zip(words)
                .all(|(one, other)| one == other)
    }
}

fn applies(row: &Row, context: &Context, setting: Setting) -> bool {
    let form = match row.name.form {
        None => true,
        Some("cookie") => context.form == Form::Cookie,
        Some("parameter") => context.form == Form::Parameter,
        Some("segment") => context.form == Form::Segment,
        Some(_) => false,
    };
    let here = match row.name.setting {
        None => true,
        Some("text") => setting == Setting::Text,
        Some(_) => setting == Setting::Recording,
    };
    // A segment of a path and a cookie are called by fewer names than anything else.
    let fits = row.name.form.is_some() || context.form != Form::Segment;
    form && here && fits
}

/// How sure a row is, by where the provider's word stands.
fn sure(name: &CredentialName, all: &[String], vicinity: Vicinity) -> Option<Confidence> {
    let Some(provider) = name.provider else { return parse(name.named) };
    if all.iter().any(|word| word == provider) || vicinity.block == Some(provider) {
        return parse(name.named);
    }
    if vicinity.has(provider) {
        return parse(name.near);
    }
    parse(name.alone)
}

fn parse(word: Option<&str>) -> Option<Confidence> {
    Some(match word? {
        "certain" => Confidence::Certain,
        "strong" => Confidence::Strong,
        "medium" => Confidence::Medium,
        _ => Confidence::Candidate,
    })
}

/// The name as a person would say it, with what encloses it; never longer than a line. What stands where a name
/// should and may itself be a value is left out.
fn shown(context: &Context) -> String {
    let names: Vec<&str> =
        context.path.iter().map(String::as_str).chain(context.name.as_deref()).collect();
    let from = names.len().saturating_sub(3);
    let names: Vec<&str> = names[from..].iter().map(|name| plain(name)).collect();
    names.join(".").chars().filter(|c| !c.is_control()).take(80).collect()
}

fn plain(name: &str) -> &str {
    let may_be_value = name.len() > 48 || (name.len() >= 14 && looks_random(name.as_bytes()));
    if may_be_value { "…" } else { name }
}
