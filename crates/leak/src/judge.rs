//! What a value is, by its shape and by what stands around it: the ladder from certain to candidate.

mod names;

use catalog::{Credential, credential, is_okta_client_id, object_id};

use crate::context::{Context, Form};
use crate::har;
use crate::judge::names::Named;
use crate::leak::Confidence;
use crate::shape::{self, Look};

/// What a value is taken for.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    /// What it is.
    pub(crate) kind: &'static Credential,
    /// How sure that is.
    pub(crate) confidence: Confidence,
    /// Why, as a fragment that does not hold the value.
    pub(crate) why: String,
}

/// Where a value was met, which decides what is worth a word: a password in a recording of a browser is a
/// finding, one in a program's tests mostly none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setting {
    /// Files, history, logs.
    Text,
    /// A recording of a browser.
    Recording,
}

/// Whose things are near a value, beyond its own name and the names around it: `okta` or `auth0`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Vicinity {
    /// In its block, by a host, a public id or a name.
    pub(crate) block: Option<&'static str>,
    /// Within a few lines, by a word.
    pub(crate) lines: Option<&'static str>,
    /// In its file, by a host.
    pub(crate) file: Option<&'static str>,
}

impl Vicinity {
    /// Whether anything of `provider` is near.
    fn has(self, provider: &str) -> bool {
        [self.block, self.lines, self.file].contains(&Some(provider))
    }
}

/// Whether `value` may be a credential, whatever is near: asked first, since what is near costs more to find out.
pub(crate) fn may_be(value: &str, context: &Context, setting: Setting) -> bool {
    let is_told = context.scheme.is_some() || context.user.is_some();
    !context.is_reference && (is_told || names::may_be(value, context, setting) || has_form(value))
}

/// Whether one of `values`, two readings of one, may be a credential under `name`, whatever encloses it: asked before
/// anything farther away is read.
pub(crate) fn may_be_called(name: &str, values: [&str; 2]) -> bool {
    values.into_iter().any(has_form) || names::may_be_called(name, values)
}

/// Whether its form alone tells something.
fn has_form(value: &str) -> bool {
    shape::is_ssws(value) || shape::Shape::SessionToken.fits(value)
}

/// Whether a provider's word is in the names around a value.
pub(crate) fn is_of_a_provider(context: &Context) -> bool {
    names::around(context).iter().any(|word| word == "okta" || word == "auth0")
}

/// What `value` is in its `context`; `None` when nothing speaks for a credential.
pub(crate) fn judge(
    value: &str,
    context: &Context,
    vicinity: Vicinity,
    setting: Setting,
) -> Option<Verdict> {
    if context.is_reference || value.is_empty() || is_of_a_label(value) || is_object_id(value) {
        return None;
    }
    if let Some(verdict) = by_scheme(value, context, vicinity).or_else(|| by_user(value, context)) {
        return Some(verdict);
    }
    match names::judge(value, context, vicinity, setting) {
        Named::As(verdict) => Some(verdict),
        Named::Public => None,
        Named::Unknown => by_shape(value, context, vicinity),
    }
}

/// Whether a value is the id of an object in Okta, which is public.
fn is_object_id(value: &str) -> bool {
    object_id(value.as_bytes()).is_some_and(|id| id.is_met_anywhere)
}

/// Whether a value is the end of a label that stands in a redacted recording, `[OKTA_PASSWORD:9f3c2a10]`,
/// taken for a name and what it is given.
fn is_of_a_label(value: &str) -> bool {
    value.ends_with(']') && !value.starts_with('[') && har::is_piece_of_label(value)
}

/// `SSWS …` is Okta's own scheme; what stands behind it is a token and nothing else.
fn by_scheme(value: &str, context: &Context, vicinity: Vicinity) -> Option<Verdict> {
    let scheme = context.scheme.as_deref()?;
    if scheme.eq_ignore_ascii_case("ssws") {
        return match value.len() {
            42 if shape::is_ssws(value) => {
                verdict("okta_api_token", Confidence::Certain, "behind the scheme SSWS")
            }
            30..=60 if Look::of(value.as_bytes()).is_random() && !shape::is_placeholder(value) => {
                let why = "behind the scheme SSWS, but not of 42 characters";
                verdict("okta_api_token", Confidence::Candidate, why)
            }
            _ => None,
        };
    }
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    let is_scim = names::around(context).iter().any(|word| word == "scim");
    if is_bearer && is_scim && shape::Shape::Opaque.fits(value) {
        return verdict("scim_token", Confidence::Medium, "a bearer token beside the word scim");
    }
    (is_bearer && shape::is_ssws(value)).then_some(())?;
    let confidence = if vicinity.has("okta") { Confidence::Medium } else { Confidence::Candidate };
    verdict("okta_api_token", confidence, "behind the scheme Bearer, in the form of an API token")
}

/// `0oa…:secret`: an Okta client's id says whose secret follows.
fn by_user(value: &str, context: &Context) -> Option<Verdict> {
    let user = context.user.as_deref()?;
    let is_client = is_okta_client_id(user);
    let fits = shape::Shape::OktaSecret.fits(value) || shape::Shape::CustomSecret.fits(value);
    (is_client && fits).then_some(())?;
    verdict("okta_client_secret", Confidence::Certain, "behind the id of an Okta client")
}

/// What its form alone tells, where no name does.
fn by_shape(value: &str, context: &Context, vicinity: Vicinity) -> Option<Verdict> {
    if shape::is_ssws(value) {
        return bare_token(context, vicinity);
    }
    if shape::Shape::SessionToken.fits(value) && value.len() == 45 && vicinity.has("okta") {
        let why = "in the form of a session token, near Okta";
        return verdict("okta_session_token", Confidence::Medium, why);
    }
    None
}

/// A value in the form of an API token whose name says nothing.
fn bare_token(context: &Context, vicinity: Vicinity) -> Option<Verdict> {
    let okta = |words: &[String]| words.iter().any(|word| word == "okta");
    if context.form == Form::Call && okta(&names::around(context)) {
        let why = "given to a function of Okta, in the form of an API token";
        return verdict("okta_api_token", Confidence::Strong, why);
    }
    if okta(&names::around(context)) {
        let why = "under a name of Okta, in the form of an API token";
        return verdict("okta_api_token", Confidence::Medium, why);
    }
    if vicinity.has("okta") {
        let why = "in the form of an API token, near Okta";
        return verdict("okta_api_token", Confidence::Candidate, why);
    }
    None
}

fn verdict(kind: &str, confidence: Confidence, why: impl Into<String>) -> Option<Verdict> {
    Some(Verdict { kind: credential(kind)?, confidence, why: why.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "00kR3_vQ-8dLmN0pZxWcYtBaSeUfGhIjKoPq1r5T7w";

    fn named(name: &str, path: &[&str], form: Form) -> Context {
        Context {
            name: Some(name.to_owned()),
            form,
            path: path.iter().map(|&name| name.to_owned()).collect(),
            ..Context::default()
        }
    }

    fn check(
        value: &str,
        context: &Context,
        vicinity: Vicinity,
        expected: Option<(&str, Confidence)>,
    ) {
        for setting in [Setting::Text, Setting::Recording] {
            let verdict = judge(value, context, vicinity, setting);
            let told = verdict.map(|verdict| (verdict.kind.kind, verdict.confidence));
            assert_eq!(told, expected, "{context:?}");
        }
    }

    #[test]
    fn the_same_form_is_told_apart_by_its_name() {
        let none = Vicinity::default();
        let okta = Vicinity { file: Some("okta"), ..none };
        let cases = [
            ("OKTA_API_TOKEN", &[][..], none, Some(("okta_api_token", Confidence::Strong))),
            ("apiToken", &["okta"][..], none, Some(("okta_api_token", Confidence::Strong))),
            ("TOKEN", &[][..], none, Some(("okta_api_token", Confidence::Candidate))),
            ("TOKEN", &[][..], okta, Some(("okta_api_token", Confidence::Medium))),
            ("stateToken", &[][..], okta, Some(("okta_state_token", Confidence::Strong))),
            (
                "recoveryToken",
                &["okta"][..],
                none,
                Some(("okta_recovery_token", Confidence::Strong)),
            ),
            ("okta_commit", &[][..], none, None),
            ("rookTable", &[][..], none, None),
            ("code_verifier", &["okta"][..], okta, None),
        ];
        for (name, path, vicinity, expected) in cases {
            check(TOKEN, &named(name, path, Form::Assigned), vicinity, expected);
        }
    }

    #[test]
    fn ids_of_objects_are_public_under_any_name() {
        let context = named("interactionCode", &["okta"], Form::Assigned);
        check("0oa1k2m3n4p5q6r7s8t9", &context, Vicinity::default(), None);
    }

    #[test]
    fn a_scheme_makes_it_certain() {
        let context = Context { scheme: Some("SSWS".to_owned()), ..Context::default() };
        check(TOKEN, &context, Vicinity::default(), Some(("okta_api_token", Confidence::Certain)));
        check("[REDACTED]", &context, Vicinity::default(), None);
    }
}
