//! Names and values of a finding.

use finding::{Credential, Finding, Place, Position, Subject};

use super::{line, moment};

/// Characters of a value that are kept.
const VALUE_MAX: usize = 240;

/// Fields of evidence that are told.
const SEEN_MAX: usize = 10;

/// Who, from where, when, with what; in the order in which a person asks.
pub(super) fn facts(finding: &Finding) -> Vec<(&'static str, String)> {
    let credential = finding.credential.as_deref();
    let all = [
        ("Who", who(&finding.subject)),
        ("To whom", finding.subject.target.clone()),
        ("From", finding.subject.ip.clone()),
        ("When", when(finding)),
        ("Tenant", tenant(finding)),
        ("Credential", credential.map(held)),
        ("Checked", credential.and_then(checked)),
        ("Token of the provider", credential.and_then(token)),
        ("Used since it leaked", credential.and_then(used)),
        ("Where", finding.place.as_ref().filter(|_| credential.is_some()).map(place)),
        ("Client", finding.subject.client.clone()),
        ("Token", finding.subject.token.clone()),
        ("Session", finding.subject.session.clone()),
        ("Device", finding.subject.device.clone()),
        ("Rule", rule(finding)),
        ("Case", Some(finding.case.to_string())),
    ];
    let known = all.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let told = known.map(|(name, value)| (name, line(&value, VALUE_MAX)));
    told.filter(|(_, value)| !value.is_empty()).collect()
}

/// What the rule looked at.
pub(super) fn seen(finding: &Finding) -> Vec<(String, String)> {
    let told = |text: &str, most| match line(text, most) {
        empty if empty.is_empty() => "(empty)".to_owned(),
        text => text,
    };
    let fields = finding.evidence.iter().take(SEEN_MAX);
    fields.map(|(field, values)| (told(field, 80), told(&values.join(", "), VALUE_MAX))).collect()
}

fn who(subject: &Subject) -> Option<String> {
    match (&subject.user, &subject.user_id) {
        (Some(user), Some(id)) if user != id => Some(format!("{user} ({id})")),
        (Some(user), _) => Some(user.clone()),
        (None, id) => id.clone(),
    }
}

fn when(finding: &Finding) -> Option<String> {
    let count = match finding.event_count {
        0 | 1 => String::new(),
        n => format!(", {n} events"),
    };
    match (finding.first.or(finding.time), finding.last) {
        (Some(first), Some(last)) if first < last => {
            Some(format!("{} to {}{count}", moment(first), moment(last)))
        }
        (Some(first), _) => Some(format!("{}{count}", moment(first))),
        (None, _) => None,
    }
}

fn tenant(finding: &Finding) -> Option<String> {
    match (&finding.tenant, &finding.provider) {
        (Some(tenant), Some(provider)) => Some(format!("{tenant} ({provider})")),
        (tenant, provider) => tenant.as_ref().or(provider.as_ref()).cloned(),
    }
}

fn held(credential: &Credential) -> String {
    let Credential { kind, mask, confidence, .. } = credential;
    format!("{kind} {mask} ({confidence})")
}

fn checked(credential: &Credential) -> Option<String> {
    let verification = credential.verification.as_ref()?;
    let at = verification.at.map(|at| format!(" at {}", moment(at))).unwrap_or_default();
    Some(format!("{} ({}){at}: {}", verification.status, verification.mode, verification.why))
}

fn token(credential: &Credential) -> Option<String> {
    let token = credential.token.as_ref()?;
    let named = token.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let owner = token.owner.as_ref().map(|owner| format!(" of {owner}")).unwrap_or_default();
    let doubt = if token.certain { "" } else { ", which is inferred" };
    Some(format!("{} {}{named}{owner}: {}{doubt}", token.kind, token.id, token.matched_by))
}

fn used(credential: &Credential) -> Option<String> {
    let exposure = credential.exposure.as_ref()?;
    let since = moment(exposure.since);
    Some(format!("{} times, {} of them changes, since {since}", exposure.events, exposure.writes))
}

fn place(place: &Place) -> String {
    let at = match place.position {
        Position::Line(number) => format!("line {number}"),
        Position::Offset(number) => format!("byte {number}"),
    };
    let commit = place.history.as_ref().and_then(|history| history.commit.as_ref());
    let commit = commit.map(|commit| format!(", commit {} by {}", commit.id, commit.author));
    format!("{}, {at}{}", place.path, commit.unwrap_or_default())
}

fn rule(finding: &Finding) -> Option<String> {
    let rule = &finding.rule;
    let name = if rule.name.is_empty() { &rule.id } else { &rule.name };
    let attack = match rule.attack.as_slice() {
        [] => String::new(),
        techniques => format!(" ({})", techniques.join(", ")),
    };
    (!name.is_empty()).then(|| format!("{name}{attack}"))
}
