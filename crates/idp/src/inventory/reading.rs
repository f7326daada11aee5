//! Reading lists to their end, one request after another, and keeping account of what could not be read.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use catalog::{ApiOperation, Product, api_operations};
use inventory::Gap;
use outbound::Answer;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::pace::Gate;
use crate::{Error, Lacks, Provider, Retry, Share, Tenant, links};

/// Pages of one list. At 100 objects a page, more than any tenant has.
const PAGES_MAX: usize = 2_000;

/// How often one request is made.
const ATTEMPTS: u32 = 4;

/// Questions in a row that may stay without an answer before the reading ends.
const FAILURES_MAX: usize = 3;

/// The longest wait before another attempt.
const WAIT_MAX: Duration = Duration::from_mins(2);

/// Gaps that are named one by one; a tenant that answers nonsense has one for every object.
const GAPS_MAX: usize = 500;

/// One question: an operation of the provider's interface, and what it is asked about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    /// What is lacking if it is not answered, for people.
    pub(super) what: &'a str,
    /// The provider's `operationId`.
    pub(super) operation: &'static str,
    /// For the parameters of its path, in order.
    pub(super) ids: &'a [&'a str],
    /// Parameters of the query, written.
    pub(super) query: &'a str,
}

/// A reading that is under way.
pub(super) struct Reading<'t> {
    tenant: &'t Tenant,
    /// By the beginning of the path: each interface has a rate limit of its own.
    gates: BTreeMap<String, Gate>,
    gaps: Vec<Gap>,
    n_answers: usize,
    /// Questions in a row that the provider was not able to answer.
    n_failed: usize,
    /// Why nothing more is asked.
    end: Option<Error>,
    /// What was asked: path and query.
    asked: Vec<String>,
    /// What came instead of what was asked for, by path and query.
    failed: BTreeMap<String, String>,
    /// How much may be.
    most: usize,
}

impl<'t> Reading<'t> {
    pub(super) fn new(tenant: &'t Tenant) -> Self {
        Self {
            tenant,
            gates: BTreeMap::new(),
            gaps: Vec::new(),
            n_answers: 0,
            n_failed: 0,
            end: None,
            asked: Vec::new(),
            failed: BTreeMap::new(),
            most: usize::MAX,
        }
    }

    /// The same, with so many requests at most; an attempt again counts.
    pub(super) fn limited(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// Whose tenant is read.
    pub(super) fn provider(&self) -> Provider {
        self.tenant.provider()
    }

    /// What could not be read, what was asked, and what came instead of an answer, by what was asked.
    pub(super) fn told(mut self) -> (Vec<Gap>, Vec<String>, BTreeMap<String, String>) {
        self.gaps.sort();
        self.gaps.dedup();
        (self.gaps, self.asked, self.failed)
    }

    /// What could not be read; an error if that is everything.
    pub(super) fn finish(mut self) -> Result<Vec<Gap>, Error> {
        if self.n_answers == 0
            && let Some(error) = self.end
        {
            return Err(error);
        }
        self.gaps.sort();
        self.gaps.dedup();
        Ok(self.gaps)
    }

    /// Notes that something is not known.
    pub(super) fn lacks(&mut self, what: &str, why: &str, scope: Option<&str>) {
        if self.gaps.len() < GAPS_MAX {
            let scope = scope.map(str::to_owned);
            self.gaps.push(Gap { what: what.to_owned(), why: why.to_owned(), scope });
        }
    }

    /// A list that is divided by links, to its end; what was read of it if it breaks off, with a gap.
    /// `None` if nothing of it was.
    pub(super) async fn list<T: DeserializeOwned>(
        &mut self,
        question: Question<'_>,
    ) -> Option<Vec<T>> {
        self.linked(question, None).await
    }

    /// The same for a list that lies in a member of the answer.
    pub(super) async fn list_in<T: DeserializeOwned>(
        &mut self,
        question: Question<'_>,
        member: &str,
    ) -> Option<Vec<T>> {
        self.linked(question, Some(member)).await
    }

    async fn linked<T: DeserializeOwned>(
        &mut self,
        question: Question<'_>,
        member: Option<&str>,
    ) -> Option<Vec<T>> {
        let mut path = question.path(self.tenant.provider());
        let (mut all, mut asked) = (None, BTreeSet::new());
        while asked.insert(path.clone()) && asked.len() <= PAGES_MAX {
            let answer = self.ask(question, &path).await?;
            let next = next(&answer, &path);
            let items = self.items(question, &answer, member)?;
            all.get_or_insert_with(Vec::new).extend(items);
            match next {
                Some(next) => path = next,
                None => return all,
            }
        }
        self.lacks(question.what, "its pages lead in a circle, or have no end", None);
        all
    }

    /// A list that is divided by numbers, as Auth0 does.
    pub(super) async fn numbered<T: DeserializeOwned>(
        &mut self,
        question: Question<'_>,
    ) -> Option<Vec<T>> {
        const PER_PAGE: usize = 100;
        let path = question.path(self.tenant.provider());
        let mark = if question.query.is_empty() { '?' } else { '&' };
        let mut all = Vec::new();
        for page in 0..PAGES_MAX {
            let path = format!("{path}{mark}per_page={PER_PAGE}&page={page}");
            let answer = self.ask(question, &path).await?;
            let n_sent = array(&answer, None).map_or(0, |items| items.len());
            all.extend(self.items(question, &answer, None)?);
            if n_sent < PER_PAGE {
                return Some(all);
            }
        }
        self.lacks(question.what, "its pages have no end", None);
        Some(all)
    }

    /// One object. `None` if it could not be read, with a gap.
    pub(super) async fn one<T: DeserializeOwned>(&mut self, question: Question<'_>) -> Option<T> {
        let path = question.path(self.tenant.provider());
        let answer = self.ask(question, &path).await?;
        let read = serde_json::from_slice(&answer.body).ok();
        if read.is_none() {
            self.lacks(question.what, UNREADABLE, None);
        }
        read
    }

    /// The same for one that may not be there: `Some(None)` where the provider knows nothing of it.
    pub(super) async fn maybe<T: DeserializeOwned>(
        &mut self,
        question: Question<'_>,
    ) -> Option<Option<T>> {
        let path = question.path(self.tenant.provider());
        self.may_ask(question, &path).then_some(())?;
        match self.tenant.find(&path).await {
            Ok(None) => {
                self.failed.insert(path, "not there".to_owned());
                Some(None)
            }
            Ok(Some(answer)) => {
                self.n_answers += 1;
                let read = serde_json::from_slice(&answer.body).ok();
                if read.is_none() {
                    self.lacks(question.what, UNREADABLE, None);
                }
                read.map(Some)
            }
            Err(error) => {
                self.fail(question, &path, error);
                None
            }
        }
    }

    /// The objects of a page. One that cannot be read is a gap, and so is a page that is no list.
    fn items<T: DeserializeOwned>(
        &mut self,
        question: Question<'_>,
        answer: &Answer,
        member: Option<&str>,
    ) -> Option<Vec<T>> {
        let Some(values) = array(answer, member) else {
            self.lacks(question.what, UNREADABLE, None);
            return None;
        };
        let n_sent = values.len();
        let items: Vec<T> =
            values.into_iter().filter_map(|value| serde_json::from_value(value).ok()).collect();
        if items.len() < n_sent {
            let why = format!("{} of its entries cannot be read", n_sent - items.len());
            self.lacks(question.what, &why, None);
        }
        Some(items)
    }

    /// One answer, once the pace lets it; `None` with a gap.
    async fn ask(&mut self, question: Question<'_>, path: &str) -> Option<Answer> {
        self.may_ask(question, path).then_some(())?;
        match self.attempt(path).await {
            Ok(answer) => {
                self.n_answers += 1;
                self.n_failed = 0;
                Some(answer)
            }
            Err(error) => {
                self.fail(question, path, error);
                None
            }
        }
    }

    fn fail(&mut self, question: Question<'_>, path: &str, error: Error) {
        self.failed.insert(path.to_owned(), error.to_string());
        let (why, scope) = told(&error, question, self.tenant.provider());
        self.lacks(question.what, &why, scope);
        self.judge(error);
    }

    /// Whether a question may be asked, which is written down then; else it is a gap.
    fn may_ask(&mut self, question: Question<'_>, path: &str) -> bool {
        if let Some(error) = &self.end {
            let why = format!("reading ended before: {error}");
            self.lacks(question.what, &why, None);
            return false;
        }
        if self.asked.len() >= self.most {
            self.lacks(question.what, USED_UP, None);
            return false;
        }
        self.asked.push(path.to_owned());
        true
    }

    /// Ends the reading after what will not get better.
    fn judge(&mut self, error: Error) {
        let is_end = match weight(&error) {
            Weight::Alone => false,
            Weight::Passing => {
                self.n_failed += 1;
                self.n_failed == FAILURES_MAX
            }
            Weight::Final => true,
        };
        if is_end {
            self.end = Some(error);
        }
    }

    /// Asks, and again after what passes.
    async fn attempt(&mut self, path: &str) -> Result<Answer, Error> {
        let gate = self.gates.entry(family(path)).or_insert_with(|| self.tenant.own_gate());
        let mut attempt = 1;
        loop {
            gate.pass(self.tenant.class()).await;
            let error = match self.tenant.read(path).await {
                Ok(answer) => {
                    if let Some(share) = Share::of(&answer, self.tenant.now()) {
                        gate.learn(share);
                    }
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let wait = match error.retry() {
                Retry::After(wait) => wait.min(WAIT_MAX),
                Retry::Backoff => Duration::from_secs(1) * 2_u32.pow(attempt - 1),
                Retry::Never => return Err(error),
            };
            if attempt == ATTEMPTS || self.asked.len() >= self.most {
                return Err(error);
            }
            attempt += 1;
            self.asked.push(path.to_owned());
            tokio::time::sleep(wait).await;
        }
    }
}

/// Why a question was not asked, where the requests that may be made were used up.
pub(super) const USED_UP: &str = "the requests that may be made were used up";

const UNREADABLE: &str = "the answer cannot be read";

impl Question<'_> {
    /// Where to ask: the path that the catalog has for the operation.
    fn path(&self, provider: Provider) -> String {
        let template = operation(provider, self.operation).map_or("", |found| found.path);
        let mut ids = self.ids.iter();
        let steps = template.split('/').map(|step| {
            let id = if step.starts_with('{') { ids.next() } else { None };
            id.map_or_else(|| step.to_owned(), |id| encoded(id))
        });
        let path = steps.collect::<Vec<_>>().join("/");
        if self.query.is_empty() { path } else { format!("{path}?{}", self.query) }
    }

    /// The scope that it takes.
    pub(super) fn scope(&self, provider: Provider) -> Option<&'static str> {
        operation(provider, self.operation)?.scopes().next()
    }
}

/// What the catalog has of an operation.
pub(super) fn operation(provider: Provider, id: &str) -> Option<&'static ApiOperation> {
    let product = match provider {
        Provider::Okta => Product::Okta,
        Provider::Auth0 => Product::Auth0,
    };
    let is_it = |row: &&ApiOperation| row.product == product && row.id == id && row.method == "GET";
    api_operations().iter().filter(|row| row.api == "management").find(is_it)
}

/// An id as a step of a path: whatever it holds leads nowhere else.
fn encoded(id: &str) -> String {
    match id {
        "." | ".." => id.replace('.', "%2E"),
        _ => url::form_urlencoded::byte_serialize(id.as_bytes())
            .collect::<String>()
            .replace('+', "%20"),
    }
}

/// The interface that a path is of, as rate limits count: its first three steps.
fn family(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    path.split('/').take(4).collect::<Vec<_>>().join("/")
}

/// The page behind: of the same list, whatever host the link names.
fn next(answer: &Answer, path: &str) -> Option<String> {
    let link = answer.all("link").flat_map(links).find(|link| link.is("next"))?;
    let url = Url::parse("https://localhost/").ok()?.join(link.target).ok()?;
    let is_same = Some(url.path()) == path.split('?').next();
    is_same.then(|| format!("{}?{}", url.path(), url.query().unwrap_or_default()))
}

fn array(answer: &Answer, member: Option<&str>) -> Option<Vec<Value>> {
    let value: Value = serde_json::from_slice(&answer.body).ok()?;
    match (value, member) {
        (Value::Array(items), None) => Some(items),
        (Value::Object(mut members), Some(name)) => match members.remove(name) {
            Some(Value::Array(items)) => Some(items),
            _ => None,
        },
        _ => None,
    }
}

/// Why a question was not answered, and the scope that would open it.
fn told(
    error: &Error,
    question: Question<'_>,
    provider: Provider,
) -> (String, Option<&'static str>) {
    match error {
        Error::Forbidden { lacks: Lacks::Scope(_), .. } => {
            ("the credential was not granted the scope for it".to_owned(), question.scope(provider))
        }
        Error::Forbidden { .. } => ("its role may not read this".to_owned(), None),
        error => (error.to_string(), None),
    }
}

/// What a failure says of the questions behind it.
enum Weight {
    /// Nothing: only this one is not answered.
    Alone,
    /// Somewhat: after several in a row there is no use.
    Passing,
    /// Nothing else will be answered either.
    Final,
}

fn weight(error: &Error) -> Weight {
    match error {
        Error::Forbidden { .. }
        | Error::Invalid { .. }
        | Error::Shape { .. }
        | Error::Unreachable(outbound::Error::TooLarge { .. }) => Weight::Alone,
        Error::RateLimited { .. }
        | Error::Busy { .. }
        | Error::TooSlow { .. }
        | Error::Unavailable { .. } => Weight::Passing,
        _ => Weight::Final,
    }
}
