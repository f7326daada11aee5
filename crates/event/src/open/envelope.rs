//! The envelopes that other programs put around records, and how they are told from records.

use super::{has_only, is_text};
use crate::doc::Node;
use crate::event::Event;
use crate::lookup::member;

/// How an envelope is told from a record that has a member of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// One of these members stands beside what it holds.
    Beside(&'static [&'static str]),
    /// One of these members stands beside what it holds, and no other.
    BesideOnly(&'static [&'static str]),
    /// It holds a list, and no member beside it but these.
    ListWithOnly(&'static [&'static str]),
    /// Only by what it holds: records of a known product.
    Known,
}

/// One kind of envelope.
pub(super) struct Envelope {
    /// Members that lead to the record, to a list of some, or to a string that holds one.
    path: &'static [&'static str],
    /// What tells it from a record.
    pub(super) sign: Sign,
}

/// The envelopes, surest first. Sources: Okta event hooks and log streaming, Auth0 log streams and
/// Management API, Splunk HTTP event collector and search export, Elasticsearch, Amazon's logging
/// and queueing, Azure Event Grid and diagnostic settings, and Microsoft Graph documentation, checked 2026-11-22.
pub(super) const ENVELOPES: &[Envelope] = &[
    Envelope {
        path: &["data", "events"],
        sign: Sign::Beside(&["eventTypeVersion", "cloudEventsVersion"]),
    },
    Envelope { path: &["detail"], sign: Sign::Beside(&["detail-type"]) },
    Envelope { path: &["_source"], sign: Sign::Beside(&["_index", "_id", "_score"]) },
    Envelope { path: &["hits", "hits"], sign: Sign::Beside(&["took", "timed_out", "_shards"]) },
    Envelope {
        path: &["event"],
        sign: Sign::BesideOnly(&["time", "host", "source", "sourcetype", "index", "fields"]),
    },
    Envelope { path: &["result"], sign: Sign::Beside(&["preview", "offset", "lastrow"]) },
    Envelope { path: &["results"], sign: Sign::Beside(&["preview", "init_offset"]) },
    Envelope {
        path: &["logs"],
        sign: Sign::ListWithOnly(&["start", "limit", "length", "total", "next"]),
    },
    Envelope { path: &["Records"], sign: Sign::ListWithOnly(&[]) },
    Envelope { path: &["records"], sign: Sign::ListWithOnly(&[]) },
    Envelope { path: &["logEvents"], sign: Sign::Beside(&["logGroup"]) },
    Envelope { path: &["value"], sign: Sign::Beside(&["@odata.context"]) },
    Envelope { path: &["value"], sign: Sign::ListWithOnly(&["@odata.nextLink", "@odata.count"]) },
    Envelope { path: &["properties"], sign: Sign::Known },
    Envelope { path: &["event"], sign: Sign::Known },
    Envelope { path: &["data"], sign: Sign::Known },
    Envelope { path: &["detail"], sign: Sign::Known },
    Envelope { path: &["events"], sign: Sign::Known },
    Envelope { path: &["logs"], sign: Sign::Known },
    Envelope { path: &["records"], sign: Sign::Known },
    Envelope { path: &["event", "original"], sign: Sign::Known },
    Envelope { path: &["event.original"], sign: Sign::Known },
    Envelope { path: &["_raw"], sign: Sign::Known },
    Envelope { path: &["message"], sign: Sign::Known },
    Envelope { path: &["body"], sign: Sign::Known },
];

/// What an envelope holds.
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    /// A record.
    One(Node<'a>),
    /// A list of records.
    Many(Node<'a>),
    /// A string that may hold a record.
    Text(Node<'a>),
}

impl Envelope {
    /// What a record holds, if it has the members of this envelope.
    pub(super) fn content<'a>(&self, event: &Event<'a>) -> Option<Content<'a>> {
        let (first, rest) = self.path.split_first()?;
        let node = event.top_member(first)?;
        let node = rest.iter().try_fold(node, |node, name| member(node, name).ok().flatten())?;
        let content = Content::of(node, self.sign)?;
        self.has_sign(event, first, content).then_some(content)
    }

    fn has_sign(&self, event: &Event<'_>, first: &str, content: Content<'_>) -> bool {
        let only = |names: &[&str]| has_only(event.root(), &[names, &[first]].concat());
        let beside = |names: &[&str]| names.iter().any(|name| event.top_member(name).is_some());
        match self.sign {
            Sign::Beside(names) => beside(names),
            Sign::BesideOnly(names) => beside(names) && only(names),
            Sign::ListWithOnly(names) => matches!(content, Content::Many(_)) && only(names),
            Sign::Known => true,
        }
    }
}

impl<'a> Content<'a> {
    fn of(node: Node<'a>, sign: Sign) -> Option<Self> {
        if node.is_object() {
            return Some(Self::One(node));
        }
        if node.is_array() {
            // What stands beside it tells that records are meant, even if none of them is one.
            let is_sure = matches!(sign, Sign::Beside(_));
            let holds_records = match node.elements().next() {
                Some(first) => first.is_ok_and(Node::is_object),
                None => true,
            };
            return (is_sure || holds_records).then_some(Self::Many(node));
        }
        is_text(Some(node)).then_some(Self::Text(node))
    }
}

/// Members of what Amazon Data Firehose sends to an HTTP endpoint or a function.
const FIREHOSE: [&str; 7] = [
    "requestId",
    "timestamp",
    "records",
    "invocationId",
    "deliveryStreamArn",
    "sourceKinesisStreamArn",
    "region",
];

/// Whether an envelope holds its records in base64: Firehose's `records[].data`, or the `awslogs.data`
/// of a log subscription. Source: AWS documentation, checked 2026-11-22.
pub(super) fn is_encoded(node: Node<'_>) -> bool {
    let member = |node, name| member(node, name).ok().flatten();
    if let Some(logs) = member(node, "awslogs") {
        return has_only(node, &["awslogs"]) && is_text(member(logs, "data"));
    }
    let Some(records) = member(node, "records").filter(|_| has_only(node, &FIREHOSE)) else {
        return false;
    };
    let data =
        records.elements().next().and_then(Result::ok).and_then(|first| member(first, "data"));
    data.is_some_and(|data| is_text(Some(data)) && !data.text().contains(['{', ' ', '\\']))
}
