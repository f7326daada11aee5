//! Names and values of a finding.

use finding::{Credential, Exposure, Finding, Place, Position, Subject};

use super::{line, moment};

/// Characters of a value that are kept.
const VALUE_MAX: usize = 240;

/// Addresses that are told.
const ADDRESSES_MAX: usize = 4;

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
        ("Allows", credential.and_then(allows)),
        ("Used since it leaked", credential.and_then(used)),
        ("New addresses", credential.and_then(foreign)),
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

/// What it allows whoever holds it, and what is not known of that.
fn allows(credential: &Credential) -> Option<String> {
    let radius = credential.blast_radius.as_ref()?;
    let known: Vec<_> = radius.roles.iter().chain(&radius.allows).map(String::as_str).collect();
    let gaps = match radius.gaps.as_slice() {
        [] => String::new(),
        gaps => format!(" (not known: {})", gaps.join(", ")),
    };
    let known =
        if known.is_empty() { "nothing that is known".to_owned() } else { known.join(", ") };
    Some(format!("{known}{gaps}"))
}

/// What was done with it, and whether that is all.
fn used(credential: &Credential) -> Option<String> {
    let exposure = credential.exposure.as_ref()?;
    let Exposure { events, writes, begins, since, .. } = exposure;
    let whole = if exposure.complete {
        String::new()
    } else {
        format!(", as far as is known: {}", exposure.why)
    };
    Some(format!(
        "{events} times, {writes} of them changes, since {begins} at {}{whole}",
        moment(*since)
    ))
}

/// From where it was used that it never was before.
fn foreign(credential: &Credential) -> Option<String> {
    let exposure = credential.exposure.as_ref()?;
    let shown: Vec<_> = exposure.addresses.iter().take(ADDRESSES_MAX).collect();
    let beyond = (exposure.addresses.len() - shown.len()) as u64 + exposure.addresses_beyond;
    let told = shown.iter().map(|address| {
        let network = address.network.as_ref().map(|network| format!(" ({network})"));
        format!("{}{} from {}", address.ip, network.unwrap_or_default(), moment(address.first))
    });
    let told = told.collect::<Vec<_>>().join(", ");
    let more = if beyond > 0 { format!(" and {beyond} more") } else { String::new() };
    (!told.is_empty()).then(|| format!("{told}{more}"))
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
