//! What an incident is about: what its finding says, or the command line.

use jiff::Timestamp;
use serde_json::Value;

use super::incident::Subject;
use crate::args::About;
use crate::revoke::{Order, Target, Way};

impl Subject {
    /// What a finding is about. A leak says which one it is once it was matched to its token.
    pub(super) fn of_finding(finding: &Value) -> Self {
        let text = |pointer: &str| finding.pointer(pointer).and_then(Value::as_str);
        let owned = |pointer: &str| text(pointer).map(str::to_owned);
        let kind = owned("/credential/type").or_else(|| owned("/credential/kind"));
        let since = text("/credential/exposure/since").or_else(|| text("/first"));
        let since = since.and_then(|text| text.parse::<Timestamp>().ok());
        let mut subject = Self { kind, since, ..Self::default() };
        if finding.pointer("/credential").is_none() {
            subject.token = owned("/subject/token").filter(|id| id.starts_with("00T"));
            subject.client = owned("/subject/client");
            subject.session = owned("/subject/session");
            subject.user = owned("/subject/user_id").or_else(|| owned("/subject/user"));
            return subject;
        }
        let id = owned("/credential/token/id");
        subject.is_inferred = finding.pointer("/credential/token/certain") == Some(&false.into());
        match text("/credential/token/kind") {
            Some("api-token") => subject.token = id,
            Some("client-secret") => {
                subject.secret = id;
                subject.client = owned("/credential/token/owner_id");
            }
            Some("key") => {
                subject.key = id;
                subject.client = owned("/credential/token/owner_id")
                    .or_else(|| owned("/credential/token/owner"));
            }
            Some("client") => subject.client = id,
            Some("session") => subject.session = id,
            _ => {}
        }
        subject
    }

    /// The same with what the command line says in its place, where it says something.
    pub(super) fn or(&self, about: &About) -> Self {
        let About { token, client, secret, key, session, user } = about.clone();
        if [&token, &client, &session, &user].iter().all(|one| one.is_none()) {
            return self.clone();
        }
        let (kind, since) = (self.kind.clone(), self.since);
        Self { kind, token, client, secret, key, session, user, since, is_inferred: false }
    }

    /// What is to be shut off: the narrowest thing that is known. `None` if none is.
    pub(super) fn order(&self, way: Way, zone: Option<String>) -> Option<Order> {
        let Self { token, client, secret, key, session, user, .. } = self.clone();
        let target = match (token, client, secret, key, session, user) {
            (Some(token), ..) => Target::Token(token),
            (_, Some(client), Some(secret), ..) => Target::Secret { client, id: Some(secret) },
            (_, Some(client), _, Some(key), ..) => Target::Key { client, id: key },
            (_, Some(client), _, _, None, _) => Target::Client(client),
            (_, _, _, _, Some(session), _) => Target::Session(session),
            (.., Some(user)) => Target::SessionsOf { user, oauth_tokens: false },
            _ => return None,
        };
        Some(Order { target, way, zone })
    }

    /// Whether it leaves open what is to be shut off.
    pub(super) fn is_vague(&self) -> bool {
        self.is_inferred || self.order(Way::Plain, None).is_none()
    }

    /// Whether both mean the same thing to be shut off.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let target = |subject: &Self| subject.order(Way::Plain, None).map(|order| order.target);
        target(self).is_some() && target(self) == target(other)
    }

    /// The same in words.
    pub(super) fn told(&self) -> String {
        let order = self.order(Way::Plain, None);
        let told = order.map_or_else(
            || "it is not known which credential that is".to_owned(),
            |order| order.target.to_string(),
        );
        if self.is_inferred { format!("{told} (inferred)") } else { told }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(finding: &Value, expected: &str) {
        assert_eq!(Subject::of_finding(finding).told(), expected);
    }

    #[test]
    fn the_narrowest_thing_that_a_finding_names_is_meant() {
        let leak =
            |token: &Value| json!({"credential": {"type": "okta_api_token", "token": token}});
        let sure = json!({"kind": "api-token", "id": "00T1", "certain": true});
        check(&leak(&sure), "API token `00T1`");
        let one = json!({"kind": "api-token", "id": "00T1", "certain": false});
        check(&leak(&one), "API token `00T1` (inferred)");
        let secret = json!({"kind": "client-secret", "id": "ocs1", "owner_id": "0oa1"});
        check(&leak(&secret), "secret `ocs1` of `0oa1`");
        check(&leak(&json!(null)), "it is not known which credential that is");
        let subject = |subject: &Value| json!({"subject": subject});
        check(&subject(&json!({"token": "00T1", "user": "ada"})), "API token `00T1`");
        check(&subject(&json!({"session": "s1", "client": "c"})), "session `s1`");
        check(&subject(&json!({"user": "ada@example.com"})), "the sessions of `ada@example.com`");
    }
}
