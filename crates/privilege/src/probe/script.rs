//! The script: what all have in common, then a round for each set of grants.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::shell::{is_plain, quote};
use super::{Call, Candidate, Part};
use crate::terraform::remark;
use crate::{Method, ScopeRule};

const HEAD: &str = include_str!("head.sh");

/// The whole script. Rounds whose grants have names that are not plain are left out.
/// What is not tried stands in remarks.
pub(super) fn script(rounds: &[(Candidate, Vec<&Call<'_>>)], left_out: &[String]) -> String {
    let mut out = HEAD.to_owned();
    if !left_out.is_empty() {
        out.push_str("\n# Not tried:\n");
    }
    for text in left_out {
        let _ = writeln!(out, "#   {}", remark(text));
    }
    let calls = rounds.iter().flat_map(|(_, calls)| calls);
    let scopes: BTreeSet<_> =
        calls.flat_map(|call| scopes(call)).map(|scope| quote(&scope)).collect();
    let scopes: Vec<_> = scopes.into_iter().collect();
    let _ = write!(out, "\nbegin {}\n", scopes.join(" "));
    for (candidate, calls) in rounds.iter().filter(|(candidate, _)| candidate.is_plain()) {
        out.push_str(&round(candidate, calls));
    }
    out.push_str("\nprintf 'results are in %s\\n' \"$results\" >&2\n");
    out
}

/// One round, unless none of its calls can be made.
fn round(candidate: &Candidate, calls: &[&Call<'_>]) -> String {
    let title = quote(&candidate.title());
    let mut body = format!("printf '%s\\n' {title} >&2\n{}\n", candidate.give());
    body.extend(calls.iter().map(|call| call.line(candidate)));
    body.push_str("take_role\n");
    let conditions: Option<Vec<_>> = calls.iter().map(|call| call.condition()).collect();
    let Some(mut conditions) = conditions else { return format!("\n{body}") };
    conditions.sort();
    conditions.dedup();
    let indented = format!("  {}\n", body.trim_end().replace('\n', "\n  "));
    let why = quote("no call of this round can be made");
    format!("\nif {}; then\n{indented}else\n  skip {title} {why}\nfi\n", conditions.join(" || "))
}

fn scopes(call: &Call<'_>) -> Vec<String> {
    match &call.operation.scope.rule {
        ScopeRule::AllOf(scopes) | ScopeRule::AnyOf(scopes) => {
            scopes.iter().map(ToString::to_string).collect()
        }
        _ => Vec::new(),
    }
}

impl Candidate {
    fn is_plain(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Permissions(names) => names.iter().all(|name| is_plain(name)),
            Self::Role(name) => is_plain(name),
        }
    }

    fn title(&self) -> String {
        match self {
            Self::Nothing => "without any role".to_owned(),
            Self::Permissions(names) => {
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                format!("with {}", names.join(" + "))
            }
            Self::Role(name) => format!("with the role {name}"),
        }
    }

    fn give(&self) -> String {
        match self {
            Self::Nothing => "give_nothing".to_owned(),
            Self::Permissions(names) => {
                let names: Vec<_> = names.iter().map(|name| quote(name)).collect();
                format!("give_permissions {}", names.join(" "))
            }
            Self::Role(name) => format!("give_role {}", quote(name)),
        }
    }
}

impl Call<'_> {
    /// One call, with what must be given before it is made.
    fn line(&self, candidate: &Candidate) -> String {
        let operation = format!("{} {}", self.operation.method.name(), self.operation.path);
        let variables: Vec<_> = self.variables().collect();
        let mut conditions = Vec::new();
        if !self.operation.method.is_read() {
            conditions.push(("may_write".to_owned(), "it writes: see PROBE_THROW_AWAY".to_owned()));
        }
        if !variables.is_empty() {
            conditions.push((
                format!("has {}", variables.join(" ")),
                format!("{} not set", variables.join(", ")),
            ));
        }
        let mut line = String::new();
        for (number, (condition, why)) in conditions.iter().enumerate() {
            let keyword = if number == 0 { "if" } else { "elif" };
            let _ = writeln!(
                line,
                "{keyword} ! {condition}; then\n  skip {} {}",
                quote(&operation),
                quote(why)
            );
        }
        let expected = if *candidate == Candidate::Nothing { "403" } else { "200 to 204" };
        let body = self.body();
        let call = format!(
            "try {} {} {} {} {}\n",
            quote(&operation),
            self.operation.method.name(),
            self.target(),
            quote(body),
            quote(expected)
        );
        if conditions.is_empty() {
            return call;
        }
        let _ = write!(line, "else\n  {call}fi\n");
        line
    }

    /// What must hold so that it can be made; `None` for nothing.
    fn condition(&self) -> Option<String> {
        let variables: Vec<_> = self.variables().collect();
        let has = format!("has {}", variables.join(" "));
        match (self.operation.method.is_read(), variables.is_empty()) {
            (true, true) => None,
            (true, false) => Some(has),
            (false, true) => Some("may_write".to_owned()),
            (false, false) => Some(format!("{{ may_write && {has}; }}")),
        }
    }

    fn variables(&self) -> impl Iterator<Item = &str> {
        let names: BTreeSet<_> = self
            .path
            .iter()
            .filter_map(|part| match part {
                Part::Variable(name) => Some(name.as_str()),
                Part::Text(_) => None,
            })
            .collect();
        names.into_iter()
    }

    /// The path as words of a shell: text in single quotes, ids from their variables.
    fn target(&self) -> String {
        let mut target = String::new();
        for part in &self.path {
            match part {
                Part::Text(text) if text.is_empty() => {}
                Part::Text(text) => target.push_str(&quote(text)),
                Part::Variable(name) => {
                    let _ = write!(target, "\"${{{name}}}\"");
                }
            }
        }
        if let Some(request) = self.request
            && !request.query.is_empty()
        {
            target.push_str(&quote(&format!("?{}", request.query)));
        }
        target
    }

    fn body(&self) -> &str {
        match (self.request, self.operation.method) {
            (Some(request), _) => request.body,
            (None, Method::Post | Method::Put | Method::Patch) => "{}",
            (None, _) => "",
        }
    }
}
