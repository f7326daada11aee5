//! One event as a timeline tells it.

use std::sync::LazyLock;

use catalog::Role;
use event::{AliasKind, Aliases, Entity, Event, Path};
use finding::rfc3339;
use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::args::{What, Whom};

/// Characters kept of a text.
const TEXT_MAX: usize = 160;

/// Things acted on that are kept of one event.
const TARGETS_MAX: usize = 8;

/// Where logs say in words what happened.
static WORDS: LazyLock<[Path; 2]> =
    LazyLock::new(|| ["displayMessage", "data.description"].map(Path::parse));

/// An event: when, what, who, whom, from where. What is not known is null or empty.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    /// When it happened.
    #[serde(serialize_with = "time")]
    pub(super) time: Option<Timestamp>,
    /// The provider's id, else a hash of its bytes.
    pub(super) id: String,
    /// Whose log it is from.
    pub(super) provider: Option<&'static str>,
    /// The event type or log code.
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    /// What the log says in words.
    pub(super) words: Option<String>,
    /// How it ended.
    pub(super) outcome: Option<String>,
    /// Why it ended so.
    pub(super) reason: Option<String>,
    /// Who acted.
    pub(super) user: Option<String>,
    /// Whom and what it was done to, each with its kind if the log has one.
    pub(super) targets: Vec<String>,
    /// From where and with what.
    #[serde(flatten)]
    pub(super) origin: Origin,
    /// The input it stands in.
    pub(super) path: String,
    /// The line on which it begins.
    pub(super) line: u64,
    /// Whether it does not name the subject, but is of somebody whom the findings are about.
    pub(super) is_context: bool,
}

/// From where and with what something was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Origin {
    /// The address.
    pub(super) ip: Option<String>,
    /// City and country of the address.
    pub(super) place: Option<String>,
    /// Number and owner of its network.
    pub(super) network: Option<String>,
    /// Id of the session.
    pub(super) session: Option<String>,
    /// Id of the token, never the token.
    pub(super) token: Option<String>,
    /// Id of the client.
    pub(super) client: Option<String>,
}

#[expect(clippy::ref_option, reason = "the signature that serde asks for")]
fn time<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(rfc3339).serialize(serializer)
}

impl Row {
    /// What a timeline tells of an event.
    pub(super) fn of(event: &Event<'_>, path: &str, line: u64) -> Self {
        let text = |role| event.entity(role).map(|text| cut(&text));
        let join = |one: Option<String>, other: Option<String>, between: &str| {
            let parts: Vec<_> = [one, other].into_iter().flatten().collect();
            (!parts.is_empty()).then(|| parts.join(between))
        };
        let actor = event.actor().unwrap_or_default();
        let id = event.id().map(|id| cut(&id));
        let asn = text(Role::Asn).map(|asn| format!("AS{}", asn.trim_start_matches("AS")));
        Self {
            time: event.time(),
            id: id.unwrap_or_else(|| finding::event_id(event.text().as_bytes())),
            provider: event.product().map(catalog::Product::name),
            kind: event.kind().map(|kind| cut(&kind)),
            words: WORDS.iter().find_map(|path| event.text_at(path)).map(|words| cut(&words)),
            outcome: event.outcome().map(|outcome| cut(outcome.name())),
            reason: text(Role::Reason),
            targets: targets(event, &actor),
            user: actor.name.or(actor.id).map(|user| cut(&user)),
            origin: Origin {
                ip: text(Role::Ip),
                place: join(text(Role::City), text(Role::Country), ", "),
                network: join(asn, text(Role::AsOrg), " "),
                session: text(Role::Session),
                token: text(Role::Token),
                client: text(Role::Client),
            },
            path: path.to_owned(),
            line,
            is_context: false,
        }
    }
}

/// What was acted on, the actor itself left out.
fn targets(event: &Event<'_>, actor: &Entity) -> Vec<String> {
    let is_actor = |target: &Entity| target.name.is_some() && target.name == actor.name;
    let targets = event.targets();
    targets.iter().filter(|target| !is_actor(target)).take(TARGETS_MAX).filter_map(target).collect()
}

fn target(target: &Entity) -> Option<String> {
    let name = target.name.as_ref().or(target.display.as_ref()).or(target.id.as_ref())?;
    let kind = target.kind.as_ref().map(|kind| format!(" ({kind})")).unwrap_or_default();
    Some(cut(&format!("{name}{kind}")))
}

/// The text itself, or its beginning.
fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT_MAX) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// How an event stands to a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The subject acted, or was used.
    Actor,
    /// It was acted on.
    Target,
    /// It is not in the event.
    None,
}

impl Whom {
    /// How an event stands to the subject.
    pub(super) fn part(&self, event: &Event<'_>, names: &Aliases) -> Part {
        let has = |role| event.entity(role).is_some_and(|text| text == self.value);
        let acts = match self.what {
            What::User => {
                actor_is(event, names, &|name| name.to_lowercase() == self.value.to_lowercase())
            }
            What::Ip => has(Role::Ip),
            What::Session => has(Role::Session) || has(Role::RootSession),
            What::Token => has(Role::Token),
            What::Client => has(Role::Client),
        };
        let is_target = || event.targets().iter().any(|target| self.is_target(target, names));
        match acts {
            true => Part::Actor,
            false if is_target() => Part::Target,
            false => Part::None,
        }
    }

    fn is_target(&self, target: &Entity, names: &Aliases) -> bool {
        let is_id = target.id.as_ref().is_some_and(|id| *id == self.value);
        let is_named = || {
            let lower = self.value.to_lowercase();
            let is =
                |name: &String| all_names(name, names).any(|name| name.to_lowercase() == lower);
            target.name.iter().chain(&target.id).any(is)
        };
        is_id || (self.what == What::User && is_named())
    }
}

/// Whether the login or id of who acted, or the name of either, is as asked.
pub(super) fn actor_is(event: &Event<'_>, names: &Aliases, is: &dyn Fn(&str) -> bool) -> bool {
    [Role::ActorName, Role::ActorId]
        .into_iter()
        .any(|role| event.entity(role).is_some_and(|text| all_names(&text, names).any(is)))
}

/// A login or id, and its name if it has one.
fn all_names<'t>(text: &'t str, names: &'t Aliases) -> impl Iterator<Item = &'t str> {
    std::iter::once(text).chain(names.resolve(AliasKind::User, text))
}
