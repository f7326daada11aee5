//! What to know of each kind of credential that leaked, and what to do: `catalog/guidance/<kind>.md`.

use std::sync::LazyLock;

use crate::table::find;

/// What the eight steps of [`Guidance::steps`] are about, in their order.
pub const STEPS: [&str; 8] = [
    "Revoke",
    "Audit",
    "Blast radius",
    "Rotate",
    "Update",
    "Harden",
    "Secrets management",
    "Detection",
];

macro_rules! texts {
    ($($kind:literal),* $(,)?) => {
        [$(($kind, include_str!(concat!("../../../catalog/guidance/", $kind, ".md")))),*]
    };
}

/// The kinds and their pages, in order of kind.
const TEXTS: [(&str, &str); 40] = texts![
    "auth0_access_token",
    "auth0_action_secret",
    "auth0_api_explorer_token",
    "auth0_authorization_code",
    "auth0_client_secret",
    "auth0_cookie_secret",
    "auth0_id_token",
    "auth0_log_stream_token",
    "auth0_mgmt_token",
    "auth0_refresh_token",
    "auth0_session_cookie",
    "okta_access_token",
    "okta_activation_token",
    "okta_agent_config",
    "okta_api_token",
    "okta_authorization_code",
    "okta_client_assertion",
    "okta_client_secret",
    "okta_custom_access_token",
    "okta_device_cookie",
    "okta_device_secret",
    "okta_dpop_proof",
    "okta_event_hook_secret",
    "okta_id_token",
    "okta_interaction_code",
    "okta_interaction_handle",
    "okta_one_time_code",
    "okta_password",
    "okta_recovery_token",
    "okta_refresh_token",
    "okta_session_cookie",
    "okta_session_token",
    "okta_state_handle",
    "okta_state_token",
    "okta_totp_seed",
    "okta_xsrf_token",
    "private_jwk",
    "private_key_pem",
    "saml_response",
    "scim_token",
];

static GUIDANCE: LazyLock<Vec<Guidance>> = LazyLock::new(|| {
    TEXTS.iter().filter_map(|(kind, text)| Guidance::read(kind, text).ok()).collect()
});

/// What to know and do when a credential of one kind leaked. Every entry is a sentence or a few, in
/// Markdown of backticks alone.
#[derive(Debug, PartialEq, Eq)]
pub struct Guidance {
    /// The kind, such as `okta_api_token`.
    pub kind: &'static str,
    /// What an attacker can do with it.
    pub attacker: Vec<&'static str>,
    /// What that comes to.
    pub impact: Vec<&'static str>,
    /// What an attacker still needs beside it.
    pub needs: Vec<&'static str>,
    /// How to see whether it is live, and what not to try.
    pub live: Vec<&'static str>,
    /// What to do, in order; [`STEPS`] names each.
    pub steps: [&'static str; 8],
    /// Who says so, each with a date.
    pub sources: Vec<&'static str>,
}

/// What is wrong with a page, as a line of it or the name of what lacks.
#[derive(Debug, PartialEq, Eq)]
struct Fault(&'static str);

/// The headings of the sections before the steps, in order.
const HEADINGS: [&str; 4] =
    ["What an attacker can do", "Impact", "What an attacker still needs", "Is it live"];

impl Guidance {
    /// The sections before the steps, each under its heading, in order. None is empty.
    pub fn sections(&self) -> impl Iterator<Item = (&'static str, &[&'static str])> {
        let items = [&self.attacker, &self.impact, &self.needs, &self.live];
        HEADINGS.into_iter().zip(items.map(Vec::as_slice))
    }

    /// Reads a page: a title, then sections of one-line items under fixed headings.
    fn read(kind: &'static str, text: &'static str) -> Result<Self, Fault> {
        let [attacker, impact, needs, live] = HEADINGS.map(|heading| items(text, heading));
        Ok(Self {
            kind,
            attacker: attacker?,
            impact: impact?,
            needs: needs?,
            live: live?,
            steps: steps(section(text, "Remediation")?)?,
            sources: items(text, "Sources")?,
        })
    }
}

/// The lines under a heading, up to the next one.
fn section(
    text: &'static str,
    heading: &'static str,
) -> Result<impl Iterator<Item = &'static str>, Fault> {
    let mut lines = text.lines();
    lines
        .find(|line| line.strip_prefix("## ") == Some(heading))
        .ok_or(Fault(heading))
        .map(|_| lines.take_while(|line| !line.starts_with('#')).filter(|line| !line.is_empty()))
}

/// The items of a section; at least one.
fn items(text: &'static str, heading: &'static str) -> Result<Vec<&'static str>, Fault> {
    let item = |line: &'static str| line.strip_prefix("- ").ok_or(Fault(line));
    let items: Vec<_> = section(text, heading)?.map(item).collect::<Result<_, _>>()?;
    if items.is_empty() { Err(Fault(heading)) } else { Ok(items) }
}

/// The eight steps, each as `1. **Revoke**: what to do`.
fn steps(mut lines: impl Iterator<Item = &'static str>) -> Result<[&'static str; 8], Fault> {
    let mut steps = [""; 8];
    for (idx, (slot, name)) in steps.iter_mut().zip(STEPS).enumerate() {
        let line = lines.next().ok_or(Fault(name))?;
        *slot = line
            .strip_prefix(|digit: char| digit.to_digit(10) == u32::try_from(idx + 1).ok())
            .and_then(|rest| rest.strip_prefix(". **")?.strip_prefix(name)?.strip_prefix("**: "))
            .ok_or(Fault(line))?;
    }
    lines.next().map_or(Ok(steps), |line| Err(Fault(line)))
}

/// What to know and do about every kind, in order of kind.
pub fn guidances() -> &'static [Guidance] {
    &GUIDANCE
}

/// What to know and do about a kind, named in any case; every kind of [`crate::credentials`] has it.
pub fn guidance(kind: &str) -> Option<&'static Guidance> {
    find(&GUIDANCE, |guidance| guidance.kind, kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Product, auth0_log_type, credential, credentials, field, okta_event_type, okta_event_types,
        open_parent,
    };

    #[test]
    fn every_kind_has_a_page_that_can_be_read() {
        let kinds: Vec<_> = TEXTS.iter().map(|(kind, _)| *kind).collect();
        let expected: Vec<_> = credentials().iter().map(|credential| credential.kind).collect();
        assert_eq!(kinds, expected);
        for (kind, text) in TEXTS {
            let read = Guidance::read(kind, text);
            assert!(read.is_ok(), "{kind}: {read:?}");
            let title = text.lines().next().and_then(|line| line.strip_prefix("# "));
            assert_eq!(title, credential(kind).map(|credential| credential.title));
            let headings = text.lines().filter(|line| line.starts_with("## ")).count();
            assert_eq!(headings, 6, "{kind}");
            assert_eq!(guidance(kind).map(|guidance| guidance.kind), Some(kind));
        }
    }

    #[test]
    fn every_entry_is_a_sentence_and_every_source_has_a_date() {
        for guidance in guidances() {
            let Guidance { kind, attacker, impact, needs, live, steps, sources } = guidance;
            let entries = [attacker, impact, needs, live].into_iter().flatten().chain(steps);
            for entry in entries {
                assert!(entry.ends_with(['.', '?']) && !entry.contains("  "), "{kind}: {entry}");
                assert!(entry.matches('`').count() % 2 == 0, "{kind}: {entry}");
            }
            for source in sources {
                let date = source.rsplit(' ').next().unwrap_or("");
                assert!(date.starts_with("20") && source.contains(", "), "{kind}: {source}");
            }
        }
    }

    /// No step of two kinds reads the same beyond a short phrase: what holds for every kind is not said.
    #[test]
    fn no_step_is_pasted() {
        let mut seen = std::collections::BTreeMap::new();
        for guidance in guidances() {
            for step in guidance.steps.into_iter().filter(|step| step.len() > 60) {
                let before = seen.insert(step, guidance.kind);
                assert_eq!(before, None, "{}: {step}", guidance.kind);
            }
        }
    }

    /// Words in backticks: names of events, fields, operations.
    fn named(text: &str) -> impl Iterator<Item = &str> {
        text.split('`').skip(1).step_by(2)
    }

    /// Fields of Auth0 are named as its own pages do, without the `data` of the envelope.
    fn is_known_field(name: &str) -> bool {
        let known =
            |product, path: &str| field(product, path).or(open_parent(product, path)).is_some();
        known(Product::Okta, name) || known(Product::Auth0, &format!("data.{name}"))
    }

    #[test]
    fn events_and_fields_that_are_named_exist() {
        let first = |name: &str| name.split('.').next().unwrap_or("").to_owned();
        let begins: std::collections::BTreeSet<String> =
            okta_event_types().iter().map(|event| first(event.id)).collect();
        for (kind, text) in TEXTS {
            for name in named(text).filter(|name| !name.contains([' ', '/', '='])) {
                let is_event = name.contains('.') && begins.contains(&first(name));
                let is_known = okta_event_type(name).is_some() || is_known_field(name);
                assert!(!is_event || is_known, "{kind}: {name}");
            }
        }
    }

    /// The step that reads the log names nothing that the log does not have.
    #[test]
    fn the_audit_names_events_fields_and_codes_alone() {
        for guidance in guidances() {
            let audit = guidance.steps[1];
            let mut n_events = 0;
            for name in named(audit).filter(|name| !name.contains([' ', '/', '='])) {
                let is_event = okta_event_type(name).is_some() || auth0_log_type(name).is_some();
                n_events += usize::from(is_event);
                let is_known = is_event || is_known_field(name) || OTHERS.contains(&name);
                assert!(is_known, "{}: {name}", guidance.kind);
            }
            assert!(n_events > 0, "{}: names no event", guidance.kind);
        }
    }

    /// What audits name beside events and fields: an event of AWS, claims, a grant type, a cookie's hash.
    const OTHERS: [&str; 4] = ["AssumeRoleWithSAML", "authorization_code", "jti", "sub"];

    #[test]
    fn what_is_no_page_is_refused() {
        let text = "# T\n## Impact\ntext\n";
        assert_eq!(Guidance::read("x", text), Err(Fault("What an attacker can do")));
        assert_eq!(items(text, "Impact"), Err(Fault("text")));
        assert_eq!(items("## Impact\n\n## Next\n- a\n", "Impact"), Err(Fault("Impact")));
        assert_eq!(steps(["1. **Revoke**: a."].into_iter()), Err(Fault("Audit")));
        assert_eq!(steps(["2. **Revoke**: a."].into_iter()), Err(Fault("2. **Revoke**: a.")));
    }

    #[test]
    fn guidance_is_found_by_kind() {
        let token = guidance("OKTA_API_TOKEN").unwrap();
        assert!(token.steps[0].contains("DELETE /api/v1/api-tokens/current"));
        assert_eq!(guidance("aws_access_key"), None);
    }
}
