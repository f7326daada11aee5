//! A webhook of whoever wants one: `keyward.alert/1`, signed.

use std::sync::Arc;

use aws_lc_rs::hmac;
use outbound::{HeaderName, Outbound, Secret};

use super::answer::accepted;
use super::envelope::envelope;
use super::{BoxFuture, Channel, Endpoint, Failure};
use crate::{Clock, Delivery, Receipt};

/// Posts each message as JSON, its key in `Idempotency-Key`.
///
/// With a secret it is signed: `Keyward-Signature: t=<seconds since 1970>,v1=<hex>`, where `v1` is the HMAC-SHA256
/// under the secret of `t`, a full stop, the key, a full stop and the body. A receiver refuses what is older than five
/// minutes and a key that it has seen.
pub struct Webhook {
    outbound: Outbound,
    clock: Arc<dyn Clock>,
    endpoint: Endpoint,
    secret: Option<Secret>,
    headers: Vec<(HeaderName, Secret)>,
}

impl Webhook {
    /// To an endpoint, unsigned and with nothing of its own.
    pub fn new(outbound: Outbound, clock: Arc<dyn Clock>, endpoint: Endpoint) -> Self {
        Self { outbound, clock, endpoint, secret: None, headers: Vec::new() }
    }

    /// Signs each message.
    #[must_use]
    pub fn signed(self, secret: Secret) -> Self {
        Self { secret: Some(secret), ..self }
    }

    /// Adds a header to each message, such as `authorization`.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: Secret) -> Self {
        self.headers.push((name, value));
        self
    }

    async fn post(&self, delivery: &Delivery) -> Result<Receipt, Failure> {
        let body = envelope(delivery);
        let key = delivery.key.as_str();
        let signature = self.secret.as_ref().map(|secret| {
            let time = self.clock.now().as_second();
            format!("t={time},v1={}", signed(secret, time, key, &body))
        });
        let mut request = self.endpoint.post(body).with("idempotency-key", Secret::new(key));
        if let Some(signature) = signature {
            request = request.with("keyward-signature", Secret::new(signature));
        }
        for (name, value) in &self.headers {
            request = request.with_own(name.clone(), value.clone());
        }
        let answer = accepted(&self.outbound, self.endpoint.origin(), request).await?;
        Ok(Receipt::new(None, &format!("status {}", answer.status)))
    }
}

/// Hex of the signature.
fn signed(secret: &Secret, time: i64, key: &str, body: &str) -> String {
    let under = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    let tag = hmac::sign(&under, format!("{time}.{key}.{body}").as_bytes());
    tag.as_ref().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

impl Channel for Webhook {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Receipt, Failure>> {
        Box::pin(self.post(delivery))
    }

    fn describe(&self) -> String {
        let how = if self.secret.is_some() { "signed" } else { "unsigned" };
        format!("webhook to {}, {how}", self.endpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with Python's `hmac` and `hashlib`.
    #[test]
    fn a_signature_is_that_of_the_documentation() {
        let secret = Secret::new("a-secret-for-tests");
        assert_eq!(signed(&secret, 1_795_341_600, "0123.1", r#"{"a":1}"#), PYTHON);
    }

    const PYTHON: &str = "24be9b8560b88374897a8c036f5b10ab5ce74f97e00fd289c7b8a4fcc38123c3";
}
