//! What a refusal means: which layer refused, why, what to grant, and how to make sure.

mod exchange;
mod grant;

use std::fmt::Write;

use catalog::{Confidence, Product, Refusal, refusal};

use self::exchange::Complaint;
pub use self::exchange::{Exchange, Mode, Sent};
pub use self::grant::Remedy;
use crate::{
    Base, Hint, Method, Misfit, Operation, OperationId, Outcome, PermissionRule, ScopeRule, Text,
};

/// What a pasted exchange means.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// What was found in the text.
    pub exchange: Exchange,
    /// Whose API it is; Okta where nothing tells.
    pub product: Product,
    /// The operation that was called, or is meant.
    pub operation: Option<OperationId>,
    /// The request in a form that can be shown, such as `GET /api/v1/users/{userId}`; empty if there is none.
    pub request: String,
    /// What is wrong with the request itself; empty if nothing is.
    pub misfit: Text,
    /// What it means, likeliest first; empty if nothing is known of such an answer.
    pub causes: Vec<Cause>,
    /// What to grant for the likeliest cause; `None` where no grant helps.
    pub remedy: Option<Remedy>,
    /// What else to know.
    pub notes: Vec<Text>,
}

/// One thing that it may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// `scope`, `role`, `resource-set`, `credential`, `rate-limit`, `request`, `state`, `feature`, `service`.
    pub layer: Text,
    /// What it means.
    pub means: Text,
    /// What to do.
    pub remedy: Text,
    /// How to make sure; may be empty.
    pub check: Text,
    /// How well it is known.
    pub level: Confidence,
    /// Where from.
    pub source: Text,
    /// When that was checked.
    pub date: Text,
}

/// Explains a pasted text. Edges that are known less well than `least` count as unknown.
pub fn explain(base: &Base, text: &str, least: Confidence) -> Explanation {
    let exchange = Exchange::read(base, text);
    let meant = Meant::find(base, &exchange);
    let product = meant.operation.map(|id| base.operation(id).product).or(exchange.product);
    let product = product.unwrap_or(Product::Okta);
    let operation = meant.operation.map(|id| base.operation(id));
    let causes = causes(&exchange, product, operation, &meant);
    let remedy = causes.first().and_then(|cause| {
        Remedy::find(base, product, &exchange, meant.operation, &cause.layer, least)
    });
    let notes = notes(base, &exchange, operation, &causes);
    let Meant { operation, request, misfit } = meant;
    Explanation { exchange, product, operation, request, misfit, causes, remedy, notes }
}

/// The operation that an exchange is about.
struct Meant {
    operation: Option<OperationId>,
    request: String,
    misfit: Text,
}

impl Meant {
    fn find(base: &Base, exchange: &Exchange) -> Self {
        if exchange.path.is_empty() {
            let operation = base.by_id(&exchange.called).first().copied();
            return Self::of(base, operation, "");
        }
        let hint = Hint { product: exchange.product };
        match base.resolve(hint, exchange.method, &exchange.path).outcome {
            Outcome::Operation(id, _) => Self::of(base, Some(id), ""),
            Outcome::Misfit(Misfit::NoVerb { candidates }) => {
                Self::of(base, by_scope(base, &candidates, &exchange.missing_scopes), "")
            }
            Outcome::Misfit(Misfit::WrongVerb { allowed }) => {
                let verbs: Vec<_> =
                    allowed.iter().map(|id| base.operation(*id).method.name()).collect();
                let what = format!("the path exists with {} only", verbs.join(", "));
                Self::of(base, allowed.first().copied(), what)
            }
            Outcome::Misfit(Misfit::MissingSegment { nearest, segment }) => {
                Self::of(base, Some(nearest), format!("`{segment}` is missing in the path"))
            }
            Outcome::Misfit(Misfit::ExtraSegment { nearest, .. }) => {
                Self::of(base, Some(nearest), "the path has a segment too many")
            }
            Outcome::Misfit(Misfit::UnknownPath { nearest: Some(nearest) }) => {
                Self::of(base, Some(nearest), "no operation has this path; the nearest is shown")
            }
            Outcome::Misfit(_) => {
                let request = masked(exchange.method, &exchange.path);
                Self { operation: None, request, misfit: "no operation is known for it".into() }
            }
        }
    }

    fn of(base: &Base, operation: Option<OperationId>, misfit: impl Into<Text>) -> Self {
        let shown = operation.map(|id| base.operation(id));
        let request = shown.map(|shown| format!("{} {}", shown.method.name(), shown.path));
        Self { operation, request: request.unwrap_or_default(), misfit: misfit.into() }
    }
}

/// Of several operations the one that needs a scope; reads come first.
fn by_scope(base: &Base, candidates: &[OperationId], scopes: &[String]) -> Option<OperationId> {
    let needs = |id: &&OperationId| match &base.operation(**id).scope.rule {
        ScopeRule::AllOf(needed) | ScopeRule::AnyOf(needed) => {
            needed.iter().any(|scope| scopes.iter().any(|missing| missing == scope))
        }
        _ => false,
    };
    let rank = |id: &&OperationId| !base.operation(**id).method.is_read();
    candidates.iter().filter(needs).min_by_key(rank).copied()
}

/// A path without what could be a secret in it: long segments become `…`.
fn masked(method: Option<Method>, path: &str) -> String {
    let mut shown = method.map_or_else(String::new, |method| format!("{} ", method.name()));
    let is_plain = |segment: &str| {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.{}:".contains(&byte);
        segment.len() < 25 && segment.bytes().all(word)
    };
    for segment in path.split('/').skip(1).take(20) {
        let _ = write!(shown, "/{}", if is_plain(segment) { segment } else { "…" });
    }
    shown
}

/// Rows of the catalog for what was found, those first that the answer's code names.
fn causes(
    exchange: &Exchange,
    product: Product,
    operation: Option<&Operation>,
    meant: &Meant,
) -> Vec<Cause> {
    let mut causes: Vec<Cause> = Vec::new();
    if !meant.misfit.is_empty() && exchange.status.is_none_or(|status| status >= 400) {
        causes.extend(of_request(exchange, meant));
    }
    for code in codes(exchange) {
        let before = causes.len();
        let rows = refusal(product, &code).filter(|row| fits(row, exchange, operation));
        causes.extend(rows.map(Cause::from));
        if causes.len() > before && code != MODES {
            break;
        }
    }
    if let Some(operation) = operation {
        causes.splice(0..0, of_credential(exchange, operation));
    }
    causes
}

/// Stands in the catalog for talk of the two ways in which an SDK signs in.
const MODES: &str = "sdk_modes";

/// The codes to look up, the most telling first.
fn codes(exchange: &Exchange) -> Vec<String> {
    let mut codes = exchange.codes.clone();
    let is_success = exchange.status.is_none_or(|status| (200..300).contains(&status));
    if codes.is_empty() && is_success {
        match (exchange.list, exchange.complains) {
            (Some(0), _) | (None, Some(Complaint::Empty)) => codes.push("empty_list".to_owned()),
            (Some(_), _) | (None, Some(Complaint::Short)) => codes.push("short_list".to_owned()),
            (None, None) => {}
        }
        if exchange.mode.is_some() {
            codes.insert(0, MODES.to_owned());
        }
    }
    codes.extend(exchange.status.map(|status| format!("status_{status}")));
    codes
}

fn fits(row: &Refusal, exchange: &Exchange, operation: Option<&Operation>) -> bool {
    let ungrantable =
        operation.is_some_and(|operation| operation.permission.rule == PermissionRule::Ungrantable);
    match row.when {
        "token" => exchange.credential == Some(Sent::ApiToken),
        "oauth" => exchange.credential != Some(Sent::ApiToken),
        "custom-server" => is_custom_server(&exchange.path),
        "ungrantable" => ungrantable,
        "grantable" => !ungrantable,
        _ => true,
    }
}

/// Whether a token was asked of a custom authorization server: `/oauth2/{id}/v1/token`.
fn is_custom_server(path: &str) -> bool {
    let mut segments = path.split('/').skip(1);
    segments.next() == Some("oauth2") && segments.next().is_some_and(|segment| segment != "v1")
}

/// What is wrong with the request before anybody asks for privileges.
fn of_request(exchange: &Exchange, meant: &Meant) -> Option<Cause> {
    let is_wrong = meant.operation.is_some() && matches!(exchange.status, Some(404 | 405) | None);
    is_wrong.then(|| Cause {
        layer: "request".into(),
        means: meant.misfit.clone(),
        remedy: format!("call `{}`", meant.request).into(),
        check: "".into(),
        level: Confidence::Documented,
        source: "OpenAPI descriptions in the catalog".into(),
        date: "2026-11-22".into(),
    })
}

/// A credential of a kind that the operation does not take.
fn of_credential(exchange: &Exchange, operation: &Operation) -> Option<Cause> {
    if exchange.status.is_none_or(|status| !matches!(status, 400..=403)) {
        return None;
    }
    let takes = &operation.credentials;
    let (means, remedy) = match exchange.credential? {
        Sent::ApiToken if takes.oauth && !takes.token => (
            "this operation takes access tokens only, no API token",
            "call it as a service app, with an access token of the org authorization server",
        ),
        Sent::AccessToken | Sent::Dpop if takes.token && !takes.oauth => (
            "this operation takes API tokens only: no scope reaches it",
            "call it with an API token, or do without it",
        ),
        _ => return None,
    };
    Some(Cause {
        layer: "credential".into(),
        means: means.into(),
        remedy: remedy.into(),
        check: "".into(),
        level: operation.scope.level,
        source: operation.scope.source.clone(),
        date: operation.scope.date.clone(),
    })
}

impl From<&'static Refusal> for Cause {
    fn from(row: &'static Refusal) -> Self {
        Self {
            layer: row.layer.into(),
            means: row.means.into(),
            remedy: row.remedy.into(),
            check: row.check.into(),
            level: row.level,
            source: row.source.into(),
            date: row.date.into(),
        }
    }
}

fn notes(
    base: &Base,
    exchange: &Exchange,
    operation: Option<&Operation>,
    causes: &[Cause],
) -> Vec<Text> {
    let mut notes: Vec<Text> = Vec::new();
    for scope in exchange.asked_scopes.iter().chain(&exchange.missing_scopes) {
        if base.scope(scope).is_none() {
            let near = base.nearest_scope(scope).map(|near| format!("; did you mean `{near}`?"));
            let near = near.unwrap_or_default();
            notes
                .push(format!("`{scope}` is the name of no scope that is known here{near}").into());
        }
    }
    let is_public = operation.is_some_and(|operation| operation.scope.rule == ScopeRule::Open);
    if is_public {
        notes.push("this operation asks for no credential".into());
    }
    if exchange.codes.len() > 1 {
        notes.push(format!("the text has several codes: {}", exchange.codes.join(", ")).into());
    }
    if let Some(code) = exchange.codes.first()
        && causes.is_empty()
    {
        notes.push(format!("nothing is known here of `{code}`").into());
    }
    if exchange.is_cut {
        notes.push("the text is longer than 1 MiB; the rest was not looked at".into());
    }
    notes.sort();
    notes.dedup();
    notes
}

#[cfg(test)]
mod tests;
