//! What to try out in an organization, and the script that does it.

mod script;
mod shell;

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Confidence, ProbeRequest, Product, probe_request};

use crate::{
    Answer, Base, Method, Operation, OperationId, PermissionRule, Plan, RoleRule, ScopeRule, Text,
    Usage, Verdict,
};

/// Alternatives of one operation that are tried.
const MAX_ALTERNATIVES: usize = 3;

/// What the names of variables begin with that hold ids.
const IDS: &str = "PROBE_ID";

/// Rounds of a script; each takes some seconds for the role to take effect.
const MAX_ROUNDS: usize = 40;

/// Why a grant is left out.
const TOO_MANY: &str =
    "not every grant is tried: a script has 40 rounds at most, so probe fewer calls at once";

/// What to try out.
#[derive(Debug, Clone)]
pub struct Probe {
    /// The script, for `bash`.
    pub script: String,
    /// Operations that are tried, in order.
    pub operations: Vec<OperationId>,
    /// How many rounds there are, one for each set of grants.
    pub n_rounds: usize,
    /// Variables that must hold ids of objects, such as `PROBE_ID_USER`.
    pub variables: BTreeSet<String>,
    /// Operations that are not tried, with why.
    pub skipped: Vec<(OperationId, Text)>,
    /// Calls that are of no known operation, so that there is nothing to try: place and text.
    pub unknown: Vec<String>,
}

/// Grants that a round is made with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Candidate {
    /// No role at all, to see that one is needed.
    Nothing,
    /// A custom role of these permissions.
    Permissions(BTreeSet<String>),
    /// A standard role.
    Role(String),
}

/// A call that a round makes.
#[derive(Debug, Clone)]
struct Call<'b> {
    operation: &'b Operation,
    request: Option<&'static ProbeRequest>,
    /// Parts of the path: text, or the variable that holds an id.
    path: Vec<Part>,
}

/// A part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable(String),
}

/// What to try out for these answers: one call for each operation of which a permission or a role is
/// inferred or not known. `None` if there is none. `plan` says what to try where nothing is known.
pub fn probe(base: &Base, usage: &Usage, answers: &[Answer], plan: Option<&Plan>) -> Option<Probe> {
    let mut skipped = Vec::new();
    let mut rounds: BTreeMap<Candidate, BTreeSet<(u8, OperationId)>> = BTreeMap::new();
    let mut calls: BTreeMap<OperationId, Call<'_>> = BTreeMap::new();
    for answer in answers.iter().filter(|answer| is_open(answer)) {
        let Some(id) = answer.operation.filter(|id| !calls.contains_key(id)) else { continue };
        let operation = base.operation(id);
        match Call::of(operation) {
            Err(why) => skipped.push((id, why.into())),
            Ok(call) => {
                for candidate in candidates(answer, operation, plan) {
                    rounds.entry(candidate).or_default().insert((call.rank(), id));
                }
                calls.insert(id, call);
            }
        }
    }
    let untried = rounds.values().skip(MAX_ROUNDS).flatten();
    skipped.extend(untried.map(|(_, id)| (*id, TOO_MANY.into())));
    skipped.sort();
    skipped.dedup();
    let rounds: Vec<(Candidate, Vec<&Call<'_>>)> = rounds
        .into_iter()
        .take(MAX_ROUNDS)
        .map(|(candidate, ids)| {
            (candidate, ids.iter().filter_map(|(_, id)| calls.get(id)).collect())
        })
        .collect();
    let unknown = unknown(usage, answers);
    if calls.is_empty() && skipped.is_empty() && unknown.is_empty() {
        return None;
    }
    let parts = calls.values().flat_map(|call| &call.path);
    let variables = parts.filter_map(|part| match part {
        Part::Variable(name) => Some(name.clone()),
        Part::Text(_) => None,
    });
    Some(Probe {
        variables: variables.collect(),
        script: script::script(&rounds, &left_out(base, &skipped, &unknown)),
        operations: calls.keys().copied().collect(),
        n_rounds: rounds.len(),
        skipped,
        unknown,
    })
}

/// Calls of no operation that is known.
fn unknown(usage: &Usage, answers: &[Answer]) -> Vec<String> {
    let is_unknown =
        |answer: &&Answer| answer.operation.is_none() && answer.verdict != Verdict::Elsewhere;
    let entries = answers.iter().filter(is_unknown).filter_map(|one| usage.entries.get(one.entry));
    entries.map(|entry| format!("{}: {}", entry.place, entry.input)).collect()
}

/// What the script does not try, each with why, for its reader.
fn left_out(base: &Base, skipped: &[(OperationId, Text)], unknown: &[String]) -> Vec<String> {
    let known = skipped.iter().map(|(id, why)| {
        let operation = base.operation(*id);
        format!("{} {}: {why}", operation.method.name(), operation.path)
    });
    known.chain(unknown.iter().map(|call| format!("{call}: in no description"))).collect()
}

/// Whether a trial could tell more than is known.
fn is_open(answer: &Answer) -> bool {
    permission_is_open(answer) || role_is_open(answer)
}

fn permission_is_open(answer: &Answer) -> bool {
    let grantable = [PermissionRule::NotNeeded, PermissionRule::Ungrantable];
    answer.permission.level < Confidence::Supported && !grantable.contains(&answer.permission.rule)
}

fn role_is_open(answer: &Answer) -> bool {
    answer.role.level < Confidence::Supported && answer.role.rule != RoleRule::NotNeeded
}

/// What to try for an operation: nothing first, then what is thought to suffice, never the super admin.
/// Of what writes only the likeliest, for the object is changed by then.
fn candidates(answer: &Answer, operation: &Operation, plan: Option<&Plan>) -> Vec<Candidate> {
    let count = if operation.method.is_read() { MAX_ALTERNATIVES } else { 1 };
    let mut all = vec![Candidate::Nothing];
    if permission_is_open(answer) {
        all.extend(sets(answer, plan).into_iter().take(count));
    }
    if role_is_open(answer) && (operation.method.is_read() || all.len() == 1) {
        all.extend(roles(answer, operation).into_iter().take(count).map(Candidate::Role));
    }
    all
}

fn sets(answer: &Answer, plan: Option<&Plan>) -> Vec<Candidate> {
    let set = |bundle: &Vec<Text>| bundle.iter().map(ToString::to_string).collect();
    match &answer.permission.rule {
        PermissionRule::AnyOf(bundles) => {
            bundles.iter().map(set).map(Candidate::Permissions).collect()
        }
        _ => plan.and_then(of_plan).into_iter().collect(),
    }
}

fn roles(answer: &Answer, operation: &Operation) -> Vec<String> {
    match &answer.role.rule {
        RoleRule::AnyOf(roles) => {
            let names = roles.iter().map(|grant| grant.role.to_string());
            names.filter(|role| role != "SUPER_ADMIN" && role != "CUSTOM").collect()
        }
        _ if operation.method.is_read() => vec!["READ_ONLY_ADMIN".to_owned()],
        _ => vec!["ORG_ADMIN".to_owned()],
    }
}

/// All permissions of a plan.
fn of_plan(plan: &Plan) -> Option<Candidate> {
    let names: BTreeSet<_> =
        plan.permissions.iter().map(|reason| reason.name.to_string()).collect();
    (!names.is_empty()).then_some(Candidate::Permissions(names))
}

impl<'b> Call<'b> {
    /// The call, or why it is not made.
    fn of(operation: &'b Operation) -> Result<Self, &'static str> {
        let (ScopeRule::AllOf(scopes) | ScopeRule::AnyOf(scopes)) = &operation.scope.rule else {
            return Err("no scope reaches it, and the probe calls with an access token");
        };
        if operation.product != Product::Okta {
            return Err("Auth0 has no roles to try");
        }
        let path = parts(&operation.path).ok_or("its path is not plain")?;
        let is_plain =
            shell::is_plain(&operation.path) && scopes.iter().all(|scope| shell::is_plain(scope));
        let has_id = path.iter().any(|part| matches!(part, Part::Variable(_)));
        let request = probe_request(operation.method.name(), &operation.path);
        match () {
            () if !is_plain => Err("its path is not plain"),
            () if !operation.method.is_read() && !has_id => {
                Err("it writes, and not on an object that could be thrown away")
            }
            () => Ok(Self { operation, request, path }),
        }
    }

    /// Reads first, what takes away last.
    fn rank(&self) -> u8 {
        match self.operation.method {
            Method::Get | Method::Head | Method::Options => 0,
            Method::Put | Method::Post | Method::Patch => 1,
            Method::Delete => 2,
        }
    }
}

/// The parts of a template, with a variable for each parameter; `None` for braces that do not match.
fn parts(template: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((before, from)) = rest.split_once('{') {
        let (parameter, behind) = from.split_once('}')?;
        parts.push(Part::Text(before.to_owned()));
        parts.push(Part::Variable(variable(before, parameter)?));
        rest = behind;
    }
    if rest.contains('}') {
        return None;
    }
    parts.push(Part::Text(rest.to_owned()));
    Some(parts)
}

/// `PROBE_ID_USER` for `{userId}`, and for `{id}` behind `/users/`; never the name of a setting, such as
/// `PROBE_WAIT`, whatever a parameter is called.
fn variable(before: &str, parameter: &str) -> Option<String> {
    let collection = before.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let singular = collection.strip_suffix('s').unwrap_or(collection);
    let name = if parameter == "id" { format!("{singular}Id") } else { parameter.to_owned() };
    let name = name.strip_suffix("Id").filter(|rest| !rest.is_empty()).unwrap_or(&name);
    let mut variable = String::from(IDS);
    for c in name.chars().filter(char::is_ascii_alphanumeric) {
        if c.is_ascii_uppercase() || variable == IDS {
            variable.push('_');
        }
        variable.push(c.to_ascii_uppercase());
    }
    (variable != IDS).then_some(variable)
}

#[cfg(test)]
mod tests;
