//! Pages about a running program: numbers, life, readiness.

use hyper::header::{ACCEPT, AUTHORIZATION};
use hyper::{HeaderMap, Method, StatusCode, Uri};

use crate::answer::{Answer, fault, line, wants, with_type};
use crate::desk::Desk;
use crate::secret::Seal;
use crate::settings::PAGES;

/// What the program says of itself.
pub trait Status: Send + Sync + 'static {
    /// Its numbers in the text form of `OpenMetrics`, without the mark of the end.
    fn metrics(&self) -> String;

    /// The account of what came and of what may be missing.
    fn account(&self, form: Form) -> String;

    /// Whether it does its work; else why not, without secrets.
    fn ready(&self) -> Result<(), String>;
}

/// How a page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Html,
    /// One object, for programs.
    Json,
}

impl Form {
    /// What is asked for: `?format=json`, or else what is accepted.
    fn asked(uri: &Uri, headers: &HeaderMap) -> Self {
        let told = uri
            .query()
            .and_then(|query| query.split('&').find_map(|part| part.strip_prefix("format=")));
        let accepts = |kind: &str| {
            let kinds = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
            kinds.into_iter().any(|kinds| kinds.contains(kind))
        };
        match told {
            Some("json") => Self::Json,
            None if accepts("application/json") && !accepts("text/html") => Self::Json,
            _ => Self::Html,
        }
    }
}

/// Who may read what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// Everything.
    Trusted,
    /// That it lives and is ready, not why not.
    Stranger,
}

/// What `OpenMetrics` is served as.
const METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What is said to who asks by another name.
const STRANGE_HOST: &str =
    "pages are not known by this name; `page-hosts` names those they are known by";

impl Desk {
    /// Answers for a path that is no receiver's. Whether a secret was shown is said as well.
    pub(crate) fn page(&self, uri: &Uri, method: &Method, headers: &HeaderMap) -> (Answer, bool) {
        let (reader, has_shown) = self.reader(headers);
        // Who shows a secret is no page of a stranger, by whatever name it asks.
        if !has_shown && !self.hosts.know(uri, headers) {
            return (fault(StatusCode::MISDIRECTED_REQUEST, STRANGE_HOST), false);
        }
        let path = uri.path();
        let is_page = PAGES.contains(&path);
        if is_page && method != Method::GET && method != Method::HEAD {
            return (wants("GET, HEAD"), has_shown);
        }
        let answer = match (path, reader) {
            ("/health", _) => line(StatusCode::OK, "alive"),
            ("/ready", reader) => self.ready(reader),
            ("/metrics", Reader::Trusted) => self.metrics(),
            ("/status", Reader::Trusted) => self.account(Form::asked(uri, headers)),
            ("/metrics" | "/status", Reader::Stranger) if !self.page_seals.is_empty() => {
                fault(StatusCode::UNAUTHORIZED, "no secret was shown, or a wrong one")
            }
            _ => fault(StatusCode::NOT_FOUND, "there is nothing here"),
        };
        (answer, has_shown)
    }

    fn reader(&self, headers: &HeaderMap) -> (Reader, bool) {
        let shown = headers.get(AUTHORIZATION).map(hyper::header::HeaderValue::as_bytes);
        let token = shown.and_then(|value| value.strip_prefix(b"Bearer "));
        let has_shown = token.is_some_and(|token| self.page_seals.any_is(&Seal::of(token)));
        let is_open = self.page_seals.is_empty() && self.is_local;
        (if is_open || has_shown { Reader::Trusted } else { Reader::Stranger }, has_shown)
    }

    fn ready(&self, reader: Reader) -> Answer {
        match (self.status.ready(), reader) {
            (Ok(()), _) => line(StatusCode::OK, "ready"),
            (Err(why), Reader::Trusted) => line(StatusCode::SERVICE_UNAVAILABLE, &why),
            (Err(_), Reader::Stranger) => line(StatusCode::SERVICE_UNAVAILABLE, "not ready"),
        }
    }

    fn account(&self, form: Form) -> Answer {
        let kind = match form {
            Form::Html => "text/html; charset=utf-8",
            Form::Json => "application/json",
        };
        with_type(StatusCode::OK, kind, self.status.account(form))
    }

    fn metrics(&self) -> Answer {
        match self.meters.text(self.status.metrics()) {
            Ok(text) => with_type(StatusCode::OK, METRICS, text),
            Err(_) => fault(StatusCode::INTERNAL_SERVER_ERROR, "the numbers could not be told"),
        }
    }
}
