//! Microsoft Teams, through a webhook of its Workflows.
//!
//! Source: Microsoft, "Create incoming webhooks with Workflows for Microsoft Teams" and "Send Adaptive Cards using an
//! incoming webhook", checked 2026-11-22.

use outbound::{Outbound, Secret};
use serde_json::json;

use super::answer::accepted;
use super::{BoxFuture, Channel, Endpoint, Failure};
use crate::message::{Message, card};
use crate::{Delivery, Receipt, Template};

/// Bytes of a card that are sent; messages end at 28 KB, all included.
const CARD_MAX: usize = 24_000;

/// Posts a card. What changes is a new card: a workflow cannot edit.
pub struct Teams {
    outbound: Outbound,
    endpoint: Endpoint,
    template: Option<Template>,
}

impl Teams {
    /// The workflow's address.
    pub fn new(outbound: Outbound, endpoint: Endpoint) -> Self {
        Self { outbound, endpoint, template: None }
    }

    /// With bodies in the words of a template, if there is one.
    #[must_use]
    pub fn told_as(self, template: Option<Template>) -> Self {
        Self { template, ..self }
    }

    async fn post(&self, delivery: &Delivery) -> Result<Receipt, Failure> {
        let message = Message::told(delivery, self.template.as_ref());
        let card = message.within(CARD_MAX, card, |card| card.to_string().len());
        let attachment = json!({
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": card,
        });
        let body = json!({"type": "message", "attachments": [attachment]}).to_string();
        let key = Secret::new(delivery.key.as_str());
        let request = self.endpoint.post(body).with("idempotency-key", key);
        accepted(&self.outbound, self.endpoint.origin(), request).await?;
        Ok(Receipt::new(None, "posted"))
    }
}

impl Channel for Teams {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Receipt, Failure>> {
        Box::pin(self.post(delivery))
    }

    fn shown(&self, delivery: &Delivery) -> Option<String> {
        Some(Message::told(delivery, self.template.as_ref()).text())
    }

    fn describe(&self) -> String {
        format!("Teams' workflow at {}", self.endpoint)
    }
}
