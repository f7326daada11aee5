//! Any endpoint that takes OCSF over HTTP.

use std::sync::Arc;

use outbound::{HeaderName, Outbound, Secret};

use super::answer::accepted;
use super::{BoxFuture, Channel, Endpoint, Failure};
use crate::ocsf::{Telling, event};
use crate::{Clock, Delivery, Receipt};

/// Posts each message as one object of OCSF, class 2004 of version 1.5.0.
pub struct Ocsf {
    outbound: Outbound,
    clock: Arc<dyn Clock>,
    endpoint: Endpoint,
    headers: Vec<(HeaderName, Secret)>,
}

impl Ocsf {
    /// To an endpoint, with headers such as `authorization: Bearer …`.
    pub fn new(
        outbound: Outbound,
        clock: Arc<dyn Clock>,
        endpoint: Endpoint,
        headers: Vec<(HeaderName, Secret)>,
    ) -> Self {
        Self { outbound, clock, endpoint, headers }
    }

    async fn post(&self, delivery: &Delivery) -> Result<Receipt, Failure> {
        let key = delivery.key.as_str();
        let telling = Telling {
            turn: delivery.turn,
            uid: key,
            description: &delivery.alert.guide.why,
            first: &delivery.alert.guide.first,
            tactics: &delivery.alert.guide.tactics,
            now: self.clock.now(),
        };
        let body = event(&delivery.alert.finding, &telling).to_string();
        let keyed = self.endpoint.post(body).with("idempotency-key", Secret::new(key));
        let add = |request: outbound::Request, (name, value): &(HeaderName, Secret)| {
            request.with_own(name.clone(), value.clone())
        };
        let request = self.headers.iter().fold(keyed, add);
        let answer = accepted(&self.outbound, self.endpoint.origin(), request).await?;
        Ok(Receipt::new(None, &format!("status {}", answer.status)))
    }
}

impl Channel for Ocsf {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Receipt, Failure>> {
        Box::pin(self.post(delivery))
    }

    fn describe(&self) -> String {
        format!("OCSF to {}", self.endpoint)
    }
}
