//! Okta's System Log.
//!
//! Source: Okta System Log API and query guide, checked 2026-11-22.

use super::{Tenant, with_pairs, written};
use crate::{Error, Page, Provider, Query};

impl Tenant {
    pub(super) async fn okta_page(&self, query: &Query, limit: u32) -> Result<Page, Error> {
        let path = self.okta_path(query, limit)?;
        let leaf = self.leaf(&path, matches!(query, Query::Next(_)), limit).await?;
        let next = self.next(&leaf.answer)?;
        if next.is_none() && matches!(query, Query::Poll { .. }) {
            return Err(self.shape("it names no next page, and those of a poll never end"));
        }
        let is_bounded = is_bounded(query);
        // A page that is not full has shown all there is; asking on at once would be one request for nothing.
        let is_short = leaf.count < limit as usize;
        Ok(Page {
            body: leaf.answer.body,
            count: leaf.count,
            is_last: next.is_none() || (is_short && !is_bounded),
            next,
            asked: leaf.asked,
            share: leaf.share,
        })
    }

    fn okta_path(&self, query: &Query, limit: u32) -> Result<String, Error> {
        let limit_text = limit.to_string();
        let mut pairs: Vec<(&str, String)> = Vec::new();
        let filter = match query {
            Query::Next(cursor) => return Ok(cursor.with_limit("limit", limit)),
            Query::From { .. } => return Err(self.shape("only Auth0 goes on from an event")),
            Query::Poll { since, filter } => {
                pairs.extend(since.map(|since| ("since", written(since))));
                filter
            }
            Query::Bounded { since, until, filter } => {
                pairs.extend([("since", written(*since)), ("until", written(*until))]);
                filter
            }
        };
        pairs.extend(filter.clone().map(|filter| ("filter", filter)));
        pairs.extend([("sortOrder", "ASCENDING".to_owned()), ("limit", limit_text)]);
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Ok(with_pairs(Provider::Okta.log_path(), &pairs))
    }
}

/// Whether the pages end. The cursor of a bounded query carries its end.
fn is_bounded(query: &Query) -> bool {
    match query {
        Query::Bounded { .. } => true,
        Query::Next(cursor) => cursor.has("until"),
        Query::Poll { .. } | Query::From { .. } => false,
    }
}
