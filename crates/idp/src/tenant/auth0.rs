//! Auth0's tenant logs.
//!
//! Source: Auth0 "Retrieve log events using the Management API", checked 2026-11-22.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{Leaf, Tenant, with_pairs, written};
use crate::{Cursor, Error, Page, Provider, Query};

/// Pages of a search: it ends after 1,000 results.
const SEARCH_PAGES: u32 = 10;
/// Events on a page.
const TAKE: &str = "100";

#[derive(Deserialize)]
struct Identified {
    log_id: Option<String>,
    #[serde(rename = "_id")]
    old: Option<String>,
}

impl Tenant {
    pub(super) async fn auth0_page(&self, query: &Query) -> Result<Page, Error> {
        match query {
            Query::Poll { since, .. } => {
                let log_id = self.before(*since).await?;
                self.checkpoint(&from(&log_id), false).await
            }
            Query::From { log_id } => self.checkpoint(&from(log_id), true).await,
            Query::Next(cursor) => match cursor.value("page").and_then(|page| page.parse().ok()) {
                Some(page) => self.search(cursor.as_str(), page).await,
                None => self.checkpoint(cursor.as_str(), true).await,
            },
            Query::Bounded { since, until, filter } => {
                self.search(&search(*since, *until, filter.as_deref(), 0), 0).await
            }
        }
    }

    /// A page in the order in which events were written. The last one is empty, and leads to itself.
    async fn checkpoint(&self, path: &str, is_cursor: bool) -> Result<Page, Error> {
        let leaf = self.leaf(path, is_cursor, 0).await?;
        let next = match self.next(&leaf.answer)? {
            Some(next) => Some(next),
            None => self.behind(&leaf)?.or_else(|| path.parse().ok()),
        };
        let is_last = leaf.count == 0;
        Ok(page(leaf, next, is_last))
    }

    /// The place behind the last event of a page, for a server that does not name it.
    fn behind(&self, leaf: &Leaf) -> Result<Option<Cursor>, Error> {
        let last = identified(&leaf.answer.body).pop().and_then(id);
        if leaf.count > 0 && last.is_none() {
            return Err(self.shape("it neither names a next page nor the ids of its events"));
        }
        Ok(last.and_then(|log_id| from(&log_id).parse().ok()))
    }

    /// A page of a search, with the next one's number.
    async fn search(&self, path: &str, number: u32) -> Result<Page, Error> {
        let leaf = self.leaf(path, false, 0).await?;
        let is_last = leaf.count < 100;
        let next = (!is_last && number + 1 < SEARCH_PAGES)
            .then(|| path.replace(&format!("&page={number}"), &format!("&page={}", number + 1)))
            .and_then(|path| path.parse().ok());
        Ok(page(leaf, next, is_last))
    }

    /// An id to go on from so that nothing is missed that happened since a time: the smallest of the last events before it,
    /// for the very last may have been written later than events after it. Without any, an id of that time as Auth0 makes
    /// them: nothing lies before it.
    async fn before(&self, since: Option<Timestamp>) -> Result<String, Error> {
        let Some(since) = since else { return Ok(made(Timestamp::UNIX_EPOCH)) };
        // One that happened at that very time is not behind itself.
        let before = since.checked_sub(SignedDuration::from_millis(1)).unwrap_or(since);
        let query = format!("date:[* TO {}]", written(before));
        let pairs = [("q", query.as_str()), ("sort", "date:-1"), ("per_page", TAKE), ("page", "0")];
        let leaf = self.leaf(&with_pairs(Provider::Auth0.log_path(), &pairs), false, 0).await?;
        // Ids count up; one with more digits is greater.
        let ids = identified(&leaf.answer.body).into_iter().filter_map(id);
        let found = ids.min_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        Ok(found.unwrap_or_else(|| made(since)))
    }
}

fn page(leaf: Leaf, next: Option<Cursor>, is_last: bool) -> Page {
    Page {
        body: leaf.answer.body,
        count: leaf.count,
        next,
        is_last,
        asked: leaf.asked,
        share: leaf.share,
    }
}

fn from(log_id: &str) -> String {
    with_pairs(Provider::Auth0.log_path(), &[("from", log_id), ("take", TAKE)])
}

fn search(since: Timestamp, until: Timestamp, filter: Option<&str>, number: u32) -> String {
    let within = format!("date:[{} TO {}]", written(since), written(until));
    let query = filter.map_or(within.clone(), |filter| format!("{within} AND ({filter})"));
    let number = number.to_string();
    let pairs = [("q", query.as_str()), ("sort", "date:1"), ("per_page", TAKE), ("page", &number)];
    with_pairs(Provider::Auth0.log_path(), &pairs)
}

/// An id before all those of a time. Their form is not documented, but has been `900`, the time to the second and digits.
fn made(time: Timestamp) -> String {
    format!("900{}{:0>40}", time.strftime("%Y%m%d%H%M%S"), "")
}

fn identified(body: &[u8]) -> Vec<Identified> {
    serde_json::from_slice(body).unwrap_or_default()
}

fn id(event: Identified) -> Option<String> {
    event.log_id.or(event.old)
}
