//! One record of an Auth0 tenant's log, before and after it is written.

use serde_json::Value;

use super::Text;
use super::id::log_id;
use super::json::{Object, write_object};
use crate::clock::{Millis, published};
use crate::device::{Agent, Device};
use crate::place::Address;

/// The tenant's host name.
pub const TENANT: &str = "acme.us.auth0.com";

/// A log record before it is written.
#[derive(Debug)]
pub struct Log<'a> {
    /// `type`: `s`, `fp`, `sapi`, …
    pub code: &'static str,
    /// `description`.
    pub description: Text<'a>,
    /// `date`.
    pub at: Millis,
    /// The application; without one its members are missing.
    pub client: Option<Application<'a>>,
    /// The address that Auth0 saw.
    pub address: Option<&'a Address>,
    /// The machine, with its browser or program.
    pub device: Option<&'a Device>,
    /// Id, such as `auth0|…`, and name; without them both members are empty.
    pub user: Option<[&'a str; 2]>,
    /// Where the password was checked.
    pub connection: Option<&'a Connection>,
    /// `details`; null for none.
    pub details: Value,
    /// Members beside the usual ones: `audience`, `scope`, `session_id`, …
    pub members: Vec<(&'static str, Value)>,
}

/// An application of the tenant.
#[derive(Debug, Clone, Copy)]
pub struct Application<'a> {
    /// `client_id`.
    pub id: &'a str,
    /// `client_name`.
    pub name: &'a str,
}

/// A source of users.
#[derive(Debug)]
pub struct Connection {
    /// `con_…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `auth0`, `samlp`, …
    pub strategy: &'static str,
    /// `database`, `enterprise`, …
    pub strategy_type: &'static str,
}

impl<'a> Log<'a> {
    /// A record of which nothing else is known.
    pub fn new(code: &'static str, description: impl Into<Text<'a>>, at: Millis) -> Self {
        Self {
            code,
            description: description.into(),
            at,
            client: None,
            address: None,
            device: None,
            user: None,
            connection: None,
            details: Value::Null,
            members: Vec::new(),
        }
    }

    /// Sets where it came from.
    #[must_use]
    pub fn from(mut self, device: &'a Device, address: &'a Address) -> Self {
        (self.device, self.address) = (Some(device), Some(address));
        self
    }

    /// Sets whom it is about: id and name.
    #[must_use]
    pub fn of(mut self, id: &'a str, name: &'a str) -> Self {
        self.user = Some([id, name]);
        self
    }

    /// Sets the application.
    #[must_use]
    pub fn through(mut self, client: Application<'a>) -> Self {
        self.client = Some(client);
        self
    }

    /// Sets `details`.
    #[must_use]
    pub fn details(mut self, details: Value) -> Self {
        self.details = details;
        self
    }

    /// Adds a member.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.members.push((key, value.into()));
        self
    }

    /// Its `log_id` and itself, as the Management API answers: one line, without the wrapper of log streams. `number`
    /// counts the records of the tenant.
    pub fn line(&self, number: u64) -> (String, String) {
        let id = log_id(self.at, number);
        let mut out = String::with_capacity(1_536);
        write_object(&mut out, |object| {
            object.text("date", &published(self.at)).text("type", self.code);
            object.text("description", &self.description);
            self.write_connection(object);
            if let Some(client) = self.client {
                object.text("client_id", client.id).text("client_name", client.name);
            }
            self.write_origin(object);
            let [user, name] = self.user.unwrap_or_default();
            object.text("user_id", user).text("user_name", name);
            if let Some(connection) = self.connection {
                object.text("strategy", connection.strategy);
                object.text("strategy_type", connection.strategy_type);
            }
            for (key, value) in &self.members {
                object.raw(key, &value.to_string());
            }
            if !self.details.is_null() {
                object.raw("details", &self.details.to_string());
            }
            let mobile = self.device.is_some_and(|device| device.agent.device == "Mobile");
            object
                .text("tenant_name", "acme")
                .text("environment_name", "prod-us-1")
                .text("log_id", &id)
                .text("_id", &id)
                .raw("isMobile", if mobile { "true" } else { "false" })
                .raw("$event_schema", r#"{"version":"1.0.0"}"#);
        });
        (id, out)
    }

    fn write_connection(&self, object: &mut Object) {
        match self.connection {
            Some(connection) => {
                object.text("connection", &connection.name).text("connection_id", &connection.id);
            }
            None => {
                object.text("connection_id", "");
            }
        }
    }

    fn write_origin(&self, object: &mut Object) {
        if let Some(address) = self.address {
            object.text("ip", &address.ip);
        }
        if let Some(device) = self.device {
            object.text("user_agent", &short(device.agent));
            object.object("security_context", |context| {
                let ja4 = ["t13d1516h2", &device.fingerprint[..12], &device.fingerprint[20..]];
                context.text("ja3", &device.fingerprint).text("ja4", &ja4.join("_"));
            });
        }
        object.text("hostname", TENANT);
    }
}

/// `Chrome 142.0.0 / Mac OS X 10.15.7`: how Auth0 puts what a program says it is.
fn short(agent: &Agent) -> String {
    let program = match agent.browser {
        "CHROME" if agent.device == "Mobile" => version(agent.raw, "Chrome/", "Chrome Mobile"),
        "CHROME" => version(agent.raw, "Chrome/", "Chrome"),
        "CHROMIUM_EDGE" => version(agent.raw, "Edg/", "Edge"),
        "FIREFOX" => version(agent.raw, "Firefox/", "Firefox"),
        "SAFARI" if agent.device == "Mobile" => version(agent.raw, "Version/", "Mobile Safari"),
        "SAFARI" => version(agent.raw, "Version/", "Safari"),
        _ => "Other 0.0.0".to_owned(),
    };
    let system = match agent.platform {
        "OSX" => "Mac OS X 10.15.7",
        "WINDOWS" => "Windows 10.0.0",
        "IOS" => "iOS 26.1.0",
        "ANDROID" => "Android 16.0.0",
        "LINUX" => "Linux 0.0.0",
        _ => "Other 0.0.0",
    };
    format!("{program} / {system}")
}

/// The name, and the version that stands behind `mark`, in three parts.
fn version(raw: &str, mark: &str, name: &str) -> String {
    let rest = raw.split_once(mark).map_or("", |(_, rest)| rest);
    let version = rest.split(' ').next().unwrap_or_default();
    let part = |number| version.split('.').nth(number).unwrap_or("0");
    format!("{name} {}.{}.{}", part(0), part(1), part(2))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Application, Log};
    use crate::clock::midnight;
    use crate::device::{COMPUTERS, Device};
    use crate::place::HOSTING;
    use crate::random::Random;

    #[test]
    fn a_record_has_the_members_of_a_real_one() {
        let mut random = Random::new(1);
        let device = Device::new(&COMPUTERS[0], false, &mut random);
        let address = HOSTING.address(&mut random);
        let log = Log::new("seccft", "Client Credentials for Access Token", midnight(2026, 11, 18))
            .from(&device, &address)
            .through(Application { id: "exampleReportingJob0000000000001", name: "Reporting" })
            .with("scope", "read:users")
            .details(json!({ "access_token_jti": "x" }));
        let (id, line) = log.line(7);
        let read: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["log_id"], id.as_str());
        assert_eq!(read["user_agent"], "Chrome 142.0.0 / Mac OS X 10.15.7");
        assert_eq!(read["date"], "2026-11-18T00:00:00.000Z");
        assert_eq!((&read["user_id"], &read["scope"]), (&json!(""), &json!("read:users")));
    }
}
