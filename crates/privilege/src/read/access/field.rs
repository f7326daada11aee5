//! What fields of logs in JSON are called.

/// What a field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Method,
    /// URL or path; the higher the number, the more of the URL it is said to be.
    Target(u8),
    Query,
    Host,
    Status,
    Time,
    Credential,
    /// Verb, target and version.
    Request,
    /// A line of text, or JSON again.
    Line,
}

/// Names in small letters, without `_`, `-`, `.`, `@`, `:`, in order.
const NAMES: [(&str, Field); 87] = [
    ("apitokenid", Field::Credential),
    ("args", Field::Query),
    ("authority", Field::Host),
    ("clientid", Field::Credential),
    ("clientrequesthost", Field::Host),
    ("clientrequestmethod", Field::Method),
    ("clientrequesturi", Field::Target(3)),
    ("cshost", Field::Host),
    ("csmethod", Field::Method),
    ("csuriquery", Field::Query),
    ("csuristem", Field::Target(2)),
    ("date", Field::Time),
    ("datetime", Field::Time),
    ("downstreamstatus", Field::Status),
    ("edgeresponsestatus", Field::Status),
    ("edgestarttimestamp", Field::Time),
    ("elbstatuscode", Field::Status),
    ("endpoint", Field::Target(1)),
    ("eventtime", Field::Time),
    ("fullurl", Field::Target(4)),
    ("host", Field::Host),
    ("httphost", Field::Host),
    ("httpmethod", Field::Method),
    ("httppath", Field::Target(2)),
    ("httprequest", Field::Request),
    ("httprequestmethod", Field::Method),
    ("httprequestpath", Field::Target(2)),
    ("httpresponsestatuscode", Field::Status),
    ("httpstatus", Field::Status),
    ("httpstatuscode", Field::Status),
    ("httptarget", Field::Target(3)),
    ("httpurl", Field::Target(4)),
    ("log", Field::Line),
    ("message", Field::Line),
    ("method", Field::Method),
    ("msec", Field::Time),
    ("msg", Field::Line),
    ("originaluri", Field::Target(3)),
    ("originstatus", Field::Status),
    ("path", Field::Target(2)),
    ("query", Field::Query),
    ("queryparams", Field::Query),
    ("querystring", Field::Query),
    ("rawpath", Field::Target(2)),
    ("rawuri", Field::Target(3)),
    ("remoteuser", Field::Credential),
    ("reqmethod", Field::Method),
    ("request", Field::Request),
    ("requestauthority", Field::Host),
    ("requesthost", Field::Host),
    ("requestline", Field::Request),
    ("requestmethod", Field::Method),
    ("requestpath", Field::Target(2)),
    ("requestquery", Field::Query),
    ("requesttime", Field::Time),
    ("requesttimeepoch", Field::Time),
    ("requesturi", Field::Target(3)),
    ("requesturl", Field::Target(4)),
    ("requestverb", Field::Method),
    ("responsecode", Field::Status),
    ("responsestatus", Field::Status),
    ("responsestatuscode", Field::Status),
    ("scstatus", Field::Status),
    ("serveraddress", Field::Host),
    ("servername", Field::Host),
    ("startedat", Field::Time),
    ("starttime", Field::Time),
    ("startutc", Field::Time),
    ("status", Field::Status),
    ("statuscode", Field::Status),
    ("textpayload", Field::Line),
    ("time", Field::Time),
    ("timeiso8601", Field::Time),
    ("timelocal", Field::Time),
    ("timestamp", Field::Time),
    ("tokenid", Field::Credential),
    ("ts", Field::Time),
    ("uri", Field::Target(3)),
    ("uripath", Field::Target(2)),
    ("url", Field::Target(3)),
    ("urldomain", Field::Host),
    ("urlfull", Field::Target(4)),
    ("urloriginal", Field::Target(4)),
    ("urlpath", Field::Target(2)),
    ("urlquery", Field::Query),
    ("verb", Field::Method),
    ("vhost", Field::Host),
];

/// Objects in which fields of a request stand.
const AROUND: [&str; 22] = [
    "attributes",
    "context",
    "data",
    "event",
    "fields",
    "headers",
    "http",
    "httprequest",
    "httpresponse",
    "jsonpayload",
    "log",
    "payload",
    "properties",
    "req",
    "request",
    "requestcontext",
    "res",
    "response",
    "result",
    "server",
    "source",
    "url",
];

/// The longest name that is known.
const NAME_BYTES_MAX: usize = 24;

/// A key, and what it is called.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Name {
    bytes: [u8; NAME_BYTES_MAX],
    length: usize,
}

impl Name {
    /// The name of a key; empty if it is longer than any that is known.
    pub(super) fn of(key: &str) -> Self {
        let mut name = Self::default();
        for byte in key.bytes().filter(|byte| !b"_-.@:$".contains(byte)) {
            let Some(room) = name.bytes.get_mut(name.length) else { return Self::default() };
            *room = byte.to_ascii_lowercase();
            name.length += 1;
        }
        name
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or("")
    }

    /// What the field of that name in an object of the name `parent` says.
    pub(super) fn field(&self, parent: Self) -> Option<Field> {
        match (parent.text(), self.text()) {
            ("url", "full" | "original") => Some(Field::Target(4)),
            ("url", "domain" | "hostname") | ("server", "address") => Some(Field::Host),
            ("response" | "res" | "httpresponse", "code") => Some(Field::Status),
            ("response" | "res" | "httpresponse", text) => {
                known(text).filter(|field| *field == Field::Status)
            }
            ("headers", text) => known(text)
                .filter(|field| matches!(field, Field::Method | Field::Target(2) | Field::Host)),
            ("server", _) => None,
            (_, text) => known(text),
        }
    }

    /// Whether fields of a request may stand in the object of that name.
    pub(super) fn is_around(&self) -> bool {
        AROUND.binary_search(&self.text()).is_ok()
    }
}

fn known(name: &str) -> Option<Field> {
    NAMES.binary_search_by_key(&name, |(name, _)| name).ok().map(|at| NAMES[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order() {
        assert!(NAMES.is_sorted_by_key(|(name, _)| name) && AROUND.is_sorted());
        assert!(NAMES.iter().all(|(name, _)| name.len() <= NAME_BYTES_MAX));
    }
}
