//! The file of an attack, as it is written.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;

use crate::entry::Product;

/// A file of `attacks/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Script {
    pub(crate) title: String,
    pub(crate) source: String,
    provider: Provider,
    pub(crate) rules: Vec<String>,
    /// Ids of what the attack makes: what it is called here, and with what such ids begin.
    #[serde(default)]
    pub(crate) ids: BTreeMap<String, String>,
    #[serde(rename = "step")]
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Provider {
    Okta,
    Auth0,
}

/// Things that one person does in one place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// Since the attack began.
    pub(crate) at: SignedDuration,
    /// What happens, in a sentence.
    pub(crate) says: String,
    /// Whose account it is done with: a part of the [cast](super::cast), or `okta`.
    pub(crate) who: String,
    pub(crate) from: Post,
    /// In the session of somebody at some post, such as `user office`; their own if absent.
    pub(crate) session: Option<String>,
    /// Id of the API token it is done with, outside any session.
    pub(crate) token: Option<String>,
    #[serde(default)]
    pub(crate) does: Vec<Deed>,
}

/// Where something is done, and at which machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Post {
    /// The person's own computer at work.
    Office,
    /// The person's own computer at home.
    Home,
    /// The attacker's machine, behind an anonymizing service.
    Attacker,
    /// The attacker's machine with what the victim's browser kept, on rented hosting.
    Replica,
    /// A script on rented hosting.
    Server,
}

/// One line of a step: an activity that people have, or one event.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deed {
    /// Since the step began.
    #[serde(default)]
    pub(crate) after: SignedDuration,
    #[serde(default = "once")]
    pub(crate) times: u32,
    /// Between two times.
    #[serde(default)]
    pub(crate) every: SignedDuration,
    pub(crate) activity: Option<Activity>,
    /// Label of the app that an activity is about; name of the application of a log record.
    pub(crate) app: Option<String>,
    /// `eventType` of an event of Okta.
    pub(crate) event: Option<String>,
    /// `type` of a log record of Auth0.
    pub(crate) log: Option<String>,
    /// `displayMessage` or `description`; needed for types that ordinary work does not know.
    #[serde(default)]
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) uri: String,
    pub(crate) outcome: Option<String>,
    pub(crate) reason: Option<String>,
    #[serde(default)]
    pub(crate) debug: BTreeMap<String, String>,
    /// `credentialType`.
    pub(crate) credential: Option<String>,
    /// Id of the identity provider that vouched.
    pub(crate) issuer: Option<String>,
    /// Id of the program that acts in its own name; of a log record, `client_id`.
    pub(crate) client: Option<String>,
    /// Whether the event says what Okta makes of it: behaviors and risk.
    #[serde(default)]
    pub(crate) judged: bool,
    #[serde(default)]
    pub(crate) on: Vec<Aim>,
    /// Whether a log record is of a sign-in at the portal, whose connection it then names.
    #[serde(default)]
    pub(crate) portal: bool,
    /// Id and name of whom a log record is about.
    pub(crate) user: Option<[String; 2]>,
    /// `details` of a log record.
    #[serde(default)]
    pub(crate) details: Value,
    /// Other members of a log record.
    #[serde(default)]
    pub(crate) members: BTreeMap<String, Value>,
}

/// What people do anyway, with all the events that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Activity {
    /// Password, second factor, session, dashboard.
    SignIn,
    /// The password alone, after the policy has asked for more.
    Password,
    /// A wrong password.
    WrongPassword,
    /// The session begins, once its factors are there.
    Session,
    /// An app, through its policy.
    OpenApp,
    /// The Admin Console.
    AdminConsole,
    /// A push that the person refuses.
    PushDenied,
    /// A push that the person approves.
    PushApproved,
}

/// One of those that an event is about: a person, an app, a group, or any other thing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Aim {
    /// A part of the cast.
    pub(crate) person: Option<String>,
    /// The same as a user of an app.
    pub(crate) account: Option<String>,
    /// Label of an app.
    pub(crate) app: Option<String>,
    /// Name of a group.
    pub(crate) group: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) detail: BTreeMap<String, String>,
    /// What `changeDetails` says of before and after.
    #[serde(default)]
    pub(crate) before: Value,
    #[serde(default)]
    pub(crate) after: Value,
}

const fn once() -> u32 {
    1
}

/// Reads the file of an attack.
pub(crate) fn read(text: &str) -> Result<Script, toml::de::Error> {
    toml::from_str(text)
}

impl Script {
    pub(crate) fn provider(&self) -> Product {
        match self.provider {
            Provider::Okta => Product::Okta,
            Provider::Auth0 => Product::Auth0,
        }
    }

    /// From the beginning to the last thing done.
    pub(crate) fn length(&self) -> SignedDuration {
        let ends = self.steps.iter().flat_map(|step| {
            let deeds = step.does.iter().map(|deed| step.at + deed.length());
            deeds.chain([step.at])
        });
        ends.max().unwrap_or_default()
    }
}

impl Deed {
    fn length(&self) -> SignedDuration {
        let repeats = i32::try_from(self.times).unwrap_or(i32::MAX).saturating_sub(1);
        self.after + self.every * repeats
    }
}
