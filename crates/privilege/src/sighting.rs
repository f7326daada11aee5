//! What a reader saw: one call, declared or made.

use std::fmt;

use jiff::Timestamp;

use crate::Method;

/// One call as an input has it, borrowed from that input.
#[derive(Debug, Clone)]
pub struct Sighting<'a> {
    /// What was called.
    pub asked: Asked<'a>,
    /// What kind of witness the input is.
    pub evidence: EvidenceKind,
    /// Line in the input, from 1; of a document without lines the one where the call stands. 0: not known.
    pub line: u64,
    /// The text that stands for it in reports: the line, or `METHOD path`.
    pub input: &'a str,
    /// What people call it, such as `create user`, with remarks in parentheses; empty if nothing is said.
    pub label: &'a str,
    /// What is known of the request's body.
    pub body: Body<'a>,
    /// Status of the answer.
    pub status: Option<u16>,
    /// When.
    pub time: Option<Timestamp>,
    /// Which credential, by an id that is no secret: an API token's id, a client's id.
    pub credential: Option<&'a str>,
}

/// What was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked<'a> {
    /// A request: verb if it is said, and URL or path, with query, as written.
    Request {
        /// The verb; `None` where the input does not say it.
        method: Option<Method>,
        /// URL or path, with query, undecoded; `{userId}`, `:id`, `${id}`, `<id>`, `%s` may stand for ids.
        target: &'a str,
    },
    /// Operations by the vendor's names; one of them was called where there are several.
    Named {
        /// `operationId`s, or paths of methods in the libraries of Auth0. Several APIs may have one; that of
        /// the API, with a colon, may stand before it: `management:getUser`.
        names: &'a [&'a str],
        /// Ids of what was acted upon: (name of the parameter such as `userId`, id).
        ids: &'a [(&'a str, &'a str)],
    },
}

/// What is known of a request's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body<'a> {
    /// Nothing.
    Unknown,
    /// It has none.
    Empty,
    /// The dotted paths of its members, such as `credentials.password`.
    Members(&'a [&'a str]),
}

/// What kind of witness an input is, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// The vendor's audit log: writes only, of the last 90 days.
    AuditLog,
    /// A gateway's, proxy's or server's log of requests.
    AccessLog,
    /// A recording of a browser or a test.
    Recording,
    /// Code, a plan of Terraform, a description of an API.
    Source,
    /// A list that somebody wrote.
    Declared,
}

impl EvidenceKind {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuditLog => "audit_log",
            Self::AccessLog => "access_log",
            Self::Recording => "recording",
            Self::Source => "source",
            Self::Declared => "declared",
        }
    }

    /// Whether reads leave a trace in it.
    pub const fn shows_reads(self) -> bool {
        !matches!(self, Self::AuditLog)
    }
}

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The input's path as given.
    pub path: String,
    /// Line from 1; 0 where there is none.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.path),
            line => write!(f, "{}:{line}", self.path),
        }
    }
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line from 1; 0 where there is none.
    pub line: u64,
    /// What, in a lower-case fragment.
    pub what: String,
}

/// Whoever takes what a reader sees.
pub trait Taker {
    /// One call.
    fn sighting(&mut self, sighting: &Sighting<'_>);
    /// Something that could not be read; reading goes on behind it.
    fn fault(&mut self, fault: Fault);
    /// Something that looks like a call but is not counted as one, such as a URL in prose without a verb.
    fn passed_over(&mut self, line: u64, text: &str);
}
