//! The finding itself, in the shape `keyward.finding/1`.

use std::sync::Arc;

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::credential::Credential;
use crate::evidence::{Evidence, cut};
use crate::fingerprint::Fingerprint;
use crate::level::Level;
use crate::place::{Place, Position};
use crate::rule::Rule;
use crate::subject::Subject;

/// The name of the shape, the first key of every finding.
pub const SCHEMA: &str = "keyward.finding/1";

/// Event ids that one finding names; `event_count` counts all.
pub const EVENTS_MAX: usize = 100;

/// By its own name, lest serde take it for something that lies in what is read.
type Schema = &'static str;

/// What an engine concluded. Serializes as `keyward.finding/1`, keys in this order.
///
/// A value that is not known is null, save in `subject` and for `place`, where it is left out. Read back it is the
/// same finding, but that times have milliseconds and a credential's value stays out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Always [`SCHEMA`]; another is refused where a finding is read.
    #[serde(deserialize_with = "schema")]
    pub schema: Schema,
    /// The same for the same rule, group and event, wherever it was found.
    pub id: Fingerprint,
    /// Which engine concluded.
    pub kind: Kind,
    /// How bad it is.
    pub level: Level,
    /// The rule that matched; shared between its findings.
    #[serde(serialize_with = "shared", deserialize_with = "sole")]
    pub rule: Arc<Rule>,
    /// When the event with which the finding begins happened.
    #[serde(serialize_with = "time")]
    pub time: Option<Timestamp>,
    /// Whose event it is: `okta`, `auth0`, or null when unknown.
    pub provider: Option<String>,
    /// The tenant, as the caller labelled it or the event names it.
    pub tenant: Option<String>,
    /// Who it is about.
    pub subject: Subject,
    /// Whether it may still change.
    pub state: State,
    /// How often it changed since it was first raised; 1 at first. What is settled and what is provisional count apart.
    pub revision: u32,
    /// Provisional findings that this one takes the place of.
    pub replaces: Vec<Fingerprint>,
    /// Findings with one case concern one subject, and follow each other if [`Cases`](crate::Cases) made it.
    pub case: Fingerprint,
    /// The earliest of its events.
    #[serde(serialize_with = "time")]
    pub first: Option<Timestamp>,
    /// The latest of its events.
    #[serde(serialize_with = "time")]
    pub last: Option<Timestamp>,
    /// How many events made it.
    pub event_count: u64,
    /// Their ids, at most [`EVENTS_MAX`], the earliest first.
    pub events: Vec<String>,
    /// What matched.
    pub evidence: Evidence,
    /// Whether an event came so late that settled state could not take it in.
    pub late: bool,
    /// Where the event stands; left out when it came from no file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The credential that lies there; left out of all but leaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<Box<Credential>>,
}

/// Which engine concluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A rule matched what happened.
    Detection,
    /// A credential lies where it should not.
    Leak,
    /// A key may do more than it needs.
    Privilege,
    /// A setting is weak.
    Posture,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Detection, Self::Leak, Self::Privilege, Self::Posture];

    /// The lower-case word, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Detection => "detection",
            Self::Leak => "leak",
            Self::Privilege => "privilege",
            Self::Posture => "posture",
        }
    }
}

/// Whether a finding may still change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Raised on arrival, before all earlier events are known to have come.
    Provisional,
    /// Final for the events up to the watermark.
    Settled,
    /// Taken back.
    Withdrawn,
}

/// One event that a rule matched, as far as a finding needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Occurrence {
    /// The provider's id of the event, or [`event_id`](crate::event_id) of its bytes.
    pub event_id: String,
    /// When it happened; `None` when it does not say.
    pub time: Option<Timestamp>,
    /// See [`Finding::provider`].
    pub provider: Option<String>,
    /// See [`Finding::tenant`].
    pub tenant: Option<String>,
    /// Who it is about.
    pub subject: Subject,
    /// What matched.
    pub evidence: Evidence,
    /// Where it stands.
    pub place: Option<Place>,
}

impl Finding {
    /// The finding of a rule without memory: one event, settled at once.
    pub fn of_event(rule: Arc<Rule>, level: Level, event: Occurrence) -> Self {
        let id = Fingerprint::of_finding(&rule.id, "", &event.event_id);
        let log = [event.provider.as_deref(), event.tenant.as_deref()];
        let case = event.subject.case(log, id.as_str());
        Self {
            schema: SCHEMA,
            id,
            kind: Kind::Detection,
            level,
            rule,
            time: event.time,
            provider: event.provider,
            tenant: event.tenant.map(|tenant| cut(&tenant)),
            subject: event.subject.cut(),
            state: State::Settled,
            revision: 1,
            replaces: Vec::new(),
            case,
            first: event.time,
            last: event.time,
            event_count: 1,
            events: vec![cut(&event.event_id)],
            evidence: event.evidence,
            late: false,
            place: event.place,
            credential: None,
        }
    }

    /// A credential at one place. The id is made of its kind, its fingerprint and the place, the case of its
    /// fingerprint alone, so that all places of one value are one case. In a history the place is the path:
    /// lines move.
    pub fn of_leak(rule: Arc<Rule>, level: Level, discovery: Discovery) -> Self {
        let Discovery { credential, place, time, provider, subject, count } = discovery;
        let at = place.history.as_ref().map_or_else(|| position(&place), |at| at.holds.clone());
        let id = Fingerprint::of_leak(&credential.kind, &credential.fingerprint, &place.path, &at);
        let case = Fingerprint::of_case(&["leak", &credential.fingerprint]);
        let history = place.history.as_deref();
        let (first, last) = (history.and_then(|h| h.first_seen), history.and_then(|h| h.last_seen));
        Self {
            schema: SCHEMA,
            id,
            kind: Kind::Leak,
            level,
            rule,
            time: time.or(first),
            provider,
            tenant: credential.tenant.as_ref().map(|tenant| cut(&tenant.host)),
            subject: subject.cut(),
            state: State::Settled,
            revision: 1,
            replaces: Vec::new(),
            case,
            first: time.or(first),
            last: time.or(last),
            event_count: count,
            events: Vec::new(),
            evidence: Evidence::default(),
            late: false,
            place: Some(place),
            credential: Some(Box::new(credential.cut())),
        }
    }
}

impl Finding {
    /// A difference between what a principal holds and what it needs. The id is made of the rule, the principal, the
    /// kind of grant and its name, the case of the principal alone: neither moves with files, lines or counts.
    pub fn of_privilege(rule: Arc<Rule>, level: Level, disparity: Disparity) -> Self {
        let Disparity { principal, layer, grant, .. } = &disparity;
        let id = Fingerprint::of_privilege(&rule.id, principal, layer, grant);
        let case = Fingerprint::of_case(&["privilege", principal]);
        let event = Occurrence {
            event_id: String::new(),
            time: disparity.seen.map(|(first, _)| first),
            provider: disparity.provider,
            tenant: None,
            subject: disparity.subject,
            evidence: disparity.evidence,
            place: disparity.place,
        };
        Self {
            id,
            kind: Kind::Privilege,
            case,
            last: disparity.seen.map(|(_, last)| last),
            event_count: disparity.count,
            events: Vec::new(),
            ..Self::of_event(rule, level, event)
        }
    }
}

impl Finding {
    /// One line that says what was found about whom; its text is as the event had it.
    pub fn headline(&self) -> String {
        let subject = &self.subject;
        let who = subject.key().map(|key| format!(": {}", key.value)).unwrap_or_default();
        let from = match (&subject.ip, subject.key()) {
            (Some(ip), Some(key)) if key.field != "ip" => format!(" from {ip}"),
            _ => String::new(),
        };
        format!("{}{who}{from}", self.rule.title)
    }
}

/// A grant that is too much or too little for a principal, as far as a finding needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Disparity {
    /// Who holds or lacks it: the id of a token, a client or a user.
    pub principal: String,
    /// What kind of grant: `scope`, `role`, `permission`, `resource`, `credential`.
    pub layer: String,
    /// The grant, or what is lacking.
    pub grant: String,
    /// Whose grant it is: `okta` or `auth0`.
    pub provider: Option<String>,
    /// The principal as one that may be acted on.
    pub subject: Subject,
    /// Why, and what would do instead.
    pub evidence: Evidence,
    /// Where the grant stands, or the first call that lacks it.
    pub place: Option<Place>,
    /// How many calls concern it.
    pub count: u64,
    /// First and last of them, where times are known.
    pub seen: Option<(Timestamp, Timestamp)>,
}

/// A credential at one place, as far as a finding needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// What it is; the value is in it only where somebody asked for it.
    pub credential: Credential,
    /// Where it lies.
    pub place: Place,
    /// When it was recorded; `None` where only the history of the place tells, or nothing.
    pub time: Option<Timestamp>,
    /// Whose kind of credential it is: `okta`, `auth0`, or none.
    pub provider: Option<String>,
    /// Who it speaks for, as far as it says.
    pub subject: Subject,
    /// How often it was seen at this place; more than once in a history alone.
    pub count: u64,
}

/// Line and column, or the byte, as one text.
fn position(place: &Place) -> String {
    let part = place.recording.as_deref().map(|at| format!("{:?} {}", at.entry, at.part));
    let column = place.column.unwrap_or(0);
    let at = match place.position {
        Position::Line(line) => format!("{line}:{column}"),
        Position::Offset(offset) => format!("@{offset}"),
    };
    format!("{at} {}", part.unwrap_or_default())
}

/// RFC 3339 in UTC with milliseconds, `2026-11-22T09:00:00.000Z`.
pub fn rfc3339(time: Timestamp) -> String {
    format!("{time:.3}")
}

#[expect(clippy::ref_option, reason = "the signature that serde asks for")]
fn time<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(rfc3339).serialize(serializer)
}

fn shared<S: Serializer>(rule: &Arc<Rule>, serializer: S) -> Result<S::Ok, S::Error> {
    rule.as_ref().serialize(serializer)
}

fn sole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Rule>, D::Error> {
    Rule::deserialize(deserializer).map(Arc::new)
}

fn schema<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static str, D::Error> {
    let name = String::deserialize(deserializer)?;
    let is_known = name == SCHEMA;
    is_known.then_some(SCHEMA).ok_or_else(|| D::Error::custom("no `keyward.finding/1`"))
}
